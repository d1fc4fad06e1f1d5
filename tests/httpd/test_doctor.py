# SPDX-License-Identifier: Apache-2.0
"""ikssoctl doctor on servers that run: a healthy one gives only ok, and each fault is injected for real and named with what mends it."""

from __future__ import annotations

import calendar
import os
import re
import sqlite3
import time
from contextlib import closing
from typing import Any, Iterator

import pytest

from lib import keys
from lib.backend import Backend
from lib.clock import Clock
from lib.forge import Idp, idp
from lib.server import Result, Server

HSTS = 'Header always set Strict-Transport-Security "max-age=31536000"\n'
PROTECTED = "<Location /dashboard>\nAuthType ikssoauth\nRequire valid-user\n</Location>\n"
HEALTHY = HSTS + PROTECTED


class Clinic:
    """A server at https://localhost:PORT, and its doctor."""

    def __init__(self) -> None:
        self.server = Server("localhost")
        keys.write_tls(self.server.root / "conf", "localhost")
        self.server.init()
        self.trusted = str(self.server.root / "conf" / "tls.pem")

    @property
    def url(self) -> str:
        return f"https://localhost:{self.server.tls_port}"

    def site(self, body: str = HEALTHY, sso: bool = True) -> str:
        public = f"IkSSOPublicURL {self.url}\n" if sso else ""
        return self.server.vhost(public + body, sso=sso)

    def start(self, body: str = HEALTHY) -> "Clinic":
        self.server.start(self.site(body))
        self.settle()
        return self

    def settle(self, url: str | None = None) -> None:
        """Waits until its host is in the database and somebody has kept house."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            hosts = self.server.sql("SELECT origin FROM ik_host")
            kept = self.server.sql("SELECT value FROM ik_meta WHERE name = 'housekeeping'")
            if (url or self.url,) in hosts and int(kept[0][0]):
                return
            time.sleep(0.05)
        raise AssertionError(f"the server never settled: {hosts} {kept}")

    def ask(self, *args: str, trusts: str | None = None, database: str | None = None) -> Result:
        self.server.variables["SSL_CERT_FILE"] = trusts or self.trusted
        known = self.server.db
        self.server.db = database or known
        try:
            return self.server.ctl("doctor", *args, check=False)
        finally:
            self.server.db = known

    def findings(self, *args: str, trusts: str | None = None, database: str | None = None) -> list[dict[str, Any]]:
        answer = self.ask("--json", *args, trusts=trusts, database=database)
        assert answer.code in (0, 1), answer
        told = answer.json
        assert told["ok"] == (answer.code == 0) == (told["failed"] == 0), told
        assert told["failed"] == sum(row["state"] == "failed" for row in told["checks"])
        assert told["warnings"] == sum(row["state"] == "warning" for row in told["checks"])
        assert all((row["fix"] is None) == (row["state"] == "ok") for row in told["checks"]), told
        return told["checks"]

    def bad(self, *args: str, trusts: str | None = None, database: str | None = None) -> list[dict[str, Any]]:
        return [row for row in self.findings(*args, trusts=trusts, database=database) if row["state"] != "ok"]


def found(rows: list[dict[str, Any]], state: str, check: str, message: str, fix: str, subject: str = "") -> None:
    """There is one such finding."""
    fitting = [row for row in rows if (row["state"], row["check"]) == (state, check) and subject in row["subject"]
               and re.search(message, row["message"]) and re.search(fix, row["fix"])]
    assert len(fitting) == 1, "\n".join(map(str, rows))


@pytest.fixture
def clinic() -> Iterator[Clinic]:
    made = Clinic()
    try:
        yield made
    finally:
        made.server.remove()


@pytest.fixture(scope="module")
def healthy() -> Iterator[Clinic]:
    """One that runs and is not changed: what is wrong is put right again."""
    made = Clinic()
    try:
        made.server.add_account("acme", idp("acme").metadata())
        yield made.start()
    finally:
        made.server.remove()


# --- nothing is wrong

def test_healthy_server_gives_only_ok(healthy: Clinic) -> None:
    rows = healthy.findings()
    assert [row for row in rows if row["state"] != "ok"] == []
    checks = [row["check"] for row in rows]
    assert set(checks) >= {"keys", "database", "housekeeping", "account", "reachable", "certificate", "clock", "hsts", "metadata", "consume",
                           "settings", "login", "logout", "cookie", "identity"}
    assert checks.count("cookie") == 2, "that of the session, and that of a login that is under way"
    assert healthy.server.log.unexpected() == []


def test_lines_for_people_are_one_per_check(healthy: Clinic) -> None:
    answer = healthy.ask()
    rows = healthy.findings()
    first, *lines = answer.out.splitlines()
    assert answer.code == 0 and answer.err == "" and first == f"{len(rows)} checks: {len(rows)} ok, 0 to be looked at, 0 failed."
    assert [line.split()[:1] for line in lines] == [["ok"]] * len(rows)
    assert any(line.split()[:3] == ["ok", "clock", f"{healthy.url}:"] for line in lines), answer.out


def test_looking_changes_nothing(healthy: Clinic) -> None:
    """What httpd refuses it is traced, as anybody's refusal is (docs/doctor.md)."""
    tables = ("ik_account", "ik_user", "ik_assertion", "ik_revocation", "ik_draft", "ik_invite", "ik_source")
    before = [healthy.server.sql(f"SELECT count(*) FROM {table}") for table in tables]
    healthy.findings()
    assert [healthy.server.sql(f"SELECT count(*) FROM {table}") for table in tables] == before


