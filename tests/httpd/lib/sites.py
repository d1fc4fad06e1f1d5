# SPDX-License-Identifier: Apache-2.0
"""The dashboard and two real identity providers, each a site of its own, all behind one httpd: https://NAME.test:PORT."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import keys
from .idp_demo import IdentityProvider, Peers, Person
from .idp_node import NodeIdp
from .server import Server

HOST = "imagekit.test"
PASSWORD = "demo"
ACCOUNTS = ("php", "node")      # SimpleSAMLphp's and samlp's
DEVELOPER = "developer"
# What these flows do not need to be told of: refusals are theirs to expect, mod_proxy's are not.
HEADERS = "ProxyPreserveHost On\nRequestHeader set X-Forwarded-Proto https\n"


def person(account: str, username: str = "ann") -> Person:
    return Person(account, username, PASSWORD, f"{username}@{account}.example", f"{username.title()} of {account}", DEVELOPER)


@dataclass
class Sites:
    """What the flows are about. Call prepare(server) for its configuration before it starts, and close() after."""
    server: Server
    logout_type: str = "traditional"
    sso_binding: str = ""           # of samlp: what it offers; "" is both
    logout_binding: str = "Redirect"

    def __post_init__(self) -> None:
        self.peers = Peers().__enter__()
        self.files = Path(tempfile.mkdtemp(prefix="ik-sites-"))
        self.sp_cert, self.sp_key = keys.write_pair(self.server.root / "conf", keys.pair("rsa2048", "sp"), "sp")

    def close(self) -> None:
        for provider in getattr(self, "providers", {}).values():
            provider.stop()
        self.peers.__exit__(None, None, None)
        shutil.rmtree(self.files, ignore_errors=True)

    def url(self, name: str = HOST) -> str:
        """The origin of a site: "php.test", …"""
        return f"https://{name}:{self.server.tls_port}"

    def at(self, path: str) -> str:
        """A URL of the dashboard."""
        return self.url() + path

    def _start_providers(self) -> None:
        common: dict[str, Any] = {"logout_url": self.at("/logout"), "sp_certificate": self.sp_cert}
        people = {name: [person(name), person(name, "bob")] for name in ACCOUNTS}
        self.providers: dict[str, Any] = {
            "php": IdentityProvider(self.peers.root / "php", "php", people["php"], self.at("/saml/consume"),
                                    public_url=self.url("php.test"), logout_type=self.logout_type, **common),
            "node": NodeIdp(self.files / "node", "node", people["node"], self.at("/saml/consume"),
                            public_url=self.url("node.test"), sso_binding=self.sso_binding,
                            logout_binding=self.logout_binding, **common),
        }
        for provider in self.providers.values():
            provider.start()

    def prepare(self, more: str = "", accounts: dict[str, list[str]] | None = None) -> tuple[str, list[str]]:
        """Starts what stands around httpd; adds the accounts, with options; returns configuration and modules."""
        self._start_providers()
        self.peers.start_backend()
        for name, provider in self.providers.items():
            self.server.add_account(name, provider.metadata(), *(accounts or {}).get(name, []))
        backend = f"http://127.0.0.1:{self.peers.backend_port}"
        dashboard = self.server.vhost(f"""
            IkSSOPublicURL {self.url()}
            IkSSOCertificate {self.sp_cert} {self.sp_key}
            <Location /dashboard>
                AuthType ikssoauth
                Require valid-user
            </Location>
            ProxyPass /dashboard {backend}/dashboard
            ProxyPass /public {backend}/public
            {more}""")
        proxies = [self.server.vhost(f"{HEADERS}ProxyPass / http://127.0.0.1:{provider.port}/\n", f"{name}.test", sso=False)
                   for name, provider in self.providers.items()]
        return dashboard + "".join(proxies), []
