# SPDX-License-Identifier: Apache-2.0
"""Single Logout: what identity providers may end and how we answer, what attackers cannot, and what we send ourselves."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping

import pytest
import xmlsec
from lxml import etree

from lib import forge, keys, logout, world
from lib.browser import NAVIGATE, SESSION, Answer, Browser
from lib.forge import EMAIL, SAML, SAMLP, SUCCESS
from lib.server import Server
from lib.sign import sign
from lib.world import CONSUME, JSON, REASONS, check_refused, day, login

ORIGIN = "https://imagekit.test"
FORM = "application/x-www-form-urlencoded"
XML = "text/xml; charset=utf-8"
CROSS = {**NAVIGATE, "Sec-Fetch-Site": "cross-site", "Origin": "https://idp.acme.test"}
PARTIAL = ("urn:oasis:names:tc:SAML:2.0:status:Responder", "urn:oasis:names:tc:SAML:2.0:status:PartialLogout")
SLO = {"acme": forge.REDIRECT, "beta": forge.POST}      # "narrow" has none
MAIN = """
ScriptAlias /cgi-bin/ {cgi}
<Location /cgi-bin/>
    AuthType ikssoauth
    Require valid-user
</Location>
"""


def slo_url(account: str) -> str:
    return f"https://idp.{account}.test/slo"


def metadata(account: str) -> str:
    """Metadata with a SingleLogoutService."""
    service = f'<md:SingleLogoutService Binding="{SLO[account]}" Location="{slo_url(account)}"/>'
    return world.providers()[account].metadata().replace("<md:NameIDFormat", service + "<md:NameIDFormat")


def site(server: Server) -> str:
    for account in SLO:
        server.add_account(account, metadata(account))
    world.populate(server, "narrow", "twin", "twin2")
    server.write_cgi()
    main = MAIN.format(cgi=f"{server.root}/cgi-bin/")
    return server.vhost(main + world.sp_certificate(server)) + server.vhost(main, "keyless.test")


def sign_in(server: Server, account: str = "acme", index: str | None = "_session-1", host: str | None = None, **changes: Any) -> str:
    """The cookie of a new session."""
    with Browser(server, host) as browser:
        login(browser, world.good(account, session_index=index, **changes))
        value = browser.cookie()
    assert value is not None
    return value


def is_in(server: Server, value: str) -> bool:
    """Whether somebody with this cookie gets in."""
    with Browser(server) as thief:
        thief.set_cookie(value)
        status = thief.get("/cgi-bin/env", JSON).status
    assert status in (200, 401)
    return status == 200


def pair(account: str) -> keys.Pair:
    return world.providers()[account].key


def request(account: str = "acme", **changes: Any) -> etree._Element:
    return logout.request(world.providers()[account].entity_id, **{"name": f"ann@{account}.test", **changes})


def response(account: str = "acme", **changes: Any) -> etree._Element:
    return logout.response(world.providers()[account].entity_id, **changes)


# How a message comes: with which signature, and in what

Bring = Callable[..., Answer]


def by_redirect(browser: Browser, root: etree._Element, key: keys.Pair | None, headers: Mapping[str, str] = NAVIGATE,
                **how: Any) -> Answer:
    return browser.get_as_is("/logout?" + logout.query(root, key, **how), headers)


def by_lower_case(browser: Browser, root: etree._Element, key: keys.Pair | None, headers: Mapping[str, str] = NAVIGATE) -> Answer:
    """As AD FS and Entra ID percent-encode."""
    return by_redirect(browser, root, key, headers, encode=logout.lower, relay="a/b+c=d:e")


def signed(root: etree._Element, key: keys.Pair | None) -> etree._Element:
    if key is not None:
        sign(root, key)
    return root


def by_post(browser: Browser, root: etree._Element, key: keys.Pair | None, headers: Mapping[str, str] = NAVIGATE) -> Answer:
    name = "SAMLRequest" if "Request" in root.tag else "SAMLResponse"
    return browser.post("/logout", {name: logout.post(signed(root, key)), "RelayState": "state"}, headers)


def by_soap(browser: Browser, root: etree._Element, key: keys.Pair | None, headers: Mapping[str, str] = NAVIGATE) -> Answer:
    return browser.request("POST", "/logout", {**headers, "Content-Type": XML, "SOAPAction": '"http://www.oasis-open.org/committees/security"'},
                           data=logout.envelope(signed(root, key)))


WAYS: list[Bring] = [by_redirect, by_lower_case, by_post, by_soap]
BROWSER_WAYS: list[Bring] = [by_redirect, by_post]
EVERY = pytest.mark.parametrize("bring", WAYS)


def check_xml(root: etree._Element) -> None:
    """The signature inside is ours."""
    xmlsec.tree.add_ids(root, ["ID"])
    node = xmlsec.tree.find_node(root, xmlsec.constants.NodeSignature)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(world.sp_pair().cert_pem, xmlsec.constants.KeyDataFormatCertPem)
    context.verify(node)


def check_response(root: etree._Element, to: str | None, asked: etree._Element) -> None:
    assert root.tag == f"{{{SAMLP}}}LogoutResponse" and root.get("InResponseTo") == asked.get("ID")
    assert root.get("Destination") == to and root.findtext(f"{{{SAML}}}Issuer") == CONSUME
    assert root.find(f"{{{SAMLP}}}Status/{{{SAMLP}}}StatusCode").get("Value") == SUCCESS


# An identity provider ends sessions

@EVERY
def test_signed_request_ends_the_session_without_a_cookie(server: Server, browser: Browser, bring: Bring) -> None:
    mine, other, elsewhere = sign_in(server), sign_in(server, index="_session-2"), sign_in(server, "beta")
    assert is_in(server, mine)
    answer = bring(browser, request(), pair("acme"), CROSS)
    assert answer.status in (200, 303) and not answer.cookies
    assert not is_in(server, mine) and is_in(server, other) and is_in(server, elsewhere)
    assert server.log.wait('IK0210.*account="acme".*ann@acme.test')


@EVERY
def test_request_without_index_ends_everything_of_the_person(server: Server, browser: Browser, bring: Bring) -> None:
    values = [sign_in(server), sign_in(server, index=None), sign_in(server, index="_x")]
    bob = sign_in(server, email="bob@acme.test")
    bring(browser, request(indexes=()), pair("acme"))
    assert [is_in(server, value) for value in values] == [False] * 3 and is_in(server, bob)


def test_request_with_index_ends_sessions_that_have_none(server: Server, browser: Browser) -> None:
    value = sign_in(server, index=None)
    by_redirect(browser, request(), pair("acme"))
    assert not is_in(server, value)


def test_redirect_is_answered_by_redirect(browser: Browser) -> None:
    asked = request()
    answer = by_lower_case(browser, asked, pair("acme"))
    assert answer.status == 303 and answer.location is not None
    sent = logout.read_redirect(answer.location, world.sp_pair())
    assert sent.url == slo_url("acme") and sent.relay_state == "a/b+c=d:e"
    check_response(sent.root, slo_url("acme"), asked)


def test_form_is_answered_by_form(browser: Browser) -> None:
    asked = request("beta")
    answer = by_post(browser, asked, pair("beta"))
    method, action, fields = answer.form()
    assert (answer.status, method, action, fields["RelayState"]) == (200, "post", slo_url("beta"), "state")
    root = etree.fromstring(base64.b64decode(fields["SAMLResponse"], validate=True))
    check_xml(root)
    check_response(root, slo_url("beta"), asked)


def test_answer_by_form_works_in_a_frame_of_the_provider(browser: Browser) -> None:
    """It has one for each service; a page that decides anything must not be framed, this one decides nothing."""
    policy = by_post(browser, request("beta"), pair("beta"), CROSS).headers["Content-Security-Policy"]
    assert "frame-ancestors https: http:;" in policy and "form-action https: http:" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_soap_is_answered_in_its_answer(browser: Browser) -> None:
    asked = request()
    answer = by_soap(browser, asked, pair("acme"), {})
    assert (answer.status, answer.headers["Content-Type"]) == (200, XML)
    envelope = etree.fromstring(answer.body)
    assert envelope.tag == f"{{{logout.SOAP}}}Envelope"
    root = etree.fromstring(etree.tostring(envelope[0][0], with_tail=False))
    check_xml(root)
    check_response(root, None, asked)


def test_somebody_with_no_way_back_sees_the_page(server: Server, browser: Browser) -> None:
    value = sign_in(server, "narrow")
    answer = by_redirect(browser, request("narrow"), pair("narrow"))
    assert answer.status == 200 and "You are signed out" in answer.text and not is_in(server, value)


@pytest.mark.parametrize("bring", BROWSER_WAYS)
def test_cookies_of_the_browser_that_brings_it_go(server: Server, browser: Browser, bring: Bring) -> None:
    browser.set_cookie(sign_in(server))
    answer = bring(browser, request(), pair("acme"))
    assert [(each.name, each.gone) for each in answer.cookies] == [(SESSION, True), (f"{SESSION}-whose", True)]
    assert browser.cookie() is None


@pytest.mark.parametrize("bring", BROWSER_WAYS)
def test_cookies_of_somebody_else_stay(server: Server, browser: Browser, bring: Bring) -> None:
    browser.set_cookie(sign_in(server, email="bob@acme.test"))
    assert not bring(browser, request(), pair("acme")).cookies
    assert browser.get("/cgi-bin/env").status == 200


def test_accounts_with_the_same_provider_and_key_are_signed_out_together(server: Server, browser: Browser) -> None:
    values = [sign_in(server, account, email="ann@agency.test") for account in ("twin", "twin2")]
    by_redirect(browser, request("twin", name="ann@agency.test"), pair("twin"))
    assert [is_in(server, value) for value in values] == [False, False]


def test_signing_in_again_works(server: Server, browser: Browser) -> None:
    by_redirect(browser, request(), pair("acme"))
    assert is_in(server, sign_in(server))


# Nobody else does

@dataclass(frozen=True)
class Attack:
    name: str
    reason: str
    make: Callable[[], etree._Element]
    key: Callable[[], keys.Pair | None]


def acme() -> keys.Pair:
    return pair("acme")


ATTACKS = [
    Attack("unsigned", "signature_missing", request, lambda: None),
    Attack("with a key of its own", "signature_invalid", request, lambda: keys.pair("rsa2048", "evil")),
    Attack("another account's provider as this one", "signature_invalid", request, lambda: pair("beta")),
    Attack("an unknown provider", "issuer_mismatch", lambda: logout.request("https://evil.test/"), lambda: keys.pair("rsa2048", "evil")),
    Attack("for another site", "destination_mismatch", lambda: request(destination="https://other.test/logout"), acme),
    Attack("of yesterday", "expired", lambda: request(issued=-86400.0, ends=None), acme),
    Attack("over", "expired", lambda: request(ends=-3600.0), acme),
    Attack("of tomorrow", "not_yet_valid", lambda: request(issued=86400.0), acme),
    Attack("of nobody", "structure_forbidden", lambda: request(name=None), acme),
]


def refused(browser: Browser, answer: Answer, reason: str) -> None:
    check_refused(browser, answer, reason)
    assert not answer.cookies


@EVERY
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_page_of_an_attacker_signs_nobody_out(server: Server, browser: Browser, attack: Attack, bring: Bring) -> None:
    value = sign_in(server)
    browser.set_cookie(value)
    server.log.expect("refused")
    refused(browser, bring(browser, attack.make(), attack.key(), CROSS), attack.reason)
    assert is_in(server, value)


@EVERY
def test_provider_of_another_account_reaches_only_its_own(server: Server, browser: Browser, bring: Bring) -> None:
    value, indexless = sign_in(server), sign_in(server, index=None)
    for indexes in (("_session-1",), ()):
        assert bring(browser, request("beta", name="ann@acme.test", indexes=indexes), pair("beta")).status in (200, 303)
    assert is_in(server, value) and is_in(server, indexless)


@EVERY
def test_request_is_good_once(server: Server, browser: Browser, bring: Bring) -> None:
    root = request()
    assert bring(browser, root, pair("acme")).status in (200, 303)
    value = sign_in(server)
    server.log.expect("refused")
    refused(browser, by_redirect(browser, root, pair("acme")), "replayed")
    assert is_in(server, value)


def by_old_hash(browser: Browser, bring: Bring, root: etree._Element, method: str, digest: str) -> Answer:
    if bring is by_redirect:
        return by_redirect(browser, root, pair("acme"), digest="1")
    sign(root, pair("acme"), method, digest)
    return bring(browser, root, None)


@pytest.mark.parametrize("bring", [by_redirect, by_post, by_soap])
@pytest.mark.parametrize("method, digest", [("rsa-sha1", "sha256"), ("rsa-sha256", "sha1")])
@pytest.mark.parametrize("make", [request, response])
def test_sha1_signs_nobody_out(server: Server, browser: Browser, bring: Bring, make: Callable[[], etree._Element],
                               method: str, digest: str) -> None:
    """Although the provider's own key has signed it, and the account tolerates SHA-1: of sign-ins only."""
    value = sign_in(server)
    server.ctl("account", "set", "acme", "--option", f"sha1={day()}")
    browser.set_cookie(value)
    server.log.expect("refused")
    reason = "structure_forbidden" if bring is by_soap and make is response else "algorithm_forbidden"
    refused(browser, by_old_hash(browser, bring, make(), method, digest), reason)
    assert is_in(server, value)


