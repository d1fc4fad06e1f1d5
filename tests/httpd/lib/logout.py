# SPDX-License-Identifier: Apache-2.0
"""Messages of Single Logout as identity providers send and read them: independent of the code under test."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Sequence
from urllib.parse import quote, unquote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from . import keys
from .forge import EMAIL, SAML, SAMLP, SUCCESS, element, instant, new_id

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
OURS = "https://imagekit.test/logout"
RSA_SHA256 = f"{MORE}rsa-sha256"
HASHES = {"1": hashes.SHA1, "256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}

Encode = Callable[[str], str]


# The messages

def request(issuer: str | None, indexes: Iterable[str] = ("_session-1",), name: str | None = "ann@acme.test",
            destination: str | None = OURS, issued: float | str = 0.0, ends: float | None = 300.0, **other: str) -> etree._Element:
    """A LogoutRequest, unsigned; times are seconds from now; None leaves a part out."""
    when = instant(issued) if isinstance(issued, float) else issued
    root = element(None, SAMLP, "LogoutRequest", ID=new_id(), Version="2.0", IssueInstant=when, Destination=destination,
                   NotOnOrAfter=None if ends is None else instant(ends), Reason="urn:oasis:names:tc:SAML:2.0:logout:user")
    for key, value in other.items():
        root.set(key, value)
    if issuer is not None:
        element(root, SAML, "Issuer", issuer)
    if name is not None:
        element(root, SAML, "NameID", name, Format=EMAIL, SPNameQualifier="https://imagekit.test/saml/consume")
    for index in indexes:
        element(root, SAMLP, "SessionIndex", index)
    return root


def response(issuer: str, status: Sequence[str] = (SUCCESS,), **other: str) -> etree._Element:
    """A LogoutResponse, unsigned."""
    values = {"ID": new_id(), "Version": "2.0", "IssueInstant": instant(0), "Destination": OURS, "InResponseTo": "_ik-request"}
    root = element(None, SAMLP, "LogoutResponse", **{**values, **other})
    element(root, SAML, "Issuer", issuer)
    parent = element(root, SAMLP, "Status")
    for code in status:
        parent = element(parent, SAMLP, "StatusCode", Value=code)
    return root


# HTTP-Redirect

def deflate(octets: bytes) -> str:
    made = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(made.compress(octets) + made.flush()).decode()


def plain(value: str) -> str:
    return quote(value, safe="")


def lower(value: str) -> str:
    """Percent-encoding as .NET writes it: in lower case."""
    return re.sub("%..", lambda match: match[0].lower(), plain(value))


def raw_signature(pair: keys.Pair, octets: bytes, digest: str, der: bool = False) -> bytes:
    if not pair.is_ec:
        return pair.private.sign(octets, padding.PKCS1v15(), HASHES[digest]())
    value = pair.private.sign(octets, ec.ECDSA(HASHES[digest]()))
    size = (pair.private.curve.key_size + 7) // 8
    return value if der else b"".join(n.to_bytes(size, "big") for n in decode_dss_signature(value))


def parts(root: etree._Element | None, pair: keys.Pair | None, digest: str = "256", relay: str | None = "state",
          encode: Encode = plain, der: bool = False, algorithm: str | None = None, field: str | None = None,
          octets: bytes | None = None) -> dict[str, str]:
    """The parameters of a signed query, in the order of the specification: name -> raw value."""
    name = field or ("SAMLRequest" if root is None or "Request" in root.tag else "SAMLResponse")
    made = {name: encode(deflate(etree.tostring(root) if octets is None else octets))}
    if relay is not None:
        made["RelayState"] = encode(relay)
    if pair is not None:
        kind = "ecdsa" if pair.is_ec else "rsa"
        made["SigAlg"] = encode(algorithm or (f"http://www.w3.org/2000/09/xmldsig#{kind}-sha1" if digest == "1"
                                              else f"{MORE}{kind}-sha{digest}"))
        made["Signature"] = encode(base64.b64encode(raw_signature(pair, join(made).encode(), digest, der)).decode())
    return made


def join(made: dict[str, str], order: Iterable[str] | None = None) -> str:
    return "&".join(f"{name}={made[name]}" for name in order or made)


def query(root: etree._Element | None, pair: keys.Pair | None, **how: Any) -> str:
    return join(parts(root, pair, **how))


# The other bindings

def post(root: etree._Element) -> str:
    """What stands in the field of a form."""
    return base64.b64encode(etree.tostring(root)).decode()


def envelope(*inside: etree._Element, header: bool = False) -> str:
    root = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"S": SOAP})
    if header:
        etree.SubElement(etree.SubElement(root, f"{{{SOAP}}}Header"), "{urn:x}Trace").text = "1"
    etree.SubElement(root, f"{{{SOAP}}}Body").extend(inside)
    return etree.tostring(root).decode()


# What we send, as an identity provider reads it

@dataclass
class Sent:
    """A message in the query of a redirect."""
    url: str                # without the query
    root: etree._Element
    relay_state: str | None


def read_redirect(location: str, pair: keys.Pair) -> Sent:
    """The message in a Location; its signature must be the last parameter, and the key's."""
    found = urlsplit(location)
    octets, _, signature = found.query.partition("&Signature=")
    fields = {name: unquote(value) for name, _, value in (each.partition("=") for each in octets.split("&"))}
    assert fields["SigAlg"] == RSA_SHA256 and len(fields) == octets.count("&") + 1, octets
    try:
        pair.private.public_key().verify(base64.b64decode(unquote(signature), validate=True), octets.encode(),
                                         padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise AssertionError(f"the signature is not good: {location}") from None
    message = fields.get("SAMLRequest") or fields["SAMLResponse"]
    root = etree.fromstring(zlib.decompress(base64.b64decode(message, validate=True), -15))
    return Sent(found._replace(query="").geturl(), root, fields.get("RelayState"))
