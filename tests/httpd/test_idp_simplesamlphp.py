# SPDX-License-Identifier: Apache-2.0
"""SimpleSAMLphp, set up as in tools/demo, signs people of two accounts in: roles, identity, and who is kept out."""

from __future__ import annotations

import base64
import dataclasses
import urllib.parse
from typing import Iterator

import pytest

from lib.browser import NAVIGATE, Answer, Browser
from lib.forge import CONSUME
from lib.idp_demo import IdpBrowser, Peers, Person, idp_login, people, rolemap
from lib.server import TOP, Server
from lib.world import check_refused, has_session, sp_certificate, sp_pair, suffixed

JSON = {"Accept": "application/json"}
HOME = "https://imagekit.test/dashboard"
PASSWORD = people.PASSWORD

# What ImageKit's user guide says of each role, written down apart from conf/dashboard.conf on purpose.
LIBRARY = {"/dashboard", "/dashboard/media-library"}
UPLOAD, AUDIT = "/dashboard/media-library/upload", "/dashboard/media-library/audit-logs"
DEVELOPER = LIBRARY | {UPLOAD, AUDIT, "/dashboard/analytics", "/dashboard/developer", "/dashboard/settings"}
GUIDE = {
    "account_administrator": DEVELOPER | {"/dashboard/billing", "/dashboard/settings/users",
                                          "/dashboard/settings/single-sign-on"},
    "developer": DEVELOPER,
    "media_library_full_access": LIBRARY | {UPLOAD, AUDIT},
    "media_library_view_only_access": LIBRARY | {AUDIT},
    "media_library_restricted_access": LIBRARY | {UPLOAD},
    "finance": {"/dashboard", "/dashboard/analytics", "/dashboard/billing"},
}

DENIED = "AH01630"      # httpd's own line for a Require that is not met
PEERS = Peers()


def encrypting() -> dict[str, object]:
    """How SimpleSAMLphp is told to encrypt for us: with a public key it knows RSA-OAEP and AES-128-CBC only."""
    key = {"type": "X509Certificate", "signing": False, "encryption": True, "X509Certificate": sp_pair().cert_base64}
    return {"assertion.encryption": True, "keys": [key]}


def person(account: str, username: str = "ann", **changes: str) -> Person:
    usual = Person(account, username, PASSWORD, f"{username}@{account}.example", "Ann", "developer")
    return dataclasses.replace(usual, **changes)


@pytest.fixture(scope="module", autouse=True)
def peers() -> Iterator[Peers]:
    """Every identity provider of this module, and the backend."""
    with PEERS as started:
        started.start_backend()
        liar = person("globex", "liar", email="admin@globex.example", role="account_administrator")
        stranger = person("nobody", "stranger")
        wizard = person("acme", "wizard", role="Account_Administrator")
        started.add_provider("acme", CONSUME, [*people.of("acme"), liar, stranger, wizard])
        started.add_provider("globex", CONSUME, people.of("globex"))
        started.add_provider("changing", CONSUME, [person("changing")])
        started.add_provider("sealed", CONSUME, [person("sealed")], sp_options=encrypting())
        started.add_provider("suffix", suffixed("suffix"), [person("suffix")])
        yield started


def site(server: Server) -> str:
    for name, provider in PEERS.providers.items():
        entity = ["--entity-id", suffixed(name)] if name == "suffix" else []
        server.add_account(name, provider.metadata(), *entity)
    backend = f"http://127.0.0.1:{PEERS.backend_port}"
    return server.vhost(f"""
        Include "{TOP}/conf/dashboard.conf"
        {sp_certificate(server)}
        ProxyPass /dashboard {backend}/dashboard
        ProxyPass /public {backend}/public""")


def at_backend(answer: Answer) -> dict[str, str]:
    """The identity headers that the backend saw."""
    assert answer.status == 200, f"{answer.status}: {answer.text}"
    pairs = [(name.lower(), value) for name, value in answer.json["identity"]]
    assert len(pairs) == len(dict(pairs)), f"a header came twice: {pairs}"
    return dict(pairs)


