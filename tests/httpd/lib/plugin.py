# SPDX-License-Identifier: Apache-2.0
"""
The fixtures that all httpd tests share.

A test module says what its server is like in a function `site(server)`: it prepares accounts and files and returns the
configuration, or (configuration, modules). What else it starts it puts into the module's list MADE, to be closed at the end.
The server is started once per module; a test that uses it (fixture `server`, or `browser`) fails if it leaves an error, a
warning or a crash in the log that it did not announce with `log.expect`.
"""

from __future__ import annotations

from typing import Any, Iterator

import pytest

from . import database
from . import postgres as private_postgres
from .backend import Backend
from .browser import Browser
from .log import ErrorLog
from .server import Server


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest, backend: Backend) -> Iterator[Server]:
    """The module's server, without a watch on its log."""
    server = Server(getattr(request.module, "HOST", "imagekit.test"))
    server.backend = backend.url
    try:
        server.init()
        said = request.module.site(server)
        body, modules = said if isinstance(said, tuple) else (said, ())
        server.start(body, modules)
        assert not server.log.unexpected(), "the start left: " + "\n".join(server.log.unexpected())
        yield server
        server.stop()
        crashes = server.crashes()
        assert not crashes, crashes
    finally:
        server.remove()


@pytest.fixture(scope="module", autouse=True)
def made_is_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the module has put into its list MADE, such as identity providers, is closed after the server has stopped."""
    yield
    made: list[Any] = getattr(request.module, "MADE", [])
    while made:
        made.pop().close()


@pytest.fixture
def log(running: Server) -> Iterator[ErrorLog]:
    """The error log of this test; it must hold nothing bad that was not announced."""
    running.log.begin()
    yield running.log
    bad = running.log.unexpected()
    assert not bad, "not announced in the error log:\n" + "\n".join(bad)


@pytest.fixture
def server(running: Server, log: ErrorLog) -> Server:
    """The module's server, its log watched."""
    return running


@pytest.fixture(scope="session")
def backend() -> Iterator[Backend]:
    """An application that answers with the headers it was sent."""
    made = Backend()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def postgres() -> private_postgres.Postgres:
    """A private PostgreSQL, started when a test asks for it first, gone at the end of the run."""
    return private_postgres.shared()


class Figures:
    """What tests have measured; printed at the end of the run."""
    lines: list[str] = []

    def add(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture(scope="session")
def figures() -> Figures:
    return Figures()


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """A hook of pytest. What is marked sqlite3 is about the file itself, and has no counterpart on a server."""
    if database.KIND == "sqlite3":
        return
    about_files = [item for item in items if item.get_closest_marker("sqlite3")]
    items[:] = [item for item in items if item not in about_files]
    config.hook.pytest_deselected(items=about_files)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A hook of pytest. Several conftest files bring it along: who comes first prints."""
    lines, Figures.lines = Figures.lines, []
    if lines:
        terminalreporter.section("measured")
    for line in lines:
        terminalreporter.write_line(line)


@pytest.fixture
def browser(server: Server) -> Iterator[Browser]:
    """A fresh browser."""
    with Browser(server) as made:
        yield made
