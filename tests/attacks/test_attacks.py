# SPDX-License-Identifier: Apache-2.0
"""Posts every attack of this folder to a real httpd: refused with the expected reason, and the server lives on."""

from __future__ import annotations

import pytest

from lib import attack, world
from lib.browser import Browser
from lib.reasons import REASONS
from lib.server import Server

ATTACKS = attack.load()

# The reasons that need more than one message: the test that reaches each.
ELSEWHERE = {
    "replayed": "tests/attacks/test_replay.py::test_second_use_is_refused",
    "user_disabled": "tests/httpd/test_consume.py::test_disabled_user_is_refused",
    "not_signed_in": "tests/httpd/test_protect.py::test_api_without_session_gets_401_naming_the_login",
    "csrf": "tests/httpd/test_logout.py::test_program_sent_by_another_site_is_refused",
    "not_allowed": "tests/httpd/test_protect.py::test_wrong_role_is_refused",
    "unsolicited_forbidden": "tests/httpd/test_request_binding.py::test_account_may_refuse_what_nobody_asked_for",
}


def site(server: Server) -> str:
    world.populate(server)
    certificate = world.sp_certificate(server)
    return server.vhost(certificate) + server.vhost(certificate + "IkSSOAccount acme\n", "only.test")


@pytest.mark.parametrize("each", ATTACKS, ids=lambda each: each.title)
def test_is_refused(server: Server, each: attack.Attack) -> None:
    with Browser(server, each.host) as browser:
        server.log.expect("refused")
        answer = browser.consume(each.field(), headers=world.JSON)
        world.check_refused(browser, answer, each.reason)
        assert browser.get("/ok.txt").text == "ok\n"


@pytest.mark.parametrize("target", ["/dashboard", "https://imagekit.test/dashboard?account=beta", "https://beta.test/"])
@pytest.mark.parametrize("own_session", [False, True])
def test_no_target_and_no_session_opens_another_account(browser: Browser, target: str, own_session: bool) -> None:
    if own_session:
        world.login(browser, account="beta")
    before = browser.cookie()
    evil = world.good("acme").but(account="beta", email="ann@beta.test")
    world.refused(browser, evil, "signature_invalid", target)
    assert browser.cookie() == before


def test_nothing_of_a_refused_login_is_kept(server: Server, browser: Browser) -> None:
    world.refused(browser, world.good(email="mallory@acme.test", role="root"), "role_forbidden")
    assert server.sql("SELECT count(*) FROM ik_user WHERE email = 'mallory@acme.test'") == [(0,)]


def test_refused_assertion_is_not_used_up(server: Server, browser: Browser) -> None:
    """Whoever posts a broken copy of somebody's assertion must not be able to lock that person out."""
    response = world.good(email="victim@acme.test")
    message = response.bytes()
    world.refused(browser, message.replace(b"victim@", b"villain@"), "signature_invalid")
    login = browser.consume(attack.encode(message))
    assert login.status == 303, login.text


def test_every_reason_is_reached(server: Server) -> None:
    """One attack of each reason, afresh: together with the other tests they reach the closed list."""
    first = {each.reason: each for each in reversed(ATTACKS)}
    seen = set()
    server.log.expect("refused")
    for each in first.values():
        with Browser(server, each.host) as browser:
            seen.add(browser.consume(each.field(), headers=world.JSON).json["error"])
    assert seen == set(first), "an attack is refused for another reason"
    assert seen | set(ELSEWHERE) == set(REASONS)


@pytest.mark.parametrize("reason, test", ELSEWHERE.items())
def test_the_other_reasons_have_their_test(reason: str, test: str) -> None:
    file, _, function = test.partition("::")
    text = (attack.TOP / file).read_text()
    body = text.partition(f"def {function}(")[2].partition("\ndef ")[0]
    assert f'"{reason}"' in body, f"{test} does not expect {reason}"
