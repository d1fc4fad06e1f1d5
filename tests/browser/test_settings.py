# SPDX-License-Identifier: Apache-2.0
"""
A customer's administrator who needs nobody: from an invitation to the first sign-in, and back when something goes wrong.
For each product, by mouse, by keyboard alone, and without scripts.
"""

from __future__ import annotations

import datetime
import json
from typing import Callable

import pytest
from chromium import Chromium
from customer import DOMAINS, ENTITY_ID, METADATA, Customer
from hands import Keyboard, Mouse
from judge import look_closely
from lib.browser import SESSION
from lib.server import Server
from market import Market
from products import PRODUCTS

CLIPBOARD = ["clipboardReadWrite", "clipboardSanitizedWrite"]
EVERY = pytest.mark.parametrize("account", PRODUCTS)
Come = Callable[..., Customer]
MADE: list[Market] = []


def site(server: Server) -> str:
    MADE.append(Market(server))
    return MADE[0].prepare()


@pytest.fixture
def market(server: Server) -> Market:
    return MADE[0]


@pytest.fixture
def come(chromiums: Callable[..., Chromium], market: Market) -> Come:
    """Somebody new, with a browser that has never been here."""
    def come(account: str, hands: type[Mouse] = Mouse, scripts: bool = True) -> Customer:
        return Customer(chromiums(market.names), market, account, hands, scripts)
    return come


# --- the whole way

def users(market: Market, account: str) -> list[str]:
    return [row[0] for row in market.server.sql("SELECT email FROM ik_user WHERE account = ? ORDER BY email", account)]


def accept_invitation(ann: Customer, link: str) -> None:
    ann.open_invitation(link)
    ann.accept()
    ann.sees("Here by invitation")


def try_and_save(ann: Customer, saves_what_was_tested: bool) -> None:
    """Pastes the metadata, tries it in a new window, and saves it there or in the first one."""
    ann.paste_metadata()
    ann.hands.write(ENTITY_ID, ann.market.entity_id(ann.account))
    ann.hands.write(DOMAINS, f"{ann.account}.example")
    first = ann.test_sign_in()
    ann.sees(ann.person("ann").email, "account_administrator")
    assert not ann.failed_checks() and len(ann.passed_checks()) > 10
    assert users(ann.market, ann.account) == [] and SESSION not in ann.chromium.cookies(), "a test signs nobody in"
    if saves_what_was_tested:
        ann.choose("save-draft")
    else:
        ann.close_window(first)
        ann.choose("save")
    ann.sees("Saved.", PRODUCTS[ann.account].name, ann.provider.entity_id)


def delete_and_roll_back(ann: Customer, bob: Customer) -> None:
    """With Delete everybody is out at once, Ann as well; she can take it back all the same."""
    bob.sign_in_there("bob")
    ann.open_settings()
    ann.sees(ann.person("ann").email)
    ann.choose("delete")
    ann.confirm("delete")
    ann.sees("Deleted.", "Here by invitation")
    assert bob.is_out() and ann.is_out()
    ann.open_settings()
    ann.choose("roll-back")
    ann.confirm("roll-back")
    ann.sees("Rolled back.", PRODUCTS[ann.account].name)
    bob.sign_in_there("bob", asked=False)


def whole_way(ann: Customer, bob: Customer, saves_what_was_tested: bool) -> None:
    ann.market.sign_up(ann.account)
    link = ann.market.invite(ann.account)
    accept_invitation(ann, link)
    try_and_save(ann, saves_what_was_tested)
    ann.market.lead(ann.account)
    ann.sign_in_here(asked=False)
    delete_and_roll_back(ann, bob)
    ann.sign_in_there(asked=False)
    assert users(ann.market, ann.account) == [f"ann@{ann.account}.example", f"bob@{ann.account}.example"]
    bob.is_told_that_it_is_over(link, "was used already")


@EVERY
def test_the_whole_way_by_mouse(come: Come, account: str) -> None:
    whole_way(come(account), come(account), saves_what_was_tested=account in ("okta", "adfs", "keycloak"))


def test_the_whole_way_by_keyboard_alone(come: Come) -> None:
    whole_way(come("onelogin", Keyboard), come("onelogin"), saves_what_was_tested=False)


def test_the_whole_way_without_scripts(come: Come) -> None:
    whole_way(come("entra", scripts=False), come("entra"), saves_what_was_tested=True)


# --- the pages on the way, looked at

def test_the_pages_on_the_way_look_and_read_well(come: Come, market: Market) -> None:
    market.sign_up("okta")
    ann = come("okta")
    ann.open_invitation(market.invite("okta"))
    look_closely(ann.chromium, "live-invited")
    ann.accept()
    look_closely(ann.chromium, "live-settings-guest")
    ann.paste_metadata()
    ann.test_sign_in()
    look_closely(ann.chromium, "live-tested")
    ann.choose("save-draft")
    ann.sees("Saved.")
    look_closely(ann.chromium, "live-saved")
    ann.sign_in_there(asked=False)
    ann.open_settings()
    look_closely(ann.chromium, "live-settings")
    ann.choose("delete")
    look_closely(ann.chromium, "live-delete")


# --- what goes wrong

