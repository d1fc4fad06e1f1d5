# SPDX-License-Identifier: Apache-2.0
"""IkSSOHoldForms: what somebody sends without a session is sent on after the login, once, by that browser."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest

from lib import world
from lib.browser import FETCH, NAVIGATE, SESSION, Answer, Browser
from lib.server import Server
from lib.spinit import read, respond
from lib.world import login

FORM = "application/x-www-form-urlencoded"
OURS = {**NAVIGATE, "Sec-Fetch-Site": "same-origin", "Content-Type": FORM}
MAIN = """
ScriptAlias /cgi-bin/ {cgi}
<Location /cgi-bin/>
    AuthType ikssoauth
    Require valid-user
    IkSSOHoldForms 2k
</Location>
<Location /cgi-bin/env/none>
    IkSSOHoldForms Off
</Location>
"""


def site(server: Server) -> str:
    world.populate(server, "acme")
    server.write_cgi()
    return server.vhost(MAIN.format(cgi=f"{server.root}/cgi-bin/"))


def send(browser: Browser, body: str, path: str = "/cgi-bin/env?x=1", headers: dict[str, str] | None = None) -> Answer:
    return browser.request("POST", path, headers or OURS, data=body.encode())


def sign_in(browser: Browser, answer: Answer) -> Answer:
    """From the login page that answer leads to, back to where the form is."""
    page = browser.get(answer.location or "")
    target = page.form()[2]["target"]
    request = read(browser.submit(browser.get(f"/single-sign-on?account=acme&target={target.replace('?', '%3F')}")))
    return respond(browser, request)


BODY = "name=Zo%C3%AB+%26+Co&tag=a&tag=b&empty=&text=line1%0D%0Aline2%3Cscript%3E&ch%C3%A4r=1"


def test_form_is_sent_on_after_the_login(browser: Browser) -> None:
    answer = send(browser, BODY)
    assert answer.status == 303 and (answer.location or "").startswith("https://imagekit.test/single-sign-on?target=%2fsaml%2fconsume%3fheld%3d")
    assert [each.name for each in answer.cookies] == [f"{SESSION}-held"]
    page = browser.follow(sign_in(browser, answer))
    assert page.status == 200 and "<script>alert" not in page.text
    method, action, _ = page.form()
    assert (method, action) == ("post", "https://imagekit.test/cgi-bin/env?x=1")
    fields = [(unescape(n), unescape(v)) for n, v in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.text)]
    assert fields == parse_qsl(BODY, keep_blank_values=True)


def test_form_is_sent_on_once(browser: Browser) -> None:
    there = sign_in(browser, send(browser, "a=1")).location or ""
    held = browser.cookie(f"{SESSION}-held") or ""
    assert browser.get(there).status == 200
    browser.set_cookie(held, f"{SESSION}-held")
    assert browser.get(there).status == 303, "the second time there is nothing"


def test_looking_ahead_uses_nothing_up(browser: Browser) -> None:
    there = sign_in(browser, send(browser, "a=1")).location or ""
    assert browser.request("HEAD", there, NAVIGATE).status == 303
    assert browser.get(there).status == 200


def test_form_of_one_browser_is_no_other_ones(server: Server, browser: Browser) -> None:
    there = sign_in(browser, send(browser, "secret=1")).location or ""
    with Browser(server) as other:
        login(other, email="bob@acme.test")
        answer = other.get(there)
        assert answer.status == 303 and "secret" not in answer.text
        other.set_cookie("A" * 22, f"{SESSION}-held")
        assert other.get(there).status == 303


@pytest.mark.parametrize("headers, path, body", [
    ({**OURS, "Sec-Fetch-Site": "cross-site"}, "/cgi-bin/env", "a=1"),
    ({**NAVIGATE, "Content-Type": FORM, "Origin": "https://evil.test"}, "/cgi-bin/env", "a=1"),
    ({**NAVIGATE, "Content-Type": FORM}, "/cgi-bin/env", "a=1"),
    ({**FETCH, "Content-Type": FORM}, "/cgi-bin/env", "a=1"),
    ({**OURS, "Content-Type": "multipart/form-data; boundary=x"}, "/cgi-bin/env", "--x--"),
    ({**OURS, "Content-Type": "application/json"}, "/cgi-bin/env", "{}"),
    (OURS, "/cgi-bin/env/none", "a=1"),
    (OURS, "/cgi-bin/env", "a=" + "x" * 2048),
    (OURS, "/cgi-bin/env", "a=%E9&b=2"),
    (OURS, "/cgi-bin/env", "a=%zz"),
    (OURS, "/cgi-bin/env", "&".join(["a"] * 1001)),
    (OURS, "/cgi-bin/env", "a=" + "x" * 1100000),
])
def test_others_get_401_as_before(server: Server, browser: Browser, headers: dict[str, str], path: str, body: str) -> None:
    before = server.sql("SELECT count(*) FROM ik_held")
    answer = send(browser, body, path, headers)
    assert answer.status == 401 and not answer.cookies
    assert server.sql("SELECT count(*) FROM ik_held") == before


def test_form_of_somebody_who_is_signed_in_is_not_held(browser: Browser) -> None:
    login(browser)
    assert send(browser, "").status == 200


def test_form_is_sealed_in_the_database(server: Server, browser: Browser) -> None:
    send(browser, "password=hunter2hunter2")
    [(text,)] = server.sql("SELECT text FROM ik_held ORDER BY expires DESC LIMIT 1")
    assert "hunter2" not in text and len(text) > 40


def test_form_is_held_over_http2(server: Server) -> None:
    said = server.curl("--http2", "-i", "-H", "Accept: text/html", "-H", "Sec-Fetch-Site: same-origin", "-d", "a=1", path="/cgi-bin/env").out
    assert " 303" in said.splitlines()[0] and f"{SESSION}-held=" in said and "%3fheld%3d" in said
