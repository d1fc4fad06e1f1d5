# SPDX-License-Identifier: Apache-2.0
"""Signing out: who may cause it, that it is final, and what the person is told."""

from __future__ import annotations

from typing import Iterator, Mapping

import pytest

from lib import cookie, world
from lib.browser import NAVIGATE, SESSION, Answer, Browser
from lib.server import Server
from lib.world import JSON, check_refused, login

ORIGIN = "https://imagekit.test"
FORM = "application/x-www-form-urlencoded"

OWN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "same-origin"},                                              # a link on one of our pages
    {"Sec-Fetch-Site": "none"},                                                     # typed, or a bookmark
    {},                                                                             # an older browser, or a program
    {"Origin": ORIGIN},
    {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN},
    {"Referer": f"{ORIGIN}/page"},                                                  # an older browser follows our link
    {"Sec-Fetch-Site": "same-origin", "Referer": "https://evil.test/"},
    {"Origin": ORIGIN, "Referer": "https://evil.test/"},
]
FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},                                                # a host beside ours
    {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
    {"Sec-Fetch-Site": "same-origin, cross-site"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Origin": ORIGIN + ".evil.test"},
    {"Origin": "http://imagekit.test"},
    {"Referer": "https://evil.test/page"},                                          # an older browser follows a link there
    {"Referer": "https://evil.test/"},
    {"Referer": ORIGIN},
    {"Referer": f"{ORIGIN}.evil.test/"},
    {"Referer": f"{ORIGIN}:444/"},
    {"Referer": f"{ORIGIN}@evil.test/"},
    {"Referer": "http://imagekit.test/"},
    {"Referer": "about:blank"},
    {"Origin": "null", "Referer": f"{ORIGIN}/page"},
    {"Sec-Fetch-Site": "cross-site", "Referer": f"{ORIGIN}/page"},
]

MAIN = """
ScriptAlias /cgi-bin/ {cgi}
<Location /cgi-bin/>
    AuthType ikssoauth
    Require valid-user
</Location>
"""


def site(server: Server) -> str:
    world.populate(server, "acme", "beta")
    server.write_cgi()
    main = MAIN.format(cgi=f"{server.root}/cgi-bin/")
    everything = main + "IkSSOLogoutPath /bye\nIkSSOLoginPath /enter\n"
    everything += "<Location />\nAuthType ikssoauth\nRequire valid-user\n</Location>\n"
    return server.vhost(main) + server.vhost(everything, "all.test")


@pytest.fixture
def ann(browser: Browser) -> Browser:
    login(browser)
    return browser


def value_of(browser: Browser) -> str:
    value = browser.cookie()
    assert value is not None
    return value


def is_in(server: Server, value: str) -> bool:
    """Whether somebody with this cookie gets in; nothing of the answer is kept."""
    with Browser(server) as thief:
        thief.set_cookie(value)
        status = thief.get("/cgi-bin/env", JSON).status
    assert status in (200, 401)
    return status == 200


def check_page(answer: Answer) -> None:
    """What all pages have in common."""
    assert answer.status == 200 and answer.type == "text/html"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Clear-Site-Data" not in answer.headers


def check_signed_out(server: Server, browser: Browser, value: str, answer: Answer) -> None:
    check_page(answer)
    assert "You are signed out" in answer.text and 'href="/single-sign-on"' in answer.text
    assert [(each.name, each.gone) for each in answer.cookies] == [(SESSION, True), (f"{SESSION}-whose", True)]
    assert answer.session is not None and "secure" in answer.session.attributes
    assert browser.cookie() is None and not is_in(server, value)


def check_asked(server: Server, value: str, answer: Answer) -> None:
    check_page(answer)
    method, action, fields = answer.form()
    assert (method, action) == ("post", f"{ORIGIN}/logout") and len(fields["token"]) > 40
    assert "as ann@acme.test" in answer.text
    assert not answer.cookies and is_in(server, value)


@pytest.mark.parametrize("headers", OWN, ids=str)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_own_request_signs_out(server: Server, ann: Browser, method: str, headers: Mapping[str, str]) -> None:
    value = value_of(ann)
    assert is_in(server, value)
    check_signed_out(server, ann, value, ann.request(method, "/logout", {**NAVIGATE, **headers}))
    assert server.log.wait("IK0165.*ann@acme.test")


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_site_cannot_sign_people_out(server: Server, ann: Browser, method: str, headers: Mapping[str, str]) -> None:
    value = value_of(ann)
    answer = ann.request(method, "/logout", {**NAVIGATE, **headers})
    check_asked(server, value, answer)
    assert "/dashboard" in answer.text and "Stay signed in" in answer.text


@pytest.mark.parametrize("headers", [*OWN, {"Origin": "null"}, *FOREIGN[:2]], ids=str)
def test_button_of_the_page_signs_out(server: Server, ann: Browser, headers: Mapping[str, str]) -> None:
    """Older browsers send Origin: null, because our page has a Referrer-Policy of no-referrer."""
    value = value_of(ann)
    asked = ann.get("/logout", {**NAVIGATE, "Sec-Fetch-Site": "cross-site"})
    _, action, fields = asked.form()
    check_signed_out(server, ann, value, ann.post(action, fields, {**NAVIGATE, **headers}))


def test_token_of_another_session_is_none(server: Server, ann: Browser) -> None:
    cross = {**NAVIGATE, "Sec-Fetch-Site": "cross-site"}
    with Browser(server) as other:
        login(other, account="beta")
        _, action, fields = other.get("/logout", cross).form()
    value = value_of(ann)
    check_asked(server, value, ann.post(action, fields, cross))


@pytest.mark.parametrize("token", ["", "x", "A" * 100, "A" * 100000], ids=len)
def test_wrong_token_is_none(server: Server, ann: Browser, token: str) -> None:
    value = value_of(ann)
    check_asked(server, value, ann.post("/logout", {"token": token}, {**NAVIGATE, "Sec-Fetch-Site": "cross-site"}))


def test_token_in_the_query_is_none(server: Server, ann: Browser) -> None:
    cross = {**NAVIGATE, "Sec-Fetch-Site": "cross-site"}
    value = value_of(ann)
    token = ann.get("/logout", cross).form()[2]["token"]
    check_asked(server, value, ann.get(f"/logout?token={token}", cross))
    check_asked(server, value, ann.request("POST", f"/logout?token={token}", cross))


@pytest.mark.parametrize("kind, body", [(None, b""), ("application/json", b"{}"), ("text/plain", b"x" * 5000)])
def test_script_of_our_own_page_may_post_anything(server: Server, ann: Browser, kind: str | None, body: bytes) -> None:
    value = value_of(ann)
    headers = {**JSON, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", **({"Content-Type": kind} if kind else {})}
    answer = ann.request("POST", "/logout", headers, data=body)
    assert (answer.status, answer.json) == (200, {"signed_out": True})
    assert not is_in(server, value)


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}], ids=str)
def test_head_changes_nothing(server: Server, ann: Browser, headers: Mapping[str, str]) -> None:
    value = value_of(ann)
    head = ann.request("HEAD", "/logout", {**NAVIGATE, **headers})
    assert not head.cookies and is_in(server, value)
    get = ann.request("GET", "/logout", {**NAVIGATE, **headers})
    same = ("Content-Type", "Content-Security-Policy")
    assert head.status == get.status == 200 and not head.body
    assert [head.headers[name] for name in same] == [get.headers[name] for name in same]


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"},
                                     {"Purpose": "Prefetch"}], ids=str)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_prefetch_signs_nobody_out(server: Server, ann: Browser, method: str, headers: Mapping[str, str]) -> None:
    """It is not used either: a browser that gets no success asks again."""
    value = value_of(ann)
    answer = ann.request(method, "/logout", {**NAVIGATE, "Sec-Fetch-Site": "same-origin", **headers})
    assert answer.status == 503 and "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies and is_in(server, value)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}], ids=str)
