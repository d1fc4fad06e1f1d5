# SPDX-License-Identifier: Apache-2.0
"""Reads httpd's error log, and says which lines a test did not announce."""

from __future__ import annotations

import re
import time
from pathlib import Path

BAD_LEVEL = re.compile(r"^\[[^\]]*\] \[[\w-]*:(?:emerg|alert|crit|error|warn)\]")
# mod_ssl tells of a machine whose httpd is newer than its OpenSSL: nothing of ours. Nor that it was so slow that all threads were busy,
# or that the next daemon of mod_cgid met the socket of the last at a restart.
OF_THE_MACHINE = re.compile(r"AH01882: |AH00484: |AH01238: |AH01243: ")
CRASH = re.compile(r"exit signal|AddressSanitizer|LeakSanitizer|UndefinedBehaviorSanitizer|runtime error:|"
                   r"stack smashing|double free|corrupted|Assertion .* failed|-CRITICAL \*\*|\*\* CRITICAL")


class ErrorLog:
    """The error log of one server, read from where the running test began."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._from = 0
        self._announced: list[re.Pattern[str]] = []
        self._killed: set[str] = set()

    def text(self) -> str:
        """All of it."""
        return self.path.read_text(errors="replace") if self.path.exists() else ""

    def begin(self) -> None:
        """A test begins: nothing is announced, nothing has been written."""
        self._from = len(self.text())
        self._announced = []

    def new(self) -> list[str]:
        """The lines written since the test began."""
        return self.text()[self._from:].splitlines()

    def expect(self, pattern: str) -> None:
        """Announces that lines that match pattern (a regular expression, or an id like IK0123) are fine in this test."""
        self._announced.append(re.compile(pattern))

    def killed(self, pid: int) -> None:
        """Announces that this process is killed by the test."""
        self._killed.add(f"child pid {pid} exit signal Killed (9)")

    def died(self, pid: int) -> None:
        """Says of a process that it is known of what it died, and that it may."""
        self._killed.add(f"child pid {pid} exit signal Segmentation fault (11)")

    def _is_crash(self, line: str) -> bool:
        return bool(CRASH.search(line)) and not any(known in line for known in self._killed)

    def find(self, pattern: str) -> list[str]:
        """The new lines that match."""
        return [line for line in self.new() if re.search(pattern, line)]

    def wait(self, pattern: str, seconds: float = 5) -> list[str]:
        """The same, but gives the server a moment to write one."""
        end = time.monotonic() + seconds
        while not self.find(pattern) and time.monotonic() < end:
            time.sleep(0.02)
        return self.find(pattern)

    def unexpected(self) -> list[str]:
        """Errors, warnings and signs of a crash that were not announced. No crash can be, but the kill of a process (and see core.py)."""
        bad = [line for line in self.new() if BAD_LEVEL.search(line) and not OF_THE_MACHINE.search(line)
               and not any(known.search(line) for known in self._announced)]
        return bad + [line for line in self.new() if self._is_crash(line)]

    def crashes(self) -> list[str]:
        """The signs of a crash in all of it, also after the server was told to stop."""
        return [line for line in self.text().splitlines() if self._is_crash(line)]
