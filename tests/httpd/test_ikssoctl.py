# SPDX-License-Identifier: Apache-2.0
"""Every command of ikssoctl: what it does, what it prints, its JSON, its exit code."""
import calendar
import hashlib
import json
import os
import pwd
import re
import stat
import subprocess
import time
from pathlib import Path

import pytest

from lib import database
from lib.world import day

TOP = Path(os.environ.get("IK_SRCDIR", Path(__file__).resolve().parents[2]))
BUILD = Path(os.environ.get("IK_BUILD_DIR", TOP))
PROGRAM = Path(os.environ.get("IK_CTL", BUILD / "ikssoctl"))
METADATA = TOP / "tests/fixtures/metadata"
OKTA_ID = "http://www.okta.com/exk1abcdEFGH2345i5d7"

# What people are told about sessions that end, and how a database is made to refuse to keep it.
ENDED = "ended at once" if database.KIND == "sqlite3" else "end on every machine within a second"
NO_REVOCATION = {
    "sqlite3": "CREATE TRIGGER no BEFORE INSERT ON ik_revocation BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    "pgsql": "ALTER TABLE ik_revocation ADD CONSTRAINT no CHECK (position IS NULL)",
}

DONE, REFUSED, USAGE, FAILURE = range(4)


class Ctl:
    """ikssoctl with a database and a key file of its own."""

    def __init__(self, directory: Path):
        self.db_file = directory / "lib/ik.db"
        self.keys_file = directory / "etc/session.keys"
        self.database = database.fresh(self.db_file)
        self.env = dict(os.environ, IKSSO_DB=self.database.spec, IKSSO_KEYS=str(self.keys_file))

    def run(self, *args: str, stdin: bytes = b"") -> subprocess.CompletedProcess:
        return subprocess.run([PROGRAM, *args], input=stdin, capture_output=True, env=self.env, timeout=60, check=False)

    def text(self, *args: str, code: int = DONE, stdin: bytes = b"") -> str:
        """Standard output of a command, or standard error where it must not succeed; the other one stays empty."""
        done = self.run(*args, stdin=stdin)
        assert done.returncode == code, done
        assert (done.stdout if code else done.stderr) == b""
        return (done.stderr if code else done.stdout).decode()

    def json(self, *args: str, code: int = DONE, stdin: bytes = b"") -> dict:
        done = self.run("--json", *args, stdin=stdin)
        assert done.returncode == code, done
        assert done.stderr == b"" and done.stdout.endswith(b"\n") and done.stdout.count(b"\n") == 1
        answer = json.loads(done.stdout)
        assert answer["ok"] is (code == DONE)
        if code:
            assert set(answer["error"]) == {"code", "message"} and answer["error"]["message"]
        return answer

    def refusal(self, *args: str, code: int = REFUSED, stdin: bytes = b"") -> str:
        """The code of a refusal; people get its sentence, in one line, on standard error."""
        error = self.json(*args, code=code, stdin=stdin)["error"]
        assert self.text(*args, code=code, stdin=stdin) == f"ikssoctl: {error['message']}\n"
        return error["code"]

    def sql(self, text: str, *args) -> list:
        return self.database.sql(text, *args)


@pytest.fixture
def bare(tmp_path):
    assert PROGRAM.is_file(), f"{PROGRAM} is not built"
    made = Ctl(tmp_path)
    yield made
    made.database.remove()


@pytest.fixture
def ctl(bare):
    bare.text("init")
    return bare


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- init

@pytest.mark.sqlite3
def test_init_creates_everything_and_says_so(bare):
    text = bare.text("init")
    assert f"The database sqlite3:{bare.db_file} was created, with schema version 6." in text
    assert f"The key file {bare.keys_file} was created." in text
    assert "IkSSO On" in text and f'IkSSODatabase "sqlite3:{bare.db_file}"' in text
    assert mode(bare.db_file) == 0o640 and mode(bare.keys_file) == 0o640
    assert mode(bare.db_file.parent) == 0o750 and mode(bare.keys_file.parent) == 0o750
    assert [path.name for path in bare.db_file.parent.iterdir()] == ["ik.db"]


@pytest.mark.sqlite3
def test_init_again_changes_nothing(ctl):
    ctl.text("account", "add", "acme")
    keys, owner = ctl.keys_file.read_bytes(), ctl.db_file.stat().st_uid
    answer = ctl.json("init")
    assert answer["done"] == [f"The database sqlite3:{ctl.db_file} is there, with schema version 6.",
                              f"The key file {ctl.keys_file} is there, with 1 key."]
    assert answer["schema"] == 6 and answer["database"] == f"sqlite3:{ctl.db_file}"
    assert ctl.keys_file.read_bytes() == keys and ctl.db_file.stat().st_uid == owner
    assert [row["id"] for row in ctl.json("account", "list")["accounts"]] == ["acme"]


@pytest.mark.sqlite3
@pytest.mark.parametrize("args, user", [((), "www-data"), (("--owner", "nobody"), "nobody")])
def test_init_gives_the_files_to_the_user_of_httpd(bare, args, user):
    if os.geteuid() != 0:
        assert bare.refusal("init", "--owner", "root", code=FAILURE) == "owner", "only root gives files away"
        return
    wanted = pwd.getpwnam(user)
    bare.text("init", *args)
    for path in (bare.db_file, bare.db_file.parent, bare.keys_file.parent):
        assert path.stat().st_uid == wanted.pw_uid
    assert bare.keys_file.stat().st_uid == 0, "a worker process must not change the keys"
    assert bare.keys_file.stat().st_gid == wanted.pw_gid


