# SPDX-License-Identifier: Apache-2.0
"""
A browser that goes from site to site: redirects, forms that send themselves, cookies with SameSite as browsers have it.

Every name is this machine; a site is the last two labels of a name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping
from urllib.parse import urlencode, urljoin, urlsplit

import requests

from .browser import NAVIGATE, Answer, Cookie, _Forms, _NoCookies


def site(url: str) -> str:
    """Scheme and registrable domain: what SameSite compares."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{'.'.join((parts.hostname or '').split('.')[-2:])}"


def without_fragment(url: str) -> str:
    return url.partition("#")[0]


@dataclass
class Form:
    """A form of a page."""
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Traveller:
    """One browser. trail says where it has been: (method, URL, status); posted, what it sent there in forms."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, dict[str, str]]] = []
        self.jar: dict[str, dict[str, Cookie]] = {}
        self.trail: list[tuple[str, str, int]] = []
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.cookies = _NoCookies()
        self.http.headers.clear()

    def __enter__(self) -> "Traveller":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def cookies(self, url: str) -> dict[str, str]:
        """Name and value of all that it keeps for the host of url."""
        return {name: cookie.value for name, cookie in self.jar.get(urlsplit(url).hostname or "", {}).items()}

    def forget(self, url: str, *names: str) -> None:
        """Loses cookies, as browsers may."""
        for name in names:
            self.jar[urlsplit(url).hostname or ""].pop(name, None)

    def _sent(self, method: str, url: str, initiator: str) -> str:
        same = not initiator or site(initiator) == site(url)
        kept = self.jar.get(urlsplit(url).hostname or "", {})
        # A navigation: Lax cookies go along with a GET from anywhere. Without SameSite they count as Lax.
        goes = [cookie for cookie in kept.values()
                if same or cookie.attributes.get("samesite", "Lax") == "None"
                or (method == "GET" and cookie.attributes.get("samesite", "Lax") == "Lax")]
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in goes)

    def _keep(self, url: str, cookies: list[Cookie]) -> None:
        kept = self.jar.setdefault(urlsplit(url).hostname or "", {})
        for cookie in cookies:
            none = cookie.attributes.get("samesite") == "None"
            assert not none or "secure" in cookie.attributes, f"browsers reject SameSite=None without Secure: {cookie}"
            if cookie.gone:
                kept.pop(cookie.name, None)
            elif cookie.kept:
                kept[cookie.name] = cookie

    def once(self, method: str, url: str, fields: Mapping[str, str] | None = None, initiator: str = "",
             headers: Mapping[str, str] | None = None) -> Answer:
        """One request, without going on. initiator is the page that made the browser send it; "": the person."""
        parts = urlsplit(url)
        sent = {"Host": parts.netloc, "User-Agent": "tests", **(headers or NAVIGATE)}
        if initiator:
            sent["Sec-Fetch-Site"] = "same-origin" if urlsplit(initiator)[:2] == parts[:2] else "cross-site"
        if initiator and method == "POST":
            sent["Origin"] = "{0.scheme}://{0.netloc}".format(urlsplit(initiator))
        cookie = self._sent(method, url, initiator)
        if cookie:
            sent["Cookie"] = cookie
        address = f"{parts.scheme}://127.0.0.1:{parts.port}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
        got = self.http.request(method, address, headers=sent, data=None if fields is None else dict(fields),
                                allow_redirects=False, verify=False, timeout=30)
        cookies = [Cookie.parse(line) for line in got.raw.headers.getlist("Set-Cookie")]
        self._keep(url, cookies)
        self.trail.append((method, url, got.status_code))
        if fields is not None:
            self.posted.append((url, dict(fields)))
        return Answer(got.status_code, got.headers, cookies, got.content, url)

    def _go(self, method: str, url: str, fields: Mapping[str, str] | None, initiator: str) -> Answer:
        for _ in range(20):
            answer = self.once(method, url, fields, initiator)
            if answer.location is None or not 300 <= answer.status < 400:
                return answer
            # A redirect without a fragment of its own keeps the one that was there.
            kept = "#" + url.partition("#")[2] if "#" in url and "#" not in answer.location else ""
            method, url, fields = "GET", answer.location + kept, None
        raise AssertionError(f"redirected in circles: {self.trail[-20:]}")

    def get(self, url: str, initiator: str = "") -> Answer:
        """Goes there, and on where redirects lead."""
        return self._go("GET", url, None, initiator)

    def post(self, url: str, fields: Mapping[str, str], initiator: str = "") -> Answer:
        return self._go("POST", url, fields, initiator)

    @staticmethod
    def forms(page: Answer) -> list[Form]:
        """All forms of a page."""
        parser = _Forms()
        parser.feed(page.text)
        return [Form(method, urljoin(page.url, action), fields) for method, action, fields in parser.forms]

    def form(self, page: Answer, name: str) -> Form | None:
        """The form that has a field of this name."""
        return next((form for form in self.forms(page) if name in form.fields), None)

    def submit(self, page: Answer, form: Form, **changes: str) -> Answer:
        fields = {**form.fields, **changes}
        if form.method == "post":
            return self.post(form.action, fields, page.url)
        return self.get(f"{form.action}{'&' if '?' in form.action else '?'}{urlencode(fields)}", page.url)

    def carry_on(self, page: Answer) -> Answer:
        """Sends the messages of pages that send themselves, until one is for a person."""
        for _ in range(10):
            form = self.form(page, "SAMLRequest") or self.form(page, "SAMLResponse")
            if form is None:
                return page
            page = self.submit(page, form)
        raise AssertionError(f"messages in circles: {self.trail[-20:]}")
