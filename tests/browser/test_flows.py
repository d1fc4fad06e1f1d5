# SPDX-License-Identifier: Apache-2.0
"""Whole sign-ins and sign-outs in Chromium, with two real identity providers, every site under a name of its own."""

from __future__ import annotations

import html
import re
import time

import pytest
from chromium import Chromium
from lib import forge
from lib.browser import SESSION
from lib.server import Server
from lib.sites import ACCOUNTS, PASSWORD, PATH, Sites, person
from selenium.webdriver.common.keys import Keys

EVERY = pytest.mark.parametrize("account", ACCOUNTS)
BOTH = pytest.mark.parametrize("account", ["php", "node"])
EVIL = "evil.test"
MALLORY = "mallory@mallory.example"
# What SimpleSAMLphp 1.19's own pages complain of.
OF_SIMPLESAMLPHP = r"https://(php|frames)\.test:"
DENIED = "AH01630"      # httpd's own line for a Require that is not met
MADE: list[Sites] = []


def site(server: Server) -> tuple[str, list[str]]:
    MADE.append(Sites(server, frames=True))
    body, modules = MADE[0].prepare("""IkSSOClockSkew 0
        <Location /dashboard/save>
            IkSSOHoldForms 16k
        </Location>
        <Location /dashboard/vault>
            Require ik-authn-age 5s
        </Location>
        """)
    server.add_account("mallory", forge.idp("mallory").metadata())
    server.write("start.html", """<!DOCTYPE html><title>start</title><h1>Start</h1>
        <form method="post" action="/dashboard/save?x=1"><input name="text" value="a &amp; b é"><button>Save</button></form>""")
    return body + server.vhost("", EVIL, sso=False), modules


@pytest.fixture
def sites(server: Server) -> Sites:
    return MADE[0]


@pytest.fixture
def person_at(chromium: Chromium, sites: Sites) -> "Walk":
    chromium.expect(OF_SIMPLESAMLPHP)
    return Walk(chromium, sites)


class Walk:
    """Somebody in front of a browser."""

    def __init__(self, chromium: Chromium, sites: Sites) -> None:
        self.chromium, self.sites = chromium, sites

    def is_at(self, url: str) -> None:
        """Waits until the browser shows that address, and has it all."""
        self.chromium.wait_for(lambda: self.chromium.url == url and self.chromium.run("return document.readyState") == "complete")

    def picture(self, name: str) -> None:
        self.chromium.screenshot(f"flow-{name}")

    def give_email(self, account: str, path: str = PATH, username: str = "ann") -> None:
        """From a path of the dashboard to the identity provider."""
        self.chromium.get(self.sites.at(path))
        self.type_email(person(account, username).email)

    def type_email(self, email: str) -> None:
        self.chromium.wait_for(lambda: self.chromium.all("input[name=email]"))
        self.chromium.fill("input[name=email]", email)
        self.chromium.find("input[name=email]").send_keys(Keys.ENTER)

    def asked_for_password(self, account: str) -> None:
        """Waits until the identity provider asks who it is."""
        self.chromium.wait_for_url(rf"^https://{account}\.test:")
        self.chromium.wait_for(lambda: self.chromium.all("input[name=password]"))

    def give_password(self, account: str, username: str = "ann") -> None:
        self.asked_for_password(account)
        self.chromium.fill("input[name=username]", username)
        self.chromium.fill("input[name=password]", PASSWORD)
        self.chromium.find("input[name=password]").send_keys(Keys.ENTER)

    def sign_in(self, account: str, path: str = PATH, username: str = "ann") -> None:
        """From the e-mail page to where the person wanted to go."""
        self.give_email(account, path, username)
        self.give_password(account, username)
        self.is_at(self.sites.at(path))

    def sign_in_there(self, account: str, path: str = PATH, username: str = "ann") -> None:
        """The same, started at the identity provider."""
        self.chromium.get(self.sites.providers[account].login_url(self.sites.at(path)))
        self.give_password(account, username)
        self.is_at(self.sites.at(path))

    def who(self) -> str | None:
        """The e-mail address that the backend is told, asked for by a page of the dashboard's site; None: nobody's."""
        said = self.chromium.driver.execute_async_script(FETCH_WHO, "/dashboard/who")
        if said["status"] == 401:
            return None
        assert said["status"] == 200, said
        return dict((name.lower(), value) for name, value in said["json"]["identity"])["x-ik-email"]

    def session(self) -> str:
        return str(self.chromium.cookies()[SESSION]["value"])


