# SPDX-License-Identifier: Apache-2.0
"""Libraries of our own that a server under test runs with, and that change what it is given by the system."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .server import Server


def add(server: Server, name: str) -> None:
    """Compiles name.c of this directory; httpd and ikssoctl of that server run with it from their next start on."""
    library = server.root / f"{name}.so"
    source = Path(__file__).with_name(f"{name}.c")
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    library.chmod(0o755)
    server.preload.append(str(library))
