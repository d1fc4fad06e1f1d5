# SPDX-License-Identifier: Apache-2.0
"""A second real identity provider: pysaml2's Server, which signs and encrypts with the xmlsec1 program."""

from __future__ import annotations

import base64
import contextlib
import functools
from pathlib import Path
from typing import Any, Iterator
from unittest import mock

import saml2.entity
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORDPROTECTEDTRANSPORT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_EMAILADDRESS, NameID
from saml2.server import Server as Pysaml2
from saml2.sigver import TRIPLE_DES_CBC, CryptoBackendXmlSec1, pre_encryption_part
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

from . import keys

# A session key as xmlsec1 --session-key names it, and the method that goes into the message.
ENCRYPTIONS = {
    "3des": ("des-192", TRIPLE_DES_CBC),
    "aes128-cbc": ("aes-128", "http://www.w3.org/2001/04/xmlenc#aes128-cbc"),
    "aes256-cbc": ("aes-256", "http://www.w3.org/2001/04/xmlenc#aes256-cbc"),
    "aes128-gcm": ("aes-128", "http://www.w3.org/2009/xmlenc11#aes128-gcm"),
    "aes256-gcm": ("aes-256", "http://www.w3.org/2009/xmlenc11#aes256-gcm"),
}


@contextlib.contextmanager
def ciphering(key_type: str, method: str) -> Iterator[None]:
    """pysaml2 7.0 knows no setting for the cipher, and always takes 3DES; here it is told which."""
    original = CryptoBackendXmlSec1.encrypt_assertion

    def encrypt(backend: Any, statement: Any, enc_key: str, template: Any, _: str,
                node_xpath: str | None = None) -> str:
        return original(backend, statement, enc_key, template, key_type, node_xpath)

    template = functools.partial(pre_encryption_part, msg_enc=method)
    with mock.patch.object(saml2.entity, "pre_encryption_part", template), \
            mock.patch.object(CryptoBackendXmlSec1, "encrypt_assertion", encrypt):
        yield


class Idp:
    """One identity provider; its files lie in directory."""

    def __init__(self, directory: Path, name: str, sp_metadata: str) -> None:
        self.entity_id = f"https://{name}.pysaml2.test/metadata"
        cert, key = keys.write_pair(directory, keys.pair("rsa2048", f"pysaml2-{name}"), name)
        sp = directory / f"{name}-sp.xml"
        sp.write_text(sp_metadata)
        self.config = IdPConfig().load({
            "entityid": self.entity_id,
            "xmlsec_binary": "/usr/bin/xmlsec1",
            "key_file": str(key),
            "cert_file": str(cert),
            "metadata": {"local": [str(sp)]},
            "service": {"idp": {
                "name_id_format": [NAMEID_FORMAT_EMAILADDRESS],
                "endpoints": {"single_sign_on_service": [(f"https://{name}.pysaml2.test/sso", BINDING_HTTP_REDIRECT),
                                                         (f"https://{name}.pysaml2.test/sso", BINDING_HTTP_POST)]},
                "policy": {"default": {"lifetime": {"minutes": 5}, "attribute_restrictions": None}},
            }},
        })
        self.server = Pysaml2(config=self.config)

    def metadata(self) -> str:
        """As an administrator would paste it."""
        return str(entity_descriptor(self.config))

    def response(self, email: str, claims: dict[str, Any], consume: str, sign_response: bool = False,
                 sign_assertion: bool = False, encryption: str | None = None) -> str:
        """The SAMLResponse of an unsolicited login, base64 as a form carries it."""
        with ciphering(*ENCRYPTIONS[encryption or "3des"]):
            said = self.server.create_authn_response(
                claims, None, consume, consume,
                name_id=NameID(format=NAMEID_FORMAT_EMAILADDRESS, text=email),
                authn={"class_ref": PASSWORDPROTECTEDTRANSPORT, "authn_auth": self.entity_id},
                sign_response=sign_response, sign_assertion=sign_assertion, encrypt_assertion=encryption is not None,
                encrypt_cert_assertion=keys.pair("rsa2048", "sp").cert_base64 if encryption else None,
                sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256)
        return base64.b64encode(str(said).encode()).decode()
