# SPDX-License-Identifier: Apache-2.0
"""Documents that are signed with the right key, but are no Response (R1: GitHub Enterprise, CVE-2024-6800)."""

from lxml import etree

from lib.attack import refused
from lib.forge import SAML, SAMLP, assertion_of, element, instant, new_id, serialise
from lib.sign import sign
from lib.world import good, providers

ACME = providers()["acme"]


def metadata():
    root = etree.fromstring(ACME.metadata())
    root.set("ID", new_id())
    sign(root, ACME.key)
    return serialise(root)


def request(name):
    root = element(None, SAMLP, name, ID=new_id(), Version="2.0", IssueInstant=instant(0))
    element(root, SAML, "Issuer", ACME.entity_id)
    element(root, SAML, "NameID", "ann@acme.test")
    sign(root, ACME.key)
    return serialise(root)


def logout_response():
    root = good(signed="none").tree()
    root.remove(assertion_of(root))
    root.tag = f"{{{SAMLP}}}LogoutResponse"
    sign(root, ACME.key)
    return serialise(root)


def bare_assertion():
    return serialise(assertion_of(good().finished()))


def in_an_envelope():
    envelope = etree.Element("{http://schemas.xmlsoap.org/soap/envelope/}Envelope")
    etree.SubElement(envelope, "{http://schemas.xmlsoap.org/soap/envelope/}Body").append(good().finished())
    return serialise(envelope)


def in_namespace(uri):
    return good().bytes().replace(SAMLP.encode(), uri)


def with_metadata_inside():
    """A signed metadata file in Extensions, and an assertion that is signed by nobody."""
    root = good(signed="none").tree()
    extensions = etree.Element(f"{{{SAMLP}}}Extensions")
    root.insert(1, extensions)
    extensions.append(etree.fromstring(metadata()))
    return serialise(root)


refused("malformed", {
    "signed_metadata": metadata,
    "logout_request": lambda: request("LogoutRequest"),
    "authn_request": lambda: request("AuthnRequest"),
    "logout_response": logout_response,
    "assertion_alone": bare_assertion,
    "soap_envelope": in_an_envelope,
    "saml_1_namespace": lambda: in_namespace(b"urn:oasis:names:tc:SAML:1.0:protocol"),
    "no_namespace": lambda: b"<Response ID='_a' Version='2.0'><Assertion/></Response>",
})
refused("structure_forbidden", {
    "metadata_in_extensions": with_metadata_inside,
    "version_1_1": lambda: good(version="1.1"),
    "no_version": lambda: good(version=None),
})
