# SPDX-License-Identifier: Apache-2.0
"""The harness itself: what it must notice, or all other tests prove less than they seem to."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path
from typing import Iterator

import pytest

from lib import cookie, everywhere, keys, preload
from lib.browser import Cookie
from lib.log import ErrorLog
from lib.server import MPM, Server

STAMP = "[Tue Nov 24 04:00:00.000000 2026]"


def log_with(folder: Path, line: str) -> ErrorLog:
    log = ErrorLog(folder / "error.log")
    log.path.write_text(f"{STAMP} [core:error] [pid 1] written before the test\n")
    log.begin()
    with log.path.open("a") as file:
        file.write(line + "\n")
    return log


@pytest.mark.parametrize("line", [
    f"{STAMP} [ikssoauth:error] [pid 1:tid 2] IK0121: failed", f"{STAMP} [ssl:warn] [pid 1] AH01873: x",
    f"{STAMP} [core:crit] [pid 1] x", f"{STAMP} [:emerg] [pid 1] x",
])
def test_errors_and_warnings_are_noticed_unless_announced(tmp_path: Path, line: str) -> None:
    log = log_with(tmp_path, line)
    assert log.unexpected() == [line]
    log.expect(r"IK0121|AH01873|\bx$")
    assert not log.unexpected()
    log.begin()
    assert not log.unexpected()


@pytest.mark.parametrize("line", [
    f"{STAMP} [core:notice] [pid 1] AH00051: child pid 7 exit signal Segmentation fault (11)",
    "==7==ERROR: AddressSanitizer: heap-use-after-free", "x.c:1:2: runtime error: signed integer overflow",
    "(process:7): GLib-GObject-CRITICAL **: 04:00:00.000: g_object_unref: assertion failed", "double free or corruption (out)",
])
def test_crashes_cannot_be_announced(tmp_path: Path, line: str) -> None:
    log = log_with(tmp_path, line)
    log.expect(".")
    assert log.unexpected() == [line] and log.crashes() == [line]


SEGMENT = "exit signal Segmentation fault"


@pytest.fixture
def bare() -> Iterator[Server]:
    made = Server(kind="sqlite3")
    try:
        made.init()
        yield made
    finally:
        made.remove()


def test_death_of_event_at_a_stop_is_told_from_others(bare: Server) -> None:
    """Only event closes the sockets of its threads in this way."""
    preload.add(bare, "closing")
    bare.start(bare.vhost(""))
    with socket.create_connection(("127.0.0.1", bare.port), timeout=5) as request:
        request.sendall(b"GET / HT")
        time.sleep(0.5)
        bare.stop()
    assert bool(SEGMENT in bare.log.text()) == (MPM == "event"), bare.log.text()
    assert not bare.crashes() and not bare.log.unexpected()


def test_other_deaths_are_not_excused(bare: Server) -> None:
    bare.start(bare.vhost(""))
    assert bare.raw(b"GET / HTTP/1.0\r\n\r\n"), "a child serves"
    os.kill(bare.children()[0], signal.SIGSEGV)
    assert bare.log.wait(SEGMENT, 20)
    bare.stop()
    assert SEGMENT in bare.crashes() and bare.log.unexpected()


def test_all_processes_are_asked_although_an_old_one_lingers(bare: Server) -> None:
    everywhere.prepare(bare)
    bare.start(everywhere.MACHINE + bare.vhost(everywhere.SITE))
    with socket.create_connection(("127.0.0.1", bare.port), timeout=5) as request:
        request.sendall(b"GET / HT")
        bare.raw(b"GET / HTTP/1.0\r\n\r\n")
        time.sleep(0.5)
        bare.graceful()
        assert everywhere.ask_all(bare, "no session") == {401}


@pytest.mark.parametrize("line", [f"{STAMP} [ikssoauth:notice] [pid 1] IK0120: refused: error", f"{STAMP} [core:info] [pid 1] x"])
def test_notices_are_fine(tmp_path: Path, line: str) -> None:
    assert not log_with(tmp_path, line).unexpected()


@pytest.mark.parametrize("line, kept", [
    ("__Host-a=1; Path=/; Secure; HttpOnly", True), ("__Host-a=1; Path=/", False), ("__Host-a=1; Secure", False),
    ("__Host-a=1; Path=/x; Secure", False), ("__Host-a=1; Path=/; Secure; Domain=a.test", False), ("a=1", True),
])
def test_browser_keeps_cookies_as_browsers_do(line: str, kept: bool) -> None:
    assert Cookie.parse(line).kept == kept


def test_cookie_survives_sealing_and_opening() -> None:
    key = cookie.Key(b"\1\2\3\4", 1, bytes(range(32)))
    session = cookie.Session({name: name + " 李" for name in cookie.TEXTS}, {name: cookie.now() for name in cookie.TIMES})
    assert cookie.open_cookie(cookie.seal(session, key, "https://a.test"), [key], "https://a.test") == session


def test_key_pairs_are_made_once() -> None:
    assert keys.pair("p256", "same") is keys.pair("p256", "same") and keys.pair("p256", "same") != keys.pair("p256", "other")
