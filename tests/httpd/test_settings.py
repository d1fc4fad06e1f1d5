# SPDX-License-Identifier: Apache-2.0
"""The settings page: who may see it, what is saved and what is not, Delete and Roll back."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lib import keys, world
from lib.browser import NAVIGATE, Browser
from lib.everywhere import ask_all
from lib.forge import CONSUME, idp
from lib.pages import Page, own_headers, press
from lib.server import Server
from lib.settings import (
    GUEST, OTHER_ROLES, SETTINGS, USERS, administrator, delete, done, fixture, guest, is_signed_in, outcome, post, prepare, refused,
    roll_back, rows, save, saved, settings, start_test, token_of_form)
from lib.world import JSON, check_refused, good, login, suffixed

LOGIN = "/single-sign-on"
ACCOUNTS = ("acme", "beta", "gamma", "narrow", "p256", "two-certs")
PRODUCTS = {"okta": "Okta", "onelogin": "OneLogin", "entra": "Entra ID", "adfs": "AD FS", "google": "Google",
            "keycloak": "Keycloak"}
BINDINGS = {"HTTP-Redirect": "by redirect", "HTTP-POST": "by form (POST)", "SOAP": "SOAP"}
BOTH_PAGES = pytest.mark.parametrize("path", (SETTINGS, USERS))
TOO_LARGE = "<md:EntityDescriptor>" + "x" * 800 * 1024
MUCH_TOO_LARGE = 4 * 1024 * 1024


def site(server: Server) -> str:
    world.populate(server, *ACCOUNTS)
    for account in PRODUCTS:
        server.add_account(account, None)
    return prepare(server)


def saved_version(server: Server, account: str) -> str:
    [(version,)] = server.sql("SELECT version FROM ik_account WHERE id = ?", account)
    return str(version)


# Who may be there

@BOTH_PAGES
def test_stranger_is_sent_to_sign_in(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status in (302, 303) and answer.location
    assert answer.location.startswith(f"https://imagekit.test/single-sign-on?target={path.replace('/', '%2f')}"), answer.location


@BOTH_PAGES
@pytest.mark.parametrize("method", ("GET", "POST"))
def test_program_without_a_session_is_told_so(browser: Browser, path: str, method: str) -> None:
    browser.server.log.expect("refused")
    answer = browser.request(method, path, JSON, data={"action": "delete"} if method == "POST" else None)
    check_refused(browser, answer, "not_signed_in")


@BOTH_PAGES
@pytest.mark.parametrize("role", OTHER_ROLES)
def test_other_roles_have_no_business_there(browser: Browser, path: str, role: str) -> None:
    login(browser, role=role, email="other@acme.test")
    browser.server.log.expect("refused")
    page = check_refused(browser, browser.get(path), "not_allowed")
    assert "idp.acme.test" not in page.text and 'name="token"' not in page.text
    check_refused(browser, post(browser, path, {"action": "delete", "confirm": "yes"}), "not_allowed")
    assert is_signed_in(browser) and saved(browser.server, "acme")["sso"] == "on"


def test_administrator_sees_the_own_account(browser: Browser) -> None:
    administrator(browser, "acme")
    page = settings(browser)
    assert "acme" in page.text and CONSUME in page.text and "admin@acme.test" in page.text
    assert page.form("save").fields["metadata"].strip() == world.providers()["acme"].metadata().strip()
    assert "idp.beta.test" not in page.answer.text
    for value in ("imagekit_id", "full_name", "imagekit_role", "https://imagekit.test/dashboard", "account_administrator", *OTHER_ROLES):
        assert value in page.text, value


@BOTH_PAGES
def test_page_is_kept_by_nobody_and_framed_by_nobody(browser: Browser, path: str) -> None:
    administrator(browser)
    headers = browser.get(path).headers
    assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy and "default-src 'none'" in policy


@BOTH_PAGES
def test_head_has_no_body(browser: Browser, path: str) -> None:
    administrator(browser)
    answer = browser.request("HEAD", path, NAVIGATE)
    assert (answer.status, answer.body, answer.type) == (200, b"", "text/html")


@BOTH_PAGES
@pytest.mark.parametrize("method", ("PUT", "DELETE", "PATCH", "OPTIONS"))
def test_other_methods_are_refused(browser: Browser, path: str, method: str) -> None:
    administrator(browser)
    browser.server.log.expect("refused")
    answer = browser.request(method, path, own_headers(browser.host))
    assert answer.status == 405 and answer.headers["Allow"] == "GET, HEAD, POST"


@BOTH_PAGES
def test_body_of_another_kind_or_size_is_refused(browser: Browser, path: str) -> None:
    administrator(browser)
    browser.server.log.expect("refused")
    headers = own_headers(browser.host)
    assert browser.request("POST", path, {**headers, "Content-Type": "application/json"}, data=b"{}").status == 415
    assert post(browser, path, {"action": "save", "metadata": "x" * MUCH_TOO_LARGE}).status == 413
    assert is_signed_in(browser)


@BOTH_PAGES
def test_failing_database_is_a_failure_of_ours(server: Server, browser: Browser, path: str) -> None:
    administrator(browser)
    server.log.expect("IK0")
    server.sql("ALTER TABLE ik_account RENAME TO ik_account_away")
    try:
        page, json = browser.get(path), browser.get(path, JSON)
        for answer in (page, json):
            assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0
        assert page.type == "text/html" and json.json["error"] == "unavailable"
    finally:
        server.sql("ALTER TABLE ik_account_away RENAME TO ik_account")
    assert settings(browser).status == 200


# Saving

def check_report(server: Server, page: Page, product: str) -> None:
    """What the page says about the metadata is what ikssoctl says about it."""
    shown = server.ctl("--json", "metadata", "check", str(server.write(f"{product}-check.xml", fixture(product), below="conf"))).json
    known = shown["idp"]
    assert PRODUCTS[product] in page.text and known["entity_id"] in page.text
    for what, endpoints in (("Sign-in", known["sso"]), ("Sign-out", known["slo"])):
        for endpoint in endpoints:
            assert f"{what}, {BINDINGS[endpoint['binding_name']]} {endpoint['location']}" in page.text, endpoint
    assert known["certificates"]
    for certificate in known["certificates"]:
        kind, bits = certificate["key"].split()
        assert f"{kind}, {int(bits):,} bits" in page.text and certificate["fingerprint"].replace(":", "").lower() in page.text.lower()
        days = certificate["days_left"]
        assert f"{days:,} days left" in page.text or f"{days - 1:,} days left" in page.text, f"{days} days: {page.text}"
    for note in shown["notes"]:
        assert note in page.text, note


@pytest.mark.parametrize("product", PRODUCTS)
def test_metadata_of_a_product_is_reported_and_saved(server: Server, browser: Browser, product: str) -> None:
    page = guest(server, browser, product)
    assert not page.has("roll-back") and not page.has("delete"), "there is nothing yet"
    page = save(browser, metadata=fixture(product))
    check_report(server, page, product)
    assert saved(server, product)["idp"]["entity_id"] in page.text
    again = settings(browser)
    check_report(server, again, product)
    assert again.form("save").fields["metadata"].split() == fixture(product).split()


REFUSED = {
    "a service provider": ("metadata", lambda: fixture("service-provider"), "metadata of a service provider"),
    "a sign-in page": ("metadata", lambda: fixture("sign-in-page"), "This is an HTML page"),
    "a certificate": ("metadata", lambda: fixture("bare-certificate"), "This is only a certificate"),
    "two identity providers": ("metadata", lambda: fixture("two-providers"), "describes 2 identity providers"),
    "nothing": ("metadata", lambda: "", "Paste the metadata"),
    "white space": ("metadata", lambda: " \n ", "There is nothing here"),
    "damaged": ("metadata", lambda: fixture("truncated"), "damaged or incomplete"),
    "a part": ("metadata", lambda: fixture("part"), "only a part of the metadata"),
    "a message": ("metadata", lambda: fixture("message"), "This is a SAML message"),
    "prose": ("metadata", lambda: fixture("prose"), "This is not XML"),
    "a private key": ("metadata", lambda: fixture("private-key"), "private key"),
    "a document type": ("metadata", lambda: fixture("dtd"), "document type declaration"),
    "too large": ("metadata", lambda: TOO_LARGE, "larger than 768 KiB"),
    "markup": ("metadata", lambda: "</textarea><script>alert(1)</script>", "damaged or incomplete"),
    "no URL": ("entity_id", lambda: "acme", "is not a https URL"),
    "a URL without TLS": ("entity_id", lambda: "http://imagekit.test/saml/consume#acme", "is not a https URL"),
    "the default of all": ("entity_id", lambda: CONSUME, "is the default of all accounts"),
    "another account's": ("entity_id", lambda: suffixed("gamma"), "On this host the entity ID of this account is"),
    "a URL for a domain": ("domains", lambda: "acme.test\nhttps://acme.test/", 'The domain "https://acme.test/" is none'),
    "many domains": ("domains", lambda: "acme.test *.acme.test", "is none"),
    "no domain": ("domains", lambda: "acme.test domain!", 'The domain "domain!" is none'),
    "an address": ("domains", lambda: "ann@acme.test", "is none"),
    "no date": ("option-sha1", lambda: "soon", "YYYY-MM-DD"),
    "no day": ("option-dummy-request", lambda: "2030-02-30", "YYYY-MM-DD"),
    "a day that is too far": ("option-sha1", lambda: "2099-01-01", "more than 366 days away"),
    "no value": ("option-unsolicited", lambda: "sometimes", "accept, bounce or refuse"),
}


@pytest.mark.parametrize("field, value, sentence", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_stays_in_the_form_with_its_sentence(
        server: Server, browser: Browser, field: str, value: Any, sentence: str) -> None:
    administrator(browser, "narrow")
    before = rows(server, "narrow")
    page = refused(browser, field, **{field: value()})
    assert sentence in page.problem(field), page.problem(field)
    assert rows(server, "narrow") == before, "what is refused changes nothing"
    assert settings(browser).form("save").fields["domains"].split() == ["narrow.test", "sub.narrow.test"]


def test_account_that_has_an_entity_id_already_is_not_named(server: Server, browser: Browser) -> None:
    """Nor is anything else of it."""
    server.ctl("account", "set", "gamma", "--entity-id", "https://imagekit.test/saml/consume#theirs", "--name", "Gamma Ltd")
    try:
        administrator(browser, "acme")
        page = refused(browser, "entity_id", entity_id="https://imagekit.test/saml/consume#theirs")
        assert "gamma" not in page.answer.text.lower() and "sts.windows.test" not in page.answer.text
    finally:
        server.ctl("account", "set", "gamma", "--entity-id", suffixed("gamma"), "--name", "")


def test_everything_typed_is_kept_when_one_field_is_wrong(server: Server, browser: Browser) -> None:
    administrator(browser, "narrow")
    page = refused(browser, "entity_id", entity_id="nonsense", domains="other.test\nnarrow.test", metadata=fixture("okta"),
                   **{"option-unsolicited": "refuse", "option-force-authn": "on", "option-sha1": "2026-12-31"})
    assert not page.problem("metadata") and not page.problem("domains")
    assert "okta" not in str(saved(server, "narrow"))


def test_entity_id_of_the_own_shows_at_once_and_goes_again(server: Server, browser: Browser) -> None:
    administrator(browser, "beta")
    assert f"yours is {CONSUME}#beta" in settings(browser).text, "the convention is explained"
    page = save(browser, entity_id=suffixed("beta"))
    assert page.text.count(f"{CONSUME}#beta") > 1 and saved(server, "beta")["entity_id"] == f"{CONSUME}#beta"
    with Browser(server) as other:
        uri = suffixed("beta")
        assert login(other, good("beta", destination=uri, recipient=uri, audiences=[[uri]])).status == 303
    page = save(browser, entity_id="")
    assert page.text.count(f"{CONSUME}#beta") == 1 and not saved(server, "beta")["entity_id"]


def test_domains_count_at_once(server: Server, browser: Browser) -> None:
    administrator(browser, "beta")
    save(browser, domains="beta.test, Beta.Example\n sub.beta.test ")
    assert sorted(saved(server, "beta")["domains"]) == ["beta.example", "beta.test", "sub.beta.test"]
    with Browser(server) as other:
        world.refused(other, good("beta", email="ann@elsewhere.test"), "domain_forbidden")
        assert login(other, good("beta", email="ann@beta.example")).status == 303
    save(browser, domains="")
    with Browser(server) as other:
        assert login(other, good("beta", email="ann@elsewhere.test")).status == 303


# Options: on the page and on the command line alike

TOMORROW = (datetime.date.today() + datetime.timedelta(days=1)).isoformat()
OPTIONS = {"unsolicited": "refuse", "sign-requests": "always", "force-authn": "on", "logout-at-idp": "off",
           "dummy-request": TOMORROW, "sha1": TOMORROW}
USUAL = {"unsolicited": "accept", "sign-requests": "auto", "force-authn": "off", "logout-at-idp": "on", "dummy-request": "off",
         "sha1": "off"}


def options_on(page: Page) -> dict[str, str]:
    """As the page has them; a tolerance that is off is an empty date."""
    fields = page.form("save").fields
    return {name: fields[f"option-{name}"] or "off" for name in OPTIONS}


def options_of(server: Server, account: str) -> dict[str, str]:
    return dict(saved(server, account)["options"])


def test_options_on_the_page_are_those_of_the_command_line(server: Server, browser: Browser) -> None:
    administrator(browser, "p256")
    assert options_on(settings(browser)) == options_of(server, "p256") == USUAL
    page = save(browser, **{f"option-{name}": value for name, value in OPTIONS.items()})
    assert options_on(page) == options_of(server, "p256") == OPTIONS
    server.ctl("account", "set", "p256", *[word for name, value in USUAL.items() for word in ("--option", f"{name}={value}")])
    assert options_on(settings(browser)) == USUAL
    server.ctl("account", "set", "p256", "--option", f"sha1={TOMORROW}", "--option", "unsolicited=bounce")
    assert options_on(settings(browser)) == {**USUAL, "sha1": TOMORROW, "unsolicited": "bounce"}
    page = save(browser, **{"option-sha1": "", "option-unsolicited": "accept"})
    assert options_on(page) == options_of(server, "p256") == USUAL


def test_option_acts_on_the_next_login(server: Server, browser: Browser) -> None:
    administrator(browser, "p256")
    save(browser, **{"option-unsolicited": "refuse"})
    with Browser(server) as other:
        world.refused(other, good("p256"), "unsolicited_forbidden")
    save(browser, **{"option-unsolicited": "accept"})
    with Browser(server) as other:
        login(other, good("p256"))


# Delete and Roll back

def test_delete_asks_once_and_leaves_everything_until_then(server: Server, browser: Browser) -> None:
    administrator(browser, "beta")
    question = Page(press(browser, settings(browser), "delete"))
    assert question.status == 200 and question.has("delete") and not question.has("save")
    assert f"https://imagekit.test{SETTINGS}" in question.links, "there is a way back"
    assert is_signed_in(browser) and saved(server, "beta")["idp"]


def test_delete_signs_everybody_out_and_leaves_a_guest_who_can_roll_back(server: Server, browser: Browser) -> None:
    account = "two-certs"
    administrator(browser, account)
    with Browser(server) as ann, Browser(server) as stranger:
        login(ann, good(account))
        login(stranger, good("acme", email="bystander@acme.test"))
        page = delete(browser)
        assert browser.cookie(GUEST) and not page.has("delete") and page.has("roll-back") and page.has("save")
        assert page.form("save").fields["metadata"] == ""
        assert ask_all(server, ann.cookie() or "") == {401} and not is_signed_in(browser)
        assert is_signed_in(stranger), "other accounts have nothing to do with it"
        server.log.expect("refused")
        world.refused(ann, good(account), "sso_disabled")
        page = roll_back(browser)
        assert page.form("save").fields["metadata"].split() == world.providers()[account].metadata().split()
        assert not is_signed_in(ann), "what was ended stays ended"
        login(ann, good(account))
        assert is_signed_in(ann)
    administrator(browser, account)
    assert "admin@two-certs.test" in settings(browser).text


def test_deleted_settings_can_be_pasted_again(server: Server, browser: Browser) -> None:
    administrator(browser, "gamma")
    metadata = world.providers()["gamma"].metadata()
    delete(browser)
    save(browser, metadata=metadata)
    with Browser(server) as ann:
        login(ann, good("gamma"))


def test_roll_back_swaps(server: Server, browser: Browser) -> None:
    server.add_account("swapped", None)
    first, second = idp("first"), idp("second")
    guest(server, browser, "swapped")
    save(browser, metadata=first.metadata(), domains="first.test", **{"option-unsolicited": "bounce"})
    assert not settings(browser).has("roll-back"), "nothing was in force before"
    save(browser, metadata=second.metadata(), domains="", entity_id=suffixed("swapped"), **{"option-unsolicited": "accept"})
    for here in (first, second, first):
        page = roll_back(browser)
        assert here.entity_id in page.text and page.has("roll-back")
        account = saved(server, "swapped")
        shown = (account["domains"], account["entity_id"] or "", account["options"]["unsolicited"])
        assert shown == ((["first.test"], "", "bounce") if here is first else ([], suffixed("swapped"), "accept"))


def test_account_without_metadata_can_have_an_entity_id_first(server: Server, browser: Browser) -> None:
    server.add_account("early", None)
    guest(server, browser, "early")
    refused(browser, "metadata", metadata="")
    page = save(browser, metadata="", entity_id=suffixed("early"))
    assert suffixed("early") in page.text and saved(server, "early")["entity_id"] == suffixed("early")


def test_domain_of_the_page_leads_nobody_here(server: Server, browser: Browser) -> None:
    """Else one account's administrator could send the people of another company to a provider of their own."""
    server.add_account("owner", idp("owner").metadata(), "--domain", "owned.test")
    server.add_account("squatter", idp("squatter").metadata())
    guest(server, browser, "squatter")
    save(browser, domains="owned.test\nnobodys.test")
    assert saved(server, "squatter")["domains"] == ["owned.test", "nobodys.test"]
    with Browser(server) as stranger:
        assert stranger.post(LOGIN, {"email": "new@nobodys.test"}, NAVIGATE).status == 200
        assert stranger.post(LOGIN, {"email": "new@owned.test"}, NAVIGATE).status == 303, "the owner's alone, as before"
    server.ctl("account", "set", "squatter", "--domain", "nobodys.test")
    with Browser(server) as stranger:
        assert stranger.post(LOGIN, {"email": "new@nobodys.test"}, NAVIGATE).status == 303


