# SPDX-License-Identifier: Apache-2.0
"""How pages are looked at: each in several views, examined by our own rules and by axe-core."""

from __future__ import annotations

from pathlib import Path

from axe import violations
from chromium import Chromium

# Width, height, dark.
VIEWS = {"light": (1280, 900, False), "dark": (1280, 900, True), "phone": (390, 844, False), "phone-dark": (390, 844, True),
         "narrow": (320, 640, False)}
PICTURED = [name for name in VIEWS if name != "narrow"]
EXAMINE = (Path(__file__).parent / "examine.js").read_text()


def judged(chromium: Chromium, view: str) -> list[str]:
    """What axe-core finds in a view. A dark one has been light before, and differs from that in its colours."""
    return violations(chromium, colours=VIEWS[view][2])


def look_closely(chromium: Chromium, name: str) -> None:
    """The page that is shown, in every view: keeps pictures, and fails if anything is wrong with it."""
    found = []
    for view, how in VIEWS.items():
        chromium.look(*how)
        chromium.settle()
        found += [f"{name} ({view}): {each}" for each in chromium.run(EXAMINE)]
        if view in PICTURED:
            chromium.screenshot(f"{name}-{view}")
            found += [f"{name} ({view}): {each}" for each in judged(chromium, view)]
    chromium.look()
    assert not found, "\n".join(found)
