# SPDX-License-Identifier: Apache-2.0
"""That axe-core, which every page in every state stands before (test_pages.py), finds what is wrong."""

from __future__ import annotations

from typing import Iterator

import pytest
from axe import COLOURS, TAGS, violations
from chromium import Chromium
from gallery import Gallery, show


@pytest.fixture
def chromium(shared: Chromium) -> Iterator[Chromium]:
    """One browser for all tests here. The gallery answers forms that send themselves with nothing: pages stay."""
    shared.get("about:blank")
    shared.begin()
    yield shared
    assert not shared.unexpected(), "\n".join(shared.unexpected())


def test_violations_that_were_planted_are_found(chromium: Chromium, gallery: Gallery) -> None:
    """The same judgement of a page that was spoiled."""
    show(chromium, gallery, "sign-in")
    assert violations(chromium, TAGS) == []
    chromium.run("""document.querySelector("label").remove();
                    document.querySelector("#email").removeAttribute("placeholder");
                    document.querySelector(".lead").style.color = "#bbb";
                    document.querySelector("button").innerText = "";
                    document.documentElement.lang = "";
                    document.querySelector("main").insertAdjacentHTML("beforeend", "<ul><p>x</p></ul>");""")
    found = "\n".join(violations(chromium, TAGS))
    for rule in ("label", "color-contrast", "button-name", "html-has-lang", "list"):
        assert f": {rule}: " in found, found
    assert [line.split(": ")[1] for line in violations(chromium, COLOURS)] == ["color-contrast"]