def test_request_is_remembered_as_long_as_any_clock_takes_it(server: Server, browser: Browser) -> None:
    """Five minutes from its IssueInstant, which may be as far ahead as IkSSOClockSkew allows at most, and as far past."""
    sign_in(server)
    root = request(issued=170.0, ends=None)
    assert by_redirect(browser, root, pair("acme")).status == 303
    until = max(row[0] for row in server.sql("SELECT expires FROM ik_assertion"))
    assert until / 1000000 > time.time() + 900 + 300 + 900 - 60


@pytest.mark.parametrize("name", ["SAMLRequest", "RelayState", "SigAlg", "Signature"])
def test_parameter_given_twice_is_refused(server: Server, browser: Browser, name: str) -> None:
    value, evil = sign_in(server), logout.parts(request(name="bob@acme.test"), keys.pair("rsa2048", "evil"))
    made = logout.parts(request(), pair("acme"))
    server.log.expect("refused")
    for query in (f"{logout.join(made)}&{name}={evil[name]}", f"{name}={evil[name]}&{logout.join(made)}"):
        refused(browser, browser.get("/logout?" + query), "malformed")
    assert is_in(server, value)


def test_signature_is_over_the_octets_that_came(server: Server, browser: Browser) -> None:
    value, query = sign_in(server), logout.query(request(), pair("acme"))
    server.log.expect("refused")
    refused(browser, browser.get_as_is("/logout?" + query.replace("%3D", "%3d").replace("%2F", "%2f")), "signature_invalid")
    refused(browser, browser.get_as_is("/logout?" + query.replace("RelayState=state", "RelayState=other")), "signature_invalid")
    assert is_in(server, value)
    assert browser.get("/logout?" + query).status == 303 and not is_in(server, value)


