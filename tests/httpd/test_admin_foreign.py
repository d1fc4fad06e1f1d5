# SPDX-License-Identifier: Apache-2.0
"""
Nobody sees or changes an account that is not theirs: every form and address of the pages of one account, collected from
these pages, is sent by everybody else, with its ids, and with their own tokens, its tokens, and none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from lib import world
from lib.browser import NAVIGATE, SESSION, Answer, Browser
from lib.clock import Clock
from lib.forge import idp
from lib.pages import Page, own_headers, press
from lib.server import Server
from lib.settings import (
    GUEST, OTHER_ROLES, SETTINGS, USERS, administrator, guest, invite, is_signed_in, outcome, prepare, redeem, rows, save, settings,
    start_test, token_of_form, user, users)
from lib.walk import Sent, send, walk
from lib.world import check_refused, good, login

VICTIM, MINE = "beta", "acme"
PEOPLE = ("victor@beta.test", "vera@beta.test")
# What only pages of the victim have: its provider, the one it tries, people, domains, name, what a test has shown.
SECRETS = ("idp.beta.test", "idp.beta-next.test", "victor", "Victor Victim", "victim-domain.test", "Victim Incorporated", "seen-in-test")
HOUR = 3600


def site(server: Server) -> str:
    world.populate(server, VICTIM, MINE)
    return prepare(server)


@dataclass
class Victim:
    """All that the pages of an account lead to that has everything an account may have."""
    requests: list[Sent]
    drafts: set[str]
    invites: set[str]

    @property
    def posts(self) -> list[Sent]:
        return [each for each in self.requests if each.method == "POST"]


def furnish(server: Server, browser: Browser) -> list[Page]:
    """Gives the account people, domains, something to roll back to, drafts and invitations; the pages that show them."""
    server.ctl("account", "set", VICTIM, "--name", "Victim Incorporated")
    for email in PEOPLE:
        with Browser(server) as person:
            login(person, good(VICTIM, email=email, name="Victor Victim"))
    administrator(browser, VICTIM)
    save(browser, domains="beta.test victim-domain.test")
    press(browser, settings(browser), "invite", lifetime="7d")
    with Browser(server) as invited:
        redeem(invited, invite(server, VICTIM))
    new = idp("beta-next")
    passed = outcome(browser, start_test(browser, metadata=new.metadata()), good(VICTIM, idp=new, email="seen-in-test@beta.test"))
    failed = outcome(browser, start_test(browser, **{"option-force-authn": "on"}),
                     good(VICTIM, role="boss", email="seen-in-test@beta.test"))
    asked = Page(press(browser, settings(browser), "save", **{"option-force-authn": "on"}))
    return [settings(browser), passed, failed, asked, users(browser), *(user(browser, email) for email in PEOPLE)]


@pytest.fixture(scope="module")
def victim(running: Server) -> Victim:
    with Browser(running) as browser:
        requests = walk(browser, furnish(running, browser), SETTINGS, USERS)
    found = [{row[0] for row in running.sql(f"SELECT id FROM {table} WHERE account = ?", VICTIM)} for table in ("ik_draft", "ik_invite")]
    return Victim(requests, *found)


def test_walk_has_met_every_form_and_address(victim: Victim) -> None:
    """So that the tests below are about something."""
    fields = [each.fields for each in victim.posts]
    assert {each["action"] for each in fields} == {
        "save", "test", "test-again", "save-draft", "delete", "roll-back", "invite", "revoke-invite", "disable", "end-sessions",
        "explain", "save-url", "save-rules", "try-rules", "test-rules"}
    assert {each["action"] for each in fields if each.get("confirm")} >= {"save", "delete", "roll-back", "save-draft"}
    assert {each["test"] for each in fields if "test" in each} == victim.drafts
    assert {each["invite"] for each in fields if "invite" in each} == victim.invites
    assert {each["user"] for each in fields if "user" in each} >= {*PEOPLE, "admin@beta.test"}
    assert all(each.get("token") for each in fields), "every form has a token"
    queries = {name for each in victim.requests if each.method == "GET" for name in each.fields}
    assert queries >= {"guide", "user", "q", "failures", "trace"} and "token" not in queries, queries


# Everybody else

Who = Callable[[Server, Browser], object]
OWNERS: dict[str, Who] = {      # of something else: they have a token of their own
    "administrator of another account": lambda server, browser: administrator(browser, MINE),
    "guest of another account": lambda server, browser: guest(server, browser, MINE),
}
OTHERS: dict[str, Who] = {
    "nobody": lambda server, browser: None,
    **{role: lambda server, browser, role=role: login(browser, good(VICTIM, role=role, email="vera@beta.test")) for role in OTHER_ROLES},
}


def check_shows_nothing(request: Sent, answer: Answer) -> None:
    """Of the victim; but what the sender says may come back."""
    assert answer.status < 500, f"{request}: {answer.status}"
    shown = [secret for secret in SECRETS if secret in answer.text + (answer.location or "") and secret not in request.text]
    assert not shown, f"{request} shows {shown}: {answer.status}"


def try_it(browser: Browser, request: Sent) -> Answer:
    answer = send(browser, request)
    check_shows_nothing(request, answer)
    if urlsplit(answer.location or "").netloc == browser.host:
        check_shows_nothing(request, browser.follow(answer))
    return answer


def give_back(server: Server) -> None:
    """What an attack did to the attacker's own account is undone."""
    options = ("unsolicited=accept", "force-authn=off", "sign-requests=auto", "logout-at-idp=on", "sha1=off", "dummy-request=off")
    server.ctl("account", "set", MINE, "--metadata", f"{server.root}/conf/{MINE}.xml", "--domain", "", "--entity-id", "",
               *(word for option in options for word in ("--option", option)))


