# SPDX-License-Identifier: Apache-2.0
"""apachectl configtest: every mistake is named with its file, line and directive, and with what mends it; nothing is changed."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Iterator

import pytest

from lib import keys, world
from lib.browser import Browser
from lib.server import TOP, Result, Server


@pytest.fixture(scope="module")
def site() -> Iterator[Server]:
    """A server that is never started: only its configuration is tested."""
    server = Server()
    try:
        server.init()
        world.sp_certificate(server)
        keys.write_pair(server.root / "conf", keys.pair("rsa2048", "other"), "other")
        server.write("broken.keys", "not a key\n", 0o600, below="conf")
        server.write("open.keys", server.keys.read_text(), 0o644, below="conf")
        (server.root / "db" / "second.keys").write_text(server.keys.read_text())
        server.own(server.root / "db" / "second.keys", 0o600)
        server.write("nobodys.keys", server.keys.read_text(), 0o600, below="conf")
        os.chown(server.root / "conf" / "nobodys.keys", 12345, 12345)
        with socket.socket(socket.AF_UNIX) as unread:
            unread.bind(str(server.root / "conf" / "socket"))
        os.mkfifo(server.root / "conf" / "fifo")
        yield server
    finally:
        server.remove()


def spots(server: Server, line: str) -> list[str]:
    """"file:line: " of every line of the configuration that reads so."""
    file = server.root / "conf" / "httpd.conf"
    return [f"{file}:{number}: " for number, text in enumerate(file.read_text().splitlines(), 1) if text.strip() == line.strip()]


def complaint(server: Server, said: Result, line: str) -> str:
    """What was said of that line: its sentences, each of which starts with the place."""
    places = spots(server, line)
    assert places, f"no such line: {line}"
    rows = [re.split(r"IK\d{4}: ", text, 1)[-1] for text in said.err.splitlines()]
    return "\n".join(row.removeprefix(place) for row in rows for place in places if row.startswith(place))


def location(path: str, *lines: str) -> str:
    return f"<Location {path}>\n" + "".join(line + "\n" for line in lines) + "</Location>\n"


def databases(server: Server) -> list[str]:
    return sorted(path.name for path in (server.root / "db").iterdir())


# What is wrong; the configuration; the line that is blamed; what is said of it. {c}, {d}: directories of configuration and database.
MISTAKES = [
    ("a key file that is missing", "IkSSOKeyFile {c}/missing.keys", None, r"IkSSOKeyFile: .*missing\.keys.*ikssoctl --keys .* init --owner"),
    ("a key file that is none", "IkSSOKeyFile {c}/broken.keys", None, r"IkSSOKeyFile: .*broken\.keys"),
    ("a key file for everybody", "IkSSOKeyFile {c}/open.keys", None, r"IkSSOKeyFile: .*open\.keys.*chmod"),
    ("a key file of a stranger", "IkSSOKeyFile {c}/nobodys.keys", None, r"IkSSOKeyFile: .*belongs to 12345.*chown root"),
    ("certificate and key of two pairs", "IkSSOCertificate {c}/sp.pem {c}/other.key", None, r"IkSSOCertificate: .*other\.key"),
    ("a certificate that is missing", "IkSSOCertificate {c}/missing.pem {c}/sp.key", None, r"IkSSOCertificate: .*missing\.pem"),
    ("a directory of our own keys without any", "IkSSOCertificateDir {c}/missing", None, r"IkSSOCertificateDir: there is no key pair in .*ikssoctl --dir .*/missing sp-key publish-next"),
    ("a key of ours for everybody", "IkSSOCertificateDir {c}/open-keys", None, r"IkSSOCertificateDir: .*\.key can be opened by every user.*chmod o="),
    ("a directory of our own keys for everybody", "IkSSOCertificateDir {c}/free-keys", None, r"IkSSOCertificateDir: .*free-keys can be written by every user .chmod o-w"),
    ("a key of ours of a stranger", "IkSSOCertificateDir {c}/nobodys-keys", None, r"IkSSOCertificateDir: .*\.key belongs to 12345.*chown root"),
    ("a key of ours that is missing", "IkSSOCertificateDir {c}/half-keys", None, r"IkSSOCertificateDir: .*\.key: No such file"),
    ("certificate and key of two pairs in the directory", "IkSSOCertificateDir {c}/mixed-keys", None, r"IkSSOCertificateDir: .*does not belong to the key"),
    ("a directory of our own keys that httpd cannot enter", "IkSSOCertificateDir {c}/closed-keys", None,
     r"IkSSOCertificateDir: \S+, the user that httpd serves as, cannot pass through the directory \S+/closed-keys .chgrp \S+ \S+/closed-keys && chmod g.x"),
    ("a certificate of ours that httpd cannot read", "IkSSOCertificateDir {c}/roots-keys", None,
     r"IkSSOCertificateDir: \S+, the user that httpd serves as, cannot read \S+/a\.pem .chgrp \S+ \S+/a\.pem && chmod 0640"),
    ("a list of our own keys that is none", "IkSSOCertificateDir {c}/no-keys", None, r"IkSSOCertificateDir: .*/state line 1 is not a pair"),
    ("a directory that cannot be made", "IkSSODatabase sqlite3:{c}/sp.pem/x.db", None, r"IkSSODatabase: .*ikssoctl init --owner"),
    ("a directory that cannot be written", "IkSSODatabase sqlite3:{c}/x.db", None, r"IkSSODatabase: .*writable"),
    ("a database newer than the module", "IkSSODatabase sqlite3:{d}/newer.db", None, r"IkSSODatabase: .*newer.*install"),
    ("a database that cannot be written", "IkSSODatabase sqlite3:{d}/readonly.db", None, r"IkSSODatabase: .*writable"),
    ("a database of a stranger", "IkSSODatabase sqlite3:{d}/nobodys.db", None, r"IkSSODatabase: .*belongs to 12345.*chown"),
    ("a role that is none", location("/x", "AuthType ikssoauth", "Require ik-role administrator"), "Require ik-role administrator",
     r"Require ik-role \"administrator\".*IkSSORoles"),
    ("a role without AuthType", location("/x", "Require ik-role developer"), "Require ik-role developer",
     r"Require ik-role: no section that covers /x says \"AuthType ikssoauth\".*add that line"),
    ("a role where AuthType is beside", location("/xy", "AuthType ikssoauth") + location("/x", "Require ik-role finance"),
     "Require ik-role finance", r"Require ik-role: no section that covers /x"),
    ("a role with another AuthType", location("/x", "AuthType Basic", "Require ik-role developer"), "Require ik-role developer",
     r"Require ik-role: the AuthType of this section is basic.*write"),
    *[(f"a role without AuthType in {section}", f"<{section}>\nRequire ik-role finance\n</{section.split()[0]}>\n", "Require ik-role finance",
       r"Require ik-role: no section of this host says \"AuthType ikssoauth\".*add that line")
      for section in ("Directory /srv/x", "DirectoryMatch ^/srv", "LocationMatch ^/x", "Files x", "FilesMatch x", 'If "true"', "Proxy *")],
    ("a role in a condition without AuthType", location("/x", '<If "true">', "Require ik-role finance", "</If>"), "Require ik-role finance",
     r"Require ik-role: no section of this host says"),
    ("an account without AuthType", location("/x", "<RequireAll>", "Require ik-account acme", "</RequireAll>"), "Require ik-account acme",
     r"Require ik-account: no section that covers /x"),
    ("an audit log in no directory", "IkSSOAuditLog {c}/missing/audit.log", None, r"IkSSOAuditLog: there is no directory \S+/missing for it: create that \(mkdir"),
    ("an audit log below a file", "IkSSOAuditLog {c}/sp.pem/audit.log", None, r"IkSSOAuditLog: \S+/sp\.pem is no directory: correct the name"),
    ("an audit log that is a directory", "IkSSOAuditLog {c}", None, r"IkSSOAuditLog: \S+/conf is a directory: write the name of a file in it"),
    ("an audit log that is a socket", "IkSSOAuditLog {c}/socket", None, r"IkSSOAuditLog: \S+/socket is no regular file: name one, or write \"\|PROGRAM\""),
    ("an audit log that is a FIFO", "IkSSOAuditLog {c}/fifo", None, r"IkSSOAuditLog: \S+/fifo is no regular file: name one, or write \"\|PROGRAM\""),
    ("an audit log for a program that is missing", 'IkSSOAuditLog "|{c}/missing -x"', None, r"IkSSOAuditLog: there is no program \S+/missing: correct"),
    ("the same, spelt another way", 'IkSSOAuditLog "||{c}/missing"', None, r"IkSSOAuditLog: there is no program \S+/missing: correct"),
    ("the same, in a shell", 'IkSSOAuditLog "|${c}/missing >/dev/null"', None, r"IkSSOAuditLog: there is no program \S+/missing: correct"),
    ("an audit log for a file that is no program", 'IkSSOAuditLog "|{c}/sp.pem"', None, r"IkSSOAuditLog: \S+/sp\.pem is no program that can be run: make it executable"),
    ("an audit log for a program without its path", 'IkSSOAuditLog "|rotatelogs x 5"', None, r'IkSSOAuditLog: the program "rotatelogs" is not looked for anywhere: write its whole name'),
    ("two claims in one attribute", "IkSSOClaim role imagekit_id", None, r"IkSSOClaim: .*\"imagekit_id\".*account and role"),
]

# What httpd itself refuses, naming the line in its own words, because a directive alone shows it.
SYNTAX = [
    ("an address without https", "IkSSOPublicURL http://imagekit.test", r"IkSSOPublicURL .*https"),
    ("a path that is none", "IkSSOConsumePath saml", r"IkSSOConsumePath"),
    ("a database of no kind", "IkSSODatabase mysql:x", r"IkSSODatabase"),
]

# The same for what is only warned of: the server would start.
WARNINGS = [
    ("an endpoint in a section that denies", location("/saml", "Require all denied"), "Require all denied",
     r"Require keeps people from the endpoint /saml/consume \(IkSSOConsumePath\): add <Location /saml/consume>"),
    ("an endpoint in a section that denies the old way", location("/logout", "Deny from all"), "Deny from all",
     r"(?i)deny keeps people from the endpoint /logout \(IkSSOLogoutPath\)"),
    ("an endpoint behind another login", location("/", "AuthType Basic", "AuthName x", "AuthUserFile /dev/null", "Require valid-user"),
     "Require valid-user", r"Require keeps people from the endpoint /single-sign-on \(IkSSOLoginPath\)"),
    ("an endpoint in a section that redirects", location("/saml", "Redirect https://www.imagekit.test/"), "Redirect https://www.imagekit.test/",
     r"Redirect answers instead of the endpoint /saml/metadata \(IkSSOMetadataPath\): move it"),
    ("an endpoint that a pattern redirects", "<LocationMatch ^/s>\nRedirectMatch ^/saml https://a.test/\n</LocationMatch>\n",
     "RedirectMatch ^/saml https://a.test/", r"RedirectMatch answers instead of the endpoint /saml/consume"),
    ("bodies that are too small for a response", location("/", "LimitRequestBody 1000"), "LimitRequestBody 1000",
     r"LimitRequestBody may refuse what is sent to the endpoint /saml/consume"),
    ("ProxyPass of an endpoint", "ProxyPass /logout http://127.0.0.1:1/logout", None, r"ProxyPass never sees /logout.*IkSSOLogoutPath"),
    ("ProxyPass in the section of an endpoint", location("/saml/metadata", "ProxyPass http://127.0.0.1:1/m"), "ProxyPass http://127.0.0.1:1/m",
     r"ProxyPass never sees /saml/metadata.*IkSSOMetadataPath"),
    ("Alias of an endpoint", "Alias /single-sign-on /srv/page.html", None, r"Alias never sees /single-sign-on.*IkSSOLoginPath"),
    ("a header that looks like an identity", "RequestHeader set X-IK-Email root@imagekit.test", None, r'RequestHeader "X-IK-Email": backends'),
    ("the same, early, spelt with underscores", "RequestHeader add x_ik_role developer early", None, r'RequestHeader "x_ik_role": backends'),
    ("a variable that looks like an identity", "SetEnv IKSSO_ROLE developer", None, r'SetEnv "IKSSO_ROLE": backends'),
    ("the same by a condition", "SetEnvIf Host . other IKSSO_EMAIL=a@b.test", None, r'SetEnvIf "IKSSO_EMAIL=a@b\.test": backends'),
    ("an idle time that never counts", "IkSSOSessionLifetime 1h\nIkSSOSessionIdle 2h", "IkSSOSessionIdle 2h",
     r"IkSSOSessionIdle: it is longer than IkSSOSessionLifetime"),
    ("signing without a certificate", "IkSSOSignMetadata On", None, r"IkSSOSignMetadata: it has no effect without an IkSSOCertificate"),
    ("a certificate of ours that has expired", "IkSSOCertificate {c}/expired.pem {c}/expired.key", None, r"IkSSOCertificate: .*expired\.pem has expired"),
    ("a certificate of ours that ends soon", "IkSSOCertificate {c}/soon.pem {c}/soon.key", None, r"IkSSOCertificate: .*soon\.pem expires in 9 days"),
    ("a certificate in the directory that has expired", "IkSSOCertificateDir {c}/expired-keys", None, r"IkSSOCertificateDir: .*has expired.*sp-key publish-next"),
    ("a certificate in the directory that ends soon", "IkSSOCertificateDir {c}/soon-keys", None, r"IkSSOCertificateDir: .*expires in 9 days.*sp-key publish-next"),
]

# Good ones: nothing at all is said but "Syntax OK".
GOOD = [
    ("the smallest", ""),
    ("what the module is for", location("/dashboard", "AuthType ikssoauth", "Require valid-user") + location("/dashboard/billing", "Require ik-role finance")),
    ("the sample of a dashboard", (TOP / "conf" / "dashboard.conf").read_text()),
    ("AuthType by a pattern", "<LocationMatch ^/x>\nAuthType ikssoauth\n</LocationMatch>\n" + location("/x", "Require ik-role finance")),
    ("AuthType for a directory", "<Directory {c}/../htdocs>\nAuthType ikssoauth\n</Directory>\n" + location("/x", "Require ik-role finance")),
    ("AuthType elsewhere, for a pattern", location("/", "AuthType ikssoauth") + "<LocationMatch ^/x>\nRequire ik-role finance\n</LocationMatch>\n"),
    ("AuthType that a file below may set", "<Directory /srv/x>\nAllowOverride AuthConfig\nRequire ik-role finance\n</Directory>\n"),
    ("a condition", location("/x", "AuthType ikssoauth", '<If "true">', "Require ik-role finance", "</If>")),
    ("all behind one login", location("/", "AuthType ikssoauth", "Require valid-user")),
    ("denied, but for endpoints", location("/", "Require all denied") + location("/saml", "Require all granted") + location("/dashboard", "AuthType ikssoauth")
     + location("/logout", "Require all granted") + location("/single-sign-on", "Require all granted")),
    ("mapped at the level of the host", "ProxyPass / http://127.0.0.1:1/\nAlias /x /srv/x\nRedirect /y https://a.test/\nRewriteEngine On\nRewriteRule ^/z - [F]"),
    ("kept from the proxy", "ProxyPass /logout !"),
    ("a redirect beside endpoints", location("/saml", "Redirect /saml/old https://a.test/", "RedirectMatch ^/saml/x https://a.test/")),
    ("a header taken away, and others set", "RequestHeader unset X-IK-Session\nRequestHeader set X-Forwarded-Proto https\nSetEnvIf IKSSO_ROLE x is=1"),
    ("a database that is not there yet", "IkSSODatabase sqlite3:{d}/fresh.db"),
    ("a database in a directory that is not there yet", "IkSSODatabase sqlite3:{c}/new/below/fresh.db"),
    ("a database of an older version", "IkSSODatabase sqlite3:{d}/older.db"),
    ("an audit log that is not there yet", "IkSSOAuditLog {c}/audit.log"),
    ("an audit log that is there", "IkSSOAuditLog {c}/sp.pem"),
    ("an audit log that is a device", "IkSSOAuditLog /dev/null"),
    ("an audit log for a program", 'IkSSOAuditLog "|/bin/cat -u"'),
    ("an audit log for a command", 'IkSSOAuditLog "|$exec cat"'),
    ("our own certificate", "IkSSOCertificate {c}/sp.pem {c}/sp.key\nIkSSOSignMetadata On"),
    ("a directory of our own keys", "IkSSOCertificateDir {c}/sp-keys\nIkSSOSignMetadata On"),
]


def own_keys(site: Server, name: str, like: str) -> Path:
    """A directory of key pairs with the one of that name, as the current one."""
    path = site.root / "conf" / f"{name}-keys"
    path.mkdir(mode=0o750)
    for suffix in ("pem", "key"):
        shutil.copy(site.root / "conf" / f"{like}.{suffix}", path / f"a.{suffix}")
    (path / "state").write_text("a current\n")
    for file in path.iterdir():
        site.own(file, 0o640)
    site.own(path, 0o750)
    return path


def wrong_directories(site: Server) -> None:
    """Directories of our own keys, each wrong in its way."""
    for name in ("open", "free", "nobodys", "half", "mixed", "no", "closed", "roots"):
        own_keys(site, name, "sp")
    for name in ("expired", "soon"):
        own_keys(site, name, name)
    conf = site.root / "conf"
    (conf / "open-keys" / "a.key").chmod(0o644)
    (conf / "free-keys").chmod(0o777)
    os.chown(conf / "nobodys-keys" / "a.key", 12345, 12345)
    (conf / "half-keys" / "a.key").unlink()
    shutil.copy(conf / "other.key", conf / "mixed-keys" / "a.key")
    (conf / "no-keys" / "state").write_text("a and b\n")
    for path in (conf / "closed-keys", conf / "roots-keys" / "a.pem"):
        os.chown(path, 0, 0)
    site.ctl("sp-key", "publish-next", "--dir", str(conf / "sp-keys"))


@pytest.fixture(scope="module", autouse=True)
def files(site: Server) -> None:
    """Databases and certificates that are wrong, each in its way."""
    with closing(sqlite3.connect(site.root / "db" / "newer.db")) as db:
        db.executescript("CREATE TABLE ik_meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL); INSERT INTO ik_meta VALUES ('schema', 99);")
    with closing(sqlite3.connect(site.root / "db" / "older.db")) as db:
        db.executescript("CREATE TABLE ik_meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL); INSERT INTO ik_meta VALUES ('schema', 1);")
    for name in ("readonly.db", "nobodys.db"):
        shutil.copy(site.root / "db" / "newer.db", site.root / "db" / name)
    for name, mode in (("newer.db", 0o640), ("older.db", 0o640), ("readonly.db", 0o440)):
        site.own(site.root / "db" / name, mode)
    (site.root / "db" / "nobodys.db").chmod(0o600)
    os.chown(site.root / "db" / "nobodys.db", 12345, 12345)
    for name, days in (("expired", -1), ("soon", 10)):
        keys.write_pair(site.root / "conf", keys.pair("rsa2048", name, days), name)
    wrong_directories(site)


def filled(site: Server, text: str) -> str:
    return text.replace("{c}", str(site.root / "conf")).replace("{d}", str(site.root / "db"))


def ask(site: Server, body: str) -> Result:
    return site.configtest(site.vhost(filled(site, body) + "\n"), ["access_compat", "auth_basic", "authn_file"])


@pytest.mark.parametrize("body, line, said", [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_mistake_is_found_with_its_line(site: Server, body: str, line: str | None, said: str) -> None:
    answer = ask(site, body)
    assert answer.code != 0 and "Syntax OK" not in answer.err, answer.err
    assert re.search(said, complaint(site, answer, filled(site, line or body))), answer.err


@pytest.mark.parametrize("line, said", [row[1:] for row in SYNTAX], ids=[row[0] for row in SYNTAX])
def test_bad_value_is_found_with_its_line(site: Server, line: str, said: str) -> None:
    answer = ask(site, line)
    place = spots(site, line)[0].rpartition(":")[0].rpartition(":")
    assert answer.code != 0 and f"Syntax error on line {place[2]} of {place[0]}" in answer.err, answer.err
    assert re.search(said, answer.err), answer.err


@pytest.mark.parametrize("body, line, said", [row[1:] for row in WARNINGS], ids=[row[0] for row in WARNINGS])
def test_trap_is_warned_of_with_its_line(site: Server, body: str, line: str | None, said: str) -> None:
    answer = ask(site, body)
    assert answer.code == 0 and "Syntax OK" in answer.err, answer.err
    assert re.search(said, complaint(site, answer, filled(site, line or body))), answer.err


@pytest.mark.parametrize("body", [row[1] for row in GOOD], ids=[row[0] for row in GOOD])
def test_good_configuration_passes_in_silence(site: Server, body: str) -> None:
    answer = ask(site, body)
    assert (answer.code, answer.err.strip()) == (0, "Syntax OK")


def test_protection_where_the_module_is_off_is_found(site: Server) -> None:
    for line in ("AuthType ikssoauth", "Require ik-role developer"):
        answer = site.configtest(site.vhost("", "other.test") + site.vhost(location("/x", line), sso=False))
        assert answer.code != 0 and re.search(r"IkSSO is Off here.*write \"IkSSO On\"", complaint(site, answer, line)), answer.err


def test_protection_outside_of_hosts_is_meant_for_those_that_are_on(site: Server) -> None:
    answer = site.configtest(location("/x", "AuthType ikssoauth", "Require ik-role developer") + site.vhost("") + site.vhost("", "off.test", sso=False))
    assert (answer.code, answer.err.strip()) == (0, "Syntax OK")


@pytest.mark.parametrize("directive, value", [("IkSSOKeyFile", "{d}/second.keys"), ("IkSSODatabase", '"pgsql:host=/nowhere password=sesame"')])
def test_one_address_with_two_stores_is_found_without_telling_them(site: Server, directive: str, value: str) -> None:
    """Both lines are named, in whichever order httpd has the hosts."""
    second = filled(site, f"{directive} {value}")
    answer = site.configtest(site.vhost("IkSSOPublicURL https://same.test", "a.test") + site.vhost(f"IkSSOPublicURL https://same.test\n{second}\n", "b.test"))
    assert answer.code != 0 and "sesame" not in answer.err, answer.err
    said = [line for line in answer.err.splitlines() if any(place in line for place in spots(site, second))]
    assert said, answer.err
    for line in said:
        assert f"{directive}: another host serves the same public address https://same.test " in line, line
        assert len(re.findall(r"httpd\.conf:\d+: " + directive, line)) == 2, line


def test_what_is_not_set_is_blamed_on_the_line_that_needs_it(site: Server) -> None:
    """The default key file is not there on this machine."""
    if Path("/etc/ikssoauth/session.keys").exists():
        pytest.fail("this machine has a key file of its own")
    answer = site.configtest(site.vhost(f'IkSSO On\nIkSSODatabase "{site.db}"\n', sso=False))
    assert answer.code != 0 and "IkSSOKeyFile (not set): " in complaint(site, answer, "IkSSO On"), answer.err


@pytest.mark.parametrize("name, said", [("theirs.log", "cannot be written"), ("new.log", "cannot be created")])
def test_an_audit_log_of_somebody_else_is_found(site: Server, name: str, said: str) -> None:
    """By whom httpd is started, which root may do in every case."""
    site.write("theirs.log", "", 0o644, below="conf")
    line = f"IkSSOAuditLog {site.root}/conf/{name}"
    answer = site.configtest(site.vhost(line + "\n"), user="nobody")
    assert re.search(f"IkSSOAuditLog: \\S+/{name} {said} by the user that starts httpd.*: make .* writable", complaint(site, answer, line)), answer.err
    assert site.configtest(site.vhost(line + "\n")).code == 0


@pytest.mark.parametrize("line, said", [(row[1], row[3]) for row in MISTAKES if "IkSSOAuditLog" in row[1]],
                         ids=[row[0] for row in MISTAKES if "IkSSOAuditLog" in row[1]])
def test_a_start_refuses_the_same_audit_logs_in_the_same_words(site: Server, line: str, said: str) -> None:
    line = filled(site, line)
    told = site.refuses(site.vhost(line + "\n"))
    assert any(re.search(f"IK0353: {re.escape(place)}{said}", told) for place in spots(site, line)), told


def test_a_start_refuses_a_fifo_that_somebody_reads(site: Server) -> None:
    """It can be opened, but when its reader is slow or gone, lines would be lost."""
    fifo = site.root / "conf" / "fifo"
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        told = site.refuses(site.vhost(f"IkSSOAuditLog {fifo}\n"))
        assert re.search(rf"IK0353: \S+: IkSSOAuditLog: {fifo} is no regular file: name one, or write \"\|PROGRAM\"", told), told
    finally:
        os.close(reader)


def test_a_host_without_a_name_is_found(site: Server) -> None:
    body = f"<VirtualHost 127.0.0.1:{site.port}>\nIkSSO On\n{site.essentials}IkSSOPublicURL https://a.test\n</VirtualHost>\n"
    assert site.configtest(body).code == 0
    answer = site.configtest(body.replace("IkSSOPublicURL https://a.test\n", ""))
    assert answer.code != 0 and "set ServerName, or IkSSOPublicURL" in answer.err, answer.err


def test_a_port_for_tls_without_tls_is_warned_of(site: Server) -> None:
    for engine, warned in (("", True), ("SSLEngine off\n", True), (f"SSLEngine on\nSSLCertificateFile {site.root}/conf/tls.pem\nSSLCertificateKeyFile {site.root}/conf/tls.key\n", False)):
        body = f"<VirtualHost 127.0.0.1:443>\nServerName {site.host}\nIkSSO On\n{site.essentials}{engine}</VirtualHost>\n"
        answer = site.configtest(body)
        assert answer.code == 0 and ("this virtual host is on port 443 and does not speak TLS" in answer.err) == warned, answer.err
        if warned:
            assert complaint(site, answer, "<VirtualHost 127.0.0.1:443>"), answer.err


def test_two_sources_of_our_own_keys_are_refused(site: Server) -> None:
    """Also where the one is inherited from the main server."""
    pair, directory = filled(site, "IkSSOCertificate {c}/sp.pem {c}/sp.key"), filled(site, "IkSSOCertificateDir {c}/sp-keys")
    for body in (site.vhost(f"{pair}\n{directory}\n"), f"{pair}\n" + site.vhost(f"{directory}\n")):
        answer = site.configtest(body)
        assert answer.code != 0 and re.search(r"IK0102: host \S+: \S+httpd\.conf:\d+: IkSSOCertificateDir: this host has an IkSSOCertificate, too", answer.err), answer.err


def test_an_unreachable_postgresql_is_only_warned_of(site: Server) -> None:
    line = f"IkSSODatabase pgsql:host={site.root}/run"
    answer = site.configtest(site.vhost(line + "\n"))
    assert answer.code == 0 and "IkSSODatabase: the database cannot be reached now" in complaint(site, answer, line), answer.err


def test_nothing_is_left_behind(site: Server) -> None:
    before, memory = databases(site), sorted(os.listdir("/dev/shm"))
    for body in ("IkSSODatabase sqlite3:{d}/fresh.db", "IkSSODatabase sqlite3:{d}/older.db", "IkSSODatabase sqlite3:{c}/new/below/fresh.db"):
        assert ask(site, body).code == 0
    assert databases(site) == before and not (site.root / "conf" / "new").exists()
    assert sorted(os.listdir("/dev/shm")) == memory
    with closing(sqlite3.connect(site.root / "db" / "older.db")) as db:
        assert db.execute("SELECT value FROM ik_meta").fetchone() == (1,)


# What the warnings above rest on: who answers a request for an endpoint.
ANSWERS = [
    ("ProxyPass / http://127.0.0.1:1/", 200), ("ProxyPass /saml/metadata http://127.0.0.1:1/", 200), ("Alias / /srv/", 200), ("Redirect / https://a.test/", 200),
    ("RewriteEngine On\nRewriteRule ^ - [F]", 200), (location("/", "AuthType ikssoauth", "Require all denied"), 200), (location("/", "SetHandler server-status"), 200),
    (location("/saml", "Redirect https://a.test/"), 302), (location("/saml", "Require all denied"), 403), (location("/", "Deny from all"), 403),
    (location("/", "Deny from all", "Satisfy any"), 200),
]


def test_who_answers_for_an_endpoint(site: Server) -> None:
    hosts = "".join(site.vhost(body + "\n", f"h{number}.test") for number, (body, _) in enumerate(ANSWERS))
    site.start(hosts, ["access_compat"])
    try:
        for number, (body, status) in enumerate(ANSWERS):
            with Browser(site, f"h{number}.test") as browser:
                assert browser.get("/saml/metadata").status == status, body
    finally:
        site.stop()


def test_start_says_the_same(site: Server) -> None:
    """Errors keep httpd from starting, and warnings go to its log."""
    said = site.refuses(site.vhost(location("/x", "Require ik-role developer")))
    assert re.search(r"IK0260: \S+httpd\.conf:\d+: Require ik-role: no section", said), said
    site.start(site.vhost("SetEnv IKSSO_ROLE developer\n"))
    site.stop()
    assert re.search(r"IK0265: \S+httpd\.conf:\d+: SetEnv", site.said())
