# SPDX-License-Identifier: Apache-2.0
"""The login page and those who abuse it: other sites, and too many tries from one network or for one address."""

from __future__ import annotations

import pytest

from lib import world
from lib.browser import NAVIGATE, Answer, Browser
from lib.server import Server
from lib.spinit import LOGIN, read
from lib.world import good, login

MAIN = """
RemoteIPHeader X-Client
RemoteIPInternalProxy 127.0.0.1
"""


def site(server: Server) -> tuple[str, list[str]]:
    world.populate(server, "acme")
    return server.vhost(MAIN), ["remoteip"]


def start_from(browser: Browser, client: str, account: str = "acme") -> Answer:
    return browser.post(LOGIN, {"account": account}, {**NAVIGATE, "X-Client": client})


def tries(browser: Browser, client: str, count: int) -> list[int]:
    return [start_from(browser, client).status for _ in range(count)]


def test_address_that_is_asked_for_again_and_again_is_slowed_down(browser: Browser) -> None:
    answers = [browser.post(LOGIN, {"email": "often@nowhere.test"}) for _ in range(11)]
    assert [each.status for each in answers] == [200] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 6 and "One moment, please" in answers[-1].text
    assert browser.post(LOGIN, {"email": "other@nowhere.test"}).status == 200
    answer = browser.post(LOGIN, {"email": "OFTEN@nowhere.test"}, {"Accept": "application/json"}).json
    assert answer["error"] == "too_many_requests" and len(answer["trace"]) == 22


def test_network_that_tries_too_often_is_slowed_down_alone(browser: Browser) -> None:
    statuses = tries(browser, "192.0.2.7", 75)
    assert statuses[:60] == [303] * 60 and statuses[-1] == 429
    refused = start_from(browser, "192.0.2.7")
    assert 1 <= int(refused.headers["Retry-After"]) <= 2 and not refused.cookies
    assert start_from(browser, "192.0.2.8").status == 303


def test_household_of_ipv6_counts_as_one(browser: Browser) -> None:
    statuses = [start_from(browser, f"2001:db8:1:2::{i:x}").status for i in range(1, 76)]
    assert statuses[:60] == [303] * 60 and statuses[-1] == 429
    assert start_from(browser, "2001:db8:1:3::1").status == 303


def test_trying_out_accounts_in_our_metadata_is_slowed_down(browser: Browser) -> None:
    client = {"X-Client": "192.0.2.30"}
    statuses = [browser.get(f"/saml/metadata?account=guess{i}", client).status for i in range(75)]
    assert statuses[:60] == [403] * 60 and statuses[-1] == 429
    assert browser.get("/saml/metadata", client).status == 200


def test_mapped_address_of_ipv4_is_that_address(browser: Browser) -> None:
    assert tries(browser, "::ffff:192.0.2.20", 75)[-1] == 429
    assert start_from(browser, "192.0.2.20").status == 429
    assert start_from(browser, "::ffff:192.0.2.21").status == 303


def test_looking_at_the_page_is_no_try(browser: Browser) -> None:
    assert {browser.get(LOGIN, {**NAVIGATE, "X-Client": "192.0.2.30"}).status for _ in range(80)} == {200}


FOREIGN = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.test"}, {"Origin": "null"}]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_address_from_another_site_fills_the_form_in(server: Server, browser: Browser, headers: dict[str, str]) -> None:
    with Browser(server) as once:
        login(once, good(email="foreign@acme.test"))
    answer = browser.post(LOGIN, {"email": "foreign@acme.test", "target": "/cgi-bin/env"}, {**NAVIGATE, **headers})
    assert answer.status == 200 and not answer.cookies
    assert answer.form()[2] | {"fragment": ""} == {"email": "foreign@acme.test", "target": "/cgi-bin/env", "fragment": ""}
    assert read(browser.submit(answer)).url.startswith("https://idp.acme.test/sso?")


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_account_from_another_site_is_as_good_as_a_link(browser: Browser, headers: dict[str, str]) -> None:
    assert read(browser.post(LOGIN, {"account": "acme"}, {**NAVIGATE, **headers})).url.startswith("https://idp.acme.test/sso?")
