# SPDX-License-Identifier: Apache-2.0
"""A session that was ended is over for every process of the machine on the very next request, and stays so."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from lib import database, everywhere, logout, world
from lib.browser import NAVIGATE, Browser
from lib.everywhere import act, ask, ask_all
from lib.hiccups import Hiccups
from lib.postgres import Postgres
from lib.server import Server
from lib.world import JSON, login

TRIES = 1000        # after the ways to end sessions that happen most

SITE = everywhere.SITE + """
<Location /server-status>
    SetHandler server-status
</Location>
"""

ACCOUNTS = ("acme", "beta", "gamma", "delta", "narrow", "rsa3072", "p256", "p384")


def site(server: Server) -> str:
    world.populate(server, *ACCOUNTS)
    everywhere.prepare(server)
    return everywhere.MACHINE + server.vhost(SITE)


def sign_in(server: Server, account: str = "acme", **changes: Any) -> str:
    """The cookie of a new session."""
    with Browser(server) as browser:
        login(browser, account=account, **changes)
        value = browser.cookie()
    assert value is not None
    return value


def is_alive(server: Server, value: str) -> bool:
    status = ask(server, value, "one")
    assert status in (200, 401), status
    return status == 200


def test_captured_cookie_is_refused_by_every_process_after_the_logout(server: Server, browser: Browser) -> None:
    login(browser)
    value = browser.cookie()
    assert value is not None and ask_all(server, value) == {200}
    assert browser.get("/logout").status == 200
    assert ask_all(server, value, TRIES) == {401}


def test_logout_request_ends_the_session_in_every_process(server: Server, browser: Browser) -> None:
    """Neither the identity provider nor its frame has the cookie."""
    value, other = sign_in(server, session_index="_one"), sign_in(server, session_index="_two")
    assert ask_all(server, value) == {200}
    provider = world.providers()["acme"]
    query = logout.query(logout.request(provider.entity_id, indexes=("_one",)), provider.key)
    assert browser.get_as_is("/logout?" + query).status == 200
    assert ask_all(server, value, TRIES) == {401} and is_alive(server, other)


Way = Callable[[Server], Any]

# What ends sessions, and what has to be done so that the account is as before.
WAYS: dict[str, tuple[str, Way, Way]] = {
    "user deleted": ("acme", lambda server: act(server, "user", "delete", "acme", "ann@acme.test"), lambda server: None),
    "user disabled": ("beta", lambda server: act(server, "user", "disable", "beta", "ann@beta.test"),
                      lambda server: act(server, "user", "enable", "beta", "ann@beta.test")),
    "sessions of the user revoked": ("gamma", lambda server: act(server, "session", "revoke", "gamma", "ann@gamma.test"),
                                     lambda server: None),
    "sessions of the account revoked": ("delta", lambda server: act(server, "session", "revoke", "delta"),
                                        lambda server: None),
    "account disabled": ("rsa3072", lambda server: act(server, "account", "disable", "rsa3072"),
                         lambda server: act(server, "account", "enable", "rsa3072")),
    "single sign-on switched off": ("p256", lambda server: act(server, "account", "metadata", "p256", "--delete"),
                                    lambda server: act(server, "account", "metadata", "p256", f"{server.root}/conf/p256.xml")),
    "role changed": ("narrow", lambda server: sign_in(server, "narrow", email="ann@narrow.test", role="finance"),
                     lambda server: None),
}


@pytest.mark.parametrize("account, way, back", WAYS.values(), ids=WAYS)
def test_session_ends_on_the_very_next_request(server: Server, account: str, way: Way, back: Way) -> None:
    value, other = sign_in(server, account), sign_in(server, "p384")
    assert ask_all(server, value) == {200}
    way(server)
    try:
        assert ask_all(server, value) == {401}
    finally:
        back(server)
    assert is_alive(server, other), "another account has nothing to do with it"
    assert not is_alive(server, value), "what was given back later does not revive a session"
    assert is_alive(server, sign_in(server, account)), "who may sign in again begins a new session"


def test_account_that_is_deleted_takes_its_sessions_along(server: Server) -> None:
    server.add_account("gone", world.providers()["p521"].metadata())
    with Browser(server) as browser:
        login(browser, world.good(account="gone", idp=world.providers()["p521"]))
        value = browser.cookie()
    assert value is not None and is_alive(server, value)
    act(server, "account", "delete", "gone")
    assert ask_all(server, value) == {401}


def test_colleagues_of_a_revoked_user_stay(server: Server) -> None:
    ann, bob = sign_in(server), sign_in(server, email="bob@acme.test")
    act(server, "session", "revoke", "acme", "ann@acme.test")
    assert not is_alive(server, ann) and is_alive(server, bob)


def test_role_change_leaves_the_new_session_and_other_roles_alone(server: Server) -> None:
    old = sign_in(server, email="max@acme.test", role="developer")
    same = sign_in(server, email="max@acme.test", role="developer")
    assert is_alive(server, old), "a second login without a change ends nothing"
    new = sign_in(server, email="max@acme.test", role="finance")
    assert not is_alive(server, old) and not is_alive(server, same)
    assert ask_all(server, new) == {200}


def test_revocations_survive_restarts(server: Server) -> None:
    gone, kept = sign_in(server), sign_in(server, "beta")
    act(server, "session", "revoke", "acme", "ann@acme.test")
    assert not is_alive(server, gone)
    for _ in range(3):
        server.graceful()
        assert ask_all(server, gone) == {401} and ask_all(server, kept) == {200}
    server.stop()
    server.start_again()
    assert ask_all(server, gone) == {401} and ask_all(server, kept) == {200}


def test_what_was_revoked_while_the_server_was_down_is_refused_at_once(server: Server) -> None:
    accounts = ("acme", "beta", "gamma")
    values, kept = [sign_in(server, account) for account in accounts], sign_in(server, "delta")
    server.stop()
    for account in accounts:
        server.ctl("session", "revoke", account, f"ann@{account}.test")
    server.start_again()
    assert [ask(server, value, "one") for value in values] == [401] * 3
    assert ask_all(server, kept) == {200}


def test_server_that_is_busy_stops_at_once(server: Server) -> None:
    """A signal ends the processes of prefork wherever they are: none may then wait for a lock that it holds itself."""
    server.log.expect("AH03093")    # httpd's event, of a connection that it was about to keep when it closed all
    for number in range(3):
        with ThreadPoolExecutor(8) as pool:
            signing_in = [pool.submit(sign_in, server, email=f"busy{each}@acme.test") for each in range(400)]
            time.sleep(0.7)
            with Hiccups() as hiccups:
                began = time.monotonic()
                server.stop()
                took = time.monotonic() - began
                assert took < 4 + hiccups.since(began), number
            pool.shutdown(cancel_futures=True)
        assert any(each.done() and not each.cancelled() and not each.exception() for each in signing_in)
        server.start_again()
    assert not server.log.find("did not exit"), "the parent had to kill a process"


def status_of(server: Server) -> dict[str, int]:
    """Our lines of the status page for programs."""
    with Browser(server) as browser:
        text = browser.get("/server-status?auto").text
    return {name: int(value) for name, value in re.findall(r"(?m)^IkSSO_(\w+): (\d+)$", text)}


def test_status_page_shows_the_table(server: Server) -> None:
    before = status_of(server)
    assert before["revocations_tables_full"] == before["revocations_tables_unread"] == 0
    assert before["revocations_slots"] >= 2 * 1024 * 1024
    with Browser(server) as browser:
        login(browser)
        browser.get("/logout")
        html = browser.get("/server-status").text
    after = status_of(server)
    assert after["revocations"] == before["revocations"] + 1 and after["logouts"] == before["logouts"] + 1
    assert f'<th scope="row">revocations</th><td>{after["revocations"]}</td>' in html


def test_failing_database_is_reported_once_and_sessions_go_on(server: Server) -> None:
    """One line for the machine when it begins, and one when it is over for good, whichever processes notice."""
    server.log.expect("IK0163")
    value = sign_in(server)
    for pause in (2, 1):
        server.database.sql("ALTER TABLE ik_meta RENAME TO ik_gone")
        try:
            assert server.log.wait("IK0163.*reading revocations")
            time.sleep(pause)
            assert ask_all(server, value) == {200}
        finally:
            server.database.sql("ALTER TABLE ik_gone RENAME TO ik_meta")
        time.sleep(pause)
    assert server.log.wait("IK0162.*reading revocations", 20)
    time.sleep(1)
    said = [line for line in server.log.new() if "reading revocations" in line]
    assert [re.findall(r"IK\d{4}", line)[0] for line in said] == ["IK0163", "IK0162"], "\n".join(said)
    assert "ik_meta" in said[0], "it says what the database said"


def threads(server: Server) -> int:
    """How many a process has, once that does not change any more: those that begin or end have fewer."""
    def most() -> int:
        tasks = [Path(f"/proc/{pid}/task") for pid in server.children()]
        return max((len(list(each.iterdir())) for each in tasks if each.exists()), default=0)

    seen, end = [most()], time.monotonic() + 15
    while (len(seen) < 6 or len(set(seen[-6:])) > 1) and time.monotonic() < end:
        time.sleep(0.3)
        seen.append(most())
    return seen[-1]


def test_each_job_of_each_database_has_one_thread(server: Server) -> None:
    """So that one slow database or a long sweep holds up nothing else; and no more of them after restarts."""
    conf = server.root / "conf" / "httpd.conf"
    text, before = conf.read_text(), threads(server)
    conf.write_text(text + server.vhost(f"IkSSODatabase sqlite3:{server.root}/db/other.db\n", "other.test"))
    try:
        server.graceful()
        assert threads(server) == before + 4      # poll, housekeeping, traces, metadata
    finally:
        conf.write_text(text)
        server.graceful()
    assert threads(server) == before


def test_what_has_expired_is_removed(server: Server) -> None:
    """By one process of all machines, twice a minute and first when the server starts."""
    past = "SELECT 1 FROM ik_revocation WHERE subject = 'past'"
    server.stop()
    server.database.sql("INSERT INTO ik_revocation (kind, account, subject, position, expires) "
                        "VALUES (1, 'acme', 'past', 1, 2)")
    server.database.sql("UPDATE ik_meta SET value = 0 WHERE name = 'housekeeping'")
    server.start_again()
    assert server.log.wait("IK0161.*1 revocations", 10) and not server.database.sql(past)


# A server that starts while its database is away: nobody can tell what was revoked.

AWAY = SITE + """
<Location /pass/>
    AuthType ikssoauth
    IkSSOAnonymous pass
    Require all granted
