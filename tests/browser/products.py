# SPDX-License-Identifier: Apache-2.0
"""
Identity providers in the shape of products: metadata as these publish it, at addresses as they have them, and responses
as they sign and fill them. npm's samlp answers, for real; the names of the hosts lead to this machine in our browsers only.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lib import keys
from lib.idp_demo import Person
from lib.idp_node import NodeIdp

SHAPES = Path(__file__).resolve().parents[1] / "fixtures" / "make-metadata"
IDENTITY = "http://schemas.microsoft.com/identity/claims/"
WS_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
RESPONSE, ASSERTION = {"signResponse": True, "signAssertion": False}, {"signResponse": False, "signAssertion": True}
BOTH = {"signResponse": True, "signAssertion": True}


@dataclass(frozen=True)
class Product:
    """One row: what people call it, where it is, what its responses are like. signs_with: which of its signing keys."""
    name: str
    host: str
    sso: str                    # path of its single sign-on service
    query: str = ""             # which that address carries
    slo: str = ""               # path of its logout service
    signs_with: int = 0
    answer: dict[str, Any] = field(default_factory=dict)    # options of npm's samlp
    encrypts: bool = False
    claims: dict[str, str] = field(default_factory=dict)    # that it sends besides ours
    wants_own_entity_id: bool = False   # for each account: a directory takes an identifier only once


TENANT = "/9a1b2c3d-0000-4000-8000-1234567890ab"
PRODUCTS = {
    "okta": Product("Okta", "acme.okta.com", "/app/acme_imagekit_1/exk1abcdEFGH2345i5d7/sso/saml",
                    answer={**BOTH, "typedAttributes": True}),
    "onelogin": Product("OneLogin", "acme.onelogin.com", "/trust/saml2/http-redirect/sso/3f2a",
                        slo="/trust/saml2/http-redirect/slo/7", answer={**BOTH, "typedAttributes": True}),
    "entra": Product("Entra ID", "login.microsoftonline.com", TENANT + "/saml2", signs_with=1,
                     answer={**ASSERTION, "includeAttributeNameFormat": False}, wants_own_entity_id=True,
                     claims={IDENTITY + "tenantid": TENANT[1:], IDENTITY + "displayname": "Ann Example",
                             WS_CLAIMS + "name": "ann@entra.example"}),
    "adfs": Product("AD FS", "adfs.acme.example", "/adfs/ls/", encrypts=True,
                    answer={**BOTH, "includeAttributeNameFormat": False}, claims={WS_CLAIMS + "upn": "ann@acme.local"}),
    "google": Product("Google", "accounts.google.com", "/o/saml2/idp", query="idpid=C01abc234",
                      answer={**RESPONSE, "includeAttributeNameFormat": False}),
    "keycloak": Product("Keycloak", "sso.acme.example", "/realms/acme/protocol/saml",
                        answer={**RESPONSE, "typedAttributes": True}),
}


def _shapes() -> ModuleType:
    """What writes the fixtures. Its certificates are invented; these here have keys."""
    loader = SourceFileLoader("make_metadata", str(SHAPES))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def _shaped(product: str) -> tuple[str, list[keys.Pair]]:
    """Metadata of that product, and the key pairs that sign, in its order."""
    shapes, signing = _shapes(), []
    certificate, now = shapes.certificate, datetime.datetime.utcnow()
    validity = (now - datetime.timedelta(days=365), now + datetime.timedelta(days=2 * 365))

    def with_key(name: str) -> bytes:
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        der = certificate(name, private, validity)
        if "Encryption" not in name:
            signing.append(keys.Pair(private, x509.load_der_x509_certificate(der)))
        return der

    shapes.certificate = with_key     # type: ignore[attr-defined]
    text = getattr(shapes, product)()
    end = now + datetime.timedelta(days=4 * 365)
    return re.sub(r'validUntil="[^"]+"', f'validUntil="{end:%Y-%m-%dT%H:%M:%S.000Z}"', text), signing


@dataclass
class ProductIdp(NodeIdp):
    """An identity provider in the shape of the product that the account is called after."""

    def __post_init__(self) -> None:
        self.product = PRODUCTS[self.account]
        self.public_url = f"https://{self.product.host}"
        self._metadata, self._pairs = _shaped(self.account)

    @property
    def entity_id(self) -> str:
        found = re.search(r'entityID="([^"]+)"', self._metadata)
        assert found
        return found[1]

    def metadata(self) -> str:
        return self._metadata.lstrip("\ufeff")      # a clipboard does not carry it

    def login_url(self, target: str) -> str:
        return f"{self.url}{self.product.sso}?{self.product.query}&{urlencode({'RelayState': target})}"

    def pair(self) -> tuple[Path, Path]:
        return keys.write_pair(self.directory, self._pairs[self.product.signs_with], "idp")

    def _config(self, cert: str, key: str) -> dict:
        config = super()._config(cert, key)
        encryption = {"encryptionCert": self.sp_certificate.read_text(), "encryptionPublicKey": public_key(self.sp_certificate)}
        for one in config["people"]:
            one["claims"] |= self.product.claims
        return {**config, "paths": {self.product.sso: "/sso", self.product.slo: "/slo"},
                "answer": {**self.product.answer, **(encryption if self.product.encrypts else {})}}


def public_key(certificate: Path) -> str:
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def person(account: str, username: str, password: str, role: str) -> Person:
    """Their address is of the domain ACCOUNT.example."""
    return Person(account, username, password, f"{username}@{account}.example", f"{username.title()} Example", role)
