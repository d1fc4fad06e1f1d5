# SPDX-License-Identifier: Apache-2.0
"""XML signature wrapping on a signed Assertion, XSW1 to XSW8, and Lasso's CVE-2021-28091 (R1, R2)."""

from lxml import etree

from lib.attack import refused
from lib.forge import DS, SAML, SAMLP, assertion_of, clone, element, new_id, serialise, signature_of
from lib.world import good


def pieces(same_id=False):
    """The message, its signed assertion, an evil copy without signature, and the true one without signature."""
    root = good(signed="assertion").finished()
    true = assertion_of(root)
    evil, bare = clone(true), clone(true)
    bare.remove(signature_of(bare))
    evil.remove(signature_of(evil))
    evil.find(f".//{{{SAML}}}NameID").text = "root@acme.test"
    if not same_id:
        evil.set("ID", new_id())
    return root, true, evil, bare


def true_inside_the_signature_of_evil():
    root, true, evil, bare = pieces()
    signature = signature_of(true)
    evil.insert(1, signature)
    root.replace(true, evil)
    signature.append(bare)
    return serialise(root)


def true_before_the_signature_of_evil():
    root, true, evil, bare = pieces()
    signature = signature_of(true)
    evil.insert(1, signature)
    root.replace(true, evil)
    signature.addprevious(bare)
    return serialise(root)


def evil_before_true():
    root, true, evil, _ = pieces()
    true.addprevious(evil)
    return serialise(root)


def evil_behind_true():
    root, true, evil, _ = pieces()
    true.addnext(evil)
    return serialise(root)


def true_inside_evil():
    root, true, evil, _ = pieces()
    root.replace(true, evil)
    evil.append(true)
    return serialise(root)


def evil_takes_the_signature():
    root, true, evil, bare = pieces()
    evil.insert(1, signature_of(true))
    root.replace(true, evil)
    root.append(bare)
    return serialise(root)


def evil_in_extensions(same_id=True):
    root, true, evil, _ = pieces(same_id)
    extensions = etree.Element(f"{{{SAMLP}}}Extensions")
    root.insert(1, extensions)
    extensions.append(evil)
    return serialise(root)


def true_in_an_object():
    root, true, evil, bare = pieces()
    signature = signature_of(true)
    evil.insert(1, signature)
    root.replace(true, evil)
    element(signature, DS, "Object").append(bare)
    return serialise(root)


def true_in_an_object_of_the_response():
    """The signature moves up to the Response, and still names the assertion."""
    root, true, evil, bare = pieces()
    signature = signature_of(true)
    root.insert(1, signature)
    root.replace(true, evil)
    element(signature, DS, "Object").append(bare)
    return serialise(root)


def true_in_advice():
    root, true, evil, _ = pieces()
    root.replace(true, evil)
    advice = etree.Element(f"{{{SAML}}}Advice")
    evil.find(f"{{{SAML}}}Conditions").addnext(advice)
    advice.append(true)
    return serialise(root)


refused("structure_forbidden", {
    "xsw1_true_inside_the_signature_of_evil": true_inside_the_signature_of_evil,
    "xsw2_true_before_the_signature_of_evil": true_before_the_signature_of_evil,
    "xsw3_evil_before_true": evil_before_true,
    "xsw4_true_inside_evil": true_inside_evil,
    "xsw5_evil_takes_the_signature": evil_takes_the_signature,
    "xsw6_true_in_an_object_of_evil": true_in_an_object,
    "xsw7_evil_in_extensions": evil_in_extensions,
    "xsw7_evil_in_extensions_with_its_own_id": lambda: evil_in_extensions(False),
    "xsw8_true_in_an_object_of_the_response": true_in_an_object_of_the_response,
    "lasso_2021_28091_evil_behind_true": evil_behind_true,
    "true_in_the_advice_of_evil": true_in_advice,
})
