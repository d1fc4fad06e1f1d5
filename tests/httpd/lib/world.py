# SPDX-License-Identifier: Apache-2.0
"""The accounts that the tests know, their identity providers, and what it means to be accepted or refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from . import keys
from .browser import NAVIGATE, SESSION, Answer, Browser, trace_of
from .forge import CONSUME, Confirmation, Idp, Response, encode, idp, instant
from .reasons import REASONS
from .server import Server

SHARED = "https://sts.windows.test/5a1ad2b0/"       # one entity ID for every app of a directory, as Entra ID has it
JSON = {"Accept": "application/json"}


def suffixed(account: str) -> str:
    """An account's own entity ID, by convention."""
    return f"{CONSUME}#{account}"


def day(offset: int = 1) -> str:
    """The day so many days from today, in UTC, as options of accounts name it."""
    return instant(offset * 86400)[:10]


def providers() -> dict[str, Idp]:
    """Account to identity provider. "twin" and "twin2" share even the key pair."""
    agency = keys.pair("rsa2048", "agency")
    return {
        "acme": idp("acme"),
        "beta": idp("beta"),
        "gamma": idp("gamma", entity_id=SHARED),
        "delta": idp("delta", entity_id=SHARED),
        "twin": Idp(SHARED + "twin", [agency]),
        "twin2": Idp(SHARED + "twin", [agency]),
        "narrow": idp("narrow"),
        "shut": idp("shut"),
        "two-certs": Idp("https://idp.two-certs.test/", [keys.pair("rsa2048", "old", -30), keys.pair("rsa2048", "new")]),
        "rsa3072": idp("rsa3072", "rsa3072"),
        "p256": idp("p256", "p256"),
        "p384": idp("p384", "p384"),
        "p521": idp("p521", "p521"),
    }


OPTIONS = {name: ["--entity-id", suffixed(name)] for name in ("gamma", "delta", "twin", "twin2")}
OPTIONS["narrow"] = ["--domain", "narrow.test", "--domain", "sub.narrow.test"]


def populate(server: Server, *accounts: str) -> None:
    """Adds these accounts, or all of them, and "off", which has no identity provider."""
    known = providers()
    for account in accounts or known:
        server.add_account(account, known[account].metadata(), *OPTIONS.get(account, []))
    if not accounts:
        server.add_account("off", None)
        server.ctl("account", "disable", "shut")


def sp_pair() -> keys.Pair:
    """The key pair that assertions are encrypted for."""
    return keys.pair("rsa2048", "sp")


def sp_certificate(server: Server) -> str:
    """The directive that lets the server open them."""
    cert, key = keys.write_pair(server.root / "conf", sp_pair(), "sp")
    return f"IkSSOCertificate {cert} {key}\n"


def good(account: str = "acme", **changes: Any) -> Response:
    """A response that must be accepted, but for the changes."""
    uri = suffixed(account) if account in OPTIONS and account != "narrow" else CONSUME
    email = changes.pop("email", f"ann@{account}.test")
    usual: dict[str, Any] = {"idp": providers().get(account, providers()["acme"]), "account": account, "email": email}
    usual.update(destination=uri, recipient=uri, audiences=[[uri]])
    return Response(**{**usual, **changes})


def confirmation(**changes: Any) -> list[Confirmation]:
    """The usual SubjectConfirmation, with changes."""
    return [Confirmation(**changes)]


def login(browser: Browser, response: Response | None = None, relay_state: str | None = None,
          path: str = "/saml/consume", **changes: Any) -> Answer:
    """Signs in, and expects that it works."""
    answer = browser.consume((response or good(**changes)).encoded(), relay_state, path)
    assert answer.status == 303, f"{answer.status}: {answer.text}\n" + "\n".join(browser.server.log.new()[-5:])
    assert answer.session is not None and answer.session.kept and answer.session.value
    return answer


def lands(answer: Answer) -> str:
    """Path and query of where an answer sends the browser."""
    assert answer.location is not None
    to = urlsplit(answer.location)
    return to.path + (f"?{to.query}" if to.query else "") + (f"#{to.fragment}" if to.fragment else "")


def check_refused(browser: Browser, answer: Answer, reason: str, log_from: int = 0) -> Answer:
    """A refusal as it must be: status, public sentence and trace only, no session, one log line that says why."""
    row = REASONS[reason]
    log = browser.server.log
    new = "\n".join(log.new()[-5:])
    assert answer.status == row.status, f"{answer.status} is not {row.status} ({reason}): {answer.text}\n{new}"
    assert answer.session is None or answer.session.gone, "a refused login must not set a session"
    trace = trace_of(answer)
    lines = log.wait(trace)
    assert any(reason in line for line in lines), f"no line with trace {trace} says {reason}:\n{new}"
    assert "location" not in {name.lower() for name in answer.headers}
    if answer.type == "application/json":
        assert answer.json["message"] == row.sentence and answer.json["error"] == reason, answer.text
    else:
        assert row.sentence in answer.text.replace("&#39;", "'"), answer.text
    return answer


def refused(browser: Browser, message: Response | bytes | str, reason: str, relay_state: str | None = None,
            path: str = "/saml/consume", html: bool = False) -> Answer:
    """Posts a message (a Response, XML, or the form field itself) and expects that it is refused for that reason."""
    field = message.encoded() if isinstance(message, Response) else message
    field = encode(field) if isinstance(field, bytes) else field
    browser.server.log.expect(r"refused")
    answer = browser.consume(field, relay_state, path, NAVIGATE if html else JSON)
    return check_refused(browser, answer, reason)


def signed_in(browser: Browser, path: str = "/cgi-bin/env") -> dict[str, str]:
    """The environment of a CGI program that the browser may run because it is signed in."""
    answer = browser.get(path)
    assert answer.status == 200, f"{answer.status}: {answer.text}"
    return answer.variables


def has_session(browser: Browser) -> bool:
    return browser.cookie(SESSION) is not None
