# SPDX-License-Identifier: Apache-2.0
"""Signing in from our side: where an address, an account or a bookmark leads, and what comes back."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import pytest

from lib import forge, world
from lib.browser import NAVIGATE, SESSION, Browser
from lib.server import Server
from lib.spinit import COOKIE, LOGIN, open_page, pending, read, respond, start
from lib.world import CONSUME, check_refused, good, lands, login, signed_in

ORIGIN = "https://imagekit.test"
MAIN = """
ScriptAlias /cgi-bin/ {cgi}
<Location /cgi-bin/>
    AuthType ikssoauth
    Require valid-user
</Location>
"""


def provider(account: str, **changes: str) -> str:
    """Metadata of an account's identity provider with other texts in it."""
    text = world.idp(account).metadata()
    for old, new in changes.items():
        text = text.replace({"location": "https://idp.acme.test/sso", "wants": 'WantAuthnRequestsSigned="false"'}[old], new)
    return text


def only(text: str, binding: str) -> str:
    """The metadata with one SingleSignOnService."""
    return re.sub(rf'<md:SingleSignOnService Binding="(?!{re.escape(binding)})[^>]*/>', "", text)


def site(server: Server) -> str:
    world.populate(server, "acme", "beta", "gamma", "narrow")
    server.add_account("post", only(provider("post"), forge.POST))
    server.add_account("query", provider("query", location="https://idp.query.test/sso?tenant=a%20b&amp;x=1#frag"))
    server.add_account("signs", provider("signs", wants='WantAuthnRequestsSigned="true"'))
    server.add_account("always", provider("always"), "--option", "sign-requests=always", "--option", "force-authn=on")
    server.add_account("okta", provider("okta").replace("https://idp.okta.test/metadata", "http://www.okta.com/exk1"))
    server.add_account("off", None)
    server.add_account("shut", provider("shut"))
    server.ctl("account", "disable", "shut")
    server.write_cgi()
    main = MAIN.format(cgi=f"{server.root}/cgi-bin/")
    return (server.vhost(main + world.sp_certificate(server)) + server.vhost(main + "IkSSOAccount acme\n", "one.test")
            + server.vhost(main, "bare.test"))


def known(server: Server, email: str, *accounts: str) -> None:
    """The address is registered in these accounts."""
    for account in accounts:
        with Browser(server) as once:
            login(once, good(account, email=email))


# Where an address leads

def test_page_asks_for_an_address(browser: Browser) -> None:
    answer = browser.get(LOGIN)
    method, action, fields = answer.form()
    assert (answer.status, method, action) == (200, "post", ORIGIN + LOGIN) and set(fields) == {"email", "fragment"}
    assert "script-src 'sha256-" in answer.headers["Content-Security-Policy"] and not answer.cookies


def test_registered_address_is_sent_to_its_identity_provider(server: Server, browser: Browser) -> None:
    known(server, "Ann.First@acme.test", "acme")
    request = start(browser, email="ann.first@ACME.test")
    assert request.url.startswith("https://idp.acme.test/sso?SAMLRequest=") and re.fullmatch(r"_ik[\w-]{22}", request.id)
    root = request.root
    assert request.issuer == CONSUME and root.get("AssertionConsumerServiceURL") == CONSUME
    assert root.get("Destination") == "https://idp.acme.test/sso" and root.get("ForceAuthn") in (None, "false")
    assert root.find(f"{{{forge.SAMLP}}}NameIDPolicy") is None and not request.contexts
    assert len(request.relay_state.encode()) <= 80 and pending(browser) == [request.relay_state]
    [crumb] = request.answer.cookies
    assert crumb.kept and crumb.attributes["samesite"] == "None" and crumb.attributes["max-age"] == "600"
    assert "httponly" in crumb.attributes
    answer = respond(browser, request, email="ann.first@acme.test")
    assert lands(answer) == "/dashboard" and not pending(browser)
    assert signed_in(browser)["REMOTE_USER"] == "ann.first@acme.test"


def test_own_entity_id_is_that_of_the_request(browser: Browser) -> None:
    request = read(open_page(browser, "account=gamma"))
    assert request.issuer == request.root.get("AssertionConsumerServiceURL") == CONSUME + "#gamma"
    assert respond(browser, request, "gamma").status == 303 and signed_in(browser)["IKSSO_ACCOUNT"] == "gamma"


