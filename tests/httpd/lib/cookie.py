# SPDX-License-Identifier: Apache-2.0
"""The session cookie as docs/cookie.md describes it, written a second time: opens it, changes it, seals it again."""

from __future__ import annotations

import base64
import os
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TEXTS = ("session", "account", "email", "name", "role", "idp", "name_id", "session_index", "attributes", "name_id_format",
         "context", "index")
OLD_TEXTS = TEXTS[:9]       # of format 2
TIMES = ("authenticated", "issued", "seen", "expires")
COUNTS = ("position", "attributes_version")


def encode(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Key:
    id: bytes
    created: int
    key: bytes


def read_keys(path: Path) -> list[Key]:
    """The keys of a key file, the newest first."""
    lines = [line.split() for line in path.read_text().splitlines() if line and not line.startswith("#")]
    keys = [Key(bytes.fromhex(name), int(created), decode(key)) for name, created, key in lines]
    return sorted(keys, key=lambda each: each.created, reverse=True)


@dataclass
class Session:
    """What a cookie holds. Times are microseconds since 1970."""
    texts: dict[str, str] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    format: int = 3
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))

    def aged(self, seconds: float, *names: str) -> "Session":
        """The same, with these times that much earlier."""
        moved = {name: value - int(seconds * 1e6) if name in names else value for name, value in self.times.items()}
        return Session(dict(self.texts), moved, self.format, dict(self.counts))

    def but(self, **texts: str) -> "Session":
        return Session({**self.texts, **texts}, dict(self.times), self.format, dict(self.counts))

    def pack(self) -> bytes:
        octets = [struct.pack(">q", self.format)]
        for name in OLD_TEXTS if self.format == 2 else TEXTS:
            text = self.texts[name].encode()
            octets.append(struct.pack(">H", len(text)) + text)
        octets += [struct.pack(">q", self.times[name]) for name in TIMES]
        octets += [struct.pack(">q", self.counts[name]) for name in COUNTS]
        return b"".join(octets)

    @classmethod
    def unpack(cls, octets: bytes) -> "Session":
        made, at = cls(), 8
        made.format = struct.unpack(">q", octets[:8])[0]
        for name in OLD_TEXTS if made.format == 2 else TEXTS:
            length = struct.unpack(">H", octets[at:at + 2])[0]
            made.texts[name] = octets[at + 2:at + 2 + length].decode()
            at += 2 + length
        for numbers, names in ((made.times, TIMES), (made.counts, COUNTS)):
            for name in names:
                numbers[name] = struct.unpack(">q", octets[at:at + 8])[0]
                at += 8
        assert at == len(octets), "bytes left over in the cookie"
        return made


def _scope(version: int, key: Key, origin: str, purpose: str) -> bytes:
    return bytes([version]) + key.id + purpose.encode() + b"\0" + origin.encode() + b"\0"


def open_cookie(text: str, keys: list[Key], origin: str, purpose: str = "session") -> Session:
    """What the server sealed; fails if it is not sealed as documented."""
    octets = decode(text)
    key = next(each for each in keys if each.id == octets[1:5])
    return Session.unpack(AESGCM(key.key).decrypt(octets[5:17], octets[17:], _scope(octets[0], key, origin, purpose)))


def seal(session: Session | bytes, key: Key, origin: str, purpose: str = "session", version: int = 1) -> str:
    """Seals what the server would have to believe, were it in time."""
    plain = session if isinstance(session, bytes) else session.pack()
    nonce = os.urandom(12)
    sealed = AESGCM(key.key).encrypt(nonce, plain, _scope(version, key, origin, purpose))
    return encode(bytes([version]) + key.id + nonce + sealed)


def now() -> int:
    return int(time.time() * 1e6)