@pytest.mark.sqlite3
def test_init_leaves_an_owner_alone_unless_asked(bare):
    if os.geteuid() != 0:
        bare.text("init")
        assert bare.refusal("init", "--owner", "root", code=FAILURE) == "owner", "only root gives files away"
        return
    bare.text("init", "--owner", "nobody")
    bare.text("init")
    assert bare.db_file.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert bare.refusal("init", "--owner", "www-data", code=FAILURE) == "owner", "it could not write beside the file"
    assert bare.db_file.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    os.chown(bare.db_file.parent, pwd.getpwnam("www-data").pw_uid, -1)
    bare.text("init", "--owner", "www-data")
    assert bare.db_file.stat().st_uid == pwd.getpwnam("www-data").pw_uid


def test_init_refuses_a_user_that_is_not_there(bare):
    assert bare.refusal("init", "--owner", "nosuchuser") == "owner"
    assert not bare.db_file.exists()


def test_init_refuses_a_newer_database(ctl):
    ctl.sql("UPDATE ik_meta SET value = 99 WHERE name = 'schema'")
    assert "newer than this program" in ctl.text("init", code=FAILURE)
    assert "newer than this program" in ctl.text("account", "list", code=FAILURE)


def test_init_refuses_a_key_file_that_everybody_can_read(ctl):
    ctl.keys_file.chmod(0o644)
    assert ctl.refusal("init", code=FAILURE) == "keys"


# --- account

def test_account_from_adding_to_deleting(ctl):
    assert ctl.text("account", "list").startswith("There is no account yet")
    answer = ctl.json("account", "add", "acme", "--name", "Acme 李 😀", "--domain", "Acme.Example",
                      "--domain", "b.c", "--metadata", str(METADATA / "okta.xml"),
                      "--entity-id", "https://imagekit.io/saml/consume#acme")
    assert answer["id"] == "acme" and answer["idp"]["entity_id"] == OKTA_ID
    shown = ctl.json("account", "show", "acme")
    assert shown["name"] == "Acme 李 😀" and shown["enabled"] is True and shown["sso"] == "on"
    assert shown["domains"] == ["acme.example", "b.c"]
    assert shown["entity_id"] == "https://imagekit.io/saml/consume#acme"
    assert shown["sp"]["acs"] == shown["sp"]["entity_id"] == shown["entity_id"]
    assert shown["sp"]["relay_state"] == "https://imagekit.io/dashboard"
    assert shown["idp"]["product"] == "okta"
    ctl.text("account", "disable", "acme")
    assert ctl.json("account", "show", "acme")["enabled"] is False
    assert ctl.json("account", "list")["accounts"][0]["sso"] == "disabled"
    ctl.text("account", "enable", "acme")
    assert ctl.json("account", "show", "acme")["enabled"] is True
    ctl.text("account", "delete", "acme")
    assert ctl.json("account", "list")["accounts"] == []


def test_account_show_tells_people_what_to_type_and_which_certificates_there_are(ctl):
    ctl.text("account", "add", "acme", "--metadata", str(METADATA / "okta.xml"))
    text = ctl.text("account", "show", "acme")
    assert re.search(r"^  single sign-on URL \(ACS\) +https://HOST/saml/consume$", text, re.MULTILINE)
    assert re.search(r"^  attribute imagekit_id +acme$", text, re.MULTILINE)
    assert re.search(r"^    RSA 2048 +(\d+ days|expired \d+ days ago) +([0-9A-F]{2}:){31}[0-9A-F]{2} +CN=acme$", text, re.MULTILINE)
    certificate, = ctl.json("account", "show", "acme")["idp"]["certificates"]
    assert set(certificate) == {"key", "days_left", "left", "fingerprint", "subject", "not_before", "not_after", "self_signed"}


def test_account_with_a_foreign_entity_id_does_not_change_where_messages_go(ctl):
    ctl.text("account", "add", "acme", "--entity-id", "https://sp.acme.example/saml")
    sp = ctl.json("account", "show", "acme")["sp"]
    assert sp["entity_id"] == "https://sp.acme.example/saml" and sp["acs"] == "https://HOST/saml/consume"


def test_account_list_is_aligned_and_in_order(ctl):
    for name in ("zeta", "acme"):
        ctl.text("account", "add", name, "--name", "李" * 3)
    lines = ctl.text("account", "list").splitlines()
    assert [line.split()[0] for line in lines] == ["ACCOUNT", "acme", "zeta"]
    assert len({line.index(" off ") for line in lines[1:]}) == 1


def test_account_set_changes_what_is_given_and_nothing_else(ctl):
    ctl.text("account", "add", "acme", "--name", "One", "--domain", "a.b")
    before = ctl.json("account", "show", "acme")
    ctl.text("account", "set", "acme", "--name", "Two")
    after = ctl.json("account", "show", "acme")
    assert after["name"] == "Two" and after["domains"] == ["a.b"] and after["version"] > before["version"]
    ctl.text("account", "set", "acme", "--entity-id", "https://h/saml/consume#acme", "--domain", "c.d")
    assert ctl.json("account", "show", "acme")["domains"] == ["c.d"]
    ctl.text("account", "set", "acme", "--entity-id", "", "--domain", "", "--name", "")
    last = ctl.json("account", "show", "acme")
    assert last["entity_id"] is None and last["domains"] == [] and last["name"] == ""


