# SPDX-License-Identifier: Apache-2.0
"""Unsigned messages, and messages whose signature was taken off (R5, R6, R17)."""

from lib.attack import refused
from lib.forge import DS, assertion_of, element, serialise, signature_of
from lib.world import good, sp_pair


def stripped(signed):
    root = good(signed=signed).finished()
    for node in (root, assertion_of(root)):
        for signature in node.findall(f"{{{DS}}}Signature"):
            node.remove(signature)
    return serialise(root)


def hollow():
    root = good(signed="none").tree()
    element(assertion_of(root), DS, "Signature")
    return serialise(root)


def signature_of_the_response_in_the_status():
    root = good(signed="response").finished()
    root[2].append(signature_of(root))
    return serialise(root)


refused("signature_missing", {
    "never_signed": lambda: good(signed="none"),
    "response_signature_stripped": lambda: stripped("response"),
    "assertion_signature_stripped": lambda: stripped("assertion"),
    "both_signatures_stripped": lambda: stripped("both"),
    "encrypted_but_unsigned": lambda: good(signed="none", encrypt_for=sp_pair()),
})
refused("structure_forbidden", {
    "hollow_signature": hollow,
    "signature_in_the_wrong_place": signature_of_the_response_in_the_status,
})
