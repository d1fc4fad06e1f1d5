# SPDX-License-Identifier: Apache-2.0
"""Pages as a browser without scripts has them: their text, their links, and their forms, which it fills in and sends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Iterator, Mapping
from urllib.parse import urlencode, urljoin, urlsplit

import lxml.html
from lxml import etree

from .browser import NAVIGATE, Answer, Browser


def own_headers(host: str) -> dict[str, str]:
    """What a browser says of a form that a page of that host has sent."""
    return {**NAVIGATE, "Sec-Fetch-Site": "same-origin", "Origin": f"https://{host}"}


@dataclass
class Form:
    """A form of a page. buttons are values of the button that is called "action"; "" for one without a name."""
    method: str
    action: str
    fields: dict[str, str]
    buttons: list[str]
    node: etree._Element = field(repr=False)

    def sent(self, button: str, **changes: str) -> dict[str, str]:
        """The fields that go along when that button is pressed."""
        assert button in self.buttons, f"no button {button!r}, but {self.buttons}"
        return {**self.fields, **changes, **({"action": button} if button else {})}


def _choice(node: etree._Element) -> str:
    options = node.xpath(".//option")
    chosen = [each for each in options if each.get("selected") is not None] or options[:1]
    return (chosen[0].get("value") if chosen[0].get("value") is not None else chosen[0].text_content()) if chosen else ""


def _value(node: etree._Element) -> str | None:
    """What a control sends; None: nothing."""
    kind = node.get("type", "text").lower()
    if node.tag == "textarea":
        return node.text_content().removeprefix("\n")       # as HTML has it
    if node.tag == "select":
        return _choice(node)
    if kind in ("radio", "checkbox"):
        return node.get("value", "on") if node.get("checked") is not None else None
    return None if kind in ("submit", "button", "reset", "image") else node.get("value", "")


def _fields(node: etree._Element) -> Iterator[tuple[str, str]]:
    for control in node.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        value = _value(control)
        if value is not None and control.get("disabled") is None:
            yield control.get("name"), value


INLINE = {"a", "b", "bdi", "code", "em", "span", "strong", "time", "wbr"}
UNREAD = {"head", "script", "style", "textarea", "svg"}


def _read(node: etree._Element) -> Iterator[str]:
    """The text of an element, with space around what stands by itself."""
    apart = "" if node.tag in INLINE else " "
    yield apart
    if isinstance(node.tag, str) and node.tag not in UNREAD:
        yield node.text or ""
        for child in node:
            yield from _read(child)
            yield child.tail or ""
    yield apart


class Page:
    """An HTML page that came back."""

    def __init__(self, answer: Answer) -> None:
        assert answer.type == "text/html", f"{answer.status} {answer.type}: {answer.text[:500]}"
        self.answer, self.url, self.status = answer, answer.url, answer.status
        self.root = lxml.html.document_fromstring(answer.body, parser=lxml.html.HTMLParser(encoding="utf-8"))

    @property
    def text(self) -> str:
        """All that people can read, white space as one space; without what stands in the fields."""
        return re.sub(r"\s+", " ", "".join(_read(self.root))).strip()

    @property
    def links(self) -> list[str]:
        """Where links lead, absolute, once each."""
        return list(dict.fromkeys(urljoin(self.url, each) for each in self.root.xpath("//a/@href")))

    @property
    def forms(self) -> list[Form]:
        return [Form(node.get("method", "get").lower(), urljoin(self.url, node.get("action", "")), dict(_fields(node)),
                     [each.get("value", "") if each.get("name") == "action" else ""
                      for each in node.xpath(".//button[not(@type) or @type='submit'] | .//input[@type='submit']")], node)
                for node in self.root.xpath("//form")]

    def has(self, button: str) -> bool:
        return any(button in form.buttons for form in self.forms)

    def form(self, button: str) -> Form:
        """The form with that button."""
        found = [form for form in self.forms if button in form.buttons]
        assert found, f"no button {button!r} on {self.url}, but {[form.buttons for form in self.forms]}: {self.text[:800]}"
        return found[0]

    def problem(self, name: str) -> str:
        """The sentence that says what is wrong with a field, to eyes and to screen readers; "" if nothing is."""
        nodes = self.root.xpath("//*[@name=$name]", name=name)
        assert nodes, f"no field {name}"
        group = nodes[0].xpath("ancestor::fieldset[@aria-describedby]")
        if nodes[0].get("aria-invalid") != "true" and not group:
            return ""
        told = (group or nodes)[0].get("aria-describedby", "").split()
        assert told, f"field {name} is invalid, and nothing says why"
        return " ".join(self.root.get_element_by_id(each).text_content() for each in told)

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        """Its elements and the names of their attributes: what no value may change."""
        return [(node.tag, tuple(node.keys())) for node in self.root.iter() if isinstance(node.tag, str)]


def typed(value: str) -> str:
    """As a browser sends text: lines end with CR LF."""
    return re.sub(r"\r\n|\r|\n", "\r\n", value)


def send(browser: Browser, form: Form, button: str, **changes: str) -> Answer:
    """Presses the button of a form."""
    fields: Mapping[str, str] = {name: typed(value) for name, value in form.sent(button, **changes).items()}
    assert urlsplit(form.action).netloc == browser.host, f"{form.action} is not of {browser.host}"
    if form.method == "post":
        return browser.post(form.action, fields, own_headers(browser.host))
    return browser.get(f"{form.action.partition('?')[0]}?{urlencode(fields)}", own_headers(browser.host))


def press(browser: Browser, page: Page, button: str, **changes: str) -> Answer:
    """Presses the button called "action" with that value, after the fields were changed."""
    return send(browser, page.form(button), button, **changes)
