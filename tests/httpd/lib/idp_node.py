# SPDX-License-Identifier: Apache-2.0
"""A third real identity provider: npm's samlp, run by node. Redirect and POST, sign-in and logout both ways."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

from . import idp_demo  # noqa: F401  (it knows the way to tools/demo.d)
from processes import fetch, free_port, self_signed, start, stop, wait_for
from simplesamlphp import Person

HERE = Path(__file__).resolve().parent / "idp_node"
TOOLS = HERE.parents[3] / "tools"


def modules() -> Path:
    """Where npm's packages are, installed when they are missing: in the build, never in the source tree."""
    place = Path(os.environ.get("IK_BUILD_DIR") or HERE.parents[3] / "build") / "npm"
    subprocess.run([str(TOOLS / "install-npm"), str(place)], check=True, stdin=subprocess.DEVNULL)
    return place / "node_modules"


def environment() -> dict[str, str]:
    """What node runs with: it finds npm's packages where the build has them."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "NODE_PATH": str(modules()), "NODE_NO_WARNINGS": "1"}


@dataclass
class NodeIdp:
    """
    One identity provider for the service provider at consume_url. public_url is what browsers see, where a proxy stands in
    front of it. It offers Redirect and POST, and itself sends people by Redirect; with only_post neither offers nor
    uses anything but POST. Its metadata cannot say that it wants_signed requests.
    """
    directory: Path
    account: str
    people: list[Person]
    consume_url: str
    logout_url: str
    sp_certificate: Path
    public_url: str = ""
    sp_entity_id: str = ""
    only_post: bool = False
    wants_signed: bool = False
    port: int = 0
    child: subprocess.Popen | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return self.public_url or self.local_url

    @property
    def local_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def entity_id(self) -> str:
        return f"{self.url}/metadata"

    @property
    def log(self) -> Path:
        return self.directory / "log"

    def login_url(self, target: str) -> str:
        """Where a login started at the identity provider begins; RelayState says where it ends."""
        return f"{self.url}/sso?{urllib.parse.urlencode({'RelayState': target})}"

    @property
    def logout_start(self) -> str:
        """Where a logout started at the identity provider begins."""
        return f"{self.url}/logout"

    def metadata(self) -> str:
        return fetch(f"{self.local_url}/metadata").decode()

    def start(self) -> None:
        self.port = free_port(self.port)
        self.directory.mkdir(mode=0o700)
        cert, key = self.pair()
        config = self.directory / "config.json"
        config.write_text(json.dumps(self._config(cert.read_text(), key.read_text())), encoding="utf-8")
        self.child = start(["node", str(HERE / "idp.js"), str(config)], self.log, cwd="/", env=environment())
        wait_for(f"{self.local_url}/metadata", self.child, self.log)

    def pair(self) -> tuple[Path, Path]:
        """Certificate and key that it signs with."""
        return self_signed(self.directory, "idp")

    def stop(self) -> None:
        if self.child:
            stop(self.child)

    def _config(self, cert: str, key: str) -> dict:
        secure = self.url.startswith("https:")
        return {
            "url": self.url, "port": self.port, "entityId": self.entity_id, "cert": cert, "key": key,
            "cookie": "idp" + "".join(c for c in self.account if c.isalnum()),
            "cookieAttributes": "; Secure; SameSite=None" if secure else "; SameSite=Lax",
            "onlyPost": self.only_post, "wantSigned": self.wants_signed,
            "people": [{"username": one.username, "password": one.password, "email": one.email,
                        "claims": {name: values[0] for name, values in one.attributes().items() if name != "mail"}}
                       for one in self.people],
            "sp": {"audience": self.sp_entity_id or self.consume_url, "consumeUrl": self.consume_url,
                   "logoutUrl": self.logout_url, "cert": self.sp_certificate.read_text()},
        }
