# SPDX-License-Identifier: Apache-2.0
"""Whatever stands in metadata, claims, names, forms and addresses: the administrator's pages show it, and it stays text."""

from __future__ import annotations

import datetime
import re
from typing import Any, Callable
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import quoteattr

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from lib import keys, world
from lib.browser import Browser
from lib.forge import idp
from lib.pages import Page, press
from lib.server import Server
from lib.settings import (
    SETTINGS, USERS, administrator, guest, invite, outcome, prepare, settings, show, start_test, user, users)
from lib.world import good, login

PLAIN = "plain"
VALUES = {
    "markup": "</textarea></title></bdi></table><script>alert(1)</script><!--",
    "double quotes": '"><img src=x onerror=alert(1)><a href="',
    "single quotes": "' onmouseover='alert(1)",
    "references": "&lt;b&gt;&amp;&#60;i&#62;",
    "address": "javascript:alert(1)",
    "from right to left": "\u202egnp.exe \u05e9\u05dc\u05d5\u05dd",
    "1000 characters": "x" * 1000,
}
EVERY = pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
SCHEMES = {"", "https", "mailto"}
NAME_MAX, COMMON_NAME_MAX = 250, 64      # characters of an account's name, of a certificate's


def site(server: Server) -> str:
    world.populate(server, "acme", "beta", "gamma", "p256", "p384")
    server.add_account("fresh", None)
    return prepare(server)


TURNS = "\u202e"


def _is_isolated(node: Any, text: str, value: str) -> bool:
    """Whether the direction of a text ends with it. The title stands in no page; a block of its own is no neighbour's."""
    alone = node.tag in ("h1", "p", "td", "th", "dd") and text.strip() == value.strip() and len(node) == 0
    return alone or any(each.tag in ("bdi", "textarea", "title") for each in [node, *node.iterancestors()])


def check_page(page: Page, value: str) -> None:
    """Nothing on it leads or runs where only a value wanted it to, and no value turns the text around it."""
    for node in page.root.iter():
        if not isinstance(node.tag, str):
            continue
        assert not any(name.startswith("on") or name == "style" for name in node.keys()), (node.tag, node.keys())
        for name in ("href", "src", "action", "formaction"):
            assert urlsplit(node.get(name, "")).scheme in SCHEMES, f"{node.tag} leads to {node.get(name)}"
        for text in [node.text or "", *(child.tail or "" for child in node)]:
            assert TURNS not in text or _is_isolated(node, text, value), f"{node.tag} is turned around: {text!r}"
    scripts = [node.text or "" for node in page.root.xpath("//script")]
    assert not any("alert" in script for script in scripts), value


def everything(page: Page) -> str:
    """What people can read, and what stands in fields."""
    values = [node.get("value", "") for node in page.root.xpath("//input")]
    return re.sub(r"\s+", " ", " ".join([page.root.text_content(), *values]))


USUAL: dict[str, Page] = {}


def usual_page(key: str, make: Callable[[], Page]) -> Page:
    """A page with a harmless value, made once."""
    if key not in USUAL:
        USUAL[key] = make()
    return USUAL[key]


def compare(key: str, make: Callable[[str], Page], value: str, plain: str = PLAIN, shown: str | None = None) -> None:
    """A page made with that value has the elements of one made with a harmless value, and shows it (shown: what of it)."""
    usual, page = usual_page(key, lambda: make(plain)), make(value)
    assert page.shape == usual.shape, "the value is more than text"
    check_page(page, value)
    assert (value if shown is None else shown) in everything(page), "the value is not shown as it is"


# Forms and addresses

@EVERY
@pytest.mark.parametrize("field", ("metadata", "entity_id", "domains"))
def test_what_is_typed_into_the_settings(browser: Browser, field: str, value: str) -> None:
    administrator(browser)

    def make(text: str) -> Page:
        page = Page(press(browser, settings(browser), "save", **{field: text}))
        assert page.status == 400 and page.form("save").fields[field] == text
        return page

    compare(field, make, value, "a@plain" if field == "domains" else PLAIN, shown="" if field == "metadata" else None)


@EVERY
@pytest.mark.parametrize("option", ("option-sha1", "option-unsolicited"))
def test_what_is_sent_for_an_option(browser: Browser, option: str, value: str) -> None:
    administrator(browser)
    compare(option, lambda text: Page(press(browser, settings(browser), "save", **{option: text})), value, shown="")


@EVERY
def test_what_is_searched_for(browser: Browser, value: str) -> None:
    administrator(browser)
    compare("search", lambda text: users(browser, "?" + urlencode({"q": text})), value, "nobody-has-this", shown=value[:254])


@EVERY
@pytest.mark.parametrize("path, name", ((SETTINGS, "guide"), (SETTINGS, "test"), (SETTINGS, "done"), (SETTINGS, "invite"),
                                        (USERS, "user"), (USERS, "after"), (USERS, "before"), (USERS, "done")))
def test_what_stands_in_an_address(browser: Browser, path: str, name: str, value: str) -> None:
    administrator(browser)
    answer = browser.follow(browser.get(f"{path}?{urlencode({name: value})}"))
    page = Page(answer)
    assert page.status in (200, 400, 403)
    check_page(page, value)
    usual = usual_page(f"{path} {name}", lambda: Page(browser.follow(browser.get(f"{path}?{urlencode({name: PLAIN})}"))))
    assert page.shape == usual.shape


