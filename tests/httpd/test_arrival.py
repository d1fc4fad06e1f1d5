# SPDX-License-Identifier: Apache-2.0
"""Responses that meet a session, a used request, or a browser that keeps nothing: asked, led on, or explained."""

from __future__ import annotations

import pytest

from lib import world
from lib.browser import SESSION, Browser
from lib.server import Server
from lib.spinit import LOGIN, open_page, pending, read, respond
from lib.world import JSON, check_refused, good, lands, login, signed_in

ORIGIN = "https://imagekit.test"
MAIN = """
ScriptAlias /cgi-bin/ {cgi}
<Location /cgi-bin/>
    AuthType ikssoauth
    Require valid-user
</Location>
"""
LAX = (SESSION, f"{SESSION}-arrival", f"{SESSION}-account", f"{SESSION}-held")


def site(server: Server) -> str:
    world.populate(server, "acme", "beta")
    server.add_account("bounces", world.idp("bounces").metadata(), "--option", "unsolicited=bounce")
    server.add_account("refuses", world.idp("refuses").metadata(), "--option", "unsolicited=refuse")
    server.add_account("dummy", world.idp("dummy").metadata(), "--option", f"dummy-request={world.day()}")
    server.write_cgi()
    return server.vhost(MAIN.format(cgi=f"{server.root}/cgi-bin/"))


def cross_site(browser: Browser, message: str, relay_state: str | None = None):
    """Posts a response as an identity provider's page does: cookies that are Lax stay at home."""
    kept = browser.jar.get(browser.host, {})
    header = "; ".join(f"{name}={value}" for name, value in kept.items() if name not in LAX)
    fields = {"SAMLResponse": message} | ({"RelayState": relay_state} if relay_state else {})
    return browser.post("/saml/consume", fields, {**world.NAVIGATE, "Sec-Fetch-Site": "cross-site", "Cookie": header})


@pytest.fixture
def ann(browser: Browser) -> Browser:
    login(browser)
    return browser


def arrive(browser: Browser, **changes):
    """Another person's response comes in; the page that asks."""
    answer = cross_site(browser, good(**changes).encoded())
    assert answer.status == 303 and lands(answer) == "/saml/consume" and answer.session is None
    return browser.get("/saml/consume")


# Login CSRF

def test_other_person_does_not_take_the_place_of_a_session(ann: Browser) -> None:
    before = ann.cookie()
    page = arrive(ann, account="beta", email="mallory@beta.test")
    assert page.status == 200 and not page.cookies and ann.cookie() == before
    assert "ann@acme.test" in page.text and "mallory@beta.test" in page.text
    assert signed_in(ann)["REMOTE_USER"] == "ann@acme.test"


def test_person_may_switch(server: Server, ann: Browser) -> None:
    old = ann.cookie()
    answer = ann.submit(arrive(ann, account="beta", email="bob@beta.test"), choice="switch")
    assert answer.status == 303 and lands(answer) == "/dashboard" and signed_in(ann)["REMOTE_USER"] == "bob@beta.test"
    with Browser(server) as copy:
        copy.set_cookie(old or "")
        assert copy.get("/cgi-bin/env", JSON).status == 401, "the session that was given up has ended"


def test_person_may_stay(server: Server, ann: Browser) -> None:
    page = arrive(ann, email="bob@acme.test")
    arrival = ann.cookie(f"{SESSION}-arrival")
    answer = ann.submit(page, choice="stay")
    assert answer.status == 303 and lands(answer) == "/dashboard" and signed_in(ann)["REMOTE_USER"] == "ann@acme.test"
    assert ann.cookie(f"{SESSION}-arrival") is None
    with Browser(server) as other:
        other.set_cookie(arrival or "", f"{SESSION}-arrival")
        other.get("/saml/consume")
        assert other.get("/cgi-bin/env", JSON).status == 401, "the session that was not wanted has ended"


@pytest.mark.parametrize("token", ["", "x", "A" * 200])
def test_choice_of_another_site_counts_nothing(server: Server, ann: Browser, token: str) -> None:
    server.log.expect("refused")
    arrive(ann, email="bob@acme.test")
    check_refused(ann, ann.post("/saml/consume", {"choice": "switch", "token": token}), "csrf")
    assert signed_in(ann)["REMOTE_USER"] == "ann@acme.test"


def test_token_of_another_form_counts_nothing(server: Server, ann: Browser) -> None:
    server.log.expect("refused")
    sign_out = ann.get("/logout", {**world.NAVIGATE, "Sec-Fetch-Site": "cross-site"}).form()[2]["token"]
    arrive(ann, email="bob@acme.test")
    check_refused(ann, ann.post("/saml/consume", {"choice": "switch", "token": sign_out}), "csrf")


def test_same_person_is_not_asked(ann: Browser) -> None:
    answer = cross_site(ann, good(email="ANN@acme.test").encoded())
    assert answer.session is not None and lands(answer) == "/dashboard"