def test_url_must_be_an_address(healthy: Clinic) -> None:
    for url in ("http://localhost", "localhost", "https://", "https://a b/"):
        answer = healthy.ask("--url", url)
        assert answer.code == 2 and "--url takes the address" in answer.err, (url, answer)


def test_owner_must_be_known(healthy: Clinic) -> None:
    assert healthy.ask("--owner", "nobody-of-that-name").code == 2


# --- the connection

def test_host_that_is_down(clinic: Clinic) -> None:
    clinic.start().server.stop()
    answer = clinic.ask()
    assert answer.code == 1 and "1 failed" in answer.err and re.search(r"^failed +reachable +https://localhost:\d+: ", answer.out, re.MULTILINE), answer
    found(clinic.bad(), "failed", "reachable", "(?i)connect", "Start httpd", clinic.url)


def test_certificate_of_nobody_known(healthy: Clinic) -> None:
    other, _ = keys.write_pair(healthy.server.root / "conf", keys.pair("p256", "stranger"), "stranger")
    found(healthy.bad(trusts=str(other)), "failed", "certificate", "certificate", "SSL_CERT_FILE", healthy.url)


def test_certificate_of_another_name(healthy: Clinic) -> None:
    url = f"https://127.0.0.1:{healthy.server.tls_port}"
    found(healthy.bad("--url", url), "failed", "certificate", "(?i)name|127", "certificate of this name", url)


@pytest.mark.parametrize("days, state, message", [(10, "warning", r"ends in 9 days"), (-1, "failed", "(?i)expired")])
def test_certificate_that_ends(clinic: Clinic, days: int, state: str, message: str) -> None:
    keys.write_pair(clinic.server.root / "conf", keys.pair("p256", f"ends{days}", days, ("localhost",)), "tls")
    clinic.start()
    found(clinic.bad(), state, "certificate", message, "Renew|has not ended")


@pytest.mark.parametrize("seconds, state, message", [(600, "failed", r"(599|60\d) seconds ahead of"), (-60, "warning", r"(59|6\d) seconds behind")])
def test_clock_of_the_host(clinic: Clinic, seconds: int, state: str, message: str) -> None:
    """Only httpd has that clock: what runs beside it does not."""
    clock = Clock(clinic.server)
    clinic.start()
    clock.step(seconds)
    clinic.server.preload.clear()
    time.sleep(1.1)
    found(clinic.bad(), state, "clock", message, "NTP", clinic.url)


def test_no_hsts(clinic: Clinic) -> None:
    clinic.start(PROTECTED)
    assert clinic.ask().code == 0, "a warning is no failure"
    found(clinic.bad(), "warning", "hsts", "https only", 'Header always set Strict-Transport-Security "max-age=')


# --- hosts that are gone, and hosts that are not asked

HOUR = 3600 * 1_000_000


def pair_of_gone(clinic: Clinic) -> None:
    """A host that has served with a pair of its own; now it is gone, and so is the pair."""
    files = keys.write_pair(clinic.server.root / "conf", keys.pair("rsa2048", "gone"), "gone")
    site = clinic.site(HEALTHY + f"IkSSOCertificate {files[0]} {files[1]}\n")
    clinic.server.start(site.replace(f"IkSSOPublicURL {clinic.url}", "IkSSOPublicURL https://gone.invalid"))
    clinic.settle("https://gone.invalid")
    clinic.server.stop()
    for file in files:
        file.unlink()


