# SPDX-License-Identifier: Apache-2.0
"""pysaml2 as identity provider signs people in: every choice of what is signed, and its encryption."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Iterator

import pytest

from lib.browser import Browser
from lib.forge import CONSUME
from lib.idp_pysaml2 import Idp
from lib.server import Server
from lib.world import has_session, lands, refused, signed_in, sp_certificate

SP_METADATA = f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{CONSUME}">
<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="{CONSUME}" index="0"/>
</SPSSODescriptor></EntityDescriptor>"""
EMAIL = "Zoe.Li@pysaml2.example"
CLAIMS = {"imagekit_id": "acme", "full_name": "Zoë 李 😀 & <Söhne>", "imagekit_role": "finance"}
BOTH = {"sign_response": True, "sign_assertion": True}
IDPS: dict[str, Idp] = {}


@pytest.fixture(scope="module", autouse=True)
def idps() -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="ik-pysaml2-") as directory:
        IDPS.update({name: Idp(Path(directory), name, SP_METADATA) for name in ("acme", "other")})
        yield


def site(server: Server) -> str:
    server.add_account("acme", IDPS["acme"].metadata())
    server.add_account("other", IDPS["other"].metadata())
    return server.vhost(sp_certificate(server) + f"""
        ScriptAlias /cgi-bin/ "{server.root}/cgi-bin/"
        <Location /cgi-bin>
            AuthType ikssoauth
            Require ik-role finance
        </Location>""")


def message(idp: str = "acme", email: str = EMAIL, **how: Any) -> str:
    claims = {**CLAIMS, **how.pop("claims", {})}
    return IDPS[idp].response(email, claims, CONSUME, **how)


def check_accepted(browser: Browser, said: str) -> None:
    browser.server.write_cgi()
    answer = browser.consume(said, "https://imagekit.test/dashboard/media-library?x=1")
    assert answer.status == 303, f"{answer.status}: {answer.text}\n" + "\n".join(browser.server.log.new()[-5:])
    assert lands(answer) == "/dashboard/media-library?x=1"
    seen = signed_in(browser)
    assert seen["REMOTE_USER"] == seen["IKSSO_EMAIL"] == EMAIL.lower()
    assert seen["IKSSO_FULL_NAME"] == CLAIMS["full_name"]
    assert (seen["IKSSO_ACCOUNT"], seen["IKSSO_ROLE"]) == ("acme", "finance")
    assert seen["IKSSO_IDP"] == IDPS["acme"].entity_id


SIGNED = [pytest.param({"sign_response": True}, id="response"), pytest.param({"sign_assertion": True}, id="assertion"),
          pytest.param(BOTH, id="both")]


@pytest.mark.parametrize("signed", SIGNED)
def test_a_signed_message_is_accepted(browser: Browser, signed: dict[str, bool]) -> None:
    check_accepted(browser, message(**signed))


@pytest.mark.parametrize("signed", SIGNED)
@pytest.mark.parametrize("cipher", ["aes128-gcm", "aes256-gcm"])
def test_a_gcm_assertion_is_accepted(browser: Browser, cipher: str, signed: dict[str, bool]) -> None:
    check_accepted(browser, message(encryption=cipher, **signed))


@pytest.mark.parametrize("cipher", ["aes128-cbc", "aes256-cbc"])
def test_a_cbc_assertion_is_accepted_in_a_signed_response(browser: Browser, cipher: str) -> None:
    check_accepted(browser, message(encryption=cipher, **BOTH))


@pytest.mark.parametrize("cipher", ["aes128-cbc", "aes256-cbc"])
def test_a_cbc_assertion_in_an_unsigned_response_is_refused(browser: Browser, cipher: str) -> None:
    refused(browser, message(encryption=cipher, sign_assertion=True), "decryption_failed")


def test_triple_des_is_refused(browser: Browser) -> None:
    refused(browser, message(encryption="3des", **BOTH), "algorithm_forbidden")


@pytest.mark.parametrize("cipher", [None, "aes256-gcm"])
def test_a_message_nobody_signed_is_refused(browser: Browser, cipher: str | None) -> None:
    refused(browser, message(encryption=cipher), "signature_missing")
    assert not has_session(browser)


def test_another_providers_signature_is_refused(browser: Browser) -> None:
    refused(browser, message("other", **BOTH), "signature_invalid")


def test_several_roles_are_ambiguous(browser: Browser) -> None:
    refused(browser, message(claims={"imagekit_role": ["finance", "developer"]}, **BOTH), "claim_ambiguous")


def test_one_role_sent_twice_is_one_role(browser: Browser) -> None:
    check_accepted(browser, message(claims={"imagekit_role": ["finance", "finance"]}, **BOTH))


def test_every_message_works_once(server: Server) -> None:
    said = message(**BOTH)
    with Browser(server) as first, Browser(server) as second:
        check_accepted(first, said)
        refused(second, said, "replayed")