def test_body_and_query_are_not_mixed(server: Server, browser: Browser) -> None:
    value, query = sign_in(server), logout.query(request(), pair("acme"))
    body = {"SAMLRequest": logout.post(signed(request(), pair("acme")))}
    answer = browser.post("/logout?" + query, body, CROSS)
    assert answer.status == 400
    answer = browser.post("/logout", {**body, "SAMLResponse": body["SAMLRequest"]}, CROSS)
    assert answer.status == 400 and is_in(server, value)


def test_only_get_brings_a_query(server: Server, browser: Browser) -> None:
    """What looks ahead does not use the message up."""
    value, query = sign_in(server), logout.query(request(), pair("acme"))
    for method in ("HEAD", "POST"):
        assert browser.request(method, "/logout?" + query, CROSS).status == 200
    assert browser.get("/logout?" + query, {**NAVIGATE, "Sec-Purpose": "prefetch"}).status == 503
    assert is_in(server, value)
    assert browser.get("/logout?" + query).status == 303 and not is_in(server, value)


@pytest.mark.parametrize("kind, body, status", [
    (FORM, "SAMLRequest=" + "A" * (1 << 20), 413), (XML, "<a>" + "x" * (1 << 20), 413), (XML, "", 400), (XML, "<html/>", 400),
    ("application/soap+xml", "x", 400), (FORM, "SAMLRequest=%2a", 400), (FORM, "SAMLRequest=a&SAMLRequest=b", 400)], ids=repr)
