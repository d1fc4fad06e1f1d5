# SPDX-License-Identifier: Apache-2.0
"""Invitations: a link that opens the settings of one account once, to somebody who cannot sign in yet."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator

import pytest

from lib import world
from lib.browser import NAVIGATE, Browser
from lib.clock import Clock
from lib.forge import idp
from lib.pages import Page, own_headers, press
from lib.server import Server
from lib.settings import (
    GUEST, LINK, SETTINGS, USERS, administrator, done, guest, invite, is_signed_in, post, prepare, redeem, rows, save, saved, settings,
    show, token_of, token_of_form)
from lib.world import JSON, check_refused, good, login

SINGLE = "single.test"      # a virtual host of one account
HOUR = 3600
DAY = 24 * HOUR


def site(server: Server) -> str:
    world.populate(server, "acme", "beta")
    server.add_account("newco", None, "--name", "New Company")
    return site_of_two(server)


def site_of_two(server: Server) -> str:
    return prepare(server) + server.vhost("IkSSOAccount acme\n", SINGLE)


def over(browser: Browser, link: str) -> str:
    """A link that does not work any more says why; its text."""
    page = Page(browser.get(link))
    assert page.status == 403 and not page.has("redeem") and not browser.cookie(GUEST), f"{page.status}: {page.text}"
    assert "newco" not in page.answer.text.replace(SETTINGS, "").lower() and "new company" not in page.text.lower(), "it names nobody"
    return page.text


def redeem_blindly(browser: Browser, link: str, **headers: str) -> int:
    """Sends what the button would send; the status."""
    fields = {"action": "redeem", "invite": token_of(link)}
    return browser.post(SETTINGS, fields, {**own_headers(browser.host), **headers}).status


def test_link_of_the_command_line_opens_the_settings_of_a_stranger(server: Server, browser: Browser) -> None:
    link = invite(server, "newco")
    assert link.startswith(f"https://imagekit.test{SETTINGS}?invite="), "the command line knows the host from httpd"
    said = server.ctl("account", "invite", "newco", "--expires", "2d", "--url", "https://imagekit.test")
    assert LINK.fullmatch(said.out.strip()) and "newco" in said.err, "one line for programs, a sentence for people"
    page = Page(browser.get(link))
    assert page.status == 200 and "New Company" in page.text and "newco" in page.text and page.has("redeem")
    answer = press(browser, page, "redeem")
    assert answer.status == 303 and answer.location == f"https://imagekit.test{SETTINGS}"
    [cookie] = [each for each in answer.cookies if each.name == GUEST]
    assert cookie.kept and "httponly" in cookie.attributes and cookie.attributes["samesite"] == "Lax"
    page = show(browser, answer.location)
    assert "newco" in page.text and page.has("save") and page.has("leave") and not page.has("invite")
    assert not is_signed_in(browser), "a guest is nobody elsewhere"


def test_hosts_are_known_before_the_first_request_is_answered() -> None:
    """Whoever invites right after the first start gets a link, not a placeholder."""
    server = Server()
    try:
        server.init()
        server.add_account("newco", None)
        server.start(site_of_two(server))
        assert server.sql("SELECT origin, settings_path FROM ik_host ORDER BY origin") == [
            ("https://imagekit.test", SETTINGS), (f"https://{SINGLE}", SETTINGS)]
        assert re.match(f"https://(imagekit|single).test{SETTINGS}\\?invite=", server.ctl("account", "invite", "newco").out)
        server.stop()
        server.sql("UPDATE ik_host SET settings_path = '/old' WHERE origin LIKE '%single%'")
        server.start_again()
        assert server.sql("SELECT settings_path FROM ik_host") == [(SETTINGS,), (SETTINGS,)]
    finally:
        server.remove()


def test_looking_uses_nothing_up(server: Server, browser: Browser) -> None:
    link = invite(server, "newco")
    for method in ("GET", "HEAD", "GET"):
        answer = browser.request(method, link, NAVIGATE)
        assert answer.status == 200 and not answer.cookies
    assert redeem(browser, link).status == 303


def test_link_is_redeemed_once(server: Server, browser: Browser) -> None:
    link = invite(server, "newco")
    with Browser(server) as late:
        page = Page(late.get(link))
        assert redeem(browser, link).status == 303
        answer = Page(press(late, page, "redeem"))
        assert answer.status == 403 and "used" in answer.text and not late.cookie(GUEST)
        assert "used" in over(late, link)
    assert settings(browser).has("save"), "the first one goes on"


def test_one_of_many_who_press_at_once_gets_in(server: Server) -> None:
    link = invite(server, "newco")
    browsers = [Browser(server) for _ in range(8)]
    with ThreadPoolExecutor(len(browsers)) as pool:
        statuses = sorted(pool.map(lambda each: redeem_blindly(each, link), browsers))
    assert statuses == [303] + [403] * 7
    assert sum(each.cookie(GUEST) is not None for each in browsers) == 1


def test_revoked_link_says_so(server: Server, browser: Browser) -> None:
    link = invite(server, "newco")
    page = Page(browser.get(link))
    server.ctl("account", "invite", "newco", "--revoke")
    assert Page(press(browser, page, "redeem")).status == 403 and not browser.cookie(GUEST)
    assert "revoked" in over(browser, link)


@pytest.mark.parametrize("change", (
    lambda token: token[:-1], lambda token: token + "A", lambda token: "A" * 22, lambda token: token.swapcase(), lambda token: "",
    lambda token: "%27%20OR%201%3D1", lambda token: "%00" + token, lambda token: "x" * 3000), ids=lambda change: "")
def test_mistyped_link_says_so(server: Server, browser: Browser, change: object) -> None:
    token = token_of(invite(server, "newco"))
    assert callable(change)
    answer = browser.get(f"{SETTINGS}?invite={change(token)}")
    page = Page(browser.follow(answer))
    assert not page.has("redeem") and not page.has("save") and page.status in (200, 400, 403)
    assert "newco" not in page.answer.text


def test_token_is_not_in_database_or_log(server: Server, browser: Browser) -> None:
    link = invite(server, "newco")
    token = token_of(link)
    redeem(browser, link)
    settings(browser)
    assert token not in str(rows(server, "newco")) and token not in server.log.text()
    requests = (server.root / "logs" / "requests.log").read_text()
    assert f"GET {SETTINGS}?invite=... HTTP/1.1 ?invite=..." in requests and token not in requests
    assert browser.cookie(GUEST) not in str(rows(server, "newco"))


def test_administrator_makes_and_revokes_invitations(server: Server, browser: Browser) -> None:
    administrator(browser, "acme")
    page = Page(press(browser, settings(browser), "invite", lifetime="1d"))
    found = LINK.search(page.answer.text)
    assert page.status == 200 and found
    assert not LINK.search(settings(browser).answer.text), "a link is shown once"
    with Browser(server) as invited:
        assert redeem(invited, found[0]).status == 303 and "acme" in settings(invited).text
        page = done(browser, press(browser, settings(browser), "revoke-invite"), "invite-revoked")
        assert not page.has("revoke-invite")
        assert Page(invited.get(SETTINGS)).status == 403, "what it opened has ended"


@pytest.mark.parametrize("lifetime", ("0", "-1", "1s", "31d", "x", "99999999999999999999d", ""))
def test_lifetime_that_is_none_is_refused(browser: Browser, lifetime: str) -> None:
    administrator(browser, "acme")
    before = rows(browser.server, "acme")
    answer = press(browser, settings(browser), "invite", lifetime=lifetime)
    assert answer.status == 400 and not LINK.search(answer.text)
    assert rows(browser.server, "acme") == before


# What a guest may do

def test_guest_sees_the_settings_only(server: Server, browser: Browser) -> None:
    page = guest(server, browser, "newco")
    assert not any(USERS in link for link in page.links)
    assert browser.get(USERS).status in (302, 303, 403)
    assert "invit" not in page.form("save").node.text_content().lower()
    token = token_of_form(page)
    for fields in ({"action": "invite", "lifetime": "1d"}, {"action": "revoke-invite", "invite": "0" * 64}):
        before = rows(server, "newco")
        check_refused(browser, post(browser, SETTINGS, {"token": token, **fields}), "not_allowed")
        assert rows(server, "newco") == before
    for action in ("delete", "disable"):
        assert post(browser, USERS, {"token": token, "action": action, "user": "ann@newco.test", "confirm": "yes"}).status in (401, 403)


def test_guest_saves_and_people_sign_in(server: Server, browser: Browser) -> None:
    guest(server, browser, "newco")
    provider = idp("newco")
    save(browser, metadata=provider.metadata())
    with Browser(server) as ann:
        login(ann, good("newco", idp=provider))
        assert is_signed_in(ann)
    administrator(browser, "newco", idp=provider)
    assert "admin@newco.test" in settings(browser).text, "who has signed in is no guest any more"
    server.ctl("account", "metadata", "newco", "--delete")


def test_guest_leaves(server: Server, browser: Browser) -> None:
    guest(server, browser, "newco")
    answer = press(browser, settings(browser), "leave")
    assert answer.status == 303 and not browser.cookie(GUEST)
    assert "You have left the settings." in Page(browser.get(answer.location or "")).text
    assert "Deleted" not in browser.get("/single-sign-on?done=deleted").text, "anybody can write such a link"
    assert browser.get(SETTINGS).status in (302, 303)


def test_guest_session_ends_when_its_invitation_is_revoked(server: Server, browser: Browser) -> None:
    page = guest(server, browser, "newco")
    server.ctl("account", "invite", "newco", "--revoke")
    before = rows(server, "newco")
    answer = Page(press(browser, page, "save", metadata=idp("late").metadata()))
    assert answer.status == 403 and not browser.cookie(GUEST) and rows(server, "newco") == before
    assert "This invitation was revoked" in answer.text
    assert browser.get(SETTINGS).status == 302, "from now on this browser is nobody's"


def test_guest_session_ends_with_the_account(server: Server, browser: Browser) -> None:
    server.add_account("short", None)
    guest(server, browser, "short")
    with Browser(server) as second:
        guest(server, second, "short")
        server.ctl("account", "disable", "short")
        page = Page(second.get(SETTINGS))
        assert page.status == 403 and "This account is disabled" in page.text and second.cookie(GUEST)
        check_refused(second, second.get(SETTINGS, JSON), "account_disabled")
        server.ctl("account", "enable", "short")
        assert settings(second).has("save"), "nobody has taken the invitation back"
        server.ctl("account", "disable", "short")
    server.ctl("account", "delete", "short")
    assert browser.get(SETTINGS).status in (403, 302)


def test_guest_of_a_deleted_account_is_none_of_the_next_of_that_name(server: Server, browser: Browser) -> None:
    server.add_account("reborn", None)
    guest(server, browser, "reborn")
    link = invite(server, "reborn")
    server.ctl("account", "delete", "reborn")
    server.add_account("reborn", None)
    page = Page(browser.follow(browser.get(SETTINGS)))
    assert not page.has("save") and "reborn" not in page.text
    with Browser(server) as other:
        assert not Page(other.get(link)).has("redeem")


# Other sites, other accounts

@pytest.mark.parametrize("headers", ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                                     {"Sec-Fetch-Site": "", "Origin": "https://evil.test"}, {"Sec-Fetch-Site": "", "Origin": "null"}))
def test_other_site_cannot_redeem(server: Server, browser: Browser, headers: dict[str, str]) -> None:
    link = invite(server, "newco")
    sent = {name: value for name, value in {**own_headers(browser.host), **headers}.items() if value}
    answer = browser.post(SETTINGS, {"action": "redeem", "invite": token_of(link)}, sent)
    check_refused(browser, answer, "csrf")
    assert not browser.cookie(GUEST) and redeem(browser, link).status == 303, "and it is not used up"


def test_administrator_of_another_account_is_not_mixed_up(server: Server, browser: Browser) -> None:
    administrator(browser, "beta")
    link = invite(server, "newco")
    page = Page(browser.get(link))
    if page.has("redeem"):
        check_refused(browser, press(browser, page, "redeem"), "not_allowed")
    assert redeem_blindly(browser, link) == 403 and not browser.cookie(GUEST)
    mine = settings(browser)
    assert "idp.beta.test" in mine.text and "newco" not in mine.text
    with Browser(server) as stranger:
        assert redeem(stranger, link).status == 303, "and it is not used up"


def test_guest_who_signs_in_to_another_account_sees_that_one_only(server: Server, browser: Browser) -> None:
    page = guest(server, browser, "newco")
    administrator(browser, "beta")
    assert "newco" not in settings(browser).text
    check_refused(browser, press(browser, page, "save", metadata=idp("mixed").metadata()), "csrf")
    assert "idp.mixed.test" not in str(saved(server, "beta")) and not saved(server, "newco")["idp"]
    with Browser(server) as other:
        assert guest(server, other, "newco").has("save")
        login(other, good("beta", role="developer", email="dev@beta.test"))
        assert other.cookie(GUEST) and other.get(SETTINGS).status == 403


def test_colleague_with_another_role_may_be_a_guest(server: Server, browser: Browser) -> None:
    login(browser, good("acme", role="developer", email="dev@acme.test"))
    assert browser.get(SETTINGS).status == 403
    page = guest(server, browser, "acme")
    assert page.has("save") and not page.has("invite") and is_signed_in(browser)
    assert browser.get(USERS).status == 403


def test_host_of_one_account_has_guests_of_that_account_only(server: Server) -> None:
    mine, other = invite(server, "acme"), invite(server, "newco")
    with Browser(server, SINGLE) as browser:
        page = Page(browser.get(f"{SETTINGS}?invite={token_of(other)}"))
        assert page.status == 403 and not page.has("redeem") and "newco" not in page.text
        assert redeem_blindly(browser, other) == 403 and not browser.cookie(GUEST)
        assert redeem(browser, f"https://{SINGLE}{SETTINGS}?invite={token_of(mine)}").status == 303
        assert "acme" in settings(browser).text
    with Browser(server) as browser:
        guest(server, browser, "newco")
        cookie = browser.cookie(GUEST)
    with Browser(server, SINGLE) as browser:
        browser.set_cookie(cookie or "", GUEST)
        assert not Page(browser.follow(browser.get(SETTINGS))).has("save"), "sealed for another host"


def test_cookie_of_a_guest_is_no_session_and_the_other_way_round(server: Server, browser: Browser) -> None:
    guest(server, browser, "acme")
    with Browser(server) as other:
        other.set_cookie(browser.cookie(GUEST) or "")
        assert not is_signed_in(other)
        administrator(other, "acme")
        session = other.cookie() or ""
    with Browser(server) as third:
        third.set_cookie(session, GUEST)
        assert not Page(third.follow(third.get(SETTINGS))).has("save")


# Time

@pytest.fixture(scope="module")
def with_clock() -> Iterator[tuple[Server, Clock]]:
    """A server of its own, whose clock can be stepped."""
    server = Server()
    try:
        clock = Clock(server)
        server.init()
        server.add_account("newco", None)
        server.start(prepare(server))
        server.log.begin()
        yield server, clock
        server.stop()
        assert not server.log.unexpected() and not server.crashes()
    finally:
        server.remove()


def test_link_expires(with_clock: tuple[Server, Clock]) -> None:
    server, clock = with_clock
    clock.step(0)
    usual, short = invite(server, "newco"), invite(server, "newco", "--expires", "2h")
    try:
        clock.step(2 * HOUR - 60)
        with Browser(server) as browser:
            assert Page(browser.get(short)).has("redeem")
        clock.step(2 * HOUR + 60)
        with Browser(server) as browser:
            assert "expired" in over(browser, short) and redeem_blindly(browser, short) == 403
        clock.step(7 * DAY - HOUR)
        with Browser(server) as browser:
            assert redeem(browser, usual).status == 303
        clock.step(7 * DAY + HOUR)
        with Browser(server) as browser:
            assert "used" in over(browser, usual)
    finally:
        clock.step(0)


def test_guest_stays_four_hours(with_clock: tuple[Server, Clock]) -> None:
    server, clock = with_clock
    clock.step(0)
    try:
        with Browser(server) as browser:
            page = guest(server, browser, "newco")
            clock.step(4 * HOUR - 120)
            assert settings(browser).has("save")
            clock.step(4 * HOUR + 120)
            assert Page(browser.get(SETTINGS)).status == 403
    finally:
        clock.step(0)
    assert page.has("save")


def test_program_that_is_a_guest_no_longer_is_told_so(server: Server, browser: Browser) -> None:
    guest(server, browser, "newco")
    server.ctl("account", "invite", "newco", "--revoke")
    check_refused(browser, browser.get(SETTINGS, JSON), "not_signed_in")


@pytest.mark.parametrize("deed", (("user", "delete"), ("user", "disable"), ("session", "revoke")))
def test_what_an_administrator_invited_ends_with_them(server: Server, browser: Browser, deed: tuple[str, str]) -> None:
    """Else whoever is shut out comes in again by a door of their own."""
    email = f"leaving-{deed[1]}@acme.test"
    administrator(browser, "acme", email=email)
    links = []
    for _ in range(2):
        found = LINK.search(Page(press(browser, settings(browser), "invite", lifetime="1d")).answer.text)
        assert found
        links.append(found[0])
    with Browser(server) as friend, Browser(server) as late:
        assert redeem(friend, links[0]).status == 303 and "acme" in settings(friend).text
        server.ctl(*deed, "acme", email)
        assert Page(friend.get(SETTINGS, NAVIGATE)).status == 403
        assert "revoked" in Page(late.get(links[1], NAVIGATE)).text


def test_signing_out_ends_a_guest_and_copies_of_the_cookie(server: Server, browser: Browser) -> None:
    guest(server, browser, "acme")
    copy = browser.jar[browser.host][GUEST]
    login(browser, good("acme", email="somebody@acme.test"))
    assert browser.get("/logout", NAVIGATE).status in (200, 303)
    assert not browser.cookie(GUEST)
    with Browser(server) as thief:
        thief.set_cookie(copy, GUEST)
        assert Page(thief.get(SETTINGS, NAVIGATE)).status == 403
