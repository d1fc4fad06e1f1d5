# SPDX-License-Identifier: Apache-2.0
"""HMAC with the public key as secret, and digests that are broken or too short (R4, R5)."""

from lib.attack import refused
from lib.forge import assertion_of, serialise
from lib.sign import sign_hmac
from lib.world import good, providers


def hmac(secret, method="hmac-sha256", whole=False):
    root = good(signed="none").tree()
    sign_hmac(root if whole else assertion_of(root), secret, method)
    return serialise(root)


def public():
    return providers()["acme"].key.public_pem


refused("algorithm_forbidden", {
    "hmac_sha256_with_the_public_key": lambda: hmac(public()),
    "hmac_sha256_with_the_certificate": lambda: hmac(providers()["acme"].key.cert_pem),
    "hmac_sha1_with_the_public_key": lambda: hmac(public(), "hmac-sha1"),
    "hmac_over_the_response": lambda: hmac(public(), whole=True),
    "rsa_sha1": lambda: good(method="rsa-sha1"),
    "rsa_sha1_over_the_response": lambda: good(method="rsa-sha1", signed="response"),
    "ecdsa_sha1": lambda: good("p256", method="ecdsa-sha1"),
    "sha1_digest": lambda: good(digest="sha1"),
    "sha1_all_over": lambda: good(digest="sha1", method="rsa-sha1", signed="both"),
    "rsa_sha224": lambda: good(method="rsa-sha224"),
    "sha224_digest": lambda: good(digest="sha224"),
})
