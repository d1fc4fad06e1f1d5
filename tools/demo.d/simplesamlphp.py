# SPDX-License-Identifier: Apache-2.0
"""SimpleSAMLphp as the identity provider of one account: private configuration, served by php -S."""
import json
import os
import secrets
import subprocess
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

from processes import fetch, free_port, give_to_service, self_signed, service_directory, start, stop, wait_for

PROGRAM = Path("/usr/share/simplesamlphp")
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
BASIC = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
READ_JSON = "<?php\n${variable} = json_decode(file_get_contents(__DIR__ . '/{name}.json'), true, 32, " \
            "JSON_THROW_ON_ERROR);\n"


@dataclass(frozen=True)
class Person:
    """Somebody with a login at an identity provider, and what it says of them."""
    account: str
    username: str
    password: str
    email: str
    full_name: str
    role: str

    def attributes(self) -> dict[str, list[str]]:
        return {"mail": [self.email], "imagekit_id": [self.account], "full_name": [self.full_name],
                "imagekit_role": [self.role]}


@dataclass
class IdentityProvider:
    """
    One SimpleSAMLphp. `sp_options` are added to its record of the service provider (assertion.encryption, …). With a
    logout_url it takes part in Single Logout, with an sp_certificate it wants our messages signed. public_url is what
    browsers see where a proxy stands in front of it. A logout_type "iframe" signs everybody out side by side.
    """
    directory: Path
    account: str
    people: list[Person]
    consume_url: str
    entity_id: str | None = None
    sp_entity_id: str | None = None
    sp_options: dict = field(default_factory=dict)
    logout_url: str = ""
    sp_certificate: Path | None = None
    public_url: str = ""
    logout_type: str = "traditional"
    preferred_port: int = 0
    port: int = 0
    child: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return self.public_url or self.local_url

    @property
    def local_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> Path:
        return self.directory / "log"

    @property
    def audience(self) -> str:
        return self.sp_entity_id or self.consume_url

    def login_url(self, target: str) -> str:
        """Where a login started at the identity provider begins; RelayState says where it ends."""
        query = urllib.parse.urlencode({"spentityid": self.audience, "RelayState": target})
        return f"{self.url}/saml2/idp/SSOService.php?{query}"

    def switch_user_url(self, target: str) -> str:
        """The same, after whoever is signed in at the identity provider has been signed out there."""
        query = urllib.parse.urlencode({"AuthId": "people", "ReturnTo": self.login_url(target)})
        return f"{self.url}/module.php/core/as_logout.php?{query}"

    @property
    def logout_start(self) -> str:
        """Where a logout started at the identity provider begins; it ends at its own start page."""
        query = urllib.parse.urlencode({"ReturnTo": f"{self.url}/module.php/core/frontpage_welcome.php"})
        return f"{self.url}/saml2/idp/SingleLogoutService.php?{query}"

    def metadata(self) -> str:
        return fetch(f"{self.local_url}/saml2/idp/metadata.php").decode()

    def start(self) -> None:
        self.port = free_port(self.preferred_port)
        service_directory(self.directory)
        for name in ("sessions", "tmp", "metadata", "cert"):
            service_directory(self.directory / name)
        for key in self_signed(self.directory / "cert", "idp"):
            give_to_service(key)
        self._write("", "config", self._config())
        self._write("", "authsources", self._authsources())
        self._write("metadata", "saml20-idp-hosted", self._idp_metadata())
        self._write("metadata", "saml20-sp-remote", self._sp_metadata())
        self.child = start(self._command(), self.log, as_service_user=True, cwd=PROGRAM / "www",
                           env=self._environment())
        wait_for(f"{self.local_url}/saml2/idp/metadata.php", self.child, self.log)

    def set_people(self, people: list[Person]) -> None:
        """From now on these, and nobody else, can sign in."""
        self.people = people
        self._write("", "authsources", self._authsources())

    def set_sp_options(self, options: dict) -> None:
        """From now on this is what it knows of the service provider besides its addresses."""
        self.sp_options = options
        self._write("metadata", "saml20-sp-remote", self._sp_metadata())

    def stop(self) -> None:
        if self.child:
            stop(self.child)

    def _command(self) -> list[str]:
        settings = {"session.save_path": self.directory / "sessions", "sys_temp_dir": self.directory / "tmp",
                    "upload_tmp_dir": self.directory / "tmp", "display_errors": "stderr", "date.timezone": "UTC",
                    # SimpleSAMLphp 1.19 is older than PHP 8.2; its deprecations would fill the log.
                    "error_reporting": "E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED"}
        options = [word for name, value in settings.items() for word in ("-d", f"{name}={value}")]
        return ["php", *options, "-S", f"127.0.0.1:{self.port}", "-t", str(PROGRAM / "www")]

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "SIMPLESAMLPHP_CONFIG_DIR": str(self.directory)}

    def _write(self, folder: str, name: str, content: dict) -> None:
        """SimpleSAMLphp reads PHP; ours only reads JSON, so that no value is ever quoted by hand."""
        variable = "metadata" if folder else "config"
        json_file = self.directory / folder / f"{name}.json"
        json_file.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
        php_file = self.directory / folder / f"{name}.php"
        php_file.write_text(READ_JSON.replace("{variable}", variable).replace("{name}", name))
        give_to_service(json_file)
        give_to_service(php_file)

    def _config(self) -> dict:
        # Two identity providers share the host name and therefore the browser's cookie jar: names must differ.
        cookie = "IdP" + "".join(c for c in self.account if c.isalnum())
        return {
            "baseurlpath": f"{self.url}/",
            "certdir": f"{self.directory}/cert/",
            "loggingdir": f"{self.directory}/tmp/",
            "datadir": f"{self.directory}/tmp/",
            "tempdir": f"{self.directory}/tmp",
            "metadatadir": f"{self.directory}/metadata/",
            "attributenamemapdir": "/etc/simplesamlphp/attributemap/",
            "metadata.sources": [{"type": "flatfile", "directory": f"{self.directory}/metadata"}],
            "secretsalt": secrets.token_hex(24),
            "auth.adminpassword": secrets.token_hex(24),
            "admin.checkforupdates": False,
            "showerrors": True,
            "errorreporting": False,
            "logging.handler": "errorlog",
            "logging.level": 4,
            "enable.saml20-idp": True,
            "module.enable": {"exampleauth": True, "core": True, "saml": True},
            "store.type": "phpsession",
            "session.cookie.name": f"{cookie}SessionID",
            "session.phpsession.cookiename": cookie,
            "session.phpsession.savepath": f"{self.directory}/sessions",
            "session.authtoken.cookiename": f"{cookie}AuthToken",
            "session.cookie.secure": False,
            "session.cookie.samesite": "Lax",
            "language.cookie.secure": False,
            "language.cookie.samesite": "Lax",
            "language.available": ["en"],
            "theme.use": "default",
            "authproc.idp": {},
            "authproc.sp": {},
            "technicalcontact_name": f"Administrator of {self.account}",
            "technicalcontact_email": f"admin@{self.account}.example",
            "timezone": "UTC",
        }

    def _authsources(self) -> dict:
        logins = {f"{person.username}:{person.password}": person.attributes() for person in self.people}
        return {"people": {"0": "exampleauth:UserPass", **logins}}

    def _idp_metadata(self) -> dict:
        entity_id = self.entity_id or f"{self.url}/saml2/idp/metadata.php"
        return {entity_id: {
            "host": "__DEFAULT__",
            "privatekey": "idp.key",
            "certificate": "idp.crt",
            "auth": "people",
            "signature.algorithm": RSA_SHA256,
            "NameIDFormat": [EMAIL],
            "SingleSignOnServiceBinding": [REDIRECT, POST],
            "SingleLogoutServiceBinding": [REDIRECT, POST],
            "logouttype": self.logout_type,
            "validate.authnrequest": self.sp_certificate is not None,
            "authproc": {"10": {"class": "saml:AttributeNameID", "attribute": "mail", "Format": EMAIL}},
        }}

    def _sp_metadata(self) -> dict:
        return {self.audience: {
            "AssertionConsumerService": [{"Binding": POST, "Location": self.consume_url, "index": 0,
                                          "isDefault": True}],
            "NameIDFormat": EMAIL,
            "attributes": ["imagekit_id", "full_name", "imagekit_role"],
            "attributes.NameFormat": BASIC,
            "saml20.sign.response": True,
            "saml20.sign.assertion": True,
            "authproc": {"50": {"class": "core:AttributeLimit"}},
            **self._sp_logout(),
            **self._sp_signatures(),
            **self.sp_options,
        }}

    def _sp_logout(self) -> dict:
        if not self.logout_url:
            return {}
        return {"SingleLogoutService": [{"Binding": binding, "Location": self.logout_url} for binding in (REDIRECT, POST)],
                "sign.logout": True}

    def _sp_signatures(self) -> dict:
        if not self.sp_certificate:
            return {}
        lines = self.sp_certificate.read_text().splitlines()
        return {"certData": "".join(line for line in lines if "-----" not in line),
                "validate.logout": True}
