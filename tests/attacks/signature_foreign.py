# SPDX-License-Identifier: Apache-2.0
"""Signatures by keys that are not the account's, whatever KeyInfo says of them (R4)."""

import base64

from lib import keys
from lib.attack import refused
from lib.forge import DS, element, serialise
from lib.sign import add_certificate
from lib.world import good, providers


def attacker():
    return keys.pair("rsa2048", "attacker")


def show_key_value(signature):
    numbers = attacker().cert.public_key().public_numbers()
    info = element(signature, DS, "KeyInfo")
    value = element(element(info, DS, "KeyValue"), DS, "RSAKeyValue")
    for name, number in (("Modulus", numbers.n), ("Exponent", numbers.e)):
        octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
        element(value, DS, name, base64.b64encode(octets).decode())


def show_true_certificate(signature):
    add_certificate(signature, providers()["acme"].key.cert_base64)


def signed_with(show, signed="assertion"):
    response = good(signed="none", key=attacker(), key_info=False)
    root = response.tree()
    (response.sign_assertion if signed == "assertion" else response.sign_response)(root, show)
    return serialise(root)


def one_true_one_foreign():
    """The assertion is the provider's, the Response around it is signed by somebody else: not what the provider sent."""
    response = good(signed="assertion")
    root = response.finished()
    response.but(key=attacker()).sign_response(root)
    return serialise(root)


refused("signature_invalid", {
    "with_the_attackers_certificate_in_keyinfo": lambda: good(key=attacker()),
    "response_with_the_attackers_certificate": lambda: good(key=attacker(), signed="response"),
    "both_signed_by_the_attacker": lambda: good(key=attacker(), signed="both"),
    "without_keyinfo": lambda: good(key=attacker(), key_info=False),
    "with_the_true_certificate_in_keyinfo": lambda: signed_with(show_true_certificate),
    "with_the_attackers_rsakeyvalue": lambda: signed_with(show_key_value),
    "response_with_the_attackers_rsakeyvalue": lambda: signed_with(show_key_value, "response"),
    "by_another_accounts_key": lambda: good(key=providers()["beta"].key),
    "by_a_key_of_another_type": lambda: good(key=keys.pair("p256", "attacker")),
    "response_by_the_attacker_around_a_true_assertion": one_true_one_foreign,
})
