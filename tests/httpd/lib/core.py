# SPDX-License-Identifier: Apache-2.0
"""What a crashed child leaves behind: its core, and in it where it was."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
from pathlib import Path

# The main thread of a process, which has its number; the first thread is the one that died of the signal.
THREAD = re.compile(r"(?m)^Thread (\d+) \(Thread 0x[0-9a-f]+ \(LWP (\d+)\)\):\n((?:#.*\n?)+)")
HANDLER = "<signal handler called>"
OF_EVENT = (r"in apr_os_sock_get \(\) (?:from|at) \S*/libapr-1\.so\S*", r"(?:in \S* ?\(\) (?:from|at) \S*/mod_mpm_event\.so;)+",
            r"in ap_run_mpm \(\)", r"in main \(\)")


def allow() -> None:
    """Lets what this process starts from now on write cores."""
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)


def _debug(core: Path, program: str, *commands: str) -> str:
    given = [word for command in commands for word in ("-ex", command)]
    done = subprocess.run(["gdb", "-q", "-batch", *given, program, str(core)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)
    return done.stdout


def backtraces(folder: Path, program: str) -> str:
    """Where every thread was, of every core in folder; where there is no debugger, the names of the cores."""
    cores = sorted(folder.glob("core*"))
    if not shutil.which("gdb"):
        return "\n".join(map(str, cores))
    return "\n".join(f"{core}:\n{_debug(core, program, 'bt', 'thread apply all bt 12')}" for core in cores)


def _is_of_event(frames: str) -> bool:
    rows = [re.sub(r"\s+", " ", re.sub(r"^#\d+\s+(?:0x[0-9a-f]+ )?", "", row)) for row in frames.splitlines()]
    inside = next((at for at, row in enumerate(rows) if HANDLER in row), -1)
    told = ";".join(rows[inside + 1:]) + ";"
    first, middle, *last = OF_EVENT
    return bool(re.fullmatch(f"{first};{middle}{';'.join(last)};", told))


def died_of_event(folder: Path, program: str) -> list[int]:
    """
    The children of event, among those that left a core in folder, that died of a fault of httpd's own as they ended:

    Told to stop at once, their main thread closes the sockets of all requests, and does not hold them meanwhile. A thread that
    has just come to the end of its request gives the memory of its socket back to the system in between (close_worker_sockets of
    httpd 2.4's event.c; a machine with more to do than it can do has one in twenty such stops die, with no module of ours in
    sight). Nothing is lost: what the process had under way it was about to drop, and nobody waits for it any more.
    """
    found = []
    for core in folder.glob("core*") if shutil.which("gdb") else ():
        for number, process, frames in THREAD.findall(_debug(core, program, "thread apply all bt")):
            if "in main ()" in frames and (number == "1" or HANDLER in frames) and _is_of_event(frames):
                found.append(int(process))
    return found
