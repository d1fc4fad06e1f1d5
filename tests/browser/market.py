# SPDX-License-Identifier: Apache-2.0
"""One dashboard, and customers whose identity providers have the shape of products: an account for each, called after it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from lib import keys
from lib.idp_demo import Peers
from lib.server import Server
from products import PRODUCTS, ProductIdp, person

HOST = "imagekit.test"
SETTINGS, USERS = "/dashboard/settings/single-sign-on", "/dashboard/settings/users"
PEOPLE = {"ann": "account_administrator", "bob": "developer"}
PASSWORD = "demo"
PROXY = "ProxyPreserveHost On\nRequestHeader set X-Forwarded-Proto https\n"


class Market:
    """prepare() gives httpd's configuration; close() when all is over. origin is where the dashboard seems to be."""

    def __init__(self, server: Server, origin: str = "") -> None:
        self.server, self.origin = server, origin or f"https://{HOST}:{server.tls_port}"
        self.host = urlsplit(self.origin).hostname or HOST
        self.files = Path(tempfile.mkdtemp(prefix="ik-market-"))
        self.peers = Peers().__enter__()
        keys.write_tls(server.root / "conf", *self.names)
        self.sp_cert, self.sp_key = keys.write_pair(server.root / "conf", keys.pair("rsa2048", "sp"), "sp")
        self.providers = {account: self._provider(account) for account in PRODUCTS}

    def _provider(self, account: str) -> ProductIdp:
        people = [person(account, name, PASSWORD, role) for name, role in PEOPLE.items()]
        return ProductIdp(self.files / account, account, people, sp_certificate=self.sp_cert, logout_url=self.at("/logout"),
                          consume_url=self.entity_id(account) or self.at("/saml/consume"))

    def entity_id(self, account: str) -> str:
        """The one that an account has for itself; "" if it has none."""
        return self.at(f"/saml/consume#{account}") if PRODUCTS[account].wants_own_entity_id else ""

    def close(self) -> None:
        for provider in self.providers.values():
            provider.stop()
        self.peers.__exit__(None, None, None)
        shutil.rmtree(self.files, ignore_errors=True)

    def at(self, path: str) -> str:
        return self.origin + path

    @property
    def names(self) -> dict[str, int]:
        """Where browsers find all hosts."""
        return {name: self.server.tls_port for name in [self.host, *(each.host for each in PRODUCTS.values())]}

    def prepare(self) -> str:
        """Starts what stands around httpd."""
        self.peers.start_backend()
        for provider in self.providers.values():
            provider.start()
        dashboard = self.server.vhost(f"""
            IkSSOPublicURL {self.at("")}
            IkSSOCertificate {self.sp_cert} {self.sp_key}
            IkSSOBrand ImageKit
            IkSSOSupport help@imagekit.example
            <Location /dashboard>
                AuthType ikssoauth
                Require valid-user
            </Location>
            ProxyPass /dashboard http://127.0.0.1:{self.peers.backend_port}/dashboard""", self.host)
        return dashboard + "".join(
            self.server.vhost(f"{PROXY}ProxyPass / http://127.0.0.1:{each.port}/\n", each.product.host, sso=False)
            for each in self.providers.values())

    # --- what an operator does

    def sign_up(self, account: str, *options: str) -> None:
        """A customer as on the first day: an account, and nothing set up yet."""
        if account in [row[0] for row in self.server.sql("SELECT id FROM ik_account")]:
            self.server.ctl("account", "delete", account)
        self.server.add_account(account, None, "--name", f"Acme with {PRODUCTS[account].name}", *options)

    def set_up(self, account: str) -> None:
        """A customer who has done all."""
        self.sign_up(account, "--domain", f"{account}.example", "--entity-id", self.entity_id(account))
        metadata = self.server.write(f"{account}.xml", self.providers[account].metadata(), below="conf")
        self.server.ctl("account", "metadata", account, str(metadata))

    def lead(self, account: str) -> None:
        """The operator leads people of the account's domain to it from the sign-in page, before they have ever been here."""
        self.server.ctl("account", "set", account, "--domain", f"{account}.example")

    def invite(self, account: str) -> str:
        """The link that the command line prints."""
        said = self.server.ctl("account", "invite", account).out
        return next(word for word in said.split() if word.startswith("https://"))
