# SPDX-License-Identifier: Apache-2.0
"""What a real identity provider may send is accepted, and what comes of it: cookie, user, redirect, errors people see."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlencode

import pytest
from lxml import etree

from lib import keys, world
from lib.browser import FETCH, NAVIGATE, SESSION, Browser, trace_of
from lib.cookie import open_cookie, read_keys
from lib.encrypt import Method
from lib.forge import (BASIC, CONSUME, DS, PASSWORD, SAML, SAMLP, Confirmation, Response, element, encode, idp, new_id,
                       serialise)
from lib.reasons import REASONS
from lib.server import Server
from lib.world import good, login, refused, signed_in, suffixed

PROTECTED = """
ScriptAlias /cgi-bin/ {root}/cgi-bin/
<Location /cgi-bin/>
    AuthType ikssoauth
    Require valid-user
</Location>
IkSSORedirectHosts www.imagekit.test docs.imagekit.test
"""
OID = "urn:oid:2.16.840.1.113730.3.1.241"     # displayName


def site(server: Server) -> str:
    world.populate(server)
    server.write_cgi()
    body = PROTECTED.format(root=server.root) + world.sp_certificate(server)
    second = keys.write_pair(server.root / "conf", keys.pair("rsa3072", "sp-next"), "sp-next")
    body += f"IkSSOCertificate {second[0]} {second[1]}\n"
    elsewhere = "IkSSODefaultTarget /start\nIkSSOConsumePath /sso/acs\nIkSSOClaim role Rolle\nIkSSOClaim role role\n"
    elsewhere += f"IkSSOClaim name {OID}\n"
    return server.vhost(body) + server.vhost(elsewhere, "other.test")


# What signs it

@pytest.mark.parametrize("signed", ["response", "assertion", "both"])
@pytest.mark.parametrize("pretty", [False, True])
def test_accepts_signature_on_response_assertion_or_both(browser: Browser, signed: str, pretty: bool) -> None:
    answer = login(browser, signed=signed, pretty=pretty)
    assert answer.location == "https://imagekit.test/dashboard"
    assert signed_in(browser)["IKSSO_EMAIL"] == "ann@acme.test"


@pytest.mark.parametrize("signed", ["response", "assertion"])
@pytest.mark.parametrize("size", ["256", "384", "512"])
@pytest.mark.parametrize("account, family", [("acme", "rsa"), ("rsa3072", "rsa"), ("p256", "ecdsa"), ("p384", "ecdsa"),
                                             ("p521", "ecdsa")])
def test_accepts_rsa_and_ecdsa_with_sha2(browser: Browser, account: str, family: str, size: str, signed: str) -> None:
    login(browser, good(account, method=f"{family}-sha{size}", digest=f"sha{size}", signed=signed))


@pytest.mark.parametrize("which", [0, 1])
def test_accepts_every_certificate_of_the_metadata(browser: Browser, which: int) -> None:
    login(browser, good("two-certs", key=world.providers()["two-certs"].pairs[which]))


def test_accepts_signature_without_keyinfo(browser: Browser) -> None:
    login(browser, key_info=False)


def test_accepts_keyinfo_with_key_value_and_name(browser: Browser) -> None:
    """Keycloak sends KeyName, others RSAKeyValue: neither is trusted, neither disturbs."""
    response = good(signed="none", key_info=False)
    root = response.tree()

    def edit(signature: etree._Element) -> None:
        info = element(signature, DS, "KeyInfo")
        element(info, DS, "KeyName", "key-1")
        value = element(element(info, DS, "KeyValue"), DS, "RSAKeyValue")
        element(value, DS, "Modulus", "AQAB")
        element(value, DS, "Exponent", "AQAB")

    response.sign_assertion(root, edit)
    assert browser.consume(encode(serialise(root))).status == 303


def test_accepts_inclusive_namespaces_of_exclusive_c14n(browser: Browser) -> None:
    """AD FS and others list prefixes there."""
    response = good(signed="none", xsi_type="xs:string")
    root = response.tree()
    exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"

    def edit(signature: etree._Element) -> None:
        last = signature.findall(f".//{{{DS}}}Transform")[-1]
        etree.SubElement(last, f"{{{exclusive}}}InclusiveNamespaces", nsmap={"ec": exclusive}, PrefixList="xs saml")

    response.sign_assertion(root, edit)
    assert browser.consume(encode(serialise(root))).status == 303


# Encryption

@pytest.mark.parametrize("method", [
    Method("aes128-gcm"), Method("aes256-gcm"), Method("aes256-gcm", by_hand=True),
    Method("aes128-gcm", "rsa-oaep-mgf1p", "sha256"), Method("aes256-gcm", "rsa-oaep", "sha256"),
    Method("aes128-gcm", "rsa-oaep", "sha1"), Method("aes256-gcm", "rsa-oaep", "sha512"),
], ids=lambda method: f"{method.data}-{method.key}-{method.digest}{'-by-hand' if method.by_hand else ''}")
@pytest.mark.parametrize("signed", ["response", "assertion", "both"])
def test_accepts_encrypted_assertions(browser: Browser, method: Method, signed: str) -> None:
    login(browser, encrypt_for=world.sp_pair(), encryption=method, signed=signed)
    assert signed_in(browser)["IKSSO_EMAIL"] == "ann@acme.test"


@pytest.mark.parametrize("data", ["aes128-cbc", "aes256-cbc"])
@pytest.mark.parametrize("signed", ["response", "both"])
@pytest.mark.parametrize("account", ["acme", "gamma", "twin2"])
def test_accepts_cbc_inside_a_signed_response(browser: Browser, data: str, signed: str, account: str) -> None:
    login(browser, good(account, encrypt_for=world.sp_pair(), encryption=Method(data), signed=signed))


def test_accepts_cbc_from_one_of_many_accounts_of_an_identity_provider(browser: Browser) -> None:
    """More accounts share the entity ID than are tried in turn: the Destination tells which one is meant."""
    server, many = browser.server, "https://sts.windows.test/many/"
    others = idp("many", "p256", entity_id=many)
    for number in range(20):
        server.add_account(f"many-{number:02}", others.metadata())
    ours = idp("many-zz", "p384", entity_id=many)
    server.add_account("many-zz", ours.metadata(), "--entity-id", suffixed("many-zz"))
    uri = suffixed("many-zz")
    login(browser, good("acme", idp=ours, signed="both", encrypt_for=world.sp_pair(), encryption=Method("aes256-cbc"),
                        destination=uri, recipient=uri, audiences=[[uri]]).but(account="many-zz"))


def test_opens_with_the_second_of_our_keys(browser: Browser) -> None:
    login(browser, encrypt_for=keys.pair("rsa3072", "sp-next"))


# Shapes

@pytest.mark.parametrize("name_format", [
    None, BASIC, "urn:oasis:names:tc:SAML:2.0:attrname-format:uri", "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"])
@pytest.mark.parametrize("xsi_type", [None, "xs:string", "xs:anyType"])
def test_accepts_any_name_format_and_type(browser: Browser, name_format: str | None, xsi_type: str | None) -> None:
    login(browser, name_format=name_format, xsi_type=xsi_type)


def test_accepts_a_claim_twice_with_one_value(browser: Browser) -> None:
    login(browser, attributes=[("imagekit_role", ["developer", "developer"]), ("imagekit_id", ["acme", " acme "])])


def test_accepts_further_attributes_repeated_and_multi_valued(browser: Browser) -> None:
    groups = [f"group {number}" for number in range(200)]
    login(browser, attributes=[("groups", groups), ("groups", ["more"]), ("empty", []), ("http://schemas.xmlsoap.org/x", [""])])


@pytest.mark.parametrize("line", [0, 64, 76])
def test_accepts_base64_in_lines(browser: Browser, line: int) -> None:
    assert browser.consume(encode(good().bytes(), line)).status == 303


def test_accepts_a_declaration_a_mark_and_blanks_around(browser: Browser) -> None:
    text = b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n" + etree.tostring(good().finished())
    assert browser.consume(encode(text + b"\n")).status == 303


def test_accepts_other_prefixes(browser: Browser) -> None:
    """The names of prefixes mean nothing; some use none at all."""
    response = good(signed="none")
    text = etree.tostring(response.tree()).decode()
    text = text.replace("samlp:", "").replace("xmlns:samlp=", "xmlns=").replace("saml:", "ns2:").replace("xmlns:saml=", "xmlns:ns2=")
    root = etree.fromstring(text)
    response.sign_assertion(root)
    assert browser.consume(encode(serialise(root))).status == 303


def test_accepts_what_entra_and_adfs_add(browser: Browser) -> None:
    response = good(signed="none", audiences=[["urn:other", CONSUME]], confirmations=[
        Confirmation(method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"), Confirmation()])
    root = response.tree()
    root.set("Consent", "urn:oasis:names:tc:SAML:2.0:consent:unspecified")
    element(root.find(f"{{{SAMLP}}}Status"), SAMLP, "StatusMessage", "fine")
    element(root.find(f".//{{{SAML}}}Conditions"), SAML, "OneTimeUse")
    statement = root.find(f".//{{{SAML}}}AuthnStatement")
    statement.insert(0, etree.Element(f"{{{SAML}}}SubjectLocality", Address="192.0.2.7"))
    element(statement.find(f"{{{SAML}}}AuthnContext"), SAML, "AuthenticatingAuthority", "https://upstream.test/")
    response.sign_assertion(root)
    assert browser.consume(encode(serialise(root))).status == 303


@pytest.mark.parametrize("name", ["Zoë 李 😀", "Smith & <Sons>", "O'Brien \"Bob\"", "مريم العربية", "אבגד", "a" * 1024, "%41;b=c,d",
                                  "e\u0301 \u200f\u202e x", "]]>", "李" * 341])
@pytest.mark.parametrize("signed", ["response", "assertion"])
def test_names_of_every_kind_arrive_as_text(server: Server, browser: Browser, name: str, signed: str) -> None:
    login(browser, name=name, signed=signed)
    assert signed_in(browser)["IKSSO_FULL_NAME"] == name
    assert server.sql("SELECT name FROM ik_user WHERE email = 'ann@acme.test' AND account = 'acme'") == [(name,)]


@pytest.mark.parametrize("changes", [
    {"not_before": 170}, {"not_on_or_after": -170}, {"confirmations": [Confirmation(not_on_or_after=-170)]},
    {"session_not_on_or_after": 3600}, {"not_before": None}, {"destination": None},
])
def test_accepts_clocks_within_the_skew_and_absent_options(browser: Browser, changes: dict[str, object]) -> None:
    login(browser, **changes)


@pytest.mark.parametrize("instant", ["2026-11-24T00:00:00Z", "2026-11-24T00:00:00.123Z", "2026-11-24T00:00:00.1234567Z",
                                     "2026-11-24T01:00:00+01:00", "2026-11-23T22:30:00-01:30"])
def test_accepts_fractions_and_time_zones(browser: Browser, instant: str) -> None:
    login(browser, authn_instant=instant)
    assert signed_in(browser)["IKSSO_AUTHN_TIME"] == "1795478400"


@pytest.mark.parametrize("email", ["Ann.Smith+tag@Acme.TEST", "o'brien@acme.test", "zoë@acme.test", "ann@bücher.test",
                                   "a" * 244 + "@acme.test"])
def test_email_is_kept_in_lower_case(browser: Browser, email: str) -> None:
    login(browser, email=email)
    lower = "".join(char.lower() if char.isascii() else char for char in email)
    assert signed_in(browser)["REMOTE_USER"] == lower


# Accounts

@pytest.mark.parametrize("account", ["gamma", "delta"])
@pytest.mark.parametrize("signed", ["response", "assertion"])
def test_own_entity_id_in_audience_recipient_and_destination(browser: Browser, account: str, signed: str) -> None:
    """gamma and delta share one entity ID of their identity providers; each has its key (Entra ID)."""
    response = good(account, signed=signed)
    assert response.audiences == [[suffixed(account)]] and response.destination == suffixed(account)
    login(browser, response)
    assert signed_in(browser)["IKSSO_ACCOUNT"] == account


@pytest.mark.parametrize("account", ["twin", "twin2"])
def test_two_accounts_with_one_key_pair(browser: Browser, account: str) -> None:
    login(browser, good(account))
    assert signed_in(browser)["IKSSO_ACCOUNT"] == account


def test_entity_id_can_be_set_and_taken_back(server: Server, browser: Browser) -> None:
    provider = world.idp("moving")
    server.add_account("moving", provider.metadata())
    usual = {"idp": provider, "account": "moving", "email": "ann@moving.test"}
    login(browser, Response(**usual))
    server.ctl("account", "set", "moving", "--entity-id", suffixed("moving"))
    refused(browser, Response(**usual), "destination_mismatch")
    refused(browser, Response(**usual, destination=None), "audience_mismatch")
    own = suffixed("moving")
    login(browser, Response(**usual, audiences=[[own]], recipient=own, destination=own))
    server.ctl("account", "set", "moving", "--entity-id", "")
    login(browser, Response(**usual))


def test_one_email_in_two_accounts_is_two_users(server: Server) -> None:
    with Browser(server) as one, Browser(server) as two:
        login(one, good("acme", email="both@example.test", name="One", role="finance"))
        login(two, good("beta", email="both@example.test", name="Two", role="developer"))
        assert signed_in(one)["IKSSO_ROLE"] == "finance" and signed_in(two)["IKSSO_ROLE"] == "developer"
    rows = server.sql("SELECT account, name, role FROM ik_user WHERE email = 'both@example.test' ORDER BY account")
    assert rows == [("acme", "One", "finance"), ("beta", "Two", "developer")]


def test_later_login_updates_name_and_role(server: Server, browser: Browser) -> None:
    login(browser, email="changing@acme.test", name="Old", role="finance")
    first = server.sql("SELECT first_login FROM ik_user WHERE email = 'changing@acme.test'")
    login(browser, email="Changing@Acme.test", name="New", role="account_administrator")
    rows = server.sql("SELECT name, role, first_login FROM ik_user WHERE email = 'changing@acme.test'")
    assert rows == [("New", "account_administrator", first[0][0])]
    assert signed_in(browser)["IKSSO_ROLE"] == "account_administrator"


@pytest.mark.parametrize("role", ["account_administrator", "developer", "media_library_full_access",
                                  "media_library_view_only_access", "media_library_restricted_access", "finance"])
def test_accepts_the_six_roles(browser: Browser, role: str) -> None:
    login(browser, role=role)
    assert signed_in(browser)["IKSSO_ROLE"] == role


def test_metadata_saved_while_the_server_runs_acts_at_once(server: Server, browser: Browser) -> None:
    old, new = world.idp("changing"), world.idp("changing", pairs=[keys.pair("rsa2048", "changed")])
    server.add_account("changing", old.metadata())
    usual = {"account": "changing", "email": "ann@changing.test"}
    login(browser, Response(idp=old, **usual))
    server.ctl("account", "metadata", "changing", str(server.write("new.xml", new.metadata(), below="conf")))
    refused(browser, Response(idp=old, **usual), "signature_invalid")
    login(browser, Response(idp=new, **usual))
    server.ctl("account", "metadata", "changing", "--delete")
    refused(browser, Response(idp=new, **usual), "sso_disabled")


def test_disabled_account_is_refused_until_enabled(server: Server, browser: Browser) -> None:
    server.ctl("account", "disable", "delta")
    refused(browser, good("delta"), "account_disabled")
    server.ctl("account", "enable", "delta")
    login(browser, good("delta"))


def test_disabled_user_is_refused(server: Server, browser: Browser) -> None:
    login(browser, email="leaver@acme.test")
    server.sql("UPDATE ik_user SET enabled = 0 WHERE email = 'leaver@acme.test'")
    refused(browser, good(email="leaver@acme.test"), "user_disabled")
    server.sql("UPDATE ik_user SET enabled = 1 WHERE email = 'leaver@acme.test'")
    login(browser, email="leaver@acme.test")


@pytest.mark.parametrize("email", ["ann@narrow.test", "ann@Sub.Narrow.test"])
def test_domains_that_are_listed_are_accepted(browser: Browser, email: str) -> None:
    login(browser, good("narrow", email=email))


@pytest.mark.parametrize("kind", ["rsa1024", "p224"])
def test_weak_keys_cannot_be_imported(server: Server, kind: str) -> None:
    file = server.write("weak.xml", world.idp("weak", kind).metadata(), below="conf")
    refusal = server.ctl("account", "add", "weak", "--metadata", str(file), check=False)
    assert refusal.code == 1 and refusal.err + refusal.out
    assert server.sql("SELECT count(*) FROM ik_account WHERE id = 'weak'") == [(0,)]


# Where it leads

@pytest.mark.parametrize("relay_state, location", [
    (None, "https://imagekit.test/dashboard"),
    ("", "https://imagekit.test/dashboard"),
    ("/dashboard/media?folder=%2Fa&x=1#top", "https://imagekit.test/dashboard/media?folder=%2Fa&x=1#top"),
    ("https://imagekit.test/dashboard", "https://imagekit.test/dashboard"),
    ("https://IMAGEKIT.test/x", "https://imagekit.test/x"),
    ("https://imagekit.test:443/x", "https://imagekit.test/x"),
    ("https://www.imagekit.test/prices", "https://www.imagekit.test/prices"),
])
def test_goes_to_allowed_targets(browser: Browser, relay_state: str | None, location: str) -> None:
    assert login(browser, relay_state=relay_state).location == location


@pytest.mark.parametrize("relay_state", [
    "https://evil.test/", "http://imagekit.test/", "//evil.test/", "///evil.test/", "/\\evil.test/", "\\\\evil.test",
    "https:evil.test", "https:/evil.test", "https://imagekit.test@evil.test/", "https://imagekit.test.evil.test/",
    "https://evil.test#https://imagekit.test/", "javascript:alert(1)", "data:text/html,x", "https://imagekit.test:8443/",
    "/x\r\nSet-Cookie: a=b", "/x\ty", "dashboard", "https://user:pw@imagekit.test/", "https://sub.www.imagekit.test/",
    "https://www.imagekit.test:444/", "/" + "x" * 2100, "_7a1c9e", "/\u2028x y", "https://imagekit.test\\@evil.test/",
])
def test_replaces_other_targets_and_logs_it(server: Server, browser: Browser, relay_state: str) -> None:
    server.log.expect("target|RelayState")
    answer = login(browser, relay_state=relay_state)
    assert answer.location == "https://imagekit.test/dashboard"
    assert "a" not in {cookie.name for cookie in answer.cookies}
    assert server.log.find("(?i)target|RelayState"), "nothing in the log"


def test_other_paths_targets_and_claims_of_a_vhost(server: Server) -> None:
    acs = "https://other.test/sso/acs"
    with Browser(server, "other.test") as browser:
        response = good(destination=acs, recipient=acs, audiences=[[acs]], role=None, name=None, attributes=[
            ("role", ["finance"]), (OID, ["Ann"])])
        answer = login(browser, response, path="/sso/acs")
        assert answer.location == "https://other.test/start"
        assert browser.request("POST", "/saml/consume", data={"SAMLResponse": "x"}).status == 404


# The cookie

def test_redirect_and_cookie_are_as_promised(browser: Browser) -> None:
    answer = login(browser)
    assert answer.status == 303
    assert "no-store" in answer.headers["Cache-Control"]
    cookie = answer.session
    assert cookie is not None and cookie.name == "__Host-ikssoauth" and len(cookie.value) < 4000
    assert cookie.attributes == {"path": "/", "secure": "", "httponly": "", "samesite": "Lax"}


def test_cookie_is_sealed_as_documented(server: Server, browser: Browser) -> None:
    login(browser, email="Ann@acme.test", name="Zoë", session_index="_index")
    value = browser.cookie()
    assert value is not None
    session = open_cookie(value, read_keys(server.keys), "https://imagekit.test")
    assert (session.texts["account"], session.texts["name"], session.texts["role"]) == ("acme", "Zoë", "developer")
    assert session.texts["name_id"] == "Ann@acme.test" and session.texts["session_index"] == "_index"
    assert session.format == 3 and session.texts["name_id_format"] == "" and session.texts["context"] == PASSWORD
    name = "index:ann@acme.test"
    assert session.texts["index"] == hashlib.sha256(f"{len(name)}:{name}_index".encode()).hexdigest()[:32]
    assert session.texts["session"] == signed_in(browser)["IKSSO_SESSION"]
    assert session.times["expires"] - session.times["issued"] == 12 * 3600 * 1000000


def test_session_ends_when_the_provider_says_so(server: Server, browser: Browser) -> None:
    login(browser, session_not_on_or_after=600)
    session = open_cookie(browser.cookie() or "", read_keys(server.keys), "https://imagekit.test")
    assert abs(session.times["expires"] - session.times["issued"] - 600 * 1000000) < 5000000


def test_each_login_is_a_new_session(browser: Browser) -> None:
    ids = set()
    for _ in range(3):
        login(browser)
        ids.add(signed_in(browser)["IKSSO_SESSION"])
    assert len(ids) == 3 and all(re.fullmatch(r"[\w-]{22}", each) for each in ids)


# Methods, types, and what refusals show

@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_get_405_with_allow(server: Server, browser: Browser, method: str) -> None:
    server.log.expect("refused|method")
    answer = browser.request(method, "/saml/consume", NAVIGATE)
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_page_that_was_bookmarked_leads_on(browser: Browser, method: str) -> None:
    answer = browser.request(method, "/saml/consume", NAVIGATE)
    assert answer.status == 303 and answer.location == "https://imagekit.test/single-sign-on" and not answer.cookies


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "multipart/form-data; boundary=x", "text/plain", ""])
def test_other_types_get_415(server: Server, browser: Browser, kind: str) -> None:
    server.log.expect("refused|type")
    answer = browser.request("POST", "/saml/consume", {**NAVIGATE, "Content-Type": kind}, data=b"SAMLResponse=x")
    assert answer.status == 415


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-Urlencoded"])
def test_form_type_in_every_spelling(browser: Browser, kind: str) -> None:
    body = urlencode({"SAMLResponse": good().encoded()}).encode()
    assert browser.request("POST", "/saml/consume", {**NAVIGATE, "Content-Type": kind}, data=body).status == 303


@pytest.mark.parametrize("body, reason", [
    (b"", "malformed"), (b"RelayState=x", "malformed"), (b"SAMLResponse=a&SAMLResponse=b", "malformed"),
    (b"SAMLResponse=%zz", "malformed"), (b"SAMLResponse=%00", "malformed"), (b"samlresponse=x", "malformed"),
    (b"&".join(b"f%d=x" % number for number in range(100)), "malformed"),
])
def test_broken_forms_are_malformed(server: Server, browser: Browser, body: bytes, reason: str) -> None:
    server.log.expect("refused")
    headers = {**world.JSON, "Content-Type": "application/x-www-form-urlencoded"}
    world.check_refused(browser, browser.request("POST", "/saml/consume", headers, data=body), reason)


def test_response_in_the_query_is_not_read(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    query = urlencode({"SAMLResponse": good().encoded()})[:7000]
    headers = {**world.JSON, "Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.request("POST", f"/saml/consume?{query}", headers, data=b"")
    world.check_refused(browser, answer, "malformed")


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_is_413(server: Server, browser: Browser, chunked: bool) -> None:
    server.log.expect("refused|larger|limit|too large")
    body = b"SAMLResponse=" + b"A" * 3000000
    data = (body[start:start + 100000] for start in range(0, len(body), 100000)) if chunked else body
    headers = {**world.JSON, "Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.request("POST", "/saml/consume", headers, data=data)
    world.check_refused(browser, answer, "too_large")


def test_chunked_login_works(browser: Browser) -> None:
    body = urlencode({"SAMLResponse": good().encoded()}).encode()
    headers = {**NAVIGATE, "Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.request("POST", "/saml/consume", headers, data=iter([body[:50], body[50:]]))
    assert answer.status == 303


@pytest.mark.parametrize("headers", [world.JSON, {**FETCH, "Accept": "application/json, text/plain, */*"}])
def test_clients_that_ask_get_json(server: Server, browser: Browser, headers: dict[str, str]) -> None:
    server.log.expect("refused")
    answer = browser.consume(good(role="root").encoded(), headers=headers)
    assert answer.status == 403 and answer.type == "application/json"
    assert answer.json["error"] == "role_forbidden" and answer.json["message"] == REASONS["role_forbidden"].sentence
    assert trace_of(answer) in server.log.find("role_forbidden")[0]


def test_page_shows_public_sentence_and_trace_only(server: Server, browser: Browser) -> None:
    answer = refused(browser, good(audiences=[["https://secret.example.test/"]], email="hidden@acme.test"),
                     "audience_mismatch", html=True)
    assert answer.type == "text/html" and "charset=utf-8" in answer.headers["Content-Type"].lower()
    for detail in ("secret.example", "hidden@", "audience_mismatch", "https://imagekit.test/saml/consume", "IK0"):
        assert detail not in answer.text
    assert "secret.example" in server.log.find(trace_of(answer))[0]


def test_pages_are_locked_down(browser: Browser) -> None:
    answer = refused(browser, good(role="root"), "role_forbidden", html=True)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "<script" not in answer.text


def test_log_holds_no_assertion_and_no_cookie(server: Server, browser: Browser) -> None:
    response = good(email="quiet@acme.test")
    answer = login(browser, response)
    message = response.encoded()
    refused(browser, good(email="quiet@acme.test", role="root"), "role_forbidden")
    text = "\n".join(server.log.new())
    assert answer.session is not None and answer.session.value not in text
    assert message[100:160] not in text and "<saml" not in text
    assert SESSION + "=" not in text


def test_every_trace_is_another(browser: Browser) -> None:
    traces = {trace_of(refused(browser, good(role="root"), "role_forbidden")) for _ in range(5)}
    assert len(traces) == 5


def test_a_database_that_cannot_answer_refuses_logins_and_keeps_sessions(server: Server, browser: Browser) -> None:
    login(browser)
    message = good(assertion_id=new_id()).encoded()
    server.log.expect("ikssoauth")
    server.sql("ALTER TABLE ik_assertion RENAME TO away")
    try:
        answer = browser.consume(message)
        assert answer.status == 503 and answer.headers["Retry-After"].isdigit()
        assert answer.session is None
        assert signed_in(browser)["IKSSO_EMAIL"] == "ann@acme.test"
    finally:
        server.sql("ALTER TABLE away RENAME TO ik_assertion")
    assert browser.consume(message).status == 303


def test_kept_assertion_is_used_as_signed(browser: Browser) -> None:
    """What a signature on the assertion does not cover is not believed: the Response's own attributes may differ."""
    root = good().finished()
    root.set("ID", new_id())
    assert browser.consume(encode(serialise(root))).status == 303
