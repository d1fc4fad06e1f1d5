# SPDX-License-Identifier: Apache-2.0
"""Our metadata as others read it: SimpleSAMLphp, pysaml2, mod_shib, npm's samlify, each with its own parser."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

import pytest
from lxml import etree
from saml2.attribute_converter import ac_factory
from saml2.mdstore import InMemoryMetaData

from lib import keys
from lib.browser import Browser
from lib.idp_node import HERE as NODE
from lib.idp_node import environment as node_environment
from lib.server import Server

BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:"
LOGOUT = [BINDINGS + each for each in ("HTTP-Redirect", "HTTP-POST", "SOAP")]
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
SIGNED, BARE = "signed.test", "bare.test"
OLD = keys.pair("rsa2048", "sp-old")
NEW = keys.pair("rsa3072", "sp-new")


def site(server: Server) -> str:
    server.add_account("own", None, "--entity-id", "https://imagekit.test/saml/consume#own")
    files = [keys.write_pair(server.root / "conf", pair, name) for name, pair in (("new", NEW), ("old", OLD))]
    lines = "".join(f"IkSSOCertificate {cert} {key}\n" for cert, key in files)
    return (server.vhost(lines) + server.vhost(lines + "IkSSOSignMetadata On\n", SIGNED) + server.vhost("", BARE))


@dataclass
class Read:
    """What a parser found."""
    entity: str
    consume: str
    logout: dict[str, str]      # binding to location
    signing: list[str]          # certificates
    encryption: list[str]
    formats: list[str]
    wants_signed: bool


@dataclass
class Published:
    """Metadata as we publish it, and what it has to say."""
    host: str
    query: str
    fragment: str
    certificates: list[keys.Pair]

    @property
    def entity(self) -> str:
        return f"https://{self.host}/saml/consume{self.fragment}"

    @property
    def says(self) -> Read:
        certificates = [pair.cert_base64 for pair in self.certificates]
        logout = dict.fromkeys(LOGOUT, f"https://{self.host}/logout")
        return Read(self.entity, self.entity, logout, certificates, certificates, [EMAIL], True)


EVERY = {
    "usual": Published("imagekit.test", "", "", [NEW, OLD]),
    "of an account": Published("imagekit.test", "?account=own", "#own", [NEW, OLD]),
    "signed": Published(SIGNED, "", "", [NEW, OLD]),
    "without certificate": Published(BARE, "", "", []),
}


def flat(certificate: str) -> str:
    return "".join(certificate.split())


def run(command: list[str], **more: str) -> str:
    """What a parser's program says; an error with everything it said where it gives up."""
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **more}
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise ValueError(f"{command[0]}: {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


SIMPLESAMLPHP = r"""
error_reporting(E_ALL & ~E_DEPRECATED);
require '/usr/share/simplesamlphp/lib/_autoload.php';
$found = \SimpleSAML\Metadata\SAMLParser::parseDescriptorsString(file_get_contents($argv[1]));
echo json_encode(array_map(function ($entity) { return $entity->getMetadata20SP(); }, $found), JSON_THROW_ON_ERROR);
"""


def simplesamlphp(file: Path, entity: str) -> Read:
    config = file.parent / "php"
    config.mkdir()
    (config / "config.php").write_text("<?php $config = ['baseurlpath' => '/', 'logging.handler' => 'stderr'];")
    found = json.loads(run(["php", "-r", SIMPLESAMLPHP, "--", str(file)], SIMPLESAMLPHP_CONFIG_DIR=str(config)))[entity]
    places = {each["Binding"]: each["Location"] for each in found["SingleLogoutService"]}
    certificates: dict[str, list[str]] = {
        use: [each["X509Certificate"] for each in found.get("keys", []) if each[use]] for use in ("signing", "encryption")}
    [consume] = found["AssertionConsumerService"]
    assert consume["Binding"] == BINDINGS + "HTTP-POST" and consume["isDefault"]
    return Read(found["entityid"], consume["Location"], places, certificates["signing"], certificates["encryption"],
                [found["NameIDFormat"]], found["saml20.sign.assertion"])


def pysaml2(file: Path, entity: str) -> Read:
    store = InMemoryMetaData(ac_factory(), file.read_text())
    store.load()
    [found] = store[entity]["spsso_descriptor"]
    places = {each["binding"]: each["location"] for each in found["single_logout_service"]}
    [consume] = found["assertion_consumer_service"]
    certificates = {use: list(store.certs(entity, "spsso", use)) for use in ("signing", "encryption")}
    return Read(entity, consume["location"], places, certificates["signing"], certificates["encryption"],
                [each["text"] for each in found["name_id_format"]], found["want_assertions_signed"] == "true")


SHIBBOLETH = """<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" clockSkew="180">
  <ApplicationDefaults entityID="https://reader.test/">
    <Sessions lifetime="600" timeout="600" handlerSSL="true" cookieProps="https" redirectLimit="exact"/>
    <Errors/>
    <MetadataProvider type="XML" validate="true" path="{file}"/>
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" validate="true" path="/etc/shibboleth/security-policy.xml"/>
  <ProtocolProvider type="XML" validate="true" reloadChanges="false" path="/etc/shibboleth/protocols.xml"/>
</SPConfig>
"""


def mod_shib(file: Path, entity: str) -> Read:
    """Its mdquery loads metadata as mod_shib does, checks it against the schemas, and prints what it keeps."""
    config = file.parent / "shibboleth2.xml"
    config.write_text(SHIBBOLETH.format(file=file))
    said = run(["mdquery", "-e", entity, "-r", "SPSSODescriptor", "-p", PROTOCOL], SHIBSP_CONFIG=str(config))
    found = etree.fromstring(said.encode())
    places = {each.get("Binding") or "": each.get("Location") or "" for each in found.iter(f"{MD}SingleLogoutService")}
    certificates = {use: [each.text or "" for key in found.iter(f"{MD}KeyDescriptor") if key.get("use") == use
                          for each in key.iter(f"{DS}X509Certificate")] for use in ("signing", "encryption")}
    [consume] = found.iter(f"{MD}AssertionConsumerService")
    return Read(entity, consume.get("Location") or "", places, certificates["signing"], certificates["encryption"],
                [each.text or "" for each in found.iter(f"{MD}NameIDFormat")], found.get("WantAssertionsSigned") == "true")


def samlify(file: Path, _: str) -> Read:
    """It knows no binding SOAP."""
    found: dict[str, Any] = json.loads(run(["node", str(NODE / "metadata.js"), str(file)], **node_environment()))
    places = dict(zip(LOGOUT, [*found["logout"], found["logout"][0]], strict=True))
    return Read(found["entity"], found["consume"], places, found["signing"], found["encryption"], found["formats"],
                found["wantsSigned"])


Parser = Callable[[Path, str], Read]
PARSERS: list[Parser] = [simplesamlphp, pysaml2, mod_shib, samlify]


@pytest.mark.parametrize("which", EVERY)
@pytest.mark.parametrize("parse", PARSERS)
def test_a_parser_reads_what_we_publish(server: Server, tmp_path: Path, parse: Parser, which: str) -> None:
    published = EVERY[which]
    with Browser(server, published.host) as browser:
        answer = browser.get("/saml/metadata" + published.query, {"Accept": "*/*"})
    assert (answer.status, answer.type) == (200, "application/samlmetadata+xml")
    file = tmp_path / "sp.xml"
    file.write_bytes(answer.body)
    found = parse(file, published.entity)
    found.signing, found.encryption = [flat(each) for each in found.signing], [flat(each) for each in found.encryption]
    assert found == published.says


@pytest.mark.parametrize("parse", PARSERS)
def test_a_parser_refuses_half_of_it(server: Server, browser: Browser, tmp_path: Path, parse: Parser) -> None:
    body = browser.get("/saml/metadata", {"Accept": "*/*"}).body
    file = tmp_path / "sp.xml"
    file.write_bytes(body[:len(body) // 2])
    with pytest.raises(Exception):
        parse(file, EVERY["usual"].entity)
