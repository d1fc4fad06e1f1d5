# SPDX-License-Identifier: Apache-2.0
"""Keys change while the server runs and nobody notices; files that somebody else could read or change stop its start."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import pytest

from lib import cookie, world
from lib.browser import Browser
from lib.log import ErrorLog
from lib.server import Server
from lib.world import good, login

ORIGIN = "https://imagekit.test"
LINKED = "https://linked.test"      # a host whose key file is reached through links, as Kubernetes mounts secrets
PEOPLE = 4
ROTATIONS = 8
LET_IN = 200
SERVES = "<Location /private/>\nAuthType ikssoauth\nRequire valid-user\n</Location>\n"


def secret(server: Server, name: str, text: str) -> Path:
    """A directory like the ones a volume of secrets consists of."""
    path = server.write("session.keys", text, 0o640, below=f"secret/{name}")
    if os.geteuid() == 0:
        shutil.chown(path, group="www-data")
    return path


def switch(server: Server, name: str) -> None:
    """Lets the link ..data lead there from now on."""
    following = server.root / "secret" / "..following"
    following.symlink_to(name)
    following.rename(server.root / "secret" / "..data")


def site(server: Server) -> str:
    world.populate(server, "acme")
    server.write("private/page.txt", "page\n")
    secret(server, "..1", server.keys.read_text())
    switch(server, "..1")
    (server.root / "secret" / "session.keys").symlink_to("..data/session.keys")
    linked = f"IkSSOKeyFile {server.root}/secret/session.keys\n{SERVES}"
    return f'CustomLog logs/pids.log "%P %>s"\n{server.vhost(SERVES)}{server.vhost(linked, "linked.test")}'


@contextmanager
def person(server: Server, number: int = 0) -> Iterator[Browser]:
    with Browser(server) as browser:
        login(browser, good(email=f"ann{number}@acme.test"))
        yield browser


def status_of(server: Server, value: str, host: str | None = None) -> int:
    """What a fresh connection gets that comes with this cookie."""
    with Browser(server, host) as browser:
        browser.set_cookie(value)
        return browser.get("/private/page.txt").status


def key_of(value: str) -> str:
    return cookie.decode(value)[1:5].hex()


def value_of(browser: Browser) -> str:
    value = browser.cookie()
    assert value
    return value


def key_list(server: Server) -> list[dict]:
    return server.ctl("--json", "key", "list").json["keys"]


def sealing(server: Server) -> str:
    return next(key["id"] for key in key_list(server) if key["seals"])


def rotate(server: Server, *args: str) -> str:
    return server.ctl("--json", "key", "rotate", *args).json["id"]


def retire_the_others(server: Server) -> None:
    for key in key_list(server):
        if not key["seals"]:
            server.ctl("key", "retire", key["id"])


def serving_processes(server: Server, requests_before: int) -> set[str]:
    lines = (server.root / "logs" / "pids.log").read_text().splitlines()
    return {line.split()[0] for line in lines[requests_before:]}


def requests_so_far(server: Server) -> int:
    return len((server.root / "logs" / "pids.log").read_text().splitlines())


class Load:
    """Signed-in people who do not stop asking for a page."""

    def __init__(self, server: Server) -> None:
        self.server, self.over, self.statuses = server, threading.Event(), [[] for _ in range(PEOPLE)]
        self.values: list[set[str]] = [set() for _ in range(PEOPLE)]

    def ask(self, number: int) -> str:
        """The last cookie this person had."""
        with person(self.server, number) as browser:
            while not self.over.is_set():
                self.statuses[number].append(browser.get("/private/page.txt").status)
                self.values[number].add(value_of(browser))
                time.sleep(0.01)
            return value_of(browser)


def test_nobody_notices_that_keys_rotate(server: Server) -> None:
    before, load = requests_so_far(server), Load(server)
    with ThreadPoolExecutor(PEOPLE) as pool:
        last = [pool.submit(load.ask, number) for number in range(PEOPLE)]
        time.sleep(0.5)
        for _ in range(ROTATIONS):
            added = rotate(server)
            time.sleep(0.1)
        retire_the_others(server)
        time.sleep(0.5)
        load.over.set()
        ends = [each.result() for each in last]
    assert {status for each in load.statuses for status in each} == {LET_IN}
    assert min(map(len, load.statuses)) > ROTATIONS
    assert len(serving_processes(server, before)) > 1
    assert {key_of(value) for value in ends} == {added}
    assert len({key_of(value) for each in load.values for value in each}) > ROTATIONS / 2
    assert [key["id"] for key in key_list(server)] == [added]


def test_retired_key_opens_nothing_from_the_very_next_request_on(server: Server) -> None:
    with person(server) as browser:
        value = value_of(browser)
        assert all(status == LET_IN for status in at_once(server, value))
        added = rotate(server)
        server.ctl("key", "retire", key_of(value))
        before = requests_so_far(server)
        assert all(status in (302, 303) for status in at_once(server, value))
        assert len(serving_processes(server, before)) > 1
        login(browser)
        assert key_of(value_of(browser)) == added


def at_once(server: Server, value: str, count: int = 32) -> list[int]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: status_of(server, value), range(count)))


def test_key_that_waits_seals_from_its_time_on_and_opens_at_once(server: Server) -> None:
    old = sealing(server)
    added = rotate(server, "--after", "3s")
    end = time.time() + 2.5
    assert {key["id"]: key["state"] for key in key_list(server)} == {old: "seals now", added: "will seal"}
    assert server.ctl("key", "retire", old, check=False).code == 1
    with person(server) as browser:
        early = next(key for key in cookie.read_keys(server.keys) if key.id.hex() == added)
        session = cookie.open_cookie(value_of(browser), cookie.read_keys(server.keys), ORIGIN)
        assert status_of(server, cookie.seal(session, early, ORIGIN)) == LET_IN
        while time.time() < end - 1:
            assert browser.get("/private/page.txt").status == LET_IN
            assert key_of(value_of(browser)) == old
            time.sleep(0.1)
        time.sleep(max(0.0, end + 0.7 - time.time()))
        assert browser.get("/private/page.txt").status == LET_IN
        assert key_of(value_of(browser)) == added
    assert {key["id"]: key["state"] for key in key_list(server)} == {old: "opens only", added: "seals now"}
    server.ctl("key", "retire", old)


def test_half_written_file_ends_no_session(server: Server, log: ErrorLog) -> None:
    """
    As cp over the file leaves it for a moment, or a full disk for longer. Also in a process that has had no request
    since the keys changed last: it learns the keys from the one that sealed the cookie.
    """
    whole = server.keys.read_text()
    with person(server) as browser:
        log.expect("IK0320")
        server.keys.write_text(whole[:len(whole) - 20])
        assert at_once(server, value_of(browser), 16) == [LET_IN] * 16
        assert "is not a key" in log.wait("IK0320")[0]
        server.keys.write_text("")
        assert at_once(server, value_of(browser), 16) == [LET_IN] * 16
        server.keys.write_text(whole)
        assert at_once(server, value_of(browser), 16) == [LET_IN] * 16
        assert len([line for line in log.new() if "IK0320" in line]) == 2, "once for each state of the file"
        assert browser.get("/private/page.txt").status == LET_IN


def test_file_that_is_deleted_or_replaced_ends_no_session(server: Server, log: ErrorLog) -> None:
    with person(server) as browser:
        aside = server.keys.with_suffix(".aside")
        shutil.copy2(server.keys, aside)
        os.chown(aside, server.keys.stat().st_uid, server.keys.stat().st_gid)
        log.expect("IK0320")
        server.keys.unlink()
        assert at_once(server, value_of(browser), 16) == [LET_IN] * 16
        assert "No such file" in log.wait("IK0320")[0]
        with Browser(server) as other:
            login(other)
        aside.rename(server.keys)
        added = rotate(server)
        assert browser.get("/private/page.txt").status == LET_IN
        assert key_of(value_of(browser)) == added


def test_links_that_are_switched_bring_the_new_keys(server: Server) -> None:
    text = (server.root / "secret" / "..1" / "session.keys").read_text()
    one, = cookie.read_keys(server.root / "secret" / "..1" / "session.keys")
    two = cookie.Key(b"\xab\xcd\xef\x01", one.created + 1, bytes(range(32)))
    with person(server) as browser:
        session = cookie.open_cookie(value_of(browser), cookie.read_keys(server.keys), ORIGIN)
    old, new = cookie.seal(session, one, LINKED), cookie.seal(session, two, LINKED)
    line = f"abcdef01 {two.created} {cookie.encode(two.key)}\n"
    for number, keys, expected in ((2, text + line, (True, True)), (3, line, (False, True)), (4, text, (True, False))):
        secret(server, f"..{number}", keys)
        switch(server, f"..{number}")
        got = [status_of(server, value, "linked.test") == LET_IN for value in (old, new)]
        assert got == list(expected), number


# Files that somebody else could read or change

@pytest.fixture(scope="module")
def idle() -> Iterator[Server]:
    """A server that does not run, its keys and its database in a directory each."""
    server = Server()
    try:
        server.init()
        world.populate(server, "acme")
        server.write("private/page.txt", "page\n")
        (server.root / "keys").mkdir()
        server.keys = server.keys.rename(server.root / "keys" / "session.keys")
        server.start(server.vhost(""))
        server.stop()
        for suffix in ("-wal", "-shm", "-bell"):
            path = Path(f"{server.root}/db/ikssoauth.db{suffix}")
            path.touch()
            server.own(path, 0o640)
        yield server
    finally:
        server.remove()


@pytest.fixture
def sound(idle: Server) -> Iterator[Server]:
    """The same, with its modes and owners put right again afterwards."""
    if idle.log.path.exists():
        idle.log.path.unlink()
    idle.log.begin()
    paths = [*idle.root.glob("keys"), *idle.root.glob("db"), *idle.root.glob("keys/*"), *idle.root.glob("db/*")]
    states = {path: path.stat() for path in paths}
    yield idle
    idle.stop()
    for path, state in states.items():
        if path.exists():
            path.chmod(state.st_mode & 0o7777)
            if os.geteuid() == 0:
                os.chown(path, state.st_uid, state.st_gid)


# path, its mode, the directive at fault, the command that mends it ({path} is the path)
MODES = [
    ("keys/session.keys", 0o644, "IkSSOKeyFile", "chmod o= {path}"),
    ("keys/session.keys", 0o642, "IkSSOKeyFile", "chmod o= {path}"),
    ("keys/session.keys", 0o660, "IkSSOKeyFile", "chmod g-w {path}"),
    ("keys", 0o757, "IkSSOKeyFile", "chmod o-w {path}"),
    ("db", 0o757, "IkSSODatabase", "chmod o-w {path}"),
    ("db/ikssoauth.db", 0o644, "IkSSODatabase", "chmod o= {path}"),
    ("db/ikssoauth.db", 0o642, "IkSSODatabase", "chmod o= {path}"),
    ("db/ikssoauth.db-wal", 0o644, "IkSSODatabase", "chmod o= {path}"),
    ("db/ikssoauth.db-shm", 0o646, "IkSSODatabase", "chmod o= {path}"),
    ("db/ikssoauth.db-bell", 0o644, "IkSSODatabase", "chmod o= {path}"),
]


@pytest.mark.parametrize("name, mode, directive, command", MODES)
def test_mode_that_lets_others_in_stops_the_start(sound: Server, name: str, mode: int, directive: str, command: str) -> None:
    path = sound.root / name
    path.chmod(mode)
    said = sound.refuses(sound.vhost(""))
    assert f"{directive}: " in said and f"({command.format(path=path)})" in said, said


OWNERS = [("keys/session.keys", "IkSSOKeyFile", "root"), ("keys", "IkSSOKeyFile", "root"), ("db", "IkSSODatabase", "www-data"),
          *((f"db/ikssoauth.db{suffix}", "IkSSODatabase", "www-data") for suffix in ("", "-wal", "-shm", "-bell"))]


@pytest.mark.parametrize("name, directive, owner", OWNERS)
def test_owner_who_is_a_stranger_stops_the_start(sound: Server, name: str, directive: str, owner: str) -> None:
    path = sound.root / name
    if os.geteuid() != 0:
        with pytest.raises(PermissionError):    # only root can give files away
            shutil.chown(path, "nobody")
        return
    shutil.chown(path, "nobody")
    said = sound.refuses(sound.vhost(""))
    assert f"{directive}: " in said and f"{path} belongs to nobody" in said and f"(chown {owner} {path})" in said, said


def test_file_of_the_database_that_is_a_link_stops_the_start(sound: Server) -> None:
    wal = sound.root / "db" / "ikssoauth.db-wal"
    wal.unlink()
    wal.symlink_to("/etc/hostname")
    said = sound.refuses(sound.vhost(""))
    wal.unlink()
    wal.touch()
    sound.own(wal, 0o640)
    assert f"IkSSODatabase: {wal} is not a regular file" in said, said


def test_what_helps_nobody_else_is_accepted(sound: Server) -> None:
    """A sticky directory, a group that writes the database, keys that httpd's user owns."""
    (sound.root / "db").chmod(0o1757)
    (sound.root / "keys").chmod(0o1757)
    (sound.root / "db" / "ikssoauth.db").chmod(0o660)
    sound.own(sound.keys, 0o600)
    sound.start(sound.vhost(""))
    assert not sound.log.unexpected()


