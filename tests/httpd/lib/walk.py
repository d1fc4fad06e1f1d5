# SPDX-License-Identifier: Apache-2.0
"""Collects every request that pages lead to, by their links and their forms, so that others can try to send it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Mapping
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from .browser import Answer, Browser
from .pages import Form, Page, own_headers, typed

AT_MOST = 300       # pages, so that a walk ends
ASKS = ("delete", "roll-back")      # once, before they do anything


@dataclass(frozen=True)
class Sent:
    """A request. path has the query with it."""
    method: str
    path: str
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def fields(self) -> dict[str, str]:
        """Of the form, or of the query."""
        return dict(self.pairs if self.method == "POST" else parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

    @property
    def text(self) -> str:
        """All that the sender says, to be told from what an answer shows."""
        return unquote_plus(self.path) + " ".join(value for _, value in self.pairs)

    @property
    def changes(self) -> bool:
        """Whether it is more than a look, and more than the question that comes before something."""
        return self.method == "POST" and not (self.fields.get("action") in ASKS and "confirm" not in self.fields)

    def but(self, **changes: str | None) -> "Sent":
        """With other values for fields that it has; None leaves one out."""
        pairs = ((name, changes.get(name, value)) for name, value in self.pairs)
        return Sent(self.method, self.path, tuple((name, value) for name, value in pairs if value is not None))

    def __str__(self) -> str:
        return f"{self.method} {self.path[:80]} {self.fields.get('action', '')}"


def _here(url: str) -> str:
    return urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl()


def _of_form(form: Form) -> Iterator[Sent]:
    for button in form.buttons:
        pairs = tuple((name, typed(value)) for name, value in form.sent(button).items())
        if form.method == "post":
            yield Sent("POST", _here(form.action), pairs)
        else:
            yield Sent("GET", f"{_here(form.action)}?{urlencode(pairs)}")


def _of_page(page: Page, paths: tuple[str, ...]) -> Iterator[Sent]:
    for form in page.forms:
        yield from _of_form(form)
    for link in page.links:
        if urlsplit(link).path in paths:
            yield Sent("GET", _here(link))


def send(browser: Browser, request: Sent, headers: Mapping[str, str] | None = None) -> Answer:
    given = dict(headers or own_headers(browser.host))
    if request.method == "POST":
        given["Content-Type"] = "application/x-www-form-urlencoded"
        return browser.request("POST", request.path, given, data=urlencode(request.pairs))
    return browser.get(request.path, given)


def walk(browser: Browser, pages: list[Page], *paths: str) -> list[Sent]:
    """Every request to these paths that the pages lead to, and the pages behind them; nothing is changed on the way."""
    found: dict[Sent, Sent] = {}        # without its token, which is another on every page, to the whole of it
    todo = list(pages)
    while todo:
        for request in _of_page(todo.pop(), paths):
            key = request.but(token=None)
            if urlsplit(request.path).path not in paths or key in found:
                continue
            assert len(found) < AT_MOST, "the pages never end"
            found[key] = request
            answer = None if request.changes else send(browser, request)
            if answer is not None and answer.status == 200 and answer.type == "text/html":
                todo.append(Page(answer))
    return list(found.values())
