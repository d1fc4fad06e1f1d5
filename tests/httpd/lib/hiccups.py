# SPDX-License-Identifier: Apache-2.0
"""How long the machine itself stood still: what has to be done within a time is asked of a server that runs, not of a paused one."""

from __future__ import annotations

import threading
import time

TICK = 0.01         # seconds
NOTICED = 0.02      # what a sleep may take longer on any machine


class Hiccups:
    """A context: watches how much longer than it asked for it sleeps."""

    def __init__(self) -> None:
        self._late: list[tuple[float, float]] = []      # when, and how much
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._over.is_set():
            begun = time.monotonic()
            time.sleep(TICK)
            late = time.monotonic() - begun - TICK
            if late > NOTICED:
                self._late.append((begun + TICK + late, late))

    def since(self, begun: float) -> float:
        """Seconds in which nothing ran, from a time of the monotonic clock on."""
        time.sleep(3 * TICK)        # the watch may wake later than its user
        return sum(min(late, at - begun) for at, late in list(self._late) if at > begun)

    def __enter__(self) -> "Hiccups":
        self._thread.start()
        return self

    def __exit__(self, *about: object) -> None:
        self._over.set()
        self._thread.join()
