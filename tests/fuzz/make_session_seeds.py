#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of fuzz_session: cookies made by another implementation of docs/cookie.md, whole and spoilt."""
import base64
import hashlib
import struct
import sys
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = bytes(range(32))
KEY_ID = bytes.fromhex("0a1b2c3d")
NONCE = bytes(range(100, 112))
HOST = b"https://imagekit.io"
START = 1800000000
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
OLD = 9     # texts of format 2


def index_of(name_id: str, session_index: str) -> str:
    name = f"index:{name_id.lower()}"
    return hashlib.sha256(f"{len(name.encode())}:{name}{session_index}".encode()).hexdigest()[:32]


FIELDS = ["AAAAAAAAAAAAAAAAAAAAAA", "acme", "", "Zoë 李", "developer", "https://idp.example/entity",
          "Zoe@ACME.example", "_s1", "IKSSO_TEAM=a;b\n", "", PASSWORD, index_of("Zoe@ACME.example", "_s1")]
TIMES = [START - 300, START, START, START + 43200]
COUNTS = [START * 1000000 - 1, 0]


def pack(fields: list[str], times: list[int], version: int = 3) -> bytes:
    texts = b"".join(struct.pack(">H", len(t.encode())) + t.encode() for t in fields)
    return struct.pack(">q", version) + texts + struct.pack(f">{len(times)}q", *(t * 1000000 for t in times)) + struct.pack(">2q", *COUNTS)


def seal(plain: bytes, purpose: bytes = b"session", version: int = 1, key_id: bytes = KEY_ID) -> bytes:
    header = bytes([version]) + key_id
    scope = header + purpose + b"\0" + HOST + b"\0"
    return base64.urlsafe_b64encode(header + NONCE + AESGCM(KEY).encrypt(NONCE, plain, scope)).rstrip(b"=")


def seeds() -> dict[str, bytes]:
    plain = pack(FIELDS, TIMES)
    opens = seal(plain)
    own_email = FIELDS[:2] + ["zoe@acme.example"] + FIELDS[3:6] + ["other@acme.example", "", "", PERSISTENT, "", FIELDS[11]]
    return {
        "opens": opens,
        "opens_own_email": seal(pack(own_email, TIMES)),
        "expired": seal(pack(FIELDS, [t - 86400 for t in TIMES])),
        "idle": seal(pack(FIELDS, [START - 7200] * 3 + [START + 600])),
        "future": seal(pack(FIELDS, [t + 86400 for t in TIMES])),
        "format_1": seal(pack(FIELDS, TIMES, version=1)),
        "format_2": seal(pack(FIELDS[:OLD], TIMES, version=2)),
        "format_2_with_too_many": seal(pack(FIELDS, TIMES, version=2)),
        "format_3_with_too_few": seal(pack(FIELDS[:OLD], TIMES)),
        "format_4": seal(pack(FIELDS, TIMES, version=4)),
        "other_purpose": seal(plain, purpose=b"login"),
        "other_version": seal(plain, version=2),
        "unknown_key": seal(plain, key_id=b"\0\0\0\0"),
        "nothing_inside": seal(b""),
        "cut": opens[:-1],
        "padded": opens + b"=",
        "bit_flipped": opens[:40] + (b"A" if opens[40:41] != b"A" else b"B") + opens[41:],
        "short": opens[:44],
        "empty": b"",
        "not_base64": b"%s%n../\xff\xfe\"; Path=/",
        "too_long": b"A" * 5000,
        "without_index": seal(pack(FIELDS[:-1] + [""], TIMES)),
        "plain_whole": b"!" + plain,
        "plain_length_too_large": b"!" + plain[:8] + b"\xff\xff" + plain[10:],
        "plain_nul": b"!" + plain[:12] + b"\0" + plain[13:],
        "plain_time_overflow": b"!" + plain[:-32] + b"\x7f" + b"\xff" * 7 + b"\x80" + b"\0" * 7 + plain[-16:],
        "plain_position_negative": b"!" + plain[:-16] + b"\x80" + b"\0" * 15,
        "plain_left_over": b"!" + plain + b"x",
    }


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "corpus" / "session"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
