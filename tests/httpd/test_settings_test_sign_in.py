# SPDX-License-Identifier: Apache-2.0
"""A test sign-in shows every check of what comes back, and makes neither user nor session."""

from __future__ import annotations

import re
from typing import Any, Callable

import pytest

from lib import keys, spinit, world
from lib.browser import Browser
from lib.checks import LABELS, checks
from lib.everywhere import act
from lib.explain import SECRETS, foreign
from lib.forge import TRANSIENT, Response, idp
from lib.pages import Page, press
from lib.server import Server
from lib.settings import (
    ADMINISTRATOR, SETTINGS, administrator, answer_test, done, draft_of, guest, is_signed_in, post, prepare, rows, save, saved, settings,
    start_test, outcome, token_of_form)
from lib.spinit import Request, pending
from lib.world import check_refused, good, login

STATUS = """
<Location /server-status>
    SetHandler server-status
</Location>
"""
FAILED = ("urn:oasis:names:tc:SAML:2.0:status:Responder", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")


def site(server: Server) -> str:
    world.populate(server, "acme", "beta", "narrow")
    server.add_account("empty", None)
    return prepare(server, STATUS + world.sp_certificate(server))


def counters(server: Server) -> dict[str, int]:
    with Browser(server) as browser:
        text = browser.get("/server-status?auto").text
    return {name: int(value) for name, value in re.findall(r"(?m)^IkSSO_(\w+): (\d+)$", text)}


# What it shows

def test_everything_passes_and_nothing_is_written(server: Server, browser: Browser) -> None:
    administrator(browser)
    session, before, counted = browser.cookie(), rows(server, "acme"), counters(server)
    request = start_test(browser)
    assert request.url.startswith("https://idp.acme.test/sso?") and pending(browser) == [request.relay_state]
    page = outcome(browser, request, good("acme", email="nobody-yet@acme.test", name="Nobody Yet"))
    seen = checks(page)
    assert set(seen) == set(LABELS), "every check is shown"
    assert {name for name, check in seen.items() if check.state == "skipped"} == {"decryption"}
    assert all(check.state == "passed" for name, check in seen.items() if name != "decryption"), seen
    for claim in ("nobody-yet@acme.test", "Nobody Yet", "imagekit_role", "developer", "imagekit_id", "full_name"):
        assert claim in page.text, claim
    after = rows(server, "acme")
    assert {**after, "ik_draft": []} == {**before, "ik_draft": []} and len(after["ik_draft"]) == len(before["ik_draft"]) + 1
    assert browser.cookie() == session and not pending(browser)
    assert {name: counters(server)[name] - counted[name] for name in ("logins", "users_created", "failures")} \
        == {"logins": 0, "users_created": 0, "failures": 0}


def test_page_that_waits_for_the_answer_says_so(server: Server, browser: Browser) -> None:
    administrator(browser)
    start_test(browser)
    [(draft,)] = server.sql("SELECT id FROM ik_draft WHERE account = 'acme' AND state = 0 ORDER BY made DESC LIMIT 1")
    page = settings(browser, f"?test={draft}")
    assert page.has("test-again") and not page.has("save-draft") and not any(each.state == "failed" for each in checks(page).values())


@pytest.mark.parametrize("field", foreign().values(), ids=foreign())
def test_encrypted_answer_of_another_account_shows_nothing_of_it(browser: Browser, field: str) -> None:
    administrator(browser)
    page = outcome(browser, start_test(browser), field)
    assert not [secret for secret in SECRETS if secret in page.text]
    role = checks(page)["role"]
    assert role.state == "skipped" and "cannot be shown" in role.text and not page.has("save-draft")


Change = Callable[[Response], Response | str]


def but(**changes: Any) -> Change:
    return lambda response: response.but(**changes)


FAULTS: dict[str, tuple[Change, set[str], str]] = {
    "wrong audience": (but(audiences=[["https://elsewhere.test/sp"]]), {"audience"}, "https://elsewhere.test/sp"),
    "no full name": (but(name=None), {"name"}, "full_name"),
    "no role": (but(role=None), {"role"}, "imagekit_role"),
    "wrong role": (but(role="Account_Administrator"), {"role"}, "Account_Administrator"),
    "no account": (but(account=None), {"account"}, "imagekit_id"),
    "another account": (but(account="beta"), {"account"}, "beta"),
    "another key": (but(key=keys.pair("rsa2048", "thief")), {"signature"}, ""),
    "no signature": (but(signed="none"), {"signature"}, ""),
    "another identity provider": (but(issuer="https://other.test/", assertion_issuer="https://other.test/"), {"issuer"},
                                  "https://other.test/"),
    "wrong destination": (but(destination="https://imagekit.test/acs"), {"destination"}, "https://imagekit.test/acs"),
    "wrong recipient": (but(recipient="https://imagekit.test/acs"), {"confirmation"}, "https://imagekit.test/acs"),
    "expired": (but(not_on_or_after=-1000), {"times"}, ""),
    "not yet valid": (but(not_before=1000), {"times"}, ""),
    "no authentication": (but(authn=False), {"authentication"}, ""),
    "no address": (but(email="ann"), {"name_id"}, "no e-mail address"),
    "transient NameID": (but(email="_abcdef", name_id_format=TRANSIENT), {"name_id"}, ""),
    "status": (but(status=FAILED), {"status"}, "AuthnFailed"),
    "three at once": (but(audiences=[["https://elsewhere.test/sp"]], role="boss", name=None), {"audience", "role", "name"}, "boss"),
}


@pytest.mark.parametrize("change, failing, detail", FAULTS.values(), ids=FAULTS)
def test_fault_is_shown_beside_what_passes(browser: Browser, change: Change, failing: set[str], detail: str) -> None:
    administrator(browser)
    request = start_test(browser, **{"option-logout-at-idp": "off"})
    page = outcome(browser, request, change(good("acme", email="faulty@acme.test")))
    seen = checks(page)
    assert {name for name, check in seen.items() if check.state == "failed"} == failing, seen
    passed = sum(check.state == "passed" for check in seen.values())
    assert passed >= (2 if "status" in failing else len(LABELS) - len(failing) - 3), seen
    assert any(detail in seen[name].text for name in failing), [seen[name].text for name in failing]
    assert page.form("save-draft").fields.get("confirm") == "yes", "what has failed is saved with a warning only"


def test_reason_of_a_failed_check_is_what_a_login_is_refused_for(server: Server, browser: Browser) -> None:
    administrator(browser)
    page = outcome(browser, start_test(browser), good("acme", role="boss"))
    assert world.REASONS["role_forbidden"].sentence in checks(page)["role"].text
    with Browser(server) as other:
        world.refused(other, good("acme", role="boss"), "role_forbidden")


def test_answer_that_names_no_request_is_what_the_draft_makes_of_it(browser: Browser) -> None:
    administrator(browser)
    page = outcome(browser, start_test(browser, **{"option-unsolicited": "refuse"}), good("acme").encoded())
    assert [name for name, check in checks(page).items() if check.state == "failed"] == ["request"]
    page = outcome(browser, start_test(browser, **{"option-unsolicited": "accept"}), good("acme").encoded())
    assert checks(page)["request"].state == "passed" and "InResponseTo" in page.text, "with a warning"


def test_disabled_user_is_shown(server: Server, browser: Browser) -> None:
    with Browser(server) as ann:
        login(ann, email="shut-out@acme.test")
    server.ctl("user", "disable", "acme", "shut-out@acme.test")
    administrator(browser)
    seen = checks(outcome(browser, start_test(browser), good("acme", email="shut-out@acme.test")))
    assert {name for name, check in seen.items() if check.state == "failed"} == {"user"}


def test_domain_of_the_draft_counts(browser: Browser) -> None:
    administrator(browser)
    page = outcome(browser, start_test(browser, domains="other.test"), good("acme"))
    assert checks(page)["domain"].state == "failed" and "acme.test" in checks(page)["domain"].text
    page = outcome(browser, start_test(browser, domains="acme.test"), good("acme"))
    assert checks(page)["domain"].state == "passed"


@pytest.mark.parametrize("field", ("!!!", "PGE+", "", "A" * 2000), ids=lambda each: each[:5])
def test_message_that_cannot_be_read_is_shown_by_its_relay_state(browser: Browser, field: str) -> None:
    administrator(browser)
    request = start_test(browser)
    seen = checks(outcome(browser, request, field))
    failed = [name for name, check in seen.items() if check.state == "failed"]
    assert failed in (["readable"], ["structure"]), seen
    assert all(check.state in ("skipped", "passed") for name, check in seen.items() if name not in failed)


def test_settings_that_are_tried_are_those_of_the_form(server: Server, browser: Browser) -> None:
    """Another identity provider, an entity ID, an option: none of them counts for anybody else."""
    administrator(browser)
    before = rows(server, "acme")
    new = idp("tried")
    uri = world.suffixed("acme")
    request = start_test(browser, metadata=new.metadata(), entity_id=uri, **{"option-force-authn": "on"})
    assert request.issuer == uri and request.root.get("ForceAuthn") == "true"
    page = outcome(browser, request, good("acme", idp=new, destination=uri, recipient=uri, audiences=[[uri]]))
    assert all(check.state != "failed" for check in checks(page).values()) and new.entity_id in page.text
    after = rows(server, "acme")
    assert after["ik_account"] == before["ik_account"] and after["ik_user"] == before["ik_user"]
    with Browser(server) as other:
        world.refused(other, good("acme", idp=new), "signature_invalid")
        login(other)


def test_refused_settings_are_not_tried(server: Server, browser: Browser) -> None:
    administrator(browser)
    page = Page(press(browser, settings(browser), "test", metadata="<nonsense/>"))
    assert page.status == 400 and page.problem("metadata") and not pending(browser)
    without_sso = re.sub(r"<md:SingleSignOnService[^>]*/>", "", world.providers()["acme"].metadata())
    assert "SingleSignOnService" not in without_sso
    page = Page(press(browser, settings(browser), "test", metadata=without_sso))
    assert page.status == 400 and page.problem("metadata") and not pending(browser)


# Afterwards

def test_save_after_a_failed_test_asks_and_saves_anyway(server: Server, browser: Browser) -> None:
    administrator(browser, "beta")
    outcome(browser, start_test(browser, domains="beta.test"), good("beta", role="boss"))
    page = Page(press(browser, settings(browser), "save", domains="beta.test"))
    assert page.status == 200 and page.form("save").fields["domains"].split() == ["beta.test"]
    assert world.REASONS["role_forbidden"].sentence in page.text or LABELS["role"] in page.text
    assert saved(server, "beta")["domains"] == []
    done(browser, press(browser, page, "save"), "saved")
    assert saved(server, "beta")["domains"] == ["beta.test"]
    save(browser, domains="")
    assert saved(server, "beta")["domains"] == []


def test_save_of_something_else_after_a_failed_test_does_not_ask(server: Server, browser: Browser) -> None:
    administrator(browser, "beta")
    outcome(browser, start_test(browser, domains="beta.test other.test"), good("beta", role="boss"))
    save(browser, domains="beta.test third.test")
    save(browser, domains="")


def test_save_after_a_passed_test_does_not_ask(server: Server, browser: Browser) -> None:
    administrator(browser, "beta")
    outcome(browser, start_test(browser, domains="beta.test"), good("beta", role="boss"))
    page = outcome(browser, start_test(browser, domains="beta.test"), good("beta"))
    assert "confirm" not in page.form("save-draft").fields
    save(browser, domains="beta.test")
    save(browser, domains="")


def test_draft_is_saved_from_what_the_test_showed(server: Server, browser: Browser) -> None:
    administrator(browser, "beta")
    page = outcome(browser, start_test(browser, domains="beta.test"), good("beta"))
    page = done(browser, press(browser, page, "save-draft"), "saved")
    assert page.form("save").fields["domains"].split() == ["beta.test"]
    save(browser, domains="")


def test_failed_draft_is_saved_with_confirmation_only(server: Server, browser: Browser) -> None:
    administrator(browser, "beta")
    page = outcome(browser, start_test(browser, domains="beta.test"), good("beta", role="boss"))
    fields = page.form("save-draft").sent("save-draft")
    unsure = post(browser, SETTINGS, {name: value for name, value in fields.items() if name != "confirm"})
    assert unsure.status == 200 and Page(unsure).has("save-draft")
    assert saved(server, "beta")["domains"] == []
    done(browser, press(browser, page, "save-draft"), "saved")
    assert saved(server, "beta")["domains"] == ["beta.test"]
    save(browser, domains="")


def test_settings_in_force_that_fail_a_test_need_no_saving(browser: Browser) -> None:
    administrator(browser)
    page = outcome(browser, start_test(browser), good("acme", role="boss"))
    assert checks(page)["role"].state == "failed" and page.has("test-again") and not page.has("save-draft")


def test_test_can_be_repeated(browser: Browser) -> None:
    administrator(browser)
    page = outcome(browser, start_test(browser, domains="acme.test"), good("acme", role="boss"))
    again = spinit.read(press(browser, page, "test-again"))
    page = outcome(browser, again, good("acme"))
    assert all(check.state != "failed" for check in checks(page).values())
    assert checks(page)["domain"].state == "passed"


# What cannot be done with it

def test_answer_counts_once(server: Server, browser: Browser) -> None:
    administrator(browser)
    request = start_test(browser)
    jar = dict(browser.jar[browser.host])
    message = good("acme").answering(request.id).encoded()
    assert answer_test(browser, request, message).status == 303
    check_refused(browser, browser.consume(message, request.relay_state, headers=world.JSON), "request_unknown")
    browser.jar[browser.host] = jar     # a browser that has kept the cookie
    check_refused(browser, browser.consume(message, request.relay_state, headers=world.JSON), "request_unknown")
    other = good("acme").answering(request.id).encoded()
    check_refused(browser, browser.consume(other, request.relay_state, headers=world.JSON), "request_unknown")


def test_message_of_a_test_signs_nobody_in(server: Server, browser: Browser) -> None:
    """Neither before nor after it has been shown, in this browser or another."""
    administrator(browser)
    request = start_test(browser)
    message = good("acme", email="victim@acme.test").answering(request.id).encoded()
    with Browser(server) as other:
        check_refused(other, other.consume(message, request.relay_state, headers=world.JSON), "request_unknown")
        assert not is_signed_in(other)
    browser.jar[browser.host].pop(world.SESSION)
    answer = browser.consume(message, request.relay_state)
    assert answer.session is None and not is_signed_in(browser)
    assert not server.sql("SELECT 1 FROM ik_user WHERE email = 'victim@acme.test'")


def test_what_a_test_shows_is_for_the_administrators_of_that_account(server: Server, browser: Browser) -> None:
    administrator(browser)
    page = outcome(browser, start_test(browser), good("acme", email="secret-person@acme.test"))
    path = page.url
    for role, account in (("developer", "acme"), (ADMINISTRATOR, "beta")):
        with Browser(server) as other:
            login(other, good(account, role=role, email=f"looks@{account}.test"))
            assert "secret-person" not in other.follow(other.get(path)).text
    with Browser(server) as stranger:
        assert stranger.get(path).status in (302, 303)


@pytest.mark.parametrize("login_first", (True, False))
def test_login_beside_a_test_is_a_login(browser: Browser, login_first: bool) -> None:
    """In one browser, and whichever is answered first; what they are is told by the request, not by RelayState."""
    administrator(browser)
    test = start_test(browser)
    session = browser.jar[browser.host].pop(world.SESSION)
    wanted = spinit.read(spinit.open_page(browser, "account=acme"))
    browser.set_cookie(session)
    if login_first:
        check_login(browser, wanted, test)
    page = outcome(browser, test, good("acme", email="tried@acme.test"))
    assert "tried@acme.test" in page.text and all(check.state != "failed" for check in checks(page).values())
    if not login_first:
        check_login(browser, wanted, test)


def check_login(browser: Browser, wanted: Request, test: Request) -> None:
    """Its answer comes with the RelayState of the test, and opens a session all the same."""
    said = good("acme", email="admin@acme.test", role=ADMINISTRATOR).answering(wanted.id)
    answer = browser.consume(said.encoded(), test.relay_state)
    assert answer.status == 303 and answer.session is not None, f"{answer.status}: {answer.text}"
    assert SETTINGS not in (answer.location or "")


def test_test_of_a_response_that_nobody_asked_for_is_none(browser: Browser) -> None:
    """An unsolicited response with the RelayState of a test is its answer: without InResponseTo, it fails, and opens nothing."""
    administrator(browser)
    request = start_test(browser)
    browser.jar[browser.host].pop(world.SESSION)
    answer = browser.consume(good("acme").encoded(), request.relay_state)
    assert answer.session is None and not is_signed_in(browser)


def test_what_was_tested_without_a_request_signs_nobody_in_afterwards(server: Server, browser: Browser) -> None:
    administrator(browser)
    message = good("acme", email="tried-once@acme.test").encoded()
    outcome(browser, start_test(browser, **{"option-unsolicited": "accept"}), message)
    with Browser(server) as other:
        world.refused(other, message, "replayed")


def test_single_sign_on_that_is_off_can_be_tried_by_a_guest(server: Server, browser: Browser) -> None:
    guest(server, browser, "empty")
    new = idp("brand-new")
    page = outcome(browser, start_test(browser, metadata=new.metadata()), good("empty", idp=new))
    assert all(check.state != "failed" for check in checks(page).values())
    with Browser(server) as ann:
        world.refused(ann, good("empty", idp=new), "sso_disabled")
    done(browser, press(browser, page, "save-draft"), "saved")
    with Browser(server) as ann:
        login(ann, good("empty", idp=new))


def test_cookie_of_a_test_goes_back_from_the_identity_provider(browser: Browser) -> None:
    administrator(browser)
    [crumb] = start_test(browser).answer.cookies
    assert crumb.kept and crumb.attributes["samesite"] == "None" and "httponly" in crumb.attributes


def test_answer_comes_from_another_site_without_the_session(browser: Browser) -> None:
    """Whose cookie is SameSite=Lax: it is there again when the browser looks at what the test showed."""
    administrator(browser)
    request = start_test(browser)
    session = browser.jar[browser.host].pop(world.SESSION)
    draft = draft_of(answer_test(browser, request, good("acme").answering(request.id)))
    browser.set_cookie(session)
    assert checks(settings(browser, f"?test={draft}"))["signature"].state == "passed"


def test_disabled_account_cannot_test(server: Server, browser: Browser) -> None:
    administrator(browser, "narrow")
    token = token_of_form(settings(browser))
    act(server, "account", "disable", "narrow")
    try:
        answer = post(browser, SETTINGS, {"token": token, "action": "test"})
        assert answer.status == 401 and not pending(browser)
    finally:
        server.ctl("account", "enable", "narrow")
