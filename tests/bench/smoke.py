#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Prints what an authenticated request costs beside the same file without authentication, and what a login costs: one run."""

from __future__ import annotations

import http.client
import os
import statistics
import sys
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "httpd"))

from lib import forge                           # noqa: E402
from lib.server import MPM, Server              # noqa: E402
from load import FORM, Sample, post_all, weigh, wrk  # noqa: E402

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "2"))
LOGINS = int(os.environ.get("BENCH_LOGINS", "400"))
CONNECTIONS = 8
PLAIN = "plain.test"

# Logging is off on both sides: what is compared is the module, not the disk.
QUIET = "LogLevel warn\n"
CONFIGURATION = QUIET + """
<Location /file.txt>
    AuthType ikssoauth
    Require valid-user
</Location>
"""


def start() -> Server:
    server = Server()
    server.write("file.txt", "x" * 1024)
    server.init()
    server.add_account("acme", forge.idp().metadata())
    return server.start(server.vhost(CONFIGURATION) + server.vhost(QUIET, host=PLAIN, sso=False))


def sign_in(server: Server) -> str:
    """A Cookie header with a session."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    body = urllib.parse.urlencode({"SAMLResponse": forge.Response().encoded()})
    connection.request("POST", "/saml/consume", body, {**FORM, "Host": server.host})
    answer = connection.getresponse()
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    if answer.status != 303 or not cookie:
        raise RuntimeError(f"the login failed: {answer.status} {answer.read()[:300]!r}")
    connection.close()
    return f"Cookie: {cookie}"


def check_refused(server: Server) -> None:
    """Without the session the file is not served, or the comparison would mean nothing."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/file.txt", headers={"Host": server.host})
    status = connection.getresponse().status
    connection.close()
    if status == 200:
        raise RuntimeError("the protected file is served without a session")


def compare(server: Server, root: int) -> dict[str, list[Sample]]:
    """Rounds of both sides in turn, the first side changing with every round."""
    sides = {"plain": [f"Host: {PLAIN}"], "authenticated": [f"Host: {server.host}", sign_in(server)]}
    url = f"http://127.0.0.1:{server.port}/file.txt"
    samples: dict[str, list[Sample]] = {side: [] for side in sides}
    for headers in sides.values():
        wrk(url, 1, headers)
    for turn in range(ROUNDS):
        for side in sorted(sides, reverse=turn % 2 == 0):
            samples[side].append(weigh(root, lambda: wrk(url, SECONDS, sides[side])))
    return samples


def log_in(server: Server, root: int) -> Sample:
    """Many logins, each with a response of its own, signed before the clock starts."""
    responses = [forge.Response(email=f"user{i}@acme.test").encoded() for i in range(LOGINS)]
    post_all(server.port, server.host, "/saml/consume", responses[:CONNECTIONS], CONNECTIONS)
    return weigh(root, lambda: post_all(server.port, server.host, "/saml/consume", responses[CONNECTIONS:], CONNECTIONS))


def report(samples: dict[str, list[Sample]], logins: Sample) -> None:
    print(f"httpd {MPM}, a file of 1,024 bytes, 16 connections, {ROUNDS} rounds of {SECONDS} s in turn; medians of the rounds")
    rate = {side: statistics.median(each.rate for each in rows) for side, rows in samples.items()}
    cpu = {side: statistics.median(each.cpu_each for each in rows) for side, rows in samples.items()}
    for side, rows in samples.items():
        print(f"raw {side}: requests/s {[round(each.rate) for each in rows]}, "
              f"CPU ms per 1000 {[round(each.cpu_each * 1e6) for each in rows]}")
    print(f"{'':14}{'requests/s':>12}{'ratio':>8}{'CPU ms per 1000':>18}{'ratio':>8}")
    for side in samples:
        print(f"{side:14}{rate[side]:>12.0f}{rate[side] / rate['plain']:>8.2f}{cpu[side] * 1e6:>18.0f}{cpu[side] / cpu['plain']:>8.2f}")
    print(f"added by authentication: {(cpu['authenticated'] - cpu['plain']) * 1e6:.1f} µs of CPU per request")
    print(f"logins: {logins.rate:.0f}/s over {CONNECTIONS} connections, {logins.cpu_each * 1e3:.2f} ms of CPU each "
          f"(raw: {logins.count} in {logins.seconds:.2f} s, {logins.cpu:.2f} s of CPU)")


def main() -> int:
    server = start()
    try:
        assert server.process is not None
        check_refused(server)
        samples = compare(server, server.process.pid)
        report(samples, log_in(server, server.process.pid))
    finally:
        server.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
