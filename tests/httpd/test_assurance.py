# SPDX-License-Identifier: Apache-2.0
"""Require ik-authn-age and ik-authn-context: who is sure enough, and how somebody becomes it."""

from __future__ import annotations

import pytest

from lib import forge, world
from lib.browser import FETCH, Browser
from lib.server import Server
from lib.spinit import read, respond
from lib.world import check_refused, lands, login

MFA = "https://refeds.org/profile/mfa"
MAIN = """
IkSSOClockSkew 10s
ScriptAlias /cgi-bin/ {cgi}
<Location /cgi-bin/>
    AuthType ikssoauth
    Require valid-user
</Location>
<Location /cgi-bin/env/fresh>
    Require ik-authn-age 15m
</Location>
<Location /cgi-bin/env/mfa>
    Require ik-authn-context {mfa} urn:other
</Location>
<Location /cgi-bin/env/both>
    <RequireAll>
        Require ik-role developer
        Require ik-authn-age 5m
        Require ik-authn-context {mfa}
    </RequireAll>
</Location>
<Location /cgi-bin/env/any>
    <RequireAny>
        Require ik-authn-age 5m
        Require ik-role developer
    </RequireAny>
</Location>
<Location /cgi-bin/env/either>
    <RequireAny>
        Require ik-role account_administrator
        Require ik-authn-age 5m
    </RequireAny>
</Location>
<Location /cgi-bin/env/bob>
    <RequireAll>
        Require ik-authn-age 5m
        Require user bob@acme.test
    </RequireAll>
</Location>
<Location /cgi-bin/env/elsewhere>
    <RequireAll>
        Require ik-authn-age 5m
        Require ip 192.0.2.1
    </RequireAll>
</Location>
<Location /cgi-bin/env/admin>
    <RequireAll>
        Require ik-role account_administrator
        Require ik-authn-age 5m
    </RequireAll>
</Location>
"""


def site(server: Server) -> str:
    world.populate(server, "acme")
    server.write_cgi()
    return server.vhost(MAIN.format(cgi=f"{server.root}/cgi-bin/", mfa=MFA))


@pytest.fixture
def old(browser: Browser) -> Browser:
    """Somebody who authenticated half an hour ago, with a password."""
    browser.server.log.expect("AH01630")    # httpd's own words about a Require that does not hold
    login(browser, authn_instant=forge.instant(-1800))
    return browser


def step_up(browser: Browser, path: str):
    """The request that opening path leads to."""
    answer = browser.get(path)
    assert answer.status == 302, f"{answer.status}: {answer.text}"
    assert (answer.location or "").startswith("https://imagekit.test/single-sign-on?step=")
    page = browser.get(answer.location or "")
    assert page.status == 200, "the session that exists does not lead on"
    return read(browser.submit(page, fragment=""))


def test_recent_authentication_is_let_in(browser: Browser) -> None:
    login(browser)
    assert browser.get("/cgi-bin/env/fresh").status == 200


def test_old_authentication_is_renewed(old: Browser) -> None:
    request = step_up(old, "/cgi-bin/env/fresh?x=1")
    assert request.root.get("ForceAuthn") == "true" and not request.contexts
    answer = respond(old, request)
    assert lands(answer) == "/cgi-bin/env/fresh?x=1" and old.get("/cgi-bin/env/fresh?x=1").status == 200


def test_identity_provider_that_does_not_ask_anew_is_not_believed(server: Server, old: Browser) -> None:
    server.log.expect("refused")
    request = step_up(old, "/cgi-bin/env/fresh")
    check_refused(old, respond(old, request, authn_instant=forge.instant(-600)), "not_allowed")
    assert old.get("/cgi-bin/env/x").status == 200, "the session goes on"


def test_context_is_asked_for_exactly(old: Browser) -> None:
    request = step_up(old, "/cgi-bin/env/mfa")
    assert request.contexts == [MFA, "urn:other"] and request.root.get("ForceAuthn") in (None, "false")
    [wanted] = request.root.iter(f"{{{forge.SAMLP}}}RequestedAuthnContext")
    assert wanted.get("Comparison") == "exact"
    assert lands(respond(old, request, context=MFA)) == "/cgi-bin/env/mfa" and old.get("/cgi-bin/env/mfa").status == 200


@pytest.mark.parametrize("context", [forge.PASSWORD, MFA + "/", None])
def test_other_context_is_refused(server: Server, old: Browser, context: str | None) -> None:
    server.log.expect("refused")
    request = step_up(old, "/cgi-bin/env/mfa")
    check_refused(old, respond(old, request, context=context), "not_allowed")


def test_several_demands_are_made_at_once(old: Browser) -> None:
    request = step_up(old, "/cgi-bin/env/both")
    assert request.root.get("ForceAuthn") == "true" and request.contexts == [MFA]
    respond(old, request, context=MFA)
    assert old.get("/cgi-bin/env/both").status == 200


def test_one_of_several_that_no_login_mends_is_not_waited_for(old: Browser) -> None:
    request = step_up(old, "/cgi-bin/env/either")
    assert request.root.get("ForceAuthn") == "true" and not request.contexts
    respond(old, request)
    assert old.get("/cgi-bin/env/either").status == 200


@pytest.mark.parametrize("path", ["admin", "bob", "elsewhere"])
def test_who_may_not_be_there_anyway_is_not_sent_to_step_up(old: Browser, path: str) -> None:
    old.server.log.expect("AH01630")
    assert old.get(f"/cgi-bin/env/{path}").status == 403


def test_one_of_several_is_enough(old: Browser) -> None:
    assert old.get("/cgi-bin/env/any").status == 200


def test_role_that_is_missing_is_no_reason_to_step_up(server: Server, browser: Browser) -> None:
    server.log.expect("AH01630")
    login(browser)
    assert browser.get("/cgi-bin/env/admin").status == 403


def test_program_gets_401_with_the_way(server: Server, old: Browser) -> None:
    answer = old.get("/cgi-bin/env/fresh", FETCH)
    assert answer.status == 401 and answer.json["error"] == "not_signed_in" and "?step=" in answer.json["login"]


def test_nobody_is_sent_to_log_in(browser: Browser) -> None:
    answer = browser.get("/cgi-bin/env/fresh")
    assert answer.status == 302 and "?target=" in (answer.location or "")


def test_demand_that_is_not_ours_is_refused(server: Server, old: Browser) -> None:
    server.log.expect("refused")
    page = old.get("/single-sign-on?step=AAAA")
    check_refused(old, old.submit(page), "csrf")


@pytest.mark.parametrize("line, says", [
    ("ik-authn-age", "ik-authn-age takes one duration"), ("ik-authn-age soon", "ik-authn-age takes one duration"),
    ("ik-authn-age 0", "ik-authn-age takes one duration"), ("ik-authn-age 5m 6m", "ik-authn-age takes one duration"),
    ("ik-authn-age 31d", "ik-authn-age takes one duration"), ("ik-authn-context", "ik-authn-context takes one or more"),
    ("ik-authn-context password", "is no URI"),
    ("ik-authn-context " + " ".join(f"urn:{number}:{'x' * 100}" for number in range(8)), "800 bytes"),
])
def test_mistake_stops_the_start(line: str, says: str) -> None:
    other = Server()
    try:
        other.init()
        said = other.refuses(other.vhost(f"<Location /x>\nAuthType ikssoauth\nRequire {line}\n</Location>\n"))
        assert says in said
    finally:
        other.remove()
