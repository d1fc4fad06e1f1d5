# SPDX-License-Identifier: Apache-2.0
"""A wall clock of its own for one server and its ikssoctl, which can be stepped while they run."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

from .server import Server


class Clock:
    """Attach it before the server starts."""

    def __init__(self, server: Server) -> None:
        self.file = server.root / "clock"
        library = server.root / "clock.so"
        source = Path(__file__).with_name("clock.c")
        subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
        library.chmod(0o755)
        self.file.write_bytes(struct.pack("=q", 0))
        self.file.chmod(0o644)
        server.preload.append(str(library))
        server.variables["IK_TEST_CLOCK"] = str(self.file)

    def step(self, seconds: int) -> None:
        """From now on it is that much ahead of everybody else's, or behind."""
        with self.file.open("r+b", buffering=0) as file:
            file.write(struct.pack("=q", seconds))
