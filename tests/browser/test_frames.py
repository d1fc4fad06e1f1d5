# SPDX-License-Identifier: Apache-2.0
"""Identity providers that sign people out in frames, one for each service: in Chromium, with every site another one."""

from __future__ import annotations

import html

import pytest
from chromium import Chromium
from lib import forge, logout, world
from lib.browser import NAVIGATE, Browser
from lib.server import Server
from lib.sign import sign
from lib.world import JSON, login

IDP = "idp.test"
DONE = "the answer is here"


def ours(server: Server) -> str:
    return f"https://imagekit.test:{server.tls_port}"


def theirs(server: Server) -> str:
    return f"https://{IDP}:{server.tls_port}"


def site(server: Server) -> str:
    for account, binding in (("acme", forge.REDIRECT), ("beta", forge.POST)):
        service = f'<md:SingleLogoutService Binding="{binding}" Location="{theirs(server)}/slo.html"/>'
        server.add_account(account, world.providers()[account].metadata().replace("<md:NameIDFormat", service + "<md:NameIDFormat"))
    server.write("slo.html", f"<!DOCTYPE html><title>idp</title><p>{DONE}</p>")
    server.write_cgi()
    section = f"ScriptAlias /cgi-bin/ {server.root}/cgi-bin/\n<Location /cgi-bin/>\nAuthType ikssoauth\nRequire valid-user\n</Location>\n"
    return (server.vhost(f"IkSSOPublicURL {ours(server)}\n{section}" + world.sp_certificate(server))
            + server.vhost("", IDP, sso=False))


def signed_in(server: Server, account: str) -> str:
    uri = ours(server) + "/saml/consume"
    with Browser(server) as browser:
        login(browser, world.good(account, destination=uri, recipient=uri, audiences=[[uri]], session_index="_session-1"))
        value = browser.cookie()
    assert value is not None
    return value


def is_in(server: Server, value: str) -> bool:
    with Browser(server) as thief:
        thief.set_cookie(value)
        return thief.get("/cgi-bin/env", JSON).status == 200


def frames(server: Server, account: str) -> str:
    """The page of an identity provider that asks us, in a frame, by the binding of the account."""
    provider = world.providers()[account]
    root = logout.request(provider.entity_id, name=f"ann@{account}.test", destination=ours(server) + "/logout")
    if account == "acme":
        to = html.escape(f"{ours(server)}/logout?{logout.query(root, provider.key)}")
        return f'<!DOCTYPE html><title>idp</title><iframe name="service" src="{to}"></iframe>'
    sign(root, provider.key)
    return (f'<!DOCTYPE html><title>idp</title><iframe name="service"></iframe><form method="post" target="service" '
            f'action="{ours(server)}/logout"><input name="SAMLRequest" value="{logout.post(root)}"></form>'
            '<script>document.forms[0].submit()</script>')


@pytest.mark.parametrize("account", ["acme", "beta"])
def test_answer_reaches_the_provider_out_of_its_frame(server: Server, chromium: Chromium, account: str) -> None:
    value = signed_in(server, account)
    assert is_in(server, value)
    server.write("frames.html", frames(server, account))
    chromium.get(f"{theirs(server)}/frames.html")
    chromium.driver.switch_to.frame("service")
    chromium.wait_for(lambda: DONE in chromium.text)
    assert not is_in(server, value)


def test_page_that_asks_somebody_is_in_no_frame(server: Server, chromium: Chromium) -> None:
    chromium.expect("frame-ancestors|X-Frame-Options|Refused to frame|Refused to display")
    server.write("frames.html", f'<!DOCTYPE html><title>evil</title><iframe name="service" src="{ours(server)}/single-sign-on"></iframe>')
    chromium.get(f"{theirs(server)}/frames.html")
    chromium.wait_for(lambda: any("frame-ancestors" in line for line in chromium.console()))
    chromium.driver.switch_to.frame("service")
    assert not chromium.all("input[name=email]")
    with Browser(server) as browser:
        assert browser.get("/single-sign-on", NAVIGATE).status == 200