def test_nobody_is_signed_in(browser: Browser, method: str, headers: Mapping[str, str]) -> None:
    answer = browser.request(method, "/logout", {**NAVIGATE, **headers})
    check_page(answer)
    assert "You are signed out" in answer.text and not answer.cookies
    assert browser.request(method, "/logout", {**JSON, **headers}).json == {"signed_out": True}


def test_stale_cookie_is_cleared(server: Server, browser: Browser) -> None:
    browser.set_cookie("AAAA")
    answer = browser.get("/logout")
    assert answer.status == 200 and answer.session is not None and answer.session.gone and browser.cookie() is None
    assert server.log.wait("IK0170")


# Cookies that give no access here: what becomes of them, and who is in with the same session

AGED: dict[str, tuple[float, tuple[str, ...]]] = {
    "idle": (7200, ("seen",)),
    "seen on a machine whose clock goes ahead": (-3600, ("seen",)),
    "begun on a machine whose clock goes ahead": (-3600, ("issued", "seen", "expires")),
}


@pytest.mark.parametrize("seconds, times", AGED.values(), ids=AGED)
def test_cookie_that_gives_no_access_ends_its_session(server: Server, ann: Browser, seconds: float, times: tuple[str, ...]) -> None:
    """A thief's copy was used since, and so is good for longer than the cookie its owner still has."""
    stolen, key = value_of(ann), cookie.read_keys(server.keys)[0]
    ann.set_cookie(cookie.seal(cookie.open_cookie(stolen, [key], ORIGIN).aged(seconds, *times), key, ORIGIN))
    assert ann.get("/cgi-bin/env", JSON).status == 401 and is_in(server, stolen)
    asked = ann.get("/logout", {**NAVIGATE, "Sec-Fetch-Site": "cross-site"})
    check_asked(server, stolen, asked)
    check_signed_out(server, ann, stolen, ann.get("/logout", NAVIGATE))


