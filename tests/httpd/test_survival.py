# SPDX-License-Identifier: Apache-2.0
"""
Every fault injected for real, and what was lost counted: nothing. Sessions go on, a login that was accepted is there
afterwards, what cannot be done says 503 with Retry-After, and everything works again without a restart.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Iterator

import pytest

from lib import world
from lib.browser import Browser
from lib.clock import Clock
from lib.cluster import PAGE, is_alive, prepare, sign_out
from lib.crowd import Crowd, sign_in
from lib.database import PostgresDatabase
from lib.plugin import Figures
from lib.postgres import Postgres
from lib.server import MPM, Server

# A database that does not answer is a failure of ours, and is logged as one.
FAILING = (r"IK0163: the database fails", r"IK0130: ", r"IK012\d: failed", r"IK031[0-9]: ")
# httpd's own words about being stopped under load, and about killed children.
BUSINESS_OF_HTTPD = (r"AH03093", r"AH10392")
UNCLEAN = r"AH00098: pid file .* overwritten"
ROOM = "StartServers 3\nServerLimit 12\nThreadsPerChild 12\nMaxRequestWorkers 144\nMinSpareThreads 12\nMaxSpareThreads 144\n"


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """A server whose log is held against what was announced."""
    try:
        server.init()
        world.populate(server, "acme", "beta", "p256")
        server.start(prepare(server) + (ROOM if MPM != "prefork" else ""))
        server.log.begin()
        for pattern in BUSINESS_OF_HTTPD:
            server.log.expect(pattern)
        yield server
        server.stop()
        bad = server.log.unexpected()
        assert not bad, "not announced in the error log:\n" + "\n".join(bad)
    finally:
        server.remove()


@pytest.fixture(params=["sqlite3", "pgsql"])
def survivor(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server with either database."""
    with running(Server(kind=request.param)) as made:
        yield made


@pytest.fixture
def on_sqlite() -> Iterator[Server]:
    with running(Server(kind="sqlite3")) as made:
        yield made


@pytest.fixture
def on_postgres(postgres: Postgres) -> Iterator[Server]:
    with running(Server(kind="pgsql")) as made:
        yield made
        if not postgres.answers():
            postgres.start()


def announce_failures(server: Server) -> None:
    for pattern in FAILING:
        server.log.expect(pattern)


def kill(server: Server, pid: int) -> None:
    server.log.killed(pid)
    os.kill(pid, signal.SIGKILL)


def cannot(server: Server, cookie: str) -> None:
    """Logins, logouts and commands say that they cannot; the session goes on all the same."""
    with Browser(server) as browser:
        answers = [browser.consume(world.good("beta").encoded()), sign_out(server, cookie)]
    for answer in answers:
        assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0, f"{answer.status}: {answer.text}"
    said = server.ctl("account", "set", "beta", "--name", "Never", check=False)
    assert said.code == 3 and said.err.startswith("ikssoctl: "), said
    assert is_alive(server, cookie), "the session has ended, although its logout was answered 503"


def done_or_not(server: Server) -> None:
    """For a disk on which a small thing may still find room: what is said to be done is, anything else is 503."""
    for number in range(10):
        saved = server.ctl("account", "set", "acme", "--name", f"Try {number}", check=False).code
        is_saved = server.sql("SELECT name FROM ik_account WHERE id = 'acme'") == [(f"Try {number}",)]
        assert (saved, is_saved) in ((0, True), (3, False)), f"ikssoctl ended with {saved}, and it is saved: {is_saved}"


def works_again(server: Server, cookie: str) -> None:
    """Without a restart; what could not be done has not been done."""
    assert is_alive(server, cookie)
    again = sign_in(server, "again@acme.test")
    server.ctl("account", "set", "acme", "--name", "Saved")
    assert server.sql("SELECT id, name FROM ik_account WHERE id IN ('acme', 'beta') ORDER BY id") == [("acme", "Saved"), ("beta", "")]
    assert sign_out(server, cookie).status == 200
    assert not any(is_alive(server, cookie) for _ in range(10)) and is_alive(server, again)


# Restarts

