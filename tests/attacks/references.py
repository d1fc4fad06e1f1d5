# SPDX-License-Identifier: Apache-2.0
"""References that name something else than the parent of the signature (R2, R4), with a genuine signature wherever one is possible."""

from lib.attack import refused
from lib.forge import DS, assertion_of, clone, element, new_id, serialise
from lib.sign import sign_value_by_hand
from lib.world import good, providers


def signed_after(edit):
    """The signature is edited first, then computed by xmlsec: it verifies."""
    response = good(signed="none")
    root = response.tree()
    response.sign_assertion(root, edit)
    return serialise(root)


def signed_by_hand(edit):
    """For references that xmlsec itself would not resolve."""
    response = good(signed="none")
    root = response.tree()
    response.sign_assertion(root)
    signature = assertion_of(root).find(f"{{{DS}}}Signature")
    edit(signature)
    sign_value_by_hand(signature, providers()["acme"].key)
    return serialise(root)


def reference(signature):
    return signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")


def to(uri):
    return lambda signature: reference(signature).set("URI", uri)


def without_uri(signature):
    del reference(signature).attrib["URI"]


def to_the_response(signature):
    reference(signature).set("URI", "#" + signature.getparent().getparent().get("ID"))


def second(signature):
    info = reference(signature).getparent()
    copied = clone(reference(signature))
    info.append(copied)
    copied.set("URI", "#" + signature.getparent().getparent().get("ID"))


def second_to_the_same(signature):
    reference(signature).getparent().append(clone(reference(signature)))


def none_at_all(signature):
    reference(signature).getparent().remove(reference(signature))


def of_type_manifest(signature):
    node = element(signature, DS, "Object")
    manifest = element(node, DS, "Manifest", Id=new_id())
    manifest.append(clone(reference(signature)))


def plain_object(signature):
    element(element(signature, DS, "Object", Id=new_id()), "urn:x", "anything", "text")


def properties(signature):
    node = element(element(signature, DS, "Object"), DS, "SignatureProperties")
    element(node, DS, "SignatureProperty", "x", Target="#x")


refused("structure_forbidden", {
    "empty_uri": lambda: signed_after(to("")),
    "no_uri": lambda: signed_by_hand(without_uri),
    "another_id": lambda: signed_after(to_the_response),
    "unknown_id": lambda: signed_by_hand(to("#_nobody")),
    "xpointer_root": lambda: signed_after(to("#xpointer(/)")),
    "xpointer_id": lambda: signed_by_hand(to("#xpointer(id('x'))")),
    "external_http": lambda: signed_by_hand(to("http://127.0.0.1:9/x")),
    "external_file": lambda: signed_by_hand(to("file:///etc/hostname")),
    "second_reference": lambda: signed_after(second),
    "second_reference_to_the_same": lambda: signed_after(second_to_the_same),
    "no_reference": lambda: signed_by_hand(none_at_all),
    "object": lambda: signed_after(plain_object),
    "manifest": lambda: signed_by_hand(of_type_manifest),
    "signature_properties": lambda: signed_after(properties),
})
