# SPDX-License-Identifier: Apache-2.0
"""Who is let in, where the identity arrives, and that nobody can bring one of his own: on every way through httpd."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from lib import cookie, world
from lib.browser import FETCH, NAVIGATE, SESSION, Answer, Browser
from lib.server import MPM, Server
from lib.world import good, login

ORIGIN = "https://imagekit.test"
HEADERS = ("Email", "Account", "Full-Name", "Role", "IdP", "Authn-Time", "Session")
VARIABLES = ("REMOTE_USER", "IKSSO_EMAIL", "IKSSO_ACCOUNT", "IKSSO_FULL_NAME", "IKSSO_ROLE", "IKSSO_IDP", "IKSSO_AUTHN_TIME",
             "IKSSO_SESSION")

MAIN = """
ScriptAlias /cgi-bin/ {cgi}
ScriptAlias /open-cgi/ {cgi}
ScriptAlias /pass-cgi/ {cgi}
ProxyPass /backend/ {backend}/
ProxyPass /open-backend/ {backend}/
ProxyPass /pass-backend/ {backend}/
<LocationMatch "^/(cgi-bin|backend|private)/">
    AuthType ikssoauth
    Require valid-user
</LocationMatch>
<Location /billing/>
    AuthType ikssoauth
    Require ik-role account_administrator finance
</Location>
<Location /acme/>
    AuthType ikssoauth
    Require ik-account acme gamma
</Location>
<Location /both/>
    AuthType ikssoauth
    <RequireAll>
        Require ik-account acme
        Require ik-role finance
    </RequireAll>
</Location>
<Location /notfinance/>
    AuthType ikssoauth
    <RequireAll>
        Require valid-user
        Require not ik-role finance
    </RequireAll>
</Location>
<Location /inside/>
    AuthType ikssoauth
    <RequireAny>
        Require ip 127.0.0.1
        Require valid-user
    </RequireAny>
</Location>
<Location /deny/>
    AuthType ikssoauth
    IkSSOAnonymous deny
    Require valid-user
</Location>
<LocationMatch "^/pass-(cgi|backend)/">
    AuthType ikssoauth
    IkSSOAnonymous pass
    Require all granted
</LocationMatch>
<Location /ssi/>
    SetOutputFilter INCLUDES
</Location>
<Location /closed/>
    Require all denied
</Location>
ErrorDocument 400 /open-cgi/env
ErrorDocument 404 /open-cgi/env
<Location /closed/custom/>
    ErrorDocument 403 /cgi-bin/env
</Location>
<Location /dir/>
    DirectoryIndex /cgi-bin/env
</Location>
<Location /private/dir/>
    DirectoryIndex /open-cgi/env
