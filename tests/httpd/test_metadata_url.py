# SPDX-License-Identifier: Apache-2.0
"""Metadata by URL, from the command line: what is fetched, and what nobody can have fetched (R19)."""

from __future__ import annotations

import gzip
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from lib import world
from lib.forge import Idp
from lib.planet import INNER, MULTICAST, PUBLIC, PUBLIC6, Planet, Site
from lib.server import Server

URL = "https://idp.test/metadata"


def redirect(request: BaseHTTPRequestHandler) -> None:
    to = parse_qs(urlsplit(request.path).query)["to"][0]
    Site.send(request, 302, b"", {"Location": to})


def again(request: BaseHTTPRequestHandler) -> None:
    Site.send(request, 302, b"", {"Location": "/again"})


def count_down(request: BaseHTTPRequestHandler) -> None:
    left = int(parse_qs(urlsplit(request.path).query)["left"][0])
    Site.send(request, 307, b"", {"Location": f"/count?left={left - 1}" if left else "/metadata"})


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"<!-- endless -->" * 4096)


def drip(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "500000")
    request.end_headers()
    for _ in range(60):
        request.wfile.write(b"<")
        request.wfile.flush()
        time.sleep(0.5)


def short(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "500000")
    request.end_headers()
    request.wfile.write(b"<EntityDescriptor")


def compressed(request: BaseHTTPRequestHandler) -> None:
    Site.send(request, 200, gzip.compress(b"<!-- -->" * 10_000_000), {"Content-Encoding": "gzip"})