FETCH_WHO = """const [path, done] = arguments;
fetch(path, {headers: {Accept: 'application/json'}}).then(async (said) => done({status: said.status, json: await said.json()}),
                                                          (error) => done({status: 0, error: String(error)}))"""


# --- signing in

@EVERY
def test_signs_in_from_the_email_page(person_at: Walk, account: str) -> None:
    chromium, sites = person_at.chromium, person_at.sites
    chromium.get(sites.at(PATH))
    chromium.wait_for_url(r"/single-sign-on\?target=")
    person_at.picture(f"{account}-1-email")
    person_at.type_email(person(account).email)
    person_at.asked_for_password(account)
    person_at.picture(f"{account}-2-identity-provider")
    person_at.give_password(account)
    person_at.is_at(sites.at(PATH))
    person_at.picture(f"{account}-3-dashboard")
    assert person(account).email in chromium.text
    ours = {name: each for name, each in chromium.cookies().items() if name.startswith("__Host-ikssoauth")}
    assert SESSION in ours and not [name for name in ours if "-login-" in name], "the pending login is over"
    assert all(each["secure"] and each["httpOnly"] and each["path"] == "/" for each in ours.values()), ours
    assert ours[SESSION]["sameSite"] == "Lax"


@EVERY
def test_restores_a_deep_link_with_its_fragment(person_at: Walk, account: str) -> None:
    person_at.sign_in(account, "/dashboard/media?x=1#frag")
    assert person_at.chromium.run("return [location.pathname, location.search, location.hash]") \
        == ["/dashboard/media", "?x=1", "#frag"]


@EVERY
def test_signs_in_from_the_identity_provider(person_at: Walk, account: str) -> None:
    person_at.sign_in_there(account)
    assert person_at.who() == person(account).email


@BOTH
def test_five_tabs_finished_in_another_order_land_where_each_wanted(person_at: Walk, account: str) -> None:
    chromium, sites = person_at.chromium, person_at.sites
    paths = [f"/dashboard/media/{number}?tab={number}#part-{number}" for number in range(5)]
    tabs = []
    for path in paths:
        tabs.append(chromium.new_tab())
        person_at.give_email(account, path)
        person_at.asked_for_password(account)
    for number in (3, 0, 4, 1, 2):
        chromium.tab(tabs[number])
        person_at.give_password(account)
        person_at.is_at(sites.at(paths[number]))
    person_at.picture(f"{account}-five-tabs")
    for number, tab in enumerate(tabs):
        chromium.tab(tab)
        assert chromium.url == sites.at(paths[number])
    assert not [name for name in chromium.cookies() if "-login-" in name]


@BOTH
def test_the_back_button_after_a_login_leads_to_the_dashboard(person_at: Walk, account: str) -> None:
    chromium, sites = person_at.chromium, person_at.sites
    chromium.get(sites.at("/start.html"))
    person_at.sign_in(account)

    def is_there() -> bool:
        return chromium.url.startswith(sites.at("/dashboard"))

    def send_again() -> object:
        """Where Chromium has kept this provider's page as it was, its form sent; the button would have skipped it."""
        return account == "node" and chromium.run("document.forms[0].submit(); return true")

    for _ in range(2):
        chromium.back()
        chromium.wait_for(lambda: is_there() or send_again())
        chromium.wait_for(is_there)
        assert person_at.who() == person(account).email


@BOTH
def test_the_email_page_leads_somebody_who_is_signed_in_on(person_at: Walk, account: str) -> None:
    person_at.sign_in(account)
    person_at.chromium.get(person_at.sites.at("/single-sign-on?target=%2Fdashboard%2Fmedia%3Fy%3D2"))
    person_at.is_at(person_at.sites.at("/dashboard/media?y=2"))
    person_at.chromium.get(person_at.sites.at("/saml/consume"))
    person_at.is_at(person_at.sites.at("/dashboard"))


@BOTH
def test_a_form_sent_without_session_arrives_after_the_login(person_at: Walk, account: str) -> None:
    chromium, sites = person_at.chromium, person_at.sites
    chromium.get(sites.at("/start.html"))
    chromium.click("button")
    chromium.wait_for_url(r"/single-sign-on\?target=")
    person_at.type_email(person(account).email)
    person_at.give_password(account)
    person_at.is_at(sites.at("/dashboard/save?x=1"))
    assert [line.split()[1:4] for line in access_log(sites) if line.split()[2] == "/dashboard/save"][-2:] \
        == [["POST", "/dashboard/save", "303"], ["POST", "/dashboard/save", "200"]]


