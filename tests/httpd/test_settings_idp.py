# SPDX-License-Identifier: Apache-2.0
"""A customer sets single sign-on up alone, with a real identity provider: invitation, test sign-in, saved, signed in."""

from __future__ import annotations

import re

import pytest

from lib.browser import Answer
from lib.checks import checks
from lib.pages import Page
from lib.server import Server
from lib.settings import GUEST, SETTINGS, invite
from lib.sites import PATH, Sites, person
from lib.travel import Traveller

EVERY = pytest.mark.parametrize("account", ("php", "node"))     # SimpleSAMLphp, npm's samlp
MADE: list[Sites] = []


def site(server: Server) -> tuple[str, list[str]]:
    MADE.append(Sites(server))
    return MADE[0].prepare()


@pytest.fixture
def sites(server: Server) -> Sites:
    return MADE[0]


def push(browser: Traveller, page: Answer, button: str, **changes: str) -> Answer:
    """Presses a button of a page, and goes on to where a person has to do something."""
    form = Page(page).form(button)
    return browser.carry_on(browser.post(form.action, form.sent(button, **changes), page.url))


def start_test(browser: Traveller, page: Answer, **changes: str) -> Answer:
    """Presses "Test sign-in", whose new window has the cookies of the old one; the identity provider's page."""
    assert [node.get("formtarget") for node in Page(page).root.xpath("//button[@value='test']")] == ["_blank"]
    return push(browser, page, "test", **changes)


def enter(server: Server, sites: Sites, browser: Traveller, account: str) -> Answer:
    """Uses an invitation; the settings page of an account whose single sign-on is off."""
    server.ctl("account", "metadata", account, "--delete")
    link = invite(server, account)
    assert link.startswith(sites.at(SETTINGS)), link
    page = push(browser, browser.get(link), "redeem")
    assert page.status == 200 and page.url == sites.at(SETTINGS) and GUEST in browser.cookies(page.url)
    return page


@EVERY
def test_customer_needs_nobody(server: Server, sites: Sites, account: str) -> None:
    users = server.sql("SELECT email FROM ik_user WHERE account = ?", account)
    with Traveller() as browser, Traveller() as ann:
        page = enter(server, sites, browser, account)
        asked = start_test(browser, page, metadata=sites.providers[account].metadata())
        shown = sites.give_password(browser, asked)
        assert shown.status == 200 and shown.url.startswith(sites.at(f"{SETTINGS}?test=")), shown.url
        seen = checks(Page(shown))
        assert seen and not any(check.state == "failed" for check in seen.values()), seen
        assert person(account).email in Page(shown).text
        assert sites.identity(browser) is None and server.sql("SELECT email FROM ik_user WHERE account = ?", account) == users
        saved = push(browser, shown, "save-draft")
        [entity_id] = re.findall(r'entityID="([^"]+)"', sites.providers[account].metadata())
        assert saved.status == 200 and entity_id in Page(saved).text
        landed = sites.sign_in(ann, account)
        assert (landed.status, landed.url) == (200, sites.at(PATH))


@EVERY
def test_fault_is_found_before_it_counts(server: Server, sites: Sites, account: str) -> None:
    with Traveller() as browser:
        page = enter(server, sites, browser, account)
        asked = start_test(browser, page, metadata=sites.providers[account].metadata(), domains="elsewhere.example")
        shown = sites.give_password(browser, asked)
        seen = checks(Page(shown))
        assert [name for name, check in seen.items() if check.state == "failed"] == ["domain"], seen
        assert server.ctl("--json", "account", "show", account).json["sso"] == "off"
