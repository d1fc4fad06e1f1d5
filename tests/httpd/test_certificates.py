# SPDX-License-Identifier: Apache-2.0
"""The life of identity providers' certificates: how long they are good is listed, and told in time, once in the whole cluster."""

from __future__ import annotations

import time
from typing import Iterator

import pytest
from cryptography.hazmat.primitives import hashes

from lib import keys, settings, world
from lib.audit import AuditLog, Line
from lib.browser import Browser
from lib.clock import Clock
from lib.cluster import prepare
from lib.database import PostgresDatabase
from lib.everywhere import MACHINE
from lib.forge import Idp
from lib.pages import Page
from lib.postgres import Postgres
from lib.server import Server
from lib.world import good

DAY = 86400
QUIET = 3       # seconds: processes look every second whether it is their turn


def provider(name: str, *days: int) -> Idp:
    """An identity provider with a certificate for each of these numbers of days."""
    return Idp(f"https://idp.{name}.test/metadata", [keys.pair("p256", f"{name}-{left}", left) for left in days])


ROTATING, EXPIRED = provider("acme", -30, 400), provider("beta", -30)


def fingerprint(idp: Idp, number: int = 0) -> str:
    return idp.pairs[number].cert.fingerprint(hashes.SHA256()).hex()


# What is listed

@pytest.fixture(scope="module")
def listed() -> Iterator[Server]:
    server = Server()
    try:
        server.init()
        for name, days in (("soon", (12,)), ("over", (-4,)), ("rotating", (12, 744)), ("late", (-4, 2)), ("today", (0, 1))):
            server.add_account(name, provider(name, *days).metadata())
        server.add_account("off", None)
        yield server
    finally:
        server.remove()


def test_account_list_says_how_long_certificates_are_good(listed: Server) -> None:
    rows = {row["id"]: row for row in listed.ctl("--json", "account", "list").json["accounts"]}
    assert {name: row["certificates"] for name, row in rows.items()} == {
        "soon": "11 days", "over": "expired 4 days ago", "rotating": "11 days; another: 743 days",
        "late": "expired 4 days ago; another: 1 day", "today": "expired within the last day; another: less than a day", "off": None}
    ends = provider("rotating", 12, 744).pairs
    for name, pair in (("first_certificate_ends", ends[0]), ("last_certificate_ends", ends[1])):
        assert rows["rotating"][name] == f"{pair.cert.not_valid_after:%Y-%m-%dT%H:%M:%SZ}"
        assert rows["off"][name] is None
    text = listed.ctl("account", "list").out
    assert "CERTIFICATES" in text and "expired 4 days ago; another: 1 day" in text


def test_account_show_says_it_of_each_certificate(listed: Server) -> None:
    shown = listed.ctl("--json", "account", "show", "rotating").json["idp"]["certificates"]
    assert [(one["days_left"], one["left"]) for one in shown] == [(11, "11 days"), (743, "743 days")]
    text = listed.ctl("account", "show", "late").out
    assert "expired 4 days ago" in text and "1 day " in text


def test_the_list_follows_every_change_of_metadata(listed: Server) -> None:
    def said() -> str | None:
        return {row["id"]: row["certificates"] for row in listed.ctl("--json", "account", "list").json["accounts"]}["moving"]

    listed.add_account("moving", provider("moving", 100).metadata())
    assert said() == "99 days"
    listed.ctl("account", "set", "moving", "--metadata", str(listed.write("m.xml", provider("moving", 200).metadata(), below="conf")))
    assert said() == "199 days"
    listed.ctl("account", "rollback", "moving")
    assert said() == "99 days"
    listed.ctl("account", "metadata", "moving", "--delete")
    assert said() is None
    listed.ctl("account", "rollback", "moving")
    assert said() == "99 days"


# Rotation, and the key that verified last

@pytest.fixture(scope="module")
def rotating() -> Iterator[Server]:
    """Four processes; an account whose identity provider lists an expired certificate and a new one, and one with an expired one alone."""
    server = Server()
    try:
        server.init()
        server.add_account("acme", ROTATING.metadata())
        server.add_account("beta", EXPIRED.metadata())
        server.start(settings.prepare(server))
        server.log.begin()
        yield server
        assert not server.log.unexpected(), server.log.unexpected()
    finally:
        server.remove()


