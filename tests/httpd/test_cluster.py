# SPDX-License-Identifier: Apache-2.0
"""Three machines on one PostgreSQL, with copies of one key file: sessions hold on all, revocations act on all within a second."""

from __future__ import annotations

import shutil
import time
from typing import Callable, Iterator

import pytest

from lib import cookie as cookies
from lib import world
from lib.browser import Answer, Browser
from lib.cluster import Cluster, ask, at_once, cookie_of, is_alive, sign_out, spread
from lib.database import PostgresDatabase
from lib.hiccups import Hiccups
from lib.plugin import Figures
from lib.postgres import Postgres
from lib.server import Server

SECOND = 1.0        # within which every machine knows
HICCUPS = Hiccups()
LOGOUTS = 20


@pytest.fixture(scope="module", autouse=True)
def watched() -> Iterator[None]:
    with HICCUPS:
        yield


@pytest.fixture(scope="module")
def three(postgres: Postgres) -> Iterator[Cluster]:
    made = Cluster(3, PostgresDatabase(postgres), lambda server: world.populate(server, "acme", "beta", "p256"))
    yield made
    made.remove()


@pytest.fixture
def cluster(three: Cluster) -> Iterator[Cluster]:
    """The machines, their logs watched."""
    three.begin()
    yield three
    bad = three.unexpected()
    assert not bad, "not announced in the error logs:\n" + "\n".join(bad)


def login(server: Server, **changes: object) -> str:
    with Browser(server) as browser:
        return cookie_of(world.login(browser, world.good(changes.pop("account", "acme"), **changes)))


def wait_for_end(server: Server, cookie: str, begun: float) -> float:
    """Asks again and again; how long after begun the first request started that was refused."""
    while True:
        asked = time.monotonic() - begun
        if not is_alive(server, cookie):
            return asked
        assert asked < 10, "the session is accepted ten seconds after its end"
        time.sleep(0.004)


def everywhere_within_a_second(machines: list[Server], cookie: str, begun: float) -> list[float]:
    """When each machine began to refuse the session, all asked at the same time."""
    took = at_once([lambda each=each: wait_for_end(each, cookie, begun) for each in machines])
    paused = HICCUPS.since(begun)
    assert max(took) <= SECOND + paused, f"revoked after {max(took):.3f} s, and nothing ran for {paused:.3f} s of it"
    assert not any(is_alive(machine, cookie) for machine in machines for _ in range(8)), "and it came back"
    return took


# Sessions

def test_session_made_on_one_works_on_all(cluster: Cluster) -> None:
    for maker in cluster.machines:
        cookie = login(maker, email="carol@acme.test", role="finance", name="Carol Öztürk")
        shown = [ask(machine, cookie).headers["X-Identity"] for machine in cluster.machines]
        assert len(set(shown)) == 1 and shown[0].startswith("carol@acme.test finance "), shown


def test_session_that_begins_after_a_revocation_holds_on_all(cluster: Cluster) -> None:
    """Wherever it begins: also on a machine that has not heard of the revocation yet."""
    for turn in range(6):
        revoker, maker = cluster.machines[turn % 3], cluster.machines[(turn + 1) % 3]
        revoker.ctl("session", "revoke", "acme", "again@acme.test", check=False)
        cookie = login(maker, email="again@acme.test")
        assert all(is_alive(machine, cookie) for machine in cluster.machines)
    time.sleep(SECOND)
    assert all(is_alive(machine, cookie) for machine in cluster.machines)


# Revocations

def test_logout_acts_at_once_here_and_within_a_second_elsewhere(cluster: Cluster, figures: Figures) -> None:
    took: list[float] = []
    for turn in range(LOGOUTS):
        here, *others = cluster.machines[turn % 3:] + cluster.machines[:turn % 3]
        cookie, bystander = login(here), login(others[0], email="bystander@acme.test")
        assert all(is_alive(machine, cookie) for machine in cluster.machines)
        assert sign_out(here, cookie).status == 200
        begun = time.monotonic()
        assert not any(is_alive(here, cookie) for _ in range(8)), "accepted on the machine it has signed out on"
        took += everywhere_within_a_second(others, cookie, begun)
        assert all(is_alive(machine, bystander) for machine in cluster.machines)
    figures.add(f"cluster: logout on one machine refused on two others after {spread(took)}")


def revoke_by_ikssoctl(cluster: Cluster, figures: Figures, what: str, *command: str,
                       undo: Callable[[], object] = lambda: None) -> None:
    """A command whose effect is that Dora's sessions of acme end; those of beta's Dora go on."""
    took: list[float] = []
    for turn in range(4):
        sessions = [login(machine, email="dora@acme.test") for machine in cluster.machines]
        other = login(cluster.machines[turn % 3], account="beta", email="dora@acme.test")
        cluster.machines[turn % 3].ctl(*command)
        begun = time.monotonic()
        for cookie in sessions:
            took += everywhere_within_a_second(cluster.machines, cookie, begun)
        assert all(is_alive(machine, other) for machine in cluster.machines), "another account's session has ended"
        undo()
        assert not any(is_alive(machine, cookie) for machine in cluster.machines for cookie in sessions)
    figures.add(f"cluster: {what} refused on all machines after {spread(took)}")


def test_deleting_a_user_ends_her_sessions_on_all(cluster: Cluster, figures: Figures) -> None:
    revoke_by_ikssoctl(cluster, figures, "user delete", "user", "delete", "acme", "dora@acme.test")


