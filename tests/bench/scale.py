#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
Prints what a server with a large store costs beside one with an empty store, on SQLite and on PostgreSQL: start-up,
memory, requests, logins. Exit code 1 if a limit is missed. Arguments: sqlite3, pgsql, or none for both.
"""

from __future__ import annotations

import http.client
import os
import random
import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "httpd"))

from lib import cookie, database, forge                 # noqa: E402
from lib.server import MPM, Server                      # noqa: E402
import fill                                             # noqa: E402
from load import Sample, cpu_of_tree, post_all, weigh, wrk  # noqa: E402
from memory import Footprint, footprint                 # noqa: E402
from smoke import CONFIGURATION, check_refused, sign_in  # noqa: E402

STARTS = int(os.environ.get("BENCH_STARTS", "7"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "31"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "1"))
SESSIONS = 10_000       # different people whose requests come in turn, so that no lookup is the one before
LOGINS = 50            # per round
CONNECTIONS = 8
MEBI = 1024 * 1024

# A connection that httpd closes as wrk sends on it would be an error of its own. It does so after a while, and when all
# threads of a child are busy: so there are fewer connections than those.
LASTING = "KeepAliveTimeout 60\nMaxKeepAliveRequests 0\n"

REQUEST_MORE = 0.05     # a request may cost this much more
TABLE_MOST = 64_000_000     # bytes per machine
START_MORE = 3.0        # seconds


@dataclass
class Side:
    """A server with its store, and what was measured on it."""
    name: str
    server: Server
    starts: list[tuple[float, float]] = field(default_factory=list)     # seconds, and those of CPU time
    requests: list[Sample] = field(default_factory=list)
    logins: list[Sample] = field(default_factory=list)
    footprint: Footprint | None = None
    session: cookie.Session | None = None

    @property
    def root(self) -> int:
        assert self.server.process is not None
        return self.server.process.pid

    @property
    def origin(self) -> str:
        return f"https://{self.server.host}"

    def start(self) -> None:
        self.server.start(self.server.vhost(CONFIGURATION + LASTING))

    def sign_in(self) -> None:
        """Signs somebody in, as the pattern of all sessions."""
        value = sign_in(self.server).partition("=")[2]
        self.session = cookie.open_cookie(value, cookie.read_keys(self.server.keys), self.origin)

    def cookie_of(self, user: int) -> str:
        """A Cookie header's value with a session of that user of the store, seen just now."""
        assert self.session is not None
        account, email = fill.account_of(user), fill.email_of(user)
        session = self.session.but(session=f"bench{user:017d}", account=account, email="", name_id=email)
        session.times["seen"] = cookie.now()
        return f"__Host-ikssoauth={cookie.seal(session, cookie.read_keys(self.server.keys)[0], self.origin)}"


def serves(side: Side, header: str) -> bool:
    """Whether somebody who is signed in gets the file now."""
    connection = http.client.HTTPConnection("127.0.0.1", side.server.port, timeout=30)
    try:
        connection.request("GET", "/file.txt", headers={"Host": side.server.host, "Cookie": header})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def time_start(side: Side) -> tuple[float, float]:
    """Seconds from the start of httpd until it serves somebody who is signed in, and what CPU time it used for that."""
    side.server.stop()
    header = side.cookie_of(0)
    begun = time.monotonic()
    side.server._launch()
    while not serves(side, header):
        if time.monotonic() - begun > 120:
            raise RuntimeError(f"httpd serves nobody:\n{side.server.said()[-2000:]}")
        time.sleep(0.005)
    return time.monotonic() - begun, cpu_of_tree(side.root)


def measure_starts(sides: list[Side]) -> None:
    for side in sides:
        time_start(side)    # once for the disk's cache
    for turn in range(STARTS):
        for side in sides if turn % 2 else sides[::-1]:
            side.starts.append(time_start(side))


def request(side: Side, users: list[int]) -> Sample:
    """A round of requests by these people."""
    file = side.server.write("cookies", "".join(f"{side.cookie_of(user)}\n" for user in users), below="conf")
    script = [str(HERE / "sessions.lua"), side.server.host, str(file)]
    url = f"http://127.0.0.1:{side.server.port}/file.txt"
    return weigh(side.root, lambda: wrk(url, SECONDS, [], script, CONNECTIONS))


