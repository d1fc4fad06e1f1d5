#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
Drives everything at once for SOAK_SECONDS (600): logins, requests, logouts, role changes, administrators, key rotations,
graceful restarts and kills, on SQLite and on two machines with PostgreSQL. Every answer is held against a model.
SOAK_SEED repeats a run's choices.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import Callable, Iterator

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "httpd"))

from admin import Admin                         # noqa: E402
from chaos import Machine                       # noqa: E402
from final import check_sessions, lost_updates  # noqa: E402
from people import Person                       # noqa: E402
from report import report                       # noqa: E402
from world import World                         # noqa: E402

from lib import postgres                        # noqa: E402
from lib.database import PostgresDatabase, SqliteFile   # noqa: E402
from lib.server import Server               # noqa: E402

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))
SEED = int(os.environ.get("SOAK_SEED", random.randrange(1 << 32)))
PEOPLE = 3              # threads of clients for each cluster
WITHIN = 1.0            # seconds within which another machine knows of a revocation
CALM = [(0.5, 1.0), (0.0, 0.45), (0.55, 1.0)]   # when each machine is left alone, as a part of the run


def make_worlds(folder: Path) -> Iterator[World]:
    """SQLite on one machine, where a revocation acts on the very next request; PostgreSQL on two."""
    folder.chmod(0o755)
    Server.own(folder, 0o750)
    yield World("sqlite3", 1, SqliteFile(folder / "ikssoauth.db"), 0.0, SEED)
    yield World("pgsql", 2, PostgresDatabase(), WITHIN, SEED)


def guarded(world: World, work: Callable[[], None]) -> Callable[[], None]:
    """A thread that fails is something wrong, not something quiet."""
    def run() -> None:
        try:
            work()
        except Exception:       # noqa: BLE001: whatever it is, it is reported, and the run fails
            world.tally.add_wrong(f"{world.name}: the driver failed: {traceback.format_exc()}")
    return run


def drive(all_worlds: list[World], machines: list[Machine]) -> None:
    """Everything at once."""
    jobs = [(world, Person(world, number).run) for world in all_worlds for number in range(PEOPLE)]
    jobs += [(world, Admin(world).run) for world in all_worlds]
    jobs += [(machine.world, machine.run) for machine in machines]
    threads = [threading.Thread(target=guarded(world, work)) for world, work in jobs]
    for world in all_worlds:
        world.begun = time.monotonic()
    for thread in threads:
        thread.start()
    try:
        time.sleep(SECONDS)
    finally:
        for world in all_worlds:
            world.stop.set()
        for thread in threads:
            thread.join(60)


def main() -> int:
    print(f"soak: {SECONDS:.0f} s, SOAK_SEED={SEED}", flush=True)
    made: list[World] = []
    folder = Path(tempfile.mkdtemp(prefix="ik-soak-", dir="/tmp"))
    try:
        made.extend(make_worlds(folder))
        machines = [Machine(world, number, CALM[at], SECONDS)
                    for at, (world, number) in enumerate((world, number) for world in made for number in range(len(world.machines)))]
        drive(made, machines)
        time.sleep(WITHIN + 0.2)
        lost = [line for world in made for line in lost_updates(world)]
        for world in made:
            check_sessions(world)
        return report(made, machines, lost)
    finally:
        for world in made:
            world.cluster.remove()
        postgres.remove_shared()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