def test_disabling_a_user_ends_her_sessions_on_all(cluster: Cluster, figures: Figures) -> None:
    revoke_by_ikssoctl(cluster, figures, "user disable", "user", "disable", "acme", "dora@acme.test",
                       undo=lambda: cluster.machines[0].ctl("user", "enable", "acme", "dora@acme.test"))


def test_revoking_sessions_ends_them_on_all(cluster: Cluster, figures: Figures) -> None:
    revoke_by_ikssoctl(cluster, figures, "session revoke", "session", "revoke", "acme", "dora@acme.test")


def test_disabling_an_account_ends_its_sessions_on_all(cluster: Cluster, figures: Figures) -> None:
    revoke_by_ikssoctl(cluster, figures, "account disable", "account", "disable", "acme",
                       undo=lambda: cluster.machines[1].ctl("account", "enable", "acme"))


def test_disabling_single_sign_on_ends_the_sessions_of_the_account_on_all(cluster: Cluster, figures: Figures) -> None:
    again = cluster.machines[0].root / "conf" / "acme.xml"
    revoke_by_ikssoctl(cluster, figures, "account metadata --delete", "account", "metadata", "acme", "--delete",
                       undo=lambda: cluster.machines[2].ctl("account", "metadata", "acme", str(again)))


def test_a_new_role_ends_the_sessions_with_the_old_one_on_all(cluster: Cluster) -> None:
    old = login(cluster.machines[0], email="erin@acme.test", role="finance")
    new = login(cluster.machines[1], email="erin@acme.test", role="developer")
    begun = time.monotonic()
    assert not is_alive(cluster.machines[1], old), "accepted on the machine that has seen the new role"
    everywhere_within_a_second(cluster.machines, old, begun)
    assert all(is_alive(machine, new) for machine in cluster.machines)


# Races

def post(server: Server, message: str) -> Answer:
    with Browser(server) as browser:
        return browser.consume(message, headers=world.JSON)


def test_a_response_posted_to_all_at_once_makes_one_session(cluster: Cluster) -> None:
    cluster.expect("refused")
    for number in range(30):
        message = world.good(email=f"once{number}@acme.test").encoded()
        answers = at_once([lambda each=each: post(each, message) for each in cluster.machines])
        assert sorted(answer.status for answer in answers) == [303, 403, 403]
        assert [answer.json["error"] for answer in answers if answer.status == 403] == ["replayed"] * 2
    assert cluster.database.sql("SELECT count(*) FROM ik_user WHERE email LIKE 'once%'") == [(30,)]


def test_two_roles_at_once_end_in_one(cluster: Cluster) -> None:
    """Which login is last is the database's decision; all machines and the user's row must agree with it."""
    roles, ended = ("finance", "developer", "account_administrator"), 0
    for turn in range(10):
        email = f"two{turn}@acme.test"
        jobs = [(machine, world.good(email=email, role=role).encoded()) for machine, role in zip(cluster.machines, roles)]
        made = [cookie_of(answer) for answer in at_once([lambda job=job: post(*job) for job in jobs])]
        time.sleep(SECOND if turn == 9 else 0.4)
        row = cluster.database.sql("SELECT role FROM ik_user WHERE email = ?", email)[0][0]
        for role, cookie in zip(roles, made):
            seen = {is_alive(machine, cookie) for machine in cluster.machines}
            assert seen == {role == row}, f"the user is {row}; the session with {role} is alive: {seen}"
            ended += seen == {False}
    assert ended == 20


# Keys

def distribute(cluster: Cluster) -> None:
    """Copies the key file of the first machine to the others, each at once."""
    first, *others = cluster.machines
    for machine in others:
        beside = machine.keys.with_suffix(".new")
        shutil.copy2(first.keys, beside)
        owner = first.keys.stat()
        shutil.chown(beside, owner.st_uid, owner.st_gid)
        beside.replace(machine.keys)


def sealed_by(cookie: str) -> str:
    return cookies.decode(cookie)[1:5].hex()


def renewed(server: Server, cookie: str) -> str:
    """The cookie that the browser has after a request."""
    answer = ask(server, cookie)
    assert answer.status == 200, answer.text
    return answer.session.value if answer.session is not None else cookie


def test_keys_rotate_on_all_without_losing_a_session(cluster: Cluster) -> None:
    """The new key reaches every machine before it seals on any."""
    first = cluster.machines[0]
    held = [login(machine, email=f"holder{number}@acme.test") for number, machine in enumerate(cluster.machines)]
    old = sealed_by(held[0])
    first.ctl("key", "rotate", "--after", "3s")
    new = cookies.read_keys(first.keys)[0].id.hex()
    assert new != old
    distribute(cluster)
    end = time.monotonic() + 15
    while {sealed_by(cookie) for cookie in held} != {new}:
        assert time.monotonic() < end, "the new key does not seal"
        held = [renewed(machine, cookie) for cookie in held for machine in [cluster.machines[int(time.time() * 100) % 3]]]
        assert all(is_alive(machine, cookie) for machine in cluster.machines for cookie in held)
    kept = login(cluster.machines[2], email="kept@acme.test")
    assert sealed_by(kept) == new
    first.ctl("key", "retire", old)
    distribute(cluster)
    assert all(is_alive(machine, cookie) for machine in cluster.machines for cookie in [*held, kept])
