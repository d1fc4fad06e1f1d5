# SPDX-License-Identifier: Apache-2.0
"""What a crashed child leaves behind: its core, and in it where it was."""

from __future__ import annotations

import resource
import shutil
import subprocess
from pathlib import Path


def allow() -> None:
    """Lets what this process starts from now on write cores."""
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)


def backtraces(folder: Path, program: str) -> str:
    """Where every thread was, of every core in folder; where there is no debugger, the names of the cores."""
    cores = sorted(folder.glob("core*"))
    if not shutil.which("gdb"):
        return "\n".join(map(str, cores))
    return "\n".join(_backtrace(core, program) for core in cores)


def _backtrace(core: Path, program: str) -> str:
    done = subprocess.run(["gdb", "-q", "-batch", "-ex", "bt", "-ex", "thread apply all bt 12", program, str(core)],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return f"{core}:\n{done.stdout}"
