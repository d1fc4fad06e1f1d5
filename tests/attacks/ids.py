# SPDX-License-Identifier: Apache-2.0
"""IDs that two libraries would resolve to two elements (R2)."""

from lxml import etree

from lib.attack import refused
from lib.forge import SAML, SAMLP, assertion_of, element, serialise
from lib.world import good

XML = "http://www.w3.org/XML/1998/namespace"


def changed(change):
    response = good(signed="assertion")
    root = response.finished()
    change(root)
    return serialise(root)


def same_id(root):
    root.set("ID", assertion_of(root).get("ID"))


def xml_id(root):
    root.set(f"{{{XML}}}id", assertion_of(root).get("ID"))


def xml_id_of_its_own(root):
    root.set(f"{{{XML}}}id", "_x")


def lower_case(name):
    def change(root):
        root.find(f"{{{SAMLP}}}Status").set(name, assertion_of(root).get("ID"))
    return change


def in_extensions(name):
    def change(root):
        extensions = etree.Element(f"{{{SAMLP}}}Extensions")
        root.insert(1, extensions)
        element(extensions, "urn:x", "y").set(name, assertion_of(root).get("ID"))
    return change


def prefixed(root):
    root.set("{urn:x}ID", assertion_of(root).get("ID"))


def without(which):
    response = good(signed="none")
    root = response.tree()
    node = root if which == "response" else assertion_of(root)
    (response.sign_assertion if which == "response" else response.sign_response)(root)
    del node.attrib["ID"]
    return serialise(root)


def empty(root):
    root.set("ID", "")


refused("structure_forbidden", {
    "response_and_assertion_share_one": lambda: changed(same_id),
    "xml_id_of_the_assertion_on_the_response": lambda: changed(xml_id),
    "xml_id": lambda: changed(xml_id_of_its_own),
    "lower_case_id": lambda: changed(lower_case("id")),
    "mixed_case_id": lambda: changed(lower_case("Id")),
    "upper_case_id_on_the_status": lambda: changed(lower_case("ID")),
    "id_in_extensions": lambda: changed(in_extensions("ID")),
    "lower_case_id_in_extensions": lambda: changed(in_extensions("id")),
    "id_in_a_namespace": lambda: changed(prefixed),
    "empty_id": lambda: changed(empty),
    "response_without_id": lambda: without("response"),
    "assertion_without_id": lambda: without("assertion"),
})
