# SPDX-License-Identifier: Apache-2.0
"""The audit log: just the lines that it should have, in order, whole whatever is in them, wherever they go."""

from __future__ import annotations

import getpass
import json
import re
import subprocess
import time
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any, Iterator

import pytest

from lib import forge, keys, logout, world
from lib.audit import AuditLog, Line
from lib.browser import NAVIGATE, SESSION, Browser, trace_of
from lib.clock import Clock
from lib.forge import Response
from lib.pages import press
from lib.planet import Planet, Site
from lib.server import Server
from lib.settings import (
    ADMINISTRATOR, GUEST, administrator, confirm, delete, done, invite, outcome, prepare, redeem, roll_back, save, settings, start_test, user)
from lib.spinit import pending
from lib.world import JSON, good, login, refused

pytestmark = pytest.mark.usefixtures("planet")     # first: httpd lives there

ORIGIN = "https://imagekit.test"
URL = "https://idp.test/metadata"
ACME, BETA = "https://idp.acme.test/metadata", "https://idp.beta.test/metadata"
FILE = "IkSSOAuditLog logs/audit.log\n"
OPERATOR = {"by": "operator", "who": getpass.getuser()}
ADMIN = {"host": ORIGIN, "by": "administrator", "who": "admin@acme.test", "client": "127.0.0.1"}
ANN = {"host": ORIGIN, "by": "user", "who": "ann@acme.test", "client": "127.0.0.1", "account": "acme", "email": "ann@acme.test"}


def site(server: Server) -> str:
    world.populate(server, "acme", "beta")
    return prepare(server, FILE)


@pytest.fixture
def audit(server: Server) -> AuditLog:
    """The log of the module's server, from now on."""
    log = AuditLog(server.root / "logs" / "audit.log")
    wait_until_delivered(server)
    log.skip()
    return log


def wait_until_delivered(server: Server) -> None:
    end = time.monotonic() + 10
    while server.sql("SELECT 1 FROM ik_outbox LIMIT 1") and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.1)


# A scripted hour

