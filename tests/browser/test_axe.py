# SPDX-License-Identifier: Apache-2.0
"""Every page in every state before axe-core: light and dark, on a screen and on a phone."""

from __future__ import annotations

from typing import Iterator

import pytest
from axe import violations
from chromium import Chromium
from gallery import Gallery, show
from judge import PICTURED, VIEWS, judged


@pytest.fixture
def chromium(shared: Chromium) -> Iterator[Chromium]:
    """One browser for all tests here. The gallery answers forms that send themselves with nothing: pages stay."""
    shared.get("about:blank")
    shared.begin()
    yield shared
    assert not shared.unexpected(), "\n".join(shared.unexpected())


def test_no_page_has_a_serious_violation(chromium: Chromium, gallery: Gallery) -> None:
    found = []
    for name in gallery.names:
        chromium.look(*VIEWS["light"])
        show(chromium, gallery, name)
        for view in PICTURED:
            chromium.look(*VIEWS[view])
            found += [f"{name} ({view}): {each}" for each in judged(chromium, view)]
    assert not found, "\n".join(found)


def test_violations_that_were_planted_are_found(chromium: Chromium, gallery: Gallery) -> None:
    """The same judgement of a page that was spoiled."""
    show(chromium, gallery, "sign-in")
    assert violations(chromium) == []
    chromium.run("""document.querySelector("label").remove();
                    document.querySelector("#email").removeAttribute("placeholder");
                    document.querySelector(".lead").style.color = "#bbb";
                    document.querySelector("button").innerText = "";
                    document.documentElement.lang = "";
                    document.querySelector("main").insertAdjacentHTML("beforeend", "<ul><p>x</p></ul>");""")
    found = "\n".join(violations(chromium))
    for rule in ("label", "color-contrast", "button-name", "html-has-lang", "list"):
        assert f": {rule}: " in found, found
    assert [line.split(": ")[1] for line in violations(chromium, colours=True)] == ["color-contrast"]
