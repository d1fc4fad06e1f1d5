# SPDX-License-Identifier: Apache-2.0
"""Metadata by URL beside requests: two machines on one PostgreSQL, and an identity provider that rotates its keys."""

from __future__ import annotations

import threading
import time
from typing import Iterator

import pytest

from lib import keys, world
from lib.browser import Browser
from lib.cluster import Cluster
from lib.crowd import Client
from lib.database import PostgresDatabase
from lib.forge import Idp
from lib.planet import Planet, Site
from lib.postgres import Postgres
from lib.server import Server
from lib.world import good, login

URL = "https://idp.test/metadata"
ENTITY = world.providers()["acme"].entity_id
OLD, NEW, NEXT = (Idp(ENTITY, [keys.pair("rsa2048", name)]) for name in ("idp-acme", "rotated", "rotated-again"))
SECONDS = 10        # until a fetch that is due has taken place


@pytest.fixture(scope="module")
def two(planet: Planet, postgres: Postgres) -> Iterator[Cluster]:
    made = Cluster(2, PostgresDatabase(postgres), lambda server: world.populate(server, "acme"))
    for machine in made.machines:
        machine.variables.update(planet.variables)
    yield made
    made.remove()


@pytest.fixture
def cluster(two: Cluster, planet: Planet) -> Iterator[Cluster]:
    """The machines, their logs watched; acme's metadata, with the old key, is fetched from the URL."""
    planet.site.metadata = OLD.metadata().encode()
    planet.site.special.clear()
    planet.site.etag, planet.site.delay = None, 0.0
    two.machines[0].ctl("account", "set", "acme", "--metadata-url", URL)
    planet.site.asked.clear()
    two.begin()
    yield two
    bad = two.unexpected()
    assert not bad, "not announced in the error logs:\n" + "\n".join(bad)
    assert not planet.tripwires.hits


def source(server: Server) -> dict[str, object]:
    return dict(server.ctl("--json", "account", "show", "acme").json["source"])


def make_due(server: Server) -> float:
    """Lets the time come now, and waits for what comes of it; how long that took."""
    begun = time.monotonic()
    server.sql("UPDATE ik_source SET due = 1")
    lease = 120_000_000
    while True:
        [(due,)] = server.sql("SELECT due FROM ik_source")
        if due > (time.time() * 1_000_000) + 2 * lease:
            return time.monotonic() - begun
        assert time.monotonic() - begun < SECONDS, f"not fetched in {SECONDS} s"
        time.sleep(0.02)


def sign_in(server: Server, idp: Idp, email: str = "ann@acme.test") -> None:
    with Browser(server) as browser:
        login(browser, good(idp=idp, email=email))


def is_refused(server: Server, idp: Idp) -> None:
    with Browser(server) as browser:
        world.check_refused(browser, browser.consume(good(idp=idp).encoded()), "signature_invalid")


def test_a_new_key_signs_people_in_within_one_refresh(cluster: Cluster, planet: Planet) -> None:
    """The worst kind of rotation: from one moment to the next, without a time in which both are published."""
    for machine in cluster.machines:
        sign_in(machine, OLD)
        is_refused(machine, NEW)
    planet.site.metadata = NEW.metadata().encode()
    make_due(cluster.machines[0])
    for machine in cluster.machines:
        sign_in(machine, NEW)
        is_refused(machine, OLD)
    assert planet.site.count("/metadata") == 1


def test_rotation_under_load_costs_no_failure_and_no_session(cluster: Cluster, planet: Planet) -> None:
    """What is signed with a key that is published throughout is accepted throughout."""
    answers: list[tuple[str, int]] = []
    stop = threading.Event()

    def load(number: int, name: str, idp: Idp) -> None:
        client, count = Client(cluster.machines), 0
        while not stop.is_set():
            count += 1
            message = good(idp=idp, email=f"{name}{number}x{count}@acme.test").encoded()
            reply = client.post(number % 2, "/saml/consume", {"SAMLResponse": message}, world.JSON)
            answers.append((name, reply.status if reply else 0))

    both = Idp(ENTITY, [*OLD.pairs, *NEW.pairs])
    people = [threading.Thread(target=load, args=(number, name, idp))
              for number, (name, idp) in enumerate([("old", OLD), ("old", OLD), ("new", NEW), ("new", NEW)])]
    with Browser(cluster.machines[0]) as browser:
        login(browser, good(idp=OLD))
        for each in people:
            each.start()
        try:
            time.sleep(0.5)
            planet.site.metadata = both.metadata().encode()
            make_due(cluster.machines[1])
            time.sleep(0.2)
            before, _ = len(answers), answers.append(("mark", 0))
            time.sleep(1)
        finally:
            stop.set()
            for each in people:
                each.join()
        assert browser.get("/private/page.txt").status == 200
    assert {status for name, status in answers if name == "old"} == {303}
    assert {status for name, status in answers if name == "new"} == {303, 403}
    late = [status for name, status in answers[before + 5:] if name == "new"]
    assert late and set(late) == {303}, late