@pytest.mark.parametrize("args, code", [
    (("add", "../x"), "id_invalid"),
    (("add", "a b"), "id_invalid"),
    (("add", "x" * 65), "id_invalid"),
    (("add", "acme"), "exists"),
    (("add", "new", "--name", "a\nb"), "name_invalid"),
    (("add", "new", "--name", "x" * 257), "name_invalid"),
    (("add", "new", "--entity-id", "http://h/saml"), "entity_id_invalid"),
    (("add", "new", "--entity-id", "https://h/saml/consume#acme"), "entity_id_taken"),
    (("set", "other", "--entity-id", "https://h/saml/consume#acme"), "entity_id_taken"),
    (("add", "new", "--domain", "a@b"), "domain_invalid"),
    (("add", "new", "--domain", "a b"), "domain_invalid"),
    (("add", "new", "--metadata", str(METADATA / "no-key.xml")), "metadata_refused"),
    (("add", "new", "--option", "colour=red"), "option_invalid"),
    (("set", "acme", "--option", "force-authn=on", "--option", "force-authn"), "option_invalid"),
    (("set", "nobody", "--name", "x"), "not_found"),
    (("show", "nobody"), "not_found"),
    (("show", "ACME"), "not_found"),
    (("disable", "nobody"), "not_found"),
    (("enable", "nobody"), "not_found"),
    (("delete", "nobody"), "not_found"),
    (("metadata", "nobody", "--delete"), "not_found"),
    (("metadata", "nobody", str(METADATA / "okta.xml")), "not_found"),
    (("metadata", "acme", str(METADATA / "dtd.xml")), "metadata_refused"),
])
def test_account_refuses_and_changes_nothing(ctl, args, code):
    ctl.text("account", "add", "acme", "--entity-id", "https://h/saml/consume#acme")
    ctl.text("account", "add", "other")
    before = ctl.sql("SELECT * FROM ik_account ORDER BY id")
    assert ctl.refusal("account", *args) == code
    assert ctl.sql("SELECT * FROM ik_account ORDER BY id") == before


# --- metadata

@pytest.mark.parametrize("standard_input", [False, True])
def test_account_metadata_is_saved_as_it_is_and_deleted(ctl, standard_input):
    ctl.text("account", "add", "acme")
    bytes_ = (METADATA / "okta.xml").read_bytes()
    answer = ctl.json("account", "metadata", "acme", "-" if standard_input else str(METADATA / "okta.xml"),
                      stdin=bytes_ if standard_input else b"")
    assert answer["idp"]["entity_id"] == OKTA_ID and answer["notes"]
    assert ctl.sql("SELECT metadata, idp_entity_id FROM ik_account") == [(bytes_.decode(), OKTA_ID)]
    ctl.text("account", "metadata", "acme", "--delete")
    assert ctl.sql("SELECT metadata, idp_entity_id, enabled FROM ik_account") == [(None, None, 1)]
    assert ctl.json("account", "show", "acme")["sso"] == "off"


def test_account_metadata_notes_that_the_provider_is_shared_without_saying_with_whom(ctl):
    ctl.text("account", "add", "secretcustomer", "--metadata", str(METADATA / "okta.xml"))
    answer = ctl.json("account", "add", "acme", "--metadata", str(METADATA / "okta.xml"))
    assert any("Another account uses the same identity provider" in note for note in answer["notes"])
    assert "secretcustomer" not in json.dumps(answer)
    alone = ctl.json("account", "metadata", "acme", str(METADATA / "entra.xml"))
    assert not any("Another account" in note for note in alone["notes"])


def test_account_metadata_takes_a_file_or_delete(ctl):
    ctl.text("account", "add", "acme")
    assert ctl.refusal("account", "metadata", "acme", code=USAGE) == "usage"
    assert ctl.refusal("account", "metadata", "acme", str(METADATA / "okta.xml"), "--delete", code=USAGE) == "usage"
    assert ctl.refusal("account", "metadata", "acme", "/nonexistent", code=FAILURE) == "file"


def test_metadata_check_needs_no_database(bare):
    answer = bare.json("metadata", "check", str(METADATA / "okta.xml"))
    assert answer["message"] == "This metadata can be used." and answer["idp"]["entity_id"] == OKTA_ID
    assert {endpoint["binding_name"] for endpoint in answer["idp"]["sso"]} == {"HTTP-POST", "HTTP-Redirect"}
    bytes_ = (METADATA / "okta.xml").read_bytes()
    assert "This metadata can be used." in bare.text("metadata", "check", "-", stdin=bytes_)
    assert not bare.db_file.exists()


@pytest.mark.parametrize("name", ["dtd", "no-key", "no-provider", "empty"])
def test_metadata_check_refuses_what_cannot_be_used(bare, name):
    answer = bare.json("metadata", "check", str(METADATA / f"{name}.xml"), code=REFUSED)
    assert answer["error"]["code"] == "metadata_refused" and answer["idp"] is None
    assert bare.refusal("metadata", "check", str(METADATA / f"{name}.xml")) == "metadata_refused"


# --- user

@pytest.fixture
def people(ctl):
    for account in ("acme", "globex"):
        ctl.text("account", "add", account)
    for row in (("acme", "zoe@a.b", "Zoë\x1b[31m\u0085", "finance"), ("acme", "al@a.b", "Al", "developer"),
                ("globex", "zoe@a.b", "Other", "developer")):
        ctl.sql("INSERT INTO ik_user (account, email, name, role, enabled, first_login, last_login) "
                "VALUES (?, ?, ?, ?, 1, 1700000000000000, 1700000001000000)", *row)
    return ctl


