# SPDX-License-Identifier: Apache-2.0
"""Child processes, ports and certificates of a private installation on the loopback address."""
import ctypes
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

SERVICE_USER = "www-data"
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class Trouble(Exception):
    """Something that the person at the terminal has to read; no traceback needed."""


def is_root() -> bool:
    return os.geteuid() == 0


def free_port(preferred: int = 0) -> int:
    """The preferred port if nobody has it, else any free one."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise Trouble("no free port on 127.0.0.1")


def port_is_free(port: int) -> bool:
    return free_port(port) == port


def run(command: list[str], **options) -> str:
    """The standard output of a command; Trouble with everything it said if it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, **options)
    if done.returncode != 0:
        raise Trouble(f"{' '.join(command)} failed ({done.returncode}):\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


def _die_with_parent() -> None:
    # So that kill -9 of the demo leaves no server behind.
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: list[str], log: Path, as_service_user: bool = False, **options) -> subprocess.Popen:
    """Starts a child in a session of its own, so that Ctrl-C reaches only the demo, which then stops it in order."""
    if as_service_user and is_root():
        options |= {"user": SERVICE_USER, "group": SERVICE_USER, "extra_groups": []}
    with log.open("ab") as out:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                                preexec_fn=_die_with_parent, **options)


def stop(child: subprocess.Popen, patience: float = 10) -> None:
    """Ends a child and whatever it started; its group is ours alone, as start() made a session for it."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def fetch(url: str, context: ssl.SSLContext | None = None) -> bytes:
    """The body of a page of this machine, whatever proxy the environment names for others."""
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)]
    with urllib.request.build_opener(*handlers).open(url, timeout=20) as answer:
        return answer.read()


def wait_for(url: str, child: subprocess.Popen, log: Path, context: ssl.SSLContext | None = None,
             patience: float = 20) -> None:
    """Until url answers with whatever status; Trouble with the end of the log when the child dies or time is over."""
    end = time.monotonic() + patience
    while child.poll() is None and time.monotonic() < end:
        try:
            fetch(url, context)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    said = log.read_text(errors="replace")[-3000:] if log.exists() else ""
    raise Trouble(f"{url} does not answer; {log} says:\n{said}")


def give_to_service(path: Path) -> Path:
    """Makes path the service user's own, so that nobody else reads it; root could not do without."""
    os.chmod(path, 0o700 if path.is_dir() else 0o600)
    if is_root():
        shutil.chown(path, SERVICE_USER, SERVICE_USER)
    return path


def service_directory(path: Path) -> Path:
    """A new directory of the user that httpd's children and the identity providers run as."""
    path.mkdir(mode=0o700)
    return give_to_service(path)


# Without the defaults of the system's openssl.cnf, which would make it a certificate authority.
CERTIFICATE = """[req]
distinguished_name = name
x509_extensions = server
prompt = no
[name]
CN = {host}
[server]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:{host}, IP:127.0.0.1
"""


def self_signed(directory: Path, name: str, host: str = "localhost") -> tuple[Path, Path]:
    """A new RSA key and a certificate for host, as (certificate, key)."""
    cert, key, config = (directory / f"{name}.{suffix}" for suffix in ("crt", "key", "cnf"))
    config.write_text(CERTIFICATE.format(host=host))
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha256", "-days", "365",
         "-config", str(config), "-keyout", str(key), "-out", str(cert)])
    config.unlink()
    os.chmod(key, 0o600)
    return cert, key