def test_what_is_no_message_is_refused(server: Server, browser: Browser, kind: str, body: str, status: int) -> None:
    value = sign_in(server)
    browser.set_cookie(value)
    answer = browser.request("POST", "/logout", {**CROSS, "Content-Type": kind}, data=body)
    assert answer.status == status and not answer.cookies and is_in(server, value)


@pytest.mark.parametrize("query", ["SAMLRequest=", "SAMLRequest=x", "SAMLResponse=x", "SAMLRequest=x&Signature=y", "SAMLRequest=%zz"])
def test_query_that_is_no_message_signs_nobody_out(server: Server, browser: Browser, query: str) -> None:
    """Not even on a link of our own pages."""
    value = sign_in(server)
    browser.set_cookie(value)
    server.log.expect("refused")
    refused(browser, browser.get("/logout?" + query, {**NAVIGATE, "Sec-Fetch-Site": "same-origin"}), "malformed")
    assert is_in(server, value)


@pytest.mark.parametrize("bring", WAYS)
def test_program_is_told_in_json(browser: Browser, server: Server, bring: Bring) -> None:
    server.log.expect("refused")
    answer = bring(browser, request(), None, JSON)
    assert (answer.status, answer.json["error"]) == (REASONS["signature_missing"].status, "signature_missing")


