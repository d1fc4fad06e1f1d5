# SPDX-License-Identifier: Apache-2.0
"""Bytes that are no SAMLResponse: no base64, no XML, no UTF-8 (R7, R8)."""

import base64
import zlib

from lib.attack import refused
from lib.forge import encode
from lib.world import good


def text():
    return good().bytes().decode()


def utf16():
    return text().encode("utf-16")


def declared(name, octets):
    return f'<?xml version="1.0" encoding="{name}"?>'.encode() + octets


refused("malformed", {
    "utf16": utf16,
    "utf16_without_mark": lambda: text().encode("utf-16-le"),
    "utf32": lambda: text().encode("utf-32"),
    "utf7_declared": lambda: declared("UTF-7", text().replace("ann@", "+AGE-nn@").encode()) + b"\xff",
    "latin1": lambda: declared("ISO-8859-1", text().replace("Ann", "Zo\xeb").encode("latin-1")),
    "nul_byte": lambda: text().replace("ann@", "ann\0@").encode(),
    "nul_at_the_end": lambda: text().encode() + b"\0",
    "invalid_utf8": lambda: text().encode().replace(b"Ann", b"A\xff\xfe"),
    "overlong_utf8": lambda: text().encode().replace(b"Ann", b"A\xc0\xaf"),
    "surrogate": lambda: text().encode().replace(b"Ann", b"\xed\xa0\x80"),
    "not_base64": lambda: "<samlp:Response/>",
    "base64_cut_short": lambda: encode(text().encode())[:-3].rstrip("=")[:-2] + "%",
    "base64url": lambda: base64.urlsafe_b64encode(b"<a>\xfb\xff\xfe</a>").decode(),
    "empty_field": lambda: "",
    "blanks": lambda: "  \r\n ",
    "nothing_in_base64": lambda: encode(b" "),
    "cut_in_the_middle": lambda: text().encode()[:700],
    "two_roots": lambda: text().encode() + b"<x/>",
    "text_behind_the_root": lambda: text().encode() + b"x",
    "no_xml": lambda: b"SAMLResponse",
    "json": lambda: b'{"email":"ann@acme.test"}',
    "control_reference": lambda: text().replace("Ann", "A&#0;nn").encode(),
    "deflated": lambda: zlib.compress(text().encode())[2:-4],
})
