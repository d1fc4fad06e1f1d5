# SPDX-License-Identifier: Apache-2.0
"""Captured responses, and what ikssoctl explain --response says of them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from . import encrypt, world
from .forge import Response, encode, serialise
from .server import Server

HOST_SECONDS = 10
SECRETS = ("secret@beta.test", "Beta Secret", "media_library_full_access", "secret-group", "secret-session")   # of the assertions of foreign()


def wait_for_host(server: Server) -> None:
    """httpd notes its settings for the command line in its first second."""
    end = time.monotonic() + HOST_SECONDS
    while not server.sql("SELECT 1 FROM ik_host WHERE settings <> ''") and time.monotonic() < end:
        time.sleep(0.02)


def captured(server: Server, name: str, text: str) -> Path:
    path = server.root / name
    path.write_text(text)
    return path


def foreign() -> dict[str, str]:
    """Messages with an assertion of beta, encrypted for us, as they come and as acme's identity provider signs around them."""
    inside: dict[str, Any] = dict(email=SECRETS[0], name=SECRETS[1], role=SECRETS[2], attributes=[(SECRETS[3], ["x"])],
                  session_index=SECRETS[4], encrypt_for=world.sp_pair())
    around = world.good("acme")
    ciphers: dict[str, dict[str, Any]] = {"of GCM": {}, "of CBC": {"encryption": encrypt.Method("aes256-cbc")}}
    found = {"theirs": world.good("beta", **inside).encoded(), "theirs, all signed": world.good("beta", signed="both", **inside).encoded(),
             "theirs, without a signature": world.good("beta", signed="none", **inside).encoded()}
    for name, changes in ciphers.items():
        signed = world.good("beta", issuer=around.idp.entity_id, **inside, **changes).finished()
        around.sign_response(signed)
        found[f"ours around theirs {name}"] = encode(serialise(signed))
        found[f"ours around one {name} that nobody signed"] = around.but(account="beta", signed="response", **inside, **changes).encoded()
    return found


def form_of(response: Response) -> str:
    return urlencode({"SAMLResponse": response.encoded(), "RelayState": "https://imagekit.test/dashboard"})


def har_of(*bodies: str) -> str:
    """A browser's log with a POST for each body."""
    entries = [{"request": {"method": "POST", "url": "https://imagekit.test/saml/consume",
                            "postData": {"mimeType": "application/x-www-form-urlencoded", "text": body}}} for body in bodies]
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": entries}})


def explain(server: Server, text: str, account: str = "acme", code: int | None = None) -> dict[str, Any]:
    """The JSON of ikssoctl."""
    wait_for_host(server)
    path = captured(server, "captured", text)
    done = server.ctl("--json", "explain", "--response", str(path), "--account", account, check=False)
    assert code is None or done.code == code, f"{done.code}: {done.out}{done.err}"
    return dict(json.loads(done.out), exit=done.code)


def failed(answer: dict[str, Any], which: str = "checks") -> dict[str, dict[str, Any]]:
    return {check["check"]: check for check in answer[which] if check["state"] == "failed"}