# Without a message: some identity providers only open the address, in a frame that has no cookies

def test_plain_get_from_a_frame_without_cookies_is_answered(browser: Browser) -> None:
    answer = browser.get("/logout", {**NAVIGATE, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"})
    assert answer.status == 200 and "You are signed out" in answer.text and not answer.cookies


def test_request_in_a_frame_without_cookies_ends_the_session(server: Server, browser: Browser) -> None:
    """As Entra ID sends it."""
    value = sign_in(server)
    frame = {**NAVIGATE, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}
    assert by_lower_case(browser, request(), pair("acme"), frame).status == 303
    assert not is_in(server, value)


# A database that fails

@pytest.fixture
def broken(server: Server) -> Iterator[Server]:
    server.log.expect("IK0121|IK0163|IK0211|IK0312|IK0313|cannot|could not")
    server.sql("ALTER TABLE ik_revocation RENAME TO ik_gone")
    try:
        yield server
    finally:
        server.sql("ALTER TABLE ik_gone RENAME TO ik_revocation")


@EVERY
@pytest.mark.parametrize("headers", [NAVIGATE, JSON], ids=["page", "json"])
def test_request_that_cannot_be_recorded_is_not_answered(broken: Server, browser: Browser, bring: Bring, headers: Mapping[str, str]) -> None:
    value = sign_in(broken)
    answer = bring(browser, request(), pair("acme"), headers)
    assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0
    assert is_in(broken, value)


def test_request_that_could_not_be_recorded_may_come_again(server: Server, browser: Browser) -> None:
    value, root = sign_in(server), request()
    server.log.expect("IK0121|IK0163|IK0312|IK0313|cannot|could not")
    server.sql("ALTER TABLE ik_revocation RENAME TO ik_gone")
    assert by_redirect(browser, root, pair("acme")).status == 503
    server.sql("ALTER TABLE ik_gone RENAME TO ik_revocation")
    assert by_redirect(browser, root, pair("acme")).status == 303 and not is_in(server, value)


# People sign out here

def check_request(root: etree._Element, account: str, index: str | None) -> None:
    assert root.tag == f"{{{SAMLP}}}LogoutRequest" and root.get("Destination") == slo_url(account)
    assert root.findtext(f"{{{SAML}}}Issuer") == CONSUME
    name = root.find(f"{{{SAML}}}NameID")
    assert (name.text, name.get("Format")) == (f"Ann@{account}.test", EMAIL)
    assert root.findtext(f"{{{SAMLP}}}SessionIndex") == index


@pytest.mark.parametrize("index", ["_session-1", None])
def test_identity_provider_is_told(server: Server, browser: Browser, index: str | None) -> None:
    value = sign_in(server, index=index, email="Ann@acme.test")
    browser.set_cookie(value)
    answer = browser.get("/logout")
    assert answer.status == 303 and answer.location is not None and browser.cookie() is None
    sent = logout.read_redirect(answer.location, world.sp_pair())
    assert sent.url == slo_url("acme") and sent.relay_state is None
    check_request(sent.root, "acme", index)
    assert not is_in(server, value)


def test_identity_provider_is_told_by_form(server: Server, browser: Browser) -> None:
    value = sign_in(server, "beta", email="Ann@beta.test")
    browser.set_cookie(value)
    answer = browser.get("/logout")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    method, action, fields = answer.form()
    assert (answer.status, method, action) == (200, "post", slo_url("beta")) and browser.cookie() is None
    root = etree.fromstring(base64.b64decode(fields["SAMLRequest"], validate=True))
    check_xml(root)
    check_request(root, "beta", "_session-1")
    assert not is_in(server, value)


def test_button_leads_on_to_the_identity_provider(server: Server, browser: Browser) -> None:
    """Browsers hold the redirect that follows a form against the page's form-action."""
    value = sign_in(server)
    browser.set_cookie(value)
    asked = browser.get("/logout", CROSS)
    assert "token" in asked.form()[2] and is_in(server, value)
    assert "form-action 'self' https: http:" in asked.headers["Content-Security-Policy"]
    answer = browser.submit(asked)
    assert answer.status == 303 and answer.location is not None and answer.location.startswith(slo_url("acme") + "?SAMLRequest=")
    assert not is_in(server, value)


def test_program_is_told_the_way(server: Server, browser: Browser) -> None:
    browser.set_cookie(sign_in(server, email="Ann@acme.test"))
    answer = browser.get("/logout", JSON)
    assert (answer.status, answer.json["signed_out"]) == (200, True)
    check_request(logout.read_redirect(answer.json["logout_url"], world.sp_pair()).root, "acme", "_session-1")


@pytest.mark.parametrize("account", ["beta", "narrow"])
def test_program_is_told_no_way_where_there_is_none(server: Server, browser: Browser, account: str) -> None:
    browser.set_cookie(sign_in(server, account))
    assert browser.get("/logout", JSON).json == {"signed_out": True}


def check_local(server: Server, browser: Browser) -> None:
    value = browser.cookie()
    answer = browser.get("/logout")
    assert answer.status == 200 and "You are signed out" in answer.text and browser.cookie() is None
    assert value is not None and not is_in(server, value)


def test_signs_out_here_where_the_provider_takes_no_logout(server: Server, browser: Browser) -> None:
    browser.set_cookie(sign_in(server, "narrow"))
    check_local(server, browser)


def test_signs_out_here_if_the_account_wants_no_more(server: Server, browser: Browser) -> None:
    server.ctl("account", "set", "acme", "--option", "logout-at-idp=off")
    try:
        browser.set_cookie(sign_in(server))
        check_local(server, browser)
    finally:
        server.ctl("account", "set", "acme", "--option", "logout-at-idp=on")


def test_signs_out_here_without_a_key(server: Server) -> None:
    with Browser(server, "keyless.test") as browser:
        uri = "https://keyless.test/saml/consume"
        login(browser, world.good(destination=uri, recipient=uri, audiences=[[uri]]))
        answer = browser.get("/logout")
        assert answer.status == 200 and "You are signed out" in answer.text and browser.cookie() is None


def test_session_ends_here_even_if_nobody_can_be_told(server: Server, browser: Browser) -> None:
    value = sign_in(server)
    browser.set_cookie(value)
    server.log.expect("IK0211|IK0121")
    server.sql("ALTER TABLE ik_account RENAME TO ik_gone")
    try:
        answer = browser.get("/logout")
    finally:
        server.sql("ALTER TABLE ik_gone RENAME TO ik_account")
    assert answer.status == 200 and "You are signed out" in answer.text and not is_in(server, value)
    assert server.log.wait("IK0211")


# What the identity provider says to it

@pytest.mark.parametrize("bring", BROWSER_WAYS)
@pytest.mark.parametrize("status, says", [((SUCCESS,), "page as well"), (PARTIAL, "could not sign you out")], ids=["success", "partial"])
def test_answer_shows_who_is_signed_out(browser: Browser, bring: Bring, status: tuple[str, ...], says: str) -> None:
    answer = bring(browser, response(status=status), pair("acme"), CROSS)
    assert answer.status == 200 and "signed out" in answer.text and not answer.cookies
    assert says in answer.text, answer.text
    assert bring(browser, response(status=status), pair("acme"), JSON).json == {"signed_out": True}


@pytest.mark.parametrize("bring", BROWSER_WAYS)
def test_answer_of_nobody_is_refused_and_changes_nothing(server: Server, browser: Browser, bring: Bring) -> None:
    value = sign_in(server)
    browser.set_cookie(value)
    server.log.expect("refused")
    refused(browser, bring(browser, response(), None), "signature_missing")
    refused(browser, bring(browser, response(), pair("beta")), "signature_invalid")
    assert not bring(browser, response(), pair("acme")).cookies and is_in(server, value)


def test_somebody_who_has_signed_in_again_is_not_told_otherwise(server: Server, browser: Browser) -> None:
    browser.set_cookie(sign_in(server))
    answer = by_redirect(browser, response(), pair("acme"), CROSS)
    assert (answer.status, answer.location) == (303, ORIGIN + "/dashboard") and not answer.cookies