def test_what_the_server_creates_itself_is_accepted_at_the_next_start(sound: Server) -> None:
    body = sound.vhost(f"IkSSODatabase sqlite3:{sound.root}/fresh/ik.db\n")
    sound.start(body)
    sound.stop()
    assert (sound.root / "fresh" / "ik.db").stat().st_mode & 0o7777 == 0o640
    sound.start(body)
    assert not sound.log.unexpected()


def owned_by(path: Path, user: str) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, user)
    else:
        path.chmod(0o666)


# What a start refuses: how it comes about, what the log says at a restart, and how it is mended
BREAKAGES = {
    "key file open to all": ("keys/session.keys", lambda path: path.chmod(0o644), "IK0171"),
    "key file of a stranger": ("keys/session.keys", lambda path: owned_by(path, "nobody"), "IK0171"),
    "key file gone": ("keys/session.keys", lambda path: path.rename(path.with_suffix(".aside")), "IK0171"),
    "key file broken": ("keys/session.keys", lambda path: path.write_text("?"), "IK0171"),
    "directory of the keys open to all": ("keys", lambda path: path.chmod(0o757), "IK0171"),
    "database open to all": ("db/ikssoauth.db", lambda path: path.chmod(0o646), "IK0172"),
    "database of a stranger": ("db", lambda path: owned_by(path, "nobody"), "IK0172"),
    "directory of the database open to all": ("db", lambda path: path.chmod(0o757), "IK0172"),
}


