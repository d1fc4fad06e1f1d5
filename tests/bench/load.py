# SPDX-License-Identifier: Apache-2.0
"""Loads a server and weighs what it cost: wrk for requests, a few connections for logins, /proc for CPU time."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import threading
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Sequence

TICK = os.sysconf("SC_CLK_TCK")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Sample:
    """What one round did: how many, in how long, for how much CPU time of the server."""
    count: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.count


def _stat(pid: str) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold spaces; [] once the process is gone."""
    try:
        return Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _tree(root: int) -> dict[str, list[str]]:
    """The process and its descendants, with their fields."""
    stats = {pid: stat for pid in os.listdir("/proc") if pid.isdigit() and (stat := _stat(pid))}
    tree, size = {str(root)}, 0
    while len(tree) != size:
        size = len(tree)
        tree |= {pid for pid, stat in stats.items() if stat[1] in tree}
    return {pid: stat for pid, stat in stats.items() if pid in tree}


def cpu_of_tree(root: int) -> float:
    """Seconds of CPU time that the process and its descendants have used, ended children included; to a tick."""
    tree = _tree(root)
    return (sum(sum(map(int, stat[11:13])) for stat in tree.values()) + sum(map(int, tree[str(root)][13:15]))) / TICK


def _cpu_of_threads(root: int) -> dict[str, int]:
    """Nanoseconds of CPU time of each thread of the process and its descendants."""
    found = {}
    for task in (task for pid in _tree(root) for task in Path("/proc", pid, "task").glob("*")):
        try:
            found[task.name] = int((task / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            pass                # it has ended
    return found


def weigh(root: int, work: Callable[[], tuple[int, float]]) -> Sample:
    """Does work, which returns how many and how long, and adds what it cost the server's threads."""
    before = _cpu_of_threads(root)
    count, seconds = work()
    after = _cpu_of_threads(root)
    return Sample(count, seconds, sum(spent - before.get(thread, 0) for thread, spent in after.items()) / 1e9)


def wrk(url: str, seconds: int, headers: Sequence[str], script: Sequence[str] = (), connections: int = 16) -> tuple[int, float]:
    """
    Requests url for that long over these connections, or what script, a Lua program and its arguments, makes of it.
    Anything but 2xx, or a broken connection, is an error.
    """
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *(word for header in headers for word in ("-H", header))]
    command += ["-s", script[0], url, "--", *script[1:]] if script else [url]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    done = re.search(r"(\d+) requests in ([\d.]+)(m?s),", said)
    if not done or "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"wrk {url}:\n{said}")
    return int(done[1]), float(done[2]) * (0.001 if done[3] == "ms" else 1)


def post_all(port: int, host: str, path: str, responses: Sequence[str], connections: int) -> tuple[int, float]:
    """Posts each SAMLResponse once, over that many connections. Any answer but 303 is an error."""
    bodies = [urllib.parse.urlencode({"SAMLResponse": each}) for each in responses]
    wrong: list[str] = []

    def post(mine: Sequence[str]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for body in mine:
            connection.request("POST", path, body, {**FORM, "Host": host})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 303:
                wrong.append(f"{answer.status}: {text[:300]!r}")
                break
        connection.close()

    threads = [threading.Thread(target=post, args=(bodies[i::connections],)) for i in range(connections)]
    begun = time.monotonic()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    seconds = time.monotonic() - begun
    if wrong:
        raise RuntimeError(f"a login failed: {wrong[0]}")
    return len(bodies), seconds
