# SPDX-License-Identifier: Apache-2.0
"""A response is good for the browser, account and identity provider whose request it answers, once (R10)."""

from __future__ import annotations

import secrets
import threading
from typing import Any

import pytest

from lib import world
from lib.browser import NAVIGATE, Answer, Browser
from lib.forge import Response, new_id
from lib.server import Server
from lib.spinit import COOKIE, pending, read, respond, start
from lib.world import check_refused, confirmation, good, has_session, lands, signed_in

MFA = "https://refeds.org/profile/mfa"
MAIN = """
ScriptAlias /cgi-bin/ {cgi}
<Location /cgi-bin/>
    AuthType ikssoauth
    Require valid-user
</Location>
<Location /cgi-bin/sure>
    AuthType ikssoauth
    Require ik-authn-context {mfa}
</Location>
"""


def site(server: Server) -> str:
    world.populate(server, "acme", "beta", "twin", "twin2", "p256")
    server.add_account("refuses", world.idp("refuses").metadata(), "--option", "unsolicited=refuse")
    server.add_account("bounces", world.idp("bounces").metadata(), "--option", "unsolicited=bounce")
    tolerated = f"dummy-request={world.day()}"
    server.add_account("dummy", world.idp("dummy").metadata(), "--option", tolerated)
    server.add_account("over", world.idp("over").metadata(), "--option", f"dummy-request={world.day(-1)}")
    server.add_account("both", world.idp("both").metadata(), "--option", tolerated, "--option", "unsolicited=refuse")
    server.write_cgi()
    server.write_cgi("sure")
    body = MAIN.format(cgi=f"{server.root}/cgi-bin/", mfa=MFA)
    return server.vhost(body + world.sp_certificate(server))


def of(account: str, **changes: Any) -> Response:
    """A good response of one of the accounts above, which world does not know."""
    return good(account, **{"idp": world.idp(account), **changes})


def post(browser: Browser, response: Response, relay_state: str | None = None) -> Answer:
    """Posts it as a page of the identity provider does; what is refused is expected in the log."""
    browser.server.log.expect(r"refused")
    return browser.consume(response.encoded(), relay_state, headers={**NAVIGATE, "Accept": "application/json"})


def refused(browser: Browser, response: Response, reason: str, relay_state: str | None = None) -> None:
    before = browser.cookie()
    check_refused(browser, post(browser, response, relay_state), reason)
    assert browser.cookie() == before


def test_answer_signs_in_and_leads_where_the_login_wanted_to_go(browser: Browser) -> None:
    request = start(browser, account="acme", target="/cgi-bin/env?x=1#frag")
    assert request.id.startswith("_ik") and len(request.relay_state) <= 80
    answer = respond(browser, request)
    assert answer.status == 303 and lands(answer) == "/cgi-bin/env?x=1#frag"
    assert pending(browser) == []
    assert signed_in(browser)["IKSSO_EMAIL"] == "ann@acme.test"


@pytest.mark.parametrize("signed", ["assertion", "response", "both"])
@pytest.mark.parametrize("relay_state", [None, "", "/elsewhere", "AAAAAAAAAAAAAAAAAAAAAA"])
def test_relay_state_decides_nothing(browser: Browser, signed: str, relay_state: str | None) -> None:
    request = start(browser, account="acme", target="/cgi-bin/env")
    answer = post(browser, good(signed=signed).answering(request.id), relay_state)
    assert answer.status == 303 and lands(answer) == "/cgi-bin/env"


def test_answer_in_another_browser_is_refused(server: Server, browser: Browser) -> None:
    """A response that was caught, or that somebody is made to post (login CSRF), is worth nothing."""
    request = start(browser, account="acme")
    caught = good().answering(request.id)
    with Browser(server) as stranger:
        refused(stranger, caught, "request_unknown", request.relay_state)
        start(stranger, account="acme")
        refused(stranger, caught, "request_unknown", request.relay_state)
        assert not has_session(stranger)
    assert post(browser, caught, request.relay_state).status == 303     # it was not used up


def test_cookie_under_the_name_of_another_login_is_none(browser: Browser) -> None:
    first, second = start(browser, account="acme"), start(browser, account="acme")
    value = browser.cookie(COOKIE + first.relay_state)
    assert value is not None
    browser.jar[browser.host].pop(COOKIE + first.relay_state)
    browser.set_cookie(value, COOKIE + second.relay_state)
    refused(browser, good().answering(first.id), "request_unknown")


