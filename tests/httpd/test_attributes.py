# SPDX-License-Identifier: Apache-2.0
"""Further attributes (IkSSOAttribute): three groups or three thousand, in every process, and never anybody else's."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Iterator

import pytest

from lib import world
from lib.browser import FETCH, NAVIGATE, Answer, Browser
from lib.server import MPM, Server
from lib.world import good, login

FOUR_PROCESSES = "StartServers 4\nServerLimit 4\n"      # from the first request to the last: each has a cache of its own
FOUR_PROCESSES += {
    "prefork": "MaxRequestWorkers 4\nMinSpareServers 1\nMaxSpareServers 4\n",
}.get(MPM, "ThreadsPerChild 16\nMaxRequestWorkers 64\nMinSpareThreads 1\nMaxSpareThreads 64\n")
CLAIMS = "http://schemas.test/claims/groups"
MANY = [f"group-{number:05d}-" + "x" * 28 for number in range(1000)]      # 40 bytes each
OTHERS = [f"other-{number:05d}-" + "y" * 28 for number in range(1000)]
LONG = 4096

MAIN = """
IkSSOAttribute groups IKSSO_GROUPS
IkSSOAttribute {claims} IKSSO_GROUPS
IkSSOAttribute groups IKSSO_DASHBOARD "dashboard-*"
IkSSOAttribute department Office_Name
ScriptAlias /cgi-bin/ {cgi}
ScriptAlias /open-cgi/ {cgi}
ProxyPass /backend/ {backend}/
ProxyPass /open-backend/ {backend}/
<LocationMatch "^/(cgi-bin|backend|private)/">
    AuthType ikssoauth
    Require valid-user
</LocationMatch>
<Location /pass/>
    AuthType ikssoauth
    IkSSOAnonymous pass
    Require all granted
</Location>
<Location /ssi/>
    SetOutputFilter INCLUDES
</Location>
<Location /private/ssi/>
    SetOutputFilter INCLUDES
