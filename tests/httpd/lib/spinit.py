# SPDX-License-Identifier: Apache-2.0
"""Sign-ins that start at our login page: reads the request that comes out, and answers it with the forge."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from .browser import Answer, Browser
from .forge import SAML, SAMLP
from .world import good

LOGIN = "/single-sign-on"
COOKIE = "__Host-ikssoauth-login-"


@dataclass
class Request:
    """An AuthnRequest on its way to the identity provider."""
    url: str                        # where it goes, with the message if it goes by redirect
    fields: dict[str, str]          # what goes with it
    root: etree._Element
    answer: Answer

    @property
    def id(self) -> str:
        return self.root.get("ID")

    @property
    def relay_state(self) -> str:
        return self.fields["RelayState"]

    @property
    def issuer(self) -> str:
        return self.root.findtext(f"{{{SAML}}}Issuer")

    @property
    def contexts(self) -> list[str]:
        return [each.text for each in self.root.iter(f"{{{SAML}}}AuthnContextClassRef")]


def read(answer: Answer) -> Request:
    """The request in an answer: a redirect, or a page with a form."""
    if answer.status == 303:
        assert answer.location is not None
        query = parse_qs(urlsplit(answer.location).query, keep_blank_values=True, strict_parsing=True)
        assert all(len(values) == 1 for values in query.values()), query
        fields = {name: values[0] for name, values in query.items()}
        xml = zlib.decompress(base64.b64decode(fields["SAMLRequest"]), -15)
        url = answer.location
    else:
        assert answer.status == 200, f"{answer.status}: {answer.text}"
        _, url, fields = answer.form()
        xml = base64.b64decode(fields["SAMLRequest"])
    root = etree.fromstring(xml)
    assert root.tag == f"{{{SAMLP}}}AuthnRequest"
    return Request(url, fields, root, answer)


def start(browser: Browser, **fields: str) -> Request:
    """Sends the form of the login page."""
    return read(browser.post(LOGIN, fields))


def open_page(browser: Browser, query: str, fragment: str = "") -> Answer:
    """Opens the login page and sends its form, as its script does, with the fragment that the browser has."""
    page = browser.get(f"{LOGIN}?{query}")
    assert page.status == 200, f"{page.status}: {page.text}"
    return browser.submit(page, fragment=fragment)


def respond(browser: Browser, request: Request, account: str = "acme", **changes: Any) -> Answer:
    """What the identity provider sends back."""
    relay_state = changes.pop("relay_state", request.relay_state)
    return browser.consume(good(account, **changes).answering(request.id).encoded(), relay_state)


def pending(browser: Browser) -> list[str]:
    """The handles of the pending logins that the browser holds."""
    return [name[len(COOKIE):] for name in browser.jar.get(browser.host, {}) if name.startswith(COOKIE)]