def squeezed(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Transfer-Encoding", "gzip, chunked")
    request.end_headers()
    request.wfile.write(b"5\r\nhello\r\n0\r\n\r\n")


def headers(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    for number in range(200):
        request.send_header(f"X-{number}", "x" * 1000)
    request.end_headers()


def gibberish(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"220 mail.test ESMTP\r\n")


def page(request: BaseHTTPRequestHandler) -> None:
    Site.send(request, 200, b"<html><body>Sign in</body></html>", {"Content-Type": "text/html"})


SPECIAL = {"/to": redirect, "/again": again, "/count": count_down, "/endless": endless, "/drip": drip, "/short": short,
           "/gzip": compressed, "/squeezed": squeezed, "/headers": headers, "/gibberish": gibberish, "/page": page,
           "/404": lambda request: Site.send(request, 404, b"no"), "/401": lambda request: Site.send(request, 401, b"no"),
           "/500": lambda request: Site.send(request, 500, b"no"), "/304": lambda request: Site.send(request, 304, b"")}


@pytest.fixture(scope="module")
def machine(planet: Planet) -> Iterator[Server]:
    """A database and ikssoctl; no httpd."""
    planet.site.special.update(SPECIAL)
    made = Server()
    made.variables.update(planet.variables)
    try:
        made.init()
        made.add_account("acme", world.providers()["acme"].metadata())
        yield made
    finally:
        made.remove()


@pytest.fixture(autouse=True)
def fresh(planet: Planet, machine: Server) -> Iterator[None]:
    """The site as it is usually; and nobody has been where nobody may go."""
    planet.site.metadata = world.providers()["acme"].metadata().encode()
    planet.site.etag, planet.site.headers, planet.site.delay = None, {}, 0.0
    planet.site.asked.clear()
    yield
    assert not planet.tripwires.hits, planet.tripwires.hits


def refused(machine: Server, url: str, sentence: str) -> str:
    before = machine.ctl("--json", "account", "show", "acme").json
    said = machine.ctl("--json", "account", "set", "acme", "--metadata-url", url, check=False)
    assert said.code == 1 and said.json["error"]["code"] == "url_refused", said.out + said.err
    assert sentence in said.json["error"]["message"], said.json["error"]["message"]
    assert machine.ctl("--json", "account", "show", "acme").json == before
    return str(said.json["error"]["message"])


# What may be fetched

def test_fetches_saves_and_says_so(planet: Planet, machine: Server) -> None:
    planet.site.etag = '"one"'
    said = machine.ctl("--json", "account", "set", "acme", "--metadata-url", URL).json
    assert said["idp"]["entity_id"] == world.providers()["acme"].entity_id
    [(path, sent)] = planet.site.asked
    assert path == "/metadata" and sent["user-agent"].startswith("mod_ikssoauth/") and sent["host"] == "idp.test"
    assert not {"cookie", "authorization", "accept-encoding", "if-none-match"} & set(sent), sent
    source = machine.ctl("--json", "account", "show", "acme").json["source"]
    assert source["url"] == URL and source["fetched"] and source["failure"] is None and source["next"] > source["fetched"]
    [row] = machine.ctl("--json", "account", "list").json["accounts"]
    assert row["metadata"] == "fetched" and row["failing_since"] is None
    planet.site.asked.clear()
    again_said = machine.ctl("--json", "account", "refresh", "acme").json
    assert again_said["source"]["failure"] is None
    assert planet.site.asked[0][1]["if-none-match"] == '"one"'


@pytest.mark.parametrize("url", ["https://six.test/metadata", "https://idp.test:8443/metadata", "https://IDP.test/metadata?app=1",
                                 "https://idp.test/count?left=2", "https://idp.test/to?to=https://six.test/metadata",
                                 "https://idp.test:8443/to?to=https://idp.test/metadata"])
def test_fetches_from_public_addresses_and_through_redirects(machine: Server, url: str) -> None:
    machine.ctl("account", "set", "acme", "--metadata-url", url)
    assert machine.ctl("--json", "account", "show", "acme").json["source"]["url"] == url


def test_says_when_it_is_forgotten(machine: Server) -> None:
    machine.ctl("account", "set", "acme", "--metadata-url", URL)
    other = machine.write("other.xml", Idp("https://other.test/", world.providers()["beta"].pairs).metadata(), below="conf")
    said = machine.ctl("account", "metadata", "acme", str(other))
    assert "its metadata is not fetched from a URL any more" in said.out
    assert machine.ctl("--json", "account", "show", "acme").json["source"] is None
    said = machine.ctl("account", "refresh", "acme", check=False)
    assert said.code == 1 and "is not fetched from a URL" in said.err
    machine.ctl("account", "set", "acme", "--metadata-url", URL)
    machine.ctl("account", "set", "acme", "--metadata-url", "")
    assert machine.ctl("--json", "account", "show", "acme").json["source"] is None


def test_keeps_the_last_good_and_says_since_when_it_fails(planet: Planet, machine: Server) -> None:
    machine.ctl("account", "set", "acme", "--metadata-url", URL)
    kept = machine.ctl("--json", "account", "show", "acme").json
    planet.site.metadata = Idp("https://other.test/", world.providers()["acme"].pairs).metadata().encode()
    said = machine.ctl("--json", "account", "refresh", "acme", check=False)
    assert said.code == 1 and said.json["error"]["code"] == "fetch_failed" and "another identity provider" in said.json["error"]["message"]
    now = machine.ctl("--json", "account", "show", "acme").json
    assert now["idp"] == kept["idp"] and now["version"] == kept["version"]
    assert now["source"]["failing_since"] and "another identity provider" in now["source"]["failure"]
    assert now["source"]["fetched"] == kept["source"]["fetched"]
    [row] = machine.ctl("--json", "account", "list").json["accounts"]
    assert row["metadata"] == "fetched, fails" and row["failing_since"] == now["source"]["failing_since"]
    planet.site.metadata = world.providers()["acme"].metadata().encode()
    assert machine.ctl("--json", "account", "refresh", "acme").json["source"]["failure"] is None


# What nobody can have fetched

PLACES = {
    "http://idp.test/metadata": "Only https is accepted",
    "ftp://idp.test/metadata": "Only https is accepted",
    "https://user:secret@idp.test/metadata": "user name or password",
    "https://idp.test:25/metadata": "port that is not one",
    "https://idp.test/a#b": 'contains a "#"',
    "metadata.xml": "This is no URL",
    "https://localhost/metadata": "not public (loopback)",
    "https://127.0.0.1:8443/metadata": "not public (loopback)",
    "https://0/metadata": "not public (unspecified)",
    f"https://{MULTICAST}/metadata": "not public (multicast)",
    "https://[::ffff:127.0.0.1]/metadata": "not public (IPv4 inside IPv6)",
    "https://[::ffff:93.184.215.14]/metadata": "not public (IPv4 inside IPv6)",
    "https://loopback.test/metadata": "not public (loopback)",
    "https://loopback6.test/metadata": "not public (loopback)",
    "https://ten.test/metadata": "not public (private)",
    "https://cloud.test/latest/meta-data": "not public (link-local)",
    "https://mapped.test/metadata": "not public (IPv4 inside IPv6)",
    "https://mappedten.test/metadata": "not public (IPv4 inside IPv6)",
    "https://unique.test/metadata": "not public (private)",
    "https://sixtofour.test/metadata": "not public (IPv4 inside IPv6)",
    "https://nat.test/metadata": "not public (IPv4 inside IPv6)",
    "https://unknown.test/metadata": "There is no host named unknown.test",
    "https://nothing.test/metadata": "There is no host named nothing.test",
    "https://shut.test/metadata": "cannot be reached",
    "https://wrong.test/metadata": "TLS certificate of wrong.test cannot be trusted",
    f"https://{PUBLIC}/metadata": "cannot be trusted",
    f"https://[{PUBLIC6}]/metadata": "cannot be trusted",
}


@pytest.mark.parametrize("url", PLACES)
def test_refuses_to_go_there(machine: Server, url: str) -> None:
    refused(machine, url, PLACES[url])


@pytest.mark.parametrize("address", INNER)
def test_refuses_every_address_of_our_own(machine: Server, address: str) -> None:
    """Named, and as where a redirect leads."""
    url = f"https://[{address}]/metadata" if ":" in address else f"https://{address}/metadata"
    refused(machine, url, "an address that is not public")
    refused(machine, f"https://idp.test/to?to={url}", "an address that is not public")


@pytest.mark.parametrize("to, sentence", {
    "http://idp.test/metadata": "Only https is accepted", "file:///etc/passwd": "This is no URL",
    "https://ten.test/": "not public (private)", "https://mapped.test/": "not public (IPv4 inside IPv6)",
    "https://user:secret@idp.test/metadata": "user name or password", "https://idp.test:8443/metadata": "another port",
    "https://idp.test:22/metadata": "port that is not one", "//127.0.0.1/": "not public (loopback)",
}.items())
def test_refuses_redirects_like_the_first_url(machine: Server, to: str, sentence: str) -> None:
    refused(machine, f"https://idp.test/to?to={to}", sentence)


def test_follows_no_more_than_three_redirects(planet: Planet, machine: Server) -> None:
    refused(machine, "https://idp.test/again", "sent on more than 3 times")
    assert planet.site.count("/again") == 4


def test_a_name_that_changes_its_mind_gains_nothing(planet: Planet, machine: Server) -> None:
    """The address that was judged is the one that is connected to, each time; where it leads is judged anew."""
    planet.names.rebound = 0
    machine.ctl("account", "set", "acme", "--metadata-url", "https://rebind.test/metadata")
    assert planet.names.rebound == 1
    said = machine.ctl("--json", "account", "refresh", "acme", check=False)
    assert said.code == 1 and "not public (loopback)" in said.json["error"]["message"]
    planet.names.rebound = 0
    refused(machine, "https://rebind.test/to?to=https://rebind.test/metadata", "not public (loopback)")


ANSWERS = {
    "/endless": "larger than 768 KiB", "/gzip": "compressed", "/squeezed": "compressed", "/headers": "headers of the answer",
    "/short": "ended early", "/gibberish": "does not answer like a web server", "/page": "What is at the URL cannot be used. This is an HTML",
    "/404": "HTTP status 404", "/401": "HTTP status 401", "/500": "HTTP status 500", "/304": "HTTP status 304",
}


@pytest.mark.parametrize("path", ANSWERS)
def test_refuses_answers(machine: Server, path: str) -> None:
    begun = time.monotonic()
    refused(machine, f"https://idp.test{path}", ANSWERS[path])
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("url, sentence", [("https://idp.test/drip", "did not answer in time"),
                                           ("https://silent.test/", "did not answer in time")])
def test_waits_for_nobody_for_long(machine: Server, url: str, sentence: str) -> None:
    begun = time.monotonic()
    refused(machine, url, sentence)
    assert time.monotonic() - begun < 12


def test_refuses_metadata_that_is_over(planet: Planet, machine: Server) -> None:
    planet.site.metadata = planet.site.metadata.replace(b" entityID", b' validUntil="2020-01-01T00:00:00Z" entityID', 1)
    assert b"validUntil" in planet.site.metadata
    refused(machine, URL, "valid until 2020-01-01T00:00:00Z")


def test_usage(machine: Server, tmp_path: Path) -> None:
    said = machine.ctl("--json", "account", "set", "acme", "--metadata-url", URL, "--metadata", "x.xml", check=False)
    assert said.code == 2 and said.json["error"]["code"] == "usage"
    assert machine.ctl("account", "refresh", "nobody", check=False).code == 1
