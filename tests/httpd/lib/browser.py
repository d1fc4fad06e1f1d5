# SPDX-License-Identifier: Apache-2.0
"""A small client that keeps cookies as browsers do, and shows everything that came back."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Mapping
from urllib.parse import urljoin, urlsplit

import requests
from requests.cookies import RequestsCookieJar

from .server import Server

SESSION = "__Host-ikssoauth"
NAVIGATE = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FETCH = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Accept": "*/*"}


class _NoCookies(RequestsCookieJar):
    """Keeps requests from having cookies of its own: ours are kept by the rules of __Host-."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        return None


@dataclass
class Cookie:
    """A Set-Cookie line, taken apart; attributes in lower case."""
    name: str
    value: str
    attributes: dict[str, str]

    @classmethod
    def parse(cls, line: str) -> "Cookie":
        first, *rest = [part.strip() for part in line.split(";")]
        name, _, value = first.partition("=")
        pairs = (part.partition("=") for part in rest)
        return cls(name, value, {key.lower(): val for key, _, val in pairs})

    @property
    def kept(self) -> bool:
        """Whether a browser would keep it: __Host- wants Secure, Path=/ and no Domain."""
        if not self.name.startswith("__Host-"):
            return True
        return "secure" in self.attributes and self.attributes.get("path") == "/" and "domain" not in self.attributes

    @property
    def gone(self) -> bool:
        return self.value == "" or self.attributes.get("max-age") == "0"


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append((named.get("method", "get").lower(), named.get("action", ""), {}))
        elif tag == "input" and self.forms and named.get("name"):
            self.forms[-1][2][named["name"]] = named.get("value", "")


@dataclass
class Answer:
    """What came back. url is the one the browser shows."""
    status: int
    headers: Mapping[str, str]
    cookies: list[Cookie]
    body: bytes
    url: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0]

    @property
    def location(self) -> str | None:
        """Where it sends the browser, made absolute."""
        to = self.headers.get("Location")
        return None if to is None else urljoin(self.url, to)

    @property
    def session(self) -> Cookie | None:
        """The session cookie it sets."""
        found = [cookie for cookie in self.cookies if cookie.name == SESSION]
        return found[-1] if found else None

    @property
    def variables(self) -> dict[str, str]:
        """The environment that the CGI program answers."""
        entries = (entry.partition("=") for entry in self.text.split("\0") if entry)
        return {key: value for key, _, value in entries}

    def form(self) -> tuple[str, str, dict[str, str]]:
        """The first form of the page: method, absolute action, fields."""
        parser = _Forms()
        parser.feed(self.text)
        assert parser.forms, f"no form in {self.text[:500]}"
        method, action, fields = parser.forms[0]
        return method, urljoin(self.url, action), fields


class Browser:
    """One browser, on one server. It believes to be at https://HOST, whatever listener it really uses."""

    def __init__(self, server: Server, host: str | None = None, tls: bool = False) -> None:
        self.server = server
        self.host = host or server.host
        self.base = f"https://127.0.0.1:{server.tls_port}" if tls else f"http://127.0.0.1:{server.port}"
        self.jar: dict[str, dict[str, str]] = {}
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.cookies = _NoCookies()
        self.http.headers.clear()

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: Any) -> None:
        self.http.close()

    def url(self, path: str) -> str:
        return urljoin(f"https://{self.host}/", path) if not path.startswith("https://") else path

    def cookie(self, name: str = SESSION) -> str | None:
        """The value of a cookie this browser holds for its host."""
        return self.jar.get(self.host, {}).get(name)

    def set_cookie(self, value: str, name: str = SESSION) -> None:
        self.jar.setdefault(self.host, {})[name] = value

    def _headers(self, host: str, headers: Mapping[str, str] | None) -> dict[str, str]:
        given = {"Host": host, "User-Agent": "tests", **(headers or {})}
        kept = self.jar.get(host, {})
        if kept and "Cookie" not in given:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items())
        return given

    def _keep(self, host: str, cookies: list[Cookie]) -> None:
        for cookie in cookies:
            if cookie.gone:
                self.jar.get(host, {}).pop(cookie.name, None)
            elif cookie.kept:
                self.jar.setdefault(host, {})[cookie.name] = cookie.value

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
        """One request, without following a redirect."""
        shown = self.url(path)
        host, rest = urlsplit(shown).netloc, shown.split("/", 3)[3]
        got = self.http.request(method, f"{self.base}/{rest}", headers=self._headers(host, headers),
                                allow_redirects=False, verify=False, timeout=30, **more)
        cookies = [Cookie.parse(line) for line in got.raw.headers.getlist("Set-Cookie")]
        self._keep(host, cookies)
        return Answer(got.status_code, got.headers, cookies, got.content, shown)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.request("GET", path, headers or NAVIGATE)

    def get_as_is(self, target: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The same for a path and query that must arrive octet by octet: the library writes percent-encoding its own way."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request("GET", target, headers=self._headers(self.host, headers or NAVIGATE))
            got = connection.getresponse()
            body = got.read()
        finally:
            connection.close()
        cookies = [Cookie.parse(line) for line in got.headers.get_all("Set-Cookie") or []]
        self._keep(self.host, cookies)
        return Answer(got.status, got.headers, cookies, body, self.url(target))

    def post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        return self.request("POST", path, headers or NAVIGATE, data=dict(fields))

    def follow(self, answer: Answer, at_most: int = 10) -> Answer:
        """Goes where redirects lead."""
        for _ in range(at_most):
            if answer.location is None or not 300 <= answer.status < 400:
                return answer
            answer = self.get(answer.location)
        raise AssertionError(f"redirected in circles: {answer.url}")

    def submit(self, answer: Answer, **fields: str) -> Answer:
        """Sends the first form of a page, with some fields filled in."""
        method, action, hidden = answer.form()
        if method == "post":
            return self.post(action, {**hidden, **fields})
        query = requests.compat.urlencode({**hidden, **fields})
        return self.get(f"{action}{'&' if '?' in action else '?'}{query}")

    def consume(self, message: str, relay_state: str | None = None, path: str = "/saml/consume",
                headers: Mapping[str, str] | None = None) -> Answer:
        """Posts a SAMLResponse (base64), as the identity provider's page makes a browser do."""
        fields = {"SAMLResponse": message}
        if relay_state is not None:
            fields["RelayState"] = relay_state
        return self.post(path, fields, headers)


def trace_of(answer: Answer) -> str:
    """The trace id that an answer shows, in JSON or on a page."""
    if answer.type == "application/json":
        return answer.json["trace"]
    found = re.search(r'<dl class="reference">.*?<dd>([A-Za-z0-9_-]{8,40})</dd>', answer.text, re.DOTALL)
    assert found, f"no trace id on the page: {answer.text}"
    return found.group(1)
