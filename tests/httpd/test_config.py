# SPDX-License-Identifier: Apache-2.0
"""Every directive: a good value works, a bad value stops the start with a message that names the directive."""

from __future__ import annotations

import itertools
import re
import sqlite3
from contextlib import closing
from typing import Iterator

import pytest

from lib import keys, world
from lib.browser import Browser
from lib.server import TOP, Server, ServerError


@pytest.fixture(scope="module")
def prepared() -> Iterator[Server]:
    """A server that is ready to start, over and over."""
    server = Server()
    try:
        server.init()
        world.sp_certificate(server)
        keys.write_pair(server.root / "conf", keys.pair("rsa1024", "weak"), "weak")
        keys.write_pair(server.root / "conf", keys.pair("p256", "ec"), "ec")
        keys.write_pair(server.root / "conf", keys.pair("rsa2048", "other"), "other")
        server.write("broken.keys", "not a key\n", 0o600, below="conf")
        server.write("open.keys", server.keys.read_text(), 0o644, below="conf")
        server.write("empty.db", "", below="conf")
        server.ctl("sp-key", "publish-next", "--dir", str(server.root / "conf" / "sp-keys"))
        yield server
    finally:
        server.remove()


@pytest.fixture
def fresh(prepared: Server) -> Iterator[Server]:
    """The same with an empty log, and stopped afterwards."""
    if prepared.log.path.exists():
        prepared.log.path.unlink()
    prepared.log.begin()
    yield prepared
    prepared.stop()


# Directive, then good values, then bad ones. {c} is the directory of the configuration.
ROWS: dict[str, tuple[list[str], list[str]]] = {
    "IkSSO": (["On", "off"], ["Maybe", ""]),
    "IkSSOPublicURL": (["https://imagekit.test", "https://imagekit.test:8443/"],
                       ["http://imagekit.test", "imagekit.test", "https://", "https://imagekit.test/path", "https://u@imagekit.test"]),
    "IkSSODatabase": (["sqlite3:{c}/../db/second.db"], ["mysql:x", "sqlite3:relative.db", "sqlite3:", "x",
                                                              "sqlite3:{c}/sp.pem/x.db", "sqlite3:{c}/not-writable.db"]),
    "IkSSOKeyFile": (["{c}/../db/session.keys"], ["{c}/missing.keys", "{c}/broken.keys", "{c}/open.keys"]),
    "IkSSOCertificate": (["{c}/sp.pem {c}/sp.key"],
                         ["{c}/sp.pem", "{c}/missing.pem {c}/sp.key", "{c}/sp.pem {c}/missing.key", "{c}/sp.pem {c}/other.key",
                          "{c}/weak.pem {c}/weak.key", "{c}/ec.pem {c}/ec.key", "{c}/sp.key {c}/sp.pem"]),
    "IkSSOCertificateDir": (["{c}/sp-keys"], ["{c}/missing", "{c}/sp.pem", "sp keys", ""]),
    "IkSSOConsumePath": (["/sso/acs"], ["saml", "/", "/a//b", "/a/../b", "/a?b", "/a b", "https://imagekit.test/x"]),
    "IkSSOMetadataPath": (["/sp.xml"], ["metadata", "/a%41", "/saml/consume"]),
    "IkSSOSignMetadata": (["On", "off"], ["Maybe", ""]),
    "IkSSOLoginPath": (["/login"], ["login", "/a%41", "/saml/consume"]),
    "IkSSOLogoutPath": (["/bye"], ["logout", "/a%41", "/saml/consume", "/single-sign-on"]),
    "IkSSOSettingsPath": (["/account/sso"], ["settings", "/a%41", "/saml/consume", "/dashboard/settings/users"]),
    "IkSSOUsersPath": (["/account/people"], ["users", "/a%41", "/logout", "/dashboard/settings/single-sign-on"]),
    "IkSSODefaultTarget": (["/start"], ["start", "//evil.test/", "https://evil.test/"]),
    "IkSSORedirectHosts": (["www.imagekit.test", "a.test b.test"], ["https://a.test", "a.test/x", "a.test:8443", "a..b/", "*.test"]),
    "IkSSORoles": (["admin user", "account_administrator"], ["two;words", '"a b"', "ü"]),
    "IkSSOClaim": (["account org", "name urn:oid:2.5.4.3", "role http://schemas.test/role"], ["email mail", "role", "account \"\""]),
    "IkSSOAttribute": (['groups IKSSO_GROUPS', 'http://schemas.test/claims/groups IKSSO_GROUPS "CN=app-*,OU=*"', '"cost centre" office'],
                       ["groups", "groups 1GROUPS", "groups IK-GROUPS", "groups IKSSO_EMAIL", "groups iksso_role", "groups Role", "groups IKSSO_",
                        "groups REMOTE_USER", "groups AUTH_TYPE", "groups PATH", "groups HTTP_HOST", "groups https", "groups LD_PRELOAD",
                        'groups ""', '"" IKSSO_GROUPS', 'groups IKSSO_GROUPS ""', 'groups IKSSO_GROUPS "a\x07*"', "groups IKSSO_GROUPS a b",
                        f"groups {'X' * 65}", "groups IKSSO_A\nIkSSOAttribute groups A", "groups IKSSO_A\nIkSSOAttribute groups IKSSO_a"]),
    "IkSSOSessionLifetime": (["1h", "30d"], ["0", "-1h", "forever", "1w", "10s", "31d", "99999999999999999999"]),
    "IkSSOSessionIdle": (["10m", "60"], ["0", "5s", "x", "1.5h"]),
    "IkSSOClockSkew": (["0", "5m"], ["-1", "16m", "three"]),
    "IkSSOAccount": (["acme"], ["a/b", ".hidden", '"a b"', "x" * 65]),
    "IkSSOBrand": (['"Pictures & Co"'], ['""', '"a\x07b"']),
    "IkSSOSupport": (["help@imagekit.test", "https://imagekit.test/help"], ["nobody", "http://x.test/", "javascript:alert(1)"]),
    "IkSSOAuditLog": (["{c}/../logs/audit.log", '"|/bin/cat -u"', '"|$exec cat"', "Off"],
                      ["{c}/missing/audit.log", "{c}", '""', '"|"', '"| "', '"|$"', '"|{c}/missing-program"']),
    "IkSSOAnonymous": (["login", "deny", "pass"], ["maybe", "on"]),
    "IkSSOHoldForms": (["Off", "4096", "16k", "60K"], ["On", "0", "61k", "1m", "-1", "", "k", "9999999999999999999"]),
}


