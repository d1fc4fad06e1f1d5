# SPDX-License-Identifier: Apache-2.0
"""Our metadata: where it is, for which account, valid against the schema of OASIS, signed if wanted, and always there."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Iterator

import pytest
from lxml import etree

from lib import guards, keys, world
from lib.browser import NAVIGATE, Answer, Browser
from lib.server import Server
from lib.world import CONSUME, JSON, check_refused

MESSAGES = guards.load("check-messages")        # knows the schemas
PATH = "/saml/metadata"
TYPE = "application/samlmetadata+xml"
MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
ENTITY = "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor"
OLD = keys.pair("rsa2048", "sp-old")
HOSTS = ("imagekit.test", "signed.test", "bare.test", "one.test", "early.test")


def site(server: Server) -> str:
    server.add_account("own", None, "--entity-id", CONSUME + "#own", "--option", "sign-requests=always")
    server.add_account("plain", None)
    server.ctl("account", "disable", "plain")
    both = world.sp_certificate(server)
    both += "IkSSOCertificate {} {}\n".format(*keys.write_pair(server.root / "conf", OLD, "old"))
    everything = "IkSSOMetadataPath /sp.xml\n<Location />\nAuthType ikssoauth\nRequire valid-user\n</Location>\n"
    return (server.vhost(both) + server.vhost(both + "IkSSOSignMetadata On\n", "signed.test")
            + server.vhost("IkSSOSignMetadata On\n", "bare.test") + server.vhost(both + "IkSSOAccount own\n", "one.test")
            + server.vhost("IkSSOAccount future\n", "early.test")
            + server.vhost(everything, "all.test"))


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    return MESSAGES.read_schema(tmp_path_factory.mktemp("schema"))


def get(server: Server, host: str = "imagekit.test", query: str = "") -> Answer:
    with Browser(server, host) as browser:
        answer = browser.get(PATH + query, {"Accept": "*/*"})
    assert (answer.status, answer.type) == (200, TYPE), answer.text
    assert answer.headers["Cache-Control"] == "no-store" and not answer.cookies
    return answer


def tree(answer: Answer) -> etree._Element:
    root = etree.fromstring(answer.body)
    assert root.tag == f"{MD}EntityDescriptor"
    return root


def location(root: etree._Element, name: str) -> set[str]:
    return {each.get("Location") for each in root.iter(MD + name)}


@pytest.mark.parametrize("query", ["", "?account=own", "?account=plain"])
@pytest.mark.parametrize("host", HOSTS)
def test_is_valid_against_the_schema(server: Server, schema: etree.XMLSchema, host: str, query: str) -> None:
    root = tree(get(server, host, query))
    assert schema.validate(root), schema.error_log
    root.find(f"{MD}SPSSODescriptor").append(etree.Element(f"{MD}NameIDFormat"))
    assert not schema.validate(root), "a schema that says no"


def test_says_what_identity_providers_need(server: Server) -> None:
    root = tree(get(server))
    role = root.find(f"{MD}SPSSODescriptor")
    assert root.get("entityID") == CONSUME and role.get("WantAssertionsSigned") == "true"
    assert role.get("AuthnRequestsSigned") == "false"
    assert location(root, "AssertionConsumerService") == {CONSUME}
    assert location(root, "SingleLogoutService") == {"https://imagekit.test/logout"}
    found = [(each.get("use"), "".join(each.find(f".//{DS}X509Certificate").text.split())) for each in root.iter(f"{MD}KeyDescriptor")]
    ours = [world.sp_pair().cert_base64, OLD.cert_base64]
    assert found == [(use, each) for use in ("signing", "encryption") for each in ours]


def test_is_that_of_an_account(server: Server) -> None:
    root = tree(get(server, query="?account=own"))
    assert root.get("entityID") == CONSUME + "#own" and location(root, "AssertionConsumerService") == {CONSUME + "#own"}
    assert root.find(f"{MD}SPSSODescriptor").get("AuthnRequestsSigned") == "true"
    assert tree(get(server, query="?account=plain")).get("entityID") == CONSUME
    assert tree(get(server, "one.test")).get("entityID") == CONSUME + "#own", "of the only account"


def xmlsec1(file: Path, pair: keys.Pair, folder: Path) -> bool:
    cert, _ = keys.write_pair(folder, pair, "by")
    done = subprocess.run(["xmlsec1", "--verify", "--enabled-key-data", "", "--pubkey-cert-pem", cert, "--id-attr:ID", ENTITY, file],
                          capture_output=True, timeout=60)
    return done.returncode == 0


def test_is_signed_by_the_first_key(server: Server, tmp_path: Path) -> None:
    file, body = tmp_path / "sp.xml", get(server, "signed.test").body
    file.write_bytes(body)
    assert xmlsec1(file, world.sp_pair(), tmp_path) and not xmlsec1(file, OLD, tmp_path)
    file.write_bytes(body.replace(b"signed.test/logout", b"evil.test/logout"))
    assert not xmlsec1(file, world.sp_pair(), tmp_path)


@pytest.mark.parametrize("host", ["imagekit.test", "bare.test"])
def test_is_not_signed_unasked_or_without_a_key(server: Server, host: str) -> None:
    assert tree(get(server, host)).find(f"{DS}Signature") is None


def test_head_is_the_same_without_a_body(server: Server, browser: Browser) -> None:
    head, body = browser.request("HEAD", PATH), browser.get(PATH)
    assert (head.status, head.type, head.body) == (200, TYPE, b"")
    assert head.headers["Content-Length"] == body.headers["Content-Length"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(browser: Browser, method: str) -> None:
    answer = browser.request(method, PATH)
    assert answer.status == 405 and answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("headers", [NAVIGATE, JSON], ids=["page", "json"])
@pytest.mark.parametrize("account", ["nobody", "", "-x", "..%2Fown", "o" * 65, "%3Cscript%3E"])
def test_unknown_account_is_refused(server: Server, browser: Browser, account: str, headers: dict[str, str]) -> None:
    server.log.expect("refused")
    answer = browser.get(f"{PATH}?account={account}", headers)
    check_refused(browser, answer, "unknown_account")
    assert "<script>" not in answer.text


@pytest.mark.parametrize("query", ["account=own&account=plain", "account=own%00", "account=%zz", "x=%"])
def test_query_that_cannot_be_read_is_not_answered_with_the_default(server: Server, browser: Browser, query: str) -> None:
    server.log.expect("refused")
    assert browser.get_as_is(f"{PATH}?{query}", JSON).status == 400
    assert browser.get(f"{PATH}?x=1", JSON).status == 200


def test_needs_no_session_below_a_section_that_does(server: Server) -> None:
    with Browser(server, "all.test") as browser:
        answer = browser.get("/sp.xml", JSON)
        assert (answer.status, answer.type) == (200, TYPE)
        assert browser.get(PATH, JSON).status == 401


@pytest.fixture
def broken(server: Server) -> Iterator[Server]:
    server.log.expect("IK0121")
    server.sql("ALTER TABLE ik_account RENAME TO ik_gone")
    try:
        yield server
    finally:
        server.sql("ALTER TABLE ik_gone RENAME TO ik_account")


def test_needs_no_database_unless_it_is_an_accounts(broken: Server, browser: Browser) -> None:
    assert tree(get(broken)).get("entityID") == CONSUME
    answer = browser.get(f"{PATH}?account=own", JSON)
    assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0


def test_is_there_before_any_account_is() -> None:
    server = Server()
    try:
        server.init()
        server.start(server.vhost(""))
        assert tree(get(server)).get("entityID") == CONSUME
        assert not server.log.unexpected()
        server.stop()
    finally:
        server.remove()
