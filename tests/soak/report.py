# SPDX-License-Identifier: Apache-2.0
"""The end of a soak: what was done, and what was found wrong, which has to be nothing."""

from __future__ import annotations

from chaos import Machine
from world import World

SHOWN = 20      # lines of each kind that are printed

# What a kill of a child, and no other mistake, leaves at level warning or above.
ANNOUNCED = (r"AH00045", r"AH00288", r"AH10292")


def _print_all(title: str, lines: list[str]) -> int:
    print(f"{title}: {len(lines)}")
    for line in lines[:SHOWN]:
        print(f"    {line}")
    return len(lines)


def _operations(world: World) -> None:
    print(f"{world.name}, machines: {len(world.machines)}")
    for what, count in sorted(world.tally.counts.items()):
        print(f"    {what:45} {count:8}")
    if world.model.within:
        print(f"    longest time after its end that a session was accepted elsewhere: {world.tally.late * 1000:.0f} ms")


def _memory(machines: list[Machine]) -> list[str]:
    """Prints the growth of every child; returns what exceeds noise."""
    grown = []
    for machine in machines:
        found = machine.growth()
        where = f"{machine.world.name}, machine {machine.number}"
        if not found:
            grown.append(f"{where}: no child lived through the calm, so nobody knows")
        for each in found:
            line = f"{where}, child {each.pid}: {each.before / 1e6:.2f} MB after warm-up, {each.after / 1e6:.2f} MB at the end"
            print(f"    {line}")
            if not each.is_noise:
                grown.append(line)
    return grown


def report(worlds: list[World], machines: list[Machine], lost: list[str]) -> int:
    """Prints everything; 0 if nothing is wrong."""
    for world in worlds:
        _operations(world)
    print("memory per child")
    grown = _memory(machines)
    for world in worlds:
        for pattern in ANNOUNCED:
            world.cluster.expect(pattern)
    bad = _print_all("wrong answers", [line for world in worlds for line in world.tally.wrong])
    bad += _print_all("lost updates", lost)
    bad += _print_all("children that grew", grown)
    logs = [machine.log for world in worlds for machine in world.machines]
    bad += _print_all("crashes", [line for log in logs for line in log.crashes()])
    bad += _print_all("log lines not announced", [line for world in worlds for line in world.cluster.unexpected()])
    print("soak: " + ("nothing wrong" if bad == 0 else f"{bad} things are wrong"))
    return 0 if bad == 0 else 1
