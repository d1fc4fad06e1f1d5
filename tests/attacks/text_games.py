# SPDX-License-Identifier: Apache-2.0
"""Comments, CDATA sections and processing instructions: canonicalisation drops or joins them, careless readers split there (Duo 2018; R7)."""

from lxml import etree

from lib.attack import refused
from lib.forge import SAML, assertion_of, serialise
from lib.world import good


def named(change, signed="assertion"):
    """An attacker's true login as root@acme.test.evil.test, split behind the part he wants read; signed as it is."""
    response = good(signed="none", email="")
    root = response.tree()
    change(root.find(f".//{{{SAML}}}NameID"), "root@acme.test", ".evil.test")
    (response.sign_assertion if signed == "assertion" else response.sign_response)(root)
    return serialise(root)


def comment(node, first, rest):
    node.text = first
    node.append(etree.Comment("x"))
    node[0].tail = rest


def instruction(node, first, rest):
    node.text = first
    node.append(etree.ProcessingInstruction("x", "y"))
    node[0].tail = rest


def comment_in_front(node, first, rest):
    node.append(etree.Comment("x"))
    node[0].tail = first


def element_inside(node, first, rest):
    node.text = first
    etree.SubElement(node, "{urn:x}b").tail = rest


def in_attribute(change):
    response = good(signed="none")
    root = response.tree()
    change(root.findall(f".//{{{SAML}}}AttributeValue")[-1], "account_administrator", "x")
    response.sign_assertion(root)
    return serialise(root)


def cdata(name):
    """A CDATA section canonicalises to its text, so it can be put in after signing without breaking the signature."""
    text = good().bytes().decode()
    start = text.index(f"<saml:{name}")
    start = text.index(">", start) + 1
    end = text.index("<", start)
    return f"{text[:start]}<![CDATA[{text[start:end]}]]>{text[end:]}".encode()


def comment_after_signing(where):
    root = good().finished()
    where(root).append(etree.Comment("added on the way"))
    return serialise(root)


def around_the_root(text):
    return good().bytes().replace(b"<samlp:Response", text + b"<samlp:Response", 1)


refused("structure_forbidden", {
    "comment_in_name_id": lambda: named(comment),
    "comment_in_name_id_of_a_signed_response": lambda: named(comment, "response"),
    "comment_in_front_of_name_id": lambda: named(comment_in_front),
    "processing_instruction_in_name_id": lambda: named(instruction),
    "element_in_name_id": lambda: named(element_inside),
    "cdata_in_name_id": lambda: cdata("NameID"),
    "comment_in_attribute": lambda: in_attribute(comment),
    "processing_instruction_in_attribute": lambda: in_attribute(instruction),
    "cdata_in_attribute": lambda: cdata("AttributeValue"),
    "cdata_in_audience": lambda: cdata("Audience"),
    "comment_in_the_response": lambda: comment_after_signing(lambda root: root),
    "comment_in_the_assertion": lambda: comment_after_signing(assertion_of),
    "comment_before_the_root": lambda: around_the_root(b"<!-- x -->"),
    "processing_instruction_before_the_root": lambda: around_the_root(b"<?xml-stylesheet href='http://127.0.0.1:9/'?>"),
})
