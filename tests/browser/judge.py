# SPDX-License-Identifier: Apache-2.0
"""How pages are looked at: each in several views, examined by our own rules and by axe-core."""

from __future__ import annotations

from pathlib import Path

from axe import COLOURS, TAGS, violations
from chromium import Chromium

# Width, height, dark.
VIEWS = {"light": (1280, 900, False), "dark": (1280, 900, True), "phone": (390, 844, False), "phone-dark": (390, 844, True),
         "narrow": (320, 640, False)}
PICTURED = ["light", "dark", "phone"]
# What axe-core judges: the dark differs from the light in its colours.
AXE = {"light": TAGS, "dark": COLOURS, "phone": TAGS, "phone-dark": COLOURS}
EXAMINE = (Path(__file__).parent / "examine.js").read_text()


def complaints(chromium: Chromium, name: str, view: str) -> list[str]:
    """What is wrong with the page that is shown in a view: by our rules, and by axe-core's. Keeps a picture."""
    chromium.look(*VIEWS[view])
    chromium.settle()
    found = chromium.run(EXAMINE)
    if view in PICTURED:
        chromium.screenshot(f"{name}-{view}")
    if view in AXE:
        found += violations(chromium, AXE[view])
    return [f"{name} ({view}): {each}" for each in found]


def look_closely(chromium: Chromium, name: str) -> None:
    """The page that is shown, in every view: keeps pictures, and fails if anything is wrong with it."""
    found = [each for view in VIEWS for each in complaints(chromium, name, view)]
    chromium.look()
    assert not found, "\n".join(found)