@pytest.mark.parametrize("who", OWNERS)
def test_foreign_ids_with_a_token_of_ones_own(server: Server, victim: Victim, who: str) -> None:
    before = rows(server, VICTIM)
    try:
        for request in victim.requests:
            with Browser(server) as browser:
                OWNERS[who](server, browser)
                try_it(browser, request.but(token=token_of_form(settings(browser)), metadata="<nothing/>", domains="", entity_id=""))
            if request.changes:
                assert rows(server, VICTIM) == before, f"{who}: {request}"
                give_back(server)
    finally:
        give_back(server)


@pytest.mark.parametrize("who", {**OWNERS, **OTHERS})
def test_foreign_session_with_a_token_of_the_account(server: Server, victim: Victim, who: str) -> None:
    with Browser(server) as browser:
        {**OWNERS, **OTHERS}[who](server, browser)
        before, mine = rows(server, VICTIM), rows(server, MINE)
        for request in victim.requests:
            answer = try_it(browser, request)
            assert request.method == "GET" or answer.status in (401, 403), f"{request}: {answer.status}"
            assert who in OWNERS or answer.status in (302, 303, 401, 403), f"{request}: {answer.status}"
            assert not request.changes or rows(server, VICTIM) == before, f"{request}"
        assert rows(server, MINE) == mine


# Forms of other origin

Token = Callable[[Server], str]


def _token_in(who: Who) -> Token:
    def find(server: Server) -> str:
        with Browser(server) as browser:
            who(server, browser)
            return token_of_form(settings(browser))
    return find


def token_to_sign_out(server: Server) -> str:
    """Of the form that asks whoever comes to /logout from elsewhere."""
    with Browser(server) as browser:
        administrator(browser, VICTIM)
        return token_of_form(Page(browser.get("/logout", {**NAVIGATE, "Sec-Fetch-Site": "cross-site"})))


TOKENS: dict[str, Token] = {
    "none": lambda server: "",
    "nonsense": lambda server: "A" * 60,
    "of another session": _token_in(lambda server, browser: administrator(browser, VICTIM)),
    "of a colleague": _token_in(lambda server, browser: administrator(browser, VICTIM, email="chief@beta.test")),
    "of a guest": _token_in(lambda server, browser: guest(server, browser, VICTIM)),
    "of another account": _token_in(lambda server, browser: administrator(browser, MINE)),
    "of another form": lambda server: token_to_sign_out(server),
}