@BOTH
def test_a_path_that_wants_a_fresh_authentication_asks_for_the_password_again(person_at: Walk, account: str) -> None:
    chromium, sites = person_at.chromium, person_at.sites
    sites.server.log.expect(DENIED)
    person_at.sign_in(account)
    time.sleep(6)
    chromium.get(sites.at("/dashboard/vault?x=1#frag"))
    person_at.give_password(account)
    person_at.is_at(sites.at("/dashboard/vault?x=1#frag"))
    assert person(account).email in chromium.text


# --- signing out

@EVERY
def test_signing_out_here_ends_the_session_there(person_at: Walk, account: str) -> None:
    chromium, sites = person_at.chromium, person_at.sites
    person_at.sign_in(account)
    chromium.get(sites.at("/logout"))
    chromium.wait_for(lambda: chromium.url.startswith(sites.at("/logout")) and "signed out" in chromium.text)
    person_at.picture(f"{account}-signed-out")
    assert SESSION not in chromium.cookies()
    person_at.give_email(account)
    person_at.asked_for_password(account)


@EVERY
def test_signing_out_there_ends_the_session_here(person_at: Walk, account: str) -> None:
    chromium, sites = person_at.chromium, person_at.sites
    person_at.sign_in(account)
    dashboard = chromium.handle
    chromium.new_tab()
    chromium.get(sites.providers[account].logout_start)
    chromium.wait_for(lambda: chromium.url.startswith(f"https://{account}.test:") and "SAML" not in chromium.url.partition("?")[2]
                      or chromium.text == "200")
    chromium.tab(dashboard)
    chromium.expect(r"/dashboard/who .* 401")
    assert person_at.who() is None
    chromium.get(sites.at(PATH))
    chromium.wait_for_url(r"/single-sign-on\?target=")
    person_at.type_email(person(account).email)
    person_at.asked_for_password(account)


def test_signing_out_there_in_a_frame_ends_the_session_here(person_at: Walk) -> None:
    chromium, sites = person_at.chromium, person_at.sites
    person_at.sign_in("frames")
    before = chromium.handle
    chromium.new_tab()
    chromium.get(sites.providers["frames"].logout_start)
    chromium.wait_for(lambda: chromium.all("#logout-all"))
    chromium.click("#logout-all")
    chromium.wait_for(lambda: "frontpage_welcome" in chromium.url or chromium.all("#done-form"))
    chromium.tab(before)
    chromium.expect(r"/dashboard/who .* 401")
    chromium.wait_for(lambda: person_at.who() is None)
    chromium.get(sites.at(PATH))
    chromium.wait_for_url(r"/single-sign-on\?target=")


# --- somebody else's response (login CSRF)

def forged(sites: Sites) -> str:
    """A response that is validly signed, for an account that an attacker has. Nobody asked for it."""
    consume = sites.at("/saml/consume")
    return forge.Response(idp=forge.idp("mallory"), account="mallory", email=MALLORY, name="Mallory", destination=consume,
                          recipient=consume, audiences=[[consume]]).encoded()


def trap(sites: Sites, script: str = "document.forms[0].submit()", target: str = "_self") -> str:
    """A page of another site that posts it."""
    response = html.escape(forged(sites))
    sites.server.write("trap.html", f"""<!DOCTYPE html><title>Cats</title><h1>Cats</h1><iframe name="inside"></iframe>
<form method="post" action="{sites.at('/saml/consume')}" target="{target}"><input type="hidden" name="SAMLResponse" value="{response}">
<input type="hidden" name="RelayState" value="{sites.at('/dashboard/trapped')}"></form>
<script>{script}</script>""")
    return sites.url(EVIL) + "/trap.html"


def asked_to_switch(walk: Walk) -> None:
    walk.is_at(walk.sites.at("/saml/consume"))
    assert walk.chromium.all("button[value=switch]") and walk.chromium.all("button[value=stay]")
    assert MALLORY in walk.chromium.text and person("php").email in walk.chromium.text


@pytest.fixture
def victim(person_at: Walk) -> Walk:
    """Signed in, and lured to another site."""
    person_at.sign_in("php")
    return person_at


def test_a_forged_login_asks_first_and_changes_nothing_by_itself(victim: Walk) -> None:
    chromium, before = victim.chromium, victim.session()
    chromium.get(trap(victim.sites))
    asked_to_switch(victim)
    victim.picture("login-csrf-confirmation")
    assert victim.session() == before
    chromium.get(victim.sites.at(PATH))
    victim.is_at(victim.sites.at(PATH))
    assert victim.who() == person("php").email and victim.session() == before