def test_user_list_shows_one_account_in_order(people):
    users = people.json("user", "list", "acme")["users"]
    assert [user["email"] for user in users] == ["al@a.b", "zoe@a.b"]
    assert users[0] == {"email": "al@a.b", "name": "Al", "role": "developer", "enabled": True,
                        "first_login": "2023-11-14T22:13:20Z", "last_login": "2023-11-14T22:13:21Z"}
    text = people.text("user", "list", "acme")
    assert "\x1b" not in text and "\u0085" not in text, "no name can write to the terminal"


def test_user_show_and_delete(people):
    assert people.json("user", "show", "acme", "ZOE@A.B")["role"] == "finance"
    assert "finance" in people.text("user", "show", "acme", "zoe@a.b")
    assert people.text("user", "delete", "acme", "zoe@a.b") == (
        f"The user was deleted from the account acme; all its sessions {ENDED}.\n")
    assert people.sql("SELECT account, email FROM ik_user ORDER BY 1, 2") == [("acme", "al@a.b"), ("globex", "zoe@a.b")]
    assert people.refusal("user", "show", "acme", "zoe@a.b") == "user_not_found"


def test_user_goes_with_the_account(people):
    people.text("account", "delete", "acme")
    assert people.sql("SELECT account FROM ik_user") == [("globex",)]


@pytest.mark.parametrize("args, code", [
    (("list", "nobody"), "not_found"),
    (("show", "nobody", "a@b.c"), "not_found"),
    (("show", "acme", "a@b.c"), "user_not_found"),
    (("show", "acme", "no address"), "email_invalid"),
    (("delete", "acme", "a@b.c"), "user_not_found"),
    (("delete", "nobody", "zoe@a.b"), "not_found"),
    (("delete", "acme", "@"), "email_invalid"),
    (("disable", "acme", "a@b.c"), "user_not_found"),
    (("disable", "nobody", "zoe@a.b"), "not_found"),
    (("disable", "acme", "zoe"), "email_invalid"),
    (("enable", "acme", "a@b.c"), "user_not_found"),
    (("enable", "nobody", "zoe@a.b"), "not_found"),
    (("enable", "acme", "zoe@a b"), "email_invalid"),
])
def test_user_refusals(people, args, code):
    before = people.sql("SELECT account, email, enabled FROM ik_user")
    assert people.refusal("user", *args) == code
    assert people.sql("SELECT account, email, enabled FROM ik_user") == before and len(before) == 3
    assert people.json("status")["revocations"] == 0


def test_user_list_of_nobody(ctl):
    ctl.text("account", "add", "acme")
    assert ctl.text("user", "list", "acme").startswith("The account has no user yet")
    assert ctl.json("user", "list", "acme")["users"] == []


def test_user_disable_and_enable(people):
    assert people.text("user", "disable", "acme", "Zoe@A.B") == (
        f"The user was disabled in the account acme; all its sessions {ENDED}.\n")
    assert people.sql("SELECT account, email FROM ik_user WHERE enabled = 0") == [("acme", "zoe@a.b")]
    assert people.json("user", "show", "acme", "zoe@a.b")["enabled"] is False
    assert people.json("status")["revocations"] == 1
    assert people.text("user", "enable", "acme", "zoe@a.b") == "The user may sign in to the account acme again.\n"
    assert people.sql("SELECT account, email FROM ik_user WHERE enabled = 0") == []
    assert people.json("user", "disable", "acme", "al@a.b")["email"] == "al@a.b"
    assert people.json("user", "enable", "acme", "al@a.b")["account"] == "acme"


# --- session

def test_session_revoke_of_a_user_and_of_an_account(people):
    users = people.sql("SELECT * FROM ik_user ORDER BY account, email")
    assert people.text("session", "revoke", "acme", "ZOE@a.b") == (
        f"All sessions of the user in the account acme {ENDED}; people may sign in again.\n")
    first = people.json("status")
    assert first["revocations"] == 1
    assert people.text("session", "revoke", "acme") == (
        f"All sessions of the account acme {ENDED}; people may sign in again.\n")
    answer = people.json("session", "revoke", "globex")
    assert answer["account"] == "globex" and answer["email"] is None
    assert people.json("session", "revoke", "acme", "al@a.b")["email"] == "al@a.b"
    last = people.json("status")
    assert last["revocations"] == 4 and last["position"] > first["position"]
    assert people.sql("SELECT * FROM ik_user ORDER BY account, email") == users, "nothing else has changed"


def test_session_revoke_again_keeps_one_row_and_takes_a_later_position(people):
    people.text("session", "revoke", "acme")
    before = people.json("status")["position"]
    people.text("session", "revoke", "acme")
    after = people.json("status")
    assert after["revocations"] == 1 and after["position"] > before


@pytest.mark.parametrize("args, code", [
    (("nobody",), "not_found"),
    (("nobody", "zoe@a.b"), "not_found"),
    (("acme", "zoe"), "email_invalid"),
    (("acme", ""), "email_invalid"),
    (("acme", "nosuch@a.b"), "user_not_found"),
])
def test_session_revoke_refusals(people, args, code):
    assert people.refusal("session", "revoke", *args) == code
    assert people.json("status")["revocations"] == 0


@pytest.mark.parametrize("args", [("account", "disable", "acme"), ("account", "delete", "acme"),
                                  ("account", "metadata", "acme", "--delete"), ("user", "delete", "acme", "al@a.b"),
                                  ("user", "disable", "acme", "al@a.b")])
