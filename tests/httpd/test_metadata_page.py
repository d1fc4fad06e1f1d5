# SPDX-License-Identifier: Apache-2.0
"""Metadata by URL on the settings page: saving, fetching now, stopping, and what pasting does to it."""

from __future__ import annotations

import time

import pytest

from lib import keys, settings, world
from lib.browser import Browser
from lib.forge import Idp
from lib.pages import Page, press
from lib.planet import Planet, Site
from lib.server import Server
from lib.world import good, login

pytestmark = pytest.mark.usefixtures("planet")     # first: httpd lives there

URL = "https://idp.test/metadata"
ACME = world.providers()["acme"]
NEW = Idp(ACME.entity_id, [*ACME.pairs, keys.pair("rsa2048", "rotated")])
NOT_PUBLIC = ("{} leads to no public address, and nothing is fetched from elsewhere: check the spelling. If it is right, paste the metadata "
              "instead, or ask our support, who can see the exact cause.")
ACCOUNTS = [f"a{number}" for number in range(15)]    # each test has its own: a fetch is good for ten seconds


def site(server: Server) -> str:
    for account in ACCOUNTS:
        server.add_account(account, ACME.metadata())
    return settings.prepare(server)


@pytest.fixture
def account(request: pytest.FixtureRequest, planet: Planet) -> str:
    """An account that no other test has fetched for; the site is as usual."""
    planet.site.metadata = ACME.metadata().encode()
    planet.site.special.clear()
    planet.site.asked.clear()
    return ACCOUNTS.pop()


def enter(browser: Browser, account: str) -> Page:
    settings.administrator(browser, account, idp=ACME)
    return settings.settings(browser)


def show(server: Server, account: str) -> dict[str, object]:
    return dict(server.ctl("--json", "account", "show", account).json)


def save_url(browser: Browser, url: str) -> Page:
    answer = press(browser, settings.settings(browser), "save-url", metadata_url=url)
    return settings.done(browser, answer, "url-saved") if answer.status == 303 else Page(answer)


def says_not_public(page: Page, host: str) -> bool:
    return (page.problem("metadata_url") or "").startswith(NOT_PUBLIC.format(host))


def test_saves_the_url_and_says_how_it_goes(server: Server, browser: Browser, account: str) -> None:
    page = enter(browser, account)
    assert "Fetch now" not in page.text
    page = save_url(browser, f" {URL} ")
    assert "Fetched and saved." in page.text and "(less than a minute ago)" in page.text and "Fetch now" in page.text
    assert page.form("save").fields["metadata"] == "" and page.form("save-url").fields["metadata_url"] == URL
    source = show(server, account)["source"]
    assert isinstance(source, dict) and source["url"] == URL


def test_saving_the_rest_of_the_form_keeps_what_is_fetched(server: Server, browser: Browser, account: str) -> None:
    enter(browser, account)
    save_url(browser, URL)
    before = show(server, account)
    settings.save(browser, domains=f"{account}.test")
    after = show(server, account)
    assert after["domains"] == [f"{account}.test"]
    assert after["source"] == before["source"] and after["idp"] == before["idp"]


def test_pasting_forgets_the_url_and_says_so(server: Server, browser: Browser, account: str) -> None:
    enter(browser, account)
    save_url(browser, URL)
    page = settings.done(browser, press(browser, settings.settings(browser), "save", metadata=NEW.metadata()), "saved-by-hand")
    assert "not fetched from a URL any more" in page.text and "Fetch now" not in page.text
    assert show(server, account)["source"] is None


def test_stops_fetching_and_keeps_the_metadata(server: Server, browser: Browser, account: str) -> None:
    enter(browser, account)
    save_url(browser, URL)
    page = settings.done(browser, press(browser, settings.settings(browser), "forget-url"), "url-forgotten")
    assert "Nothing is fetched any more" in page.text and page.form("save").fields["metadata"]
    now = show(server, account)
    assert now["source"] is None and now["sso"] == "on"


def test_refuses_a_url_with_the_sentence_at_the_field(server: Server, browser: Browser, account: str) -> None:
    enter(browser, account)
    page = save_url(browser, "https://ten.test/metadata")
    assert page.status == 400 and says_not_public(page, "ten.test"), page.text
    assert page.form("save-url").fields["metadata_url"] == "https://ten.test/metadata"
    assert page.form("save").fields["metadata"], "what stands in the other form is what is saved"
    assert server.log.wait("IK0393") and show(server, account)["source"] is None


@pytest.mark.parametrize("host, cause", {
    "unknown.test": "There is no host named unknown.test", "nothing.test": "There is no host named nothing.test",
    "mapped.test": "not public (IPv4 inside IPv6)", "loopback.test": "not public (loopback)"}.items())
