# SPDX-License-Identifier: Apache-2.0
"""Settings are saved, deleted and rolled back, and people deleted, while others sign in: no request fails, and what was done counts."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lib import world
from lib.browser import FETCH, SESSION, Browser
from lib.client import Client, Reply
from lib.everywhere import PROCESSES, ask
from lib.forge import Response
from lib.pages import Page, press
from lib.server import MPM, Server
from lib.settings import (
    administrator, answer_test, confirm, delete, done, guest, is_signed_in, outcome, prepare, roll_back, save, settings, start_test, user)
from lib.spinit import read
from lib.world import JSON, good

ACCOUNT, OTHER = "acme", "beta"
ROUNDS = 6
COMERS = 4      # threads
HOLDERS = 2


def site(server: Server) -> str:
    world.populate(server, ACCOUNT, OTHER)
    return prepare(server)


class Hammer:
    """A context: people of two accounts sign in, and ask for a page, without end. Every answer is one that may come."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._stop, self._lock, self._numbers = threading.Event(), threading.Lock(), itertools.count()
        self._pool = ThreadPoolExecutor(COMERS + HOLDERS)

    def __enter__(self) -> "Hammer":
        # The other account's administrator does nothing: its people always get in.
        jobs = [(self._come, ACCOUNT), (self._come, ACCOUNT), (self._come, OTHER), (self._come, ACCOUNT), (self._look, ACCOUNT), (self._look, OTHER)]
        self._jobs = [self._pool.submit(job, account) for job, account in jobs]
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        self._pool.shutdown()
        for job in self._jobs:
            job.result()

    def _saw(self, what: str, account: str, reply: Reply | None, fine: set[int]) -> None:
        with self._lock:
            if reply is None:
                self.counts["lost"] += 1        # the connection was closed meanwhile; nothing was answered
                return
            reason = f" {reply.reason}" if reply.status in (401, 403) and reply.headers.get("Content-Type", "").startswith("application/json") else ""
            self.counts[f"{what} {account} {reply.status}{reason}"] += 1
            if reply.status not in fine or (reason and reason != " sso_disabled" and reply.status == 403):
                self.wrong.append(f"{what} {account}: {reply.status}{reason} {reply.body[-200:]!r}")

    def _come(self, account: str) -> None:
        client = Client([self.server])
        while not self._stop.is_set():
            said = good(account, email=f"comer{next(self._numbers) % 40}@{account}.test")
            self._saw("login", account, client.post(0, "/saml/consume", {"SAMLResponse": said.encoded()}, JSON),
                      {303, 403} if account == ACCOUNT else {303})

    def _look(self, account: str) -> None:
        client, cookie = Client([self.server]), ""
        while not self._stop.is_set():
            reply = client.once(0, "GET", "/private/page.txt", {**FETCH, "Cookie": f"{SESSION}={cookie}"})
            self._saw("page", account, reply, {200, 401})
            if reply is not None and reply.status == 401:
                said = good(account, email=f"looker@{account}.test").encoded()
                again = client.post(0, "/saml/consume", {"SAMLResponse": said}, JSON)
                cookie = again.session.value if again is not None and again.session is not None else ""


def enters(server: Server, message: Response) -> tuple[int, str]:
    """Status and reason of one login, and its session's cookie if it got one."""
    with Browser(server) as browser:
        answer = browser.consume(message.encoded(), headers=JSON)
    return answer.status, answer.json["error"] if answer.status == 403 else ""


def cookie(server: Server, account: str, email: str) -> str:
    with Browser(server) as browser:
        return world.login(browser, good(account, email=email)).session.value     # type: ignore[union-attr]


def test_what_is_saved_deleted_and_rolled_back_counts_on_the_next_request(server: Server, browser: Browser) -> None:
    administrator(browser, ACCOUNT)
    metadata = settings(browser).form("save").fields["metadata"]
    with Hammer(server) as hammer:
        for number in range(ROUNDS):
            ann = cookie(server, ACCOUNT, "ann@acme.test")
            delete(browser)
            assert {ask(server, ann) for _ in range(4 * PROCESSES)} == {401}
            assert {enters(server, good(ACCOUNT)) for _ in range(PROCESSES)} == {(403, "sso_disabled")}
            if number % 2:
                roll_back(browser)
            else:
                save(browser, metadata=metadata)
            assert {enters(server, good(ACCOUNT)) for _ in range(PROCESSES)} == {(303, "")}
            assert ask(server, ann) == 401, "what was ended stays ended"
    check(hammer)
    assert hammer.counts[f"login {ACCOUNT} 403 sso_disabled"], "nobody came while it was off"