def seen_ago(clinic: Clinic, hours: int) -> None:
    clinic.server.sql("UPDATE ik_host SET seen = (SELECT max(seen) FROM ik_host) - ? WHERE origin = 'https://gone.invalid'", hours * HOUR)


def test_host_that_is_gone(clinic: Clinic) -> None:
    pair_of_gone(clinic)
    clinic.start()
    seen_ago(clinic, 23)
    assert {row["check"] for row in clinic.bad()} == {"own keys", "reachable"}, "it may only just have been stopped"
    seen_ago(clinic, 48)
    assert clinic.ask().code == 0
    bad = clinic.bad()
    found(bad, "warning", "reachable", r"no httpd has served it from this database since 20\S+Z, so it was not asked", "gone for good", "gone.invalid")
    assert len(bad) == 1, bad
    seen_ago(clinic, 24 * 31)
    assert clinic.bad() == []
    assert {row["check"] for row in clinic.bad("--url", "https://gone.invalid")} == {"own keys", "reachable"}


def test_one_host_is_judged_by_its_own_keys(clinic: Clinic) -> None:
    pair_of_gone(clinic)
    clinic.start()
    assert clinic.ask().code == 1
    assert clinic.bad("--url", clinic.url) == []


def test_everything_stopped_for_long_is_not_gone(clinic: Clinic) -> None:
    clinic.start().server.stop()
    clinic.server.sql("UPDATE ik_host SET seen = seen - ?", 24 * 40 * HOUR)
    found(clinic.bad(), "failed", "reachable", "(?i)connect", "Start httpd", clinic.url)


def test_httpd_says_every_hour_what_it_serves(clinic: Clinic) -> None:
    clock = Clock(clinic.server)
    clinic.start()
    (before,), = clinic.server.sql("SELECT seen FROM ik_host")
    clock.step(3700)
    end = time.monotonic() + 10
    while clinic.server.sql("SELECT seen FROM ik_host")[0][0] < before + HOUR:
        assert time.monotonic() < end
        time.sleep(0.05)


# --- files and database

def test_key_file_that_others_can_read(healthy: Clinic) -> None:
    healthy.server.keys.chmod(0o644)
    try:
        found(healthy.bad(), "failed", "keys", "every user.*chmod", "next start", str(healthy.server.keys))
    finally:
        healthy.server.keys.chmod(0o640)


def test_key_file_that_is_gone(healthy: Clinic) -> None:
    gone = healthy.server.keys.with_suffix(".gone")
    healthy.server.keys.rename(gone)
    try:
        found(healthy.bad(), "failed", "keys", "there is no .*ikssoctl --keys", "next start")
    finally:
        gone.rename(healthy.server.keys)


@pytest.mark.sqlite3
def test_database_that_others_can_read(healthy: Clinic) -> None:
    file = healthy.server.root / "db" / "ikssoauth.db"
    file.chmod(0o644)
    try:
        found(healthy.bad(), "failed", "permissions", "every user.*chmod", "next start", str(file))
    finally:
        file.chmod(0o640)


@pytest.mark.sqlite3
def test_database_in_a_directory_of_a_stranger(healthy: Clinic) -> None:
    directory = healthy.server.root / "db"
    before = directory.stat()
    os.chown(directory, 12345, 12345)
    try:
        found([row for row in healthy.bad() if row["check"] == "permissions"], "failed", "permissions", "belongs to 12345.*chown", "next start")
    finally:
        os.chown(directory, before.st_uid, before.st_gid)


def test_database_that_is_not_there(healthy: Clinic) -> None:
    answer = healthy.findings("--url", healthy.url, database=f"sqlite3:{healthy.server.root}/db/none.db")
    bad = [row for row in answer if row["state"] != "ok"]
    found(bad, "failed", "database", "no such database", "IkSSODatabase")
    assert len(bad) == 1 and any(row["check"] == "metadata" for row in answer), "the host is asked all the same"


def test_database_server_that_is_down(healthy: Clinic) -> None:
    rows = healthy.findings("--url", healthy.url, database=f"pgsql:host={healthy.server.root}/run password=sesame")
    bad = [row for row in rows if row["state"] != "ok"]
    found(bad, "failed", "database", "cannot be opened", "Start it")
    assert "sesame" not in str(rows)