@contextmanager
def nothing_forgotten(server: Server) -> Iterator[None]:
    """Around a restart: sessions go on, what was revoked stays revoked, what was saved and accepted is there."""
    alive, over, gone = (sign_in(server, f"{who}@beta.test", "beta") for who in ("alive", "over", "gone"))
    server.ctl("account", "set", "beta", "--name", "Kept")
    server.ctl("session", "revoke", "beta", "gone@beta.test")
    assert sign_out(server, over).status == 200
    yield
    assert is_alive(server, alive), "a session was lost"
    assert not any(is_alive(server, cookie) for cookie in (over, gone) for _ in range(10)), "a revocation was lost"
    assert server.sql("SELECT name FROM ik_account WHERE id = 'beta'") == [("Kept",)]
    people = server.sql("SELECT email FROM ik_user WHERE account = 'beta' ORDER BY email")
    assert people == [("alive@beta.test",), ("gone@beta.test",), ("over@beta.test",)]


def test_graceful_restart(survivor: Server) -> None:
    with nothing_forgotten(survivor):
        survivor.graceful()


def test_stop_and_start(survivor: Server) -> None:
    with nothing_forgotten(survivor):
        survivor.stop()
        survivor.start_again()


def test_everything_killed_right_after_it_was_done(survivor: Server) -> None:
    """The command had returned, the answer had come: both must be on the disk, not only in a process."""
    survivor.log.expect(UNCLEAN)
    with nothing_forgotten(survivor):
        survivor.kill_everything()
        survivor.start_again()


def test_child_killed(survivor: Server) -> None:
    with nothing_forgotten(survivor), Crowd(survivor) as crowd:
        for pid in survivor.children():
            crowd.wait_for("pages", 5)
            kill(survivor, pid)
            crowd.wait_for("logins")
        survivor.log.wait("exit signal Killed")


def test_parent_killed(survivor: Server) -> None:
    """Children go on with all they know, or end; who starts httpd anew ends them first, as systemd does."""
    survivor.log.expect(UNCLEAN)
    orphan = sign_in(survivor, "orphan@acme.test")
    with nothing_forgotten(survivor):
        assert survivor.process is not None
        os.kill(survivor.process.pid, signal.SIGKILL)
        survivor.process.wait(10)
        end = time.monotonic() + 1
        while time.monotonic() < end and survivor._answers():
            assert is_alive(survivor, orphan)
            time.sleep(0.05)
        os.killpg(survivor.process.pid, signal.SIGKILL)
        survivor.start_again()
    assert is_alive(survivor, orphan)


def test_hundred_graceful_restarts_under_load(on_sqlite: Server, figures: Figures) -> None:
    begun = time.monotonic()
    with nothing_forgotten(on_sqlite), Crowd(on_sqlite) as crowd:
        for _ in range(100):
            on_sqlite.graceful()
            crowd.wait_for("pages")     # or restarts would follow so closely that nothing is served, and nothing tested
    assert crowd.counts["logins"] > 20, crowd.report()
    assert not [what for what in crowd.counts if what.endswith("503")], crowd.report()
    figures.add(f"survival: 100 graceful restarts in {time.monotonic() - begun:.0f} s: {crowd.report()}; lost: nothing")


# The file of SQLite

@contextmanager
def small_file_system(path: Path, size: str) -> Iterator[None]:
    """path becomes a file system of its own, of that size, as it is already otherwise."""
    was = path.stat()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0750,uid={was.st_uid},gid={was.st_gid}", "tmpfs", str(path)],
                   check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def fill(path: Path) -> None:
    """Takes the last byte of its file system."""
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def test_disk_full(figures: Figures) -> None:
    server = Server(kind="sqlite3")
    with ExitStack() as last, small_file_system(server.root / "db", "6m"), running(server):
        last.callback(server.remove)        # once more: nobody can remove a directory that something is mounted on
        filler = server.root / "db" / "filler"
        with Crowd(server) as crowd:
            announce_failures(server)
            crowd.wait_for("logins", 20)
            fill(filler)
            crowd.wait_for("logins 503", 5)
            crowd.wait_for("pages", 50)
            done_or_not(server)
            filler.unlink()
            crowd.wait_for("logins", 20)
        works_again(server, crowd.sessions[0])
    assert "IK_TEST_KEEP" in os.environ or not server.root.exists()
    figures.add(f"survival: disk full: {crowd.report()}; lost: nothing")