</Location>
RewriteEngine On
RewriteRule ^/short$ /cgi-bin/env [PT]
RewriteRule ^/short-open$ /open-cgi/env [PT]
RewriteRule ^/private/proxied$ {backend}/deep [P]
RewriteCond %{{LA-U:REMOTE_USER}} ^(.+)$
RewriteRule ^/whoami$ /hello-%1 [R=302,L]
RewriteRule ^/whoami$ /hello-nobody [R=302,L]
"""


def site(server: Server) -> str:
    world.populate(server)
    server.write_cgi()
    for place in ("private", "billing", "acme", "both", "notfinance", "inside", "deny", "closed"):
        server.write(f"{place}/page.txt", f"{place}\n")
    server.write("dir/x.txt", "x\n")
    server.write("rewritten/x.txt", "x\n")
    server.write("private/dir/x.txt", "x\n")
    server.write("closed/custom/x.txt", "x\n")
    server.write("ssi/open.shtml", '[<!--#echo var="IKSSO_EMAIL" -->|<!--#echo var="REMOTE_USER" -->|<!--#echo var="HTTP_X_IK_ROLE" -->]')
    server.write("ssi/includes.shtml", '[<!--#include virtual="/private/page.txt" -->]')
    server.write("ssi/cgi.shtml", '<!--#include virtual="/cgi-bin/env" -->')
    server.write("ssi/open-cgi.shtml", '<!--#include virtual="/open-cgi/env" -->')
    server.write("private/ssi.shtml", '[<!--#echo var="IKSSO_EMAIL" -->|<!--#echo var="REMOTE_USER" -->]')
    main = MAIN.format(cgi=f"{server.root}/cgi-bin/", backend=server.backend)
    main += f"<Directory {server.docs}/rewritten>\nRewriteEngine On\nRewriteRule ^in$ /cgi-bin/env\n"
    main += "RewriteRule ^out$ /open-cgi/env\n</Directory>\n"
    main += f"<Directory {server.docs}/private>\nSetOutputFilter INCLUDES\n</Directory>\n"
    everything = f"ProxyPass / {server.backend}/\n<Location />\nAuthType ikssoauth\nRequire valid-user\n</Location>\n"
    script = f"ScriptAlias /cgi-bin/ {server.root}/cgi-bin/\n"
    only = script + "IkSSOAccount acme\n<Location /cgi-bin/>\nAuthType ikssoauth\nRequire valid-user\n</Location>\n"
    short = only.replace("IkSSOAccount acme", "IkSSOSessionIdle 2m\nIkSSOSessionLifetime 10m")
    return "".join([server.vhost(main), server.vhost(everything, "all.test"), server.vhost(only, "only.test"),
                    server.vhost(short, "short.test"), server.vhost(script, "off.test", sso=False)])


@pytest.fixture
def ann(browser: Browser) -> Browser:
    """A browser that is signed in as ann@acme.test, a developer."""
    login(browser)
    return browser


def sign_in_at(server: Server, host: str, **changes: object) -> Browser:
    acs = f"https://{host}/saml/consume"
    browser = Browser(server, host)
    login(browser, good(destination=acs, recipient=acs, audiences=[[acs]], **changes))
    return browser


def identity_of(answer: Answer) -> dict[str, str]:
    """What a CGI program saw of anybody's identity."""
    assert answer.status == 200, f"{answer.status}: {answer.text[:500]}"
    return {name: value for name, value in answer.variables.items()
            if name in VARIABLES or "IKSSO" in name or "X_IK" in name.upper().replace("-", "_")}


def seen_by_backend(answer: Answer) -> dict[str, str]:
    """The identity headers that arrived at the application."""
    assert answer.status == 200, f"{answer.status}: {answer.text[:500]}"
    return {name: value for name, value in answer.json["headers"] if name.lower().replace("_", "-").startswith("x-ik")}


# Who is let in

def test_valid_user_lets_people_with_a_session_in(ann: Browser) -> None:
    assert ann.get("/private/page.txt").text == "private\n"


@pytest.mark.parametrize("role, status", [("account_administrator", 200), ("finance", 200), ("developer", 403),
                                          ("media_library_full_access", 403)])
def test_roles(server: Server, browser: Browser, role: str, status: int) -> None:
    server.log.expect("AH01630")
    login(browser, role=role)
    assert browser.get("/billing/page.txt").status == status


def test_wrong_role_is_refused(server: Server, ann: Browser) -> None:
    server.log.expect("AH01630")
    page = ann.get("/billing/page.txt")
    world.check_refused(ann, page, "not_allowed")
    assert page.type == "text/html" and "billing" not in page.text
    world.check_refused(ann, ann.get("/billing/page.txt", {**FETCH, "Accept": "application/json"}), "not_allowed")


@pytest.mark.parametrize("account, status", [("acme", 200), ("gamma", 200), ("beta", 403)])
def test_accounts(server: Server, browser: Browser, account: str, status: int) -> None:
    server.log.expect("AH01630")
    login(browser, good(account))
    assert browser.get("/acme/page.txt").status == status


@pytest.mark.parametrize("account, role, status", [("acme", "finance", 200), ("beta", "finance", 403), ("acme", "developer", 403)])
def test_role_and_account_together(server: Server, browser: Browser, account: str, role: str, status: int) -> None:
    server.log.expect("AH01630")
    login(browser, good(account, role=role))
    assert browser.get("/both/page.txt").status == status


@pytest.mark.parametrize("role, status", [("finance", 403), ("developer", 200)])
def test_role_that_is_excluded(server: Server, browser: Browser, role: str, status: int) -> None:
    server.log.expect("AH01630")
    login(browser, role=role)
    assert browser.get("/notfinance/page.txt").status == status


def test_other_providers_of_authorisation_still_count(browser: Browser) -> None:
    assert browser.get("/inside/page.txt").status == 200


# Who is not

@pytest.mark.parametrize("path", ["/private/page.txt", "/billing/page.txt", "/acme/page.txt", "/both/page.txt", "/cgi-bin/env",
                                  "/backend/x", "/notfinance/page.txt", "/private/nothing-here"])