def test_restart_goes_on_with_what_a_start_refuses(sound: Server) -> None:
    """The server has worked with it a second ago: to end would help nobody but whoever wants it down."""
    body = sound.vhost(SERVES)
    sound.start(body)
    text = sound.keys.read_text()
    states = {path: path.stat() for path in (sound.keys, sound.keys.parent, sound.root / "db", sound.root / "db/ikssoauth.db")}

    def mend() -> None:
        aside = sound.keys.with_suffix(".aside")
        if aside.exists():
            aside.rename(sound.keys)
        sound.keys.write_text(text)
        for path, state in states.items():
            path.chmod(state.st_mode & 0o7777)
            os.chown(path, state.st_uid, state.st_gid)

    with person(sound) as browser:
        for what, (name, spoil, said) in BREAKAGES.items():
            sound.log.begin()
            sound.log.expect(f"{said}|IK0320|IK0121|IK0163")
            spoil(sound.root / name)
            sound.graceful()
            assert sound.log.wait(f"{said}.*{sound.root / name}"), what
            assert at_once(sound, value_of(browser), 8) == [LET_IN] * 8, what
            assert not sound.log.unexpected(), what
            mend()
        sound.log.begin()
        sound.graceful()
        with Browser(sound) as other:
            login(other)
        assert status_of(sound, value_of(browser)) == LET_IN and not sound.log.unexpected()
    sound.keys.chmod(0o644)
    sound.log.expect("IK0171|IK0320")
    sound.graceful()
    sound.stop()
    assert "IK0104" in sound.refuses(body)


