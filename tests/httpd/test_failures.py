# SPDX-License-Identifier: Apache-2.0
"""The failures of an account: what its administrator and guests see of them, what nobody else sees, and captured responses."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from lib import world
from lib.browser import Answer, Browser, trace_of
from lib.checks import checks
from lib.explain import SECRETS, explain, failed, foreign, form_of, har_of
from lib.pages import Page, own_headers, press
from lib.server import Server
from lib.settings import OTHER_ROLES, SETTINGS, USERS, administrator, guest, post, prepare, settings
from lib.world import good, login, refused

PAGE = 25
DAY = 86400
MIB = 1024 * 1024


def site(server: Server) -> str:
    world.populate(server, "acme", "beta")
    return prepare(server, world.sp_certificate(server))


@pytest.fixture(autouse=True)
def no_traces(server: Server) -> None:
    server.sql("DELETE FROM ik_trace")


def trace_id(number: int, letter: str = "a") -> str:
    return f"{letter * 15}{number:07d}"


def put(server: Server, number: int = 1, account: str = "acme", reason: str = "audience_mismatch", detail: str = "came x, expected y",
        issuer: str = "https://idp.acme.test/metadata", verified: int = 1, letter: str = "a") -> str:
    """A trace of so many seconds ago."""
    made = trace_id(number, letter)
    at = int((time.time() - number) * 1_000_000)
    server.sql("INSERT INTO ik_trace (id, account, at, reason, endpoint, issuer, detail, client, verified) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
               made, account, at, reason, "consume", issuer, detail, "203.0.113.7", verified)
    return made


def failures(browser: Browser, query: str = "?failures") -> Page:
    return settings(browser, query)


def listed(page: Page) -> list[str]:
    return re.findall(r"\b[a-z]{15}\d{7}\b", page.text)


def test_nothing_is_said_when_nothing_was_refused(server: Server, browser: Browser) -> None:
    administrator(browser)
    assert "No sign-in of this account was refused" in failures(browser).text


def test_lists_the_newest_first_and_leads_to_older_ones(server: Server, browser: Browser) -> None:
    ids = [put(server, number) for number in range(1, PAGE + 4)]
    administrator(browser)
    page = failures(browser)
    assert listed(page) == ids[:PAGE]
    [older] = [link for link in page.links if "before=" in link]
    page = Page(browser.get(older))
    assert listed(page) == ids[PAGE:]
    assert not [link for link in page.links if "before=" in link]


@pytest.mark.parametrize("before", ["", "x", "-1", "99999999999999999999", "0"])
def test_time_that_is_none_counts_as_none(server: Server, browser: Browser, before: str) -> None:
    made = put(server)
    administrator(browser)
    assert listed(failures(browser, f"?failures&before={before}")) == [made]


def test_one_says_what_came_who_acts_and_what_to_change(server: Server, browser: Browser) -> None:
    made = put(server, detail='the Audience is "x", expected "y"')
    administrator(browser)
    page = failures(browser, f"?trace={made}")
    for words in ("the Audience (Entity ID) does not match", 'the Audience is "x", expected "y"', "audience_mismatch", made,
                  "Mend this at your identity provider", "https://imagekit.test/saml/consume", "203.0.113.7",
                  "signed by the identity provider of this account"):
        assert words in page.text, words
    unproven = put(server, 2, verified=0)
    assert "It is not proven" in failures(browser, f"?trace={unproven}").text


def test_trace_id_of_an_error_page_can_be_looked_up(server: Server, browser: Browser) -> None:
    made = put(server)
    administrator(browser)
    page = failures(browser, f"?trace=%20{made}%0A")
    assert page.status == 200 and made in page.text
    page = Page(browser.get(f"{SETTINGS}?trace=AAAAAAAAAAAAAAAAAAAAAA"))
    assert page.status == 404 and "There is no refused sign-in of this account with that trace id" in page.text


def test_nobody_sees_the_failures_of_another_account(server: Server, browser: Browser) -> None:
    theirs, nobodys = put(server, 1, account="beta", detail="secret-of-beta"), put(server, 2, account="", detail="secret-of-nobody", letter="b")
    administrator(browser)
    assert listed(failures(browser)) == []
    for made in (theirs, nobodys):
        page = Page(browser.get(f"{SETTINGS}?trace={made}"))
        assert page.status == 404 and "secret-of" not in page.text
    with Browser(server) as other:
        administrator(other, "beta")
        assert listed(failures(other)) == [theirs]


def test_guests_see_failures_and_other_people_do_not(server: Server, browser: Browser) -> None:
    made = put(server)
    with Browser(server) as invited:
        guest(server, invited, "acme")
        assert listed(failures(invited)) == [made] and USERS not in failures(invited).text
        assert made in failures(invited, f"?trace={made}").text
    for role in OTHER_ROLES[:2]:
        with Browser(server) as person:
            login(person, good("acme", email=f"{role}@acme.test", role=role))
            server.log.expect(r"refused|denied|not_allowed")
            for query in ("?failures", f"?trace={made}"):
                answer = person.get(SETTINGS + query)
                assert answer.status == 403 and made not in answer.text
    answer = browser.get(f"{SETTINGS}?trace={made}")
    assert answer.status == 302 and "came x" not in answer.text, "who is not signed in is sent to sign in"


def test_whatever_a_trace_says_is_text(server: Server, browser: Browser) -> None:
    evil = '<script>alert(1)</script>"\'&'
    made = put(server, detail=evil, issuer=evil)
    administrator(browser)
    for page in (browser.get(f"{SETTINGS}?failures"), browser.get(f"{SETTINGS}?trace={made}")):
        assert "<script>alert" not in page.text and "&lt;script&gt;alert(1)" in page.text


# Captured responses

def paste(browser: Browser, text: str) -> Page:
    return Page(press(browser, failures(browser), "explain", captured=text))


def test_page_and_command_line_agree(server: Server, browser: Browser) -> None:
    administrator(browser)
    for response in (good(), good(role="Developer", audiences=[["https://elsewhere.test/"]]), good(signed="none", name=None)):
        for text in (response.encoded(), form_of(response), har_of(form_of(response))):
            page, answer = paste(browser, text), explain(server, text)
            seen = checks(page)
            assert {name: check.state for name, check in seen.items()} == {check["check"]: check["state"] for check in answer["checks"]}
            for check in failed(answer).values():
                assert check["detail"] in page.text and check["fix"] in page.text
            assert ("This response would be accepted" in page.text) == answer["accepted"]


def test_pasting_signs_nobody_in_and_keeps_nothing(server: Server, browser: Browser) -> None:
    administrator(browser)
    response = good(email="pasted@acme.test")
    session = browser.cookie()
    paste(browser, response.encoded())
    assert server.sql("SELECT count(*) FROM ik_user WHERE email = 'pasted@acme.test'") == [(0,)]
    assert browser.cookie() == session
    with Browser(server) as person:
        login(person, response)
    assert "The message is used for the first time" in paste(browser, response.encoded()).text


def test_what_is_no_response_is_said_at_the_field(server: Server, browser: Browser) -> None:
    administrator(browser)
    for text, words in (("", "nothing here"), ("hello", "no SAMLResponse"), ("{}", "no HAR file")):
        page = paste(browser, text)
        assert page.status == 400 and words in page.text


def test_response_of_another_account_is_refused(browser: Browser) -> None:
    administrator(browser)
    page = paste(browser, good("beta").encoded())
    assert "This response would be refused" in page.text and checks(page)["account"].state == "failed"


@pytest.mark.parametrize("field", foreign().values(), ids=foreign())
def test_encrypted_response_of_another_account_shows_nothing_of_it(server: Server, field: str) -> None:
    with Browser(server) as invited:
        guest(server, invited, "acme")
        page = paste(invited, field)
        assert "This response would be refused" in page.text
        assert not [secret for secret in SECRETS if secret in page.text]
        role = checks(page)["role"]
        assert role.state == "skipped" and "cannot be shown" in role.text
    answer = explain(server, field)
    assert answer["email"] == SECRETS[0], "the operator has the keys anyway"


def test_own_encrypted_response_is_shown(server: Server, browser: Browser) -> None:
    administrator(browser)
    for signed in ("assertion", "response", "both"):
        page = paste(browser, good(encrypt_for=world.sp_pair(), signed=signed, email="open@acme.test").encoded())
        assert "This response would be accepted" in page.text and "open@acme.test" in page.text
    page = paste(browser, good(encrypt_for=world.sp_pair(), role="boss").encoded())
    assert checks(page)["role"].state == "failed" and "boss" in page.text


def test_pasting_needs_the_token_of_the_form(server: Server, browser: Browser) -> None:
    administrator(browser)
    server.log.expect(r"csrf")
    answer = post(browser, SETTINGS, {"action": "explain", "captured": good().encoded(), "token": "x"})
    assert answer.status == 403


def test_guest_can_explain_too(server: Server) -> None:
    with Browser(server) as invited:
        guest(server, invited, "acme")
        assert "This response would be accepted" in paste(invited, good().encoded()).text


def paste_too_much(browser: Browser, chunked: bool = False) -> Answer:
    """The whole of a long recording, of the length that is announced or of none."""
    body = urlencode({"action": "explain", "captured": har_of("x" * 5 * MIB, form_of(good()))}).encode()
    data: Any = (body[at:at + MIB] for at in range(0, len(body), MIB)) if chunked else body
    headers = {**own_headers(browser.host), "Content-Type": "application/x-www-form-urlencoded"}
    return browser.request("POST", f"{SETTINGS}?failures", headers, data=data)


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
def test_what_is_too_large_to_be_read_is_told_beside_the_box(server: Server, browser: Browser, chunked: bool) -> None:
    administrator(browser)
    put(server)
    assert failures(browser).form("explain").action.endswith(f"{SETTINGS}?failures")
    page = Page(paste_too_much(browser, chunked))
    assert page.status == 413 and listed(page) == [trace_id(1)], "the page itself"
    assert "more than the 3 MB that can be sent here. Take only the request to https://imagekit.test/saml/consume" in page.text
    assert "This response would be accepted" in Page(press(browser, page, "explain", captured=good().encoded())).text


def test_largest_recording_that_can_be_sent_is_explained(browser: Browser) -> None:
    administrator(browser)
    recording = har_of("x" * (3 * MIB - 50_000), form_of(good()))
    assert "This response would be accepted" in paste(browser, recording).text


def test_nobody_learns_more_by_what_is_too_large(server: Server, browser: Browser) -> None:
    put(server)
    server.log.expect(r"refused|denied|not_allowed")
    answer = paste_too_much(browser)
    assert answer.status == 401 and trace_id(1) not in answer.text
    with Browser(server) as person:
        login(person, good("acme", email="dev@acme.test", role="developer"))
        answer = paste_too_much(person)
        assert answer.status == 403 and trace_id(1) not in answer.text
    with Browser(server) as other:
        administrator(other, "beta")
        answer = paste_too_much(other)
        assert answer.status == 413 and trace_id(1) not in answer.text


# From the refusal to the page

def test_refused_login_is_found_by_its_trace_id_within_seconds(server: Server, browser: Browser) -> None:
    administrator(browser)
    with Browser(server) as person:
        answer = refused(person, good(audiences=[["https://elsewhere.test/"]]), "audience_mismatch", html=True)
    made = trace_of(answer)
    assert made in answer.text and "elsewhere" not in answer.text, "the page tells the id, and no detail"
    end = time.monotonic() + 10
    page = Page(browser.get(f"{SETTINGS}?trace={made}"))
    while page.status == 404 and time.monotonic() < end:
        time.sleep(0.1)
        page = Page(browser.get(f"{SETTINGS}?trace={made}"))
    assert page.status == 200 and "https://elsewhere.test/" in page.text and "signed by the identity provider of this account" in page.text
    assert made in failures(browser).text
