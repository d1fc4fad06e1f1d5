# SPDX-License-Identifier: Apache-2.0
"""Every fault of the table is explained wherever somebody looks: page, trace page, command line, logs, and the documentation."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any, Iterator

import pytest

from lib import faults, world
from lib.audit import AuditLog, checked
from lib.browser import Answer, Browser, trace_of
from lib.checks import LABELS
from lib.explain import explain, failed, wait_for_host
from lib.fault_table import FAULTS
from lib.faults import Fault
from lib.pages import Page
from lib.reasons import REASONS
from lib.server import TOP, Server
from lib.settings import SETTINGS, guest, prepare

EVERY = pytest.mark.parametrize("fault", FAULTS, ids=[fault.title for fault in FAULTS])
EXPLAINED = [fault for fault in FAULTS if fault.check not in (None, faults.ANSWERS)]
ANSWERS = [fault for fault in FAULTS if fault.check == faults.ANSWERS]
NOBODYS = [fault for fault in FAULTS if not fault.account]
SEEN = [fault for fault in FAULTS if fault.account in faults.READ]

# What people read about who acts, on the error page and on the page of the trace.
TOLD = {
    faults.USER: "You can try this again yourself.",
    faults.ACCOUNT_ADMIN: "Ask the administrator of your company's account.",
    faults.IDP_ADMIN: "Ask the administrator of your company's identity provider.",
    faults.OPERATOR: "Ask our support.",
}
MENDER = {
    faults.USER: "Test again.",
    faults.ACCOUNT_ADMIN: "You can mend this here",
    faults.IDP_ADMIN: "Mend this at your identity provider",
    faults.OPERATOR: "Ask our support.",
}
TRACE_SECONDS = 10


@dataclass
class Injected:
    """A fault that has happened on the module's server."""
    field: str
    answer: Answer
    trace: str


def site(server: Server) -> str:
    faults.populate(server)
    return prepare(server, "IkSSOAuditLog logs/audit.log\n" + faults.STEPS + world.sp_certificate(server))


class Scene:
    """What has happened so far: each fault once, and who has signed in to read about it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.injected: dict[str, Injected] = {}
        self.readers: dict[str, Browser] = {}
        self.said: dict[str, dict[str, Any]] = {}
        faults.begin(server)
        wait_for_host(server)

    def of(self, fault: Fault) -> Injected:
        if fault.title not in self.injected:
            with Browser(self.server) as browser:
                field = fault.field(browser)
                answer = fault.send(browser, field)
            self.injected[fault.title] = Injected(field, answer, trace_of(answer))
        return self.injected[fault.title]

    def reader(self, account: str) -> Browser:
        """The administrator of an account; a guest where nobody can sign in."""
        if account not in self.readers:
            browser = self.readers[account] = Browser(self.server)
            if account == "off":
                guest(self.server, browser, account)
            else:
                faults.sign_in(browser, account)
        return self.readers[account]

    def told(self, fault: Fault) -> dict[str, Any]:
        """What the operator is told of the trace, which is there soon."""
        trace, end = self.of(fault).trace, time.monotonic() + TRACE_SECONDS
        while trace not in self.said:
            said = self.server.ctl("--json", "explain", trace, check=False)
            if said.code == 0:
                self.said[trace] = dict(said.json)
            assert said.code == 0 or time.monotonic() < end, f"no trace {trace}: {said.out}"
            time.sleep(0.05 if said.code else 0)
        return self.said[trace]

    def close(self) -> None:
        for browser in self.readers.values():
            browser.http.close()


@pytest.fixture(scope="module")
def played(running: Server) -> Iterator[Scene]:
    made = Scene(running)
    yield made
    made.close()


@pytest.fixture
def scene(played: Scene, server: Server) -> Scene:
    """With refusals announced, and what httpd itself says of a Require that does not hold."""
    server.log.expect(r"refused|AH01630")
    return played


def of_detail(fault: Fault, text: str) -> None:
    """What came and what was expected is in a text."""
    for word in (*fault.came, *fault.expected):
        assert word in text, f"{word} is not said: {text}"


def straight(text: str) -> str:
    """As sentences are written in the tables."""
    return text.replace("\u2019", "'")


# Where people look

@EVERY
def test_error_page(scene: Scene, fault: Fault) -> None:
    """Cause, who acts and the id; what came and what was expected is none of the browser's business."""
    page, row = Page(scene.of(fault).answer), REASONS[fault.reason]
    text = straight(page.text)
    assert page.status == row.status
    for words in fault.page or (row.sentence, TOLD[fault.actor]):
        assert words in text, f"{words} is not said: {text}"
    assert scene.of(fault).trace in text
    detail = scene.told(fault)["detail"]
    for secret in (detail, *(each for each in re.findall(r'"([^"]{6,})"', detail))):
        assert secret not in text, f"the page tells {secret}"
    assert "_" not in fault.reason or fault.reason not in text, "the page tells the word of the log"


