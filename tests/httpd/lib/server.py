# SPDX-License-Identifier: Apache-2.0
"""Runs a private Apache httpd with the module, in a directory of its own, on free loopback ports."""

from __future__ import annotations

import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable

from . import core, database, keys
from .log import ErrorLog

APACHE = "/usr/sbin/apache2"
MODULES = Path("/usr/lib/apache2/modules")
TOP = Path(__file__).resolve().parents[3]

MPM = os.environ.get("IK_TEST_MPM", "event")
SANITIZE = os.environ.get("IK_TEST_SANITIZE") == "1"
START_SECONDS = 60 if SANITIZE else 20

# What every server loads; a test's configuration may load more.
BASE_MODULES = """authn_core authz_core authz_user authz_host alias dir mime include rewrite headers env setenvif
                  proxy proxy_http socache_shmcb ssl status""".split()

PROCESSES = {
    "event": "StartServers 2\nServerLimit 2\nThreadsPerChild 16\nMaxRequestWorkers 32\nMinSpareThreads 1\nMaxSpareThreads 32",
    "worker": "StartServers 2\nServerLimit 2\nThreadsPerChild 16\nMaxRequestWorkers 32\nMinSpareThreads 1\nMaxSpareThreads 32",
    "prefork": "StartServers 6\nServerLimit 24\nMaxRequestWorkers 24\nMinSpareServers 4\nMaxSpareServers 24",
}


class ServerError(Exception):
    """The server did not do what it was told; the text holds what it said."""


def _built(name: str, *variants: str) -> Path:
    """A file of the build: below IK_BUILD_DIR, or the top source directory."""
    for base in (os.environ.get("IK_BUILD_DIR"), TOP):
        for variant in variants:
            path = Path(base) / variant if base else None
            if path and path.is_file():
                return path.resolve()
    raise ServerError(f"{name} is not built: run make first, or name it in the environment")


def module_path() -> Path:
    """The module under test: IK_MODULE, or the build's."""
    named = os.environ.get("IK_MODULE")
    return Path(named).resolve() if named else _built("mod_ikssoauth.so", ".libs/mod_ikssoauth.so", "mod_ikssoauth.so")


def ctl_path() -> Path:
    """The command line under test: IK_CTL, or the build's."""
    named = os.environ.get("IK_CTL")
    return Path(named).resolve() if named else _built("ikssoctl", "ikssoctl", ".libs/ikssoctl")


