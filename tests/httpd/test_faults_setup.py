# SPDX-License-Identifier: Apache-2.0
"""Faults that show before anybody signs in: where each is said, what the sentence names, and that docs/troubleshooting.md has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Callable

import pytest

from lib import faults, forge, keys, world
from lib.browser import Browser
from lib.pages import Page, press
from lib.server import TOP, Server
from lib.settings import administrator, fixture, prepare, refused, rows, settings

PAGE, CTL = "at the box of the settings page", "`ikssoctl account metadata`"
CONFIGTEST, DOCTOR = "`apachectl configtest`", "`ikssoctl doctor`"


@dataclass(frozen=True)
class Pasted:
    """What is pasted in place of metadata; words: what came and what to paste instead."""
    name: str
    text: Callable[[Browser], str]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Configured:
    """A line of the configuration; prepare makes what it needs. words: what is wrong, and what mends it."""
    name: str
    line: str
    prepare: Callable[[Server], None]
    words: tuple[str, ...]
    doctor: bool = False


def own_metadata(browser: Browser) -> str:
    """As our own page shows it."""
    return browser.get("/saml/metadata?account=acme").text


def two_providers(browser: Browser) -> str:
    return fixture("two-providers")


PASTED = [
    Pasted("our own metadata was pasted", own_metadata, ("metadata of a service provider", "identity provider")),
    Pasted("an HTML page was pasted", lambda browser: fixture("sign-in-page"), ("This is an HTML page", "download the metadata as a file")),
    Pasted("a certificate alone was pasted", lambda browser: fixture("bare-certificate"), ("only a certificate", "Paste the whole metadata")),
    Pasted("the metadata of two identity providers was pasted", two_providers, ("describes 2 identity providers",)),
    Pasted("the address of the metadata was pasted into the box for metadata", lambda browser: "https://idp.acme.test/metadata.xml",
           ("This is the address of the metadata", "paste the XML")),
]


def nothing(server: Server) -> None:
    """The line is wrong by itself."""


def unreadable(server: Server) -> None:
    """A directory where a file has to be: not even root reads that."""
    (server.root / "conf" / "unreadable.keys").mkdir(exist_ok=True)


def for_everybody(server: Server) -> None:
    server.write("open.keys", server.keys.read_text(), 0o644, below="conf")


CONFIGURED = [
    Configured("the key file cannot be read", "IkSSOKeyFile {conf}/unreadable.keys", unreadable, ("IkSSOKeyFile", "unreadable.keys"), doctor=True),
    Configured("the key file is open to others", "IkSSOKeyFile {conf}/open.keys", for_everybody, ("IkSSOKeyFile", "open.keys", "chmod"), doctor=True),
    Configured("`IkSSOPublicURL` with http", "IkSSOPublicURL http://imagekit.test", nothing, ("IkSSOPublicURL", "https")),
]
EXPIRED = "a certificate in the metadata has expired"


def site(server: Server) -> str:
    world.populate(server, "acme")
    server.add_account("aged", aged().metadata())
    return prepare(server)


def aged() -> forge.Idp:
    return forge.Idp("https://idp.aged.test/", [keys.pair("rsa2048", "aged", -30)])


@pytest.mark.parametrize("fault", PASTED, ids=[fault.name for fault in PASTED])
def test_settings_page_says_what_was_pasted(server: Server, browser: Browser, fault: Pasted) -> None:
    """The sentence stands at the box, nothing is saved, and nobody's test or login is a failure of it."""
    administrator(browser)
    before, traces = rows(server, "acme"), server.sql("SELECT count(*) FROM ik_trace")
    said = refused(browser, "metadata", metadata=fault.text(browser)).problem("metadata")
    for words in fault.words:
        assert words in said, said
    tested = Page(press(browser, settings(browser), "test", metadata=fault.text(browser)))
    assert tested.status == 400 and tested.problem("metadata") == said, "a test sign-in says the same"
    assert rows(server, "acme") == before and server.sql("SELECT count(*) FROM ik_trace") == traces


@pytest.mark.parametrize("fault", PASTED, ids=[fault.name for fault in PASTED])
def test_command_line_says_what_was_given(server: Server, browser: Browser, fault: Pasted) -> None:
    before = rows(server, "acme")
    file = server.write("pasted.xml", fault.text(browser), below="conf")
    done = server.ctl("account", "metadata", "acme", str(file), check=False)
    assert done.code == 1 and not done.out
    for words in fault.words:
        assert words in done.err, done.err
    assert rows(server, "acme") == before


@pytest.mark.parametrize("fault", CONFIGURED, ids=[fault.name for fault in CONFIGURED])
def test_configtest_names_file_line_and_what_mends_it(fault: Configured) -> None:
    other = Server()
    try:
        other.init()
        fault.prepare(other)
        line = fault.line.format(conf=other.root / "conf")
        said = other.configtest(other.vhost(line + "\n"))
        file = other.root / "conf" / "httpd.conf"
        numbers = [at for at, text in enumerate(file.read_text().splitlines(), 1) if text.strip() == line]
        assert said.code != 0 and "Syntax OK" not in said.err
        assert any(place in said.err for at in numbers for place in (f"{file}:{at}: ", f"line {at} of {file}")), said.err
        for words in fault.words:
            assert words in said.err, said.err
    finally:
        other.remove()


@pytest.mark.parametrize("fault", [each for each in CONFIGURED if each.doctor], ids=lambda fault: fault.name)
def test_doctor_names_the_file_and_what_mends_it(server: Server, fault: Configured) -> None:
    fault.prepare(server)
    known, server.keys = server.keys, server.root / "conf" / fault.words[1]
    try:
        said = server.ctl("--json", "doctor", check=False)
    finally:
        server.keys = known
    [row] = [each for each in said.json["checks"] if each["check"] == "keys"]
    assert said.code == 1 and row["state"] == "failed" and row["fix"]
    for words in fault.words[1:]:
        assert words in " ".join(str(each) for each in row.values()), row


def test_expired_certificate_works_and_is_warned_of(server: Server, browser: Browser) -> None:
    administrator(browser, "aged", idp=aged())
    for said in (settings(browser).text, server.ctl("account", "show", "aged").out, server.ctl("doctor", check=False).out):
        assert "expired" in said or "has ended" in said, said
    assert "Sign-ins go on working; renew it at the identity provider" in settings(browser).text


def test_documentation_has_the_same_table() -> None:
    """In both directions: what is wrong, where it is said, and who acts."""
    text = (TOP / "docs" / "troubleshooting.md").read_text().partition("\n## Before anybody signs in\n")[2].partition("\n## ")[0]
    listed = [tuple(row) for row in re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)][1:]
    assert listed == [
        *((fault.name, f"{PAGE}, {CTL}", faults.ACCOUNT_ADMIN) for fault in PASTED),
        *((fault.name, f"{CONFIGTEST}, {DOCTOR}" if fault.doctor else CONFIGTEST, faults.OPERATOR) for fault in CONFIGURED),
        (EXPIRED, f"settings page, `ikssoctl account show`, {DOCTOR}; it goes on working", faults.ACCOUNT_ADMIN)]