@pytest.mark.sqlite3
def test_database_of_a_newer_version(healthy: Clinic) -> None:
    file = healthy.server.root / "db" / "newer.db"
    with closing(sqlite3.connect(file)) as db:
        db.executescript("CREATE TABLE ik_meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL); INSERT INTO ik_meta VALUES ('schema', 99);")
    healthy.server.own(file, 0o640)
    found(healthy.bad(database=f"sqlite3:{file}"), "failed", "database", "newer than this program", "of the version of the database")
    file.unlink()


def test_nobody_keeps_house(clinic: Clinic) -> None:
    found(clinic.bad(), "failed", "housekeeping", "no httpd has ever kept house", "Start httpd")
    found(clinic.bad(), "warning", "reachable", "no virtual host has served", "--url")
    clinic.start().server.stop()
    ago = (calendar.timegm(time.gmtime()) - 1000) * 1_000_000
    clinic.server.sql("UPDATE ik_meta SET value = ? WHERE name = 'housekeeping'", ago)
    found(clinic.bad(), "failed", "housekeeping", r"kept house for 10\d\d seconds", "IK0163")


def test_clock_of_another_machine_of_the_cluster(clinic: Clinic) -> None:
    ahead = (calendar.timegm(time.gmtime()) + 1000) * 1_000_000
    clinic.server.sql("UPDATE ik_meta SET value = ? WHERE name = 'housekeeping'", ahead)
    found(clinic.bad(), "failed", "housekeeping", r"\d+ seconds ahead", "NTP")


@pytest.mark.parametrize("days, message", [(-1, "every signing certificate .* has expired"), (10, "expires in 9 days")])
def test_certificates_of_an_identity_provider(healthy: Clinic, days: int, message: str) -> None:
    healthy.server.add_account("late", Idp("https://idp.late.test/", [keys.pair("rsa2048", f"late{days}", days)]).metadata())
    try:
        found(healthy.bad(), "warning", "account", message, "administrator", "late")
    finally:
        healthy.server.ctl("account", "delete", "late")


def test_address_of_metadata_that_fails(healthy: Clinic) -> None:
    healthy.server.add_account("fetched", idp("fetched").metadata())
    since = (calendar.timegm(time.gmtime()) - 7500) * 1_000_000
    far = (calendar.timegm(time.gmtime()) + 900000) * 1_000_000
    healthy.server.sql("INSERT INTO ik_source (account, url, etag, due, fetched, failure, failing_since) VALUES (?, ?, '', ?, 0, ?, ?)", "fetched",
                       "https://idp.fetched.test/metadata", far,
                       "idp.fetched.test leads to no public address.\x1fThere is no host named idp.fetched.test: check the URL.", since)
    try:
        found(healthy.bad(), "warning", "metadata URL", r"idp\.fetched\.test/metadata has failed for 2 hours: There is no host", "last", "fetched")
    finally:
        healthy.server.sql("DELETE FROM ik_source")
        healthy.server.ctl("account", "delete", "fetched")


# --- endpoints, cookies, identity

def test_module_that_is_off(clinic: Clinic) -> None:
    clinic.server.start(clinic.site(HSTS, sso=False))
    found(clinic.bad("--url", clinic.url), "failed", "metadata", "it answered 404", 'IkSSO On.*IkSSOMetadataPath')


def test_public_address_of_another_host(clinic: Clinic) -> None:
    clinic.server.start(clinic.server.vhost("IkSSOPublicURL https://www.imagekit.test\n" + HEALTHY))
    found(clinic.bad("--url", clinic.url), "failed", "metadata", "another host: https://www.imagekit.test/saml/consume", "IkSSOPublicURL")


def test_metadata_at_a_path_of_its_own(clinic: Clinic) -> None:
    clinic.start(HEALTHY + "IkSSOMetadataPath /sp.xml\nIkSSOLoginPath /enter\nIkSSODefaultTarget /dashboard/start\n")
    assert clinic.bad() == [], "the host has told the database where its endpoints are"
    nobody = f"sqlite3:{clinic.server.root}/db/none.db"
    found(clinic.bad("--url", clinic.url, database=nobody), "failed", "metadata", "404", "--url https://HOST/PATH")
    assert [row["check"] for row in clinic.bad("--url", clinic.url + "/sp.xml", database=nobody)] == ["database"]