IN_DIRECTORIES = ("IkSSOAnonymous", "IkSSOHoldForms")


def lines(directive: str, value: str, server: Server) -> str:
    """The directive where it belongs."""
    line = f"{directive} {value.format(c=server.root / 'conf')}\n"
    return f"<Location /x>\n{line}</Location>\n" if directive in IN_DIRECTORIES else line


def test_every_directive_has_rows() -> None:
    text = (TOP / "mod_ikssoauth" / "httpd" / "config.c").read_text()
    known = set(re.findall(r'AP_INIT_\w+\("(IkSSO\w*)"', text))
    assert known == set(ROWS), "a directive without a row here, or a row without a directive"


def test_good_values_start_together(fresh: Server) -> None:
    """One host per value, each with the rest as usual: one start for all of them."""
    hosts = [(directive, value) for directive, (values, _) in ROWS.items() for value in values]
    body = "".join(fresh.vhost(lines(directive, value, fresh), f"host{number}.test") for number, (directive, value) in enumerate(hosts))
    fresh.start(body)
    bad = [line for line in fresh.log.unexpected() if "IkSSODatabase" not in line]
    assert not bad, "\n".join(bad)


@pytest.mark.parametrize("directive, value", [(directive, value) for directive, (_, values) in ROWS.items() for value in values])
def test_bad_value_stops_the_start_naming_the_directive(fresh: Server, directive: str, value: str) -> None:
    said = fresh.refuses(fresh.vhost(lines(directive, value, fresh)))
    assert re.search(rf"\b{directive}\b", said), said