def test_restart_with_another_key_file_refuses_a_bad_one(sound: Server) -> None:
    """There are no keys read before to go on with."""
    sound.start(sound.vhost(SERVES))
    other = sound.write("other.keys", sound.keys.read_text(), 0o644, below="keys")
    conf = sound.root / "conf" / "httpd.conf"
    conf.write_text(conf.read_text().replace("session.keys", other.name))
    assert sound.process is not None
    sound.log.expect("IK0104|AH00020")
    sound.process.send_signal(signal.SIGUSR1)
    assert sound.process.wait(20) != 0
    assert sound.log.find("IK0104.*other.keys can be opened by every user")
    other.unlink()
    (sound.root / "run" / "httpd.pid").unlink()


def seals_with(browser: Browser, key: str) -> bool:
    """Within a few seconds, and without a moment of not being signed in."""
    end = time.monotonic() + 5
    while key_of(value_of(browser)) != key and time.monotonic() < end:
        assert browser.get("/private/page.txt").status == LET_IN
    return key_of(value_of(browser)) == key


def test_key_file_that_only_root_can_read(sound: Server) -> None:
    """The server starts; a child says how to have it notice changes; until then a reload takes them over."""
    if os.geteuid() != 0:           # then the parent is the children's user, and can read no more than they
        sound.keys.chmod(0)
        assert "cannot open" in sound.refuses(sound.vhost(SERVES))
        return
    os.chown(sound.keys, 0, 0)
    sound.keys.chmod(0o600)
    sound.start(sound.vhost(SERVES))
    assert not sound.log.unexpected()
    one, = cookie.read_keys(sound.keys)
    time.sleep(2.1)
    sound.log.expect("IK0320")
    with person(sound) as browser:
        assert at_once(sound, value_of(browser)) == [LET_IN] * 32
        line, = [line for line in sound.log.wait("IK0320") if "IK0320" in line]
        assert f"(chgrp www-data {sound.keys} && chmod 0640 {sound.keys})" in line, line
        added = rotate(sound)
        assert browser.get("/private/page.txt").status == LET_IN and key_of(value_of(browser)) == one.id.hex()
        sound.graceful()
        assert seals_with(browser, added), "also a child of the last generation, as long as there is one"
        shutil.chown(sound.keys, group="www-data")
        sound.keys.chmod(0o640)
        added = rotate(sound)
        assert browser.get("/private/page.txt").status == LET_IN and key_of(value_of(browser)) == added
