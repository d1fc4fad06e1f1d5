# SPDX-License-Identifier: Apache-2.0
"""What builds our messages outlives restarts: httpd unloads its modules then, and Lasso must stay, because GLib does."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from lib import world
from lib.browser import NAVIGATE, Browser
from lib.forge import SAML, SAMLP
from lib.server import Server


def site(server: Server) -> str:
    world.populate(server, "acme")
    return server.vhost(world.sp_certificate(server))


def request_of(server: Server) -> etree._Element:
    """The AuthnRequest that somebody is sent away with."""
    with Browser(server) as browser:
        answer = browser.post("/single-sign-on", {"account": "acme"}, NAVIGATE)
    assert answer.status == 303 and answer.location is not None, answer.text
    query = parse_qs(urlsplit(answer.location).query, strict_parsing=True)
    return etree.fromstring(zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), -15))


def libraries(server: Server, name: str) -> int:
    """How many copies of a library the parent has mapped."""
    assert server.process is not None
    lines = Path(f"/proc/{server.process.pid}/maps").read_text().splitlines()
    return len([line for line in lines if name in line and " r-xp " in line])


def test_requests_are_built_after_restarts(server: Server) -> None:
    ids = set()
    for _ in range(4):
        root = request_of(server)
        ids.add(root.get("ID"))
        assert root.tag == f"{{{SAMLP}}}AuthnRequest" and root.find(f"{{{SAML}}}Issuer").text == "https://imagekit.test/saml/consume"
        assert libraries(server, "/liblasso.so") == libraries(server, "/libgobject-2.0.so") == 1
        server.graceful()
    assert len(ids) == 4