@pytest.mark.parametrize("directive", [name for name in ROWS if name not in IN_DIRECTORIES])
def test_directives_of_hosts_are_refused_in_directories(fresh: Server, directive: str) -> None:
    value = ROWS[directive][0][0].format(c=fresh.root / "conf")
    said = fresh.refuses(fresh.vhost(f"<Location /x>\n{directive} {value}\n</Location>\n"))
    assert directive in said and "not allowed" in said


@pytest.mark.parametrize("require, word", [
    ("Require ik-role administrator", "administrator"), ("Require ik-role Developer", "Developer"), ("Require ik-role", "ik-role"),
    ("Require ik-role developer nobody", "nobody"), ("Require ik-account", "ik-account"), ("Require ik-account a/b", "a/b"),
])
def test_require_with_unknown_words_stops_the_start(fresh: Server, require: str, word: str) -> None:
    said = fresh.refuses(fresh.vhost(f"<Location /x>\nAuthType ikssoauth\n{require}\n</Location>\n"))
    assert word in said, said


def test_require_knows_the_roles_of_the_host(fresh: Server) -> None:
    fresh.start(fresh.vhost("IkSSORoles admin user\n<Location /x>\nAuthType ikssoauth\nRequire ik-role admin\n</Location>\n"))
    assert not fresh.log.unexpected()
    fresh.stop()
    said = fresh.refuses(fresh.vhost("IkSSORoles admin user\n<Location /x>\nAuthType ikssoauth\nRequire ik-role developer\n</Location>\n"))
    assert "developer" in said


@pytest.mark.parametrize("first, second", itertools.combinations([name for name in ROWS if re.fullmatch(r"IkSSO(Consume|Log).*Path", name)], 2))
def test_same_path_for_two_endpoints_stops_the_start(fresh: Server, first: str, second: str) -> None:
    said = fresh.refuses(fresh.vhost(f"{first} /one\n{second} /one\n"))
    assert first in said and second in said


def test_protection_without_the_module_switched_on_never_lets_in(fresh: Server) -> None:
    """AuthType ikssoauth where IkSSO is off: refuses to start, or refuses every request."""
    body = fresh.vhost("<Location />\nAuthType ikssoauth\nRequire valid-user\n</Location>\n", sso=False)
    try:
        fresh.start(body)
    except ServerError as error:
        assert "IkSSO" in str(error)
        return
    with Browser(fresh) as browser:
        assert browser.get("/ok.txt").status >= 400


def test_first_start_creates_the_database(fresh: Server) -> None:
    database = fresh.root / "db" / "created.db"
    fresh.start(fresh.vhost(f"IkSSODatabase sqlite3:{database}\n"))
    assert database.exists() and not fresh.log.unexpected()
    with closing(sqlite3.connect(database)) as db:
        assert db.execute("SELECT count(*) FROM ik_account").fetchone() == (0,)


def test_newer_database_stops_the_start(fresh: Server) -> None:
    database = fresh.root / "db" / "newer.db"
    with closing(sqlite3.connect(fresh.db.partition(":")[2])) as present, closing(sqlite3.connect(database)) as db:
        present.backup(db)
        db.execute("UPDATE ik_meta SET value = 99 WHERE name = 'schema'")
        db.commit()
    fresh.own(database, 0o640)
    said = fresh.refuses(fresh.vhost(f"IkSSODatabase sqlite3:{database}\n"))
    assert "IkSSODatabase" in said and "newer" in said, said


def test_configuration_is_merged_from_the_main_server(fresh: Server) -> None:
    """What stands outside of hosts holds in all of them, where they do not say otherwise."""
    body = f"IkSSO On\n{fresh.essentials}IkSSOLoginPath /enter\n"
    body += fresh.vhost("", "a.test", sso=False) + fresh.vhost("IkSSOLoginPath /other\n", "b.test", sso=False)
    body += fresh.vhost("IkSSO Off\n", "c.test", sso=False)
    fresh.start(body)
    for host, path, status in (("a.test", "/enter", 200), ("b.test", "/other", 200), ("b.test", "/enter", 404), ("c.test", "/enter", 404)):
        with Browser(fresh, host) as browser:
            assert browser.get(path).status == status, (host, path)
    assert not fresh.log.unexpected()