MISTAKES = {
    "a web page": ("<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>", "page"),
    "a certificate": ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "certificate"),
    "words": ("see attachment", ""),
    "scripts": ("<script>alert('here')</script>", ""),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_what_is_no_metadata_stays_in_the_box_with_a_sentence(come: Come, market: Market, what: str) -> None:
    text, word = MISTAKES[what]
    market.sign_up("okta")
    ann = come("okta")
    ann.chromium.expect(" 400 ")
    accept_invitation(ann, market.invite("okta"))
    ann.hands.write(ENTITY_ID, "https://imagekit.test/saml/consume#okta")
    ann.paste_metadata(text)
    ann.choose("save")
    ann.chromium.wait_for(lambda: ann.chromium.all(f"{METADATA}[aria-invalid=true]"))
    assert ann.chromium.find(METADATA).get_property("value") == text
    assert ann.chromium.find(ENTITY_ID).get_property("value").endswith("#okta")
    assert word in ann.description(METADATA)
    assert market.server.ctl("account", "show", "okta", "--json").out.count("okta.com") == 0, "nothing was saved"


def test_a_failed_test_asks_before_it_is_saved(come: Come, market: Market) -> None:
    market.sign_up("google")
    ann = come("google")
    accept_invitation(ann, market.invite("google"))
    ann.paste_metadata()
    ann.hands.write(DOMAINS, "elsewhere.example")
    first = ann.test_sign_in()
    assert ann.failed_checks() == ["The domain of the e-mail address is allowed"] and len(ann.passed_checks()) > 10
    look_closely(ann.chromium, "live-tested-failed")
    ann.close_window(first)
    ann.choose("save")
    ann.sees("Nothing was saved yet", "The domain of the e-mail address is allowed")
    look_closely(ann.chromium, "live-save-anyway")
    ann.choose("save")
    ann.sees("Saved.")
    assert "elsewhere.example" in market.server.ctl("account", "show", "google").out


# --- what an administrator does besides

@pytest.fixture
def ann(come: Come, market: Market) -> Customer:
    """The administrator of an account that works."""
    market.set_up("keycloak")
    ann = come("keycloak")
    ann.sign_in_there()
    return ann


def test_copy_buttons_copy(ann: Customer) -> None:
    ann.open_settings()
    ann.chromium.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": CLIPBOARD})
    copied = {}
    for value in ann.chromium.all("[data-copy]"):
        ann.chromium.run("arguments[0].nextElementSibling.scrollIntoView({block: 'center'})", value)
        ann.chromium.run("return arguments[0].nextElementSibling", value).click()
        name = value.get_attribute("data-copy")
        ann.chromium.wait_for(lambda: f"Copied {name}" in ann.chromium.run("return document.querySelector('#said').textContent"))
        copied[name] = ann.chromium.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0], arguments[0])")
        assert copied[name] == value.get_property("textContent")
    assert {ann.market.at("/saml/consume"), ann.market.at("/dashboard"), "imagekit_role", "keycloak"} <= set(copied.values())


def test_options_are_set_on_the_page(ann: Customer) -> None:
    day = datetime.date.today() + datetime.timedelta(days=30)
    ann.open_settings()
    ann.hands = Keyboard(ann.chromium)      # which begins in the first part of a date
    ann.hands.go_to("select[name=option-unsolicited]")
    ann.hands.keys("bo")
    ann.hands.go_to("input[name=option-sha1]")
    ann.hands.keys(f"{day:%m%d%Y}")
    ann.choose("save")
    ann.sees("Saved.")
    options = json.loads(ann.market.server.ctl("account", "show", "keycloak", "--json").out)
    assert "bounce" in json.dumps(options) and day.isoformat() in json.dumps(options)


def test_an_administrator_invites_a_colleague(ann: Customer, come: Come) -> None:
    ann.open_settings()
    ann.choose("invite")
    ann.sees("?invite=")
    look_closely(ann.chromium, "live-link")
    link = next(word for word in ann.chromium.text.split() if "?invite=" in word)
    ann.choose("invite")
    ann.chromium.wait_for(lambda: link not in ann.chromium.text and "?invite=" in ann.chromium.text)
    other = next(word for word in ann.chromium.text.split() if "?invite=" in word)
    cleo = come("keycloak")
    accept_invitation(cleo, link)
    ann.open_settings()
    ann.choose("revoke-invite")
    ann.sees("Revoked.")
    cleo.choose("leave")
    cleo.sees("You have left the settings.")
    cleo.is_told_that_it_is_over(other, "was revoked")


def test_a_guide_leads_through_the_product_with_the_values_of_the_account(ann: Customer) -> None:
    ann.open_settings()
    ann.hands.press("a[href*='guide=entra']")
    ann.sees("Entra ID", ann.market.at("/saml/consume"), "imagekit_role")
    look_closely(ann.chromium, "live-guide")


def test_an_administrator_manages_people(ann: Customer, come: Come) -> None:
    bob = come("keycloak")
    bob.sign_in_there("bob")
    email = bob.person("bob").email
    ann.open_users()
    ann.sees(email, ann.person("ann").email)
    look_closely(ann.chromium, "live-users")
    ann.hands.write("input[name=q]", "bob")
    ann.hands.keys("\ue007")
    ann.chromium.wait_for(lambda: "q=bob" in ann.chromium.url and ann.person("ann").email not in ann.chromium.find("main").text)
    ann.hands.press("a[href*='user=bob']")
    look_closely(ann.chromium, "live-user")
    ann.choose("disable")
    ann.sees("Disabled.")
    assert bob.is_out() and bob.is_refused()
    ann.choose("enable")
    ann.sees("Enabled.")
    bob.sign_in_there("bob", asked=False)
    ann.choose("end-sessions")
    ann.sees("Signed out everywhere.")
    assert bob.is_out()
    bob.sign_in_there("bob", asked=False)
    ann.choose("delete")
    ann.confirm("delete")
    ann.sees("Deleted.")
    assert bob.is_out() and users(ann.market, "keycloak") == [ann.person("ann").email]