def signed_in(browser: Browser, account: str, username: str, target: str = HOME) -> Answer:
    answer = PEERS.sign_in(browser, account, username, target)
    assert answer.status == 303 and answer.location == target, f"{answer.status}: {answer.text}"
    return answer


def refused(browser: Browser, account: str, username: str, reason: str) -> None:
    browser.server.log.expect("refused")
    _, fields = PEERS.message(account, username, HOME)
    check_refused(browser, browser.consume(fields["SAMLResponse"], HOME, headers=JSON), reason)
    assert not has_session(browser)


EVERYONE = [pytest.param(account, each, id=f"{account}-{each.username}")
            for account in people.ACCOUNTS for each in people.of(account)]


def test_the_role_map_is_the_one_of_the_guide() -> None:
    by_role = {role: {path for path, roles in rolemap.read().items() if role in roles} for role in rolemap.ROLES}
    assert by_role == GUIDE


@pytest.mark.parametrize("account,who", EVERYONE)
def test_a_role_gets_exactly_its_sections(browser: Browser, account: str, who: Person) -> None:
    browser.server.log.expect(DENIED)
    signed_in(browser, account, who.username)
    sections = {path: path in GUIDE[who.role] for path in rolemap.read()}
    for below in ("", "/deep/er?x=1"):
        found = {path: browser.get(path + below).status for path in sections}
        assert found == {path: 200 if allowed else 403 for path, allowed in sections.items()}, below


@pytest.mark.parametrize("account,who", EVERYONE)
def test_the_backend_sees_who_it_is(browser: Browser, account: str, who: Person) -> None:
    target = f"{HOME}?tab=1&x=%20"
    signed_in(browser, account, who.username, target)
    seen = at_backend(browser.get("/dashboard", JSON))
    assert int(seen.pop("x-ik-authn-time")) > 1_700_000_000
    assert len(seen.pop("x-ik-session")) == 22
    name = seen.pop("x-ik-full-name")
    assert name.isascii() and urllib.parse.unquote(name) == who.full_name
    assert seen == {"x-ik-email": who.email, "x-ik-account": account, "x-ik-role": who.role,
                    "x-ik-idp": f"{PEERS.providers[account].url}/saml2/idp/metadata.php"}


def test_nobody_gets_in_without_a_login(browser: Browser) -> None:
    for path in rolemap.read():
        assert browser.get(path, JSON).status == 401
        assert browser.get(path, NAVIGATE).status in (302, 303)


@pytest.mark.parametrize("forged", ["X-IK-Role", "x-ik-role", "X_IK_ROLE", "x_ik_role", "X-IK_Role", "X-Ik-Email",
                                    "X-IK-Account", "X-IK-Full-Name", "X-IK-IdP", "X-IK-Authn-Time", "X-IK-Session"])
def test_a_forged_header_reaches_no_backend(browser: Browser, forged: str) -> None:
    browser.server.log.expect(DENIED)
    headers = {**JSON, forged: "forged"}
    assert at_backend(browser.get("/public", headers)) == {}
    signed_in(browser, "acme", "viewer")
    assert at_backend(browser.get("/dashboard", headers)) == at_backend(browser.get("/dashboard", JSON))
    assert "forged" not in browser.get("/public", headers).text
    assert browser.get("/dashboard/billing", headers).status == 403


def test_one_address_in_two_accounts_is_two_users(server: Server) -> None:
    server.log.expect(DENIED)
    with Browser(server) as at_acme, Browser(server) as at_globex:
        signed_in(at_acme, "acme", "consultant")
        signed_in(at_globex, "globex", "consultant")
        for browser, account, role in ((at_acme, "acme", "finance"), (at_globex, "globex", "developer")):
            seen = at_backend(browser.get("/dashboard", JSON))
            assert (seen["x-ik-account"], seen["x-ik-email"], seen["x-ik-role"]) == (account, people.SHARED_EMAIL, role)
            assert browser.get("/dashboard/billing").status == (200 if role == "finance" else 403)
            assert browser.get("/dashboard/developer").status == (200 if role == "developer" else 403)
            assert server.ctl("--json", "user", "show", account, people.SHARED_EMAIL).json["role"] == role


