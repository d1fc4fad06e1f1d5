# SPDX-License-Identifier: Apache-2.0
"""One assertion is good for one login: in sequence, at once, in a fresh wrapper, in another process (R11)."""

from __future__ import annotations

import threading

from lib import encrypt, world
from lib.attack import Message
from lib.browser import Browser
from lib.forge import assertion_of, clone, encode, new_id, serialise
from lib.server import Server


def site(server: Server) -> str:
    world.populate(server, "acme", "twin", "twin2")
    return server.vhost(world.sp_certificate(server)) + server.vhost("", "second.test")


def used(browser: Browser, message: Message) -> None:
    """It signs nobody in: who is signed in already is led on, and who is not is refused."""
    session = browser.cookie()
    field = message if isinstance(message, str) else encode(message) if isinstance(message, bytes) else message.encoded()
    answer = browser.consume(field)
    assert answer.status == 303 and answer.session is None and browser.cookie() == session
    with Browser(browser.server) as other:
        world.refused(other, field, "replayed")
        assert not world.has_session(other)


def test_second_use_is_refused(browser: Browser) -> None:
    message = world.good().encoded()
    assert browser.consume(message).status == 303
    browser.jar.clear()
    for _ in range(5):
        world.refused(browser, message, "replayed")
    assert not world.has_session(browser)


def test_second_use_leads_on_whoever_is_signed_in(browser: Browser) -> None:
    message = world.good().encoded()
    assert browser.consume(message).status == 303
    for _ in range(3):
        used(browser, message)


def test_second_use_by_somebody_else_is_refused(browser: Browser) -> None:
    message = world.good().encoded()
    assert browser.consume(message).status == 303
    browser.jar.clear()
    world.login(browser, email="bob@acme.test")
    session = browser.cookie()
    world.refused(browser, message, "replayed")
    assert browser.cookie() == session


def test_second_use_in_another_browser_is_refused(server: Server, browser: Browser) -> None:
    message = world.good(signed="both").encoded()
    assert browser.consume(message).status == 303
    with Browser(server) as other:
        world.refused(other, message, "replayed")
        assert not world.has_session(other)


def test_same_assertion_in_a_fresh_wrapper_is_refused(browser: Browser) -> None:
    root = world.good().finished()
    assert browser.consume(encode(serialise(root))).status == 303
    root.set("ID", new_id())
    used(browser, serialise(root))
    fresh = world.good(signed="none").tree()
    fresh.replace(assertion_of(fresh), clone(assertion_of(root)))
    used(browser, serialise(fresh))


def test_same_assertion_in_a_fresh_signed_wrapper_is_refused(browser: Browser) -> None:
    response = world.good()
    root = response.finished()
    assert browser.consume(encode(serialise(root))).status == 303
    root.set("ID", new_id())
    response.sign_response(root)
    used(browser, serialise(root))


def test_same_assertion_encrypted_is_refused(browser: Browser) -> None:
    root = world.good().finished()
    assert browser.consume(encode(serialise(root))).status == 303
    encrypt.assertion(assertion_of(root), world.sp_pair(), encrypt.Method())
    used(browser, serialise(root))


def test_same_id_of_another_provider_is_no_replay(browser: Browser) -> None:
    first = world.good("acme")
    second = world.good("twin", assertion_id=first.assertion_id)
    world.login(browser, first)
    browser.jar.clear()
    world.login(browser, second)


def test_replay_after_a_graceful_restart_is_refused(server: Server, browser: Browser) -> None:
    message = world.good().encoded()
    assert browser.consume(message).status == 303
    server.graceful()
    with Browser(server) as fresh:
        world.refused(fresh, message, "replayed")


def test_twenty_at_once_make_one_session(server: Server) -> None:
    message = world.good().encoded()
    server.log.expect("refused")
    together, answers = threading.Barrier(20), []

    def post() -> None:
        with Browser(server) as browser:
            together.wait()
            answers.append(browser.consume(message, headers=world.JSON))

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [303] + [403] * 19
    assert {answer.json["error"] for answer in answers if answer.status == 403} == {"replayed"}
    assert sum(answer.session is not None for answer in answers) == 1


def test_twenty_different_at_once_all_sign_in(server: Server) -> None:
    messages = [world.good(email=f"user{number}@acme.test").encoded() for number in range(20)]
    together, answers = threading.Barrier(20), []

    def post(message: str) -> None:
        with Browser(server) as browser:
            together.wait()
            answers.append(browser.consume(message).status)

    threads = [threading.Thread(target=post, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 20
    assert server.sql("SELECT count(*) FROM ik_user WHERE email LIKE 'user%@acme.test'") == [(20,)]
