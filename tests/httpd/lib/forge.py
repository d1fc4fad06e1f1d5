# SPDX-License-Identifier: Apache-2.0
"""Builds identity providers and their responses, with every part open to change: independent of the code under test."""

from __future__ import annotations

import base64
import copy
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Sequence

from lxml import etree

from . import encrypt, keys
from .sign import sign

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
MD = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"
XS = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
BASIC = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"

CONSUME = "https://imagekit.test/saml/consume"
KEEP: Any = object()    # "the usual value", where None means "leave it out"


def instant(offset: float) -> str:
    """The time offset seconds from now, as SAML writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))


def new_id() -> str:
    return "_" + secrets.token_hex(16)


def element(parent: etree._Element | None, ns: str, name: str, text: str | None = None, **attributes: Any) -> etree._Element:
    """A new element, below parent if there is one; attributes that are None are left out."""
    tag = f"{{{ns}}}{name}"
    node = etree.Element(tag, nsmap={"samlp": SAMLP, "saml": SAML}) if parent is None else etree.SubElement(parent, tag)
    node.text = text
    for key, value in attributes.items():
        if value is not None:
            node.set(key, value)
    return node


@dataclass
class Idp:
    """An identity provider. The first of its keys signs."""
    entity_id: str = "https://idp.acme.test/metadata"
    pairs: Sequence[keys.Pair] = ()

    @property
    def key(self) -> keys.Pair:
        return self.pairs[0]

    def metadata(self, use: str | None = "signing") -> str:
        """Its metadata, with every certificate in order."""
        root = etree.Element(f"{{{MD}}}EntityDescriptor", nsmap={"md": MD, "ds": DS}, entityID=self.entity_id)
        role = element(root, MD, "IDPSSODescriptor", protocolSupportEnumeration=SAMLP, WantAuthnRequestsSigned="false")
        for pair in self.pairs:
            info = element(element(role, MD, "KeyDescriptor", use=use), DS, "KeyInfo")
            element(element(info, DS, "X509Data"), DS, "X509Certificate", pair.cert_base64)
        element(role, MD, "NameIDFormat", EMAIL)
        for binding in (REDIRECT, POST):
            element(role, MD, "SingleSignOnService", Binding=binding, Location="https://idp.acme.test/sso")
        return etree.tostring(root, encoding="unicode")


def idp(name: str = "acme", kind: str = "rsa2048", **other: Any) -> Idp:
    """The identity provider called name, with a key pair of its own."""
    return Idp(**{"entity_id": f"https://idp.{name}.test/metadata", "pairs": [keys.pair(kind, f"idp-{name}")], **other})


@dataclass
class Confirmation:
    """A SubjectConfirmation; None leaves a part out."""
    method: str | None = BEARER
    recipient: str | None = KEEP
    in_response_to: str | None = None
    not_before: float | None = None
    not_on_or_after: float | None = 300
    data: bool = True


@dataclass
class Response:
    """Every part of a Response with one assertion; times are seconds from now; None leaves a part out."""
    idp: Idp = field(default_factory=idp)
    account: str | None = "acme"
    email: str | None = "ann@acme.test"
    name: str | None = "Ann Example"
    role: str | None = "developer"

    id: str = field(default_factory=new_id)
    version: str = "2.0"
    issued: str = field(default_factory=lambda: instant(0))
    issuer: str | None = KEEP
    destination: str | None = CONSUME
    in_response_to: str | None = None
    status: Sequence[str] | None = (SUCCESS,)

    assertion_id: str = field(default_factory=new_id)
    assertion_issuer: str | None = KEEP
    name_id_format: str | None = EMAIL
    confirmations: Sequence[Confirmation] = (Confirmation(),)
    recipient: str | None = CONSUME
    conditions: bool = True
    not_before: float | None = -60
    not_on_or_after: float | None = 300
    audiences: Sequence[Sequence[str]] = ((CONSUME,),)
    authn: bool = True
    authn_instant: str = field(default_factory=lambda: instant(-5))
    session_index: str | None = field(default_factory=new_id)
    session_not_on_or_after: float | None = None
    context: str | None = PASSWORD
    attributes: Sequence[tuple[str, Sequence[str]]] = ()    # besides the claims
    name_format: str | None = BASIC
    xsi_type: str | None = None
    pretty: bool = False

    signed: str = "assertion"           # response, assertion, both or none
    key: keys.Pair | None = None        # the first key of the identity provider
    method: str | None = None           # signature algorithm; by the kind of key
    digest: str = "sha256"
    key_info: bool = True
    encrypt_for: keys.Pair | None = None
    encryption: encrypt.Method = encrypt.Method()

    def answering(self, request: str | None) -> "Response":
        """The same, in answer to that request, as an identity provider writes it: in both places."""
        told = [replace(each, in_response_to=request) for each in self.confirmations]
        return self.but(in_response_to=request, confirmations=told)

    def but(self, **changes: Any) -> "Response":
        """The same with other values, and ids of its own."""
        return replace(self, **{"id": new_id(), "assertion_id": new_id(), **changes})

    # The tree

    def tree(self) -> etree._Element:
        """The Response, unsigned."""
        root = element(None, SAMLP, "Response", ID=self.id, Version=self.version, IssueInstant=self.issued,
                       Destination=self.destination, InResponseTo=self.in_response_to)
        if self.issuer is not None:
            element(root, SAML, "Issuer", self.idp.entity_id if self.issuer is KEEP else self.issuer)
        if self.status is not None:
            parent = element(root, SAMLP, "Status")
            for code in self.status:
                parent = element(parent, SAMLP, "StatusCode", Value=code)
        root.append(self.assertion())
        if self.pretty:
            etree.indent(root, "    ")
        return root

    def assertion(self) -> etree._Element:
        """The Assertion, unsigned."""
        node = element(None, SAML, "Assertion", ID=self.assertion_id, Version="2.0", IssueInstant=self.issued)
        if self.assertion_issuer is not None:
            element(node, SAML, "Issuer", self.idp.entity_id if self.assertion_issuer is KEEP else self.assertion_issuer)
        self._subject(node)
        self._conditions(node)
        if self.authn:
            ends = self.session_not_on_or_after
            statement = element(node, SAML, "AuthnStatement", AuthnInstant=self.authn_instant, SessionIndex=self.session_index,
                                SessionNotOnOrAfter=None if ends is None else instant(ends))
            element(element(statement, SAML, "AuthnContext"), SAML, "AuthnContextClassRef", self.context)
        self._attributes(node)
        return node

    def _subject(self, node: etree._Element) -> None:
        subject = element(node, SAML, "Subject")
        if self.email is not None:
            element(subject, SAML, "NameID", self.email, Format=self.name_id_format)
        for each in self.confirmations:
            confirmation = element(subject, SAML, "SubjectConfirmation", Method=each.method)
            if each.data:
                element(confirmation, SAML, "SubjectConfirmationData",
                        NotBefore=None if each.not_before is None else instant(each.not_before),
                        NotOnOrAfter=None if each.not_on_or_after is None else instant(each.not_on_or_after),
                        Recipient=self.recipient if each.recipient is KEEP else each.recipient,
                        InResponseTo=each.in_response_to)

    def _conditions(self, node: etree._Element) -> None:
        if not self.conditions:
            return
        conditions = element(node, SAML, "Conditions", NotBefore=None if self.not_before is None else instant(self.not_before),
                             NotOnOrAfter=None if self.not_on_or_after is None else instant(self.not_on_or_after))
        for restriction in self.audiences:
            parent = element(conditions, SAML, "AudienceRestriction")
            for audience in restriction:
                element(parent, SAML, "Audience", audience)

    def _attributes(self, node: etree._Element) -> None:
        claims = {"imagekit_id": self.account, "full_name": self.name, "imagekit_role": self.role}
        rows = [(name, [value]) for name, value in claims.items() if value is not None] + list(self.attributes)
        if not rows:
            return
        statement = element(node, SAML, "AttributeStatement")
        for name, values in rows:
            attribute = element(statement, SAML, "Attribute", Name=name, NameFormat=self.name_format)
            for value in values:
                text = etree.SubElement(attribute, f"{{{SAML}}}AttributeValue",
                                        nsmap={"xs": XS, "xsi": XSI} if self.xsi_type else None)
                text.text = value
                if self.xsi_type:
                    text.set(f"{{{XSI}}}type", self.xsi_type)

    # The message

    def sign_assertion(self, root: etree._Element, edit: Callable[[etree._Element], None] | None = None) -> None:
        """Signs the assertion below root, as the identity provider would."""
        sign(assertion_of(root), self.key or self.idp.key, self.method, self.digest, self.key_info, edit)

    def sign_response(self, root: etree._Element, edit: Callable[[etree._Element], None] | None = None) -> None:
        """Signs the whole Response."""
        sign(root, self.key or self.idp.key, self.method, self.digest, self.key_info, edit)

    def finished(self, edit: Callable[[etree._Element], None] | None = None) -> etree._Element:
        """The tree, edited by edit before anything is signed, then signed and encrypted as asked."""
        root = self.tree()
        if edit is not None:
            edit(root)
        if self.signed in ("assertion", "both"):
            self.sign_assertion(root)
        if self.encrypt_for is not None:
            encrypt.assertion(assertion_of(root), self.encrypt_for, self.encryption)
        if self.signed in ("response", "both"):
            self.sign_response(root)
        return root

    def bytes(self, edit: Callable[[etree._Element], None] | None = None) -> bytes:
        return serialise(self.finished(edit))

    def encoded(self) -> str:
        """What stands in the form field SAMLResponse."""
        return encode(self.bytes())


def assertion_of(root: etree._Element) -> etree._Element:
    """The assertion that is a child of the Response."""
    found = root.find(f"{{{SAML}}}Assertion")
    assert found is not None
    return found


def signature_of(node: etree._Element) -> etree._Element:
    """The signature that is a child of node."""
    found = node.find(f"{{{DS}}}Signature")
    assert found is not None
    return found


def serialise(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8")


def encode(message: bytes, line: int = 0) -> str:
    """Base64, in lines of that many characters if line is not 0."""
    text = base64.b64encode(message).decode()
    return "\r\n".join(text[i:i + line] for i in range(0, len(text), line)) if line else text


def clone(node: etree._Element) -> etree._Element:
    """A copy of node, without the text that follows it."""
    copied = copy.deepcopy(node)
    copied.tail = None
    return copied
