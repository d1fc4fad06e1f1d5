# SPDX-License-Identifier: Apache-2.0
"""The identity providers, people and backend of tools/demo, for tests: one piece of code for both."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from types import TracebackType

DEMO = Path(__file__).resolve().parents[3] / "tools" / "demo.d"
sys.path.insert(0, str(DEMO))

import people  # noqa: E402
import processes  # noqa: E402
import rolemap  # noqa: E402
from browser import Browser as IdpBrowser, idp_login  # noqa: E402
from simplesamlphp import IdentityProvider, Person  # noqa: E402

from .browser import NAVIGATE, Answer, Browser  # noqa: E402

__all__ = ["Browser", "IdentityProvider", "IdpBrowser", "Peers", "Person", "idp_login", "people", "rolemap"]


class Peers:
    """What stands around httpd: identity providers in front, the backend behind. Ends with the `with` block."""

    def __init__(self) -> None:
        self.root = Path()
        self.providers: dict[str, IdentityProvider] = {}
        self.backend_port = 0
        self._backend = None

    def __enter__(self) -> "Peers":
        self.root = Path(tempfile.mkdtemp(prefix="ik-peers-"))
        os.chmod(self.root, 0o711)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for provider in self.providers.values():
            provider.stop()
        if self._backend:
            processes.stop(self._backend)
        shutil.rmtree(self.root, ignore_errors=True)

    def add_provider(self, name: str, consume_url: str, persons: list[Person], **options: object) -> IdentityProvider:
        """Starts a SimpleSAMLphp that signs these people in for the service at consume_url."""
        provider = IdentityProvider(self.root / name, name, persons, consume_url, **options)
        self.providers[name] = provider
        provider.start()
        return provider

    def start_backend(self) -> None:
        """Starts the demo's backend."""
        self.backend_port = processes.free_port()
        log = self.root / "backend.log"
        program = ["/usr/bin/python3", "-B", str(DEMO / "backend.py"), str(self.backend_port)]
        self._backend = processes.start(program, log)
        processes.wait_for(f"http://127.0.0.1:{self.backend_port}/", self._backend, log)

    def message(self, name: str, username: str, target: str,
                browser: IdpBrowser | None = None) -> tuple[str, dict[str, str]]:
        """Signs in at a provider; returns where its form would post, and the form's fields."""
        provider = self.providers[name]
        password = next(person.password for person in provider.people if person.username == username)
        _, form = idp_login(browser or IdpBrowser(), provider.login_url(target), username, password)
        return form["action"], form["fields"]

    def sign_in(self, browser: Browser, name: str, username: str, target: str) -> Answer:
        """The whole walk of a person: from the provider's login page to the answer of the consume endpoint."""
        action, fields = self.message(name, username, target)
        return browser.post(action.partition("#")[0], {key: fields[key] for key in ("SAMLResponse", "RelayState")},
                            {**NAVIGATE, "Origin": self.providers[name].url, "Sec-Fetch-Site": "cross-site"})