def test_address_of_several_accounts_is_asked_for_the_id(server: Server, browser: Browser) -> None:
    known(server, "both@acme.test", "acme", "beta")
    page = browser.post(LOGIN, {"email": "both@acme.test"})
    assert page.status == 200 and set(page.form()[2]) >= {"email", "account"}
    assert not re.search(r"\b(acme|beta)\b(?!\.test)", page.text), "no list of accounts"
    again = browser.submit(page, account="nowhere")
    assert again.status == 200 and 'role="alert"' in again.text
    request = read(browser.submit(page, account="beta"))
    assert respond(browser, request, "beta", email="both@acme.test").status == 303
    browser.get("/logout")
    assert respond(browser, start(browser, email="both@acme.test"), "beta", email="both@acme.test").status == 303, "the last one used"


def test_domain_of_one_account_leads_there_before_the_first_login(server: Server, browser: Browser) -> None:
    request = start(browser, email="never.seen@narrow.test")
    assert respond(browser, request, "narrow", email="never.seen@narrow.test").status == 303
    assert signed_in(browser)["IKSSO_ACCOUNT"] == "narrow"


def test_domain_of_two_accounts_leads_nowhere(server: Server, browser: Browser) -> None:
    for account in ("acme", "beta"):
        server.ctl("account", "set", account, "--domain", "shared.test", "--domain", f"{account}.test")
    try:
        answer = browser.post(LOGIN, {"email": "never.seen@shared.test"})
        assert answer.status == 200 and "first time" in answer.text and not answer.cookies
    finally:
        for account in ("acme", "beta"):
            server.ctl("account", "set", account, "--domain", "")


@pytest.mark.parametrize("email", ["stranger@nowhere.test", "no address", "a@b@c", "x" * 300, "<script>@x.test"])
def test_unknown_address_gets_a_neutral_page(browser: Browser, email: str) -> None:
    answer = browser.post(LOGIN, {"email": email})
    assert answer.status == 200 and "Is this your first time here?" in answer.text
    assert email not in answer.text and not answer.cookies


def test_disabled_user_is_as_unknown_as_a_stranger(server: Server, browser: Browser) -> None:
    known(server, "gone@acme.test", "acme")
    server.ctl("user", "disable", "acme", "gone@acme.test")
    stranger = browser.post(LOGIN, {"email": "stranger@nowhere.test"})
    assert browser.post(LOGIN, {"email": "gone@acme.test"}).text == stranger.text


# Bookmarks, deep links

def test_address_can_be_filled_in(browser: Browser) -> None:
    assert browser.get(LOGIN + "?email=ann%40acme.test&target=%2Fx").form()[2]["email"] == "ann@acme.test"


def test_account_of_a_bookmark_starts_at_once(browser: Browser) -> None:
    page = browser.get(LOGIN + "?account=acme&target=%2Fdashboard%2Fmedia%3Fx%3D1")
    assert page.status == 200 and not page.cookies and "SAMLRequest" not in page.text
    answer = respond(browser, read(browser.submit(page, fragment="#frag")))
    assert lands(answer) == "/dashboard/media?x=1#frag"


def test_anonymous_page_comes_back_with_query_and_fragment(server: Server, browser: Browser) -> None:
    known(server, "deep@acme.test", "acme")
    answer = browser.get("/cgi-bin/env?x=1&y=%2F%20")
    assert answer.status == 302 and answer.location is not None and answer.location.startswith(f"{ORIGIN}{LOGIN}?target=")
    page = browser.get(answer.location)
    request = read(browser.submit(page, email="deep@acme.test", fragment="#a/b?c"))
    assert lands(respond(browser, request, email="deep@acme.test")) == "/cgi-bin/env?x=1&y=%2F%20#a/b?c"


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "http://imagekit.test/"])
def test_target_elsewhere_is_replaced(browser: Browser, target: str) -> None:
    answer = respond(browser, read(open_page(browser, f"account=acme&target={quote(target)}")))
    assert lands(answer) == "/dashboard"


@pytest.mark.parametrize("fragment", ["frag", "#\nx", "#" + "x" * 3000])
def test_fragment_that_is_none_is_left_out(browser: Browser, fragment: str) -> None:
    assert lands(respond(browser, read(open_page(browser, "account=acme&target=%2Fx", fragment)))) == "/x"


def test_target_that_is_too_long_for_a_cookie_does_not_fail_the_login(browser: Browser) -> None:
    answer = respond(browser, read(open_page(browser, "account=acme&target=" + quote("/x?" + "y" * 2000))))
    assert answer.status == 303


@pytest.mark.parametrize("account, reason", [("nowhere", "unknown_account"), ("a/b", "unknown_account"), ("off", "sso_disabled"),
                                             ("shut", "account_disabled")])