def test_entity_id_that_belongs_to_another_account_by_its_name_is_refused(server: Server, browser: Browser) -> None:
    server.add_account("taker", idp("taker").metadata())
    guest(server, browser, "taker")
    for taken in (suffixed("newco"), suffixed("taker2"), suffixed("taker") + "x", "https://imagekit.test/other"):
        page = refused(browser, "entity_id", entity_id=taken)
        assert suffixed("taker") in page.problem("entity_id")
    save(browser, entity_id="https://imagekit.test.elsewhere.test/saml")
    save(browser, entity_id=suffixed("taker"))


def test_roll_back_that_is_sent_twice_happens_once(server: Server, browser: Browser) -> None:
    server.add_account("hasty", None)
    first, second = idp("first"), idp("second")
    guest(server, browser, "hasty")
    save(browser, metadata=first.metadata())
    save(browser, metadata=second.metadata())
    question = Page(press(browser, settings(browser), "roll-back"))
    assert press(browser, question, "roll-back").status == 303
    again = Page(press(browser, question, "roll-back"))
    assert again.status == 400 and "Somebody has changed these settings" in again.text
    assert first.entity_id in settings(browser).text and second.entity_id not in settings(browser).form("save").fields["metadata"]


def test_roll_back_that_is_sent_twice_at_once_happens_once(server: Server, browser: Browser) -> None:
    server.add_account("racing", None)
    first, second = idp("first"), idp("second")
    guest(server, browser, "racing")
    save(browser, metadata=first.metadata())
    save(browser, metadata=second.metadata())
    with Browser(server) as other, ThreadPoolExecutor(2) as pool:
        guest(server, other, "racing")
        here = second
        for _ in range(10):
            there = first if here is second else second
            questions = [(each, Page(press(each, settings(each), "roll-back"))) for each in (browser, other)]
            statuses = pool.map(lambda pair: press(*pair, "roll-back").status, questions)
            assert sorted(statuses) == [303, 400]
            assert saved(server, "racing")["idp"]["entity_id"] == there.entity_id
            here = there