@pytest.mark.parametrize("which", TOKENS)
def test_form_with_a_wrong_token_does_nothing(server: Server, victim: Victim, which: str) -> None:
    token = TOKENS[which](server)
    with Browser(server) as browser:
        administrator(browser, VICTIM)
        before = rows(server, VICTIM)
        for request in victim.posts:
            for forged in (request.but(token=token), request.but(token=None)):
                check_refused(browser, send(browser, forged), "csrf")
        assert rows(server, VICTIM) == before and is_signed_in(browser)


def test_damaged_token_does_nothing(server: Server, victim: Victim) -> None:
    with Browser(server) as browser:
        administrator(browser, VICTIM)
        token, before = token_of_form(settings(browser)), rows(server, VICTIM)
        damaged = [token[:-1], token + "A", token[:20] + ("A" if token[20] != "A" else "B") + token[21:], token.swapcase(), token[::-1]]
        for each in damaged:
            check_refused(browser, send(browser, victim.posts[0].but(token=each)), "csrf")
        assert rows(server, VICTIM) == before


def test_looking_changes_nothing_whatever_the_address_says(server: Server, victim: Victim) -> None:
    """Fields of a form, its valid token among them, do nothing in an address."""
    with Browser(server) as browser:
        administrator(browser, VICTIM)
        token, before = token_of_form(settings(browser)), rows(server, VICTIM)
        for request in victim.posts:
            small = request.but(token=token, metadata="x")
            for method in ("GET", "HEAD"):
                answer = browser.request(method, f"{small.path}?{urlencode(small.pairs)}", NAVIGATE)
                assert answer.status in (200, 303, 403), f"{method} {request}: {answer.status}"
            post = browser.request("POST", f"{small.path}?{urlencode(small.pairs)}",
                                   {**own_headers(browser.host), "Content-Type": "application/x-www-form-urlencoded"}, data="a=b")
            check_refused(browser, post, "csrf")
        assert rows(server, VICTIM) == before and is_signed_in(browser)


def test_cookies_stay_away_from_forms_of_other_sites(server: Server) -> None:
    """A browser that is sent here by another site's form has neither session nor guest's cookie with it."""
    with Browser(server) as browser:
        said = browser.consume(good(MINE).encoded())
        assert said.session is not None and said.session.attributes["samesite"] == "Lax"
    with Browser(server) as browser:
        answer = redeem(browser, invite(server, MINE))
        assert [each.attributes["samesite"] for each in answer.cookies if each.name == GUEST] == ["Lax"]


def test_form_of_another_site_does_nothing_even_where_cookies_come_along(server: Server, victim: Victim) -> None:
    with Browser(server) as browser:
        administrator(browser, VICTIM)
        before = rows(server, VICTIM)
        for request in victim.posts:
            for headers in ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}, {"Origin": "null"}):
                check_refused(browser, send(browser, request.but(token=None), {**NAVIGATE, **headers}), "csrf")
        assert rows(server, VICTIM) == before


@pytest.fixture(scope="module")
def aging() -> Iterator[tuple[Server, Clock]]:
    """A server whose sessions outlive its forms, and whose clock can be stepped."""
    server = Server()
    try:
        clock = Clock(server)
        server.init()
        world.populate(server, MINE)
        server.start(prepare(server, "IkSSOSessionLifetime 48h\nIkSSOSessionIdle 48h\n"))
        server.log.begin()
        yield server, clock
        server.stop()
        assert not server.log.unexpected() and not server.crashes()
    finally:
        server.remove()


def test_stale_form_does_nothing(aging: tuple[Server, Clock]) -> None:
    server, clock = aging
    with Browser(server) as browser:
        administrator(browser, MINE)
        page, listed = settings(browser), user(browser, "admin@acme.test")
        clock.step(11 * HOUR)
        assert browser.cookie(SESSION) and press(browser, page, "invite", lifetime="1d").status == 200
        clock.step(13 * HOUR)
        before = rows(server, MINE)
        for stale, button in ((page, "save"), (page, "test"), (page, "delete"), (page, "invite"), (listed, "end-sessions")):
            answer = press(browser, stale, button)
            assert answer.status == 403 and world.REASONS["csrf"].sentence in answer.text
        assert rows(server, MINE) == before and is_signed_in(browser)
        save(browser)
