# SPDX-License-Identifier: Apache-2.0
"""Without a session: a page is sent to log in, a program is told so in JSON, and neither gets a cookie."""

from __future__ import annotations

import pytest

from lib import world
from lib.browser import NAVIGATE, Browser
from lib.server import Server

FETCH = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}
PROGRAMS = {
    "curl": {"Accept": "application/json"},
    "curl as it is": {"Accept": "*/*"},
    "fetch": {**FETCH, "Accept": "*/*"},
    "fetch html": {**FETCH, "Accept": "text/html"},
    "xhr": {**FETCH, "Accept": "*/*", "X-Requested-With": "XMLHttpRequest"},
    "old xhr": {"Accept": "text/html,*/*", "X-Requested-With": "XMLHttpRequest"},
    "EventSource": {**FETCH, "Accept": "text/event-stream", "Cache-Control": "no-cache"},
    "old EventSource": {"Accept": "text/event-stream"},
    "WebSocket": {"Sec-Fetch-Mode": "websocket", "Sec-Fetch-Dest": "empty", "Connection": "Upgrade", "Upgrade": "websocket",
                  "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="},
    "old WebSocket": {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="},
    "image": {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image", "Accept": "image/*"},
}
MAIN = """
ScriptAlias /cgi-bin/ {cgi}
<Location /cgi-bin/>
    AuthType ikssoauth
    Require valid-user
    IkSSOHoldForms 16k
</Location>
"""


def site(server: Server) -> str:
    world.populate(server, "acme")
    server.write_cgi()
    return server.vhost(MAIN.format(cgi=f"{server.root}/cgi-bin/"))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_program_gets_401_in_json_and_no_cookie(browser: Browser, program: str, method: str) -> None:
    answer = browser.request(method, "/cgi-bin/env?x=1", PROGRAMS[program])
    assert answer.status == 401 and answer.type == "application/json" and not answer.cookies
    assert answer.json["error"] == "not_signed_in" and answer.json["login"].startswith("https://imagekit.test/single-sign-on")


@pytest.mark.parametrize("headers", [NAVIGATE, {"Accept": "text/html"}, {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}], ids=str)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_page_is_sent_to_log_in_and_gets_no_cookie(browser: Browser, headers: dict[str, str], method: str) -> None:
    answer = browser.request(method, "/cgi-bin/env?x=1", headers)
    assert answer.status == 302 and not answer.cookies
    assert answer.location == "https://imagekit.test/single-sign-on?target=%2fcgi-bin%2fenv%3fx%3d1"


def test_http2(server: Server) -> None:
    said = server.curl("--http2", "-i", "-H", "Accept: application/json", path="/cgi-bin/env").out
    assert " 401 " in said.splitlines()[0] + " " and "not_signed_in" in said and "set-cookie" not in said.lower()