def test_session_of_another_role_is_ended(server: Server, ann: Browser) -> None:
    """No such role is accepted here (any more)."""
    stolen, key = value_of(ann), cookie.read_keys(server.keys)[0]
    ann.set_cookie(cookie.seal(cookie.open_cookie(stolen, [key], ORIGIN).but(role="wizard"), key, ORIGIN))
    assert ann.get("/cgi-bin/env", JSON).status == 401
    check_signed_out(server, ann, stolen, ann.get("/logout", NAVIGATE))


def test_what_is_over_anyway_is_not_recorded(server: Server, ann: Browser) -> None:
    key = cookie.read_keys(server.keys)[0]
    session = cookie.open_cookie(value_of(ann), [key], ORIGIN)
    ann.set_cookie(cookie.seal(session.aged(90000, "issued", "seen", "expires"), key, ORIGIN))
    answer = ann.get("/logout", NAVIGATE)
    assert "You are signed out" in answer.text and answer.session is not None and answer.session.gone
    assert not server.sql("SELECT 1 FROM ik_revocation WHERE subject = ?", session.texts["session"])


def test_signing_out_twice_is_fine(server: Server, ann: Browser) -> None:
    value = value_of(ann)
    ann.get("/logout")
    ann.set_cookie(value)
    answer = ann.get("/logout")
    assert "You are signed out" in answer.text and ann.cookie() is None


def test_signing_out_twice_is_recorded_once(server: Server, ann: Browser) -> None:
    session = cookie.open_cookie(value_of(ann), cookie.read_keys(server.keys), ORIGIN).texts["session"]
    value = value_of(ann)
    ann.get("/logout")
    row = server.sql("SELECT position FROM ik_revocation WHERE subject = ?", session)
    ann.set_cookie(value)
    ann.get("/logout")
    assert server.sql("SELECT position FROM ik_revocation WHERE subject = ?", session) == row and len(row) == 1