def test_form_that_was_open_while_somebody_else_saved_reverts_nothing(server: Server, browser: Browser) -> None:
    administrator(browser, "p256")
    stale = settings(browser)
    save(browser, domains="p256.test theirs.test")
    page = Page(press(browser, stale, "save", **{"option-unsolicited": "bounce"}))
    assert page.status == 400 and "Somebody has changed these settings since you opened this page" in page.text
    assert page.form("save").fields["option-unsolicited"] == "bounce", "what was typed is kept"
    assert saved(server, "p256")["domains"] == ["p256.test", "theirs.test"] and options_of(server, "p256") == USUAL
    tried = Page(press(browser, stale, "test", **{"option-unsolicited": "bounce"}))
    assert tried.status == 400 and "Somebody has changed" in tried.text, "nor by way of a test"
    done(browser, press(browser, page, "save", domains=""), "saved")
    save(browser, **{"option-unsolicited": "accept"})
    assert saved(server, "p256")["domains"] == [] and options_of(server, "p256") == USUAL


def test_number_that_is_none_saves_nothing(server: Server, browser: Browser) -> None:
    administrator(browser, "p256")
    before = rows(server, "p256")
    for seen in ("x", "", "0", "-1", "99999999999999999999"):
        page = Page(press(browser, settings(browser), "save", domains="other.test", seen=seen))
        assert page.status == 400 and "Somebody has changed" in page.text, seen
    assert rows(server, "p256") == before


