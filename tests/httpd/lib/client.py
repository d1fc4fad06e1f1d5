# SPDX-License-Identifier: Apache-2.0
"""A fast client: connections that are kept alive, one per machine; it says when an answer was lost."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any, Mapping
from urllib.parse import urlencode

from .browser import SESSION, Cookie
from .server import Server

ATTEMPTS = 8        # how often a request that changes nothing is sent again when a connection is lost
LOST = (http.client.HTTPException, ConnectionError, TimeoutError, OSError)


FOREVER = float("inf")


def clock() -> float:
    return time.monotonic()


@dataclass
class Span:
    """From when to when something was under way."""
    begin: float = field(default_factory=clock)
    end: float = FOREVER

    def close(self) -> None:
        self.end = clock()


class Gone(Exception):
    """A machine gave no answer although it should be there."""


@dataclass
class Reply:
    status: int
    headers: Mapping[str, str]
    cookies: list[Cookie]
    body: bytes
    span: Span

    @property
    def session(self) -> Cookie | None:
        found = [cookie for cookie in self.cookies if cookie.name == SESSION]
        return found[-1] if found else None

    @property
    def reason(self) -> str:
        """Of a refused login, in JSON."""
        return json.loads(self.body)["error"]


class Client:
    """Used by one thread."""

    def __init__(self, machines: list[Server]) -> None:
        self.machines = machines
        self.lost = 0           # connections that broke
        self._open: dict[int, http.client.HTTPConnection] = {}

    def _connection(self, machine: int) -> http.client.HTTPConnection:
        if machine not in self._open:
            self._open[machine] = http.client.HTTPConnection("127.0.0.1", self.machines[machine].port, timeout=30)
        return self._open[machine]

    def _drop(self, machine: int) -> None:
        connection = self._open.pop(machine, None)
        if connection is not None:
            connection.close()

    def once(self, machine: int, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> Reply | None:
        """One attempt; None if the answer was lost."""
        span = Span()
        try:
            connection = self._connection(machine)
            connection.request(method, path, body, {"Host": self.machines[machine].host, **headers})
            got = connection.getresponse()
            content = got.read()
        except ConnectionRefusedError as error:
            self._drop(machine)
            raise Gone(f"machine {machine} refuses connections") from error
        except LOST:
            self._drop(machine)
            self.lost += 1
            return None
        span.close()
        if got.will_close:
            self._drop(machine)
        cookies = [Cookie.parse(line) for line in got.headers.get_all("Set-Cookie") or []]
        return Reply(got.status, got.headers, cookies, content, span)

    def get(self, machine: int, path: str, headers: Mapping[str, str]) -> Reply:
        """Asks until an answer comes."""
        for _ in range(ATTEMPTS):
            reply = self.once(machine, "GET", path, headers)
            if reply is not None:
                return reply
        raise Gone(f"machine {machine} lost {ATTEMPTS} connections in a row")

    def fresh(self, machine: int) -> None:
        """The next request takes a new connection: what changes something is not sent into one that may be closing."""
        self._drop(machine)

    def post(self, machine: int, path: str, fields: Mapping[str, Any], headers: Mapping[str, str]) -> Reply | None:
        """Once, on a connection of its own; None if the answer was lost."""
        self.fresh(machine)
        return self.once(machine, "POST", path, {"Content-Type": "application/x-www-form-urlencoded", **headers}, urlencode(fields))
