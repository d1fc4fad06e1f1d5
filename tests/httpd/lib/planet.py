# SPDX-License-Identifier: Apache-2.0
"""
A small internet: a network namespace with addresses that are public elsewhere, a name server, and web servers.

Whoever enters it lives there with all that they start from then on; addresses that nobody on the internet may be sent to
are there too, and every connection to one of them is remembered.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import socket
import ssl
import struct
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from . import keys

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 0x1000, 0x4000, 0x40000, 2

PUBLIC = "93.184.215.14"
PUBLIC6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
OTHER = "93.184.215.15"         # nobody listens there
INNER = ("127.0.0.1", "10.1.2.3", "172.16.1.1", "192.168.1.1", "169.254.169.254", "100.64.1.1", "198.18.0.1", "192.0.2.1",
         "203.0.113.1", "::1", "fd00::1", "fe80::5", "2001:db8::1", "2002:7f00:1::1", "64:ff9b::a01:203")
NAMES: dict[str, list[str]] = {
    "idp.test": [PUBLIC], "six.test": [PUBLIC6], "shut.test": [OTHER], "wrong.test": [PUBLIC],
    "loopback.test": ["127.0.0.1"], "ten.test": ["10.1.2.3"], "cloud.test": ["169.254.169.254"], "loopback6.test": ["::1"],
    "mapped.test": ["::ffff:127.0.0.1"], "mappedten.test": ["::ffff:10.1.2.3"], "unique.test": ["fd00::1"],
    "sixtofour.test": ["2002:7f00:1::1"], "nat.test": ["64:ff9b::a01:203"], "nothing.test": [],
}
TRUSTED = [name for name in NAMES if name != "wrong.test"] + ["rebind.test"]
PLACES = {"resolv.conf": "/etc/resolv.conf", "hosts": "/etc/hosts", "metadata.pem": "/etc/ssl/certs/ca-certificates.crt"}
MULTICAST = "224.0.0.1"

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *args: Any) -> None:
    if getattr(_libc, name)(*args) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


def _mount(source: str, target: str, flags: int) -> None:
    _call("mount", source.encode(), target.encode(), None, ctypes.c_ulong(flags), None)


def ip(*args: str) -> None:
    subprocess.run(["ip", *args], check=True, capture_output=True, text=True)


PROMPT = -10        # niceness: what a test waits for is how long the product takes, not how much else this machine has to do
QUEUE = 64          # connections that wait to be accepted; one that is not let in comes again after seconds


class Service(threading.Thread):
    """A part of the small internet. It answers before others of the machine are served, with all the threads that it starts."""

    def __init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), PROMPT)
        self.serve()

    def serve(self) -> None:
        """Until what it listens on is closed."""
        raise NotImplementedError


class NameServer(Service):
    """Answers A and AAAA out of the table. "rebind.test" is public when it is first asked for, and loopback from then on."""

    def __init__(self) -> None:
        super().__init__()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        self.rebound = 0
        self.silent: set[str] = {"silent.test"}

    def _addresses(self, name: str, kind: int) -> list[bytes]:
        family = {1: socket.AF_INET, 28: socket.AF_INET6}.get(kind)
        known = NAMES.get(name, [])
        if name == "rebind.test" and family == socket.AF_INET:
            self.rebound += 1
            known = [PUBLIC if self.rebound == 1 else "127.0.0.1"]
        return [socket.inet_pton(family, each) for each in known
                if family and (":" in each) == (family == socket.AF_INET6)]

    def serve(self) -> None:
        while True:
            try:
                query, asker = self.socket.recvfrom(2048)
                answer = self._answer(query)
                if answer:
                    self.socket.sendto(answer, asker)
            except OSError:
                if self.socket.fileno() < 0:
                    return

    def _answer(self, query: bytes) -> bytes:
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        name, kind = ".".join(labels).lower(), struct.unpack("!H", query[at + 1:at + 3])[0]
        if name in self.silent:
            return b""
        found = self._addresses(name, kind)
        code = 0 if name in NAMES or name == "rebind.test" else 3
        answer = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(found), 0, 0) + query[12:at + 5]
        for each in found:
            answer += b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(each)) + each
        return answer


class Tripwires(Service):
    """Listens on port 443 (and 8443) of every address that must never be connected to; counts who came."""

    def __init__(self) -> None:
        super().__init__()
        self.hits: list[str] = []
        self.sockets = [self._listen(address, port) for address in INNER for port in (443, 8443)]

    @staticmethod
    def _listen(address: str, port: int) -> socket.socket:
        listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        where = (address, port, 0, socket.if_nametoindex("lo")) if address.startswith("fe80") else (address, port)
        listener.bind(where)
        listener.listen()
        return listener

    def serve(self) -> None:
        while True:
            try:
                ready = select.select(self.sockets, [], [], 0.2)[0]
                for each in ready:
                    connection, _ = each.accept()
                    self.hits.append(str(each.getsockname()))
                    connection.close()
            except (OSError, ValueError):
                return

    def close(self) -> None:
        for each in self.sockets:
            each.close()


class WebServer(Service):
    def __init__(self, server: ThreadingHTTPServer) -> None:
        super().__init__()
        self.server = server

    def serve(self) -> None:
        self.server.serve_forever(poll_interval=0.1)


class Site:
    """What the web server of the public addresses answers; asked is every request of it."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.metadata = b""
        self.etag: str | None = None
        self.headers: dict[str, str] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.delay = 0.0
        self.special: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.servers = [self._serve(PUBLIC, 443, certificate, key), self._serve(PUBLIC, 8443, certificate, key),
                        self._serve(PUBLIC6, 443, certificate, key)]

    def _serve(self, address: str, port: int, certificate: Path, key: Path) -> ThreadingHTTPServer:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
            daemon_threads = True
            request_queue_size = QUEUE

            def get_request(self) -> Any:
                connection, peer = super().get_request()
                return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), peer

            def handle_error(self, *args: Any) -> None:
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        made = Server((address, port), Handler)
        WebServer(made).start()
        return made

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, {name.lower(): value for name, value in request.headers.items()}))
        path = request.path.partition("?")[0]
        if path in self.special:
            request.close_connection = True
            self.special[path](request)
            return
        time.sleep(self.delay)
        if self.etag and request.headers.get("If-None-Match") == self.etag:
            self.send(request, 304, b"", {"ETag": self.etag, **self.headers})
        else:
            self.send(request, 200, self.metadata, {**({"ETag": self.etag} if self.etag else {}), **self.headers})

    @staticmethod
    def send(request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        request.send_response(status)
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        if status != 304:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def count(self, path: str) -> int:
        return sum(asked == path for asked, _ in self.asked)

    def stop(self) -> None:
        for each in self.servers:
            each.shutdown()
            each.server_close()


class Planet:
    """The small internet; use it with `with`. Needs to be root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __enter__(self) -> "Planet":
        """All of it, or nothing: whoever cannot enter is back outside."""
        with contextlib.ExitStack() as undo:
            self._leave_the_outside(undo)
            self._address()
            certificate, key = self._replace_files(undo)
            self.names = NameServer()
            undo.callback(self.names.socket.close)
            self.names.start()
            self.tripwires = Tripwires()
            undo.callback(self.tripwires.close)
            self.tripwires.start()
            self.site = Site(certificate, key)
            undo.callback(self.site.stop)
            self._undo = undo.pop_all()
        return self

    def _leave_the_outside(self, undo: contextlib.ExitStack) -> None:
        outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        undo.callback(os.close, outside)
        _call("unshare", CLONE_NEWNS | CLONE_NEWNET)
        undo.callback(_call, "setns", outside, CLONE_NEWNET)
        _mount("none", "/", MS_REC | MS_PRIVATE)

    @staticmethod
    def _address() -> None:
        """Gives the machine its addresses. They are good at once: a busy machine takes its time to look for duplicates."""
        ip("link", "set", "lo", "up")
        Path("/proc/sys/net/ipv6/conf/all/disable_ipv6").write_text("0")
        for address in (PUBLIC, PUBLIC6, OTHER, *INNER):
            if address not in ("127.0.0.1", "::1"):
                how = [f"{address}/128", "dev", "lo", "nodad"] if ":" in address else [f"{address}/32", "dev", "lo"]
                ip("address", "add", *how)

    def _replace_files(self, undo: contextlib.ExitStack) -> tuple[Path, Path]:
        """Certificate and key of the web servers."""
        pair = keys.pair("p256", "metadata", hosts=tuple(TRUSTED))
        certificate, key = keys.write_pair(self.root, pair, "metadata")
        (self.root / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:2 attempts:3\n")
        (self.root / "hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
        for name, place in PLACES.items():
            target = os.path.realpath(place)
            _mount(str(self.root / name), target, MS_BIND)
            undo.callback(_call, "umount2", target.encode(), MNT_DETACH)
        return certificate, key

    def __exit__(self, *args: Any) -> None:
        self._undo.close()

    @property
    def variables(self) -> dict[str, str]:
        """Proxies that nobody must ask."""
        return {"https_proxy": "http://127.0.0.1:8443", "ALL_PROXY": "http://127.0.0.1:8443"}


@pytest.fixture(scope="module")
def planet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planet]:
    """The small internet, which the tests of a module live in."""
    root = tmp_path_factory.mktemp("planet")
    for each in (root, *root.parents[:2]):
        each.chmod(0o755)
    with Planet(root) as made:
        yield made
