# SPDX-License-Identifier: Apache-2.0
"""SimpleSAMLphp and npm's samlp: people sign in and out, started here and started there."""

from __future__ import annotations

import urllib.parse
from typing import Iterator

import pytest

from lib.server import Server
from lib.sites import ACCOUNTS, Sites, person
from lib.travel import Traveller

EVERY = pytest.mark.parametrize("account", ACCOUNTS)
PATH = "/dashboard/media?x=1&y=%20z"
MADE: list[Sites] = []


def site(server: Server) -> tuple[str, list[str]]:
    MADE.append(Sites(server))
    return MADE[0].prepare()


@pytest.fixture
def sites(server: Server) -> Sites:
    return MADE[0]


@pytest.fixture
def traveller(server: Server) -> Iterator[Traveller]:
    with Traveller() as made:
        yield made


def copy_of(browser: Traveller, sites: Sites) -> Traveller:
    """Somebody who has got hold of the dashboard's cookies."""
    made = Traveller()
    host = urllib.parse.urlsplit(sites.url()).hostname or ""
    made.jar[host] = dict(browser.jar[host])
    return made


def asks_for_a_password(browser: Traveller, sites: Sites, account: str) -> bool:
    """Whether the identity provider wants to know who it is, so has no session."""
    page = browser.get(sites.providers[account].login_url(sites.at("/dashboard")))
    return browser.form(page, "password") is not None


@EVERY
def test_signs_in_from_the_email_page(sites: Sites, traveller: Traveller, account: str) -> None:
    landed = sites.sign_in(traveller, account, PATH)
    assert (landed.status, landed.url) == (200, sites.at(PATH))
    seen = sites.identity(traveller)
    assert seen and (seen["x-ik-email"], seen["x-ik-account"]) == (person(account).email, account)


@EVERY
def test_brings_a_fragment_back(sites: Sites, traveller: Traveller, account: str) -> None:
    landed = sites.give_password(traveller, sites.ask_for(traveller, account, PATH, fragment="#frag/2?a=b"))
    assert (landed.status, landed.url) == (200, sites.at(PATH + "#frag/2?a=b"))


@EVERY
def test_asks_the_identity_provider_by_the_binding_it_offers(sites: Sites, traveller: Traveller, account: str) -> None:
    sites.ask_for(traveller, account)
    asked = [(method, url) for method, url, _ in traveller.trail if urllib.parse.urlsplit(url).hostname == f"{account}.test"]
    method, url = asked[0]
    assert method == ("POST" if account == "post" else "GET")
    assert ("Signature=" in url and "SigAlg=" in url) == (account == "php"), "only that metadata wants requests signed"


@EVERY
def test_signs_in_from_the_identity_provider(sites: Sites, traveller: Traveller, account: str) -> None:
    landed = sites.sign_in_there(traveller, account, PATH)
    assert (landed.status, landed.url) == (200, sites.at(PATH))
    seen = sites.identity(traveller)
    assert seen and seen["x-ik-account"] == account


@EVERY
def test_needs_no_password_while_the_identity_provider_knows_who_it_is(sites: Sites, traveller: Traveller, account: str) -> None:
    sites.sign_in_there(traveller, account)
    traveller.jar.pop("imagekit.test")
    landed = sites.ask_for(traveller, account, PATH)
    assert (landed.status, landed.url) == (200, sites.at(PATH))


@EVERY
@pytest.mark.parametrize("begun", ["here", "there"])
def test_signing_out_here_ends_the_session_there(sites: Sites, traveller: Traveller, account: str, begun: str) -> None:
    (sites.sign_in if begun == "here" else sites.sign_in_there)(traveller, account)
    assert not asks_for_a_password(traveller, sites, account)
    left = traveller.carry_on(traveller.get(sites.at("/logout")))
    assert (left.status, urllib.parse.urlsplit(left.url)[:3]) == (200, urllib.parse.urlsplit(sites.at("/logout"))[:3])
    assert "signed out" in left.text
    assert sites.identity(traveller) is None
    assert asks_for_a_password(traveller, sites, account)


@EVERY
@pytest.mark.parametrize("begun", ["here", "there"])
def test_signing_out_there_ends_the_session_here(sites: Sites, traveller: Traveller, account: str, begun: str) -> None:
    (sites.sign_in if begun == "here" else sites.sign_in_there)(traveller, account)
    thief = copy_of(traveller, sites)
    assert sites.identity(thief)
    left = traveller.carry_on(traveller.get(sites.providers[account].logout_start))
    assert left.status == 200 and urllib.parse.urlsplit(left.url).hostname == f"{account}.test"
    assert any("/logout?" in url or url.endswith("/logout") for _, url, _ in traveller.trail if "imagekit.test" in url)
    assert sites.identity(traveller) is None
    assert sites.identity(thief) is None
    assert asks_for_a_password(traveller, sites, account)


@EVERY
def test_signing_out_there_needs_no_cookie_of_ours(sites: Sites, traveller: Traveller, account: str) -> None:
    sites.sign_in_there(traveller, account)
    thief = copy_of(traveller, sites)
    traveller.jar.pop("imagekit.test")
    traveller.carry_on(traveller.get(sites.providers[account].logout_start))
    assert sites.identity(thief) is None


@EVERY
def test_signing_out_leaves_other_browsers_and_people_alone(sites: Sites, traveller: Traveller, account: str) -> None:
    with Traveller() as elsewhere, Traveller() as bob:
        sites.sign_in_there(traveller, account)
        sites.sign_in_there(elsewhere, account)
        sites.sign_in_there(bob, account, username="bob")
        traveller.carry_on(traveller.get(sites.providers[account].logout_start))
        assert sites.identity(traveller) is None
        assert sites.identity(elsewhere) and sites.identity(bob)


@EVERY
def test_signing_in_again_after_each_kind_of_logout_works(sites: Sites, traveller: Traveller, account: str) -> None:
    for leave in (sites.at("/logout"), sites.providers[account].logout_start):
        assert sites.sign_in(traveller, account, PATH).url == sites.at(PATH)
        traveller.carry_on(traveller.get(leave))
        assert sites.identity(traveller) is None
