# SPDX-License-Identifier: Apache-2.0
"""The users page: everybody is found, and who is deleted, disabled or signed out is so on the next request."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from lib import world
from lib.browser import Browser
from lib.everywhere import PROCESSES, ask_all
from lib.pages import Page, press
from lib.server import MPM, Server
from lib.settings import (
    USERS, administrator, confirm, done, is_signed_in, post, prepare, rows, token_of_form, user, users)
from lib.world import check_refused, good, login

CROWD = 3000
PAGE = 50           # users on one (model/user_page.h)
NAMES = {
    "plain@beta.test": "Ann Example",
    "quotes@beta.test": """O'Brien "Bob" & <b>bold</b>""",
    "rtl@beta.test": "\u202eevil\u202c שלום عربى",
    "script@beta.test": "<script>alert(1)</script>",
    "percent@beta.test": "100%_of\\it",
    "o'hara+tag@beta.test": "Plus Tag",
    "long@beta.test": "x" * 1000,
}

FILL = """
WITH RECURSIVE n (i) AS (SELECT 10000 UNION ALL SELECT i + 1 FROM n WHERE i < 10000 + ? - 1)
INSERT INTO ik_user (account, email, name, role, enabled, first_login, last_login)
SELECT 'crowd', 'user' || i || '@crowd.test', 'Number ' || i, 'developer', 1, 1700000000000000, 1700000000000000 FROM n
"""


def site(server: Server) -> str:
    world.populate(server, "acme", "beta", "gamma", "p256")
    server.add_account("crowd", world.providers()["p384"].metadata())
    return prepare(server)


@pytest.fixture(scope="module", autouse=True)
def people(running: Server) -> None:
    running.sql(FILL, CROWD)
    for email, name in NAMES.items():
        with Browser(running) as browser:
            login(browser, good("beta", email=email, name=name))


def as_crowd(browser: Browser) -> None:
    administrator(browser, "crowd", idp=world.providers()["p384"])


def people_on(page: Page) -> list[str]:
    """The addresses whose pages it links to, in order."""
    shown = [parse_qs(urlsplit(link).query).get("user", [""])[0] for link in page.links if urlsplit(link).path == USERS]
    return [email for email in shown if email]


def beside(page: Page, which: str) -> str | None:
    """The link to the page after or before this one."""
    found = [link for link in page.links if which in parse_qs(urlsplit(link).query)]
    assert len(set(found)) <= 1, found
    return found[0] if found else None


# Finding people

def test_everybody_is_on_one_page_only_there_and_back(browser: Browser) -> None:
    as_crowd(browser)
    wanted = ["admin@crowd.test", *(f"user{10000 + i}@crowd.test" for i in range(CROWD))]
    page, seen, last = users(browser), [], None
    assert beside(page, "before") is None and re.search(r"3.?001", page.text), "it says how many there are"
    while page is not None:
        shown = people_on(page)
        assert 0 < len(shown) <= PAGE
        seen, last, to = seen + shown, page, beside(page, "after")
        page = Page(browser.get(to)) if to else None
    assert seen == wanted
    back: list[str] = []
    page = last
    while page is not None:
        back = people_on(page) + back
        to = beside(page, "before")
        page = Page(browser.get(to)) if to else None
    assert back == wanted


@pytest.mark.parametrize("search, count", (
    ("user10042", 1), ("USER10042@CROWD", 1), ("number 1123", 10), ("nobody", 0), ("%", 0), ("_", 0), ("user1004%", 0), ("'", 0),
    ("\\", 0), ("number", CROWD), ("admin", 1), ("x" * 5000, 0), ("é", 0), ("\u202e", 0)), ids=lambda each: ascii(each)[:20])
def test_search_finds_part_of_address_or_name(browser: Browser, search: str, count: int) -> None:
    as_crowd(browser)
    page = users(browser, "?" + urlencode({"q": search}))
    assert len(people_on(page)) == min(count, PAGE), page.text
    assert (beside(page, "after") is not None) == (count > PAGE)


def test_search_form_keeps_what_is_searched_for_on_every_page(browser: Browser) -> None:
    as_crowd(browser)
    page = users(browser)
    [form] = [each for each in page.forms if each.method == "get"]
    assert "q" in form.fields and "token" not in form.fields, "a token has no place in an address"
    page = users(browser, "?" + urlencode({"q": "number 11"}))
    assert next(each for each in page.forms if each.method == "get").fields["q"] == "number 11"
    seen = people_on(page)
    while to := beside(page, "after"):
        assert parse_qs(urlsplit(to).query)["q"] == ["number 11"]
        page = Page(browser.get(to))
        seen += people_on(page)
    assert seen == [f"user{i}@crowd.test" for i in range(11000, 11000 + 1000)]


@pytest.mark.parametrize("query", ("?after=%00", "?before=%ff", "?after=" + "x" * 5000, "?after=zzz&before=aaa", "?q=%e9", "?user=",
                                   "?user=nobody%40crowd.test", "?user=%00", "?user=a&user=b", "?done=nonsense",
                                   "?done=%3Cscript%3E"), ids=lambda each: each[:20])
def test_odd_addresses_are_answered(browser: Browser, query: str) -> None:
    as_crowd(browser)
    answer = browser.follow(browser.get_as_is(USERS + query))
    assert answer.status in (200, 400) and "<script>alert" not in answer.text and "nonsense" not in answer.text


def test_odd_names_are_shown_as_they_are(browser: Browser) -> None:
    administrator(browser, "beta")
    page = users(browser)
    for email, name in NAMES.items():
        assert email in people_on(page)
        alone = user(browser, email)
        assert email in alone.text and re.sub(r"\s+", " ", name) in alone.text, email
        assert name[:40] in page.text
        found = users(browser, "?" + urlencode({"q": name[:20]}))
        assert email in people_on(found), f"{name[:20]!r} is not found"


