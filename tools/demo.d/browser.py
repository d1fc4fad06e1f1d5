# SPDX-License-Identifier: Apache-2.0
"""A browser without a screen: cookies, redirects, forms; and the walk through an identity provider's login."""
import http.cookiejar
import ssl
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict] = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attributes.get("action") or "",
                               "method": (attributes.get("method") or "get").lower(), "fields": {}})
        elif tag in ("input", "button") and self.forms and attributes.get("name"):
            self.forms[-1]["fields"][attributes["name"]] = attributes.get("value") or ""


@dataclass
class Page:
    url: str
    status: int
    headers: object
    text: str

    def forms(self) -> list[dict]:
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    def form_with(self, field: str) -> dict | None:
        """The first form that has a field of this name."""
        return next((form for form in self.forms() if field in form["fields"]), None)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are followed by Browser, which wants to see each."""

    def redirect_request(self, *_):
        return None


class Browser:
    def __init__(self, ca_file: str | None = None) -> None:
        self.cookies = http.cookiejar.CookieJar()
        self.trail: list[tuple[str, str, int]] = []
        self._opener = urllib.request.build_opener(
            _Stay(), urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file)))

    def get(self, url: str, headers: dict | None = None, follow: bool = True) -> Page:
        return self._request(url, None, headers or {}, follow)

    def post(self, url: str, fields: dict, headers: dict | None = None, follow: bool = True) -> Page:
        return self._request(url, urllib.parse.urlencode(fields).encode(), headers or {}, follow)

    def submit(self, page: Page, form: dict, changes: dict | None = None, follow: bool = True) -> Page:
        fields = {**form["fields"], **(changes or {})}
        action = urllib.parse.urljoin(page.url, form["action"])
        if form["method"] == "post":
            return self.post(action, fields, follow=follow)
        return self.get(f"{action}?{urllib.parse.urlencode(fields)}", follow=follow)

    def _request(self, url: str, body: bytes | None, headers: dict, follow: bool) -> Page:
        headers = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", **headers}
        for _ in range(20):
            page = self._once(url, body, headers)
            target = page.headers.get("Location")
            if not follow or page.status not in (301, 302, 303, 307, 308) or not target:
                return page
            url = urllib.parse.urljoin(page.url, target)
            body = body if page.status in (307, 308) else None
        raise RuntimeError(f"more than 20 redirects, the last to {url}")

    def _once(self, url: str, body: bytes | None, headers: dict) -> Page:
        request = urllib.request.Request(url.partition("#")[0], data=body, headers=headers)
        try:
            answer = self._opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode("utf-8", "replace")
        self.trail.append((request.get_method(), url, answer.status))
        return Page(url, answer.status, answer.headers, text)


def idp_login(browser: Browser, login_url: str, username: str, password: str) -> tuple[Page, dict]:
    """Signs in at a SimpleSAMLphp; returns the page that would post the response, and its form, not yet sent."""
    page = browser.get(login_url)
    form = page.form_with("password")
    if form:
        page = browser.submit(page, form, {"username": username, "password": password})
    response = page.form_with("SAMLResponse")
    if response is None:
        raise RuntimeError(f"no SAMLResponse from {page.url} ({page.status}):\n{page.text[:3000]}")
    return page, response


def sign_in(browser: Browser, login_url: str, username: str, password: str, follow: bool = True) -> Page:
    """The whole walk: login form, form with the response, consume endpoint, target."""
    page, form = idp_login(browser, login_url, username, password)
    return browser.submit(page, form, follow=follow)