def test_domains_and_entity_id_count_on_the_next_login(server: Server, browser: Browser) -> None:
    administrator(browser, ACCOUNT)
    uri = world.suffixed(ACCOUNT)
    own = good(ACCOUNT, destination=uri, recipient=uri, audiences=[[uri]])
    with Hammer(server) as hammer:
        for _ in range(ROUNDS):
            save(browser, domains="acme.test")
            assert enters(server, good(ACCOUNT, email="ann@elsewhere.test")) == (403, "domain_forbidden")
            save(browser, domains="")
            assert enters(server, good(ACCOUNT, email="ann@elsewhere.test")) == (303, "")
    check(hammer)
    save(browser, entity_id=uri)
    assert {enters(server, own.but()) for _ in range(PROCESSES)} == {(303, "")}
    assert {enters(server, good(ACCOUNT))[0] for _ in range(PROCESSES)} == {403}
    roll_back(browser)
    assert {enters(server, good(ACCOUNT)) for _ in range(PROCESSES)} == {(303, "")}


def test_deleted_and_disabled_people_are_out_on_the_next_request(server: Server, browser: Browser) -> None:
    administrator(browser, ACCOUNT)
    with Hammer(server) as hammer:
        for number in range(ROUNDS):
            email = f"gone{number}@acme.test"
            ann = cookie(server, ACCOUNT, email)
            assert ask(server, ann) == 200
            if number % 2:
                confirm(browser, user(browser, email), "delete", "user-deleted")
            else:
                done(browser, press(browser, user(browser, email), "disable"), "user-disabled")
            assert {ask(server, ann) for _ in range(4 * PROCESSES)} == {401}
            assert enters(server, good(ACCOUNT, email=email)) == ((303, "") if number % 2 else (403, "user_disabled"))
        assert is_signed_in(browser)
    check(hammer)


def test_drafts_do_not_disturb_anybody(server: Server, browser: Browser) -> None:
    administrator(browser, ACCOUNT)
    with Hammer(server) as hammer:
        for _ in range(ROUNDS):
            outcome(browser, start_test(browser, **{"option-unsolicited": "refuse"}), good(ACCOUNT, role="boss"))
    check(hammer)
    assert not hammer.counts[f"login {ACCOUNT} 403 sso_disabled"] and hammer.counts[f"page {ACCOUNT} 401 not_signed_in"] <= 1


def work(server: Server, number: int) -> tuple[Counter[int], list[str]]:
    """One of several who look after the account at the same time; how often which status came, and the versions they replaced."""
    seen: Counter[int] = Counter()
    replaced: list[str] = []
    with Browser(server) as browser:
        guest(server, browser, ACCOUNT)
        for turn in range(ROUNDS):
            page = settings(browser)
            answers = [press(browser, page, "save", domains=f"acme.test d{number}.test t{turn}.test")]
            replaced += [page.form("save").fields["seen"]] if answers[0].status == 303 else []
            page = settings(browser)
            if page.has("roll-back"):
                question = Page(press(browser, page, "roll-back"))
                answers.append(press(browser, question, "roll-back"))
                replaced += [question.form("roll-back").fields["confirm"]] if answers[-1].status == 303 else []
            answers.append(press(browser, settings(browser), "test", **{"option-unsolicited": "refuse"}))
            if answers[-1].status != 400:
                request = read(answers[-1])
                answers.append(answer_test(browser, request, good(ACCOUNT).answering(request.id)))
            seen.update(answer.status for answer in answers)
    return seen, replaced


def test_several_who_change_the_settings_at_once_are_all_answered(server: Server, browser: Browser) -> None:
    with Hammer(server) as hammer, ThreadPoolExecutor(COMERS) as pool:
        worked = list(pool.map(lambda number: work(server, number), range(COMERS)))
    assert not hammer.wrong, hammer.wrong[:5]
    seen = sum((each for each, _ in worked), Counter())
    assert set(seen) <= {200, 303, 400}, seen
    replaced = [version for _, versions in worked for version in versions]
    assert len(replaced) > ROUNDS and len(set(replaced)) == len(replaced), "what one has saved, another has overwritten unseen"
    [(domains,)] = server.sql("SELECT domains FROM ik_account WHERE id = ?", ACCOUNT)
    administrator(browser, ACCOUNT)
    assert settings(browser).form("save").fields["domains"].split() == domains.split(), "every process has the last of them"
    save(browser, domains="")


def check(hammer: Hammer) -> None:
    """Nothing but what may happen, and enough of it."""
    assert not hammer.wrong, hammer.wrong[:5]
    assert hammer.counts[f"login {OTHER} 303"] > ROUNDS and hammer.counts[f"login {ACCOUNT} 303"] > ROUNDS, hammer.counts
    assert not any(each.split()[2].startswith("5") for each in hammer.counts if each.count(" ") >= 2), hammer.counts
    assert hammer.counts["lost"] <= hammer.counts.total() // 100, hammer.counts


def test_processes_are_four(server: Server) -> None:
    assert MPM == "prefork" or len(server.children()) == PROCESSES
