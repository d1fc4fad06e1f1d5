# SPDX-License-Identifier: Apache-2.0
"""
The table of faults: what may be wrong with a sign-in, how a test injects it, and what every surface then has to say.
docs/troubleshooting.md has the same faults under the same names (tests/httpd/test_faults.py holds the two together).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Union

from cryptography.hazmat.primitives import hashes
from lxml import etree

from . import forge, keys, logout, world
from .browser import NAVIGATE, Answer, Browser
from .encrypt import Method
from .forge import BASIC, CONSUME, DS, SAML, SAMLP, TRANSIENT, Confirmation, Response, assertion_of, element, encode, instant, new_id, serialise
from .server import Server
from .settings import ADMINISTRATOR, SETTINGS, administrator, post
from .spinit import LOGIN, Request, read, start
from .world import day, good, login, suffixed

IDP_ADMIN, ACCOUNT_ADMIN, USER, OPERATOR = "IdP administrator", "account administrator", "user", "operator"
STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
EMAIL = forge.EMAIL
MFA = "https://refeds.org/profile/mfa"
LINK = "http://schemas.microsoft.com/claims/groups.link"
MINUTES = 60
BESIDES = "besides"      # no check of the message fails, but something else would
ANSWERS = "answers"      # nothing fails that can be told from the message: it answers a request
SLASH = CONSUME + "/"

Message = Union[Response, bytes, str]       # a response to be built, XML, or the form field as it is
Make = Callable[[Browser], Message]
Send = Callable[[Browser, str], Answer]


def consume(browser: Browser, field: str) -> Answer:
    """As the page of the identity provider makes a browser do it."""
    return browser.consume(field, headers=NAVIGATE)


@dataclass(frozen=True)
class Fault:
    """
    One way in which a sign-in goes wrong. make prepares the browser and returns the message, send sends it. check is the one
    that explain --response finds failed, or BESIDES or ANSWERS; None where there is no response.
    """
    name: str               # its row in docs/troubleshooting.md
    reason: str
    actor: str
    check: str | None
    came: tuple[str, ...]   # words that the detail has to have
    expected: tuple[str, ...]
    make: Make
    variant: str = ""       # tells rows of one name apart
    account: str = "acme"   # whose trace it is; "": nobody's
    send: Send = consume
    signed: bool = True     # by the identity provider of that account, as far as is known when it is refused
    also: tuple[str, ...] = ()      # further checks that fail
    instead: str = ""       # what explain --response says, which is told the account
    named: str = ""         # what the trace has as account, where that is none
    page: tuple[str, ...] = ()      # what the error page says, where it has words of its own

    @property
    def title(self) -> str:
        return f"{self.name}: {self.variant}" if self.variant else self.name

    def field(self, browser: Browser) -> str:
        """What is sent."""
        message = self.make(browser)
        if isinstance(message, Response):
            return message.encoded()
        return encode(message) if isinstance(message, bytes) else message


# The accounts

READ = ("acme", "beta", "narrow", "gamma", "refuses", "ruled", "twin2", "off")     # where somebody may read about failures
OWN = ("refuses", "ruled")                                                  # whose identity providers only this table knows


def provider(account: str) -> forge.Idp:
    return world.idp(account) if account in OWN else world.providers()[account]


def populate(server: Server) -> None:
    """The accounts of the table."""
    world.populate(server, "acme", "beta", "narrow", "gamma", "shut", "twin", "twin2")
    server.add_account("off", None)
    server.add_account("refuses", world.idp("refuses").metadata(), "--option", "unsolicited=refuse")
    server.add_account("aged", forge.Idp("https://idp.aged.test/", [keys.pair("rsa2048", "aged", -30)]).metadata())
    server.add_account("ruled", world.idp("ruled").metadata())
    server.ctl("account", "rules", "ruled", "-", stdin="claim groups\nvalue account_administrator admins\nprefix developer app-\n")


def begin(server: Server) -> None:
    """What happens once it runs."""
    with Browser(server) as browser:
        login(browser, email="leaver@acme.test")
    server.ctl("user", "disable", "acme", "leaver@acme.test")
    server.ctl("account", "disable", "shut")


def sign_in(browser: Browser, account: str) -> None:
    """The administrator of an account, in the way that the account wants it."""
    said = {"idp": provider(account), "role": ADMINISTRATOR, "email": f"admin@{account}.test"}
    if account == "ruled":
        said = {**said, "role": None, "attributes": [("groups", ["admins"])]}
    response, request = good(account, **said), start(browser, account=account) if account == "refuses" else None
    login(browser, response.answering(request.id) if request else response)


def of(account: str, **changes: object) -> Response:
    """A good response of one of our own accounts."""
    return good(account, **{"idp": provider(account), **changes})


def says(account: str = "acme", **changes: object) -> Make:
    """A response of which the changes are the fault."""
    return lambda browser: good(account, **changes)


def fingerprint(pair: keys.Pair) -> str:
    """Of its certificate, as pages and logs write it."""
    return f'"{pair.cert.fingerprint(hashes.SHA256()).hex()}"'


# Messages that take more than a change

def tampered(browser: Browser) -> bytes:
    root = good().finished()
    root.find(f".//{{{SAML}}}NameID").text = "eve@acme.test"
    return serialise(root)


def covers_another(browser: Browser) -> bytes:
    response = good(signed="none")
    root = response.tree()

    def to_the_response(signature: etree._Element) -> None:
        signature.find(f".//{{{DS}}}Reference").set("URI", f"#{response.id}")

    response.sign_assertion(root, to_the_response)
    return serialise(root)


def friendly(browser: Browser) -> bytes:
    response = good(name=None, signed="none")
    root = response.tree()
    statement = root.find(f".//{{{SAML}}}AttributeStatement")
    attribute = element(statement, SAML, "Attribute", Name="urn:oid:2.16.840.1.113730.3.1.241", NameFormat=BASIC, FriendlyName="full_name")
    element(attribute, SAML, "AttributeValue", "Ann Example")
    response.sign_assertion(root)
    return serialise(root)


def with_message(*codes: str, text: str) -> Make:
    """A status with a message for people."""
    def edit(root: etree._Element) -> None:
        element(root.find(f"{{{SAMLP}}}Status"), SAMLP, "StatusMessage", text)

    return lambda browser: good(status=[STATUS + code for code in codes]).bytes(edit)


def with_type(browser: Browser) -> bytes:
    return b"<!DOCTYPE Response [<!ENTITY x 'y'>]>" + good().bytes()


def twice(browser: Browser) -> str:
    field = good(email="twice@acme.test").encoded()
    with Browser(browser.server) as other:
        assert other.consume(field).status == 303
    return field


# Answers to requests

def of_another_browser(browser: Browser) -> Response:
    start(browser, account="acme")
    with Browser(browser.server) as other:
        return good().answering(start(other, account="acme").id)


def of_none(browser: Browser) -> Response:
    start(browser, account="acme")
    return good().answering(new_id())


def answered_before(browser: Browser) -> Response:
    request = start(browser, account="acme")
    answer = good(email="before@acme.test").answering(request.id)
    kept = dict(browser.jar[browser.host])
    assert browser.consume(answer.encoded(), request.relay_state).status == 303
    browser.jar[browser.host] = kept        # a window that still shows the page from before
    return answer.but(email="before@acme.test")


def without_cookies(browser: Browser) -> Response:
    request = start(browser, account="acme")
    browser.jar.clear()
    return good().answering(request.id)


def step_up(browser: Browser, path: str) -> Request:
    """The request that a page leads to which asks for more than the session has."""
    login(browser, authn_instant=instant(-30 * MINUTES), email="stepping@acme.test")
    answer = browser.get(path)
    assert answer.status == 302 and answer.location, f"{answer.status}: {answer.text}"
    return read(browser.submit(browser.get(answer.location), fragment=""))


def not_fresh(browser: Browser) -> Response:
    request = step_up(browser, "/private/fresh/")
    return good(email="stepping@acme.test", authn_instant=instant(-30 * MINUTES)).answering(request.id)


def no_second_factor(browser: Browser) -> Response:
    request = step_up(browser, "/private/sure/")
    return good(email="stepping@acme.test").answering(request.id)


# Pages that ask for more.
STEPS = f"""
<Location /private/fresh/>
    AuthType ikssoauth
    Require ik-authn-age 5m
</Location>
<Location /private/sure/>
    AuthType ikssoauth
    Require ik-authn-context {MFA}
</Location>
"""


# What is no response

def unsigned_logout(browser: Browser) -> str:
    return logout.query(logout.request("https://idp.acme.test/metadata"), None)


def get_logout(browser: Browser, query: str) -> Answer:
    return browser.get_as_is(f"/logout?{query}")


def stale_form(browser: Browser) -> str:
    administrator(browser)
    return "token-of-a-session-that-is-over"


def post_form(browser: Browser, token: str) -> Answer:
    return post(browser, SETTINGS, {"action": "save", "token": token})
