# SPDX-License-Identifier: Apache-2.0
"""Clients that go on while something breaks: signed-in ones ask for pages, others log in; every answer is checked."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from . import world
from .browser import FETCH, SESSION
from .client import ATTEMPTS, Client, Gone, Reply, clock
from .cluster import PAGE
from .server import Server

HOLDERS, NEWCOMERS = 3, 2       # threads
PAUSE = 0.01                    # seconds


@dataclass
class Accepted:
    """A login that was answered 303."""
    email: str
    name: str
    cookie: str


class Crowd:
    """A context: goes on until it is left, which fails on a wrong answer. down: the machine may refuse connections."""

    def __init__(self, server: Server, down: bool = False) -> None:
        self.server, self.down = server, down
        self.counts: Counter[str] = Counter()
        self.accepted: list[Accepted] = []
        self.wrong: list[str] = []
        self.sessions = [sign_in(server, f"holder{number}@acme.test") for number in range(HOLDERS)]
        self._stop, self._lock, self._numbers = threading.Event(), threading.Lock(), 0
        self._pool = ThreadPoolExecutor(HOLDERS + NEWCOMERS)

    def __enter__(self) -> "Crowd":
        self._jobs = [self._pool.submit(self._hold, session) for session in self.sessions]
        self._jobs += [self._pool.submit(self._come) for _ in range(NEWCOMERS)]
        return self

    def __exit__(self, failed: Any, *_: Any) -> None:
        self._stop.set()
        self._pool.shutdown()
        for job in self._jobs:
            job.result()
        if failed is None:
            self.check()

    def _count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    def _add_wrong(self, text: str) -> None:
        with self._lock:
            self.wrong.append(text)

    # Threads

    def _hold(self, cookie: str) -> None:
        client, lost = Client([self.server]), 0
        while not self._stop.wait(PAUSE):
            try:
                reply = client.once(0, "GET", PAGE, {**FETCH, "Cookie": f"{SESSION}={cookie}"})
            except Gone as gone:
                self._gone(gone)
                continue
            lost = lost + 1 if reply is None else 0
            if lost > ATTEMPTS and not self.down:
                self._add_wrong(f"{lost} connections in a row were lost")
            self._check_page(reply)

    def _gone(self, gone: Gone) -> None:
        self._count("connections refused")
        if not self.down:
            self._add_wrong(str(gone))

    def _check_page(self, reply: Reply | None) -> None:
        if reply is None:
            self._count("answers lost")
        elif reply.status == 200:
            self._count("pages")
        elif not self._is_unavailable(reply, "pages"):
            self._add_wrong(f"a page was answered {reply.status}: {reply.body[-300:]!r}")

    def _is_unavailable(self, reply: Reply, what: str) -> bool:
        if reply.status != 503 or not reply.headers.get("Retry-After"):
            return False
        self._count(f"{what} 503")
        return True

    def _come(self) -> None:
        client = Client([self.server])
        while not self._stop.wait(PAUSE):
            with self._lock:
                self._numbers += 1
                number = self._numbers
            email, name = f"new{number}@acme.test", f"New {number}"
            try:
                reply = client.post(0, "/saml/consume", {"SAMLResponse": world.good("p256", email=email, name=name).encoded()}, world.JSON)
            except Gone as gone:
                self._gone(gone)
                continue
            self._check_login(reply, email, name)

    def _check_login(self, reply: Reply | None, email: str, name: str) -> None:
        if reply is None:
            self._count("logins lost")
        elif reply.status == 303 and reply.session is not None:
            self._count("logins")
            with self._lock:
                self.accepted.append(Accepted(email, name, reply.session.value))
        elif not self._is_unavailable(reply, "logins"):
            self._add_wrong(f"a login was answered {reply.status}: {reply.body[-300:]!r}")

    # What was lost

    def wait_for(self, what: str, count: int = 1, seconds: float = 20) -> None:
        """Until that has been counted so many times more."""
        wanted, end = self.counts[what] + count, clock() + seconds
        while self.counts[what] < wanted:
            assert clock() < end, f"no {what} in {seconds} s: {self.counts} {self.wrong[:5]}"
            self._stop.wait(0.02)

    def check(self) -> None:
        """Nothing wrong was answered; every accepted login is there, and every session of it goes on."""
        assert not self.wrong, f"{len(self.wrong)} wrong answers: {self.wrong[:5]}"
        rows = dict(self.server.sql("SELECT email, name FROM ik_user WHERE account = 'p256'"))
        lost = [each for each in self.accepted if rows.get(each.email) != each.name]
        assert not lost, f"{len(lost)} of {len(self.accepted)} accepted logins are lost: {lost[:3]}"
        client, cookies = Client([self.server]), [*self.sessions, *(each.cookie for each in self.accepted)]
        ended = [cookie for cookie in cookies if client.get(0, PAGE, {**FETCH, "Cookie": f"{SESSION}={cookie}"}).status != 200]
        assert not ended, f"{len(ended)} sessions are lost"

    def report(self) -> str:
        return ", ".join(f"{what} {count}" for what, count in sorted(self.counts.items()))


def sign_in(server: Server, email: str = "ann@acme.test", account: str = "acme", **changes: Any) -> str:
    """The cookie of a new session."""
    client = Client([server])
    message = world.good(account, email=email, **changes).encoded()
    reply = client.post(0, "/saml/consume", {"SAMLResponse": message}, world.JSON)
    assert reply is not None and reply.status == 303 and reply.session is not None, reply
    return reply.session.value