def test_page_of_a_person_says_who_it_is(browser: Browser) -> None:
    administrator(browser, "beta")
    page = user(browser, "plain@beta.test")
    for text in ("Ann Example", "plain@beta.test", "UTC"):
        assert text in page.text
    assert "developer" in page.text.lower() and page.has("delete") and page.has("disable") and page.has("end-sessions")
    assert not page.has("enable")


def test_person_of_another_account_is_not_there(browser: Browser) -> None:
    with Browser(browser.server) as other:
        login(other, email="only-acme@acme.test", name="Only Acme")
    administrator(browser, "beta")
    answer = browser.follow(browser.get(f"{USERS}?user=only-acme%40acme.test"))
    assert "Only Acme" not in answer.text and not people_on(Page(answer))
    assert not people_on(users(browser, "?q=only-acme"))


# Doing something to them

def sign_in_as(server: Server, account: str, email: str) -> Browser:
    made = Browser(server)
    login(made, good(account, email=email))
    return made


@pytest.mark.parametrize("button, word, comes_back", (("disable", "user-disabled", False), ("end-sessions", "sessions-ended", True),
                                                      ("delete", "user-deleted", True)))
def test_session_ends_on_the_next_request_in_every_process(
        server: Server, browser: Browser, button: str, word: str, comes_back: bool) -> None:
    administrator(browser, "p256")
    email = f"{button}d@p256.test"
    with sign_in_as(server, "p256", email) as ann, sign_in_as(server, "p256", "colleague@p256.test") as bob:
        cookie = ann.cookie() or ""
        assert ask_all(server, cookie) == {200}
        page = user(browser, email)
        page = confirm(browser, page, button, word) if button == "delete" else done(browser, press(browser, page, button), word)
        assert ask_all(server, cookie) == {401}
        assert is_signed_in(bob) and is_signed_in(browser)
        if comes_back:
            login(ann, good("p256", email=email))
        else:
            world.refused(ann, good("p256", email=email), "user_disabled")
    if button == "delete":
        assert email not in people_on(page)


def test_who_is_enabled_again_may_sign_in_again(server: Server, browser: Browser) -> None:
    administrator(browser, "p256")
    with sign_in_as(server, "p256", "back@p256.test") as ann:
        done(browser, press(browser, user(browser, "back@p256.test"), "disable"), "user-disabled")
        page = user(browser, "back@p256.test")
        assert page.has("enable") and not page.has("disable")
        world.refused(ann, good("p256", email="back@p256.test"), "user_disabled")
        done(browser, press(browser, page, "enable"), "user-enabled")
        assert not is_signed_in(ann), "what was ended stays ended"
        login(ann, good("p256", email="back@p256.test"))


def test_deleted_person_is_deleted_only_when_confirmed(server: Server, browser: Browser) -> None:
    administrator(browser, "p256")
    with sign_in_as(server, "p256", "kept@p256.test") as ann:
        question = Page(press(browser, user(browser, "kept@p256.test"), "delete"))
        assert question.form("delete").fields["user"] == "kept@p256.test" and is_signed_in(ann)
        assert any("user=kept" in link for link in question.links), "there is a way back"


@pytest.mark.parametrize("email", ("quotes@beta.test", "o'hara+tag@beta.test", "rtl@beta.test"))
def test_person_with_an_odd_name_or_address_is_deleted(server: Server, browser: Browser, email: str) -> None:
    administrator(browser, "beta")
    confirm(browser, user(browser, email), "delete", "user-deleted")
    assert not server.sql("SELECT 1 FROM ik_user WHERE account = 'beta' AND email = ?", email)
    with Browser(server) as again:
        login(again, good("beta", email=email, name=NAMES[email]))


@pytest.mark.parametrize("action", ("disable", "delete"))
def test_nobody_locks_themselves_out(server: Server, browser: Browser, action: str) -> None:
    administrator(browser, "p256", email="self@p256.test")
    page = user(browser, "self@p256.test")
    assert not page.has(action)
    for email in ("self@p256.test", "SELF@P256.test"):
        fields = {"token": token_of_form(page), "action": action, "user": email, "confirm": "yes"}
        check_refused(browser, post(browser, USERS, fields), "not_allowed")
    assert server.sql("SELECT enabled FROM ik_user WHERE account = 'p256' AND email = 'self@p256.test'") == [(1,)]
    assert is_signed_in(browser)


def test_own_sessions_can_be_ended(server: Server, browser: Browser) -> None:
    administrator(browser, "p256", email="self2@p256.test")
    assert press(browser, user(browser, "self2@p256.test"), "end-sessions").status == 303
    assert not is_signed_in(browser)


@pytest.mark.parametrize("fields", ({"action": "delete"}, {"user": "plain@beta.test"}, {"action": "promote", "user": "plain@beta.test"},
                                    {"action": "disable", "user": ""}, {"action": "disable", "user": "x" * 3000},
                                    {"action": "delete", "user": "nobody@beta.test", "confirm": "yes"},
                                    {"action": "enable", "user": "not an address"}))
def test_form_that_is_none_changes_nothing(server: Server, browser: Browser, fields: dict[str, str]) -> None:
    administrator(browser, "beta")
    before = rows(server, "beta")
    answer = post(browser, USERS, {"token": token_of_form(user(browser, "plain@beta.test")), **fields})
    assert answer.status in (303, 400) and rows(server, "beta") == before


def test_other_machines_processes_are_four(server: Server) -> None:
    assert MPM == "prefork" or len(server.children()) == PROCESSES