@pytest.mark.parametrize("fault", SEEN, ids=[fault.title for fault in SEEN])
def test_page_of_the_trace(scene: Scene, fault: Fault) -> None:
    """What the administrator of the account reads, or whoever is invited to set it up."""
    told, page = scene.told(fault), Page(scene.reader(fault.account).get(f"{SETTINGS}?trace={scene.of(fault).trace}"))
    text = straight(page.text)
    assert page.status == 200, text
    for words in (REASONS[fault.reason].sentence, MENDER[fault.actor], fault.reason, scene.of(fault).trace, straight(told["detail"]),
                  straight(told["fix"])):
        assert words in text, f"{words} is not said: {text}"
    of_detail(fault, text)
    assert ("signed by the identity provider of this account" in text) == fault.signed
    assert ("It is not proven" in text) != fault.signed


@pytest.mark.parametrize("fault", NOBODYS, ids=[fault.title for fault in NOBODYS])
def test_trace_of_no_account_is_for_the_operator_only(scene: Scene, fault: Fault) -> None:
    scene.told(fault)
    page = Page(scene.reader("acme").get(f"{SETTINGS}?trace={scene.of(fault).trace}"))
    assert page.status == 404 and "There is no refused sign-in of this account" in page.text


@EVERY
def test_explain_trace(scene: Scene, fault: Fault) -> None:
    told = scene.told(fault)
    assert (told["reason"], told["actor"], told["account"] or "") == (fault.reason, fault.actor, fault.named or fault.account)
    assert told["sentence"] == REASONS[fault.reason].sentence and told["verified"] == fault.signed
    of_detail(fault, told["detail"])
    assert told["fix"] and "{" not in told["fix"]
    if fault.account:
        assert "of the settings page" not in told["fix"], "a value of the account is not filled in"
    people = scene.server.ctl("explain", scene.of(fault).trace).out
    for words in (fault.reason, fault.actor, told["sentence"], told["detail"], told["fix"]):
        assert words in people, f"{words} is not said: {people}"


@pytest.mark.parametrize("fault", EXPLAINED, ids=[fault.title for fault in EXPLAINED])
def test_explain_response(scene: Scene, fault: Fault) -> None:
    """The check that fails, alone or with those that the same fault fails; what is wrong besides the message is said, too."""
    said = explain(scene.server, scene.of(fault).field, fault.account or "acme", code=1)
    wrong = failed(said)
    assert list(LABELS) == [check["check"] for check in said["checks"]]
    if fault.check == faults.BESIDES:
        [check] = said["besides"]
        assert not wrong
    else:
        check = wrong[fault.check or ""]
        assert set(wrong) == {fault.check, *fault.also} and not said["besides"], wrong
    assert check["reason"] == (fault.instead or fault.reason) and said["error"]["code"] == check["reason"]
    if not fault.instead:
        of_detail(fault, check["detail"])
    assert check["fix"] and "of the settings page" not in check["fix"]
    opened = not {"readable", "structure", "status", "decryption"} & set(wrong)
    assert opened == any(each["check"] == "account" and each["state"] != "skipped" for each in said["checks"])


@pytest.mark.parametrize("fault", ANSWERS, ids=[fault.title for fault in ANSWERS])
def test_explain_response_to_a_request(scene: Scene, fault: Fault) -> None:
    """The message is good; which request it answers is said, and that only one browser can use it."""
    said = explain(scene.server, scene.of(fault).field)
    assert not failed(said) and said["answers"] and said["answers"].startswith("_")


@EVERY
def test_log_line(scene: Scene, fault: Fault) -> None:
    told = scene.told(fault)
    [line] = [each for each in scene.server.log.text().splitlines() if scene.of(fault).trace in each and "refused: " in each]
    for words in (f"reason={fault.reason} ", f'actor="{fault.actor}"', f'account="{told["account"] or "-"}"', f'detail="{told["detail"]}"'):
        assert words in line.replace("\\", ""), f"{words} is not said: {line}"


@EVERY
def test_audit_line(scene: Scene, fault: Fault) -> None:
    told = scene.told(fault)
    [line] = [checked(each) for each in AuditLog(scene.server.root / "logs" / "audit.log").lines() if scene.of(fault).trace in each.decode()]
    assert (line["event"], line["reason"], line["actor"]) == ("refusal", fault.reason, fault.actor)
    assert line["trace"] == scene.of(fault).trace and line["detail"] == told["detail"]
    assert line.get("account") == told["account"] and line.get("idp") == told["issuer"]


# The documentation

def test_documentation_has_the_same_table() -> None:
    """In both directions: name, reason and who acts."""
    text = (TOP / "docs" / "troubleshooting.md").read_text()
    listed = [tuple(row) for row in re.findall(r"^\| (.+?) \| `(\w+)` \| (.+?) \|$", text, re.MULTILINE)]
    tested = list(dict.fromkeys((fault.name, fault.reason, fault.actor) for fault in FAULTS))
    assert sorted(listed) == sorted(tested) and len(listed) == len(set(listed)) >= 40
    assert len({fault.title for fault in FAULTS}) == len(FAULTS) >= 45
