# SPDX-License-Identifier: Apache-2.0
"""
Every message that httpd sends while people sign in and out: valid against the schemas of OASIS, its signature verified by
xmlsec1, or by OpenSSL where it is one of a query.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree

from lib import guards
from lib.server import Server
from lib.sites import ACCOUNTS, Sites
from lib.travel import Traveller

MESSAGES = guards.load("check-messages")
UNSIGNED = {("node", "AuthnRequest")}       # nobody wants that one signed
MADE: list[Sites] = []


def site(server: Server) -> tuple[str, list[str]]:
    MADE.append(Sites(server))
    return MADE[0].prepare()


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    return MESSAGES.read_schema(tmp_path_factory.mktemp("schema"))


def told(browser: Traveller, account: str) -> list[tuple[str, str]]:
    """What a browser carried to an identity provider for us: how, and the URL or the value of the field."""
    host = f"{account}.test"
    urls = [url for method, url, _ in browser.trail if method == "GET" and urlsplit(url).hostname == host]
    forms = [fields for url, fields in browser.posted if urlsplit(url).hostname == host]
    return [("redirect", url) for url in dict.fromkeys(urls) if "SAMLRe" in urlsplit(url).query] \
        + [("post", fields[name]) for fields in forms for name in ("SAMLRequest", "SAMLResponse") if name in fields]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_messages_are_valid_and_their_signatures_verify(server: Server, schema: etree.XMLSchema, account: str, tmp_path: Path,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    sites = MADE[0]
    monkeypatch.setattr(MESSAGES, "CERTIFICATE", sites.sp_cert)
    with Traveller() as browser:
        for leave in (sites.at("/logout"), sites.providers[account].logout_start):
            sites.sign_in(browser, account)
            browser.carry_on(browser.get(leave))
            assert sites.identity(browser) is None
        messages = told(browser, account)
    found = []
    for number, (binding, text) in enumerate(messages):
        path = tmp_path / f"{number}.{binding}"
        path.write_text(text)
        root = etree.fromstring(MESSAGES.read(path)[0])
        found.append(etree.QName(root).localname)
        path = path.rename(tmp_path / f"{number}{'-unsigned' if (account, found[-1]) in UNSIGNED else ''}.{binding}")
        problem = MESSAGES.check(path, schema)
        assert problem is None, f"{found[-1]} {problem}: {etree.tostring(root)!r}"
        assert urlsplit(root.get("Destination")).hostname == f"{account}.test"
    assert sorted(found) == ["AuthnRequest", "AuthnRequest", "LogoutRequest", "LogoutResponse"], messages
    assert {binding for binding, _ in messages} == {"post" if account == "post" else "redirect"}