class Hour:
    """A server whose clock moves, and its log."""

    def __init__(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server, self.log, self.ahead = server, AuditLog(server.root / "logs" / "audit.log"), 0
        self._clock = Clock(server)
        moved = SimpleNamespace(time=lambda: time.time() + self.ahead, strftime=time.strftime, gmtime=time.gmtime)
        monkeypatch.setattr(forge, "time", moved)

    def minute(self, minute: int) -> None:
        self.ahead = minute * 60
        self._clock.step(self.ahead)

    def told(self, *wanted: Line, any_value: str = "") -> list[Line]:
        """That the log goes on with just these lines; members named in any_value are there, whatever they are."""
        lines, now = self.log.take(len(wanted)), datetime.now(timezone.utc) + timedelta(seconds=self.ahead)
        for line, expected in zip(lines, wanted):
            at = datetime.fromisoformat(line["time"].replace("Z", "+00:00"))
            assert abs((now - at).total_seconds()) < 60, f"{line['time']} is not the time of the clock"
            seen = {name: value for name, value in line.items() if name not in ("time", "id")}
            for name in any_value.split():
                assert (name in seen) or name not in expected, line
                if name in expected:
                    expected = {**expected, name: seen[name]}
            assert seen == expected
        return lines


@pytest.fixture
def hour(planet: Planet, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hour]:
    server = Server()
    server.variables.update(planet.variables)
    try:
        made = Hour(server, monkeypatch)
        server.init()
        server.start(prepare(server, FILE))
        server.log.begin()
        yield made
        assert not server.log.unexpected(), server.log.unexpected()
        server.stop()
        assert not server.crashes()
    finally:
        server.remove()


def metadata(server: Server, account: str) -> str:
    return str(server.write(f"{account}.xml", world.providers()[account].metadata(), below="conf"))


def fetch_by_itself(server: Server) -> None:
    """What is at the URL is due now."""
    server.sql("UPDATE ik_source SET due = 1")


def keys_changed(hour: Hour, before: Line, **by: str) -> None:
    """After that line, the one that tells which keys have come and gone."""
    line = {**by, "event": "idp_keys_changed", "account": "acme", "idp": before["idp"], "subject": "", "detail": ""}
    line = hour.told(before, line, any_value="subject detail")[1]
    match = re.fullmatch(r"added ([0-9a-f]{64}); removed [0-9a-f]{64}", line["detail"])
    assert match and match[1] == line["subject"], line


def other_keys(hour: Hour) -> None:
    """Whoever pastes other keys, or brings old ones back, is told of as a fetch is."""
    server, saved = hour.server, {"event": "settings_saved", "account": "acme", "idp": ACME, "detail": "metadata"}
    rotated = forge.Idp(ACME, [keys.pair("rsa2048", "rotated")]).metadata()
    with Browser(server) as admin:
        administrator(admin)
        assert hour.log.take(1)[0]["event"] == "login"
        save(admin, metadata=rotated)
        keys_changed(hour, {**ADMIN, **saved}, **ADMIN)
        roll_back(admin)
        keys_changed(hour, {**ADMIN, **saved, "event": "settings_rolled_back"}, **ADMIN)
    server.ctl("account", "metadata", "acme", str(server.write("rotated.xml", rotated, below="conf")))
    keys_changed(hour, {**OPERATOR, **saved}, **OPERATOR)
    server.ctl("account", "metadata", "acme", "--delete")
    hour.told({**OPERATOR, "event": "settings_deleted", "account": "acme", "idp": ACME})
    server.ctl("account", "metadata", "acme", metadata(server, "acme"))
    keys_changed(hour, {**OPERATOR, **saved}, **OPERATOR)
    server.ctl("account", "metadata", "acme", metadata(server, "beta"))
    hour.told({**OPERATOR, **saved, "idp": BETA}, {**OPERATOR, "event": "sessions_ended", "account": "acme"},
              {**OPERATOR, "event": "idp_keys_changed", "account": "acme", "idp": BETA, "subject": "", "detail": ""},
              any_value="subject detail")


def metadata_by_url(hour: Hour, planet: Planet) -> None:
    """An identity provider that rotates its key, is gone for a while, and comes back."""
    told, site, server = hour.told, planet.site, hour.server
    by_itself = {"host": ORIGIN, "by": "server", "account": "acme"}
    provider = world.providers()["beta"]
    rotated = forge.Idp(provider.entity_id, [keys.pair("rsa2048", "rotated")])
    site.metadata = provider.metadata().encode()
    server.ctl("account", "set", "acme", "--metadata-url", URL)
    told({**OPERATOR, "event": "settings_saved", "account": "acme", "idp": BETA})
    site.metadata = rotated.metadata().encode()
    fetch_by_itself(server)
    [line, _] = told({**by_itself, "event": "idp_keys_changed", "idp": BETA, "subject": "", "detail": ""},
                     {**by_itself, "event": "metadata_refreshed", "idp": BETA, "detail": "changed"}, any_value="subject detail")
    assert re.fullmatch(r"added [0-9a-f]{64}; removed [0-9a-f]{64}", line["detail"]), line
    server.log.expect("IK0391")
    site.special["/metadata"] = lambda request: Site.send(request, 500, b"no")
    fetch_by_itself(server)
    [line] = told({**by_itself, "event": "metadata_failed", "detail": ""}, any_value="detail")
    assert "HTTP status 500" in line["detail"]
    site.special.clear()
    fetch_by_itself(server)
    told({**by_itself, "event": "metadata_refreshed", "idp": BETA, "detail": "not changed, and can be fetched again"})
    fetch_by_itself(server)     # which is no news
    server.ctl("account", "set", "acme", "--metadata-url", "")
    told({**OPERATOR, "event": "settings_saved", "account": "acme", "detail": "metadata_url"})


def test_scripted_hour_gives_just_its_lines(hour: Hour, planet: Planet) -> None:
    server, ctl, told = hour.server, hour.server.ctl, hour.told
    login_of_ann = {**ANN, "event": "login", "session": "", "idp": ACME, "role": "developer"}
    saved = {"event": "settings_saved", "account": "acme", "idp": ACME}

    # The operator adds an account, and invites its administrator, who sets it up as a guest.
    ctl("account", "add", "acme", "--name", "Acme")
    told({**OPERATOR, "event": "account_added", "account": "acme"})
    with Browser(server) as visitor:
        link = invite(server, "acme")
        [made] = told({**OPERATOR, "event": "invite_made", "account": "acme", "subject": ""}, any_value="subject")
        redeem(visitor, link)
        told({"host": ORIGIN, "by": "guest", "client": "127.0.0.1", "event": "invite_used", "account": "acme", "subject": made["subject"]})
        hour.minute(5)
        text = world.providers()["acme"].metadata()
        for change, word in (({"role": "boss"}, "failed"), ({}, "passed")):
            request = start_test(visitor, metadata=text)
            outcome(visitor, request, good("acme", email="admin@acme.test", **change))
            told({"host": ORIGIN, "by": "user", "client": "127.0.0.1", "event": "settings_tested", "account": "acme", "idp": ACME,
                  "subject": "", "detail": word}, any_value="subject")
        save(visitor, metadata=text)
        told({**saved, "host": ORIGIN, "by": "guest", "client": "127.0.0.1", "detail": "metadata"})

    # People come.
    hour.minute(10)
    with Browser(server) as ann, Browser(server) as admin:
        login(ann)
        told({**ANN, "event": "user_created", "role": "developer", "name": "Ann Example"}, login_of_ann, any_value="session")
        login(ann)
        told(login_of_ann, any_value="session")
        [value] = [each for each in [ann.cookie(SESSION)] if each]
        refusal = {"host": ORIGIN, "by": "user", "client": "127.0.0.1", "event": "refusal", "account": "acme", "idp": ACME, "trace": "",
                   "detail": ""}
        with Browser(server) as other:
            answer = refused(other, good("acme", role="Developer"), "role_forbidden")
            [line] = told({**refusal, "reason": "role_forbidden", "actor": "IdP administrator"}, any_value="trace detail")
            assert line["trace"] == trace_of(answer) and "Developer" in line["detail"]
            refused(other, good("acme", key=keys.pair("rsa2048", "thief")), "signature_invalid")
            told({**refusal, "reason": "signature_invalid", "actor": "account administrator"}, any_value="trace detail")
            refused(other, "!", "malformed")
            told({"host": ORIGIN, "by": "user", "client": "127.0.0.1", "event": "refusal", "reason": "malformed", "actor": "IdP administrator", "trace": "", "detail": ""},
                 any_value="trace detail")
        hour.minute(20)
        login(ann, role="finance", name="Ann B. Example")
        told({**ANN, "event": "user_changed", "role_before": "developer", "role": "finance", "name_before": "Ann Example",
              "name": "Ann B. Example"}, {**login_of_ann, "role": "finance"}, any_value="session")

        # Their administrator looks after them.
        administrator(admin)
        told({**ANN, "who": "admin@acme.test", "email": "admin@acme.test", "event": "user_created", "role": ADMINISTRATOR, "name": "Ann Example"},
             {**login_of_ann, "who": "admin@acme.test", "email": "admin@acme.test", "role": ADMINISTRATOR}, any_value="session")
        of_ann = {**ADMIN, "account": "acme", "email": "ann@acme.test"}
        for button, word, event in (("end-sessions", "sessions-ended", "sessions_ended"), ("disable", "user-disabled", "user_disabled")):
            done(admin, press(admin, user(admin, "ann@acme.test"), button), word)
            told({**of_ann, "event": event})
        with Browser(server) as other:
            refused(other, good("acme"), "user_disabled")
            told({**refusal, "reason": "user_disabled", "actor": "account administrator"}, any_value="trace detail")
        done(admin, press(admin, user(admin, "ann@acme.test"), "enable"), "user-enabled")
        told({**of_ann, "event": "user_enabled"})
        hour.minute(30)
        confirm(admin, user(admin, "ann@acme.test"), "delete", "user-deleted")
        told({**of_ann, "event": "user_deleted"})
        press(admin, settings(admin), "invite")
        [made] = told({**ADMIN, "event": "invite_made", "account": "acme", "subject": ""}, any_value="subject")
        press(admin, settings(admin), "revoke-invite")
        told({**ADMIN, "event": "invite_revoked", "account": "acme", "subject": made["subject"], "count": 1})

        # The settings change, are gone, and come back; who has ended their own session goes on as a guest.
        save(admin, domains="acme.test")
        told({**ADMIN, **saved, "detail": "domains"})
        roll_back(admin)
        told({**ADMIN, **saved, "event": "settings_rolled_back", "detail": "domains"})
        delete(admin)
        told({**ADMIN, "event": "settings_deleted", "account": "acme", "idp": ACME},
             {**ADMIN, "event": "invite_used", "account": "acme", "subject": "", "detail": ""}, any_value="subject detail")
        roll_back(admin)
        told({"host": ORIGIN, "by": "guest", "client": "127.0.0.1", **saved, "event": "settings_rolled_back", "detail": "metadata"})
        assert admin.cookie(GUEST)

    # Sign-outs, here and at the identity provider.
    hour.minute(40)
    with Browser(server) as ann:
        login(ann)
        told({**ANN, "event": "user_created", "role": "developer", "name": "Ann Example"}, login_of_ann, any_value="session")
        ann.get("/logout")
        told({**ANN, "event": "logout", "idp": ACME, "session": ""}, any_value="session")
        login(ann)
        told(login_of_ann, any_value="session")
        provider = world.providers()["acme"]
        request = logout.query(logout.request(provider.entity_id, ()), provider.key)
        ann.get_as_is("/logout?" + request, NAVIGATE)
        told({"host": ORIGIN, "by": "idp", "who": ACME, "client": "127.0.0.1", "event": "logout", "account": "acme", "email": "ann@acme.test",
              "idp": ACME})
        assert ann.get("/private/page.txt", JSON).status == 401     # which is no refusal

    # The operator's hour.
    hour.minute(50)
    of_ann = {**OPERATOR, "account": "acme", "email": "ann@acme.test"}
    for words, line in (
            (("session", "revoke", "acme"), {**OPERATOR, "event": "sessions_ended", "account": "acme"}),
            (("session", "revoke", "acme", "ann@acme.test"), {**of_ann, "event": "sessions_ended"}),
            (("user", "disable", "acme", "ann@acme.test"), {**of_ann, "event": "user_disabled"}),
            (("user", "enable", "acme", "ann@acme.test"), {**of_ann, "event": "user_enabled"}),
            (("user", "delete", "acme", "ann@acme.test"), {**of_ann, "event": "user_deleted"}),
            (("account", "set", "acme", "--name", "Acme Ltd", "--option", "unsolicited=refuse"),
             {**OPERATOR, **saved, "detail": "name,options"}),
            (("account", "rollback", "acme"), {**OPERATOR, **saved, "event": "settings_rolled_back", "detail": "options"}),
            (("account", "metadata", "acme", "--delete"), {**OPERATOR, "event": "settings_deleted", "account": "acme", "idp": ACME}),
            (("account", "metadata", "acme", metadata(server, "acme")), {**OPERATOR, **saved, "detail": "metadata"}),
            (("account", "disable", "acme"), {**OPERATOR, "event": "account_disabled", "account": "acme"}),
            (("account", "enable", "acme"), {**OPERATOR, "event": "account_enabled", "account": "acme"})):
        ctl(*words)
        told(line)
    other_keys(hour)
    hour.minute(55)
    metadata_by_url(hour, planet)
    hour.minute(60)
    first = ctl("--json", "key", "list").json["keys"][0]["id"]
    added = ctl("--json", "key", "rotate").json["id"]
    told({**OPERATOR, "event": "key_rotated", "subject": added})
    ctl("key", "retire", first)
    told({**OPERATOR, "event": "key_retired", "subject": first})
    ctl("account", "delete", "acme")
    told({**OPERATOR, "event": "account_deleted", "account": "acme"})

    # An hour later the server looks at certificates again.
    soon = forge.Idp("https://idp.soon.test/metadata", [keys.pair("p256", "soon", 5)])
    server.add_account("soon", soon.metadata())
    told({**OPERATOR, "event": "account_added", "account": "soon", "idp": soon.entity_id})
    server.log.expect("IK0410")
    hour.minute(125)
    told({"host": ORIGIN, "by": "server", "event": "certificate_expires", "account": "soon", "idp": soon.entity_id, "subject": "", "days": 5,
          "detail": ""}, any_value="subject detail")
    for words in (("account", "list"), ("key", "list"), ("account", "delete", "acme"), ("key", "retire", first), ("status",)):
        ctl(*words, check=False)
    hour.log.nothing()

    text = (server.root / "logs" / "audit.log").read_text()
    every = [json.loads(line) for line in text.splitlines()]
    assert len({line["id"] for line in every}) == len(every), "an id is there twice"
    for secret in (value, link.rpartition("=")[2], text_of(good("acme"))):
        assert secret not in text


def text_of(response: Response) -> str:
    return response.encoded()[:40]


# What is in a line

HOSTILE = {
    "quotes": "\"'\\\"} ,\"event\":\"login", "right to left": "\u202eevil\u202c שלום", "thousand": "x" * 1000, "wide": "🔑" * 250,
    "markup": "<script>&amp;", "percent": "%0a%n%s", "nothing but quotes": '"' * 1000,
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_stay_in_their_place(audit: AuditLog, server: Server, name: str) -> None:
    with Browser(server) as browser:
        login(browser, name=name, email=f"{abs(hash(name))}@acme.test")
    created, _ = audit.take(2)
    assert created["name"] == name or (created["name"].endswith("…") and name.startswith(created["name"][:-1]))


@pytest.mark.parametrize("value", [*HOSTILE.values(), "line\nbreak\r\n{}", "\u2028\x85\x7f"], ids=[*HOSTILE, "line breaks", "controls"])
def test_hostile_messages_stay_in_their_line(audit: AuditLog, server: Server, value: str) -> None:
    with Browser(server) as browser:
        browser.consume(good("acme", role=value, issuer=value, assertion_issuer=value).encoded(), None, headers=JSON)
        browser.consume(good(account=value).encoded(), None, headers=JSON)
        browser.consume(good("acme", role=value).encoded(), None, headers=JSON)
    assert [line["event"] for line in audit.take(3)] == ["refusal"] * 3


def test_bytes_that_are_no_text_stay_in_their_line(audit: AuditLog, server: Server) -> None:
    server.ctl("account", "set", "acme", "--name", "Acme")
    server.variables["SUDO_USER"] = "\udcff\udc80\n\"evil"
    try:
        server.ctl("account", "set", "acme", "--name", "Acme Ltd")
    finally:
        del server.variables["SUDO_USER"]
    assert [line["event"] for line in audit.take(2)] == ["settings_saved"] * 2


def test_sudo_names_who_it_was(audit: AuditLog, server: Server) -> None:
    server.variables["SUDO_USER"] = "karl"
    try:
        server.ctl("account", "disable", "beta")
        server.ctl("account", "enable", "beta")
    finally:
        del server.variables["SUDO_USER"]
    assert [line["who"] for line in audit.take(2)] == ["karl"] * 2


def test_no_cookie_and_no_assertion_is_ever_in_it(audit: AuditLog, server: Server) -> None:
    with Browser(server) as browser:
        response = good("acme", email="secret@acme.test")
        login(browser, response)
        value = browser.cookie(SESSION)
        browser.consume(response.encoded(), None, headers={**JSON, "Cookie": ""})
        browser.get("/logout")
    text = audit.path.read_text()
    assert value and value not in text and response.encoded()[:60] not in text and "SAMLResponse" not in text
    assert not pending(browser)


# Where lines go

def test_many_processes_write_whole_lines(audit: AuditLog, server: Server) -> None:
    """Requests of several processes, and the command line beside them."""
    from concurrent.futures import ThreadPoolExecutor

    def attempt(number: int) -> None:
        with Browser(server) as browser:
            browser.consume(good("acme", role=f"{number} " + "r" * 900).encoded(), None, headers=JSON)

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(attempt, range(120)))
        list(threads.map(lambda _: server.ctl("session", "revoke", "beta"), range(6)))
    lines = audit.take(126)
    assert sorted(line["event"] for line in lines) == ["refusal"] * 120 + ["sessions_ended"] * 6
    assert len({line["id"] for line in lines}) == 126


def test_file_is_not_for_strangers(audit: AuditLog) -> None:
    assert audit.path.stat().st_mode & 0o777 == 0o640


@pytest.fixture
def fresh() -> Iterator[Server]:
    """A server that is not started, with one account."""
    server = Server()
    try:
        server.init()
        world.populate(server, "acme")
        yield server
        server.stop()
        assert not server.crashes()
    finally:
        server.remove()


def attempt_login(server: Server, **changes: Any) -> None:
    with Browser(server) as browser:
        login(browser, **changes)


def test_what_was_done_before_the_start_comes_first(fresh: Server) -> None:
    fresh.ctl("account", "disable", "acme")
    fresh.ctl("account", "enable", "acme")
    fresh.start(prepare(fresh, FILE))
    log = AuditLog(fresh.root / "logs" / "audit.log")
    assert [line["event"] for line in log.take(3)] == ["account_added", "account_disabled", "account_enabled"]
    log.nothing()


def test_nothing_is_kept_where_nobody_has_a_log(fresh: Server) -> None:
    fresh.start(prepare(fresh))
    end = time.monotonic() + 10
    while fresh.sql("SELECT 1 FROM ik_outbox LIMIT 1") and time.monotonic() < end:
        time.sleep(0.05)
    assert fresh.sql("SELECT count(*) FROM ik_outbox") == [(0,)]
    attempt_login(fresh)


def test_program_gets_the_lines_and_is_started_again(fresh: Server) -> None:
    target = fresh.root / "logs" / "piped.log"
    fresh.start(prepare(fresh, f'IkSSOAuditLog "|$exec cat >> {target}"\n'))
    log = AuditLog(target)
    log.take(1)
    attempt_login(fresh)
    assert [line["event"] for line in log.take(2)] == ["user_created", "login"]
    assert fresh.process is not None
    [program] = subprocess.run(["pgrep", "-P", str(fresh.process.pid), "-x", "cat"], capture_output=True, text=True).stdout.split()
    fresh.log.expect("piped log program")
    subprocess.run(["kill", program], check=True)
    fresh.log.wait("AH00106|terminated unexpectedly")
    attempt_login(fresh)
    assert [line["event"] for line in log.take(1)] == ["login"]


def test_program_that_does_not_read_holds_nobody_up_for_long(fresh: Server) -> None:
    fresh.start(prepare(fresh, 'IkSSOAuditLog "|$exec sleep 1000"\n'))
    fresh.log.expect("IK0352")
    with Browser(fresh) as browser:
        for _ in range(60):
            browser.consume(good("acme", role="r" * 1000).encoded(), None, headers=JSON)
            if fresh.log.find("IK0352"):
                break
    begun = time.monotonic()
    for _ in range(10):
        attempt_login(fresh)
    assert time.monotonic() - begun < 4, "only the first one waits"
    told = [line for line in fresh.log.new() if "IK0351" in line or "IK0352" in line]
    assert ["IK0352" in line for line in told] == [number % 2 == 0 for number in range(len(told))], "once until it works again"


def test_goes_on_after_a_graceful_restart_in_the_new_file(fresh: Server) -> None:
    path = fresh.root / "logs" / "audit.log"
    fresh.start(prepare(fresh, FILE))
    log = AuditLog(path)
    log.take(1)
    attempt_login(fresh)
    log.take(2)
    path.rename(path.with_suffix(".1"))
    fresh.graceful()
    log = AuditLog(path)
    attempt_login(fresh)
    fresh.ctl("account", "disable", "acme")
    assert [line["event"] for line in log.take(2)] == ["login", "account_disabled"]
    assert len(AuditLog(path.with_suffix(".1")).lines()) == 3
    assert not fresh.log.unexpected()


def test_full_disk_refuses_nobody_and_is_said_once(fresh: Server) -> None:
    fresh.start(prepare(fresh, "IkSSOAuditLog /dev/full\n"))
    fresh.log.expect("IK0352")
    for _ in range(3):
        attempt_login(fresh)
    time.sleep(1)
    assert len(fresh.log.find("IK0352")) == 1
    assert fresh.sql("SELECT count(*) FROM ik_outbox") == [(1,)], "what the command line has left waits"


def test_hosts_have_logs_of_their_own_or_that_of_all(fresh: Server) -> None:
    essentials = fresh.essentials
    body = f"IkSSO On\n{essentials}IkSSOAuditLog logs/all.log\n"
    body += fresh.vhost("", "imagekit.test", sso=False) + fresh.vhost("IkSSOAuditLog logs/own.log\n", "own.test", sso=False)
    body += fresh.vhost("IkSSOAuditLog Off\n", "off.test", sso=False)
    fresh.start(body)
    every, own = AuditLog(fresh.root / "logs" / "all.log"), AuditLog(fresh.root / "logs" / "own.log")
    every.take(1)
    for host in ("imagekit.test", "own.test", "off.test"):
        with Browser(fresh, host) as browser:
            browser.consume("!", None, headers=JSON)
    assert [line["host"] for line in own.take(1)] == ["https://own.test"]
    assert [line["host"] for line in every.take(1)] == ["https://imagekit.test"]


def test_key_is_rotated_even_if_the_database_cannot_tell(fresh: Server) -> None:
    fresh.sql("ALTER TABLE ik_outbox RENAME TO elsewhere")
    said = fresh.ctl("key", "rotate").out
    assert "was added" in said and "The audit log does not tell of it" in said
    refused_change = fresh.ctl("account", "disable", "acme", check=False)
    assert refused_change.code == 3 and "ik_outbox" in refused_change.err
    fresh.sql("ALTER TABLE elsewhere RENAME TO ik_outbox")
    assert fresh.ctl("--json", "account", "show", "acme").json["enabled"] is True