def test_revoked_cookie_is_left_to_the_logout(server: Server, ann: Browser) -> None:
    """The answer may cross a new login of another tab, whose cookie it would clear."""
    value = value_of(ann)
    ann.get("/logout")
    ann.set_cookie(value)
    answer = ann.get("/cgi-bin/env", JSON)
    assert answer.status == 401 and not answer.cookies


def test_renewed_cookie_does_not_survive_the_sign_out(server: Server, ann: Browser) -> None:
    key = cookie.read_keys(server.keys)[0]
    session = cookie.open_cookie(value_of(ann), [key], ORIGIN).aged(90, "seen")
    ann.set_cookie(cookie.seal(session, key, ORIGIN))
    assert ann.get("/cgi-bin/env").session is not None, "this cookie is old enough to be renewed"
    ann.set_cookie(cookie.seal(session, key, ORIGIN))
    answer = ann.get("/logout")
    assert [each.gone for each in answer.cookies] == [True, True]


def test_only_this_session_ends(server: Server, ann: Browser) -> None:
    with Browser(server) as phone, Browser(server) as other:
        login(phone)
        login(other, account="beta")
        ann.get("/logout")
        assert is_in(server, value_of(phone)) and is_in(server, value_of(other))


def test_new_login_works_after_a_sign_out(server: Server, ann: Browser) -> None:
    ann.get("/logout")
    login(ann)
    assert is_in(server, value_of(ann))


def test_program_gets_json(server: Server, ann: Browser) -> None:
    value = value_of(ann)
    answer = ann.get("/logout", JSON)
    assert (answer.status, answer.type, answer.json) == (200, "application/json", {"signed_out": True})
    assert answer.session is not None and answer.session.gone and not is_in(server, value)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_program_sent_by_another_site_is_refused(server: Server, ann: Browser, method: str) -> None:
    value = value_of(ann)
    check_refused(ann, ann.request(method, "/logout", {**JSON, "Sec-Fetch-Site": "cross-site"}), "csrf")
    assert is_in(server, value)


@pytest.mark.parametrize("body, status", [(b"token=%zz", 400), (b"token=a&token=b", 400), (b"x=" + b"y" * (1 << 20), 413)],
                         ids=["bad escape", "field twice", "too large"])
def test_form_that_cannot_be_read_changes_nothing(server: Server, ann: Browser, body: bytes, status: int) -> None:
    value = value_of(ann)
    answer = ann.request("POST", "/logout", {**NAVIGATE, "Content-Type": FORM}, data=body)
    assert answer.status == status and not answer.cookies and is_in(server, value)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PROPFIND"])
def test_other_methods_are_refused(server: Server, ann: Browser, method: str) -> None:
    value = value_of(ann)
    answer = ann.request(method, "/logout", NAVIGATE)
    assert answer.status == 405 and answer.headers["Allow"] == "GET, HEAD, POST" and is_in(server, value)


def test_path_is_configured_and_needs_no_session(server: Server) -> None:
    """Also below a section that lets in only people who are signed in."""
    with Browser(server, "all.test") as browser:
        answer = browser.get("/bye")
        assert answer.status == 200 and 'href="/enter"' in answer.text
        assert browser.get("/logout", JSON).status == 401
        assert browser.get("/bye/", JSON).status == 401


@pytest.fixture
def broken(server: Server) -> Iterator[Server]:
    """The table of revocations is gone for a while: nothing that is known is lost, and nothing new can be written."""
    server.log.expect("IK0121|IK0163|IK0312|IK0313")
    server.sql("ALTER TABLE ik_revocation RENAME TO ik_gone")
    try:
        yield server
    finally:
        server.sql("ALTER TABLE ik_gone RENAME TO ik_revocation")


@pytest.mark.parametrize("headers", [NAVIGATE, JSON], ids=["page", "json"])
def test_sign_out_that_cannot_be_recorded_is_none(broken: Server, ann: Browser, headers: Mapping[str, str]) -> None:
    value = value_of(ann)
    answer = ann.get("/logout", headers)
    assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0 and not answer.cookies
    assert "You are still signed in" in answer.text
    assert is_in(broken, value)
