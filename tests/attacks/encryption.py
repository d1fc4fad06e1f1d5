# SPDX-License-Identifier: Apache-2.0
"""Encryption that proves nothing, is broken, or cannot be opened (R5, R17; Keycloak CVE-2026-2092)."""

from lxml import etree

from lib import keys
from lib.attack import refused
from lib.encrypt import XENC, Method
from lib.forge import serialise, signature_of
from lib.sign import sign
from lib.world import good, providers, sp_pair


def encrypted(data="aes256-gcm", key="rsa-oaep-mgf1p", signed="assertion", by_hand=False, **changes):
    return good(encrypt_for=sp_pair(), encryption=Method(data, key, by_hand=by_hand), signed=signed, **changes)


def altered(change, signed="assertion"):
    root = encrypted(signed=signed).finished()
    change(root)
    return serialise(root)


def flip(where):
    def change(root):
        value = root.findall(f".//{{{XENC}}}CipherValue")[where]
        middle = len(value.text) // 2
        value.text = value.text[:middle] + ("A" if value.text[middle] != "A" else "B") + value.text[middle + 1:]
    return change


def cut(root):
    value = root.findall(f".//{{{XENC}}}CipherValue")[-1]
    value.text = value.text[:8]


def reference(root):
    data = root.findall(f".//{{{XENC}}}CipherData")[-1]
    data.remove(data[0])
    etree.SubElement(data, f"{{{XENC}}}CipherReference", URI="http://127.0.0.1:9/x")


def cbc_with_a_foreign_signature():
    root = encrypted("aes256-cbc", signed="none").finished()
    sign(root, keys.pair("rsa2048", "attacker"))
    return serialise(root)


def cbc_with_a_stripped_signature():
    root = encrypted("aes256-cbc", signed="both").finished()
    root.remove(signature_of(root))
    return serialise(root)


refused("signature_missing", {
    "gcm_unsigned": lambda: encrypted(signed="none"),
})
refused("signature_invalid", {
    "gcm_signed_by_somebody_else": lambda: encrypted().but(key=keys.pair("rsa2048", "attacker")),
    "gcm_signed_by_another_account": lambda: encrypted().but(key=providers()["beta"].key),
    "cbc_in_a_response_signed_by_somebody_else": cbc_with_a_foreign_signature,
})
refused("decryption_failed", {
    "cbc_in_an_unsigned_response": lambda: encrypted("aes256-cbc"),
    "cbc128_in_an_unsigned_response": lambda: encrypted("aes128-cbc"),
    "cbc_unsigned": lambda: encrypted("aes128-cbc", signed="none"),
    "cbc_with_the_signature_stripped": cbc_with_a_stripped_signature,
    "for_somebody_else": lambda: good(encrypt_for=keys.pair("rsa2048", "other-sp")),
    "key_changed": lambda: altered(flip(0)),
    "data_changed": lambda: altered(flip(1)),
    "data_cut": lambda: altered(cut),
})
refused("algorithm_forbidden", {
    "rsa_1_5": lambda: encrypted(key="rsa-1_5"),
    "rsa_1_5_in_a_signed_response": lambda: encrypted(key="rsa-1_5", signed="response"),
    "triple_des": lambda: encrypted("tripledes-cbc", signed="response"),
})
refused("structure_forbidden", {
    "cipher_reference": lambda: altered(reference),
})