# Names

@EVERY
def test_name_of_an_account(server: Server, browser: Browser, value: str) -> None:
    value = value[:NAME_MAX]
    link = invite(server, "p256")
    administrator(browser, "p256")
    looks = (lambda: settings(browser), lambda: users(browser), lambda: Page(press(browser, settings(browser), "delete")),
             lambda: settings(browser, "?guide=okta"), lambda: show(browser, link), lambda: user(browser, "admin@p256.test"))

    def make(text: str) -> list[Page]:
        server.ctl("account", "set", "p256", "--name", text)
        return [look() for look in looks]

    for usual, page in zip(make(PLAIN), make(value)):
        assert page.shape == usual.shape and re.sub(r"\s+", " ", value) in everything(page), page.url
        check_page(page, value)


@EVERY
def test_name_of_a_person(server: Server, browser: Browser, value: str) -> None:
    administrator(browser, "p384")

    def named(text: str, look: Callable[[], Page]) -> Page:
        with Browser(server) as person:
            login(person, good("p384", email="o'hara&co@p384.test", name=text))
        return look()

    compare("people", lambda text: named(text, lambda: users(browser)), value)
    compare("person", lambda text: named(text, lambda: user(browser, "o'hara&co@p384.test")), value)


# Metadata

def certificate_of(pair: keys.Pair, common_name: str) -> str:
    """One of that key with any name, as metadata carries it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.datetime.utcnow()
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(pair.private.public_key()).serial_number(1)
    built = built.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=99, hours=12))
    return "".join(keys.Pair(pair.private, built.sign(pair.private, hashes.SHA256())).cert_pem.decode().splitlines()[1:-1])


def metadata(entity_id: str = "https://idp.plain.test/", location: str = "https://idp.plain.test/sso", subject: str = PLAIN) -> str:
    provider = idp("plain", entity_id=entity_id)
    text = provider.metadata().replace(provider.key.cert_base64, certificate_of(provider.key, subject))
    assert '"https://idp.acme.test/sso"' in text
    return text.replace('"https://idp.acme.test/sso"', quoteattr(location))


PARTS: dict[str, tuple[Callable[[str], str], Callable[[str], str]]] = {     # what it is made of, and what is shown of it
    "entity ID": (lambda value: metadata(entity_id=value), lambda value: value),
    "entity ID that is a URL": (lambda value: metadata(entity_id="https://idp.test/" + value), lambda value: value),
    "endpoint": (lambda value: metadata(location="https://idp.test/?" + value), lambda value: ""),
    "certificate": (lambda value: metadata(subject=value[:COMMON_NAME_MAX]), lambda value: ""),
}


@EVERY
@pytest.mark.parametrize("part", PARTS)
def test_metadata_that_is_saved(server: Server, browser: Browser, part: str, value: str) -> None:
    make, shown = PARTS[part]
    guest(server, browser, "fresh")

    def look(text: str) -> Page:
        answer = press(browser, settings(browser), "save", metadata=make(text), entity_id="")
        return Page(browser.follow(answer))

    look(PLAIN)     # so that there is something to roll back to
    usual = [usual_page(f"{part} {text}", lambda: look(text)) for text in (PLAIN, "no URL")]
    page = look(value)
    if page.status == 200:
        assert page.shape in [each.shape for each in usual]
    else:
        assert page.status == 400 and page.problem("metadata")
    check_page(page, value)
    if page.status == 200:
        assert re.sub(r"\s+", " ", shown(value)).strip() in everything(page)


# Claims

SENT: dict[str, Callable[[str], dict[str, Any]]] = {
    "NameID": lambda value: {"email": value},
    "name": lambda value: {"name": value},
    "role": lambda value: {"role": value},
    "account": lambda value: {"account": value},
    "status": lambda value: {"status": ("urn:oasis:names:tc:SAML:2.0:status:Responder", f"urn:{value}")},
    "issuer": lambda value: {"issuer": value, "assertion_issuer": value},
    "audience": lambda value: {"audiences": [[value]]},
    "destination": lambda value: {"destination": value},
    "recipient": lambda value: {"recipient": value},
    "context": lambda value: {"context": value},
    "another attribute": lambda value: {"attributes": [("department", [value, PLAIN])]},
    "name of another attribute": lambda value: {"attributes": [(value, [PLAIN])]},
}


@EVERY
@pytest.mark.parametrize("part", SENT)
def test_what_a_test_sign_in_brings(browser: Browser, part: str, value: str) -> None:
    administrator(browser, "beta")

    def look(text: str) -> Page:
        return outcome(browser, start_test(browser), good("beta").but(**SENT[part](text)))

    page, usual = look(value), usual_page(part, lambda: look(PLAIN))
    assert page.shape == usual.shape
    check_page(page, value)
    if part in ("name", "role", "NameID", "another attribute", "name of another attribute"):
        assert value[:200] in everything(page), "the claim is not shown as it came"


@EVERY
def test_metadata_that_is_tried(server: Server, browser: Browser, value: str) -> None:
    administrator(browser, "gamma")
    new = idp("plain", entity_id="https://idp.test/" + value)

    def look(provider: Any) -> Page:
        return outcome(browser, start_test(browser, metadata=provider.metadata()), good("gamma", idp=provider, role="boss"))

    page, usual = look(new), look(idp("plain"))
    assert page.shape == usual.shape and value in everything(page)
    check_page(page, value)
