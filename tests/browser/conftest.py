# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the tests in Chromium: those of the tests on a real httpd, and browsers."""

from __future__ import annotations

from typing import Any, Callable, Iterator

import pytest
from chromium import Chromium
from gallery import Gallery
from lib.plugin import (  # noqa: F401
    backend, browser, figures, log, made_is_closed, postgres, pytest_collection_modifyitems, pytest_terminal_summary, running,
    server)


@pytest.fixture
def chromiums() -> Iterator[Callable[..., Chromium]]:
    """Starts browsers that know nothing of each other. None may have complained by the end, but of what was expected."""
    started: list[Chromium] = []

    def start(*about: Any) -> Chromium:
        started.append(Chromium(*about))
        return started[-1]

    try:
        yield start
        complaints = [line for each in started for line in each.unexpected()]
        assert not complaints, "not announced in the browser's console:\n" + "\n".join(complaints)
    finally:
        for each in started:
            each.quit()


@pytest.fixture
def chromium(chromiums: Callable[..., Chromium]) -> Chromium:
    """A fresh browser. Its driver is chromium.driver, Selenium's."""
    return chromiums()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    built = Gallery(tmp_path_factory.mktemp("gallery"))
    yield built
    built.close()


@pytest.fixture
def gallery(built: Gallery) -> Iterator[Gallery]:
    """The pages; what was posted and changed in one test is gone in the next."""
    yield built
    built.posted.clear()
    built.origins.clear()
    built.policies.clear()
    built.leads_to = ""


@pytest.fixture(scope="module")
def shared() -> Iterator[Chromium]:
    """A browser for all tests of a module whose pages leave nothing behind in it."""
    shared = Chromium()
    yield shared
    shared.quit()