</Location>
<Location /own/>
    AuthType ikssoauth
    Require valid-user
    ErrorDocument 503 "ours"
</Location>
<Location /ssi/>
    SetOutputFilter INCLUDES
</Location>
"""


@pytest.fixture
def away(postgres: Postgres) -> Iterator[Server]:
    """Its database is of PostgreSQL, and the server stopped."""
    shared = database.PostgresDatabase(postgres)
    made = Server(shares=shared)
    try:
        made.init()
        world.populate(made, "acme", "beta")
        for place in ("private", "pass", "own"):
            made.write(f"{place}/page.txt", f"{place}\n")
        made.write("ssi/page.shtml", '[<!--#include virtual="/private/page.txt" -->]')
        made.log.begin()
        yield made
        made.stop()
        assert not made.log.unexpected()
    finally:
        if not postgres.answers():
            postgres.start()
        made.remove()
        shared.remove()


def wait_until_read(server: Server, value: str) -> int:
    """The first status that is no 503."""
    end = time.monotonic() + 10
    while (status := ask(server, value, "one")) == 503 and time.monotonic() < end:
        time.sleep(0.05)
    return status


def test_start_without_the_database_gives_503_until_it_is_there(away: Server, postgres: Postgres) -> None:
    away.start(away.vhost(AWAY))
    gone, kept = sign_in(away), sign_in(away, "beta")
    away.stop()
    away.ctl("session", "revoke", "acme", "ann@acme.test")
    postgres.stop()
    away.log.expect(r"IK0103|IK0163|IK0121|unable to include")
    away.start_again()
    assert away.log.find("IK0103.*cannot be reached")
    check_unavailable(away, kept)
    check_unavailable(away, gone)
    with Browser(away) as stranger:
        assert stranger.get("/private/page.txt", JSON).status == 401, "who brings no session is asked to sign in"
        assert stranger.get("/ok.txt").status == 200
    postgres.start()
    assert wait_until_read(away, kept) == 200 and ask(away, gone, "one") == 401


def check_unavailable(server: Server, value: str) -> None:
    with Browser(server) as browser:
        browser.set_cookie(value)
        page, json = browser.get("/private/page.txt"), browser.get("/private/page.txt", JSON)
        passed = browser.get("/pass/page.txt")
        for answer in (page, json, passed):
            assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0 and not answer.cookies
        assert page.type == "text/html" and "not possible just now" in page.text
        assert json.json["error"] == "unavailable" and json.json["trace"]
        assert server.log.wait(f"IK0160.*{json.json['trace']}")
        own = browser.get("/own/page.txt", NAVIGATE)
        assert (own.status, own.text) == (503, "ours") and int(own.headers["Retry-After"]) > 0
        assert "private" not in browser.get("/ssi/page.shtml").text.replace("/private/", "")
        logout = browser.get("/logout")
        assert logout.status == 503 and "still signed in" in logout.text and not logout.cookies


def test_graceful_restart_without_the_database_keeps_sessions(away: Server, postgres: Postgres) -> None:
    away.start(away.vhost(AWAY))
    gone, kept = sign_in(away), sign_in(away, "beta")
    away.ctl("session", "revoke", "acme", "ann@acme.test")
    end = time.monotonic() + 5
    while is_alive(away, gone) and time.monotonic() < end:
        time.sleep(0.05)
    postgres.stop()
    away.log.expect("IK0103|IK0163")
    away.graceful()
    assert [ask(away, value, "one") for value in (gone, kept) for _ in range(20)] == [401] * 20 + [200] * 20
