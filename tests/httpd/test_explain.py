# SPDX-License-Identifier: Apache-2.0
"""ikssoctl explain --response: what a login would say, for every check, of whatever people capture."""

from __future__ import annotations

import base64

import pytest

from lib import keys, world
from lib.browser import Browser
from lib.explain import captured, explain, failed, form_of, har_of, wait_for_host
from lib.forge import instant
from lib.settings import prepare
from lib.server import Server
from lib.world import confirmation, good, login

DAY = 86400


def site(server: Server) -> str:
    world.populate(server, "acme", "beta", "shut")
    server.add_account("off", None)
    return prepare(server, world.sp_certificate(server))


def test_good_response_passes_in_every_form_that_people_capture(server: Server) -> None:
    response = good(email="ann@acme.test", role="developer")
    field = response.encoded()
    forms = {
        "base64": field, "XML": base64.b64decode(field).decode(), "a form or address": form_of(response),
        "a HAR file": har_of(form_of(good(email="old@acme.test")), form_of(response)),
    }
    for name, text in forms.items():
        answer = explain(server, text, code=0)
        assert answer["form"] == name and answer["accepted"] and answer["ok"]
        assert (answer["email"], answer["role"]) == ("ann@acme.test", "developer")
        assert not failed(answer) and answer["checks_when_new"] is None and answer["besides"] == []


def test_explaining_signs_nobody_in_and_uses_nothing_up(server: Server, browser: Browser) -> None:
    response = good(email="later@acme.test")
    for _ in range(2):
        explain(server, response.encoded(), code=0)
    assert server.sql("SELECT count(*) FROM ik_user WHERE email = 'later@acme.test'") == [(0,)]
    login(browser, response)
    answer = explain(server, response.encoded(), code=1)
    assert answer["error"]["code"] == "replayed" and not failed(answer)
    assert [each["reason"] for each in answer["besides"]] == ["replayed"] and answer["accepted_when_new"]


def test_every_failed_check_is_named_with_what_came_and_how_to_mend_it(server: Server) -> None:
    response = good(audiences=[["https://elsewhere.test/sp"]], role="Developer", recipient="https://elsewhere.test/acs", name=None)
    answer = explain(server, response.encoded(), code=1)
    seen = failed(answer)
    assert set(seen) == {"audience", "confirmation", "name", "role"}
    assert "https://elsewhere.test/sp" in seen["audience"]["detail"] and "https://imagekit.test/saml/consume" in seen["audience"]["detail"]
    assert "https://imagekit.test/saml/consume" in seen["audience"]["fix"]
    assert "Developer" in seen["role"]["detail"] and "imagekit_role" in seen["role"]["fix"]
    assert answer["error"]["code"] == "audience_mismatch" and answer["role"] is None


def test_old_response_is_looked_at_as_if_it_were_new(server: Server) -> None:
    old = dict(issued=instant(-3 * DAY), not_before=-3 * DAY, not_on_or_after=-3 * DAY + 300, authn_instant=instant(-3 * DAY),
               confirmations=confirmation(not_on_or_after=-3 * DAY + 300))
    answer = explain(server, good(**old).encoded(), code=1)
    assert {check["reason"] for check in failed(answer).values()} == {"expired"}
    assert answer["accepted_when_new"] and not failed(answer, "checks_when_new")
    assert any("3 days ago" in text for text in answer["times"])
    answer = explain(server, good(**old, role="boss").encoded(), code=1)
    assert set(failed(answer, "checks_when_new")) == {"role"} and not answer["accepted_when_new"]


def test_encrypted_assertion_is_opened_with_the_keys_of_the_host(server: Server) -> None:
    assert explain(server, good(encrypt_for=world.sp_pair()).encoded(), code=0)["email"] == "ann@acme.test"
    answer = explain(server, good(encrypt_for=keys.pair("rsa2048", "nobodys")).encoded(), code=1)
    assert set(failed(answer)) == {"decryption"}


def test_authentication_that_is_too_old_for_the_account_is_refused(server: Server) -> None:
    response = good(authn_instant=instant(-3600)).answering("_ik" + 22 * "A")
    answer = explain(server, response.encoded(), code=0)
    assert any("ik-authn-context" in text for text in answer["warnings"])
    server.ctl("account", "set", "acme", "--option", "force-authn=on")
    try:
        answer = explain(server, response.encoded(), code=1)
        assert answer["error"]["code"] == "not_allowed" and set(failed(answer)) == {"authentication"}
        explain(server, response.but(authn_instant=instant(-5)).encoded(), code=0)
    finally:
        server.ctl("account", "set", "acme", "--option", "force-authn=off")


def test_account_that_lets_nobody_in_says_so(server: Server) -> None:
    server.ctl("account", "disable", "shut")
    answer = explain(server, good("shut").encoded(), "shut", code=1)
    assert [each["reason"] for each in answer["besides"]] == ["account_disabled"]
    assert failed(explain(server, good().encoded(), "off", code=1))["signature"]["reason"] == "sso_disabled"
    assert explain(server, good().encoded(), "nobody", code=1)["error"]["code"] == "not_found"


@pytest.mark.parametrize("text, words", [
    ("", "nothing here"), ("hello", "no SAMLResponse"), ("<html><body>", "a page"), ("SAMLRequest=abc", "request"),
    ("{}", "no HAR file"), (har_of("a=b"), "no POST with a SAMLResponse"), ("{", "no JSON"),
])
def test_what_is_no_response_is_told_apart(server: Server, text: str, words: str) -> None:
    answer = explain(server, text, code=1)
    assert answer["error"]["code"] == "no_response" and words in answer["error"]["message"]


def test_people_see_ticks_and_what_to_do(server: Server) -> None:
    wait_for_host(server)
    path = captured(server, "people", good(role="Developer", destination="x\u0085y").encoded())
    done = server.ctl("explain", "--response", str(path), "--account", "acme", check=False)
    assert done.code == 1 and done.err == "ikssoctl: A login would refuse this response.\n"
    assert "  ✓ The Audience is our Entity ID\n" in done.out
    assert "  ✗ The role is sent, and is one of the accepted roles\n      role_forbidden: " in done.out
    assert "To mend it: " in done.out and "Role it would give: none" in done.out and "IssueInstant was " in done.out
    assert "\u0085" not in done.out and "x??y" in done.out
    good_path = captured(server, "good", good().encoded())
    done = server.ctl("explain", "--response", str(good_path), "--account", "acme")
    assert done.out.startswith("A login would accept this response now.\n") and "Role it would give: " in done.out


def test_host_is_chosen_by_its_address(server: Server) -> None:
    wait_for_host(server)
    path = captured(server, "hosts", good().encoded())
    args = ["--json", "explain", "--response", str(path), "--account", "acme", "--url"]
    assert server.ctl(*args, "https://imagekit.test").code == 0
    done = server.ctl(*args, "https://elsewhere.test", check=False)
    assert done.code == 3 and '"no_host"' in done.out


@pytest.mark.parametrize("args", [["explain"], ["explain", "--account", "acme"], ["explain", "--response", "x"]])
def test_what_is_missing_is_said(server: Server, args: list[str]) -> None:
    done = server.ctl(*args, check=False)
    assert done.code == 2 and "--response FILE --account ID" in done.err
    assert server.ctl("explain", "--response", "/nowhere/x", "--account", "acme", check=False).code == 3
