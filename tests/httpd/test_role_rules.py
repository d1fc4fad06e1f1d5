# SPDX-License-Identifier: Apache-2.0
"""Role rules: sign-ins by groups, the form on the settings page, trying before saving, and the command line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lib import world
from lib.browser import Browser, trace_of
from lib.forge import Response
from lib.pages import Page, press
from lib.server import Server
from lib.settings import (
    administrator, done, guest, is_signed_in, outcome, post, prepare, roll_back, rows, settings, token_of_form)
from lib.spinit import read
from lib.world import check_refused, good, login

ACCOUNTS = ("acme", "beta")
RULES = "claim groups\nvalue account_administrator admins\nprefix developer app-\nregex finance ^(?i)fin(ance)?$\n"
LINK = "http://schemas.microsoft.com/claims/groups.link"


def site(server: Server) -> str:
    world.populate(server, *ACCOUNTS)
    return prepare(server)


def in_groups(*groups: str, account: str = "acme", **changes: Any) -> Response:
    """What an identity provider says that sends groups and no role."""
    return good(account, role=None, attributes=[("groups", groups)] if groups else [], **changes)


@pytest.fixture(autouse=True)
def fresh(server: Server) -> None:
    """Nobody has signed in, and nobody has rules."""
    for account in ACCOUNTS:
        server.ctl("account", "rules", account, "--delete")
        for user in server.ctl("--json", "user", "list", account).json["users"]:
            server.ctl("user", "delete", account, user["email"])


def fields(*rules: tuple[str, str, str], claim: str = "groups") -> dict[str, str]:
    """What is typed into the form: rules as (kind, text, role)."""
    typed = {"rules-claim": claim}
    for number, (kind, text, role) in enumerate(rules, 1):
        typed |= {f"rule-{number}-kind": kind, f"rule-{number}-pattern": text, f"rule-{number}-role": role}
    return typed


USUAL = (("value", "admins", "account_administrator"), ("prefix", "app-", "developer"), ("regex", "^(?i)fin(ance)?$", "finance"))


def rules_of(server: Server, account: str = "acme") -> str:
    return server.ctl("--json", "account", "rules", account).json["rules"]


def set_rules(server: Server, rules: str, account: str = "acme") -> None:
    server.ctl("account", "rules", account, "-", stdin=rules)


def role_of(server: Server, email: str = "ann@acme.test") -> str:
    return server.ctl("--json", "user", "show", "acme", email).json["role"]


def sign_in(server: Server, said: Response) -> None:
    """In a browser where nobody is."""
    answer = Browser(server).consume(said.encoded())
    assert answer.status == 303 and answer.session, f"{answer.status}: {answer.text}"


def refuse(browser: Browser, said: Response, reason: str, detail: str) -> None:
    """The detail is for the log; the answer shows the public sentence."""
    browser.server.log.expect("refused")
    answer = check_refused(browser, browser.consume(said.encoded()), reason)
    [line] = [each for each in browser.server.log.wait(trace_of(answer)) if "refused" in each]
    assert detail in line.replace("\\", ""), line


# Sign-ins

def test_groups_make_the_role(server: Server) -> None:
    set_rules(server, RULES)
    for groups, role in ((("staff", "app-7"), "developer"), (("app-7", "admins"), "account_administrator"), (("FIN",), "finance")):
        sign_in(server, in_groups(*groups))
        assert role_of(server) == role, groups


def test_only_onelogin_has_values_taken_apart(server: Server, browser: Browser) -> None:
    """Elsewhere who may choose a value could be called "x;admins"."""
    set_rules(server, RULES)
    refuse(browser, in_groups("x;admins"), "role_forbidden", 'what came as "groups": "x;admins"')
    many = ";".join(f"{number:02} a role with many letters" for number in range(60))
    usual = world.providers()["acme"].metadata()
    moved = re.sub(r'Location="[^"]*"', 'Location="https://acme.onelogin.com/trust/saml2/http-post/sso/1"', usual)
    server.ctl("account", "metadata", "acme", "-", stdin=moved)
    sign_in(server, in_groups(f"{many}; app-1"))
    assert role_of(server) == "developer"
    server.ctl("account", "metadata", "acme", "-", stdin=usual)


def test_who_matches_no_rule_is_refused_and_keeps_no_old_role(server: Server, browser: Browser) -> None:
    set_rules(server, RULES)
    sign_in(server, in_groups("admins"))
    refuse(browser, in_groups("staff", "guests"), "role_forbidden",
           'none of the 3 role rules matches what came as "groups": "staff", "guests"')
    refuse(browser, in_groups(), "claim_missing", 'no attribute "groups"')
    # A role of its own does not help where rules decide.
    refuse(browser, good(role="account_administrator"), "claim_missing", 'no attribute "groups"')
    assert not is_signed_in(browser)


def test_groups_that_entra_left_out_are_named(server: Server, browser: Browser) -> None:
    set_rules(server, RULES)
    said = good(role=None, attributes=[(LINK, ["https://graph.windows.net/t/users/u/getMemberObjects"])])
    refuse(browser, said, "claim_missing", "more than 150 groups")


def test_change_of_rules_counts_with_the_next_sign_in(server: Server, browser: Browser) -> None:
    set_rules(server, RULES)
    login(browser, in_groups("app-7"))
    set_rules(server, "claim groups\nprefix finance app-\n")
    assert role_of(server) == "developer" and is_signed_in(browser)
    sign_in(server, in_groups("app-7"))
    assert role_of(server) == "finance"
    server.ctl("account", "rules", "acme", "--delete")
    assert rules_of(server) == ""
    sign_in(server, good(role="developer"))
    assert role_of(server) == "developer"


def test_rules_of_one_account_mean_nothing_to_another(server: Server, browser: Browser) -> None:
    set_rules(server, "claim groups\nregex account_administrator .\n")
    refuse(browser, in_groups("admins", account="beta", email="bob@beta.test"), "claim_missing", "no attribute")
    login(browser, good("beta", email="bob@beta.test"))


# The form

def test_form_saves_shows_and_orders_rules(server: Server, browser: Browser) -> None:
    administrator(browser)
    done(browser, press(browser, settings(browser), "save-rules", **fields(*USUAL)), "saved")
    assert rules_of(server) == RULES
    form = settings(browser).form("save-rules").fields
    assert form["rules-claim"] == "groups" and form["rule-3-pattern"] == "^(?i)fin(ance)?$" and form["rule-8-pattern"] == ""
    assert "rule-9-pattern" not in form
    # The last comes first, the second goes, and a new one is the last.
    done(browser, press(browser, settings(browser), "save-rules", **{
        "rule-3-place": "1", "rule-2-pattern": " ", "rule-6-pattern": "x y", "rule-6-role": "developer"}), "saved")
    assert rules_of(server) == ("claim groups\nregex finance ^(?i)fin(ance)?$\nvalue account_administrator admins\n"
                                "value developer x y\n")
    assert rules_of(server, "beta") == ""


def test_form_takes_a_hundred_rules(server: Server, browser: Browser) -> None:
    set_rules(server, "".join(f"value developer group-{number}\n" for number in range(99)))
    page = guest(server, browser, "acme")
    done(browser, press(browser, page, "save-rules", **{"rule-100-pattern": "last", "rule-100-role": "finance"}), "saved")
    assert rules_of(server).count("\n") == 100 and rules_of(server).endswith("value finance last\n")


def test_what_is_wrong_is_said_at_the_rule_and_nothing_typed_is_lost(server: Server, browser: Browser) -> None:
    administrator(browser)
    typed = fields(("value", "admins", "account_administrator"), ("regex", "^(fin", "finance"), ("prefix", "app-", ""))
    for button in ("save-rules", "try-rules", "test-rules"):
        page = Page(press(browser, settings(browser), button, **typed))
        assert page.status == 400
        assert page.problem("rule-2-pattern") == "The regex cannot be read: missing closing parenthesis, at character 6."
        assert page.problem("rule-3-role") == "The rule has no role: choose one." and not page.problem("rule-1-pattern")
        kept = page.form("save-rules").fields
        assert all(kept[name] == value for name, value in typed.items()), kept
    assert rules_of(server) == ""


def test_values_are_text(server: Server, browser: Browser) -> None:
    evil = "\"><script>alert(1)</script>&<b>\u202e"
    administrator(browser)
    done(browser, press(browser, settings(browser), "save-rules", **fields(("value", evil, "developer"), claim=evil)), "saved")
    page = settings(browser)
    assert page.form("save-rules").fields["rule-1-pattern"] == evil and not page.root.xpath("//b | //section//script")


def test_trying_lists_exactly_who_changes_and_saves_nothing(server: Server, browser: Browser) -> None:
    for email, role, groups in (("ann@acme.test", "developer", ["app-1"]), ("bob@acme.test", "finance", ["app-2"]),
                                ("cat@acme.test", "finance", ["staff"]), ("dan@acme.test", "finance", [])):
        sign_in(server, good(email=email, role=role, attributes=[("groups", groups)] if groups else []))
        administrator(browser, attributes=[("groups", ["admins"])])
    before = rows(server, "acme")
    page = Page(press(browser, settings(browser), "try-rules", **fields(*USUAL)))
    table = [[" ".join(cell.text_content().split()) for cell in row.xpath("th | td")]
             for row in page.root.xpath("//table[@aria-labelledby='who-would-change']/tbody/tr")]
    assert sorted(table) == [
        ["bob@acme.test", "finance", "developer", "rule 2 (prefix “app-”)"],
        ["cat@acme.test", "finance", "Refused", 'none of the 3 role rules matches what came as "groups": "staff"'],
        ["dan@acme.test", "finance", "Refused", 'no attribute "groups"'],
    ]
    assert "Of the 5 people of this account, 3 would change, of whom 2 could not sign in any more. Nothing was saved." in page.text
    assert page.form("save-rules").fields["rule-2-pattern"] == "app-"
    assert rows(server, "acme") == before
    # What is saved now does what was shown.
    done(browser, press(browser, page, "save-rules"), "saved")
    assert rules_of(server) == RULES


def test_test_sign_in_says_which_rule_it_was(server: Server, browser: Browser) -> None:
    administrator(browser)
    request = read(press(browser, settings(browser), "test-rules", **fields(*USUAL)))
    page = outcome(browser, request, in_groups("app-7", email="zoe@acme.test"))
    assert "The role developer comes from rule 2 (prefix “app-”), which matches the value “app-7”." in page.text
    assert rules_of(server) == ""
    done(browser, press(browser, page, "save-draft"), "saved")
    assert rules_of(server) == RULES


def test_roll_back_restores_the_rules(server: Server, browser: Browser) -> None:
    set_rules(server, RULES)
    guest(server, browser, "acme")
    done(browser, press(browser, settings(browser), "save-rules", **{
        **fields(("value", "all", "developer")), "rule-2-pattern": "", "rule-3-pattern": ""}), "saved")
    assert rules_of(server) == "claim groups\nvalue developer all\n"
    roll_back(browser)
    assert rules_of(server) == RULES


def test_nobody_else_changes_or_tries_rules(server: Server, browser: Browser) -> None:
    set_rules(server, RULES)
    administrator(browser, "beta")
    token = token_of_form(settings(browser))
    browser.server.log.expect("csrf")
    for action in ("save-rules", "try-rules", "test-rules"):
        sent = {**fields(("regex", ".", "account_administrator")), "action": action, "account": "acme"}
        check_refused(browser, post(browser, "/dashboard/settings/single-sign-on", sent), "csrf")
    answer = post(browser, "/dashboard/settings/single-sign-on",
                  {**fields(("regex", ".", "developer")), "action": "try-rules", "account": "acme", "token": token})
    assert "@acme.test" not in answer.text
    assert rules_of(server) == RULES and rules_of(server, "beta") == ""


# The command line

def test_command_prints_sets_tries_and_deletes(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "rules"
    file.write_text(f"# groups of the directory\n\n{RULES}")
    sign_in(server, good(role="developer", attributes=[("groups", ["admins"])]))
    tried = server.ctl("--json", "account", "rules", "acme", "--dry-run", str(file)).json
    assert tried["people"] == 1 and tried["unknown"] == 0 and tried["changes"] == [
        {"email": "ann@acme.test", "before": "developer", "after": "account_administrator", "why": "rule 1 (value “admins”)"}]
    assert server.ctl("account", "rules", "acme").out == ""
    server.ctl("account", "rules", "acme", str(file))
    assert server.ctl("account", "rules", "acme").out == RULES
    file.write_text("value developer a\nregex developer (\n")
    for option in ((), ("--dry-run",)):
        problem = server.ctl("--json", "account", "rules", "acme", *option, str(file), check=False).json["error"]
        assert problem["code"] == "rules_invalid" and problem["message"].startswith("Rule 2: The regex cannot be read")
    for wrong in (("--delete", str(file)), ("--dry-run",), ("--delete", "--dry-run")):
        assert server.ctl("account", "rules", "acme", *wrong, check=False).code == 2
    assert server.ctl("--json", "account", "rules", "nobody", check=False).json["error"]["code"] == "not_found"
    assert rules_of(server) == RULES


def test_rules_that_somebody_else_saved_meanwhile_are_not_overwritten(server: Server, browser: Browser) -> None:
    administrator(browser)
    stale = settings(browser)
    set_rules(server, RULES)
    theirs = rules_of(server)
    for button in ("save-rules", "test-rules"):
        page = Page(press(browser, stale, button, **fields(("value", "mine", "developer"))))
        assert page.status == 400 and "Somebody has changed these settings since you opened this page" in page.text, button
        assert page.form("save-rules").fields["rule-1-pattern"] == "mine" and rules_of(server) == theirs
    tried = Page(press(browser, stale, "try-rules", **fields(("value", "mine", "developer"))))
    assert Page(press(browser, tried, "save-rules")).status == 400, "who tries has not seen them yet"
    done(browser, press(browser, page, "save-rules"), "saved")
    assert "mine" in rules_of(server)