@pytest.mark.parametrize("spoil", [lambda value: value[:-4] + "AAAA", lambda value: value[4:], lambda value: "x"])
def test_cookie_that_was_changed_is_none(browser: Browser, spoil: Any) -> None:
    request = start(browser, account="acme")
    name = COOKIE + request.relay_state
    browser.set_cookie(spoil(browser.cookie(name)), name)
    refused(browser, good().answering(request.id), "request_unknown")


@pytest.mark.parametrize("asked, answers", [("acme", "beta"), ("beta", "acme"), ("twin", "twin2"), ("acme", "p256")])
def test_request_of_one_account_is_not_answered_by_another(browser: Browser, asked: str, answers: str) -> None:
    """Not even where both have one identity provider, as the twins have."""
    request = start(browser, account=asked)
    refused(browser, good(answers).answering(request.id), "request_unknown", request.relay_state)
    assert not has_session(browser)
    assert post(browser, good(asked).answering(request.id)).status == 303


def test_answer_of_one_provider_for_the_account_of_another_is_refused(browser: Browser) -> None:
    request = start(browser, account="acme")
    evil = good("acme", idp=world.idp("beta")).answering(request.id)
    refused(browser, evil, "signature_invalid", request.relay_state)


def test_request_is_void_once_the_account_has_another_provider(server: Server, browser: Browser) -> None:
    server.add_account("moves", world.idp("moves").metadata())
    request = start(browser, account="moves")
    path = server.write("moved.xml", world.idp("moved").metadata(), below="conf")
    server.ctl("account", "set", "moves", "--metadata", str(path))
    refused(browser, of("moves", idp=world.idp("moved")).answering(request.id), "request_unknown")


def test_request_is_answered_once(server: Server, browser: Browser) -> None:
    request = start(browser, account="acme")
    name = COOKIE + request.relay_state
    kept = browser.cookie(name)
    assert kept is not None
    assert respond(browser, request).status == 303
    browser.jar.clear()
    refused(browser, good().answering(request.id), "request_unknown", request.relay_state)
    browser.set_cookie(kept, name)      # another tab that still has it
    refused(browser, good().answering(request.id), "request_unknown", request.relay_state)
    refused(browser, good(email="bob@acme.test").answering(request.id), "request_unknown", request.relay_state)
    assert not has_session(browser)


