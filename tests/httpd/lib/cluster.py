# SPDX-License-Identifier: Apache-2.0
"""Several httpd instances that are machines of one cluster: one database, and one key file or copies of it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Callable, Iterable, TypeVar

from .browser import FETCH, SESSION, Answer, Browser
from .database import Database
from .server import Server

T = TypeVar("T")

# A file that needs a session, and an answer that shows whose it was.
SITE = """
<Location /private/>
    AuthType ikssoauth
    Require valid-user
</Location>
Header always set X-Identity "%{IKSSO_EMAIL}e %{IKSSO_ROLE}e %{IKSSO_SESSION}e %{IKSSO_FULL_NAME}e" "expr=-n env('IKSSO_SESSION')"
"""
PAGE = "/private/page.txt"


def prepare(server: Server) -> str:
    """The usual site of a server whose sessions are asked about."""
    server.write("private/page.txt", "private\n")
    return server.vhost(SITE)


class Cluster:
    """The machines; the database is removed with them."""

    def __init__(self, count: int, database: Database, accounts: Callable[[Server], None], body: str = "",
                 key_files: bool = True) -> None:
        """key_files: each machine has its own copy; else they all read the first one's."""
        self.database = database
        self.machines = [Server(shares=database) for _ in range(count)]
        try:
            first, *others = self.machines
            first.init()
            accounts(first)
            for machine in others:
                if key_files:
                    machine.join(first)
                else:
                    machine.keys = first.keys
            for machine in self.machines:
                machine.start(prepare(machine) + body)
        except BaseException:
            self.remove()
            raise

    def begin(self) -> None:
        """A test begins: logs are read from here on."""
        for machine in self.machines:
            machine.log.begin()

    def expect(self, pattern: str) -> None:
        for machine in self.machines:
            machine.log.expect(pattern)

    def unexpected(self) -> list[str]:
        return [line for machine in self.machines for line in machine.log.unexpected()]

    def remove(self) -> None:
        with ExitStack() as stack:
            stack.callback(self.database.remove)
            for machine in self.machines:
                stack.callback(machine.remove)


def ask(server: Server, cookie: str, path: str = PAGE) -> Answer:
    """What a program gets that brings this cookie: 200, or 401 without a session."""
    with Browser(server) as browser:
        browser.set_cookie(cookie)
        return browser.get(path, FETCH)


def is_alive(server: Server, cookie: str) -> bool:
    """Whether the server accepts the session; anything but a clear answer fails."""
    status = ask(server, cookie).status
    assert status in (200, 401), f"{status} is no answer to whether a session is alive"
    return status == 200


def sign_out(server: Server, cookie: str) -> Answer:
    """Follows the site's own link to /logout."""
    with Browser(server) as browser:
        browser.set_cookie(cookie)
        return browser.get("/logout", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate",
                                       "Sec-Fetch-Dest": "document", "Accept": "text/html"})


def cookie_of(answer: Answer) -> str:
    """The session that a login has begun."""
    assert answer.status == 303 and answer.session is not None, f"{answer.status}: {answer.text}"
    assert answer.session.name == SESSION and answer.session.value
    return answer.session.value


def at_once(jobs: Iterable[Callable[[], T]]) -> list[T]:
    """Runs all jobs, released at the same moment, and returns what they did in their order."""
    waiting = list(jobs)
    together = threading.Barrier(len(waiting))

    def run(job: Callable[[], T]) -> T:
        together.wait(30)
        return job()

    with ThreadPoolExecutor(len(waiting)) as pool:
        return list(pool.map(run, waiting))


def spread(seconds: Iterable[float]) -> str:
    """Smallest, middle and largest of some times, for people."""
    ordered: list[Any] = sorted(seconds)
    low, middle, high = (ordered[at] * 1000 for at in (0, len(ordered) // 2, -1))
    return f"min {low:.0f}, median {middle:.0f}, max {high:.0f} ms of {len(ordered)}"