def last_key(server: Server, account: str = "acme") -> tuple[str, bool] | None:
    """Fingerprint of the certificate, and whether it is still in the metadata."""
    told = server.ctl("--json", "account", "show", account).json["last_login_key"]
    return told and (told["fingerprint"].replace(":", "").lower(), told["listed"])


def beside_certificates(page: Page) -> dict[str, str]:
    """Fingerprint to all that the page says of that certificate."""
    rows = {row.xpath(".//bdi[@class='mono']")[0].text_content(): " ".join(row.text_content().split())
            for row in page.root.xpath("//section[@id='report']//li[.//bdi[@class='mono']]")}
    assert rows, page.text
    return rows


def test_both_keys_sign_in_during_a_rotation_and_the_one_that_did_is_shown(rotating: Server) -> None:
    old, new = (fingerprint(ROTATING, number) for number in (0, 1))
    assert last_key(rotating) is None
    assert "last login verified with" not in rotating.ctl("account", "show", "acme").out
    with Browser(rotating) as browser:
        for number in (0, 1, 0, 0, 1, 1, 0):
            settings.administrator(browser, idp=ROTATING, key=ROTATING.pairs[number])
            expected, other = (old, new) if number == 0 else (new, old)
            assert last_key(rotating) == (expected, True)
            said = beside_certificates(settings.settings(browser))
            assert "Verified the last sign-in, within the last hour" in said[expected]
            assert "last sign-in" not in said[other]
    text = rotating.ctl("account", "show", "acme").out
    assert "last login verified with" in text and "within the last hour" in text


def test_an_expired_certificate_signs_people_in_and_warns(rotating: Server) -> None:
    with Browser(rotating) as browser:
        settings.administrator(browser, "beta", idp=EXPIRED)
        page = settings.settings(browser)
    assert "Expired 30 days ago" in beside_certificates(page)[fingerprint(EXPIRED)]
    assert "Renew the signing certificate at your identity provider" in page.text
    rows = {row["id"]: row["certificates"] for row in rotating.ctl("--json", "account", "list").json["accounts"]}
    assert rows == {"acme": "expired 30 days ago; another: 399 days", "beta": "expired 30 days ago"}


def test_a_refused_login_and_a_test_sign_in_are_no_last_login(rotating: Server) -> None:
    old, new = ROTATING.pairs
    with Browser(rotating) as browser:
        settings.administrator(browser, idp=ROTATING, key=old)
        world.check_refused(browser, browser.consume(good(idp=ROTATING, key=new, role="boss").encoded()), "role_forbidden")
        request = settings.start_test(browser, metadata=ROTATING.metadata())
        settings.outcome(browser, request, good(idp=ROTATING, key=new))
    assert last_key(rotating) == (fingerprint(ROTATING), True)


def test_a_key_that_is_listed_no_more_is_said_to_be_so_until_the_next_login(rotating: Server) -> None:
    alone = Idp(ROTATING.entity_id, [ROTATING.pairs[1]])
    with Browser(rotating) as browser:
        settings.administrator(browser, idp=ROTATING, key=ROTATING.pairs[0])
        settings.save(browser, metadata=alone.metadata())
        page = settings.settings(browser)
        assert f"not listed any more: SHA-256 fingerprint {fingerprint(ROTATING)}" in page.text
        assert last_key(rotating) == (fingerprint(ROTATING), False)
        world.check_refused(browser, browser.consume(good(idp=ROTATING, key=ROTATING.pairs[0]).encoded()), "signature_invalid")
        settings.administrator(browser, idp=alone)
        assert last_key(rotating) == (fingerprint(alone), True)
        assert "not listed any more" not in settings.settings(browser).text


# What is told

class Watch:
    """Machines of one database, each with four processes, a clock and an audit log; their clocks move together."""

    def __init__(self, machines: list[Server]) -> None:
        self.machines = machines
        self.clocks = [Clock(machine) for machine in machines]
        self.logs = [AuditLog(machine.root / "logs" / "audit.log") for machine in machines]

    def start(self) -> None:
        for machine in self.machines:
            machine.start(prepare(machine) + "IkSSOAuditLog logs/audit.log\n" + MACHINE)
            machine.log.begin()
            machine.log.expect("IK0410")

    def day(self, days: float) -> None:
        for clock in self.clocks:
            clock.step(int(days * DAY))

    def told(self, count: int, seconds: float = 15) -> list[Line]:
        """What all of them together have told since the last time: just so many lines, and none that comes a moment later."""
        end = time.monotonic() + seconds
        while sum(log.waiting() for log in self.logs) < count and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(QUIET)
        return sorted((line for log in self.logs for line in log.take(log.waiting())), key=lambda line: str(line["account"]))