def test_nobody_is_asked_about_a_session_that_is_over(ann: Browser) -> None:
    whose = ann.cookie(f"{SESSION}-whose")
    ann.get("/logout")
    ann.set_cookie(whose or "", f"{SESSION}-whose")
    assert cross_site(ann, good(email="bob@acme.test").encoded()).session is not None


def test_arrival_goes_on_where_nobody_is_signed_in_any_more(ann: Browser) -> None:
    arrive(ann, email="bob@acme.test")
    ann.jar[ann.host].pop(SESSION)
    answer = ann.get("/saml/consume")
    assert answer.session is not None and lands(answer) == "/dashboard" and signed_in(ann)["REMOTE_USER"] == "bob@acme.test"


def test_choice_is_between_the_two_that_were_shown(server: Server, ann: Browser) -> None:
    """While the person looks at the page, another response comes in behind it."""
    server.log.expect("refused")
    page = arrive(ann, email="bob@acme.test")
    arrive(ann, account="beta", email="mallory@beta.test")
    check_refused(ann, ann.submit(page, choice="switch"), "csrf")
    assert signed_in(ann)["REMOTE_USER"] == "ann@acme.test"


def test_sign_out_ends_the_session_that_waits_too(server: Server, ann: Browser) -> None:
    arrive(ann, email="bob@acme.test")
    arrival = ann.cookie(f"{SESSION}-arrival")
    ann.get("/logout")
    assert ann.cookie(f"{SESSION}-arrival") is None
    ann.set_cookie(arrival or "", f"{SESSION}-arrival")
    ann.get("/saml/consume")
    assert ann.get("/cgi-bin/env", JSON).status == 401


def test_target_that_does_not_fit_beside_a_session_does_not_fail_the_login(ann: Browser) -> None:
    answer = cross_site(ann, good(email="bob@acme.test", name="n" * 1000).encoded(), "/dashboard?" + "x" * 2000)
    assert answer.status == 303 and lands(answer) == "/saml/consume"
    assert lands(ann.submit(ann.get("/saml/consume"), choice="switch")) == "/dashboard"


# Back button, double submit, bookmarks

def test_response_that_is_sent_again_leads_on(browser: Browser) -> None:
    message = good().encoded()
    assert cross_site(browser, message, "/dashboard/x").session is not None
    again = cross_site(browser, message, "/dashboard/x")
    assert again.status == 303 and lands(again) == "/dashboard/x" and again.session is None
    assert signed_in(browser)["REMOTE_USER"] == "ann@acme.test"


def test_answer_that_is_sent_again_leads_on(browser: Browser) -> None:
    request = read(open_page(browser, "account=acme"))
    message = good().answering(request.id).encoded()
    assert cross_site(browser, message, request.relay_state).session is not None
    again = cross_site(browser, message, request.relay_state)
    assert again.status == 303 and lands(again) == "/dashboard" and again.session is None


