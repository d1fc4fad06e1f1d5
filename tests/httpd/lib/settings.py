# SPDX-License-Identifier: Apache-2.0
"""The settings and users pages, and invitations: what administrators and their guests do there."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from . import everywhere
from .browser import NAVIGATE, Answer, Browser
from .forge import Response
from .pages import Page, own_headers, press
from .server import TOP, Server
from .spinit import Request, read
from .world import good, login

SETTINGS = "/dashboard/settings/single-sign-on"
USERS = "/dashboard/settings/users"
GUEST = "__Host-ikssoauth-guest"
ADMINISTRATOR = "account_administrator"
OTHER_ROLES = ("developer", "media_library_full_access", "media_library_view_only_access",
               "media_library_restricted_access", "finance")
METADATA = TOP / "tests" / "fixtures" / "metadata"
LINK = re.compile(r"https://\S+\?invite=([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
TABLES = ("ik_user", "ik_draft", "ik_previous", "ik_invite")    # of one account each, besides its own row


def prepare(server: Server, more: str = "") -> str:
    """The usual site, with four processes: a page that needs a session, besides the endpoints."""
    everywhere.prepare(server)
    return everywhere.MACHINE + server.vhost(everywhere.SITE + more)


def fixture(name: str) -> str:
    """Metadata as it is pasted: a clipboard carries no byte order mark."""
    return (METADATA / f"{name}.xml").read_bytes().decode("utf-8-sig")


# Who is there

def administrator(browser: Browser, account: str = "acme", **changes: Any) -> Response:
    """Signs the account's administrator in; what the identity provider said."""
    said = good(account, **{"role": ADMINISTRATOR, "email": f"admin@{account}.test", **changes})
    login(browser, said)
    return said


def invite(server: Server, account: str, *options: str) -> str:
    """The link that the command line gives, which knows from httpd where the hosts are."""
    links = server.ctl("--json", "account", "invite", account, *options).json["links"]
    [link] = [each for each in links if urlsplit(each).hostname == server.host]
    assert LINK.fullmatch(link), link
    return link


def token_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["invite"][0]


def redeem(browser: Browser, link: str) -> Answer:
    """Opens an invitation and presses its button."""
    page = Page(browser.get(link))
    assert page.status == 200, f"{page.status}: {page.text}"
    return press(browser, page, "redeem")


def guest(server: Server, browser: Browser, account: str) -> Page:
    """Makes the browser a guest of the account; the settings page."""
    answer = redeem(browser, invite(server, account))
    assert answer.status == 303 and browser.cookie(GUEST), f"{answer.status}: {answer.text}"
    return settings(browser)


# Pages

def show(browser: Browser, path: str, status: int = 200) -> Page:
    page = Page(browser.get(path))
    assert page.status == status, f"{page.status}: {page.text}"
    return page


def settings(browser: Browser, query: str = "") -> Page:
    return show(browser, f"{SETTINGS}{query}")


def users(browser: Browser, query: str = "") -> Page:
    return show(browser, f"{USERS}{query}")


def user(browser: Browser, email: str) -> Page:
    return users(browser, f"?user={quote(email, safe='')}")


def done(browser: Browser, answer: Answer, word: str) -> Page:
    """What was asked for is done: it leads on to a page that says so."""
    assert answer.status == 303, f"{answer.status}: {Page(answer).text}"
    assert answer.location is not None and parse_qs(urlsplit(answer.location).query)["done"] == [word], answer.location
    return show(browser, answer.location)


def save(browser: Browser, **changes: str) -> Page:
    """Saves what the form holds, with these changes."""
    return done(browser, press(browser, settings(browser), "save", **changes), "saved")


def refused(browser: Browser, name: str, **changes: str) -> Page:
    """Tries to save, and is told what is wrong with that field; nothing typed is lost."""
    page = Page(press(browser, settings(browser), "save", **changes))
    assert page.status == 400, f"{page.status}: {page.text}"
    assert page.problem(name), f"nothing is said at {name}: {page.text}"
    kept = page.form("save").fields
    for field, value in changes.items():
        if page.root.xpath("//select[@name=$name]", name=field):
            continue        # which has no place for what is no choice
        assert kept[field].splitlines() == value.splitlines(), f"{field} is not as it was typed"
    return page


def confirm(browser: Browser, page: Page, button: str, word: str) -> Page:
    """Presses a button that asks once, and says yes."""
    question = Page(press(browser, page, button))
    assert question.status == 200 and question.form(button).fields.get("confirm"), question.text
    return done(browser, press(browser, question, button), word)


def delete(browser: Browser) -> Page:
    return confirm(browser, settings(browser), "delete", "deleted")


def roll_back(browser: Browser) -> Page:
    return confirm(browser, settings(browser), "roll-back", "rolled-back")


# Test sign-ins

def start_test(browser: Browser, **changes: str) -> Request:
    """Presses "Test sign-in"; the request that the identity provider gets."""
    return read(press(browser, settings(browser), "test", **changes))


def draft_of(answer: Answer) -> str:
    """The draft that an answer leads to, whose test is over."""
    assert answer.status == 303 and answer.location is not None, f"{answer.status}: {answer.text}"
    to = urlsplit(answer.location)
    assert to.path == SETTINGS, answer.location
    return parse_qs(to.query)["test"][0]


def answer_test(browser: Browser, request: Request, message: Response | str) -> Answer:
    """What the identity provider's page makes the browser send: a response, or whatever stands in the field."""
    field = message if isinstance(message, str) else message.encoded()
    answer = browser.consume(field, request.relay_state)
    assert answer.session is None, "a test must not set a session"
    return answer


def outcome(browser: Browser, request: Request, message: Response | str) -> Page:
    """The identity provider answers a test; what it showed. Text is sent as it is."""
    answer = answer_test(browser, request, message if isinstance(message, str) else message.answering(request.id))
    return settings(browser, f"?test={draft_of(answer)}")


# Behind the pages

def rows(server: Server, account: str) -> dict[str, list[tuple[Any, ...]]]:
    """All that the database holds of an account, to be compared."""
    found = {table: sorted(server.sql(f"SELECT * FROM {table} WHERE account = ?", account), key=repr) for table in TABLES}
    return {"ik_account": server.sql("SELECT * FROM ik_account WHERE id = ?", account), **found}


def saved(server: Server, account: str) -> dict[str, Any]:
    """The account, as the command line shows it."""
    return server.ctl("--json", "account", "show", account).json


def post(browser: Browser, path: str, fields: dict[str, str]) -> Answer:
    """Sends fields that no page need have."""
    return browser.post(path, fields, own_headers(browser.host))


def is_signed_in(browser: Browser) -> bool:
    status = browser.get("/private/page.txt", {**NAVIGATE, "Accept": "application/json"}).status
    assert status in (200, 302, 303, 401), status
    return status == 200


def token_of_form(page: Page) -> str:
    """The token that every form of a page carries."""
    tokens = {form.fields["token"] for form in page.forms if form.method == "post" and "token" in form.fields}
    assert len(tokens) == 1, tokens
    return tokens.pop()