def _is_free(port: int) -> bool:
    """Whether a server could listen there, now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """
    Ports of the loopback interface that nobody uses now. Not of those that the kernel gives to connections: somebody else's
    could have one while a server is down that is to start again.
    """
    last = max(int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0]), 20000)
    ports: list[int] = []
    while len(ports) < count:
        port = random.SystemRandom().randrange(10000, last)
        if port not in ports and _is_free(port):
            ports.append(port)
    return ports


def _compiler_file(name: str) -> str:
    return subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout.strip()


def environment() -> dict[str, str]:
    """The environment programs under test run in; with IK_TEST_SANITIZE=1 the sanitizers are preloaded."""
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC"}
    if SANITIZE:
        env["LD_PRELOAD"] = f"{_compiler_file('libasan.so')}:{_compiler_file('libubsan.so')}"
        env["ASAN_OPTIONS"] = "detect_leaks=0:halt_on_error=1:disable_coredump=0"
        env["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    return env


@dataclass
class Result:
    """What a command said."""
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Server:
    """One httpd. Its directory is readable by www-data; database and keys belong to www-data."""

    def __init__(self, host: str = "imagekit.test", shares: database.Database | None = None, kind: str | None = None) -> None:
        """shares is a database that belongs to somebody else, who removes it; else it has one of its own, of that kind."""
        core.allow()
        self.root = Path(tempfile.mkdtemp(prefix="ik-httpd-", dir="/tmp"))
        self.root.chmod(0o755)
        self.host = host
        self.backend = ""       # URL of the application behind it
        self.port, self.tls_port = free_ports(2)
        self.database = shares or database.fresh(self.root / "db" / "ikssoauth.db", kind)
        self.db = self.database.spec
        self._shares = shares is not None
        self.keys = self.root / "db" / "session.keys"
        self.docs = self.root / "htdocs"
        self.log = ErrorLog(self.root / "logs" / "error.log")
        self.process: subprocess.Popen[bytes] | None = None
        self.preload: list[str] = []            # libraries that httpd and ikssoctl run with
        self.variables: dict[str, str] = {}     # and variables
        self._generations = 0
        for name in ("conf", "logs", "htdocs", "run", "cgi-bin", "db"):
            (self.root / name).mkdir()
        self.own(self.root / "db", 0o750)
        self.own(self.root / "run", 0o755)
        keys.write_tls(self.root / "conf")
        (self.root / "conf" / "mime.types").write_text("text/html html shtml\ntext/plain txt\napplication/json json\n")
        self.write("ok.txt", "ok\n")

    # Files

    @staticmethod
    def own(path: Path, mode: int) -> None:
        """Gives path to www-data, if we may."""
        path.chmod(mode)
        if os.geteuid() == 0:
            www = pwd.getpwnam("www-data")
            os.chown(path, www.pw_uid, www.pw_gid)

    def write(self, name: str, text: str, mode: int = 0o644, below: str = "htdocs") -> Path:
        """Writes a file that the server may read."""
        path = self.root / below / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def write_cgi(self, name: str = "env") -> None:
        """A CGI program that answers its environment, each entry ended by a NUL."""
        self.write(name, "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\nexec env -0\n", 0o755, "cgi-bin")

    # Configuration

    @property
    def essentials(self) -> str:
        """The two directives that keep a vhost inside this server's directory."""
        return f'IkSSODatabase "{self.db}"\nIkSSOKeyFile "{self.keys}"\n'

    def vhost(self, body: str, host: str | None = None, sso: bool = True) -> str:
        """A virtual host on both listeners, with the module switched on."""
        name = host or self.host
        inside = f"ServerName {name}\nDocumentRoot {self.docs}\n"
        inside += f"IkSSO On\n{self.essentials}" if sso else ""
        inside += body
        tls = f"SSLEngine on\nSSLCertificateFile {self.root}/conf/tls.pem\nSSLCertificateKeyFile {self.root}/conf/tls.key\n"
        return (f"<VirtualHost 127.0.0.1:{self.port}>\n{inside}\n</VirtualHost>\n"
                f"<VirtualHost 127.0.0.1:{self.tls_port}>\n{tls}{inside}\n</VirtualHost>\n")

    def _modules(self, more: Iterable[str]) -> list[str]:
        names = [f"mpm_{MPM}", *BASE_MODULES, "cgi" if MPM == "prefork" else "cgid", *more]
        if MPM != "prefork":
            names.append("http2")
        return names

    def configuration(self, body: str, modules: Iterable[str] = ()) -> str:
        """The whole of httpd.conf around body."""
        lines = [f"ServerRoot {self.root}", "DefaultRuntimeDir run", "PidFile run/httpd.pid", "Mutex fcntl:run default"]
        lines += [f"Listen 127.0.0.1:{self.port}", f"Listen 127.0.0.1:{self.tls_port} https"]
        lines += [f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in self._modules(modules)]
        lines += [f"LoadModule ikssoauth_module {module_path()}", PROCESSES[MPM]]
        lines += ["User www-data", "Group www-data", f"ServerName {self.host}", "TypesConfig conf/mime.types"]
        lines += [f"CoreDumpDirectory {self.root}/run"]
        lines += ["ErrorLog logs/error.log", "LogLevel info ikssoauth:debug", "CustomLog logs/access.log \"%h %m %U %s %u\""]
        lines += ["SSLSessionCache shmcb:run/tls(64000)", "KeepAlive On", "KeepAliveTimeout 2", "Timeout 20"]
        lines += ["GracefulShutdownTimeout 2", "AllowEncodedSlashes On"]
        lines += ["ScriptSock cgisock"] if MPM != "prefork" else []
        lines += ["Protocols h2 h2c http/1.1"] if MPM != "prefork" else []
        lines += [f"<Directory {self.root}>", "Options +Includes +ExecCGI +FollowSymLinks", "AllowOverride None",
                  "Require all granted", "</Directory>", body, ""]
        return "\n".join(lines)

    # The life of the server

    def start(self, body: str, modules: Iterable[str] = ()) -> "Server":
        """Starts it and waits until it answers."""
        (self.root / "conf" / "httpd.conf").write_text(self.configuration(body, modules))
        self._launch()
        self._wait_until_up()
        assert self.process is not None
        if SANITIZE and "libasan" not in Path(f"/proc/{self.process.pid}/maps").read_text():
            raise ServerError("IK_TEST_SANITIZE=1, but httpd runs without the sanitizers")
        return self

    def _environment(self) -> dict[str, str]:
        env = {**environment(), **self.variables}
        preload = [env[name] for name in ("LD_PRELOAD",) if name in env] + self.preload
        return {**env, "LD_PRELOAD": ":".join(preload)} if preload else env

    def _launch(self) -> None:
        self._generations = self._resumed()
        command = [APACHE, "-d", str(self.root), "-f", str(self.root / "conf" / "httpd.conf"), "-DFOREGROUND"]
        with open(self.root / "logs" / "stderr.log", "wb") as err:
            self.process = subprocess.Popen(command, env=self._environment(), stdin=subprocess.DEVNULL, stdout=err, stderr=err,
                                            start_new_session=True)

    def _resumed(self) -> int:
        """How often it has said that it serves."""
        return self.log.text().count("resuming normal operations")

    def refuses(self, body: str, modules: Iterable[str] = ()) -> str:
        """Expects that httpd does not start with this configuration; returns all it said."""
        (self.root / "conf" / "httpd.conf").write_text(self.configuration(body, modules))
        self._launch()
        assert self.process is not None
        end = time.monotonic() + START_SECONDS
        while self.process.poll() is None and self._resumed() == self._generations and time.monotonic() < end:
            time.sleep(0.02)
        started = self.process.poll() is None
        self.stop()
        if started or self.process.returncode == 0:
            raise ServerError(f"httpd accepted what it should refuse:\n{self.said()}")
        return self.said()

    def configtest(self, body: str, modules: Iterable[str] = (), user: str | None = None) -> Result:
        """What "httpd -t" says of this configuration, as apachectl configtest does; user: who asks."""
        file = self.root / "conf" / "httpd.conf"
        file.write_text(self.configuration(body, modules))
        done = subprocess.run([APACHE, "-d", str(self.root), "-f", str(file), "-t"], cwd=self.root / "run", env=self._environment(),
                              capture_output=True, text=True, timeout=START_SECONDS, user=user)
        return Result(done.returncode, done.stdout, done.stderr)

    def _wait_until_up(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            assert self.process is not None
            if self.process.poll() is not None:
                raise ServerError(f"httpd ended with {self.process.returncode}:\n{self.said()}")
            if self._resumed() > self._generations and self._answers():
                return
            time.sleep(0.02)
        raise ServerError(f"httpd did not start in {START_SECONDS} s:\n{self.said()}")

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def said(self) -> str:
        """Everything it wrote to stderr and the error log."""
        err = self.root / "logs" / "stderr.log"
        return (err.read_text(errors="replace") if err.exists() else "") + self.log.text()

    def crashes(self) -> str:
        """The signs of a crash in its log, and where the children that left a core were; "" if there is none."""
        signs = self.log.crashes()
        return "\n".join([*signs, core.backtraces(self.root / "run", APACHE)]) if signs else ""

    def graceful(self) -> None:
        """Restarts it gracefully and waits for the new generation."""
        assert self.process is not None
        before = self._resumed()
        self.process.send_signal(signal.SIGUSR1)
        end = time.monotonic() + START_SECONDS
        while self._resumed() == before:
            if time.monotonic() > end or self.process.poll() is not None:
                raise ServerError(f"no graceful restart:\n{self.said()}")
            time.sleep(0.02)

    def start_again(self) -> None:
        """Starts it once more, with the configuration it had; children of a parent that was killed may take a moment to be gone."""
        end = time.monotonic() + START_SECONDS
        while not (_is_free(self.port) and _is_free(self.tls_port)) and time.monotonic() < end:
            time.sleep(0.02)
        self._launch()
        self._wait_until_up()

    def children(self) -> list[int]:
        """The processes that serve requests: not mod_cgid's, which has no threads."""
        assert self.process is not None
        found = subprocess.run(["ps", "-o", "pid=,nlwp=", "--ppid", str(self.process.pid)], capture_output=True, text=True).stdout
        rows = [(int(pid), int(threads)) for pid, threads in map(str.split, found.splitlines())]
        return [pid for pid, threads in rows if threads > 1 or MPM == "prefork"]

    def kill_everything(self) -> None:
        """kill -9 of parent and children, as when the machine goes down."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        """Ends it, by its pid, and whatever it started."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(5)
            self._end_orphans()
            self._look_at_deaths()

    def _look_at_deaths(self) -> None:
        if self.log.crashes():
            for pid in core.died_of_event(self.root / "run", APACHE):
                self.log.died(pid)

    def _end_orphans(self) -> None:
        """A parent that is told to end while it restarts may leave mod_cgid's process behind."""
        assert self.process is not None
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def remove(self) -> None:
        """Stops it and removes its directory, unless IK_TEST_KEEP is set."""
        self.stop()
        if not self._shares:
            self.database.remove()
        if "IK_TEST_KEEP" not in os.environ:
            shutil.rmtree(self.root, ignore_errors=True)

    def raw(self, request: bytes) -> bytes:
        """Sends these bytes to the plain listener and reads until the end."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def curl(self, *args: str, host: str | None = None, path: str = "/") -> Result:
        """curl on the TLS listener, the certificate unchecked."""
        name = host or self.host
        done = subprocess.run(["curl", "-sk", "--resolve", f"{name}:{self.tls_port}:127.0.0.1", *args,
                               f"https://{name}:{self.tls_port}{path}"], capture_output=True, text=True, timeout=30)
        return Result(done.returncode, done.stdout, done.stderr)

    # The command line

    def ctl(self, *args: str, check: bool = True, stdin: str | None = None) -> Result:
        """Runs ikssoctl on this server's database and keys."""
        done = subprocess.run([str(ctl_path()), "--db", self.db, "--keys", str(self.keys), *args], env=self._environment(),
                              input=stdin, capture_output=True, text=True, timeout=30)
        if check and done.returncode != 0:
            raise ServerError(f"ikssoctl {' '.join(args)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return Result(done.returncode, done.stdout, done.stderr)

    def init(self) -> None:
        """Creates database and keys, owned by www-data when we are root."""
        owner = ["--owner", "www-data"] if os.geteuid() == 0 else []
        self.ctl("init", *owner)

    def join(self, other: "Server") -> None:
        """Takes a copy of another server's key file: with its database (shares), both are machines of one cluster."""
        shutil.copy2(other.keys, self.keys)
        owner = other.keys.stat()
        os.chown(self.keys, owner.st_uid, owner.st_gid)

    def add_account(self, account: str, metadata: str | None, *options: str) -> None:
        """Adds an account with an identity provider's metadata (None: single sign-on stays off)."""
        named = []
        if metadata is not None:
            named = ["--metadata", str(self.write(f"{account}.xml", metadata, below="conf"))]
        self.ctl("account", "add", account, *named, *options)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Looks into, or changes, the database behind the product's back; ? stands for a value."""
        return self.database.sql(statement, *values)
