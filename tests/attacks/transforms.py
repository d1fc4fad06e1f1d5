# SPDX-License-Identifier: Apache-2.0
"""Transforms that make something else than the assertion be digested, or that run code before anything is verified (R3)."""

from lxml import etree

from lib.attack import refused
from lib.forge import DS, SAML, assertion_of, element, serialise
from lib.sign import sign_value_by_hand
from lib.world import good, providers

XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
XPATH2 = "http://www.w3.org/2002/06/xmldsig-filter2"
BASE64 = "http://www.w3.org/2000/09/xmldsig#base64"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

STYLESHEET = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template match="/"><x/></xsl:template></xsl:stylesheet>"""


def with_transforms(*algorithms, genuine=True, fill=None):
    """A response whose signature has exactly these transforms, genuine if xmlsec can compute it."""
    response = good(signed="none")
    root = response.tree()

    def edit(signature):
        transforms = signature.find(f".//{{{DS}}}Transforms")
        for old in list(transforms):
            transforms.remove(old)
        for uri in algorithms:
            node = element(transforms, DS, "Transform", Algorithm=uri)
            if fill is not None and uri not in (ENVELOPED, EXCLUSIVE):
                fill(node)

    if genuine:
        response.sign_assertion(root, edit)
    else:
        response.sign_assertion(root)
        signature = assertion_of(root).find(f"{{{DS}}}Signature")
        edit(signature)
        sign_value_by_hand(signature, providers()["acme"].key)
    return serialise(root)


def xpath(expression):
    def fill(node):
        child = etree.SubElement(node, f"{{{DS}}}XPath", nsmap={"saml": SAML})
        child.text = expression
    return fill


def filter2(node):
    child = etree.SubElement(node, f"{{{XPATH2}}}XPath", nsmap={"saml": SAML}, Filter="subtract")
    child.text = "//saml:NameID"


def stylesheet(node):
    node.append(etree.fromstring(STYLESHEET))


def without_transforms():
    response = good(signed="none")
    root = response.tree()
    response.sign_assertion(root)
    signature = assertion_of(root).find(f"{{{DS}}}Signature")
    reference = signature.find(f".//{{{DS}}}Reference")
    reference.remove(reference[0])
    sign_value_by_hand(signature, providers()["acme"].key)
    return serialise(root)


refused("structure_forbidden", {
    "xpath_that_leaves_the_name_out": lambda: with_transforms(
        ENVELOPED, XPATH, EXCLUSIVE, fill=xpath("not(ancestor-or-self::saml:NameID)")),
    "xpath_that_never_ends": lambda: with_transforms(
        ENVELOPED, XPATH, genuine=False, fill=xpath("count(//*[count(//*[count(//*)>0])>0])>0")),
    "xpath_filter_2": lambda: with_transforms(ENVELOPED, XPATH2, EXCLUSIVE, fill=filter2),
    "xslt": lambda: with_transforms(ENVELOPED, XSLT, genuine=False, fill=stylesheet),
    "base64": lambda: with_transforms(ENVELOPED, BASE64, genuine=False),
    "inclusive_c14n": lambda: with_transforms(ENVELOPED, INCLUSIVE),
    "inclusive_c14n_with_comments": lambda: with_transforms(ENVELOPED, INCLUSIVE + "#WithComments"),
    "exclusive_c14n_with_comments": lambda: with_transforms(ENVELOPED, EXCLUSIVE + "WithComments"),
    "unknown_transform": lambda: with_transforms(ENVELOPED, "urn:unknown", genuine=False),
    "transform_without_algorithm": lambda: with_transforms(ENVELOPED, None, genuine=False),
    "three_transforms": lambda: with_transforms(ENVELOPED, EXCLUSIVE, EXCLUSIVE),
    "not_enveloped": lambda: with_transforms(EXCLUSIVE, genuine=False),
    "no_transforms": without_transforms,
})


def canonicalised(uri):
    response = good(signed="none")
    root = response.tree()
    response.sign_assertion(root, lambda signature: signature.find(f".//{{{DS}}}CanonicalizationMethod").set("Algorithm", uri))
    return serialise(root)


refused("algorithm_forbidden", {
    "signedinfo_in_inclusive_c14n": lambda: canonicalised(INCLUSIVE),
    "signedinfo_with_comments": lambda: canonicalised(EXCLUSIVE + "WithComments"),
})