def test_what_shuts_people_out_ends_their_sessions_and_says_so(people, args):
    if args[1] == "metadata":
        people.text("account", "metadata", "acme", str(METADATA / "okta.xml"))
    before = people.json("status")
    assert re.search(f"; all its sessions {ENDED}[.]$", people.text(*args).splitlines()[0])
    after = people.json("status")
    assert after["revocations"] == before["revocations"] + 1 and after["position"] > before["position"]


def test_metadata_of_another_identity_provider_ends_sessions_and_a_new_certificate_does_not(people):
    people.text("account", "metadata", "acme", str(METADATA / "okta.xml"))
    before = people.json("status")["position"]
    for args in (("metadata", "acme"), ("set", "acme", "--metadata")):
        assert people.text("account", *args, str(METADATA / "okta.xml")).count("sessions") == 0
        assert people.json("status")["position"] == before
    assert f"; all its sessions {ENDED}." in people.text("account", "metadata", "acme", str(METADATA / "entra.xml"))
    assert f"; all its sessions {ENDED}." in people.text("account", "set", "acme", "--metadata",
                                                              str(METADATA / "okta.xml"))
    assert people.json("status")["position"] > before


@pytest.mark.parametrize("args", [("session", "revoke", "acme"), ("user", "disable", "acme", "al@a.b"),
                                  ("user", "delete", "acme", "al@a.b"), ("account", "disable", "acme")])
def test_nobody_is_told_that_sessions_ended_when_that_could_not_be_written(people, args):
    people.sql(NO_REVOCATION[database.KIND])
    users = people.sql("SELECT * FROM ik_user ORDER BY account, email")
    assert people.refusal(*args, code=FAILURE) == "database"
    assert people.sql("SELECT * FROM ik_user ORDER BY account, email") == users
    assert people.json("account", "show", "acme")["enabled"] is True


# --- status