def test_pages_without_session_lead_to_the_login(browser: Browser, path: str) -> None:
    answer = browser.get(path + "?a=1&b=%26")
    assert answer.status in (302, 303)
    to = urlsplit(answer.location or "")
    assert f"{to.scheme}://{to.netloc}{to.path}" == f"{ORIGIN}/single-sign-on"
    assert parse_qs(to.query)["target"] == [path + "?a=1&b=%26"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_login_page_is_there(browser: Browser) -> None:
    answer = browser.follow(browser.get("/private/page.txt"))
    assert answer.status == 200 and answer.type == "text/html" and "Sign in" in answer.text


@pytest.mark.parametrize("headers", [
    FETCH, {"Accept": "application/json"}, {"X-Requested-With": "XMLHttpRequest", "Accept": "*/*"},
    {"Sec-Fetch-Mode": "same-origin", "Sec-Fetch-Dest": "empty", "Accept": "text/html"},
    {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image", "Accept": "image/*"},
])
def test_api_without_session_gets_401_naming_the_login(server: Server, browser: Browser, headers: dict[str, str]) -> None:
    answer = browser.get("/backend/api", headers)
    world.check_refused(browser, answer, "not_signed_in")
    assert answer.type == "application/json"
    assert answer.json["login"] == f"{ORIGIN}/single-sign-on"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_no_method_gets_past(server: Server, browser: Browser, method: str) -> None:
    for path in ("/backend/x", "/private/page.txt", "/cgi-bin/env"):
        answer = browser.request(method, path, NAVIGATE)
        assert answer.status in (302, 303, 401), path
        assert "headers" not in answer.text and "GATEWAY_INTERFACE" not in answer.text


@pytest.mark.parametrize("headers", [NAVIGATE, FETCH])
def test_deny_answers_401_to_pages_too(server: Server, browser: Browser, headers: dict[str, str]) -> None:
    answer = browser.get("/deny/page.txt", headers)
    world.check_refused(browser, answer, "not_signed_in")
    assert "WWW-Authenticate" not in answer.headers or "Basic" not in answer.headers["WWW-Authenticate"]


def test_deny_lets_sessions_in(ann: Browser) -> None:
    assert ann.get("/deny/page.txt").text == "deny\n"


@pytest.mark.parametrize("headers", [NAVIGATE, FETCH])
def test_pass_lets_everybody_in_and_knows_who_is_signed_in(server: Server, browser: Browser, headers: dict[str, str]) -> None:
    assert identity_of(browser.get("/pass-cgi/env", headers)) == {}
    assert seen_by_backend(browser.get("/pass-backend/", headers)) == {}
    login(browser)
    assert identity_of(browser.get("/pass-cgi/env", headers))["IKSSO_EMAIL"] == "ann@acme.test"
    assert seen_by_backend(browser.get("/pass-backend/", headers))["X-IK-Email"] == "ann@acme.test"


def test_where_no_authtype_is_there_is_no_identity(ann: Browser) -> None:
    assert identity_of(ann.get("/open-cgi/env")) == {}
    assert seen_by_backend(ann.get("/open-backend/")) == {}


# The identity

def test_variables(browser: Browser) -> None:
    login(browser, email="Ann@Acme.test", name="Zoë 李 😀 & <Sons>", role="finance", authn_instant="2026-11-24T00:00:00Z")
    env = browser.get("/cgi-bin/env").variables
    assert env["REMOTE_USER"] == env["IKSSO_EMAIL"] == "ann@acme.test"
    assert env["IKSSO_ACCOUNT"] == "acme" and env["IKSSO_ROLE"] == "finance"
    assert env["IKSSO_FULL_NAME"] == "Zoë 李 😀 & <Sons>"
    assert env["IKSSO_IDP"] == "https://idp.acme.test/metadata" and env["IKSSO_AUTHN_TIME"] == "1795478400"
    assert env["AUTH_TYPE"].lower() == "ikssoauth"


@pytest.mark.parametrize("name", ["Ann Example", "Zoë 李 😀", "100% sure", "a\u00a0b", "Smith & <Sons>", "ünï%41"])
@pytest.mark.parametrize("path", ["/backend/", "/private/proxied"])
def test_headers_are_percent_encoded(browser: Browser, name: str, path: str) -> None:
    login(browser, name=name, role="finance", authn_instant="2026-11-24T00:00:00Z")
    seen = seen_by_backend(browser.get(path))
    printable = "".join(chr(code) for code in range(32, 127) if code != ord("%"))
    assert seen.pop("X-IK-Full-Name") == quote(name, safe=printable)
    session = seen.pop("X-IK-Session")
    assert seen == {"X-IK-Email": "ann@acme.test", "X-IK-Account": "acme", "X-IK-Role": "finance",
                    "X-IK-IdP": "https://idp.acme.test/metadata", "X-IK-Authn-Time": "1795478400"}
    assert session and session not in (browser.cookie() or "")


def test_cgi_sees_the_headers_too(ann: Browser) -> None:
    assert ann.get("/cgi-bin/env").variables["HTTP_X_IK_ROLE"] == "developer"


def test_application_does_not_get_the_session_cookie(ann: Browser) -> None:
    ann.set_cookie("mine", "application")
    for path in ("/backend/", "/open-backend/"):
        cookies = [value for name, value in ann.get(path).json["headers"] if name == "Cookie"]
        assert cookies == ["application=mine"]
    assert SESSION not in ann.get("/cgi-bin/env").variables["HTTP_COOKIE"]


def test_answers_for_people_are_not_for_shared_caches(ann: Browser) -> None:
    for path in ("/private/page.txt", "/cgi-bin/env"):
        control = ann.get(path).headers.get("Cache-Control", "")
        assert "private" in control or "no-store" in control, path


def test_answers_of_the_application_are_private_unless_it_says_otherwise(ann: Browser) -> None:
    assert "private" in ann.get("/backend/").headers.get("Cache-Control", "")


# Nobody brings an identity of his own

SPELLINGS = ["X-IK-{}", "x-ik-{}", "X_IK_{}", "x_ik-{}", "X-ik_{}", "X-IK-{}".upper()]


def forged(spelling: str) -> dict[str, str]:
    dash = "_" if "_" in spelling else "-"
    return {spelling.format(name.replace("-", dash)): "intruder" for name in HEADERS}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_headers_of_clients_are_removed_where_nobody_is_signed_in(browser: Browser, spelling: str, method: str) -> None:
    for path in ("/open-backend/x", "/pass-backend/x"):
        answer = browser.request(method, path, {**NAVIGATE, **forged(spelling)})
        assert seen_by_backend(answer) == {}, path
    for path in ("/open-cgi/env", "/pass-cgi/env", "/short-open"):
        assert identity_of(browser.request(method, path, {**NAVIGATE, **forged(spelling)})) == {}, path


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("path", ["/backend/x", "/pass-backend/x", "/private/proxied"])
def test_headers_of_clients_are_removed_where_somebody_is(ann: Browser, spelling: str, path: str) -> None:
    answer = ann.get(path, {**NAVIGATE, **forged(spelling)})
    names = [name for name, _ in answer.json["headers"] if name.lower().replace("_", "-").startswith("x-ik-")]
    assert sorted(names) == sorted(f"X-IK-{name}" for name in HEADERS)
    assert "intruder" not in seen_by_backend(answer).values()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_cgi_sees_no_forged_header(ann: Browser, spelling: str) -> None:
    env = identity_of(ann.get("/cgi-bin/env", {**NAVIGATE, **forged(spelling)}))
    assert "intruder" not in env.values() and env["HTTP_X_IK_ROLE"] == "developer"


def test_header_twice_or_folded_is_removed(server: Server) -> None:
    head = "GET /open-cgi/env HTTP/1.1\r\nHost: imagekit.test\r\nConnection: close\r\n"
    for lines in ("X-IK-Role: intruder\r\nX-IK-Role: b\r\nx_ik_role: c\r\n", "Connection: X-IK-Role\r\nX-IK-Role: intruder\r\n",
                  "X-IK-Role: a\r\n intruder\r\n"):
        answer = server.raw(f"{head}{lines}\r\n".encode())
        assert answer and b"X_IK_ROLE=" not in answer.upper() and b"intruder" not in answer


@pytest.mark.parametrize("named", ["X-IK-Role", "close, x-ik-role", "X-IK-Email, X-IK-Account", "keep-alive, X-IK-Full-Name,X-IK-Role"])
def test_client_cannot_have_the_proxy_drop_the_identity(ann: Browser, named: str) -> None:
    """mod_proxy removes what Connection names (RFC 9110, 7.6.1): after the module has set it (compare CVE-2022-31813)."""
    answer = ann.get("/backend/x", {**NAVIGATE, "Connection": named})
    assert set(seen_by_backend(answer)) == {f"X-IK-{name}" for name in HEADERS}


def test_trailers_bring_no_identity(server: Server, ann: Browser) -> None:
    head = f"POST /backend/x HTTP/1.1\r\nHost: imagekit.test\r\nCookie: {SESSION}={ann.cookie()}\r\nConnection: close\r\n"
    body = "Transfer-Encoding: chunked\r\nTrailer: X-IK-Role\r\n\r\n1\r\nx\r\n0\r\nX-IK-Role: intruder\r\nX_IK_Role: intruder\r\n\r\n"
    answer = server.raw((head + body).encode())
    assert b" 200 " in answer.split(b"\r\n")[0] and b"ann@acme.test" in answer and b"intruder" not in answer


def test_malformed_request_brings_no_identity_to_its_error_document(server: Server) -> None:
    server.log.expect("AH01270|AH01225")    # cgid and cgi read a body that such a request has not
    for broken in ("Bad Header\r\n", "Content-Length: x\r\n", "Transfer-Encoding: nonsense\r\n"):
        brought = "X-IK-Role: intruder\r\nX_IK_Role: intruder\r\nX-IK-Email: intruder\r\n"
        request = f"GET /open-cgi/env HTTP/1.1\r\nHost: imagekit.test\r\n{brought}{broken}\r\n"
        answer = server.raw(request.encode())
        assert b" 400 " in answer.split(b"\r\n")[0] or b" 501 " in answer.split(b"\r\n")[0]
        assert b"X_IK" not in answer.upper()


def test_vhost_without_the_module_is_left_alone(server: Server) -> None:
    with Browser(server, "off.test") as browser:
        assert browser.get("/cgi-bin/env", {"X-IK-Role": "theirs"}).variables["HTTP_X_IK_ROLE"] == "theirs"
        assert browser.get("/saml/consume").status == 404


# Ways through httpd

def test_ssi_page_without_authtype_knows_nobody(ann: Browser) -> None:
    assert ann.get("/ssi/open.shtml", {**NAVIGATE, "X-IK-Role": "intruder"}).text == "[(none)|(none)|(none)]"


def test_ssi_page_behind_authtype_knows(ann: Browser) -> None:
    assert ann.get("/private/ssi.shtml").text == "[ann@acme.test|ann@acme.test]"


def test_include_of_a_protected_page_needs_a_session(server: Server, browser: Browser) -> None:
    server.log.expect("unable to include")
    assert "private" not in browser.get("/ssi/includes.shtml").text
    login(browser)
    assert browser.get("/ssi/includes.shtml").text == "[private\n]"


def test_included_cgi_knows_who_is_signed_in_if_it_is_protected(ann: Browser) -> None:
    assert identity_of(ann.get("/ssi/cgi.shtml"))["IKSSO_EMAIL"] == "ann@acme.test"
    assert identity_of(ann.get("/ssi/open-cgi.shtml")) == {}


def test_error_document_knows_nobody_where_it_is_open(browser: Browser) -> None:
    answer = browser.get("/missing", {**NAVIGATE, **forged("X-IK-{}"), **forged("x_ik_{}")})
    assert answer.status == 404
    assert not [name for name in answer.variables if "X_IK" in name.upper() or "IKSSO" in name or name == "REMOTE_USER"]


def test_protected_error_document_shows_nothing_to_strangers(server: Server, browser: Browser) -> None:
    server.log.expect("client denied|authz|AH")
    answer = browser.get("/closed/custom/x.txt", {**NAVIGATE, **forged("X-IK-{}")})
    assert "intruder" not in answer.text
    login(browser)
    answer = browser.get("/closed/custom/x.txt", {**NAVIGATE, **forged("X-IK-{}")})
    assert answer.status == 403 and "intruder" not in answer.text


def test_directory_index_is_protected_as_what_it_leads_to(browser: Browser) -> None:
    answer = browser.get("/dir/")
    assert answer.status in (302, 303, 401) and "GATEWAY" not in answer.text
    login(browser)
    assert identity_of(browser.get("/dir/"))["IKSSO_EMAIL"] == "ann@acme.test"


def test_directory_index_of_a_protected_directory(browser: Browser) -> None:
    assert browser.get("/private/dir/").status in (302, 303)
    login(browser)
    seen = identity_of(browser.get("/private/dir/", {**NAVIGATE, **forged("X-IK-{}")}))
    assert set(seen.values()) <= {"ann@acme.test"}, "the page that was asked for knows who it is, and nobody forges it"


def test_rewritten_path_is_protected_as_what_it_leads_to(browser: Browser) -> None:
    answer = browser.get("/short")
    assert answer.status in (302, 303) and "single-sign-on" in (answer.location or "")
    login(browser)
    assert identity_of(browser.get("/short"))["IKSSO_EMAIL"] == "ann@acme.test"


def test_internal_redirect_is_protected_as_what_it_leads_to(browser: Browser) -> None:
    """A RewriteRule of a directory makes httpd run the request anew."""
    fake = {**NAVIGATE, **forged("X-IK-{}"), **forged("x_ik_{}")}
    assert browser.get("/rewritten/in", fake).status in (302, 303)
    assert identity_of(browser.get("/rewritten/out", fake)) == {}
    login(browser)
    seen = identity_of(browser.get("/rewritten/in", fake))
    assert seen["IKSSO_EMAIL"] == "ann@acme.test" and "intruder" not in seen.values()
    assert identity_of(browser.get("/rewritten/out", fake)) == {}


def test_look_ahead_of_mod_rewrite_knows_who_it_is(browser: Browser) -> None:
    assert (browser.get("/whoami").location or "").endswith("/hello-nobody")


def test_proxy_of_everything_leaves_the_endpoints_to_the_module(server: Server) -> None:
    with Browser(server, "all.test") as browser:
        assert browser.get("/").status in (302, 303)
        assert "Sign in" in browser.get("/single-sign-on").text
        server.log.expect("refused")
        world.refused(browser, "x", "malformed")
    with sign_in_at(server, "all.test") as browser:
        answer = browser.get("/deep/path?x=1")
        assert answer.json["path"] == "/deep/path?x=1" and seen_by_backend(answer)["X-IK-Email"] == "ann@acme.test"


@pytest.mark.parametrize("path", ["/saml/consume/", "/saml/consumeX", "/saml/consume/x", "/SAML/consume"])
def test_endpoints_are_exact_paths(server: Server, path: str) -> None:
    with Browser(server, "all.test") as browser:
        assert browser.get(path).status in (302, 303), "must be the application's, which needs a session"


def test_tls_listener(server: Server) -> None:
    with Browser(server, tls=True) as browser:
        login(browser)
        assert identity_of(browser.get("/cgi-bin/env"))["IKSSO_EMAIL"] == "ann@acme.test"


def test_http2(server: Server, ann: Browser) -> None:
    version = "1.1" if MPM == "prefork" else "2"
    args = ["--http2", "-H", f"Cookie: {SESSION}={ann.cookie()}", "-H", "X-IK-Role: intruder", "-H", "x_ik_role: intruder",
            "-w", "\n%{http_version} %{http_code}"]
    for path, found in (("/backend/x", '"X-IK-Role", "developer"'), ("/cgi-bin/env", "IKSSO_ROLE=developer")):
        said = server.curl(*args, path=path).out
        assert said.endswith(f"\n{version} 200") and found in said and "intruder" not in said
    said = server.curl("--http2", "-H", "X-IK-Role: intruder", "-w", "\n%{http_version} %{http_code}", path="/open-backend/x").out
    assert said.endswith(f"\n{version} 200") and "intruder" not in said and "X-IK" not in said


def test_http2_login(server: Server) -> None:
    said = server.curl("--http2", "-i", "-w", "\n%{http_code}", "--data-urlencode", f"SAMLResponse={good().encoded()}",
                       path="/saml/consume").out
    assert said.endswith("\n303") and SESSION in said


def test_http2_cookie_in_pieces(server: Server, ann: Browser) -> None:
    """HTTP/2 clients may split the Cookie header (RFC 9113, 8.2.3); HTTP/1.1 clients must not (RFC 6265, 5.4)."""
    pieces = ["a=1", f"{SESSION}={ann.cookie()}", "b=2"]
    lines = ["; ".join(pieces)] if MPM == "prefork" else pieces
    headers = [word for line in lines for word in ("-H", f"Cookie: {line}")]
    said = server.curl("--http2", *headers, "-w", "\n%{http_code}", path="/cgi-bin/env").out
    assert said.endswith("\n200") and "IKSSO_ROLE=developer" in said


# Cookies that are not good

def value_of(browser: Browser) -> str:
    value = browser.cookie()
    assert value is not None
    return value


def gives_nothing(server: Server, value: str, host: str = "imagekit.test") -> None:
    """No access, no identity, no failure."""
    with Browser(server, host) as browser:
        browser.set_cookie(value)
        assert browser.get("/cgi-bin/env").status in (302, 303), value[:60]
        if host == "imagekit.test":
            assert identity_of(browser.get("/pass-cgi/env")) == {}


def test_changed_cookies(server: Server, ann: Browser) -> None:
    value = value_of(ann)
    for at in [*range(0, len(value), 37), len(value) - 1]:
        other = "A" if value[at] != "A" else "B"
        if at == len(value) - 1:        # the last character holds unused bits: take one that changes a used one
            other = next(char for char in "AQgw" if cookie.decode(value[:-1] + char) != cookie.decode(value))
        gives_nothing(server, value[:at] + other + value[at + 1:])


def test_cut_and_lengthened_cookies(server: Server, ann: Browser) -> None:
    value = value_of(ann)
    for other in ("", "x", value[:5], value[:20], value[:44], value[:-1], value[:-20], value + "A", value + "=", value + "AAAA",
                  " " + value[1:], value * 3, "A" * 5000, "%" + value, value.replace("A", "!"), "\x80" + value):
        gives_nothing(server, other)


def test_two_session_cookies_are_none(server: Server, ann: Browser) -> None:
    answer = ann.get("/cgi-bin/env", {**NAVIGATE, "Cookie": f"{SESSION}={value_of(ann)}; {SESSION}=other"})
    assert answer.status in (302, 303)


def test_cookie_of_another_host(server: Server, ann: Browser) -> None:
    gives_nothing(server, value_of(ann), "short.test")
    with sign_in_at(server, "short.test") as browser:
        gives_nothing(server, value_of(browser))


def test_sealed_for_another_purpose_version_host_or_key(server: Server, ann: Browser) -> None:
    keys = cookie.read_keys(server.keys)
    session = cookie.open_cookie(value_of(ann), keys, ORIGIN)
    unknown = cookie.Key(b"\1\2\3\4", keys[0].created, keys[0].key)
    wrong = cookie.Key(keys[0].id, keys[0].created, bytes(32))
    for value in (cookie.seal(session, keys[0], ORIGIN, purpose="login"), cookie.seal(session, keys[0], ORIGIN, version=2),
                  cookie.seal(session, keys[0], "https://evil.test"), cookie.seal(session, unknown, ORIGIN),
                  cookie.seal(session, wrong, ORIGIN), cookie.seal(session, keys[0], "http://imagekit.test")):
        gives_nothing(server, value)
    with Browser(server) as other:      # the harness seals what the server believes, or the lines above prove nothing
        other.set_cookie(cookie.seal(session, keys[0], ORIGIN))
        assert other.get("/cgi-bin/env").status == 200


def test_sealed_nonsense(server: Server, ann: Browser) -> None:
    key = cookie.read_keys(server.keys)[0]
    session = cookie.open_cookie(value_of(ann), [key], ORIGIN)
    whole = session.pack()
    session.format = 9
    for plain in (b"", b"\0" * 8, whole[:-1], whole + b"x", whole[:8] + b"\xff\xff" + whole[10:], session.pack()):
        gives_nothing(server, cookie.seal(plain, key, ORIGIN))
    session.format = 3
    for empty in ("session", "account", "role", "idp", "index"):
        gives_nothing(server, cookie.seal(session.but(**{empty: ""}), key, ORIGIN))


@pytest.mark.parametrize("aged, names, good_still", [
    (3500, ["seen"], True), (3601, ["seen"], False),
    (12 * 3600 - 60, ["issued", "expires"], True), (12 * 3600 + 1, ["issued"], False), (12 * 3600 + 1, ["expires"], False),
    (-3600, ["issued"], False), (-3600, ["seen"], False), (-100, ["seen", "issued"], True),
])
def test_idle_and_absolute_expiry(server: Server, ann: Browser, aged: int, names: list[str], good_still: bool) -> None:
    key = cookie.read_keys(server.keys)[0]
    old = cookie.open_cookie(value_of(ann), [key], ORIGIN).aged(aged, *names)
    with Browser(server) as other:
        other.set_cookie(cookie.seal(old, key, ORIGIN))
        status = other.get("/cgi-bin/env").status
    assert status == 200 if good_still else status in (302, 303)


@pytest.mark.parametrize("aged, names, good_still", [(110, ["seen"], True), (121, ["seen"], False), (601, ["issued"], False)])
def test_configured_expiry(server: Server, aged: int, names: list[str], good_still: bool) -> None:
    origin, key = "https://short.test", cookie.read_keys(server.keys)[0]
    with sign_in_at(server, "short.test") as browser:
        session = cookie.open_cookie(value_of(browser), [key], origin)
        assert session.times["expires"] - session.times["issued"] == 600 * 1000000
        browser.set_cookie(cookie.seal(session.aged(aged, *names), key, origin))
        status = browser.get("/cgi-bin/env").status
        assert status == 200 if good_still else status in (302, 303)


def test_cookie_is_renewed_at_most_once_a_minute(server: Server, ann: Browser) -> None:
    key = cookie.read_keys(server.keys)[0]
    for _ in range(3):
        assert ann.get("/cgi-bin/env").session is None
    session = cookie.open_cookie(value_of(ann), [key], ORIGIN)
    ann.set_cookie(cookie.seal(session.aged(55, "seen"), key, ORIGIN))
    assert ann.get("/cgi-bin/env").session is None
    ann.set_cookie(cookie.seal(session.aged(61, "seen"), key, ORIGIN))
    renewed = ann.get("/cgi-bin/env").session
    assert renewed is not None and renewed.kept
    assert renewed.attributes == {"path": "/", "secure": "", "httponly": "", "samesite": "Lax"}
    after = cookie.open_cookie(renewed.value, [key], ORIGIN)
    assert abs(after.times["seen"] - cookie.now()) < 5e6
    assert {**after.times, "seen": 0} == {**session.times, "seen": 0} and after.texts == session.texts
    assert ann.get("/cgi-bin/env").session is None


@pytest.mark.parametrize("path", ["/backend/", "/private/page.txt", "/cgi-bin/env", "/dir/"])
def test_renewal_on_every_way(server: Server, ann: Browser, path: str) -> None:
    key = cookie.read_keys(server.keys)[0]
    session = cookie.open_cookie(value_of(ann), [key], ORIGIN)
    ann.set_cookie(cookie.seal(session.aged(61, "seen"), key, ORIGIN))
    answer = ann.get(path)
    assert answer.status == 200 and len([each for each in answer.cookies if each.name == SESSION]) == 1


def test_graceful_restart_keeps_sessions(server: Server, ann: Browser) -> None:
    server.graceful()
    with Browser(server) as again:
        again.set_cookie(value_of(ann))
        assert identity_of(again.get("/cgi-bin/env"))["IKSSO_EMAIL"] == "ann@acme.test"
        login(again, email="later@acme.test")


def test_rotated_key_seals_and_the_old_one_opens_until_it_is_retired(server: Server, ann: Browser) -> None:
    old = cookie.read_keys(server.keys)[0]
    session = cookie.open_cookie(value_of(ann), [old], ORIGIN)
    time.sleep(1.1)     # the file counts in seconds
    server.ctl("key", "rotate")
    server.graceful()
    with Browser(server) as browser:
        browser.set_cookie(value_of(ann))
        answer = browser.get("/cgi-bin/env")
        assert answer.status == 200 and answer.session is not None
        new = cookie.read_keys(server.keys)[0]
        assert new.id != old.id
        assert cookie.open_cookie(answer.session.value, [new], ORIGIN).texts == session.texts
    server.ctl("key", "retire", old.id.hex())
    server.graceful()
    gives_nothing(server, cookie.seal(session, old, ORIGIN))
    with Browser(server) as browser:
        login(browser)


# A host for one account

def test_host_for_one_account_refuses_sessions_of_others(server: Server) -> None:
    key, origin = cookie.read_keys(server.keys)[0], "https://only.test"
    with sign_in_at(server, "only.test") as browser:
        assert identity_of(browser.get("/cgi-bin/env"))["IKSSO_ACCOUNT"] == "acme"
        session = cookie.open_cookie(value_of(browser), [key], origin)
        gives_nothing(server, cookie.seal(session.but(account="beta"), key, origin), "only.test")


def test_host_for_one_account_refuses_logins_of_others(server: Server) -> None:
    acs = "https://only.test/saml/consume"
    with Browser(server, "only.test") as browser:
        world.refused(browser, good("beta", destination=acs, recipient=acs, audiences=[[acs]]), "account_mismatch")