def test_tells_only_the_log_which_names_our_network_knows(server: Server, browser: Browser, account: str, host: str, cause: str) -> None:
    """A name that nobody knows, and one that leads to an address of our own, are the same to an administrator (R19)."""
    enter(browser, account)
    page = save_url(browser, f"https://{host}/metadata")
    assert page.status == 400 and says_not_public(page, host), page.text
    assert cause not in page.text
    [line] = server.log.wait(f'metadata not fetched: account="{account}"')
    assert "IK0393" in line and cause in line


def test_fetching_now_tells_only_the_operator_where_a_name_leads(server: Server, browser: Browser, account: str, planet: Planet) -> None:
    enter(browser, account)
    planet.names.rebound = 0
    server.ctl("account", "set", account, "--metadata-url", "https://rebind.test/metadata")
    page = Page(press(browser, settings.settings(browser), "fetch-now"))
    assert page.status == 400 and says_not_public(page, "rebind.test"), page.text
    assert page.text.count("rebind.test leads to no public address") >= 2 and "loopback" not in page.text, "at the field, and above"
    source = show(server, account)["source"]
    assert isinstance(source, dict) and "not public (loopback)" in source["failure"]
    [line] = server.log.wait(f'metadata not fetched: account="{account}"')
    assert "IK0393" in line and "not public (loopback)" in line


def test_fetches_once_in_ten_seconds(server: Server, browser: Browser, account: str, planet: Planet) -> None:
    enter(browser, account)
    save_url(browser, URL)
    answer = press(browser, settings.settings(browser), "fetch-now")
    assert answer.status == 429 and answer.headers["Retry-After"] == "10"
    assert "please wait ten seconds" in (Page(answer).problem("metadata_url") or "")
    assert planet.site.count("/metadata") == 1


def test_fetches_now_and_shows_what_fails(server: Server, browser: Browser, account: str, planet: Planet) -> None:
    enter(browser, account)
    server.ctl("account", "set", account, "--metadata-url", URL)
    planet.site.special["/metadata"] = lambda request: Site.send(request, 500, b"no")
    page = Page(press(browser, settings.settings(browser), "fetch-now"))
    assert page.status == 400 and "HTTP status 500" in (page.problem("metadata_url") or "")
    assert "The metadata cannot be fetched" in page.text and "stays in force" in page.text
    planet.site.special.clear()
    planet.site.metadata = NEW.metadata().encode()
    time.sleep(10)
    page = settings.done(browser, press(browser, settings.settings(browser), "fetch-now"), "fetched")
    assert "cannot be fetched" not in page.text
    with Browser(server) as other:
        login(other, good(account, idp=Idp(ACME.entity_id, [NEW.pairs[1]])))


def test_forms_overwrite_nothing_unseen(server: Server, browser: Browser, account: str, planet: Planet) -> None:
    enter(browser, account)
    server.ctl("account", "set", account, "--metadata-url", URL)
    stale, asked = settings.settings(browser), planet.site.count("/metadata")
    server.ctl("account", "set", account, "--domain", f"{account}.test")
    for button, changes in (("forget-url", {}), ("save-url", {"metadata_url": "https://idp.test/other"})):
        page = Page(press(browser, stale, button, **changes))
        assert page.status == 400 and "Somebody has changed these settings since you opened this page" in page.text, button
    kept = show(server, account)["source"]
    assert isinstance(kept, dict) and kept["url"] == URL and planet.site.count("/metadata") == asked
    settings.done(browser, press(browser, page, "forget-url"), "url-forgotten")
    settings.done(browser, press(browser, stale, "forget-url"), "url-forgotten")       # it is done already


def test_what_is_fetched_meanwhile_is_nobodys_change(server: Server, browser: Browser, account: str, planet: Planet) -> None:
    enter(browser, account)
    server.ctl("account", "set", account, "--metadata-url", URL)
    tested = settings.outcome(browser, settings.start_test(browser, **{"option-unsolicited": "bounce"}), good(account, idp=ACME))
    page = settings.settings(browser)
    planet.site.metadata = NEW.metadata().encode()
    server.ctl("account", "refresh", account)
    settings.done(browser, press(browser, page, "save", domains=f"{account}.test"), "saved")
    assert show(server, account)["domains"] == [f"{account}.test"] and show(server, account)["source"]
    with Browser(server) as other:
        login(other, good(account, idp=Idp(ACME.entity_id, [NEW.pairs[1]]), email=f"ann@{account}.test"))
    page = Page(press(browser, tested, "save-draft"))
    assert page.status == 400 and "or new metadata was fetched. Look at what counts now below, then test again" in page.text


def test_guests_may_and_forged_forms_may_not(server: Server, browser: Browser, account: str, planet: Planet) -> None:
    settings.guest(server, browser, account)
    page = settings.settings(browser)
    answer = press(browser, page, "save-url", metadata_url=URL, token="forged")
    assert answer.status == 403 and not planet.site.asked
    assert "Fetched and saved." in save_url(browser, URL).text