def test_a_forged_login_is_turned_down_by_staying(victim: Walk) -> None:
    chromium = victim.chromium
    chromium.get(trap(victim.sites))
    asked_to_switch(victim)
    chromium.click("button[value=stay]")
    victim.is_at(victim.sites.at("/dashboard"))
    assert victim.who() == person("php").email
    assert not [name for name in chromium.cookies() if name.endswith("-arrival")]


def test_a_login_that_the_person_confirms_takes_the_place(victim: Walk) -> None:
    chromium, before = victim.chromium, victim.session()
    chromium.get(trap(victim.sites))
    asked_to_switch(victim)
    chromium.click("button[value=switch]")
    victim.is_at(victim.sites.at("/dashboard/trapped"))
    assert victim.who() == MALLORY and victim.session() != before


@pytest.mark.parametrize("how", ["iframe", "fetch"])
def test_a_forged_login_out_of_sight_changes_nothing(victim: Walk, how: str) -> None:
    chromium, before = victim.chromium, victim.session()
    chromium.expect(re.escape(victim.sites.url(EVIL)) + "|" + re.escape(victim.sites.url()))
    fetch = """fetch(document.forms[0].action, {method: 'POST', mode: 'no-cors', credentials: 'include',
                     body: new URLSearchParams(new FormData(document.forms[0]))}).then(() => document.title = 'done')"""
    submit = "document.querySelector('iframe').onload = () => document.title = 'done'; document.forms[0].submit()"
    chromium.get(trap(victim.sites, fetch) if how == "fetch" else trap(victim.sites, submit, "inside"))
    chromium.wait_for(lambda: chromium.title == "done")
    assert victim.session() == before
    chromium.get(victim.sites.at(PATH))
    victim.is_at(victim.sites.at(PATH))
    assert victim.who() == person("php").email and victim.session() == before


# --- requests without a session that are no navigation

REQUESTS = {
    "fetch": """fetch('/dashboard/api?x=1').then(async (a) => done([a.status, a.headers.get('content-type'), await a.text()]))""",
    "fetch-post": """fetch('/dashboard/api?x=1', {method: 'POST', body: '{}'})
                       .then(async (a) => done([a.status, a.headers.get('content-type'), await a.text()]))""",
    "XMLHttpRequest": """const x = new XMLHttpRequest(); x.open('GET', '/dashboard/api?x=1');
                         x.onload = () => done([x.status, x.getResponseHeader('content-type'), x.responseText]); x.send()""",
}


@pytest.mark.parametrize("how", REQUESTS)
def test_a_script_without_session_is_told_so_in_json(chromium: Chromium, sites: Sites, how: str) -> None:
    chromium.expect(r"/dashboard/api\?x=1 .* 401")
    chromium.get(sites.at("/start.html"))
    status, kind, body = chromium.driver.execute_async_script(f"const done = arguments[0]; {REQUESTS[how]}")
    assert (status, kind.partition(";")[0]) == (401, "application/json")
    assert '"not_signed_in"' in body and "/single-sign-on" in body
    assert chromium.cookies() == {}


def test_an_event_source_without_session_is_closed(chromium: Chromium, sites: Sites) -> None:
    chromium.expect(r"/dashboard/events .* 401")
    chromium.get(sites.at("/start.html"))
    state = chromium.driver.execute_async_script("""const done = arguments[0], source = new EventSource('/dashboard/events');
        source.onerror = () => done(source.readyState)""")
    assert state == 2, "closed, and not to be tried again"
    assert answered(sites, "/dashboard/events") == "401"
    assert chromium.cookies() == {}


def test_a_websocket_without_session_is_refused(chromium: Chromium, sites: Sites) -> None:
    chromium.expect(r"WebSocket connection to .* failed")
    chromium.get(sites.at("/start.html"))
    code = chromium.driver.execute_async_script("""const done = arguments[0],
        socket = new WebSocket(location.origin.replace('https:', 'wss:') + '/dashboard/socket');
        socket.onclose = (event) => done(event.code)""")
    assert code == 1006
    assert answered(sites, "/dashboard/socket") == "401"
    assert chromium.cookies() == {}


def answered(sites: Sites, path: str) -> str:
    """The status that httpd's access log has last for a path."""
    return [line.split()[3] for line in access_log(sites) if line.split()[2] == path][-1]


def access_log(sites: Sites) -> list[str]:
    return (sites.server.root / "logs" / "access.log").read_text().splitlines()