def test_status_counts_what_is_there(people):
    people.sql("INSERT INTO ik_assertion (digest, expires) VALUES ('x', 1), ('y', 2)")
    people.sql("INSERT INTO ik_held (handle, text, expires) VALUES ('h', 't', 1)")
    before = people.json("status")
    assert before["last_revocation"] is None and before["position"] == 0
    start = time.time()
    people.text("session", "revoke", "acme")
    answer = people.json("status")
    numbers = {key: answer[key] for key in ("accounts", "users", "assertions", "revocations", "held")}
    assert numbers == {"accounts": 2, "users": 3, "assertions": 2, "revocations": 1, "held": 1}
    assert answer["database"] == people.database.spec and answer["message"] is None
    assert answer["schema"] == people.sql("SELECT value FROM ik_meta WHERE name = 'schema'")[0][0]
    assert answer["bytes"] >= (people.db_file.stat().st_size if database.KIND == "sqlite3" else 1)
    assert start * 1e6 <= answer["position"] <= time.time() * 1e6
    assert answer["last_revocation"] == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(answer["position"] // 1000000))


def test_status_for_people(people):
    lines = people.text("status").splitlines()
    assert [re.split(r"  +", line)[0] for line in lines] == [
        "database", "schema version", "bytes", "accounts", "users", "used assertions", "revocations", "held forms", "last revocation"]
    assert lines[4].split() == ["users", "3"] and lines[-1].split() == ["last", "revocation", "-"]


def test_status_needs_a_database(bare):
    assert bare.refusal("status", code=FAILURE) == "database"


def test_status_of_a_database_that_lost_a_table_is_a_failure(ctl):
    ctl.sql("DROP TABLE ik_assertion")
    assert ctl.refusal("status", code=FAILURE) == "database"


# --- options of accounts

USUAL = {"unsolicited": "accept", "sign-requests": "auto", "force-authn": "off", "logout-at-idp": "on", "dummy-request": "off", "sha1": "off"}


def test_options_are_as_usual_until_they_are_set(ctl):
    ctl.text("account", "add", "acme")
    assert ctl.json("account", "show", "acme")["options"] == USUAL
    ctl.text("account", "set", "acme", "--option", "unsolicited=bounce", "--option", "force-authn=on")
    assert ctl.json("account", "show", "acme")["options"] == USUAL | {"unsolicited": "bounce", "force-authn": "on"}
    ctl.text("account", "set", "acme", "--option", "unsolicited=accept", "--name", "Acme")
    assert ctl.json("account", "show", "acme")["options"] == USUAL | {"force-authn": "on"}
    assert re.search(r"force-authn +on\b", ctl.text("account", "show", "acme"))


def test_options_can_be_given_with_a_new_account(ctl):
    ctl.text("account", "add", "beta", "--option", "logout-at-idp=off", "--option", f"dummy-request={day(30)}", "--option", "sign-requests=always")
    assert ctl.json("account", "show", "beta")["options"] == USUAL | {
        "logout-at-idp": "off", "dummy-request": day(30), "sign-requests": "always"}


def test_options_are_shown_to_people_and_stored_only_where_they_are_not_as_usual(ctl):
    ctl.text("account", "add", "acme", "--option", "unsolicited=refuse", "--option", "logout-at-idp=off")
    assert re.search(r"^options:\n  unsolicited +refuse\n  sign-requests +auto\n  force-authn +off\n"
                     r"  logout-at-idp +off\n  dummy-request +off\n  sha1 +off$", ctl.text("account", "show", "acme"), re.MULTILINE)
    ctl.text("account", "set", "acme", *(f"--option={name}={value}" for name, value in USUAL.items()))
    assert ctl.sql("SELECT options FROM ik_account") == [("",)]


@pytest.mark.parametrize("option, says", [
    ("colour=red", "the options are unsolicited, sign-requests"), ("unsolicited=perhaps", "takes accept, bounce or refuse"),
    ("force-authn=", "takes off or on"), ("force-authn", "write NAME=VALUE"), ("=on", "There is no such option"), ("UNSOLICITED=refuse", "no such option"),
    ("sha1=on", "takes off, or the last day that it is needed: YYYY-MM-DD"), ("dummy-request=2027-02-30", "YYYY-MM-DD"),
    (f"sha1={day(368)}", "more than 366 days away"), (f"dummy-request={day(4000)}", "more than 366 days away"),
])
def test_option_that_is_none_changes_nothing(ctl, option, says):
    ctl.text("account", "add", "acme")
    assert ctl.refusal("account", "set", "acme", "--name", "New", "--option", option) == "option_invalid"
    assert says in ctl.text("account", "set", "acme", "--option", option, code=REFUSED)
    answer = ctl.json("account", "show", "acme")
    assert answer["options"] == USUAL and answer["name"] == ""


def test_tolerance_takes_its_last_day(ctl):
    ctl.text("account", "add", "acme")
    ctl.text("account", "set", "acme", "--option", f"sha1={day(60)}")
    assert ctl.json("account", "show", "acme")["options"] == USUAL | {"sha1": day(60)}
    assert re.search(rf"sha1 +{day(60)}$", ctl.text("account", "show", "acme"), re.MULTILINE)
    ctl.text("account", "set", "acme", "--option", "sha1=off")
    assert ctl.json("account", "show", "acme")["options"] == USUAL


# --- rolling back

ADFS = str(METADATA / "adfs.xml")
OKTA = str(METADATA / "okta.xml")


def test_rollback_undoes_the_last_change_and_itself(ctl):
    ctl.text("account", "add", "acme", "--metadata", OKTA, "--domain", "a.b")
    assert ctl.json("account", "show", "acme")["previous"] is None
    ctl.text("account", "set", "acme", "--metadata", ADFS, "--domain", "c.d", "--option", "force-authn=on")
    changed = ctl.json("account", "show", "acme")
    assert changed["previous"] == {"idp": OKTA_ID, "entity_id": None, "replaced": changed["changed"]}
    assert re.search(rf"^to roll back to:\n  identity provider  {re.escape(OKTA_ID)}\n", ctl.text("account", "show", "acme"), re.MULTILINE)
    answer = ctl.json("account", "rollback", "acme")
    assert answer["idp"]["entity_id"] == OKTA_ID and answer["message"] == (
        f"The account acme was given back the settings before the last change; all its sessions {ENDED}.")
    back = ctl.json("account", "show", "acme")
    assert back["idp"]["entity_id"] == OKTA_ID and back["domains"] == ["a.b"] and back["options"] == USUAL
    assert "given back" in ctl.text("account", "rollback", "acme")
    again = ctl.json("account", "show", "acme")
    assert again["idp"] == changed["idp"] and again["domains"] == ["c.d"] and again["options"]["force-authn"] == "on"


def test_rollback_brings_back_deleted_metadata(ctl):
    ctl.text("account", "add", "acme", "--metadata", OKTA)
    ctl.text("account", "metadata", "acme", "--delete")
    ctl.text("account", "rollback", "acme")
    assert ctl.json("account", "show", "acme")["sso"] == "on"
    assert "to roll back to" not in ctl.text("account", "show", "acme")
    assert ctl.refusal("account", "rollback", "acme") == "no_previous"
    assert ctl.refusal("account", "rollback", "nobody") == "not_found"


def test_rollback_of_one_account_touches_no_other(ctl):
    for name in ("acme", "beta"):
        ctl.text("account", "add", name, "--metadata", OKTA)
    ctl.text("account", "set", "acme", "--metadata", ADFS)
    assert ctl.refusal("account", "rollback", "beta") == "no_previous"
    assert ctl.json("account", "show", "beta")["previous"] is None


# --- invitations

PAGE = "/dashboard/settings/single-sign-on"
TOKEN = r"\?invite=([A-Za-z0-9_-]{22})"


@pytest.fixture
def acme(ctl):
    ctl.text("account", "add", "acme")
    return ctl


def know(ctl, origin: str, path: str, seen: int) -> None:
    """A virtual host has started with this database."""
    ctl.sql("INSERT INTO ik_host (origin, settings_path, seen) VALUES (?, ?, ?)", origin, path, seen)


def invite(ctl, *args: str) -> tuple:
    """The one line on standard output, and what is said to people beside it."""
    done = ctl.run("account", "invite", "acme", *args)
    assert done.returncode == DONE, done
    assert done.stdout.count(b"\n") == 1 and done.stderr.count(b"\n") == 1
    return done.stdout.decode().removesuffix("\n"), done.stderr.decode()


def until(answer: dict) -> float:
    """In how many seconds the invitation ends."""
    return calendar.timegm(time.strptime(answer["expires"], "%Y-%m-%dT%H:%M:%SZ")) - time.time()


def test_invite_prints_a_link_that_scripts_can_take(acme):
    know(acme, "https://imagekit.io", PAGE, 2)
    link, said = invite(acme)
    assert re.fullmatch(re.escape(f"https://imagekit.io{PAGE}") + TOKEN, link)
    assert re.match(r"The link opens the settings page of the account acme once, until \d{4}-\d\d-\d\dT[0-9:]{8}Z: ", said)
    assert "HOST" not in said and "Other hosts" not in said and invite(acme)[0] != link


def test_invite_tells_programs_the_same(acme):
    know(acme, "https://imagekit.io", PAGE, 2)
    answer = acme.json("account", "invite", "acme", "--expires", "2h")
    assert answer["account"] == "acme" and answer["links"] == [answer["link"]] and set(answer) == {
        "ok", "message", "account", "link", "links", "expires"}
    assert 7100 < until(answer) <= 7200
    assert 604700 < until(acme.json("account", "invite", "acme")) <= 604800


def test_invite_keeps_the_token_out_of_the_database(acme):
    token = re.search(TOKEN, invite(acme)[0])[1]
    row, = acme.sql("SELECT * FROM ik_invite")
    assert not any(token in str(value) for value in row)
    assert hashlib.sha256(f"6:invite{token}".encode()).hexdigest() in row


def test_invite_knows_the_host_that_started_last_and_names_the_others(acme):
    know(acme, "https://old.test", PAGE, 1)
    know(acme, "https://new.test:8443", "/settings", 2)
    link, said = invite(acme)
    assert link.startswith("https://new.test:8443/settings?invite=")
    assert "Other hosts of this database: https://old.test; --url names" in said
    assert [url.split("?")[0] for url in acme.json("account", "invite", "acme")["links"]] == [
        "https://new.test:8443/settings", f"https://old.test{PAGE}"]


def test_invite_is_on_the_host_that_is_named(acme):
    know(acme, "https://old.test", "/settings", 1)
    know(acme, "https://new.test", PAGE, 2)
    for url, begin in (("https://old.test", "https://old.test/settings"), ("https://OLD.test/", "https://old.test/settings"),
                       ("https://third.test:444", f"https://third.test:444{PAGE}")):
        link, said = invite(acme, "--url", url)
        assert link.startswith(begin + "?invite=") and "Other hosts" not in said


def test_invite_without_a_known_host_leaves_its_name_to_people(acme):
    link, said = invite(acme)
    assert link.startswith(f"https://HOST{PAGE}?invite=") and "in place of HOST" in said
    assert acme.json("account", "invite", "acme")["links"] == []


def test_invite_of_a_disabled_account_says_that_it_opens_nothing_yet(acme):
    acme.text("account", "disable", "acme")
    assert 'opens nothing before "ikssoctl account enable acme"' in invite(acme)[1]


def test_invites_are_shown_with_the_account(acme):
    assert acme.json("account", "show", "acme")["invites"] == []
    assert "invitations" not in acme.text("account", "show", "acme")
    expires = acme.json("account", "invite", "acme")["expires"]
    row, = acme.json("account", "show", "acme")["invites"]
    assert (row["state"], row["expires"], row["used"], row["author"]) == ("open", expires, None, "ikssoctl")
    assert re.search(rf"^invitations:\n  state  made .*\n  open .* {expires} .* ikssoctl$", acme.text("account", "show", "acme"), re.MULTILINE)


def test_invites_are_revoked_together_and_of_one_account_only(acme):
    acme.text("account", "add", "beta")
    acme.json("account", "invite", "beta")
    assert acme.text("account", "invite", "acme", "--revoke") == "No invitation of the account acme was open.\n"
    for _ in range(2):
        invite(acme)
    answer = acme.json("account", "invite", "acme", "--revoke")
    assert answer["revoked"] == 2 and answer["account"] == "acme" and answer["message"] == (
        "2 invitations of the account acme were revoked, and what was opened by invitations is closed.")
    assert acme.json("account", "show", "acme")["invites"] == []
    assert len(acme.json("account", "show", "beta")["invites"]) == 1
    invite(acme)
    assert acme.text("account", "invite", "acme", "--revoke").startswith("1 invitation of the account acme was revoked")


@pytest.mark.parametrize("args, code", [
    (("nobody",), "not_found"), (("nobody", "--revoke"), "not_found"), (("acme", "--expires", "59s"), "lifetime_invalid"),
    (("acme", "--expires", "31d"), "lifetime_invalid"), (("acme", "--expires", "0"), "lifetime_invalid"),
])
def test_invite_refusals_change_nothing(acme, args, code):
    assert acme.refusal("account", "invite", *args) == code
    assert acme.sql("SELECT count(*) FROM ik_invite") == [(0,)]


def test_invites_of_an_account_are_limited(acme):
    for _ in range(20):
        acme.json("account", "invite", "acme")
    assert acme.refusal("account", "invite", "acme") == "too_many_invites"


@pytest.mark.parametrize("args", [
    ("--expires", "soon"), ("--expires", "-1d"), ("--url", "http://imagekit.io"), ("--url", "imagekit.io"),
    ("--url", f"https://imagekit.io{PAGE}"), ("--revoke", "--expires", "1d"), ("--revoke", "--url", "https://imagekit.io"),
    ("--revoke", "--revoke", "x"),
])
def test_invite_wrong_usage(acme, args):
    assert acme.refusal("account", "invite", "acme", *args, code=USAGE) == "usage"
    assert acme.sql("SELECT count(*) FROM ik_invite") == [(0,)]


@pytest.mark.parametrize("table", ["ik_invite", "ik_host"])
def test_invite_without_its_tables_is_a_failure(acme, table):
    acme.sql(f"DROP TABLE {table}")
    assert acme.refusal("account", "invite", "acme", code=FAILURE) == "database"


# --- a database that is a server

@pytest.fixture
def on_postgres(bare):
    server = database.PostgresDatabase()
    bare.env["IKSSO_DB"] = server.spec
    yield bare
    server.remove()


def test_postgres_says_that_machines_take_up_to_a_second(on_postgres):
    on_postgres.text("init")
    on_postgres.text("account", "add", "acme")
    assert on_postgres.text("session", "revoke", "acme") == (
        "All sessions of the account acme end on every machine within a second; people may sign in again.\n")
    assert "; all its sessions end on every machine within a second." in on_postgres.text("account", "disable", "acme")
    answer = on_postgres.json("status")
    assert (answer["accounts"], answer["users"], answer["revocations"]) == (1, 0, 1)
    assert answer["bytes"] > 0 and answer["position"] > 0
    assert not on_postgres.db_file.parent.exists()


def test_postgres_without_tables_is_a_failure(on_postgres):
    assert "ikssoctl init" in on_postgres.text("status", code=FAILURE)


# --- key

def test_key_rotate_list_and_retire(ctl):
    first, = ctl.json("key", "list")["keys"]
    assert first["seals"] is True and re.fullmatch("[0-9a-f]{8}", first["id"])
    ctl.keys_file.write_text(re.sub(r"(?m)^([0-9a-f]{8}) \d+", r"\1 1600000000", ctl.keys_file.read_text()))
    added = ctl.json("key", "rotate")["id"]
    keys = [(key["id"], key["seals"]) for key in ctl.json("key", "list")["keys"]]
    assert keys == [(added, True), (first["id"], False)]
    assert "SEALS" in ctl.text("key", "list")
    assert ctl.refusal("key", "retire", added) == "key_in_use"
    assert ctl.refusal("key", "retire", "00000000") == "not_found"
    ctl.text("key", "retire", first["id"])
    assert [key["id"] for key in ctl.json("key", "list")["keys"]] == [added]


@pytest.mark.parametrize("args", [("list",), ("rotate",), ("retire", "00000000")])
def test_key_needs_the_file(bare, args):
    assert bare.refusal("key", *args, code=FAILURE) == "keys"


# --- the line itself

def test_options_may_stand_anywhere_and_win_over_the_environment(ctl, tmp_path):
    other = f"sqlite3:{tmp_path}/other/x.db"
    ctl.text("init", "--db", other)
    ctl.text("account", "--db", other, "add", "--name", "X", "acme")
    assert [row["id"] for row in ctl.json("account", "list", f"--db={other}")["accounts"]] == ["acme"]
    assert ctl.json("account", "list")["accounts"] == []


@pytest.mark.parametrize("args", [
    (), ("bogus",), ("account",), ("account", "add"), ("account", "add", "a", "b"), ("account", "list", "x"),
    ("--bogus",), ("account", "list", "--db"), ("account", "list", "--owner", "x"), ("key", "list", "--name", "x"),
    ("user", "show", "a"), ("user", "disable", "a"), ("user", "enable", "a", "b", "c"), ("status", "x"),
    ("session", "revoke"), ("session", "revoke", "a", "b", "c"), ("session", "list"), ("session", "revoke", "a", "--delete"),
    ("account", "set", "acme"), ("account", "add", "a", "--name", "b", "--name", "c"), ("key", "retire"),
    ("metadata", "check"), ("init", "x"),
])
def test_wrong_usage_is_told_from_refusal(ctl, args):
    assert ctl.refusal(*args, code=USAGE) == "usage"


@pytest.mark.parametrize("db", ["mysql:x", "nothing", "sqlite3:/nonexistent/x.db", "sqlite3:/etc/hostname"])
def test_a_database_that_cannot_be_used_is_a_failure(bare, db):
    assert bare.refusal("--db", db, "account", "list", code=FAILURE) == "database"


@pytest.mark.parametrize("db", [
    "pgsql:host=/nonexistent user=ik password=hunter2", "pgsql:host=/nonexistent PASSWORD = 'hunter2'",
    "pgsql:postgresql://ik:hunter2@127.0.0.1:1/ik", "pgsql:host=/nonexistent passfile=/hunter2",
])
def test_no_password_is_shown(bare, db):
    for args in (("account", "list"), ("init",)):
        done = bare.run("--db", db, *args)
        assert done.returncode == FAILURE and b"cannot be opened" in done.stderr
        assert b"hunter2" not in done.stdout + done.stderr and done.stderr.count(b"\n") == 1


def test_help_and_version(bare):
    usage = bare.text("--help")
    for words in ("init", "account add ID", "account rollback ID", "account invite ID [--expires DURATION] [--revoke] [--url URL]",
                  "account metadata ID FILE|--delete", "metadata check FILE", "key retire ",
                  "session revoke ID [EMAIL]", "user disable ID EMAIL", "status"):
        assert f"\n  {words}" in usage
    options = usage.split("\nOptions of an account (--option NAME=VALUE), the usual value first:\n")[1]
    shown = dict(re.findall(r"^  ([a-z0-9-]+)=([A-Za-z|-]+)\n {8}[a-z].*$", options, re.MULTILINE))
    assert {name: values.split("|")[0] for name, values in shown.items()} == USUAL
    assert re.fullmatch(r"ikssoctl \S+\n", bare.text("--version"))


def test_output_that_cannot_be_written_is_a_failure(ctl):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "key", "list"], stdout=full, env=ctl.env, timeout=60, check=False)
    assert done.returncode == FAILURE
