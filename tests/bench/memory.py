# SPDX-License-Identifier: Apache-2.0
"""What memory a server takes: shared segments once per machine, and what each child has for itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HEAD = re.compile(r"^[0-9a-f]+-[0-9a-f]+ (?P<mode>\S{4}) \S+ \S+ \d+\s*(?P<path>.*)$")
SEGMENT = "/dev/zero (deleted)"     # what an anonymous shared mapping is called


@dataclass
class Mapping:
    """Bytes of one mapping of one process; pss counts a shared page by its share."""
    mode: str
    path: str
    size: int = 0
    pss: int = 0
    private: int = 0


def mappings(pid: int) -> list[Mapping]:
    """All mappings of a process, from /proc/PID/smaps."""
    found: list[Mapping] = []
    for line in Path("/proc", str(pid), "smaps").read_text().splitlines():
        head = HEAD.match(line)
        if head:
            found.append(Mapping(head["mode"], head["path"]))
            continue
        name, _, rest = line.partition(":")
        if rest.endswith("kB"):
            count = int(rest.split()[0]) * 1024
            found[-1].size += count if name == "Size" else 0
            found[-1].pss += count if name == "Pss" else 0
            found[-1].private += count if name in ("Private_Clean", "Private_Dirty") else 0
    return found


def children(root: int) -> list[int]:
    """The children of a process: httpd's worker processes."""
    threads = Path("/proc", str(root), "task").glob("*/children")
    return [int(pid) for each in threads for pid in each.read_text().split()]


@dataclass
class Footprint:
    """table: the largest shared segment, as it was asked for and as it is in memory, all processes together."""
    table: int
    resident: int
    private: list[int]


def footprint(root: int) -> Footprint:
    """Of the server whose parent process is root. Shared pages that processes map count once, as pss adds up."""
    mine = {pid: mappings(pid) for pid in (root, *children(root))}
    shared = [each for each in mine[root] if each.mode == "rw-s" and each.path == SEGMENT]
    if not shared:
        raise RuntimeError("httpd has no shared segment")
    size = max(each.size for each in shared)
    table = [each for maps in mine.values() for each in maps if each.path == SEGMENT and each.size == size]
    private = [sum(each.private for each in maps) for pid, maps in mine.items() if pid != root]
    return Footprint(size, sum(each.pss for each in table), private)