def test_one_process_of_the_cluster_fetches(cluster: Cluster, planet: Planet) -> None:
    planet.site.delay = 2.0
    make_due(cluster.machines[0])
    time.sleep(1.5)
    assert planet.site.count("/metadata") == 1


def test_asks_whether_something_has_changed(cluster: Cluster, planet: Planet) -> None:
    planet.site.etag = '"first"'
    make_due(cluster.machines[0])
    version = cluster.machines[0].ctl("--json", "account", "show", "acme").json["version"]
    make_due(cluster.machines[0])
    assert [sent.get("if-none-match") for _, sent in planet.site.asked] == [None, '"first"']
    assert cluster.machines[0].ctl("--json", "account", "show", "acme").json["version"] == version
    sign_in(cluster.machines[1], OLD)


def test_failure_is_told_once_and_keeps_the_last_good(cluster: Cluster, planet: Planet) -> None:
    first = cluster.machines[0]
    cluster.expect("IK0391")
    planet.site.special["/metadata"] = lambda request: Site.send(request, 500, b"no")
    for _ in range(3):
        make_due(first)
    told = [line for machine in cluster.machines for line in machine.log.find("IK0391")]
    assert len(told) == 1 and "HTTP status 500" in told[0] and 'account="acme"' in told[0], told
    assert source(first)["failing_since"] and "HTTP status 500" in str(source(first)["failure"])
    for machine in cluster.machines:
        sign_in(machine, OLD)
    planet.site.special.clear()
    make_due(first)
    assert source(first)["failing_since"] is None and source(first)["failure"] is None


def test_tells_the_operator_where_a_name_leads(cluster: Cluster, planet: Planet) -> None:
    """What administrators read does not (R19)."""
    first = cluster.machines[0]
    cluster.expect("IK0391")
    planet.names.rebound = 0
    first.ctl("account", "set", "acme", "--metadata-url", "https://rebind.test/metadata")
    make_due(first)
    [told] = [line for machine in cluster.machines for line in machine.log.find("IK0391")]
    assert told.rstrip().endswith("rebind.test has an address that is not public (loopback): nothing is fetched from there."), told
    assert "not public (loopback)" in str(source(first)["failure"])


def test_another_identity_provider_is_not_taken(cluster: Cluster, planet: Planet) -> None:
    cluster.expect("IK0391")
    planet.site.metadata = Idp("https://attacker.test/", NEW.pairs).metadata().encode()
    make_due(cluster.machines[0])
    assert "another identity provider" in str(source(cluster.machines[0])["failure"])
    told = next(line for machine in cluster.machines for line in machine.log.find("IK0391"))
    assert 'account="acme"' in told and '"' not in told.split('metadata": ')[1].replace('\\"', ""), told
    for machine in cluster.machines:
        sign_in(machine, OLD)


def test_a_child_that_ends_does_not_wait_for_a_slow_server(cluster: Cluster, planet: Planet) -> None:
    """What it was fetching is fetched by another when its lease is over, and has not failed."""
    first = cluster.machines[0]
    planet.site.delay = 15.0
    first.sql("UPDATE ik_source SET due = 1")
    end = time.monotonic() + SECONDS
    while not planet.site.asked:
        assert time.monotonic() < end
        time.sleep(0.02)
    for machine in cluster.machines:
        children, begun = machine.children(), time.monotonic()
        machine.graceful()
        while set(children) & set(machine.children()):
            assert time.monotonic() - begun < 8, "children wait"
            time.sleep(0.05)
    assert source(first)["failure"] is None
