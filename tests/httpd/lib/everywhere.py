# SPDX-License-Identifier: Apache-2.0
"""Asks every process of a server whether it takes a session, from the very first request on."""

from __future__ import annotations

import itertools
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from . import database
from .browser import SESSION
from .server import MPM, Server

PROCESSES = 4
TRIES = 200             # of one question
AT_MOST = 50 * TRIES    # until all processes have answered

# So that all processes stay and serve: the last of these directives counts. After a graceful restart there is room for all the
# new ones beside the old: httpd starts no other later for one that finds none, as the rest have threads enough.
MACHINE = """
ServerLimit 8
StartServers 4
ThreadsPerChild 8
MaxRequestWorkers 64
MinSpareThreads 8
MaxSpareThreads 64
""" if MPM != "prefork" else ""

# For the virtual host: which process has answered, and what is asked for.
SITE = """
LogFormat "%P %>s %{X-Try}i" tries
CustomLog logs/tries.log tries "expr=-n %{HTTP:X-Try}"
CustomLog logs/requests.log "%r %q"
<Location /private/>
    AuthType ikssoauth
    Require valid-user
</Location>
"""
_numbers = itertools.count()


def prepare(server: Server) -> None:
    """Writes the page that is asked for."""
    server.write("private/page.txt", "private\n")


def ask(server: Server, value: str, name: str = "one") -> int:
    """The status of one request on a connection of its own, so that any process may have it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(f"GET /private/page.txt HTTP/1.1\r\nHost: {server.host}\r\nAccept: application/json\r\n"
                           f"X-Try: {name}\r\nCookie: {SESSION}={value}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return int(answer.split(b" ", 2)[1])


def pids_of(server: Server, name: str, count: int) -> set[str]:
    """The processes that answered the tries of that name."""
    log, end = server.root / "logs" / "tries.log", time.monotonic() + 10
    while True:
        lines = [line.split() for line in log.read_text().splitlines() if line.endswith(f" {name}")] if log.exists() else []
        if len(lines) >= count or time.monotonic() > end:
            assert len(lines) == count, f"{len(lines)} of {count} tries are in the log"
            return {pid for pid, _, _ in lines}
        time.sleep(0.02)


def ask_all(server: Server, value: str, count: int = TRIES) -> set[int]:
    """Every status that came back when all processes were asked, from the very first request on."""
    name, pids, tried, got = f"try{next(_numbers)}", set(), 0, set()
    with ThreadPoolExecutor(16) as threads:
        while tried < count or (len(pids) < PROCESSES and tried < AT_MOST):
            got |= set(threads.map(lambda _: ask(server, value, name), range(count)))
            tried += count
            pids = pids_of(server, name, tried)
    assert len(pids) >= PROCESSES, f"only {len(pids)} processes answered"
    return got


def act(server: Server, *words: str) -> None:
    """Runs ikssoctl. A file has a bell that the server hears; a database that is a server is asked within a second."""
    server.ctl(*words)
    if database.KIND == "pgsql":
        time.sleep(1)