def test_read_only_database(on_sqlite: Server) -> None:
    """As after a restore by root that kept no owner; processes that have the file open are replaced."""
    files = {path: path.stat() for path in (on_sqlite.root / "db").glob("ikssoauth.db*")}
    folder = on_sqlite.root / "db"
    owner = folder.stat()
    with Crowd(on_sqlite) as crowd:
        announce_failures(on_sqlite)
        crowd.wait_for("logins", 5)
        for path in [folder, *(path for path in files if path.exists())]:
            os.chown(path, 0, 0)
            path.chmod(0o555 if path.is_dir() else 0o444)
        for pid in on_sqlite.children():
            kill(on_sqlite, pid)
        crowd.wait_for("logins 503", 5)
        crowd.wait_for("pages", 20)
        for path in [folder, *(path for path in folder.glob("ikssoauth.db*"))]:
            os.chown(path, owner.st_uid, owner.st_gid)
            path.chmod(0o750 if path.is_dir() else 0o640)
        crowd.wait_for("logins", 5)
    works_again(on_sqlite, crowd.sessions[0])


def test_directory_of_the_database_gone_for_a_while(on_sqlite: Server, figures: Figures) -> None:
    """Whoever has the file open may go on with it; nobody may put another one in its place."""
    folder = on_sqlite.root / "db"
    away = on_sqlite.root / "away"
    on_sqlite.log.expect("IK0320: cannot open .*session.keys")      # which is in the same directory here
    with Crowd(on_sqlite) as crowd:
        announce_failures(on_sqlite)
        crowd.wait_for("logins", 5)
        folder.rename(away)
        crowd.wait_for("pages", 100)
        time.sleep(3)
        assert not folder.exists()
        away.rename(folder)
        crowd.wait_for("logins", 20)
    works_again(on_sqlite, crowd.sessions[0])
    figures.add(f"survival: directory of the database gone for 3 s: {crowd.report()}; lost: nothing")


def test_file_of_the_database_replaced_while_it_is_open(on_sqlite: Server) -> None:
    """A restore that should have stopped httpd first: no login may be written into the file that was put aside."""
    alive, over = sign_in(on_sqlite), sign_in(on_sqlite, "over@acme.test")
    file, copy, aside = (on_sqlite.root / "db" / name for name in ("ikssoauth.db", "copy", "aside"))
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    assert sign_out(on_sqlite, over).status == 200
    for part in file.parent.glob("ikssoauth.db*"):
        part.rename(aside.with_name(aside.name + part.name.removeprefix(file.name)))
    on_sqlite.own(copy, 0o640)
    copy.rename(file)
    on_sqlite.log.expect("IK0311")
    new_ones = [f"new{number}@acme.test" for number in range(20)]
    sessions = [sign_in(on_sqlite, email) for email in new_ones]
    rows = on_sqlite.sql("SELECT email FROM ik_user WHERE email LIKE 'new%'")
    assert sorted(rows) == sorted((email,) for email in new_ones)
    assert all(is_alive(on_sqlite, cookie) for cookie in [alive, *sessions])
    assert not is_alive(on_sqlite, over), "what this machine knew to be over is over, whatever the copy says"


# PostgreSQL

def test_postgres_stopped_for_a_while(on_postgres: Server, postgres: Postgres, figures: Figures) -> None:
    with Crowd(on_postgres) as crowd:
        announce_failures(on_postgres)
        crowd.wait_for("logins", 5)
        postgres.stop()
        crowd.wait_for("logins 503", 5)
        crowd.wait_for("pages", 100)
        cannot(on_postgres, crowd.sessions[0])
        postgres.start()
        crowd.wait_for("logins", 20)
    assert on_postgres.log.wait("IK0162", 20), "nobody noted that the database works again"
    works_again(on_postgres, crowd.sessions[0])
    figures.add(f"survival: PostgreSQL stopped for a while: {crowd.report()}; lost: nothing")


