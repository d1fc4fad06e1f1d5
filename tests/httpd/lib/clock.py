# SPDX-License-Identifier: Apache-2.0
"""A wall clock of its own for one server and its ikssoctl, which can be stepped while they run."""

from __future__ import annotations

import struct

from . import preload
from .server import Server


class Clock:
    """Attach it before the server starts."""

    def __init__(self, server: Server) -> None:
        self.file = server.root / "clock"
        preload.add(server, "clock")
        self.file.write_bytes(struct.pack("=q", 0))
        self.file.chmod(0o644)
        server.variables["IK_TEST_CLOCK"] = str(self.file)

    def step(self, seconds: int) -> None:
        """From now on it is that much ahead of everybody else's, or behind."""
        with self.file.open("r+b", buffering=0) as file:
            file.write(struct.pack("=q", seconds))
