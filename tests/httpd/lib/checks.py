# SPDX-License-Identifier: Apache-2.0
"""The checks of a response, read from the header that defines them, and what a page says about each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .pages import Page
from .server import TOP

ROW = re.compile(r'X\((\w+), "(\w+)", "([^"]+)"\)')


def read() -> dict[str, str]:
    """The label of every check by its id, in order."""
    rows = ROW.findall((TOP / "mod_ikssoauth" / "model" / "check.h").read_text(encoding="utf-8"))
    assert len(rows) > 10, "mod_ikssoauth/model/check.h is not read any more"
    return {name: label for _, name, label in rows}


LABELS = read()


@dataclass(frozen=True)
class Check:
    """What a page says about one check; text is all of it: label, sentence, who acts, detail."""
    state: str      # passed, failed, skipped
    text: str


WORDS = {"Failed:": "failed", "Passed:": "passed", "Not checked:": "skipped"}     # what screen readers read before the label


def checks(page: Page) -> dict[str, Check]:
    """What the page of a test says, by the id of the check."""
    ids = {label: name for name, label in LABELS.items()}
    found: dict[str, Check] = {}
    for item in page.root.xpath("//li"):
        text = " ".join(item.text_content().split())
        word = next((each for each in WORDS if text.startswith(each)), None)
        rest = text[len(word):].strip() if word else ""
        label = next((each for each in ids if rest.startswith(each)), None)
        if word and label:
            assert ids[label] not in found, f"{label!r} is shown twice"
            found[ids[label]] = Check(WORDS[word], rest)
    return found