def test_old_draft_reverts_nothing(server: Server, browser: Browser) -> None:
    administrator(browser, "beta")
    page = outcome(browser, start_test(browser, domains="beta.test"), good("beta"))
    save(browser, domains="beta.test theirs.test")
    for button in ("save-draft", "test-again"):
        refusal = Page(press(browser, page, button))
        assert refusal.status == 400 and "Somebody has changed these settings since this test sign-in began" in refusal.text, button
    assert saved(server, "beta")["domains"] == ["beta.test", "theirs.test"]
    save(browser, domains="")


def test_refusals_without_a_field_stand_above_the_settings(server: Server, browser: Browser) -> None:
    server.add_account("boxed", world.providers()["acme"].metadata())
    login(browser, good("boxed", idp=world.providers()["acme"], role="account_administrator", email="admin@boxed.test"))
    for _ in range(20):
        assert press(browser, settings(browser), "invite", lifetime="1d").status == 200
    token = {"token": token_of_form(settings(browser))}
    for fields, sentence in (({"action": "invite", "lifetime": "1d"}, "invitation"),
                             ({"action": "invite", "lifetime": "1s"}, "invitation"),
                             ({"action": "roll-back", "confirm": saved_version(server, "boxed")}, "no earlier settings"),
                             ({"action": "save-draft", "test": "x"}, "This test sign-in is over"),
                             ({"action": "test-again", "test": "x"}, "This test sign-in is over")):
        page = Page(post(browser, SETTINGS, {**token, **fields}))
        assert page.status == 400 and page.has("save"), page.text
        [box] = page.root.xpath("//*[@role='alert']")
        assert sentence in box.text_content() and "could not be read" not in page.text, (fields, box.text_content())
    assert len(rows(server, "boxed")["ik_invite"]) == 20


