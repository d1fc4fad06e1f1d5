# SPDX-License-Identifier: Apache-2.0
"""The dashboard and two real identity providers, each a site of its own, all behind one httpd: https://NAME.test:PORT."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import keys
from .browser import Answer
from .idp_demo import IdentityProvider, Peers, Person
from .idp_node import NodeIdp
from .server import Server
from .travel import Traveller

HOST = "imagekit.test"
PASSWORD = "demo"
PATH = "/dashboard/media?x=1"
ACCOUNTS = ("php", "node", "post")      # SimpleSAMLphp's, samlp's, and that of a samlp which knows the binding POST only
SIGNS = {"post": ["--option", "sign-requests=always"]}     # SimpleSAMLphp's metadata says that it wants that
DEVELOPER = "developer"
HEADERS = "ProxyPreserveHost On\nRequestHeader set X-Forwarded-Proto https\n"


def person(account: str, username: str = "ann") -> Person:
    return Person(account, username, PASSWORD, f"{username}@{account}.example", f"{username.title()} of {account}", DEVELOPER)


@dataclass
class Sites:
    """What the flows are about. prepare() gives httpd's configuration; close() when all is over."""
    server: Server
    frames: bool = False        # with one more SimpleSAMLphp, that of the account "frames": it signs out in frames

    def __post_init__(self) -> None:
        self.providers: dict[str, Any] = {}
        self.peers = Peers().__enter__()
        self.files = Path(tempfile.mkdtemp(prefix="ik-sites-"))
        self.sp_cert, self.sp_key = keys.write_pair(self.server.root / "conf", keys.pair("rsa2048", "sp"), "sp")

    def close(self) -> None:
        for provider in self.providers.values():
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
        common: dict[str, Any] = {"consume_url": self.at("/saml/consume"), "logout_url": self.at("/logout"),
                                  "sp_certificate": self.sp_cert}
        for name in ACCOUNTS + (("frames",) if self.frames else ()):
            php, post = name in ("php", "frames"), name == "post"
            kind: Any = IdentityProvider if php else NodeIdp
            place = self.peers.root if php else self.files
            own: dict[str, Any] = {"logout_type": "iframe" if name == "frames" else "traditional"} if php \
                else {"only_post": post, "wants_signed": post}
            provider = kind(place / name, name, [person(name), person(name, "bob")], public_url=self.url(f"{name}.test"),
                            **common, **own)
            self.providers[name] = provider
            provider.start()

    def prepare(self, more: str = "", accounts: dict[str, list[str]] | None = None) -> tuple[str, list[str]]:
        """Starts what stands around httpd; adds the accounts, each with its domain; returns configuration and modules."""
        self._start_providers()
        self.peers.start_backend()
        for name, provider in self.providers.items():
            options = ["--domain", f"{name}.example", *(accounts or {}).get(name, [])]
            self.server.add_account(name, provider.metadata(), *options, *SIGNS.get(name, []))
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

    # --- what people do

    def ask_for(self, browser: Traveller, account: str, path: str = PATH, fragment: str = "",
                username: str = "ann") -> Answer:
        """From a path of the dashboard to the e-mail page, and from there to whatever the identity provider says."""
        page = browser.get(self.at(path))
        form = browser.form(page, "email")
        assert form is not None, f"no e-mail page, but {page.status} {page.url}: {page.text[:2000]}"
        email = person(account, username).email
        return browser.carry_on(browser.submit(page, form, email=email, fragment=fragment))

    @staticmethod
    def give_password(browser: Traveller, page: Answer, username: str = "ann") -> Answer:
        """Fills the identity provider's page in, and goes to the end."""
        form = browser.form(page, "password")
        assert form is not None, f"nobody asks for a password at {page.url} ({page.status}): {page.text[:2000]}"
        return browser.carry_on(browser.submit(page, form, username=username, password=PASSWORD))

    def sign_in(self, browser: Traveller, account: str, path: str = PATH, username: str = "ann") -> Answer:
        """From the e-mail page to the dashboard."""
        return self.give_password(browser, self.ask_for(browser, account, path, username=username), username)

    def sign_in_there(self, browser: Traveller, account: str, path: str = PATH, username: str = "ann") -> Answer:
        """The same, started at the identity provider."""
        return self.give_password(browser, browser.get(self.providers[account].login_url(self.at(path))), username)

    def identity(self, browser: Traveller) -> dict[str, str] | None:
        """Who the backend says it is; None for somebody without a session."""
        answer = browser.once("GET", self.at("/dashboard"), headers={"Accept": "application/json"})
        if answer.status == 401:
            return None
        assert answer.status == 200, f"{answer.status}: {answer.text}"
        return {name.lower(): value for name, value in answer.json["identity"]}
