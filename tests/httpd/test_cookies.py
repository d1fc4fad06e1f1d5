# SPDX-License-Identifier: Apache-2.0
"""Our cookies: with which attributes they are set, when they go, and that no backend ever sees one."""

from __future__ import annotations

import pytest

from lib import world
from lib.browser import SESSION, Answer, Browser, Cookie
from lib.server import Server
from lib.spinit import LOGIN, pending, respond, start
from lib.world import good, login

ALWAYS = {"path": "/", "secure": "", "httponly": ""}
MAIN = """
ScriptAlias /cgi-bin/ {cgi}
<Location /cgi-bin/>
    AuthType ikssoauth
    Require valid-user
    IkSSOHoldForms 16k
</Location>
<Location /cgi-bin/env/open>
    Require all granted
    IkSSOAnonymous pass
</Location>
"""
OURS = ["", "-whose", "-arrival", "-account", "-rounds", "-held", "-login-", "-login-AAAA", "-login-a.b/c"]


def site(server: Server) -> str:
    world.populate(server, "acme", "beta")
    server.write_cgi()
    return server.vhost(MAIN.format(cgi=f"{server.root}/cgi-bin/"))


def named(answer: Answer, name: str) -> Cookie:
    """The one cookie of that name that an answer sets."""
    [found] = [cookie for cookie in answer.cookies if cookie.name == f"{SESSION}{name}"]
    return found


def attributes(answer: Answer, name: str) -> dict[str, str]:
    cookie = named(answer, name)
    assert cookie.kept and cookie.value
    return cookie.attributes


def test_session_comes_with_its_companion_and_its_account(browser: Browser) -> None:
    answer = login(browser)
    assert len(answer.cookies) == 3
    assert attributes(answer, "") == {**ALWAYS, "samesite": "Lax"}
    assert attributes(answer, "-whose") == {**ALWAYS, "samesite": "None"}
    assert attributes(answer, "-account") == {**ALWAYS, "samesite": "Lax", "max-age": "31536000"}
    assert named(answer, "-account").value == "acme"


def test_companion_opens_nothing(server: Server, browser: Browser) -> None:
    whose = named(login(browser), "-whose").value
    with Browser(server) as thief:
        thief.set_cookie(whose, f"{SESSION}-whose")
        assert thief.get("/cgi-bin/env").status == 302
        thief.set_cookie(whose)
        assert thief.get("/cgi-bin/env").status == 302


def test_pending_login_comes_back_from_another_site_for_ten_minutes(browser: Browser) -> None:
    request = start(browser, account="acme")
    [handle] = pending(browser)
    assert attributes(request.answer, f"-login-{handle}") == {**ALWAYS, "samesite": "None", "max-age": "600"}
    gone = named(respond(browser, request), f"-login-{handle}")
    assert gone.gone and gone.attributes == {**ALWAYS, "samesite": "None", "max-age": "0"} and not pending(browser)


def test_sixth_pending_login_clears_the_oldest_alone(browser: Browser) -> None:
    for _ in range(5):
        start(browser, account="acme")
    first, *others = pending(browser)
    answer = start(browser, account="acme").answer
    assert [cookie.name for cookie in answer.cookies if cookie.gone] == [f"{SESSION}-login-{first}"]
    assert set(others) < set(pending(browser)) and len(pending(browser)) == 5


def test_arrival_waits_where_only_this_site_sees_it(browser: Browser) -> None:
    login(browser)
    answer = browser.consume(good(email="bob@acme.test").encoded())
    assert attributes(answer, "-arrival") == {**ALWAYS, "samesite": "Lax", "max-age": "600"}
    assert answer.session is None


def test_signing_out_clears_session_and_companion(server: Server, browser: Browser) -> None:
    login(browser)
    page = browser.get("/logout", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Accept": "text/html"})
    assert {cookie.name for cookie in page.cookies if cookie.gone} == {SESSION, f"{SESSION}-whose"}
    assert browser.cookie(f"{SESSION}-account") == "acme", "the account last signed in to is remembered"


def test_form_that_is_held_has_a_key(browser: Browser) -> None:
    headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    answer = browser.request("POST", "/cgi-bin/env", headers, data={"a": "1"})
    assert attributes(answer, "-held") == {**ALWAYS, "samesite": "Lax", "max-age": "900"}


@pytest.mark.parametrize("name", OURS)
def test_no_backend_sees_one(browser: Browser, name: str) -> None:
    answer = browser.get("/cgi-bin/env/open", {"Cookie": f"before=1; {SESSION}{name}=secret; after=\"a b\";{SESSION}{name}=twice"})
    assert answer.status == 200 and answer.variables["HTTP_COOKIE"] == 'before=1; after="a b"'


@pytest.mark.parametrize("name", OURS)
def test_header_with_nothing_else_is_taken_whole(browser: Browser, name: str) -> None:
    answer = browser.get("/cgi-bin/env/open", {"Cookie": f"{SESSION}{name}=secret ;"})
    assert answer.status == 200 and "HTTP_COOKIE" not in answer.variables


@pytest.mark.parametrize("crumb", [f"{SESSION}-other=1", f"{SESSION}x=1", f"x{SESSION}=1", f"a={SESSION}", SESSION, f"{SESSION}-loginx=1",
                                   f"{SESSION.lower()}=1", f"{SESSION} =1"])
def test_cookie_of_somebody_else_passes(browser: Browser, crumb: str) -> None:
    answer = browser.get("/cgi-bin/env/open", {"Cookie": crumb})
    assert answer.variables.get("HTTP_COOKIE") == crumb


def test_cookie_that_comes_twice_is_none(browser: Browser) -> None:
    login(browser)
    value = browser.cookie()
    assert browser.get("/cgi-bin/env", {"Cookie": f"{SESSION}={value}"}).status == 200
    assert browser.get("/cgi-bin/env", {"Cookie": f"{SESSION}={value}; {SESSION}={value}", "Accept": "text/html"}).status == 302


@pytest.mark.parametrize("value", ["", "x", "a/b", "<script>", "A" * 600, "beta%0d%0aX: y"], ids=["empty", "short", "slash", "markup", "long", "line"])
def test_garbage_stops_no_sign_in(browser: Browser, value: str) -> None:
    for name in OURS:
        browser.set_cookie(value, f"{SESSION}{name}")
    assert browser.get(LOGIN).status == 200
    assert browser.get("/saml/consume").status == 303
    respond(browser, start(browser, account="acme"))
    assert browser.get("/cgi-bin/env").status == 200