@pytest.fixture
def watch(postgres: Postgres) -> Iterator[Watch]:
    database = PostgresDatabase(postgres)
    machines = [Server(shares=database) for _ in range(2)]
    try:
        machines[0].init()
        machines[1].join(machines[0])
        yield Watch(machines)
        for machine in machines:
            assert not machine.log.unexpected(), machine.log.unexpected()
    finally:
        for machine in machines:
            machine.remove()
        database.remove()


def test_each_end_is_told_at_30_7_and_1_days_once_in_the_whole_cluster(watch: Watch) -> None:
    first = watch.machines[0]
    alone, rotating = provider("alone", 100), provider("rotating", 100, 800)
    for name, idp in (("alone", alone), ("rotating", rotating)):
        first.add_account(name, idp.metadata())
    watch.start()
    assert {line["event"] for line in watch.told(2)} == {"account_added"}
    ends, later = (f"{pair.cert.not_valid_after:%Y-%m-%d}" for pair in rotating.pairs)
    for gone, days in ((70.5, 30), (80.0, 0), (93.5, 7), (95.0, 0), (99.5, 1), (99.9, 0), (101.0, 0)):
        watch.day(gone)
        lines = watch.told(2 if days else 0)
        if not days:
            assert lines == []
            continue
        common = {"event": "certificate_expires", "by": "server", "days": days, "host": "https://imagekit.test"}
        assert [{name: value for name, value in line.items() if name not in ("time", "id")} for line in lines] == [
            {**common, "account": "alone", "idp": alone.entity_id, "subject": fingerprint(alone),
             "detail": f"expires on {ends}; none that is listed is good for longer"},
            {**common, "account": "rotating", "idp": rotating.entity_id, "subject": fingerprint(rotating),
             "detail": f"expires on {ends}; another one that is listed is good until {later}"}]
    logged = [line for machine in watch.machines for line in machine.log.find("IK0410")]
    assert len(logged) == 6 and all(f"expires on {ends}" in line for line in logged), logged
    assert any('account="alone"' in line and f'sha256="{fingerprint(alone)}"' in line for line in logged)


def test_what_is_saved_late_is_told_within_the_hour_once_with_the_days_it_has(watch: Watch) -> None:
    watch.start()
    first = watch.machines[0]
    first.ctl("account", "add", "late")
    watch.told(1)
    saved = first.write("late.xml", provider("late", 4).metadata(), below="conf")
    first.ctl("account", "metadata", "late", str(saved))
    watch.told(1)
    watch.day(2 / 24)
    assert [(line["event"], line["days"]) for line in watch.told(1)] == [("certificate_expires", 4)]
    watch.day(0.5)
    assert watch.told(0) == []
    first.ctl("account", "disable", "late")
    watch.told(1)
    watch.day(3.5)
    assert watch.told(0) == [], "nobody can sign in to it"
    first.ctl("account", "enable", "late")
    watch.told(1)
    watch.day(3.6)
    assert [(line["event"], line["days"]) for line in watch.told(1)] == [("certificate_expires", 1)]


def test_what_an_older_program_left_is_read_by_httpd(watch: Watch) -> None:
    first = watch.machines[0]
    for number in range(30):
        first.add_account(f"old{number}", provider("old", 300).metadata())
    first.sql("DELETE FROM ik_certificate")
    first.sql("UPDATE ik_meta SET value = 0 WHERE name = 'certificates'")
    assert "not known yet" in first.ctl("account", "list").out
    watch.start()
    end = time.monotonic() + 15
    while "not known yet" in first.ctl("account", "list").out and time.monotonic() < end:
        time.sleep(0.2)
    assert {row["certificates"] for row in first.ctl("--json", "account", "list").json["accounts"]} == {"299 days"}