def test_roll_back_to_an_entity_id_that_others_have_taken_meanwhile_is_refused(server: Server, browser: Browser) -> None:
    server.add_account("loser", world.providers()["acme"].metadata(), "--entity-id", suffixed("wanted"))
    guest(server, browser, "loser")
    save(browser, entity_id="")
    server.add_account("winner", world.providers()["beta"].metadata(), "--entity-id", suffixed("wanted"))
    before = rows(server, "loser")
    question = Page(press(browser, settings(browser), "roll-back"))
    page = Page(press(browser, question, "roll-back"))
    assert page.status == 400 and "belongs to another account" in page.text and "winner" not in page.answer.text
    assert page.form("save").fields == {**settings(browser).form("save").fields, "token": token_of_form(page)}, "nothing is lost"
    assert rows(server, "loser") == before


def test_saving_another_identity_provider_ends_sessions_and_keeps_the_administrator_here(server: Server, browser: Browser) -> None:
    server.add_account("moving", idp("moving").metadata())
    administrator(browser, "moving", idp=idp("moving"))
    with Browser(server) as ann:
        login(ann, good("moving", idp=idp("moving")))
        new = idp("moved")
        page = save(browser, metadata=new.metadata())
        assert new.entity_id in page.text and browser.cookie(GUEST)
        assert not is_signed_in(ann) and not is_signed_in(browser)
        login(ann, good("moving", idp=new))


def test_saving_the_same_again_ends_no_session_and_keeps_the_way_back(server: Server, browser: Browser) -> None:
    administrator(browser, "p256")
    save(browser, domains="p256.test first.test")
    save(browser, domains="p256.test second.test")
    before = rows(server, "p256")
    save(browser)
    assert rows(server, "p256")["ik_previous"] == before["ik_previous"] and is_signed_in(browser)
    roll_back(browser)
    assert saved(server, "p256")["domains"] == ["p256.test", "first.test"]
    save(browser, domains="")


def test_certificate_that_is_replaced_counts_at_once(server: Server, browser: Browser) -> None:
    old, new = idp("rolling"), idp("rolling", pairs=[keys.pair("rsa2048", "rolled")])
    server.add_account("rolling", old.metadata())
    administrator(browser, "rolling", idp=old)
    save(browser, metadata=new.metadata())
    with Browser(server) as ann:
        world.refused(ann, good("rolling", idp=old), "signature_invalid")
        login(ann, good("rolling", idp=new))