def test_one_browser_belongs_to_the_account_that_signed_in_last(browser: Browser) -> None:
    """And whoever is signed in is asked first."""
    signed_in(browser, "acme", "consultant")
    for account in ("globex", "acme"):
        asked = browser.follow(PEERS.sign_in(browser, account, "consultant", HOME))
        assert browser.submit(asked, choice="switch").location == HOME
        assert at_backend(browser.get("/dashboard", JSON))["x-ik-account"] == account


def test_an_identity_provider_cannot_open_another_account(browser: Browser) -> None:
    refused(browser, "acme", "liar", "signature_invalid")


def test_an_unknown_account_is_refused(browser: Browser) -> None:
    refused(browser, "acme", "stranger", "unknown_account")


def test_a_role_in_another_case_is_refused(browser: Browser) -> None:
    refused(browser, "acme", "wizard", "role_forbidden")


def test_a_response_works_once(server: Server) -> None:
    _, fields = PEERS.message("acme", "editor", HOME)
    with Browser(server) as first, Browser(server) as second:
        assert first.consume(fields["SAMLResponse"], HOME).status == 303
        server.log.expect("refused")
        check_refused(second, second.consume(fields["SAMLResponse"], HOME, headers=JSON), "replayed")
        assert not has_session(second)


def test_the_next_login_brings_a_new_name_and_role(browser: Browser, server: Server) -> None:
    server.log.expect(DENIED)
    signed_in(browser, "changing", "ann")
    first = server.ctl("--json", "user", "show", "changing", "ann@changing.example").json
    PEERS.providers["changing"].set_people([person("changing", full_name="Ánn Ñew", role="finance")])
    signed_in(browser, "changing", "ann")
    after = server.ctl("--json", "user", "show", "changing", "ann@changing.example").json
    assert (first["role"], after["role"]) == ("developer", "finance")
    assert (first["name"], after["name"]) == ("Ann", "Ánn Ñew")
    assert browser.get("/dashboard/billing").status == 200
    assert browser.get("/dashboard/developer").status == 403


def test_an_encrypted_assertion_inside_a_signed_response_is_accepted(browser: Browser) -> None:
    _, fields = PEERS.message("sealed", "ann", HOME)
    assert b"EncryptedAssertion" in base64.b64decode(fields["SAMLResponse"])
    assert browser.consume(fields["SAMLResponse"], HOME).status == 303
    assert at_backend(browser.get("/dashboard", JSON))["x-ik-email"] == "ann@sealed.example"


def test_an_account_with_an_entity_id_of_its_own_signs_in(browser: Browser) -> None:
    action, _ = PEERS.message("suffix", "ann", HOME)
    assert action == suffixed("suffix")
    signed_in(browser, "suffix", "ann")
    assert at_backend(browser.get("/dashboard", JSON))["x-ik-account"] == "suffix"


def test_somebody_known_at_the_identity_provider_need_not_type_again(browser: Browser) -> None:
    known = IdpBrowser()
    PEERS.message("globex", "viewer", HOME, known)
    asked = len(known.trail)
    _, form = idp_login(known, PEERS.providers["globex"].login_url(HOME), "viewer", "not needed")
    assert all(method == "GET" for method, _, _ in known.trail[asked:])
    assert browser.consume(form["fields"]["SAMLResponse"], HOME).status == 303


def test_the_switch_link_of_the_start_page_asks_who_it_is() -> None:
    known = IdpBrowser()
    PEERS.message("globex", "viewer", HOME, known)
    page = known.get(PEERS.providers["globex"].switch_user_url(HOME))
    assert page.form_with("password") is not None
