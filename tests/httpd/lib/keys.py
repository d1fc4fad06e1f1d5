# SPDX-License-Identifier: Apache-2.0
"""Key pairs and self-signed certificates, made once per run."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

CURVES = {"p256": ec.SECP256R1, "p384": ec.SECP384R1, "p521": ec.SECP521R1, "p224": ec.SECP224R1}


@dataclass(frozen=True)
class Pair:
    """A private key and a certificate of its public key."""
    private: Any
    cert: x509.Certificate

    @property
    def is_ec(self) -> bool:
        return isinstance(self.private, ec.EllipticCurvePrivateKey)

    @property
    def key_pem(self) -> bytes:
        return self.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption())

    @property
    def cert_pem(self) -> bytes:
        return self.cert.public_bytes(serialization.Encoding.PEM)

    @property
    def public_pem(self) -> bytes:
        return self.cert.public_key().public_bytes(serialization.Encoding.PEM,
                                                   serialization.PublicFormat.SubjectPublicKeyInfo)

    @property
    def cert_base64(self) -> str:
        """The certificate as metadata and KeyInfo carry it."""
        return "".join(self.cert_pem.decode().splitlines()[1:-1])


def _private(kind: str) -> Any:
    if kind.startswith("rsa"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind[3:]))
    return ec.generate_private_key(CURVES[kind]())


def _certificate(private: Any, name: str, begins: datetime.datetime, ends: datetime.datetime,
                 more: tuple[str, ...] = ()) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(private.public_key())
    names = x509.SubjectAlternativeName([x509.DNSName(each) for each in (name, "*.test", *more)])
    builder = builder.add_extension(names, critical=False).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(begins).not_valid_after(ends)
    return builder.sign(private, hashes.SHA256())


@lru_cache(maxsize=None)
def pair(kind: str = "rsa2048", name: str = "idp", days: int = 365, hosts: tuple[str, ...] = ()) -> Pair:
    """
    The key pair called name of that kind (rsaBITS, p256, p384, p521); the same one each time. days < 0: expired. Its
    certificate is for *.test, and those hosts.
    """
    now = datetime.datetime.utcnow()
    begins = now - datetime.timedelta(days=1 - min(days, 0) * 2)
    private = _private(kind)
    return Pair(private, _certificate(private, f"{name}.test", begins, now + datetime.timedelta(days=days), hosts))


def write_pair(to: Path, which: Pair, name: str) -> tuple[Path, Path]:
    """Writes NAME.pem and NAME.key; returns both paths."""
    cert, key = to / f"{name}.pem", to / f"{name}.key"
    cert.write_bytes(which.cert_pem)
    key.write_bytes(which.key_pem)
    key.chmod(0o600)
    return cert, key


def write_tls(to: Path, *hosts: str) -> None:
    """The certificate of the TLS listener: for *.test, and those hosts."""
    write_pair(to, pair("p256", "tls", hosts=hosts), "tls")