def test_account_that_nobody_can_sign_in_to_is_refused(server: Server, browser: Browser, account: str, reason: str) -> None:
    server.log.expect("refused")
    check_refused(browser, open_page(browser, f"account={quote(account)}"), reason)


def test_session_that_exists_leads_on(browser: Browser) -> None:
    login(browser)
    answer = browser.get(LOGIN + "?target=%2Fdashboard%2Fx")
    assert answer.status == 303 and lands(answer) == "/dashboard/x"
    assert browser.get(LOGIN + "?account=acme").status == 303
    assert browser.get(LOGIN + "?account=beta").status == 200, "another account is another sign-in"


def test_single_account_host_asks_for_no_address(server: Server) -> None:
    with Browser(server, "one.test") as browser:
        page = browser.get("/cgi-bin/env?x=1")
        assert page.status == 302
        request = read(browser.submit(browser.get(page.location or "")))
        here = "https://one.test/saml/consume"
        answer = browser.consume(good(destination=here, recipient=here, audiences=[[here]]).answering(request.id).encoded(),
                                 request.relay_state)
        assert answer.location == "https://one.test/cgi-bin/env?x=1"


# What is sent

def test_post_binding_is_a_page_that_posts_itself(server: Server, browser: Browser) -> None:
    answer = open_page(browser, "account=post")
    request = read(answer)
    assert answer.status == 200 and request.url == "https://idp.acme.test/sso" and answer.form()[0] == "post"
    assert "<script>" in answer.text and "<button" in answer.text
    assert respond(browser, request, "post", idp=world.idp("post")).status == 303


def test_query_of_the_endpoint_is_kept(browser: Browser) -> None:
    url = urlsplit(read(open_page(browser, "account=query")).url)
    assert url.query.startswith("tenant=a%20b&x=1&SAMLRequest=") and not url.fragment


@pytest.mark.parametrize("account", ["signs", "always"])
def test_request_is_signed_when_wanted(browser: Browser, account: str) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.x509 import load_pem_x509_certificate
    import base64
    request = read(open_page(browser, f"account={account}"))
    signed, _, signature = urlsplit(request.url).query.partition("&Signature=")
    assert request.fields["SigAlg"] == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    certificate = load_pem_x509_certificate(world.sp_pair().cert_pem)
    certificate.public_key().verify(base64.b64decode(request.fields["Signature"]), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    assert request.root.get("ForceAuthn") == ("true" if account == "always" else None) or account == "signs"


def test_request_that_cannot_be_signed_is_refused(server: Server) -> None:
    server.log.expect("refused")
    with Browser(server, "bare.test") as browser:
        check_refused(browser, open_page(browser, "account=signs"), "sso_disabled")


def test_hint_goes_to_those_who_take_it(server: Server, browser: Browser) -> None:
    assert "login_hint" not in read(open_page(browser, "account=acme&email=ann%40acme.test")).fields
    assert read(open_page(browser, "account=okta&email=ann%40acme.test")).fields["login_hint"] == "ann@acme.test"


def test_forced_authentication_must_be_fresh(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    request = read(open_page(browser, "account=always"))
    old = respond(browser, request, "always", idp=world.idp("always"), authn_instant=forge.instant(-3600))
    check_refused(browser, old, "not_allowed")
    request = read(open_page(browser, "account=always"))
    assert respond(browser, request, "always", idp=world.idp("always")).status == 303


# Methods

@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_other_methods_get_405(server: Server, browser: Browser, method: str) -> None:
    server.log.expect("refused")
    answer = browser.request(method, LOGIN, NAVIGATE)
    assert answer.status == 405 and answer.headers["Allow"] == "GET, HEAD, POST"


def test_head_starts_nothing(browser: Browser) -> None:
    answer = browser.request("HEAD", LOGIN + "?account=acme", NAVIGATE)
    assert answer.status == 200 and not answer.cookies and not answer.body


# HTTP/2

def test_http2_sign_in_from_our_side(server: Server, browser: Browser) -> None:
    said = server.curl("--http2", "-i", "-w", "\n%{http_code}", "-d", "account=acme", path=LOGIN).out
    assert said.endswith("\n303") and COOKIE in said
    request = start(browser, account="acme")
    cookie = f"Cookie: {COOKIE}{pending(browser)[0]}={browser.cookie(COOKIE + pending(browser)[0])}"
    answer = [f"SAMLResponse={good().answering(request.id).encoded()}", f"RelayState={request.relay_state}"]
    said = server.curl("--http2", "-i", "-w", "\n%{http_code}", "-H", cookie,
                       *(word for field in answer for word in ("--data-urlencode", field)), path="/saml/consume").out
    assert said.endswith("\n303") and f"{SESSION}=A" in said