def test_consume_that_is_kept_from_people(clinic: Clinic) -> None:
    clinic.start(HEALTHY + "<Location /saml/consume>\nRequire all denied\n</Location>\n")
    found(clinic.bad(), "failed", "consume", "it answered 403", "configtest", "/saml/consume")


def test_logout_that_is_redirected(clinic: Clinic) -> None:
    clinic.start(HEALTHY + "<Location /logout>\nRedirect https://www.imagekit.test/\n</Location>\n")
    found(clinic.bad(), "failed", "logout", "it answered 302", "configtest", "/logout")


def test_login_that_is_kept_from_people(clinic: Clinic) -> None:
    clinic.start(HEALTHY + "<Location /single-sign-on>\nRequire all denied\n</Location>\n")
    found(clinic.bad(), "failed", "login", "it answered 403", "configtest", "/single-sign-on")


@pytest.mark.parametrize("old, new, message", [
    ("; *Secure", "", "no Secure"), ("; *HttpOnly", "", "no HttpOnly"), ("SameSite=Lax", "SameSite=None", "no SameSite=Lax"),
    ("$", "; Domain=localhost", "a Domain"), ("; *Path=/", "; Path=/dashboard", "no Path=/"), ("; *(Secure|HttpOnly)", "", "no Secure, no HttpOnly"),
])
def test_cookie_that_is_rewritten(clinic: Clinic, old: str, new: str, message: str) -> None:
    clinic.start(HEALTHY + f'Header always {"edit" if old == "$" else "edit*"} Set-Cookie "{old}" "{new}"\n')
    message = f"^__Host-ikssoauth=: {message}$"
    found(clinic.bad(), "failed", "cookie", message, "Header edit")


def test_cookie_that_does_not_arrive(clinic: Clinic) -> None:
    clinic.start(HEALTHY + "Header always unset Set-Cookie\n")
    found(clinic.bad(), "failed", "cookie", "__Host-ikssoauth=: it did not arrive", "Set-Cookie", "/logout")


def test_dashboard_that_is_open(clinic: Clinic) -> None:
    clinic.server.write("dashboard/index.html", "<p>open</p>\n")
    clinic.start(HSTS + "DirectoryIndex index.html\nRedirectMatch ^/dashboard$ /dashboard/\nIkSSODefaultTarget /dashboard/\n")
    found(clinic.bad(), "warning", "identity", "not signed in", "AuthType ikssoauth", "/dashboard/")


def test_backend_that_is_reached_past_the_module(clinic: Clinic, backend: Backend) -> None:
    """A host without the module in front of one with it, which leads to the backend by a way of its own: it takes any header."""
    real = f"http://127.0.0.1:{clinic.server.port}"
    front = "".join(f"ProxyPass {path} {real}{path}\n" for path in ("/saml", "/single-sign-on", "/logout")) + f"ProxyPass /dashboard {backend.url}/dashboard\n"
    hosts = clinic.site().replace("</VirtualHost>\n<VirtualHost", "</VirtualHost>\n@<VirtualHost").split("@")
    hidden = hosts[1].split("SSLEngine")[0].replace(f":{clinic.server.tls_port}>", f":{clinic.server.tls_port}>\nSSLEngine on\nSSLCertificateFile {clinic.trusted}\n"
                                                    f"SSLCertificateKeyFile {clinic.server.root}/conf/tls.key\nServerName localhost\n{HSTS}{front}")
    clinic.server.start(hosts[0] + hidden + "</VirtualHost>\n")
    clinic.settle()
    bad = clinic.bad()
    found(bad, "failed", "identity", "made up|makes up", "IkSSO On.*every virtual host", "/dashboard")
    found(bad, "failed", "settings", "shows itself", "httpd has to answer it itself", "/dashboard/settings")


def test_server_whose_database_has_gone(clinic: Clinic) -> None:
    """People are told so, and the doctor too."""
    clinic.server.add_account("acme", idp("acme").metadata())
    clinic.start()
    clinic.server.sql("ALTER TABLE ik_account RENAME TO ik_gone")
    clinic.server.log.expect("IK0")
    try:
        bad = clinic.bad()
        found(bad, "failed", "account", "could not be read", "Mend the database")
    finally:
        clinic.server.sql("ALTER TABLE ik_gone RENAME TO ik_account")