def test_response_that_is_sent_again_is_nobody_elses_way_in(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    message = good().encoded()
    assert cross_site(browser, message).session is not None
    with Browser(server) as other:
        login(other, email="bob@acme.test")
        check_refused(other, cross_site(other, message), "replayed")
    with Browser(server) as stranger:
        check_refused(stranger, stranger.consume(message), "replayed")


def test_refusal_leads_back_to_the_account(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    answer = browser.consume(good(role="nonsense").encoded())
    assert f'href="{LOGIN}?account=acme"' in answer.text


# Browsers that keep nothing

def test_browser_without_cookies_is_told_about_them(server: Server, browser: Browser) -> None:
    server.log.expect("IK0232")
    request = read(open_page(browser, "account=acme"))
    browser.jar.clear()
    answer = respond(browser, request)
    assert answer.status == 403 and "cookie" in answer.text and f'href="{LOGIN}?account=acme"' in answer.text
    assert server.log.find("IK0232.*request_unknown") and not answer.cookies


def test_circle_ends_with_an_explanation(browser: Browser) -> None:
    """The session cookie does not come back, its companion does."""
    for number in range(5):
        page = open_page(browser, "account=acme")
        if "SAMLRequest" not in page.text and page.status == 200:
            break
        respond(browser, read(page))
        browser.jar[browser.host].pop(SESSION)
    assert number == 4 and "cookie" in page.text
    assert browser.cookie(f"{SESSION}-rounds") is None


# Unsolicited

def test_bounce_makes_a_sign_in_of_ours_out_of_it(browser: Browser) -> None:
    answer = cross_site(browser, good("bounces", idp=world.idp("bounces")).encoded(), "/dashboard/tile")
    assert answer.session is None
    request = read(answer)
    answer = respond(browser, request, "bounces", idp=world.idp("bounces"))
    assert answer.session is not None and lands(answer) == "/dashboard/tile"


def test_bounce_does_not_go_on_for_ever(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    for _ in range(3):
        read(cross_site(browser, good("bounces", idp=world.idp("bounces")).encoded()))
    check_refused(browser, cross_site(browser, good("bounces", idp=world.idp("bounces")).encoded()), "unsolicited_forbidden")


def test_bounces_that_are_answered_are_no_circle(browser: Browser) -> None:
    idp = world.idp("bounces")
    for _ in range(5):
        request = read(cross_site(browser, good("bounces", idp=idp).encoded()))
        assert respond(browser, request, "bounces", idp=idp).session is not None


def test_bounce_of_a_forged_response_is_refused(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    check_refused(browser, cross_site(browser, good("bounces", idp=world.idp("bounces"), signed="none").encoded()), "signature_missing")


def test_refuse_refuses(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    idp = world.idp("refuses")
    check_refused(browser, cross_site(browser, good("refuses", idp=idp).encoded()), "unsolicited_forbidden")
    assert respond(browser, read(open_page(browser, "account=refuses")), "refuses", idp=idp).session is not None


def test_dummy_is_tolerated_where_it_is_named(server: Server, browser: Browser) -> None:
    server.log.expect("IK0233|refused")
    idp = world.idp("dummy")
    answer = cross_site(browser, good("dummy", idp=idp).answering("_dummy").encoded())
    assert answer.session is not None and server.log.find("IK0233")
    with Browser(server) as other:
        request = read(open_page(other, "account=dummy"))
        with Browser(server) as thief:
            read(open_page(thief, "account=dummy"))
            refused = cross_site(thief, good("dummy", idp=idp).answering(request.id).encoded())
            check_refused(thief, refused, "request_unknown")


# Requests and browsers

def test_five_tabs_answer_in_any_order(browser: Browser) -> None:
    requests = [read(open_page(browser, f"account=acme&target=%2Fdashboard%2F{number}")) for number in range(5)]
    assert len(pending(browser)) == 5
    for number in (3, 0, 4, 2, 1):
        answer = respond(browser, requests[number])
        assert answer.session is not None and lands(answer) == f"/dashboard/{number}"
    assert not pending(browser)


def test_long_deep_links_do_not_fill_the_browser_with_cookies(browser: Browser) -> None:
    for number in range(5):
        request = read(open_page(browser, f"account=acme&target=%2Fdashboard%3F{number}{'x' * 1000}"))
    sent = "; ".join(f"{name}={value}" for name, value in browser.jar[browser.host].items())
    assert len(sent) < 3500 and len(pending(browser)) == 1
    assert lands(respond(browser, request)) == f"/dashboard?4{'x' * 1000}"


def test_sixth_tab_costs_the_first(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    requests = [read(open_page(browser, "account=acme")) for _ in range(6)]
    assert len(pending(browser)) == 5 and requests[0].relay_state not in pending(browser)
    check_refused(browser, respond(browser, requests[0]), "request_unknown")
    assert respond(browser, requests[5]).session is not None


def test_relay_state_that_is_lost_does_not_lose_the_login(browser: Browser) -> None:
    request = read(open_page(browser, "account=acme&target=%2Fdashboard%2Fx"))
    assert lands(respond(browser, request, relay_state=None)) == "/dashboard/x"


def test_used_request_is_refused_in_another_tab(server: Server, browser: Browser) -> None:
    """A second answer to the same request, from a browser that still has the pending login's cookie."""
    server.log.expect("refused")
    request = read(open_page(browser, "account=acme"))
    with Browser(server) as twin:
        twin.jar = {host: dict(jar) for host, jar in browser.jar.items()}
        assert respond(browser, request).session is not None
        check_refused(twin, respond(twin, request), "request_unknown")


def test_other_browser_cannot_present_an_answer(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    request = read(open_page(browser, "account=acme"))
    with Browser(server) as other:
        read(open_page(other, "account=acme"))
        check_refused(other, respond(other, request), "request_unknown")
    assert respond(browser, request).session is not None


def test_request_of_one_account_is_not_answered_by_another(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    request = read(open_page(browser, "account=acme"))
    check_refused(browser, respond(browser, request, "beta"), "request_unknown")
    forged = respond(browser, request, "acme", key=world.idp("beta").key)
    check_refused(browser, forged, "signature_invalid")
    assert respond(browser, request).session is not None


def test_request_is_not_answered_after_the_identity_provider_was_replaced(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    server.add_account("moves", world.idp("moves").metadata())
    request = read(open_page(browser, "account=moves"))
    moved = server.write("moved.xml", world.idp("moved").metadata(), below="conf")
    server.ctl("account", "metadata", "moves", str(moved))
    check_refused(browser, respond(browser, request, "moves", idp=world.idp("moved")), "request_unknown")
    assert cross_site(browser, good("moves", idp=world.idp("moved")).encoded()).session is not None
