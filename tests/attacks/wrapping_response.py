# SPDX-License-Identifier: Apache-2.0
"""XML signature wrapping on a signed Response, XSW1 to XSW8: the signature stays valid, the reader is led elsewhere (R1, R2)."""

from lxml import etree

from lib.attack import refused
from lib.forge import DS, SAML, SAMLP, assertion_of, clone, element, new_id, serialise, signature_of
from lib.world import good


def pieces():
    """The evil message, with the true signature taken off the true one."""
    root = good(signed="response").finished()
    true = clone(root)
    true.remove(signature_of(true))
    evil = root
    evil.set("ID", new_id())
    assertion_of(evil).set("ID", new_id())
    assertion_of(evil).find(f".//{{{SAML}}}NameID").text = "root@acme.test"
    return evil, signature_of(evil), true


def inside_the_signature():
    evil, signature, true = pieces()
    signature.append(true)
    return serialise(evil)


def before_the_signature():
    evil, signature, true = pieces()
    signature.addprevious(true)
    return serialise(evil)


def inside_extensions():
    evil, signature, true = pieces()
    extensions = etree.Element(f"{{{SAMLP}}}Extensions")
    signature.addnext(extensions)
    extensions.append(true)
    return serialise(evil)


def inside_status_detail():
    evil, _, true = pieces()
    element(evil.find(f"{{{SAMLP}}}Status"), SAMLP, "StatusDetail").append(true)
    return serialise(evil)


def inside_an_object_of_the_signature():
    evil, signature, true = pieces()
    element(signature, DS, "Object").append(true)
    return serialise(evil)


def inside_the_advice_of_the_assertion():
    evil, _, true = pieces()
    advice = etree.Element(f"{{{SAML}}}Advice")
    assertion_of(evil).find(f"{{{SAML}}}Conditions").addnext(advice)
    advice.append(true)
    return serialise(evil)


def inside_an_attribute_value():
    evil, _, true = pieces()
    evil.findall(f".//{{{SAML}}}AttributeValue")[-1].append(true)
    return serialise(evil)


def behind_the_assertion():
    evil, _, true = pieces()
    evil.append(true)
    return serialise(evil)


def as_the_root_with_the_evil_one_inside():
    root = good(signed="response").finished()
    evil = clone(root)
    evil.set("ID", new_id())
    root.insert(0, evil)
    return serialise(root)


refused("structure_forbidden", {
    "xsw1_true_response_inside_the_signature": inside_the_signature,
    "xsw2_true_response_before_the_signature": before_the_signature,
    "xsw3_true_response_in_extensions": inside_extensions,
    "xsw4_true_response_in_status_detail": inside_status_detail,
    "xsw5_true_response_behind_the_assertion": behind_the_assertion,
    "xsw6_true_response_in_the_advice": inside_the_advice_of_the_assertion,
    "xsw7_true_response_in_an_attribute_value": inside_an_attribute_value,
    "xsw8_true_response_in_an_object": inside_an_object_of_the_signature,
    "evil_response_inside_the_true_one": as_the_root_with_the_evil_one_inside,
})
