# SPDX-License-Identifier: Apache-2.0
"""Graceful restarts and kill -9 of children, each machine calm for a part of the run; then its children's memory is watched."""

from __future__ import annotations

import os
import random
import signal
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from world import World

from lib.client import clock
from lib.server import ServerError

PAUSE = 3.0             # seconds between two blows, on average
WARM_UP, TAIL = 0.35, 0.8       # parts of the calm: what is compared are the samples around both
GROWTH_BYTES, GROWTH_PART = 1.5e6, 0.08     # noise: what allocators keep


def anonymous(pid: int) -> int:
    """Bytes of memory that the process has to itself: no shared table, no file."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"/proc/{pid}/status has no RssAnon")


@dataclass
class Growth:
    """Of one child that lived through the calm."""
    pid: int
    before: float
    after: float

    @property
    def is_noise(self) -> bool:
        return self.after - self.before <= max(GROWTH_BYTES, GROWTH_PART * self.before)


@dataclass
class Machine:
    """What happens to one machine. calm: its part of the run, from and to."""
    world: World
    number: int
    calm: tuple[float, float]
    seconds: float
    samples: dict[int, list[tuple[float, int]]] = field(default_factory=dict)

    def run(self) -> None:
        dice = random.Random(f"{self.world.seed} {self.world.name} chaos {self.number}")
        due = clock() + PAUSE
        while self.world.running():
            if self._is_calm():
                self._sample()
            elif clock() >= due:
                dice.choice((self.restart, self.kill))(dice)
                due = clock() + PAUSE * (0.5 + dice.random())
            self.world.stop.wait(0.25)

    def _at(self) -> float:
        """How much of the run is over."""
        return (clock() - self.world.begun) / self.seconds

    def _is_calm(self) -> bool:
        return self.calm[0] <= self._at() < self.calm[1]

    def restart(self, _: random.Random) -> None:
        self.world.tally.count("graceful restarts")
        try:
            self.world.machines[self.number].graceful()
        except ServerError as error:
            self.world.tally.add_wrong(f"{self.world.name}: {error}")

    def kill(self, dice: random.Random) -> None:
        server = self.world.machines[self.number]
        children = server.children()
        if not children:
            return
        victim = dice.choice(children)
        server.log.killed(victim)
        try:
            os.kill(victim, signal.SIGKILL)
            self.world.tally.count("children killed")
        except ProcessLookupError:
            pass            # it has just ended by itself

    # Memory

    def _sample(self) -> None:
        for pid in self.world.machines[self.number].children():
            try:
                self.samples.setdefault(pid, []).append((self._at(), anonymous(pid)))
            except (OSError, ValueError):
                continue    # it has just ended

    def growth(self) -> list[Growth]:
        """Of the children that were there from the warm-up to the end of the calm."""
        begin, end = self.calm
        warm, tail = begin + (end - begin) * WARM_UP, begin + (end - begin) * TAIL
        found = []
        for pid, samples in self.samples.items():
            early = [size for at, size in samples if warm <= at < warm + (end - begin) * 0.2]
            late = [size for at, size in samples if at >= tail]
            if early and late:
                found.append(Growth(pid, statistics.median(early), statistics.median(late)))
        return found