@pytest.mark.parametrize("how", ["restarted", "killed"])
def test_postgres_restarted_or_killed_under_load(on_postgres: Server, postgres: Postgres, figures: Figures, how: str) -> None:
    with Crowd(on_postgres) as crowd:
        announce_failures(on_postgres)
        for _ in range(2):
            crowd.wait_for("logins", 10)
            if how == "restarted":
                postgres.stop()
            else:
                postgres.kill()
            postgres.start()
        crowd.wait_for("logins", 10)
    works_again(on_postgres, crowd.sessions[0])
    figures.add(f"survival: PostgreSQL {how} twice: {crowd.report()}; lost: nothing")


def test_postgres_down_at_start(on_postgres: Server, postgres: Postgres) -> None:
    """Nobody can tell whether a session was revoked meanwhile: 503 until the database says so, never a guess."""
    alive, over = sign_in(on_postgres, "alive@acme.test"), sign_in(on_postgres, "over@acme.test")
    assert sign_out(on_postgres, over).status == 200
    on_postgres.stop()
    postgres.stop()
    announce_failures(on_postgres)
    on_postgres.log.expect("cannot be reached now")
    on_postgres.start_again()
    with Browser(on_postgres) as browser:
        for cookie in (alive, over):
            browser.set_cookie(cookie)
            answer = browser.get(PAGE)
            assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0, f"{answer.status}: {answer.text}"
            assert answer.session is None, "the cookie must not be touched"
    postgres.start()
    end = time.monotonic() + 10
    with Browser(on_postgres) as browser:
        browser.set_cookie(alive)
        while browser.get(PAGE).status == 503:
            assert time.monotonic() < end, "still 503, ten seconds after the database has come back"
            time.sleep(0.05)
    assert is_alive(on_postgres, alive) and not is_alive(on_postgres, over)
    works_again(on_postgres, alive)


# The clock

@pytest.fixture
def with_clock() -> Iterator[tuple[Server, Clock]]:
    server = Server(kind="sqlite3")
    clock = Clock(server)
    with running(server):
        yield server, clock


def test_clock_stepped_back_and_forth_within_the_skew(with_clock: tuple[Server, Clock]) -> None:
    """Sessions go on, logins are accepted, and a revocation ends what began before it, whatever the clock says."""
    server, clock = with_clock
    kept = sign_in(server, "kept@acme.test")
    ended: list[str] = []
    for seconds in (80, -80, 0, -85, 85, -20, 0):
        before = sign_in(server, "stepped@acme.test")
        out = sign_in(server, "out@acme.test")
        clock.step(seconds)
        assert is_alive(server, kept) and is_alive(server, before), f"a session ended as the clock was set to {seconds:+}"
        assert sign_out(server, out).status == 200
        server.ctl("session", "revoke", "acme", "stepped@acme.test")
        ended += [before, out]
        assert not any(is_alive(server, cookie) for cookie in ended), f"accepted after its end, the clock set to {seconds:+}"
        after = sign_in(server, "stepped@acme.test")
        assert is_alive(server, after), f"a session that began after the revocation is refused, the clock set to {seconds:+}"
    assert is_alive(server, kept)


def test_machines_whose_clocks_differ(postgres: Postgres) -> None:
    """One is two minutes behind the other: which came first, revocation or session, is no question of clocks."""
    shared = PostgresDatabase(postgres)
    ahead, behind = Server(shares=shared), Server(shares=shared)
    Clock(behind).step(-120)
    try:
        with running(ahead):
            behind.join(ahead)
            behind.start(prepare(behind))
            for revoker, maker in ((ahead, behind), (behind, ahead)):
                for command in (("session", "revoke"), ("user", "delete")):
                    before = [sign_in(machine, "ann@acme.test") for machine in (revoker, maker)]
                    revoker.ctl(*command, "acme", "ann@acme.test")
                    after = sign_in(maker, "ann@acme.test")
                    time.sleep(1)
                    for machine in (ahead, behind):
                        assert is_alive(machine, after) and not any(is_alive(machine, cookie) for cookie in before)
    finally:
        behind.remove()
        shared.remove()
