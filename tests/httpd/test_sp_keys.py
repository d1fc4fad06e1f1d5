# SPDX-License-Identifier: Apache-2.0
"""Our own keys are rotated under a SimpleSAMLphp that checks our signatures and encrypts for the key in our metadata."""

from __future__ import annotations

import base64
import os
import shutil
import time
from pathlib import Path
from typing import Any, Callable
from xml.etree import ElementTree

import pytest

from lib import keys
from lib.audit import AuditLog
from lib.idp_demo import IdentityProvider
from lib.server import Result, Server
from lib.sites import Sites, person
from lib.travel import Traveller

ACCOUNT = "php"
PATH = "/dashboard/media?x=1"
MD, DS = "{urn:oasis:names:tc:SAML:2.0:metadata}", "{http://www.w3.org/2000/09/xmldsig#}"
MADE: list["Rotating"] = []
PEOPLE = [f"p{number}" for number in range(60)]     # each signs in once: nobody tries too often


class Rotating(Sites):
    """The dashboard with a directory of keys, and one identity provider that knows of us what our metadata says."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.people = iter(PEOPLE)

    @property
    def directory(self) -> Path:
        return self.server.root / "sp-keys"

    def _start_providers(self) -> None:
        """sp_certificate only says that it is to check signatures: it is taught of the real ones."""
        provider = IdentityProvider(self.peers.root / ACCOUNT, ACCOUNT, [person(ACCOUNT, each) for each in PEOPLE], self.at("/saml/consume"), logout_url=self.at("/logout"),
                                    sp_certificate=self.sp_cert, public_url=self.url(f"{ACCOUNT}.test"))
        self.providers[ACCOUNT] = provider
        provider.start()

    def prepare(self, more: str = "", accounts: dict[str, list[str]] | None = None) -> tuple[str, list[str]]:
        self.step("publish-next")
        body, modules = super().prepare(more, accounts)
        usual = f"IkSSOCertificate {self.sp_cert} {self.sp_key}"
        assert usual in body
        return body.replace(usual, f"IkSSOCertificateDir {self.directory}"), modules

    # --- commands

    def ask(self, *words: str, database: str | None = None) -> Result:
        known, self.server.db = self.server.db, database or self.server.db
        try:
            return self.server.ctl("--json", "sp-key", *words, "--dir", str(self.directory), check=False)
        finally:
            self.server.db = known

    def step(self, *words: str) -> dict[str, Any]:
        answer = self.ask(*words)
        assert answer.code == 0 and answer.json["ok"], answer
        return answer.json

    def refused(self, code: str, *words: str) -> str:
        """What it says, after it has changed nothing."""
        before = self.pairs()
        answer = self.ask(*words)
        assert (answer.code, answer.json["error"]["code"]) == (1, code), answer
        assert self.pairs() == before
        return answer.json["error"]["message"]

    def pairs(self) -> list[dict[str, Any]]:
        return self.step("list")["pairs"]

    def states(self) -> list[str]:
        return [pair["state"] for pair in self.pairs()]

    def name(self, state: str) -> str:
        return next(pair["name"] for pair in self.pairs() if pair["state"] == state)

    def settle(self) -> None:
        """One pair, and an identity provider that has read of it."""
        for pair in self.pairs():
            if pair["state"] != "current":
                self.step("retire", pair["name"])
        self.read_metadata()

    # --- what the identity provider knows

    def published(self) -> list[tuple[str, str]]:
        """Use and certificate of every KeyDescriptor in our metadata."""
        document = ElementTree.fromstring(self.server.curl(path="/saml/metadata").out)
        return [(each.attrib["use"], "".join((each.find(f".//{DS}X509Certificate").text or "").split()))  # type: ignore[union-attr]
                for each in document.iter(f"{MD}KeyDescriptor")]

    def named(self) -> list[tuple[str, str]]:
        """The same, with the names of pairs."""
        known = {certificate_in(Path(pair["certificate"])): pair["name"] for pair in self.pairs()}
        return [(use, known[certificate]) for use, certificate in self.published()]

    def read_metadata(self) -> None:
        self.teach(self.published())

    def teach(self, known: list[tuple[str, str]]) -> None:
        """The identity provider knows these keys of ours, encrypts for the first that is for it, and checks signatures with the others."""
        rows = [{"type": "X509Certificate", "signing": use == "signing", "encryption": use == "encryption", "X509Certificate": certificate}
                for use, certificate in known]
        self.providers[ACCOUNT].set_sp_options({"assertion.encryption": True, "keys": rows})

    # --- people

    def signs_in(self) -> None:
        """From our side, where our request is checked; what comes back is encrypted."""
        with Traveller() as browser:
            who = next(self.people)
            landed = self.sign_in(browser, ACCOUNT, PATH, username=who)
            assert (landed.status, landed.url) == (200, self.at(PATH)), landed.text
            seen = self.identity(browser)
            assert seen and seen["x-ik-email"] == person(ACCOUNT, who).email
            assert any("Signature=" in url for _, url, _ in browser.trail if f"{ACCOUNT}.test" in url)
            sealed = [fields["SAMLResponse"] for _, fields in browser.posted if "SAMLResponse" in fields]
            assert sealed and all(b"EncryptedAssertion" in base64.b64decode(each) for each in sealed)

    def is_asked_for_a_password(self) -> bool:
        """Whether the identity provider takes our request."""
        with Traveller() as browser:
            return browser.form(self.ask_for(browser, ACCOUNT, PATH, username=next(self.people)), "password") is not None


def certificate_in(file: Path) -> str:
    return "".join(file.read_text().splitlines()[1:-1])


def site(server: Server) -> tuple[str, list[str]]:
    MADE.append(Rotating(server))
    return MADE[0].prepare(f"IkSSOAuditLog {server.root}/logs/audit.log")


@pytest.fixture
def sites(server: Server) -> Rotating:
    MADE[0].settle()
    return MADE[0]


def test_sign_ins_go_on_at_every_step_of_a_rotation(sites: Rotating) -> None:
    first = sites.name("current")
    assert sites.named() == [("signing", first), ("encryption", first)]
    sites.signs_in()

    second = sites.step("publish-next")["name"]
    assert sites.named() == [("signing", first), ("signing", second), ("encryption", first), ("encryption", second)]
    sites.signs_in()
    sites.read_metadata()
    sites.signs_in()

    sites.step("use")
    assert sites.named() == [("signing", second), ("signing", first), ("encryption", second)]
    sites.signs_in()        # it still encrypts for the old one
    sites.read_metadata()
    sites.signs_in()

    sites.step("retire", first)
    assert sites.named() == [("signing", second), ("encryption", second)]
    sites.signs_in()
    sites.read_metadata()
    sites.signs_in()
    assert sorted(file.name for file in sites.directory.iterdir()) == sorted([f"{second}.key", f"{second}.pem", "state"])


def test_who_skips_the_first_step_is_refused_at_the_identity_provider(sites: Rotating) -> None:
    known = sites.published()
    sites.step("publish-next")
    sites.teach(known)
    assert sites.is_asked_for_a_password()
    sites.step("use")
    assert not sites.is_asked_for_a_password()
    sites.read_metadata()
    sites.signs_in()


def test_what_is_encrypted_for_a_retired_key_is_refused_and_says_so(sites: Rotating, server: Server) -> None:
    first = sites.name("current")
    stale = [row for row in sites.published() if row[0] == "encryption"]
    sites.step("publish-next")
    sites.step("use")
    sites.teach([row for row in sites.published() if row[0] == "signing"] + stale)
    sites.signs_in()
    sites.step("retire", first)
    server.log.expect("refused")
    with Traveller() as browser:
        landed = sites.sign_in(browser, ACCOUNT, PATH, username=next(sites.people))
        assert landed.status == 403 and sites.identity(browser) is None
    line = server.log.wait("decryption_failed")
    assert len(line) == 1
    assert "one may have been retired" in line[0]
    sites.read_metadata()
    sites.signs_in()


def test_a_pair_that_is_withdrawn_never_signed(sites: Rotating) -> None:
    first, second = sites.name("current"), sites.step("publish-next")["name"]
    told = sites.step("retire", second)
    assert "withdrawn before it signed anything" in told["message"] and "publish-next" in told["next"]
    assert sites.named() == [("signing", first), ("encryption", first)]
    sites.signs_in()


def test_every_wrong_order_is_refused_with_a_sentence(sites: Rotating) -> None:
    current = sites.name("current")
    assert "publish-next" in sites.refused("not_found", "use")
    assert "signs now" in sites.refused("key_in_use", "retire", current)
    assert "sp-key list" in sites.refused("not_found", "retire", "sp-2000-01-01-0000")
    waiting = sites.step("publish-next")["name"]
    said = sites.refused("next_waits", "publish-next")
    assert waiting in said and "sp-key use" in said and "sp-key retire" in said
    assert "signs now" in sites.refused("key_in_use", "retire", current)
    sites.step("use")
    assert "publish-next" in sites.refused("not_found", "use")
    sites.step("retire", current)
    assert "sp-key list" in sites.refused("not_found", "retire", current)
    assert sites.states() == ["current"]


def test_no_step_leaves_httpd_without_a_key_that_works(sites: Rotating) -> None:
    first, second = sites.name("current"), sites.step("publish-next")["name"]
    key = sites.directory / f"{second}.key"
    away = key.rename(sites.server.root / "away.key")
    answer = sites.ask("use")
    assert (answer.code, answer.json["error"]["code"]) == (1, "pair_unusable") and str(key) in answer.json["error"]["message"], answer
    away.rename(key)
    sites.step("use")
    key.rename(away)
    answer = sites.ask("retire", first)
    assert (answer.code, answer.json["error"]["code"]) == (1, "pair_unusable") and str(key) in answer.json["error"]["message"], answer
    away.rename(key)
    assert sites.states() == ["current", "old"]
    sites.read_metadata()
    sites.signs_in()


def test_every_step_says_whom_it_affects_and_what_comes_next(sites: Rotating) -> None:
    first = sites.name("current")
    for words, skipped, following in ((("publish-next",), "cannot sign in there", "sp-key use"), (("use",), "refuses our signed messages already", f"sp-key retire {first}"),
                                      (("retire", first), "decryption_failed", "rotation is over")):
        told = sites.step(*words)
        assert told["affected"] == [{"account": ACCOUNT, "name": "", "requests": True, "logout": True, "answers": True}]
        assert (told["affected_count"], told["connected"]) == (1, 1)
        assert f"1 of 1 accounts with an identity provider get signed messages from us: {ACCOUNT} (sign-in requests and logout)." in told["affects"]
        assert skipped in told["skipped"] and following in told["next"] and told["todo"]
        assert ("IkSSOSignMetadata On" in told["skipped"]) == (words[0] != "retire")
    sites.server.ctl("account", "set", ACCOUNT, "--option", "logout-at-idp=off")
    try:
        assert sites.step("publish-next")["affected"] == [{"account": ACCOUNT, "name": "", "requests": True, "logout": False, "answers": True}]
        sites.step("retire", sites.name("next"))
    finally:
        sites.server.ctl("account", "set", ACCOUNT, "--option", "logout-at-idp=on")
    plain = sites.server.ctl("sp-key", "publish-next", "--dir", str(sites.directory)).out.splitlines()
    assert [line.partition(":")[0] for line in plain[1:]] == ["Affected", "To do", "If skipped", "Next"]


def test_what_can_break_logins_waits_for_the_database(sites: Rotating) -> None:
    nowhere = f"sqlite3:{sites.server.root}/missing/x.db"
    told = sites.ask("publish-next", database=nowhere)
    assert told.code == 0 and "cannot be told" in told.json["affects"] and "affected" not in told.json, told
    before = sites.pairs()
    for words in (("use",), ("retire", sites.name("next"))):
        told = sites.ask(*words, database=nowhere)
        assert (told.code, told.json["error"]["code"]) == (3, "database"), told
        assert "Nothing was changed" in told.json["error"]["message"]
    assert sites.pairs() == before and [pair["state"] for pair in before] == ["current", "next"]


def test_every_step_is_in_the_audit_log(sites: Rotating, server: Server) -> None:
    log = AuditLog(server.root / "logs" / "audit.log")
    time.sleep(1)           # what was done before has been told by now
    log.skip()
    first = sites.pairs()[0]
    second = sites.step("publish-next")
    sites.step("use")
    sites.step("retire", first["name"])
    lines = log.take(3)
    assert [(line["event"], line["by"], line["subject"], line["detail"]) for line in lines] == [
        ("sp_key_published", "operator", second["fingerprint"], second["name"]), ("sp_key_used", "operator", second["fingerprint"], second["name"]),
        ("sp_key_retired", "operator", first["fingerprint"], first["name"])]


SPOILT = {"a list that is none": lambda state: state.write_text("a\n"), "a list for everybody": lambda state: state.chmod(0o644),
          "no list": lambda state: state.unlink()}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_directory_that_is_wrong_leaves_the_pairs_in_force(sites: Rotating, server: Server, spoil: Callable[[Path], None]) -> None:
    """Logins go on with what each process has read before, over a reload too, the log says what to do, and what is mended counts again."""
    server.graceful()       # every process has read the pairs of now
    state, kept = sites.directory / "state", sites.directory / "state.kept"
    shutil.copy2(state, kept)
    os.chown(kept, -1, state.stat().st_gid)
    server.log.expect("IK0324|IK0173")
    spoil(state)
    try:
        sites.signs_in()
        assert server.log.wait(r"IK0324: .*: the key pairs read before stay in force")
        server.graceful()
        assert server.log.wait(r"IK0173: .*IkSSOCertificateDir: .*; httpd goes on with the key pairs that it could read last\. Mend it")
        sites.signs_in()
    finally:
        kept.rename(state)
    second = sites.step("publish-next")["name"]
    assert ("signing", second) in sites.named()
    sites.signs_in()


def test_files_belong_to_root_and_the_group_of_httpd(sites: Rotating) -> None:
    sites.step("publish-next")
    group = (sites.directory / "state").stat().st_gid
    for file in sites.directory.iterdir():
        assert (file.stat().st_mode & 0o7777, file.stat().st_uid, file.stat().st_gid) == (0o640, os.geteuid(), group), file
    assert sites.directory.stat().st_mode & 0o7777 == 0o750


def test_a_strict_umask_keeps_nobody_from_the_files(sites: Rotating) -> None:
    fresh, before = sites.server.root / "strict" / "sp-keys", os.umask(0o077)
    try:
        sites.server.ctl("sp-key", "publish-next", "--dir", str(fresh))
    finally:
        os.umask(before)
    assert fresh.stat().st_mode & 0o7777 == 0o750
    assert {file.stat().st_mode & 0o7777 for file in fresh.iterdir()} == {0o640}
    shutil.rmtree(fresh.parent)


def test_doctor_finds_what_the_children_of_httpd_cannot_read(sites: Rotating, server: Server) -> None:
    for path in (sites.directory, sites.directory / f"{sites.name('current')}.pem"):
        mode = path.stat().st_mode & 0o7777
        path.chmod(mode & 0o700)
        try:
            rows = server.ctl("--json", "doctor", "--url", sites.url(), check=False).json["checks"]
        finally:
            path.chmod(mode)
        row = next(row for row in rows if row["check"] == "own keys" and row["subject"] == str(sites.directory))
        assert row["state"] == "failed" and "the user that httpd serves as, cannot" in row["message"] and f"{path} (chgrp" in row["message"], row


def test_doctor_looks_at_the_pair_that_signs(sites: Rotating, server: Server) -> None:
    def found() -> list[tuple[str, str]]:
        rows = server.ctl("--json", "doctor", "--url", sites.url(), check=False).json["checks"]
        return [(row["state"], row["message"]) for row in rows if row["check"] == "own keys" and row["subject"] == str(sites.directory)]

    (state, message), = found()
    assert state == "ok" and "good for 18" in message, message
    name = sites.name("current")
    files = {suffix: sites.directory / f"{name}.{suffix}" for suffix in ("pem", "key")}
    texts = {suffix: file.read_bytes() for suffix, file in files.items()}
    soon = keys.pair("rsa2048", "soon", 10)
    try:
        files["pem"].write_bytes(soon.cert_pem)
        (state, message), = found()
        assert state == "failed" and "does not belong to the key" in message
        files["key"].write_bytes(soon.key_pem)
        (state, message), = found()
        assert state == "warning" and "expires in 9 days" in message
        files["key"].chmod(0o644)
        (state, message), = found()
        assert state == "failed" and "can be opened by every user" in message
    finally:
        for suffix, text in texts.items():
            files[suffix].write_bytes(text)
            files[suffix].chmod(0o640)
    assert found()[0][0] == "ok"


def test_a_captured_response_is_opened_with_the_pairs_of_now(sites: Rotating, server: Server) -> None:
    """The command line knows the directory, not the pairs that it had when httpd started."""
    first = sites.name("current")
    sites.step("publish-next")
    sites.step("use")
    sites.step("retire", first)
    sites.read_metadata()
    with Traveller() as browser:
        sites.sign_in(browser, ACCOUNT, PATH, username=next(sites.people))
        captured = next(fields["SAMLResponse"] for _, fields in browser.posted if "SAMLResponse" in fields)
    told = server.ctl("--json", "explain", "--response", "-", "--account", ACCOUNT, stdin=captured, check=False).json
    states = {row["check"]: row["state"] for row in told["checks"]}
    assert states["decryption"] == "passed", told
