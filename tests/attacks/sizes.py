# SPDX-License-Identifier: Apache-2.0
"""Messages that cost more than they are worth (R8)."""

from lxml import etree

from lib.attack import refused
from lib.forge import SAMLP, assertion_of, element, serialise
from lib.world import good


def padded(change):
    root = good().finished()
    change(root)
    return serialise(root)


def deep(levels):
    def change(root):
        node = etree.Element(f"{{{SAMLP}}}Extensions")
        root.insert(1, node)
        for _ in range(levels):
            node = etree.SubElement(node, "{urn:x}y")
    return change


def wide(root):
    node = etree.Element(f"{{{SAMLP}}}Extensions")
    root.insert(1, node)
    for _ in range(25000):
        etree.SubElement(node, "y")


def many_xml_attributes(root):
    for number in range(200):
        root.set(f"a{number}", "x")


def long_text(size):
    def change(root):
        element(root.find(f"{{{SAMLP}}}Status"), SAMLP, "StatusMessage", "x" * size)
    return change


def many_saml_attributes(count):
    response = good(signed="none", attributes=[(f"group{n}", ["x"]) for n in range(count)], name_format=None)
    root = response.tree()
    response.sign_assertion(root)
    return serialise(root)


def long_id(root):
    assertion_of(root).set("ID", "_" + "x" * 790000)


refused("too_large", {
    "text_over_768_kib": lambda: padded(long_text(770 * 1024)),
    "id_over_768_kib": lambda: padded(long_id),
    "body_of_2_mib": lambda: "A" * (2 * 1024 * 1024),
})
refused("structure_forbidden", {
    "nested_60_deep": lambda: padded(deep(60)),
    "nested_200_deep": lambda: padded(deep(200)),
    "more_than_20000_nodes": lambda: padded(wide),
    "200_xml_attributes": lambda: padded(many_xml_attributes),
    "5200_saml_attributes": lambda: many_saml_attributes(5200),
})
refused("malformed", {
    "nested_5000_deep": lambda: padded(deep(5000)),
})
