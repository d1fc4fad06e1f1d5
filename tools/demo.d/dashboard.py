# SPDX-License-Identifier: Apache-2.0
"""The whole demo: httpd with the module, the backend, and an identity provider for each account."""
import os
import shutil
import ssl
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pages
import people
from processes import (Trouble, free_port, give_to_service, is_root, port_is_free, run, self_signed,
                       service_directory, start, stop, wait_for)
from simplesamlphp import IdentityProvider

HERE = Path(__file__).resolve().parent
HTTPD = "/usr/sbin/apache2"


@dataclass
class Dashboard:
    """Start it, use it, stop it. `directory` is empty, ours, and httpd's children may pass through it."""
    directory: Path
    build: Path
    port: int
    providers: dict[str, IdentityProvider] = field(default_factory=dict)
    children: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def certificate(self) -> Path:
        return self.directory / "tls.crt"

    @property
    def database(self) -> str:
        return f"sqlite3:{self.directory}/db/ikssoauth.db"

    @property
    def error_log(self) -> Path:
        return self.directory / "error.log"

    def start(self) -> None:
        if not port_is_free(self.port):
            raise Trouble(f"port {self.port} is in use; choose another with --port, or stop what uses it")
        self_signed(self.directory, "tls")
        self_signed(self.directory, "sp")
        self._start_providers()
        self._create_accounts()
        self._write_pages()
        backend_port = self._start_backend()
        self._start_httpd(backend_port)

    def stop(self) -> None:
        for child in reversed(self.children.values()):
            stop(child)
        for provider in self.providers.values():
            provider.stop()

    def died(self) -> str | None:
        """The name of a server that should run and does not."""
        running = self.children | {f"the identity provider of {name}": provider.child
                                   for name, provider in self.providers.items()}
        return next((name for name, child in running.items() if child.poll() is not None), None)

    def ikssoctl(self, *words: str) -> str:
        return run([str(self.build / "ikssoctl"), "--db", self.database,
                    "--keys", str(self.directory / "db" / "session.keys"), *words])

    def _start_providers(self) -> None:
        for number, account in enumerate(people.ACCOUNTS, start=1):
            provider = IdentityProvider(self.directory / f"idp-{account}", account, people.of(account),
                                        f"{self.url}/saml/consume", preferred_port=self.port + number,
                                        logout_url=f"{self.url}/logout", sp_certificate=self.directory / "sp.crt")
            self.providers[account] = provider
            provider.start()

    def _create_accounts(self) -> None:
        service_directory(self.directory / "db")
        owner = ["--owner", "www-data"] if is_root() else []
        self.ikssoctl("init", *owner)
        for account, name in people.ACCOUNTS.items():
            metadata = self.directory / f"{account}.xml"
            metadata.write_text(self.providers[account].metadata(), encoding="utf-8")
            domains = [word for domain in people.domains(account) for word in ("--domain", domain)]
            self.ikssoctl("account", "add", account, "--name", name, "--metadata", str(metadata), *domains)

    def _write_pages(self) -> None:
        htdocs = service_directory(self.directory / "htdocs")
        start_page = pages.start_page(self.url, self.providers)
        for name, text in (("index.html", start_page),
                           ("variables.shtml", (HERE / "variables.shtml").read_text(encoding="utf-8"))):
            (htdocs / name).write_text(text, encoding="utf-8")
            give_to_service(htdocs / name)

    def _start_backend(self) -> int:
        port = free_port()
        log = self.directory / "backend.log"
        # A copy: the service user may not be allowed into the directory of the checkout.
        program = give_to_service(Path(shutil.copy(HERE / "backend.py", self.directory)))
        child = start([sys.executable, "-B", str(program), str(port), *pages.sections()], log,
                      as_service_user=True, cwd="/")
        self.children["the backend"] = child
        wait_for(f"http://127.0.0.1:{port}/", child, log)
        return port

    def _start_httpd(self, backend_port: int) -> None:
        module = self.build / "mod_ikssoauth.so"
        if not module.exists():
            raise Trouble(f"{module} is missing: run make in {self.build}")
        defines = {"DEMO_DIR": self.directory, "DEMO_PORT": self.port, "DEMO_BACKEND": backend_port,
                   "DEMO_MODULE": module, "DEMO_CONF": HERE.parents[1] / "conf"}
        command = [HTTPD, "-DFOREGROUND", *(["-DDEMO_AS_ROOT"] if is_root() else [])]
        for name, value in defines.items():
            command += ["-C", f'Define {name} "{value}"']
        command += ["-f", str(HERE / "httpd.conf")]
        log = self.directory / "httpd.log"
        child = start(command, log, env={"PATH": os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
                                         "TZ": "UTC", "LANG": "C"}, cwd="/")
        self.children["httpd"] = child
        try:
            wait_for(f"{self.url}/", child, log, ssl.create_default_context(cafile=str(self.certificate)))
        except Trouble as trouble:
            said = self.error_log.read_text(errors="replace")[-3000:] if self.error_log.exists() else ""
            raise Trouble(f"{trouble}\n{self.error_log} says:\n{said}") from None
