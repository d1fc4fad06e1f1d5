# SPDX-License-Identifier: Apache-2.0
"""The dashboard behind the proxy: shows what was asked, and which identity headers came with it.

backend.py PORT PATH…: the paths become links."""
import html
import json
import sys
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{path} - dashboard</title>
<style>
:root {{ color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5 }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; overflow-wrap: anywhere }}
</style>
</head>
<body>
<nav aria-label="Sections"><ul>{links}</ul></nav>
<main>
<h1>{path}</h1>
<p>This page comes from the backend. It contains no SAML; this is what it was told about you:</p>
<table><thead><tr><th scope="col">Header</th><th scope="col">Value</th><th scope="col">Decoded</th></tr></thead>
<tbody>{rows}</tbody></table>
</main>
</body>
</html>
"""


def row(name: str, value: str) -> str:
    decoded = urllib.parse.unquote(value)
    return (f'<tr><th scope="row">{html.escape(name)}</th><td>{html.escape(value)}</td>'
            f"<td>{html.escape(decoded)}</td></tr>")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def identity(self) -> list[tuple[str, str]]:
        """Every header that some backend might take for one of ours: '_' and '-' are the same to CGI and WSGI."""
        return [(name, value) for name, value in self.headers.items()
                if name.lower().replace("_", "-").startswith(("x-ik-", "ikss", "remote-user"))]

    def page(self) -> tuple[str, str]:
        if "application/json" in self.headers.get("Accept", ""):
            seen = {"path": self.path, "method": self.command, "identity": self.identity(),
                    "headers": sorted(name.lower() for name in self.headers)}
            return "application/json", json.dumps(seen)
        return "text/html; charset=utf-8", PAGE.format(
            path=html.escape(self.path),
            links="".join(f'<li><a href="{html.escape(link)}">{html.escape(link)}</a></li>' for link in sys.argv[2:]),
            rows="".join(row(*pair) for pair in self.identity()) or '<tr><td colspan="3">nothing</td></tr>')

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind, text = self.page()
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET

    def log_message(self, *_) -> None:
        """httpd's access log has it already."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