def log_in(side: Side) -> Sample:
    """A round of logins, each with a response of its own, signed before the clock starts."""
    responses = [forge.Response(email=f"user{i}@acme.test").encoded() for i in range(LOGINS)]
    return weigh(side.root, lambda: post_all(side.server.port, side.server.host, "/saml/consume", responses, CONNECTIONS))


def measure_work(sides: list[Side]) -> None:
    """Rounds of both sides in turn, the first side changing with every round; one before to warm up."""
    for turn in range(ROUNDS + 1):
        users = random.Random(turn).sample(range(fill.USERS), SESSIONS)
        for side in sides if turn % 2 else sides[::-1]:
            asked, entered = request(side, users), log_in(side)
            if turn:
                side.requests.append(asked)
                side.logins.append(entered)


def compare(title: str, empty: list[float], full: list[float], unit: str) -> float:
    """Prints both sides; returns the median of the ratios of the pairs, which had the same moment's machine."""
    ratio = statistics.median(b / a for a, b in zip(empty, full))
    print(f"  {title} ({unit})")
    for name, values in (("empty", empty), ("full", full)):
        print(f"    {name:6}{statistics.median(values):10.3f}   raw {' '.join(f'{value:.3f}' for value in values)}")
    print(f"    ratio {ratio:10.3f}")
    return ratio


def hold(what: str, value: float, limit: float, unit: str) -> bool:
    """Prints a limit and whether it is held."""
    print(f"  {'held' if value <= limit else 'MISSED'}: {what} {value:.3f} {unit}, limit {limit:g} {unit}")
    return value <= limit


def check_whole(side: Side) -> None:
    """No child crashed while it was measured."""
    if side.server.log.crashes():
        raise RuntimeError("\n".join(side.server.log.crashes()))


def report(empty: Side, full: Side) -> bool:
    """Prints everything; True if every limit is held."""
    sides = (empty, full)
    waits = [[wall for wall, _ in side.starts] for side in sides]
    compare("start until somebody signed in is served", *waits, "s")
    compare("CPU time of that start", *([cpu for _, cpu in side.starts] for side in sides), "s")
    cost = compare("CPU of an authenticated request", *([each.cpu_each * 1e6 for each in side.requests] for side in sides), "µs")
    compare("CPU of a login", *([each.cpu_each * 1e3 for each in side.logins] for side in sides), "ms")
    for side in sides:
        assert side.footprint is not None
        each = " ".join(f"{bytes_ / MEBI:.1f}" for bytes_ in side.footprint.private)
        print(f"  memory, {side.name}: table {side.footprint.table / MEBI:.1f} MiB reserved, "
              f"{side.footprint.resident / MEBI:.2f} MiB in use per machine; private per child {each} MiB")
    assert full.footprint is not None
    longer = statistics.median(waits[1]) - statistics.median(waits[0])
    return all([hold("a request costs more by", (cost - 1) * 100, REQUEST_MORE * 100, "%"),
                hold("the table takes per machine", full.footprint.table / 1e6, TABLE_MOST / 1e6, "MB"),
                hold("start-up takes longer by", longer, START_MORE, "s")])


def prepare(stack: ExitStack, name: str) -> Side:
    """A server with one account of its own."""
    server = Server()
    stack.callback(server.remove)
    server.write("file.txt", "x" * 1024)
    server.init()
    server.add_account("acme", forge.idp().metadata())
    return Side(name, server)


def run(kind: str) -> bool:
    """One kind of database; True if every limit is held."""
    database.KIND = kind
    with ExitStack() as stack:
        empty, full = prepare(stack, "empty"), prepare(stack, "full")
        begun = time.monotonic()
        fill.fill(full.server.database)
        print(f"{kind}, httpd {MPM}: {fill.REVOCATIONS:,} revocations, {fill.USERS:,} users, {fill.ACCOUNTS:,} accounts "
              f"(filled in {time.monotonic() - begun:.0f} s) beside an empty store; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs")
        print("  " + "\n  ".join(full.server.ctl("status").out.splitlines()), flush=True)
        for side in (empty, full):
            side.start()
            check_refused(side.server)
            side.sign_in()
        try:
            measure_starts([empty, full])
            measure_work([empty, full])
        finally:
            for side in (empty, full):
                check_whole(side)
        for side in (empty, full):
            side.footprint = footprint(side.root)
        return report(empty, full)


def main() -> int:
    return 0 if all([run(kind) for kind in sys.argv[1:] or ("sqlite3", "pgsql")]) else 1


if __name__ == "__main__":
    sys.exit(main())
