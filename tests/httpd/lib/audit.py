# SPDX-License-Identifier: Apache-2.0
"""Reads the audit log, and holds every line of it against the schema."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import jsonschema

from .server import TOP

SCHEMA = jsonschema.Draft202012Validator(json.loads((TOP / "docs" / "audit-schema.json").read_text()))
LINE_MAX = 4096     # PIPE_BUF

Line = dict[str, Any]


def checked(line: bytes) -> Line:
    """A line as a program reads it."""
    assert line.endswith(b"}\n") and len(line) <= LINE_MAX, line
    read = json.loads(line.decode())
    wrong = [error.message for error in SCHEMA.iter_errors(read)]
    assert not wrong, f"{wrong}: {line!r}"
    return read


class AuditLog:
    """One log, read from where it was left the last time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0

    def lines(self) -> list[bytes]:
        return self.path.read_bytes().splitlines(keepends=True) if self.path.exists() else []

    def skip(self) -> None:
        """What is there is none of the test's business."""
        self._read = len(self.lines())

    def waiting(self) -> int:
        """How many have come since."""
        return len(self.lines()) - self._read

    def take(self, count: int, seconds: float = 10) -> list[Line]:
        """The next lines, just that many, once they are there."""
        end = time.monotonic() + seconds
        while len(self.lines()) < self._read + count and time.monotonic() < end:
            time.sleep(0.02)
        new = self.lines()[self._read:]
        self._read += len(new)
        assert len(new) == count, f"{len(new)} lines, not {count}: {new}"
        return [checked(line) for line in new]

    def nothing(self, seconds: float = 0.7) -> None:
        """No line comes, not from the command line either."""
        time.sleep(seconds)
        self.take(0)
