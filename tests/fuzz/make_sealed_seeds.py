#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of fuzz_sealed: the other cookies of docs/cookie.md by another implementation, whole and spoilt."""
import struct
import sys
from pathlib import Path

from make_session_seeds import COUNTS, FIELDS, START, TIMES, index_of, pack, seal

HANDLE = "A" * 22
REQUEST = "_ik" + "B" * 22
IDP = "https://idp.example/entity"
TARGET = "https://imagekit.io/dashboard?x=1#y"
EMAIL = "zoe@acme.example"
MFA = "https://refeds.org/profile/mfa"
OLD = 9     # texts of a session of format 2


def texts(*values: str) -> bytes:
    return b"".join(struct.pack(">H", len(v.encode())) + v.encode() for v in values)


def ints(*values: int) -> bytes:
    return struct.pack(f">{len(values)}q", *values)


def wish(age: int, *contexts: str) -> bytes:
    return ints(age, len(contexts)) + texts(*contexts)


def record(rest: bytes, made: int = START) -> bytes:
    return ints(made * 1000000) + rest


def login(made: int = START, handle: str = HANDLE, wanted: bytes = wish(0),
          draft: str = "") -> bytes:
    return record(texts(handle, REQUEST, "acme", IDP, TARGET, draft) + ints(0) + wanted, made)


def whose(expires: int = START + 43200) -> bytes:
    index = index_of("Zoe@ACME.example", "_s1")
    return record(texts("A" * 22, "acme", EMAIL, index) + ints(expires * 1000000, COUNTS[0], START * 1000000))


def arrival(session: bytes, made: int = START) -> bytes:
    return record(texts(TARGET) + session, made)


def step(wanted: bytes) -> bytes:
    return record(texts("acme", TARGET) + wanted)


def seeds() -> dict[str, bytes]:
    session = pack(FIELDS, TIMES)
    opens = seal(login(), b"login")
    return {
        "login_opens": opens,
        "login_of_a_test": seal(login(draft="D" * 22), b"login"),
        "login_expired": seal(login(START - 600), b"login"),
        "login_of_the_future": seal(login(START + 3600), b"login"),
        "login_of_another_handle": seal(login(handle="C" * 22), b"login"),
        "login_cut": opens[:-1],
        "login_bit_flipped": opens[:50] + (b"A" if opens[50:51] != b"A" else b"B") + opens[51:],
        "login_as_whose": seal(login(), b"whose"),
        "whose_opens": seal(whose(), b"whose"),
        "whose_over": seal(whose(START), b"whose"),
        "whose_as_session": seal(whose(), b"session"),
        "arrival_opens": seal(arrival(session), b"arrival"),
        "arrival_of_format_2": seal(arrival(pack(FIELDS[:OLD], TIMES, version=2)), b"arrival"),
        "arrival_expired": seal(arrival(session, START - 600), b"arrival"),
        "arrival_that_is_a_session": seal(session, b"arrival"),
        "step_opens": seal(step(wish(900, MFA)), b"step"),
        "step_of_nothing": seal(step(wish(0)), b"step"),
        "empty": b"",
        "not_base64": b"%s%n../\xff\xfe\"; Path=/",
        "too_long": b"A" * 7000,
        "plain_login": b"!l" + login(wanted=wish(900, MFA, "urn:a")),
        "plain_login_without_time": b"!l" + login()[:7],
        "plain_login_left_over": b"!l" + login() + b"x",
        "plain_login_17_contexts": b"!l" + login(wanted=wish(0, *["urn:a"] * 17)),
        "plain_login_contexts_missing": b"!l" + login(wanted=ints(0, 16)),
        "plain_login_contexts_negative": b"!l" + login(wanted=ints(0, -1)),
        "plain_login_age_negative": b"!l" + login(wanted=ints(-1, 0)),
        "plain_login_length_too_large": b"!l" + ints(START * 1000000) + b"\xff\xff" + login()[10:],
        "plain_whose": b"!w" + whose(),
        "plain_whose_overflow": b"!w" + whose()[:-24] + b"\x7f" + b"\xff" * 7 + b"\x80" + b"\0" * 15,
        "plain_time_smallest": b"!w" + b"\x80" + b"\0" * 7 + whose()[8:],
        "plain_arrival": b"!a" + arrival(session),
        "plain_arrival_without_session": b"!a" + arrival(b""),
        "plain_step": b"!s" + step(wish(900, MFA)),
        "plain_nothing": b"!s",
    }


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "corpus" / "sealed"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in seeds().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
