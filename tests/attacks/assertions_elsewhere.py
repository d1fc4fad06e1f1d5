# SPDX-License-Identifier: Apache-2.0
"""More than one assertion, or one in a place where only careless readers look (R2)."""

from lxml import etree

from lib.attack import refused
from lib.encrypt import Method, assertion as encrypt
from lib.forge import SAML, SAMLP, assertion_of, clone, element, new_id, serialise
from lib.world import good, sp_pair


def two(signed="response"):
    response = good(signed="none")
    root = response.tree()
    root.append(good(email="root@acme.test").assertion())
    (response.sign_response if signed == "response" else response.sign_assertion)(root)
    return serialise(root)


def both_signed():
    root = good().finished()
    root.append(assertion_of(good(email="root@acme.test").finished()))
    return serialise(root)


def plain_and_encrypted():
    root = good().finished()
    other = assertion_of(good(email="root@acme.test").finished())
    root.append(other)
    encrypt(other, sp_pair(), Method())
    return serialise(root)


def two_encrypted():
    root = good(encrypt_for=sp_pair()).finished()
    root.append(clone(root[-1]))
    return serialise(root)


def inside(make_place, signed="response"):
    response = good(signed="none")
    root = response.tree()
    make_place(root).append(good(email="root@acme.test").assertion())
    response.sign_response(root)
    return serialise(root)


def extensions(root):
    node = etree.Element(f"{{{SAMLP}}}Extensions")
    root.insert(1, node)
    return node


def advice(root):
    node = etree.Element(f"{{{SAML}}}Advice")
    assertion_of(root).find(f"{{{SAML}}}Conditions").addnext(node)
    return node


def only_in_advice():
    """Nothing in the right place, one signed assertion in the Advice of an empty one."""
    root = good(signed="none").tree()
    outer = assertion_of(root)
    for child in list(outer)[1:]:
        outer.remove(child)
    element(outer, SAML, "Advice").append(assertion_of(good().finished()))
    return serialise(root)


def no_assertion():
    response = good(signed="none")
    root = response.tree()
    root.remove(assertion_of(root))
    response.sign_response(root)
    return serialise(root)


def two_subjects():
    response = good(signed="none")
    root = response.tree()
    subject = root.find(f".//{{{SAML}}}Subject")
    evil = clone(subject)
    evil[0].text = "root@acme.test"
    subject.addnext(evil)
    response.sign_response(root)
    return serialise(root)


def two_names():
    response = good(signed="none")
    root = response.tree()
    name = root.find(f".//{{{SAML}}}NameID")
    evil = clone(name)
    evil.text = "root@acme.test"
    name.addnext(evil)
    response.sign_response(root)
    return serialise(root)


def encrypted_name():
    response = good(signed="none", email=None)
    root = response.tree()
    subject = root.find(f".//{{{SAML}}}Subject")
    subject.insert(0, etree.Element(f"{{{SAML}}}EncryptedID", ID=new_id()))
    response.sign_response(root)
    return serialise(root)


refused("structure_forbidden", {
    "two_assertions_in_a_signed_response": two,
    "two_assertions_the_first_signed": lambda: two("assertion"),
    "two_signed_assertions": both_signed,
    "one_plain_one_encrypted": plain_and_encrypted,
    "two_encrypted": two_encrypted,
    "second_in_extensions": lambda: inside(extensions),
    "second_in_advice": lambda: inside(advice),
    "second_in_an_attribute_value": lambda: inside(lambda root: root.findall(f".//{{{SAML}}}AttributeValue")[-1]),
    "only_in_advice": only_in_advice,
    "none": no_assertion,
    "two_subjects": two_subjects,
    "two_name_ids": two_names,
    "encrypted_name_id": encrypted_name,
})