</Location>
RewriteEngine On
RewriteRule ^/private/out$ /open-cgi/env [PT]
LogFormat "%{{IKSSO_SESSION}}e %{{pid}}P" processes
CustomLog logs/processes.log processes
"""


def site(server: Server) -> str:
    world.populate(server, "acme", "beta")
    server.write_cgi()
    server.write("private/page.txt", "private\n")
    server.write("pass/page.txt", "pass\n")
    echo = '[<!--#echo var="IKSSO_GROUPS" -->|<!--#echo var="HTTP_X_IK_GROUPS" -->]'
    server.write("ssi/echo.shtml", echo)
    server.write("private/ssi/echo.shtml", echo)
    server.write("private/ssi/open-cgi.shtml", '<!--#include virtual="/open-cgi/env" -->')
    server.write("ssi/cgi.shtml", '<!--#include virtual="/cgi-bin/env" -->')
    main = MAIN.format(cgi=f"{server.root}/cgi-bin/", backend=server.backend, claims=CLAIMS)
    plain = f"ScriptAlias /cgi-bin/ {server.root}/cgi-bin/\n<Location /cgi-bin/>\nAuthType ikssoauth\nRequire valid-user\n</Location>\n"
    inherited = plain.replace("ScriptAlias", "IkSSOAttribute department DEPARTMENT\nScriptAlias")
    hosts = [server.vhost(main), server.vhost(plain, "plain.test"), server.vhost(inherited, "own.test")]
    return FOUR_PROCESSES + "IkSSOAttribute groups MAIN_GROUPS\n" + "".join(hosts)


def sign_in(browser: Browser, *groups: str, **changes: object) -> Answer:
    return login(browser, good(attributes=[("groups", groups)] if groups else [], **changes))


def environment(browser: Browser, path: str = "/cgi-bin/env") -> dict[str, str]:
    return world.signed_in(browser, path)


def headers(browser: Browser, path: str = "/backend/x") -> dict[str, str]:
    """The identity headers an application behind the proxy was sent."""
    answer = browser.get(path)
    assert answer.status == 200, answer.text[:500]
    return {name.lower(): value for name, value in answer.json["headers"] if name.lower().startswith("x-ik-")}


def again(browser: Browser) -> Browser:
    """Another browser with the same cookie: another connection."""
    copy = Browser(browser.server, browser.host)
    copy.jar = {host: dict(kept) for host, kept in browser.jar.items()}
    return copy


def everywhere(browser: Browser) -> list[Answer]:
    """What every process of the server answers to a session."""
    log, answers = browser.server.root / "logs" / "processes.log", []
    browser.server.log.expect("AH00161")        # prefork has more to do than it has processes
    session = environment(browser)["IKSSO_SESSION"]

    def ask(_: int) -> Answer:
        with again(browser) as each:
            return each.get("/cgi-bin/env")

    start, end = len(log.read_text()), time.monotonic() + 60
    with ThreadPoolExecutor(24) as pool:
        while time.monotonic() < end:
            answers += pool.map(ask, range(24))
            seen = {line.split()[1] for line in log.read_text()[start:].splitlines() if line.startswith(session)}
            if len(seen) == 4:
                return answers
    raise AssertionError(f"of four processes only {seen} have answered")


def groups_of(answers: list[Answer]) -> set[str]:
    assert {answer.status for answer in answers} == {200}
    return {answer.variables.get("IKSSO_GROUPS", "") for answer in answers}


@contextmanager
def unreadable_users(server: Server) -> Iterator[None]:
    """The rows of users cannot be read meanwhile."""
    server.log.expect(r"IK0332")
    server.log.expect(r"ik_user")
    server.sql("ALTER TABLE ik_user RENAME TO ik_user_away")
    try:
        yield
    finally:
        server.sql("ALTER TABLE ik_user_away RENAME TO ik_user")


def test_a_few_groups_arrive_in_variable_and_header(browser: Browser) -> None:
    sign_in(browser, "staff", "dashboard-readers", "dashboard-editors")
    seen = environment(browser)
    assert seen["IKSSO_GROUPS"] == seen["HTTP_X_IK_GROUPS"] == "staff;dashboard-readers;dashboard-editors"
    assert seen["IKSSO_DASHBOARD"] == seen["HTTP_X_IK_DASHBOARD"] == "dashboard-readers;dashboard-editors"
    assert "Office_Name" not in seen and "HTTP_X_IK_OFFICE_NAME" not in seen
    told = headers(browser)
    assert told["x-ik-groups"] == "staff;dashboard-readers;dashboard-editors" and "x-ik-office-name" not in told


def test_a_thousand_groups_arrive_in_the_variable_only(browser: Browser) -> None:
    answer = sign_in(browser, *MANY, "dashboard-readers")
    assert answer.session is not None and len(answer.session.value) < 2000
    seen = environment(browser)
    assert seen["IKSSO_GROUPS"] == ";".join(MANY) + ";dashboard-readers"
    assert seen["IKSSO_EMAIL"] == "ann@acme.test" and seen["HTTP_X_IK_EMAIL"] == "ann@acme.test"
    assert "HTTP_X_IK_GROUPS" not in seen and seen["HTTP_X_IK_DASHBOARD"] == "dashboard-readers"
    told = headers(browser)
    assert "x-ik-groups" not in told and told["x-ik-dashboard"] == "dashboard-readers" and told["x-ik-email"] == "ann@acme.test"


@pytest.mark.parametrize("xsi_type", [None, "xs:string"])
def test_three_thousand_groups_never_fail_a_login(browser: Browser, xsi_type: str | None) -> None:
    """What exceeds 64 KiB is left out, whole groups, and logged."""
    browser.server.log.expect("IK0331")
    groups = [f"group-{number:05d}-" + "x" * 28 for number in range(3000)]
    sign_in(browser, *groups, xsi_type=xsi_type)
    kept = environment(browser)["IKSSO_GROUPS"].split(";")
    assert kept == groups[:len(kept)] and 1590 < len(kept) < 1600
    assert browser.server.log.find(rf"IK0331.* {3000 - len(kept)} values")


@pytest.mark.parametrize("length, fits", [(LONG, True), (LONG + 1, False)])
def test_header_up_to_its_bound(browser: Browser, length: int, fits: bool) -> None:
    sign_in(browser, "g" * length)
    assert environment(browser)["IKSSO_GROUPS"] == "g" * length
    assert ("x-ik-groups" in headers(browser)) == fits


def test_encoded_length_counts(browser: Browser) -> None:
    sign_in(browser, "ü" * 700)     # 1,400 bytes, 4,200 in a header
    assert environment(browser)["IKSSO_GROUPS"] == "ü" * 700
    assert "x-ik-groups" not in headers(browser)


def test_separators_and_foreign_letters_survive(browser: Browser) -> None:
    sign_in(browser, "a;b", "c\\d", "Kölner Büro 東京 😀", "x=y", "<&'\">", "100%")
    value = "a\\;b;c\\\\d;Kölner Büro 東京 😀;x=y;<&'\">;100%"
    assert environment(browser)["IKSSO_GROUPS"] == value
    encoded = re.sub(r"[^ -~]|%", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), value)
    assert headers(browser)["x-ik-groups"] == encoded


def test_control_characters_are_left_out_and_logged(browser: Browser) -> None:
    browser.server.log.expect("IK0330")
    sign_in(browser, "good", "bad\nIKSSO_ROLE=account_administrator", "bad\tagain", "c1\x85", "line\u2028", "fine")
    seen = environment(browser)
    assert seen["IKSSO_GROUPS"] == "good;fine" and seen["IKSSO_ROLE"] == "developer"
    assert browser.server.log.find("IK0330.* 4 values")


def test_names_are_exact_and_lines_are_merged(browser: Browser) -> None:
    attributes = [("Groups", ["no"]), (CLAIMS, ["b", "a"]), ("groups", ["a", "c"]), ("groups", ["  d  ", "", "b"])]
    attributes.append(("department", ["Köln"]))
    login(browser, good(attributes=attributes))
    seen = environment(browser)
    assert seen["IKSSO_GROUPS"] == "b;a;c;d" and seen["Office_Name"] == "Köln"
    assert headers(browser)["x-ik-office-name"] == "K%C3%B6ln"


def test_a_host_has_its_own_list_or_inherits_one(server: Server) -> None:
    for host, expected in (("plain.test", {"MAIN_GROUPS": "g"}), ("own.test", {"DEPARTMENT": "d"})):
        acs = f"https://{host}/saml/consume"
        with Browser(server, host) as browser:
            attributes = [("groups", ["g"]), ("department", ["d"])]
            login(browser, good(destination=acs, recipient=acs, audiences=[[acs]], attributes=attributes))
            seen = environment(browser)
            names = ("MAIN_GROUPS", "DEPARTMENT", "IKSSO_GROUPS", "Office_Name")
            assert {name: seen[name] for name in names if name in seen} == expected


@pytest.mark.parametrize("first, second", [(MANY, OTHERS), (MANY, ["one"]), (["one"], MANY), (MANY, [])])
def test_next_login_shows_its_own_groups_in_every_process(browser: Browser, first: list[str], second: list[str]) -> None:
    email = f"ann-{len(first)}-{len(second)}@acme.test"
    sign_in(browser, *first, email=email)
    assert groups_of(everywhere(browser)) == {";".join(first)}
    with Browser(browser.server) as later:
        sign_in(later, *second, email=email)
        assert groups_of(everywhere(later)) == {";".join(second)}
    assert groups_of(everywhere(browser)) <= {";".join(first), ";".join(second)}, "an older session: old or new ones, no mixture"


def test_users_of_one_name_in_two_accounts_never_mix(browser: Browser) -> None:
    with Browser(browser.server) as other:
        sign_in(browser, *MANY, email="pat@acme.test")
        login(other, good("beta", email="pat@acme.test", attributes=[("groups", OTHERS)]))
        for _ in range(3):
            assert environment(browser)["IKSSO_GROUPS"] == ";".join(MANY)
            assert environment(other)["IKSSO_GROUPS"] == ";".join(OTHERS)


def test_known_attributes_outlast_a_database_that_cannot_be_read(browser: Browser) -> None:
    sign_in(browser, *MANY, email="known@acme.test")
    assert groups_of(everywhere(browser)) == {";".join(MANY)}
    with unreadable_users(browser.server):
        assert groups_of(everywhere(browser)) == {";".join(MANY)}


def test_few_groups_need_no_database(browser: Browser) -> None:
    sign_in(browser, "one", email="few@acme.test")
    with unreadable_users(browser.server):
        assert groups_of(everywhere(browser)) == {"one"}


@pytest.mark.parametrize("path, sent", [
    ("/cgi-bin/env", NAVIGATE), ("/backend/x", FETCH), ("/private/page.txt", NAVIGATE), ("/pass/page.txt", NAVIGATE),
])
def test_unknown_attributes_are_never_half_an_identity(browser: Browser, path: str, sent: dict[str, str]) -> None:
    """503 while nobody can read them; the session goes on afterwards."""
    email = f"unknown{path.replace('/', '-')}@acme.test"       # nobody that a process has met
    sign_in(browser, *MANY, email=email)
    browser.server.log.expect(r"IK0\d+.*does not answer")
    with unreadable_users(browser.server):
        answer = browser.get(path, sent)
        assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0, f"{answer.status}: {answer.text[:300]}"
        assert email not in answer.text and answer.session is None
        assert browser.get("/ok.txt").status == 200
    assert environment(browser)["IKSSO_GROUPS"] == ";".join(MANY)


def test_session_without_its_row_is_over(browser: Browser) -> None:
    """Somebody took the row away behind our back: nobody can tell whose session this is."""
    sign_in(browser, *MANY, email="gone@acme.test")
    browser.server.sql("DELETE FROM ik_user WHERE email = ?", "gone@acme.test")
    answer = browser.get("/cgi-bin/env")
    assert answer.status == 302 and answer.session is None
    assert browser.get("/backend/x", FETCH).status == 401


SPELLINGS = ("X-IK-Groups", "x_ik_groups", "X.IK.GROUPS", "X-Ik-Dashboard", "IKSSO_GROUPS", "iksso-groups", "X-IK-Office-Name",
             "X_IK_Office_Name")


@pytest.mark.parametrize("name", SPELLINGS)
def test_client_headers_do_nothing(browser: Browser, name: str) -> None:
    forged = {**NAVIGATE, name: "admin", "Connection": f"{name}"}
    for _ in range(2):      # nobody, then somebody without groups
        for path in ("/open-cgi/env", "/open-backend/x"):
            assert "admin" not in browser.get(path, forged).text
        sign_in(browser)
    for path in ("/cgi-bin/env", "/backend/x"):
        answer = browser.get(path, forged)
        assert answer.status == 200 and "admin" not in answer.text and "ann@acme.test" in answer.text


def test_client_headers_do_not_replace_or_hide_ours(browser: Browser) -> None:
    sign_in(browser, "staff")
    forged = {**NAVIGATE, "X-IK-Groups": "admin", "Connection": "X-IK-Groups"}
    told = {name.lower(): value for name, value in browser.get("/backend/x", forged).json["headers"]}
    assert told["x-ik-groups"] == "staff"


def test_a_changed_cookie_does_nothing(browser: Browser) -> None:
    sign_in(browser, "staff")
    cookie = browser.cookie()
    assert cookie is not None
    for at in (40, len(cookie) // 2, len(cookie) - 2):
        browser.set_cookie(cookie[:at] + ("A" if cookie[at] != "A" else "B") + cookie[at + 1:])
        assert browser.get("/cgi-bin/env").status == 302


def test_attributes_follow_the_configuration_of_sub_requests_and_redirects(browser: Browser) -> None:
    sign_in(browser, "staff")
    for path in ("/open-cgi/env", "/private/out", "/private/ssi/open-cgi.shtml"):
        seen = environment(browser, path)
        assert not [name for name in seen if name in ("IKSSO_GROUPS", "HTTP_X_IK_GROUPS", "IKSSO_DASHBOARD")], path
    assert "x-ik-groups" not in headers(browser, "/open-backend/x")
    assert environment(browser, "/ssi/cgi.shtml")["IKSSO_GROUPS"] == "staff"
    assert browser.get("/ssi/echo.shtml").text == "[(none)|(none)]"
    assert browser.get("/private/ssi/echo.shtml").text == "[staff|staff]"
