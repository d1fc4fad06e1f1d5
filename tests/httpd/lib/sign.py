# SPDX-License-Identifier: Apache-2.0
"""Signs XML with python-xmlsec, in every way an identity provider or an attacker would."""

from __future__ import annotations

import base64
from typing import Callable

import xmlsec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from . import keys

C = xmlsec.constants
DS = "http://www.w3.org/2000/09/xmldsig#"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"

METHODS = {
    "rsa-sha1": C.TransformRsaSha1, "rsa-sha224": C.TransformRsaSha224, "rsa-sha256": C.TransformRsaSha256,
    "rsa-sha384": C.TransformRsaSha384, "rsa-sha512": C.TransformRsaSha512,
    "ecdsa-sha1": C.TransformEcdsaSha1, "ecdsa-sha256": C.TransformEcdsaSha256,
    "ecdsa-sha384": C.TransformEcdsaSha384, "ecdsa-sha512": C.TransformEcdsaSha512,
    "hmac-sha1": C.TransformHmacSha1, "hmac-sha256": C.TransformHmacSha256,
}
DIGESTS = {"sha1": C.TransformSha1, "sha224": C.TransformSha224, "sha256": C.TransformSha256,
           "sha384": C.TransformSha384, "sha512": C.TransformSha512, "md5": C.TransformMd5}

Edit = Callable[[etree._Element], None]


def place(node: etree._Element, signature: etree._Element) -> None:
    """Puts the signature where SAML's schema wants it: behind Issuer."""
    issuer = node.find(f"{{{SAML}}}Issuer")
    node.insert(0 if issuer is None else node.index(issuer) + 1, signature)


def template(node: etree._Element, method: str, digest: str, uri: str | None = None) -> etree._Element:
    """An empty signature with one reference to node, as a child of it."""
    signature = xmlsec.template.create(node, C.TransformExclC14N, METHODS[method], ns="ds")
    place(node, signature)
    target = "#" + node.get("ID") if uri is None else uri
    reference = xmlsec.template.add_reference(signature, DIGESTS[digest], uri=target)
    xmlsec.template.add_transform(reference, C.TransformEnveloped)
    xmlsec.template.add_transform(reference, C.TransformExclC14N)
    # lxml does not find by name what xmlsec has made in C, until it has read it itself.
    readable = etree.fromstring(etree.tostring(signature, with_tail=False))
    node.replace(signature, readable)
    return readable


def compute(signature: etree._Element, key: xmlsec.Key) -> None:
    """Fills digests and value in."""
    root = signature.getroottree().getroot()
    xmlsec.tree.add_ids(root, ["ID", "Id"])
    context = xmlsec.SignatureContext()
    context.key = key
    context.sign(signature)


def private_key(pair: keys.Pair) -> xmlsec.Key:
    return xmlsec.Key.from_memory(pair.key_pem, C.KeyDataFormatPem)


def add_certificate(signature: etree._Element, certificate: str) -> None:
    """A KeyInfo that shows a certificate."""
    info = etree.SubElement(signature, f"{{{DS}}}KeyInfo")
    etree.SubElement(etree.SubElement(info, f"{{{DS}}}X509Data"), f"{{{DS}}}X509Certificate").text = certificate


def sign(node: etree._Element, pair: keys.Pair, method: str | None = None, digest: str = "sha256",
         key_info: bool = True, edit: Edit | None = None) -> etree._Element:
    """Signs node with a child of it. edit may change the signature before it is computed."""
    signature = template(node, method or ("ecdsa-sha256" if pair.is_ec else "rsa-sha256"), digest)
    if key_info:
        add_certificate(signature, pair.cert_base64)
    if edit is not None:
        edit(signature)
    compute(signature, private_key(pair))
    return signature


def sign_hmac(node: etree._Element, secret: bytes, method: str = "hmac-sha256") -> etree._Element:
    """Signs node with a symmetric key: what the public key is to a careless verifier."""
    signature = template(node, method, "sha256")
    compute(signature, xmlsec.Key.from_binary_data(xmlsec.constants.KeyDataHmac, secret))
    return signature


def sign_value_by_hand(signature: etree._Element, pair: keys.Pair) -> None:
    """Fills only SignatureValue in, over SignedInfo as it stands: digests are what the caller made them (RSA with SHA-256)."""
    info = signature.find(f"{{{DS}}}SignedInfo")
    octets = etree.tostring(info, method="c14n", exclusive=True, with_tail=False)
    value = pair.private.sign(octets, padding.PKCS1v15(), hashes.SHA256())
    signature.find(f"{{{DS}}}SignatureValue").text = base64.b64encode(value).decode()
