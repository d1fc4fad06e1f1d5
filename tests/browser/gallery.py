# SPDX-License-Identifier: Apache-2.0
"""A site that shows every page of the product with its policy, and answers the forms of those pages."""

from __future__ import annotations

import os
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from chromium import Chromium
from lib import keys

PROGRAM = "tests/browser/gallery"

# What httpd/reply.c sends with every page besides its policy.
PROTECTIONS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
               "Referrer-Policy": "no-referrer"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    gallery: "Gallery"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers hang up whenever they like."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        name = self.path.split("?")[0].strip("/")
        page = self.server.gallery.folder / f"{name}.html"
        if name == "favicon.ico":
            self._answer(204)
        elif page.is_file():
            policy = self.server.gallery.policy(name)
            self._answer(200, page.read_bytes(), Content_Type="text/html; charset=utf-8", Content_Security_Policy=policy,
                         **PROTECTIONS)
        else:
            self._answer(200, b"<!DOCTYPE html><title>arrived</title><p>arrived", Content_Type="text/html")

    def do_POST(self) -> None:
        """Remembers what was posted, then leads on to where the test wants; nowhere: the browser stays on its page."""
        gallery = self.server.gallery
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        gallery.origins.append(self.headers.get("Origin", ""))
        gallery.posted.append(dict(parse_qsl(body, keep_blank_values=True)))
        if gallery.leads_to:
            self._answer(303, Location=gallery.leads_to)
        else:
            self._answer(204)


class Gallery:
    """https://pages.test with the pages; two origins more, by https and by http, stand for identity providers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.posted: list[dict[str, str]] = []
        self.origins: list[str] = []            # what the browser said of where each form came from
        self.leads_to = ""
        self.policies: dict[str, str] = {}      # other policies than a page's own
        context = self._context(folder)
        self._servers = [self._listen(context), self._listen(context), self._listen(None)]
        ports = [each.server_address[1] for each in self._servers]
        self.url = f"https://pages.test:{ports[0]}"
        self.elsewhere = f"https://idp.test:{ports[1]}"
        self.elsewhere_plain = f"http://idp.test:{ports[2]}"
        program = Path(os.environ["IK_BUILD_DIR"]) / PROGRAM
        subprocess.run([program, folder], env={"IK_GALLERY_ACTION": self.elsewhere + "/there"}, check=True)
        self.names = sorted(page.stem for page in folder.glob("*.html"))

    @staticmethod
    def _context(folder: Path) -> ssl.SSLContext:
        pair, file = keys.pair("rsa2048", "pages.test"), folder / "tls.pem"
        file.write_bytes(pair.key_pem + pair.cert_pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _listen(self, context: ssl.SSLContext | None) -> _Server:
        server = _Server(("127.0.0.1", 0), _Handler)
        server.gallery = self
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def policy(self, name: str) -> str:
        return self.policies.get(name) or (self.folder / f"{name}.policy").read_text()

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


def show(chromium: Chromium, gallery: Gallery, name: str) -> None:
    """Opens a page, and has it as it is after a while."""
    chromium.get(f"{gallery.url}/{name}")
    chromium.settle()
