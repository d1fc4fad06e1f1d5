# SPDX-License-Identifier: Apache-2.0
"""SHA-1 until a day (R5): good for sign-ins of the account that tolerates it, in whatever place it stands, and for nothing else."""

from __future__ import annotations

import pytest

from lib import world
from lib.browser import Browser
from lib.encrypt import Method
from lib.forge import Response
from lib.server import Server
from lib.world import day, good, login, refused

EVERYWHERE = {
    "signature": {"method": "rsa-sha1"},
    "digest": {"digest": "sha1"},
    "both": {"method": "rsa-sha1", "digest": "sha1"},
    "response": {"method": "rsa-sha1", "digest": "sha1", "signed": "response"},
    "twice": {"method": "rsa-sha1", "digest": "sha1", "signed": "both"},
}


def site(server: Server) -> str:
    world.populate(server, "acme")
    for account, offset in (("weak", 1), ("over", -1)):
        server.add_account(account, world.idp(account).metadata(), "--option", f"sha1={day(offset)}")
    server.add_account("curve", world.idp("curve", "p256").metadata(), "--option", f"sha1={day(366)}")
    return server.vhost(world.sp_certificate(server))


def of(account: str, kind: str = "rsa2048", **changes: object) -> Response:
    return good(account, idp=world.idp(account, kind), **changes)


@pytest.mark.parametrize("where", EVERYWHERE)
def test_sha1_is_good_where_the_account_tolerates_it(server: Server, browser: Browser, where: str) -> None:
    login(browser, of("weak", **EVERYWHERE[where]))
    assert any('account="weak"' in line for line in server.log.wait("IK0248"))
    browser.jar.clear()
    for account in ("acme", "over"):
        refused(browser, of(account, **EVERYWHERE[where]), "algorithm_forbidden")


def test_sha1_is_good_with_elliptic_curves(browser: Browser) -> None:
    login(browser, of("curve", "p256", method="ecdsa-sha1", digest="sha1"))


def test_sign_in_without_sha1_is_not_logged_as_tolerated(server: Server, browser: Browser) -> None:
    login(browser, of("weak"))
    browser.jar.clear()
    login(browser, of("weak", method="rsa-sha1"))
    assert len(server.log.wait("IK0248")) == 1


@pytest.mark.parametrize("changes", [{"method": "rsa-sha224"}, {"digest": "sha224"}, {"digest": "md5", "method": "rsa-sha1"}])
def test_nothing_else_is_tolerated_with_it(browser: Browser, changes: dict[str, str]) -> None:
    refused(browser, of("weak", **changes), "algorithm_forbidden")


def test_tolerance_of_one_account_opens_no_other(browser: Browser) -> None:
    """Which account it is follows from whose keys verify: naming the lax account does not help, nor does being it."""
    refused(browser, of("acme", method="rsa-sha1").but(account="weak"), "signature_invalid")
    refused(browser, of("weak", method="rsa-sha1").but(account="acme", email="ann@acme.test"), "algorithm_forbidden")


@pytest.mark.parametrize("account, accepted", [("weak", True), ("acme", False), ("over", False)])
def test_cbc_is_opened_inside_a_tolerated_signature_only(browser: Browser, account: str, accepted: bool) -> None:
    message = of(account, encrypt_for=world.sp_pair(), encryption=Method("aes256-cbc"), signed="response", method="rsa-sha1")
    if accepted:
        login(browser, message)
    else:
        refused(browser, message, "algorithm_forbidden")
