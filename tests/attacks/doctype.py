# SPDX-License-Identifier: Apache-2.0
"""Document types and entities: files read, memory filled, text moved (R7)."""

from lib.attack import refused
from lib.world import good

LAUGHS = b"<!DOCTYPE r [<!ENTITY a0 'lol'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 12)) + b"]>"


def message():
    """Without XML declaration, so that a document type can stand in front."""
    text = good().bytes()
    return text[text.index(b"<samlp:Response"):]


def with_type(doctype, entity=b""):
    return doctype + message().replace(b"ann@acme.test", b"ann@acme.test" + entity, 1)


refused("structure_forbidden", {
    "empty_doctype": lambda: with_type(b"<!DOCTYPE r>"),
    "internal_entity": lambda: with_type(b"<!DOCTYPE r [<!ENTITY x 'evil'>]>", b"&x;"),
    "external_entity": lambda: with_type(b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", b"&x;"),
    "external_subset": lambda: with_type(b"<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'>"),
    "parameter_entity": lambda: with_type(b"<!DOCTYPE r [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x'> %x;]>"),
    "billion_laughs": lambda: with_type(LAUGHS, b"&a11;"),
    "default_attribute": lambda: with_type(b"<!DOCTYPE r [<!ATTLIST samlp:Response Destination CDATA 'x'>]>"),
    "id_attribute": lambda: with_type(b"<!DOCTYPE r [<!ATTLIST saml:NameID Format ID #IMPLIED>]>"),
})
refused("malformed", {
    "undeclared_entity": lambda: with_type(b"", b"&x;"),
    "doctype_in_the_middle": lambda: message().replace(b"<saml:Issuer>", b"<!doctype r><saml:Issuer>", 1),
})
