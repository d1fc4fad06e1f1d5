# SPDX-License-Identifier: Apache-2.0
"""True signatures over text that was changed afterwards, and signatures with pieces added (SAMLStorm, void canonicalisation)."""

import base64
import hashlib

from lxml import etree

from lib.attack import refused
from lib.forge import DS, SAML, assertion_of, clone, new_id, serialise, signature_of
from lib.sign import sign_value_by_hand, template
from lib.world import good, providers


def altered(change, signed="assertion"):
    root = good(signed=signed).finished()
    change(root)
    return serialise(root)


def other_email(root):
    root.find(f".//{{{SAML}}}NameID").text = "root@acme.test"


def other_role(root):
    root.findall(f".//{{{SAML}}}AttributeValue")[-1].text = "account_administrator"


def other_id(root):
    assertion_of(root).set("ID", new_id())


def one_more_attribute(root):
    statement = root.find(f".//{{{SAML}}}AttributeStatement")
    statement.append(clone(statement[0]))


def other_destination(root):
    root.set("Destination", "https://imagekit.test/other")


def other_value(root):
    value = root.find(f".//{{{DS}}}SignatureValue")
    octets = bytearray(base64.b64decode(value.text))
    octets[10] ^= 1
    value.text = base64.b64encode(octets).decode()


def empty_value(root):
    root.find(f".//{{{DS}}}SignatureValue").text = ""


def other_digest(root):
    root.find(f".//{{{DS}}}DigestValue").text = base64.b64encode(hashlib.sha256(b"x").digest()).decode()


def swapped_method(root):
    root.find(f".//{{{DS}}}SignatureMethod").set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512")


def ec_method_for_an_rsa_key(root):
    root.find(f".//{{{DS}}}SignatureMethod").set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256")


def true_digest_in_a_comment(root):
    digest = root.find(f".//{{{DS}}}DigestValue")
    comment = etree.Comment(digest.text)
    digest.text = None
    digest.append(comment)


def second_signed_info(root):
    info = root.find(f".//{{{DS}}}SignedInfo")
    info.addnext(clone(info))


def second_signature_value(root):
    value = root.find(f".//{{{DS}}}SignatureValue")
    value.addnext(clone(value))


def second_digest(root):
    value = root.find(f".//{{{DS}}}DigestValue")
    value.addnext(clone(value))


def second_signature(root):
    signature = signature_of(assertion_of(root))
    signature.addnext(clone(signature))


def relative_namespace():
    """A relative namespace name makes canonicalisation fail in libxml2; nothing must then count as a digest of nothing."""
    text = altered(lambda root: None).decode()
    return text.replace("<saml:Assertion ", '<saml:Assertion xmlns:x="1" ', 1).encode()


def digest_of_nothing():
    """The same, with a genuine signature over the digest of the empty string."""
    root = good(signed="none").tree()
    signature = template(assertion_of(root), "rsa-sha256", "sha256")
    digest = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    signature.find(f".//{{{DS}}}DigestValue").text = digest
    sign_value_by_hand(signature, providers()["acme"].key)
    return serialise(root).decode().replace("<saml:Assertion ", '<saml:Assertion xmlns:x="1" ', 1).encode()


refused("signature_invalid", {
    "email": lambda: altered(other_email),
    "email_in_a_signed_response": lambda: altered(other_email, "response"),
    "email_where_both_are_signed": lambda: altered(other_email, "both"),
    "role": lambda: altered(other_role),
    "attribute_added": lambda: altered(one_more_attribute, "response"),
    "destination_of_a_signed_response": lambda: altered(other_destination, "response"),
    "signature_value": lambda: altered(other_value),
    "signature_value_emptied": lambda: altered(empty_value),
    "digest_value": lambda: altered(other_digest),
    "method_swapped": lambda: altered(swapped_method),
    "ec_method_for_an_rsa_key": lambda: altered(ec_method_for_an_rsa_key),
})
refused("structure_forbidden", {
    "id_so_that_the_reference_dangles": lambda: altered(other_id),
    "true_digest_in_a_comment": lambda: altered(true_digest_in_a_comment),
    "second_signedinfo": lambda: altered(second_signed_info),
    "second_signature_value": lambda: altered(second_signature_value),
    "second_digest_value": lambda: altered(second_digest),
    "second_signature": lambda: altered(second_signature),
    "canonicalisation_fails": relative_namespace,
    "canonicalisation_fails_and_the_digest_is_of_nothing": digest_of_nothing,
})
