# SPDX-License-Identifier: Apache-2.0
"""Every refusal leaves a trace that is found by the id on the page; floods, failures and secrets leave it in order."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from lib import database, world
from lib.browser import NAVIGATE, SESSION, Browser, trace_of
from lib.forge import encode
from lib.reasons import REASONS
from lib.server import Server
from lib.world import check_refused, good, login, refused

SOON = 5                    # seconds: a turn comes four times a second, on a machine that may be busy
OF_ACCOUNT, IN_ALL = 500, 20000
FLOOD, FLOODERS = 20000, 4
LETTERS = "Ab1+/9Zx" * 40   # as of a signature or cookie


def site(server: Server) -> str:
    world.populate(server)
    return server.vhost("<Location /dashboard>\nAuthType ikssoauth\nRequire valid-user\n</Location>\n")


def row_of(server: Server, trace: str) -> dict:
    """Its row in the database, which is there soon."""
    names = ["id", "account", "at", "reason", "endpoint", "issuer", "detail", "client", "verified"]
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        rows = server.database.sql(f"SELECT {', '.join(names)} FROM ik_trace WHERE id = ?", trace)
        if rows:
            return dict(zip(names, rows[0]))
        time.sleep(0.05)
    raise AssertionError(f"no trace {trace} after {SOON} s")


def count(server: Server, where: str = "1 = 1") -> int:
    return server.database.sql(f"SELECT count(*) FROM ik_trace WHERE {where}")[0][0]


def test_explains_what_the_page_and_the_log_say(server: Server, browser: Browser) -> None:
    answer = refused(browser, good(audiences=[["https://elsewhere.test/"]]), "audience_mismatch", html=True)
    trace = trace_of(answer)
    row_of(server, trace)
    told = server.ctl("--json", "explain", trace).json
    assert told["trace"] == trace and told["reason"] == "audience_mismatch"
    assert told["sentence"] == REASONS["audience_mismatch"].sentence
    assert told["actor"] == "IdP administrator" and told["fix"]
    assert "https://elsewhere.test/" in told["detail"] and "https://imagekit.test/saml/consume" in told["detail"]
    assert told["account"] == "acme" and told["issuer"] == "https://idp.acme.test/metadata" and told["verified"] is True
    assert told["endpoint"] == "consume" and told["client"] == "127.0.0.1"
    assert "ago" in told["when"] or told["when"].startswith("just now")
    assert told["at"][:-1] in told["when"]
    assert f'detail="{told["detail"]}"' in server.log.find(trace)[0].replace("\\", "")
    people = server.ctl("explain", trace).out
    for text in ("audience_mismatch", told["sentence"], told["detail"], "IdP administrator", "acme", trace):
        assert text in people, people


def test_advice_has_the_values_of_the_host_that_is_meant(server: Server, browser: Browser) -> None:
    """One address is known here, so that nobody has to name it; and none but a known one is taken."""
    trace = trace_of(refused(browser, good("gamma", audiences=[["https://elsewhere.test/"]]), "audience_mismatch"))
    row_of(server, trace)
    for words in ((), ("--url", "https://imagekit.test")):
        assert "https://imagekit.test/saml/consume#gamma" in server.ctl("--json", "explain", trace, *words).json["fix"]
    server.sql("INSERT INTO ik_host (origin, settings_path, seen, settings) "
               "SELECT 'https://second.test', settings_path, seen, settings FROM ik_host WHERE origin = 'https://imagekit.test'")
    try:
        assert "the entity ID of the settings page" in server.ctl("--json", "explain", trace).json["fix"], "either may be meant"
        other = trace_of(refused(browser, good(audiences=[["x"]]), "audience_mismatch"))
        row_of(server, other)
        assert "https://second.test/saml/consume" in server.ctl("--json", "explain", other, "--url", "https://second.test").json["fix"]
    finally:
        server.sql("DELETE FROM ik_host WHERE origin = 'https://second.test'")
    done = server.ctl("--json", "explain", trace, "--url", "https://nowhere.test", check=False)
    assert done.code == 3 and done.json["error"]["code"] == "no_host"


def test_is_there_within_a_second(server: Server, browser: Browser) -> None:
    spans = []
    for _ in range(5):
        trace = trace_of(refused(browser, good(role="boss"), "role_forbidden"))
        begin = time.monotonic()
        row_of(server, trace)
        spans.append(time.monotonic() - begin)
    assert sorted(spans)[2] < 1, spans


@pytest.mark.parametrize("change, reason, verified", [
    ({"role": "boss"}, "role_forbidden", 1), ({"signed": "none"}, "signature_missing", 0),
    ({"not_on_or_after": -1000}, "expired", 1)])
def test_says_what_the_provider_of_the_account_has_signed(server: Server, browser: Browser, change: dict, reason: str,
                                                          verified: int) -> None:
    row = row_of(server, trace_of(refused(browser, good(**change), reason)))
    assert (row["reason"], row["verified"], row["account"]) == (reason, verified, "acme")


def test_every_endpoint_leaves_one(server: Server, browser: Browser) -> None:
    server.log.expect("refused")
    answers = {
        "consume": browser.post("/saml/consume", {"RelayState": "x"}, NAVIGATE),
        "login": browser.post("/single-sign-on", {"account": "a b"}, NAVIGATE),
        "metadata": browser.get("/saml/metadata?account=nobody", NAVIGATE),
        "logout": browser.post("/logout", {"SAMLRequest": "?"}, NAVIGATE),
    }
    for endpoint, answer in answers.items():
        assert 400 <= answer.status < 500, (endpoint, answer.status)
        row = row_of(server, trace_of(answer))
        assert row["endpoint"] == endpoint and row["account"] in ("", "nobody") and row["verified"] == 0


def test_access_that_is_denied_leaves_none(server: Server, browser: Browser) -> None:
    """Everybody without a session is asked to sign in: that is no failure."""
    before = count(server)
    assert browser.get("/dashboard", {"Accept": "application/json"}).status == 401
    time.sleep(1)
    assert count(server) == before


def test_unknown_trace_is_refused(server: Server) -> None:
    for trace in ("AAAAAAAAAAAAAAAAAAAAAA", "' OR ''='", "x" * 5000):
        done = server.ctl("--json", "explain", trace, check=False)
        assert done.code == 1 and done.json["error"]["code"] == "trace_not_found"
    for words in ([], ["a", "b"], ["a", "--account", "acme"]):
        assert server.ctl("explain", *words, check=False).code == 2


@pytest.mark.parametrize("trace", ["-G3qvmOCz0SwJwZ1qwGAPg", "--3qvmOCz0SwJwZ1qwGAP-"])
def test_trace_may_begin_with_what_options_begin_with(server: Server, trace: str) -> None:
    server.sql("INSERT INTO ik_trace (id, account, at, reason, endpoint, issuer, detail, client, verified) "
               "VALUES (?, 'acme', 1, 'expired', 'consume', '', 'x', '', 0)", trace)
    assert server.ctl("--json", "explain", trace).json["trace"] == trace
    assert server.ctl("explain", trace, "--json").json["reason"] == "expired"


def test_keeps_no_more_than_agreed_of_an_account(server: Server, browser: Browser) -> None:
    good_one = trace_of(refused(browser, good("two-certs", role="boss"), "role_forbidden"))
    field = good("two-certs", signed="none").encoded()
    last = ""
    for _ in range(OF_ACCOUNT + 40):
        last = trace_of(check_refused(browser, browser.consume(field), "signature_missing"))
    server.log.expect("refused|IK0340")
    row_of(server, last)
    assert count(server, "account = 'two-certs'") <= OF_ACCOUNT
    assert row_of(server, good_one)["verified"] == 1


def sent_by(port: int, host: str, field: str, number: int) -> dict[int, int]:
    """What so many posts were answered, on a connection that is kept."""
    connection, answers = http.client.HTTPConnection("127.0.0.1", port, timeout=30), {}
    headers = {"Host": host, "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    body = urlencode({"SAMLResponse": field})
    for _ in range(number):
        connection.request("POST", "/saml/consume", body, headers)
        answer = connection.getresponse()
        answer.read()
        answers[answer.status] = answers.get(answer.status, 0) + 1
    return answers


def test_flood_is_answered_and_bounded(server: Server, browser: Browser, figures) -> None:
    """What it costs is measured; that nothing else happens is held."""
    server.log.expect("refused|IK0340")
    field = good("rsa3072", signed="none").encoded()
    begin = time.monotonic()
    with ProcessPoolExecutor(FLOODERS) as pool:
        jobs = [pool.submit(sent_by, server.port, server.host, field, FLOOD // FLOODERS) for _ in range(FLOODERS)]
        answers = [job.result() for job in jobs]
    seconds = time.monotonic() - begin
    assert answers == [{403: FLOOD // FLOODERS}] * FLOODERS
    row = row_of(server, trace_of(refused(browser, good("rsa3072", role="boss"), "role_forbidden")))
    assert row["verified"] == 1
    assert count(server, "account = 'rsa3072'") <= OF_ACCOUNT and count(server) <= IN_ALL
    login(browser)
    figures.add(f"traces: {FLOOD} refused logins at once: {FLOOD / seconds:.0f}/s, "
                f"{count(server, 'account = ' + repr('rsa3072'))} traces of them kept")


@pytest.mark.parametrize("account, change, reason", [
    ("two-certs", {"not_on_or_after": -1000}, "expired"), ("rsa3072", {"role": "boss"}, "role_forbidden")])
def test_a_signed_message_pushes_out_nothing_by_being_sent_again(server: Server, browser: Browser, account: str,
                                                                 change: dict, reason: str) -> None:
    """Whoever has one that was refused may send it for ever: only the first time counts as the identity provider's."""
    server.log.expect("refused|IK0340")
    genuine = trace_of(refused(browser, good(account, audiences=[["x"]]), "audience_mismatch"))
    field = good(account, **change).encoded()
    first = trace_of(check_refused(browser, browser.consume(field), reason))
    assert row_of(server, genuine)["verified"] == row_of(server, first)["verified"] == 1
    before = count(server, f"account = '{account}' AND verified = 1")
    last = ""
    for _ in range(OF_ACCOUNT // 50 + 2):
        assert sent_by(server.port, server.host, field, 50) == {403: 50}
        last = trace_of(check_refused(browser, browser.consume(field), reason))
        row = row_of(server, last)
        assert row["verified"] == 0 and "was refused before" in row["detail"]
    assert count(server, f"account = '{account}' AND verified = 1") == before
    assert row_of(server, genuine)["reason"] == "audience_mismatch"
    assert count(server, f"account = '{account}'") <= OF_ACCOUNT


def test_waits_for_a_database_that_fails(server: Server, browser: Browser) -> None:
    server.log.expect("refused|IK0163|IK0162")
    server.database.sql("ALTER TABLE ik_trace RENAME TO ik_trace_away")
    try:
        traces = [trace_of(refused(browser, good(role="boss"), "role_forbidden")) for _ in range(20)]
        server.log.wait("IK0163.*writing traces")
        login(browser)
    finally:
        server.database.sql("ALTER TABLE ik_trace_away RENAME TO ik_trace")
    for trace in traces:
        assert row_of(server, trace)["reason"] == "role_forbidden"
    assert server.log.wait("IK0162.*writing traces", 20), "nobody noted that it works again"


def everything_stored(server: Server) -> str:
    text = str(server.database.sql("SELECT * FROM ik_trace"))
    if database.KIND == "sqlite3":
        files = Path(server.database.path).parent.glob("ikssoauth.db*")
        text += "".join(path.read_bytes().decode("latin-1") for path in files)
    return text


def test_holds_nothing_that_could_be_used(server: Server, browser: Browser) -> None:
    """Not even where a message quotes a credential in what is told to whoever mends it."""
    login(browser)
    cookie = browser.cookie(SESSION)
    assert cookie and len(cookie) > 100
    wrong = good(role="boss")
    messages = [(wrong, "role_forbidden"), (good(role=cookie), "role_forbidden"),
                (good(audiences=[[LETTERS]]), "audience_mismatch"), (good(destination="https://x.test/" + LETTERS), "destination_mismatch"),
                (good(issuer="https://x.test/?" + cookie), "issuer_mismatch"), (good(email=LETTERS[:200]), "name_id_invalid"),
                (good(email="eve@acme.test").answering("_" + LETTERS.replace("+", "-").replace("/", "_")), "request_unknown")]
    for message, reason in messages:
        row_of(server, trace_of(refused(browser, message, reason)))
    field = wrong.encoded()
    signature = wrong.finished().xpath("string(//*[local-name()='SignatureValue'])").replace("\n", "")
    last = trace_of(refused(browser, encode(b"<x>" + LETTERS.encode()), "malformed"))
    row_of(server, last)
    stored = everything_stored(server) + server.log.text()
    assert last in stored
    for secret in (cookie[-60:], cookie[:60], LETTERS[:60], signature[:60], field[:60], field[400:460]):
        assert secret not in stored, f"stored: {secret}"