def test_twenty_answers_at_once_make_one_session(server: Server, browser: Browser) -> None:
    """Of one request, each with an assertion of its own: whichever process or thread is first."""
    request = start(browser, account="acme")
    messages = [good(email=f"user{number}@acme.test").answering(request.id).encoded() for number in range(20)]
    together, answers = threading.Barrier(20), []
    server.log.expect(r"refused")

    def send(message: str) -> None:
        with Browser(server) as tab:
            tab.jar[tab.host] = dict(browser.jar[browser.host])
            together.wait()
            answers.append(tab.consume(message, headers=world.JSON))

    threads = [threading.Thread(target=send, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [303] + [403] * 19
    assert {answer.json["error"] for answer in answers if answer.status == 403} == {"request_unknown"}
    assert server.sql("SELECT count(*) FROM ik_user WHERE account = 'acme' AND email LIKE 'user%'") == [(1,)]


def test_replay_signs_nobody_in(server: Server, browser: Browser) -> None:
    request = start(browser, account="acme")
    name = COOKIE + request.relay_state
    kept = browser.cookie(name)
    assert kept is not None
    response = good().answering(request.id)
    message = response.encoded()
    assert browser.consume(message).status == 303
    server.log.expect(r"refused")
    for held in ({}, {name: kept}):
        with Browser(server) as other:
            other.jar[other.host] = dict(held)
            answer = other.consume(message, headers=world.JSON)
            assert not has_session(other)
            if held:        # the browser that started it, which lost the first answer: it is sent there again
                assert answer.status == 303 and answer.location is not None
                assert answer.location.startswith("https://idp.acme.test/sso?")
                assert name[len(COOKIE):] not in pending(other) and len(pending(other)) == 1
                server.log.wait("IK0200: submitted twice, starts anew: reason=replayed")
            else:
                check_refused(other, answer, "request_unknown")


def test_whoever_is_signed_in_is_led_on(browser: Browser) -> None:
    """Back button, double submit: the page after the login, not a dead end."""
    request = start(browser, account="acme", target="/cgi-bin/env?x=1")
    response = good().answering(request.id)
    message = response.encoded()
    assert browser.consume(message, request.relay_state).status == 303
    before = browser.cookie()
    for each in (message, good().answering(request.id).encoded()):
        again = browser.consume(each, request.relay_state)
        assert again.status == 303 and lands(again) == "/dashboard"
        assert browser.cookie() == before
    browser.server.log.wait("IK0200: signed in already, led on: reason=request_unknown")
    refused(browser, good(email="bob@acme.test").answering(request.id), "request_unknown")
    refused(browser, good().answering(request.id).but(not_on_or_after=-600), "expired")


def test_five_tabs_sign_in_in_any_order(browser: Browser) -> None:
    requests = [start(browser, account="acme", target=f"/cgi-bin/env?tab={number}") for number in range(5)]
    assert len(pending(browser)) == 5
    for number in (3, 0, 4, 1, 2):
        answer = respond(browser, requests[number])
        assert answer.status == 303 and lands(answer) == f"/cgi-bin/env?tab={number}"
    assert pending(browser) == []


def test_sixth_tab_takes_the_place_of_the_first(browser: Browser) -> None:
    requests = [start(browser, account="acme") for _ in range(6)]
    assert len(pending(browser)) == 5
    refused(browser, good().answering(requests[0].id), "request_unknown")
    for request in requests[1:]:
        assert respond(browser, request).status == 303


def test_what_is_not_signed_decides_nothing(browser: Browser) -> None:
    """Who has a response that answers nothing cannot make it an answer by writing so around it."""
    request = start(browser, account="refuses")
    refused(browser, of("refuses", in_response_to=request.id), "request_unknown")
    refused(browser, of("refuses", in_response_to=request.id, signed="both"), "request_unknown")
    refused(browser, of("refuses", confirmations=confirmation(in_response_to=request.id)), "request_unknown")
    refused(browser, of("refuses", in_response_to=new_id(), confirmations=confirmation(in_response_to=request.id)),
            "request_unknown")
    assert post(browser, of("refuses").answering(request.id)).status == 303


def test_account_may_refuse_what_nobody_asked_for(browser: Browser) -> None:
    refused(browser, of("refuses"), "unsolicited_forbidden")
    request = start(browser, account="refuses")
    assert post(browser, of("refuses").answering(request.id)).status == 303


def test_account_may_turn_what_nobody_asked_for_into_a_login(server: Server, browser: Browser) -> None:
    request = read(browser.consume(of("bounces").encoded(), "/cgi-bin/env?tile=1"))
    assert request.url.startswith("https://idp.acme.test/sso?") and not has_session(browser)
    assert server.sql("SELECT count(*) FROM ik_user WHERE account = 'bounces'") == [(0,)]
    answer = post(browser, of("bounces").answering(request.id), request.relay_state)
    assert answer.status == 303 and lands(answer) == "/cgi-bin/env?tile=1"


def test_dummy_is_tolerated_where_the_account_says_so(server: Server, browser: Browser) -> None:
    refused(browser, good().answering("_dummy"), "request_unknown")
    answer = post(browser, of("dummy").answering("_dummy"))
    assert answer.status == 303 and has_session(browser)
    server.log.wait("IK0233")
    browser.jar.clear()
    ours = "_ik" + secrets.token_urlsafe(16)
    refused(browser, of("dummy").answering(ours), "request_unknown")
    refused(browser, of("dummy", in_response_to=ours, confirmations=confirmation(in_response_to="_dummy"), signed="both"),
            "request_unknown")
    refused(browser, of("both").answering("_dummy"), "unsolicited_forbidden")
    refused(browser, of("over").answering("_dummy"), "request_unknown")


def test_step_up_gets_what_it_asked_for(browser: Browser) -> None:
    world.login(browser)
    browser.server.log.expect("AH01630")
    page = browser.follow(browser.get("/cgi-bin/sure"))
    request = read(browser.submit(page))
    assert page.status == 200 and request.contexts == [MFA]
    refused(browser, good().answering(request.id), "not_allowed")
    assert post(browser, good(context=MFA).answering(request.id)).status == 303
    assert browser.get("/cgi-bin/sure").status == 200
