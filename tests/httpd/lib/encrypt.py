# SPDX-License-Identifier: Apache-2.0
"""Encrypts assertions (XML Encryption 1.1): python-xmlsec where it can, by hand where it cannot."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass

import xmlsec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree

from . import keys

C = xmlsec.constants
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"

DATA = {
    "aes128-gcm": (XENC11 + "aes128-gcm", 16, C.TransformAes128Gcm),
    "aes256-gcm": (XENC11 + "aes256-gcm", 32, C.TransformAes256Gcm),
    "aes128-cbc": (XENC + "aes128-cbc", 16, C.TransformAes128Cbc),
    "aes256-cbc": (XENC + "aes256-cbc", 32, C.TransformAes256Cbc),
    "tripledes-cbc": (XENC + "tripledes-cbc", 24, C.TransformDes3Cbc),
}
KEY = {"rsa-oaep-mgf1p": XENC + "rsa-oaep-mgf1p", "rsa-oaep": XENC11 + "rsa-oaep", "rsa-1_5": XENC + "rsa-1_5"}


@dataclass(frozen=True)
class Method:
    """How an assertion is encrypted."""
    data: str = "aes256-gcm"
    key: str = "rsa-oaep-mgf1p"
    digest: str = "sha1"        # of OAEP, with its MGF1 always on SHA-1 for rsa-oaep-mgf1p
    by_hand: bool = False


def _new(parent: etree._Element | None, ns: str, name: str, **attributes: str) -> etree._Element:
    nsmap = {"xenc": XENC} if ns == XENC else None
    tag = f"{{{ns}}}{name}"
    node = etree.Element(tag, nsmap=nsmap) if parent is None else etree.SubElement(parent, tag)
    for key, value in attributes.items():
        node.set(key, value)
    return node


def assertion(node: etree._Element, recipient: keys.Pair, method: Method) -> etree._Element:
    """Replaces the assertion by an EncryptedAssertion that recipient can open; returns that."""
    parent = node.getparent()
    assert parent is not None
    wrapper = etree.Element(f"{{{SAML}}}EncryptedAssertion", nsmap={"saml": SAML})
    if method.by_hand or method.key == "rsa-oaep" or method.digest != "sha1":
        parent.replace(node, wrapper)
        wrapper.append(_by_hand(etree.tostring(node, with_tail=False), recipient, method))
    else:
        parent.replace(node, wrapper)
        wrapper.append(_by_xmlsec(node, recipient, method))
    return wrapper


def _by_xmlsec(node: etree._Element, recipient: keys.Pair, method: Method) -> etree._Element:
    uri, size, transform = DATA[method.data]
    root = etree.fromstring(etree.tostring(node, with_tail=False))
    data = xmlsec.template.encrypted_data_create(root, transform, type=XENC + "Element", ns="xenc")
    xmlsec.template.encrypted_data_ensure_cipher_value(data)
    info = xmlsec.template.encrypted_data_ensure_key_info(data, ns="ds")
    oaep = C.TransformRsaPkcs1 if method.key == "rsa-1_5" else C.TransformRsaOaep
    key = xmlsec.template.add_encrypted_key(info, oaep)
    xmlsec.template.encrypted_data_ensure_cipher_value(key)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(recipient.public_pem, C.KeyDataFormatPem))
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(C.KeyDataDes if size == 24 else C.KeyDataAes, size * 8, C.KeyDataTypeSession)
    return context.encrypt_xml(data, root)


def seal(plain: bytes, secret: bytes, name: str) -> bytes:
    """The octets of a CipherValue (XML Encryption 5.2)."""
    if name.endswith("gcm"):
        nonce = os.urandom(12)
        return nonce + AESGCM(secret).encrypt(nonce, plain, None)
    vector, missing = os.urandom(16), 16 - len(plain) % 16
    cipher = Cipher(algorithms.AES(secret), modes.CBC(vector)).encryptor()
    return vector + cipher.update(plain + os.urandom(missing - 1) + bytes([missing])) + cipher.finalize()


def _wrap(secret: bytes, recipient: keys.Pair, method: Method) -> bytes:
    public = recipient.cert.public_key()
    if method.key == "rsa-1_5":
        return public.encrypt(secret, padding.PKCS1v15())
    digest = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha512": hashes.SHA512}[method.digest]
    mask = hashes.SHA1 if method.key == "rsa-oaep-mgf1p" else digest
    return public.encrypt(secret, padding.OAEP(padding.MGF1(mask()), digest(), None))


def _by_hand(plain: bytes, recipient: keys.Pair, method: Method) -> etree._Element:
    uri, size, _ = DATA[method.data]
    secret = os.urandom(size)
    data = _new(None, XENC, "EncryptedData", Type=XENC + "Element")
    _new(data, XENC, "EncryptionMethod", Algorithm=uri)
    key = _new(_new(data, DS, "KeyInfo"), XENC, "EncryptedKey")
    how = _new(key, XENC, "EncryptionMethod", Algorithm=KEY[method.key])
    if method.key != "rsa-1_5":
        name = DS + "sha1" if method.digest == "sha1" else XENC + method.digest
        _new(how, DS, "DigestMethod", Algorithm=name)
    if method.key == "rsa-oaep":
        _new(how, XENC11, "MGF", Algorithm=XENC11 + "mgf1" + method.digest)
    for parent, octets in ((key, _wrap(secret, recipient, method)), (data, seal(plain, secret, method.data))):
        value = _new(_new(parent, XENC, "CipherData"), XENC, "CipherValue")
        value.text = base64.b64encode(octets).decode()
    return data
