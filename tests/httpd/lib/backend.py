# SPDX-License-Identifier: Apache-2.0
"""The application behind the proxy: answers what it was asked, header by header."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "")
        trailers = self._read_chunks() if chunked else []
        body = b"" if chunked else self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = {"method": self.command, "path": self.path, "headers": self.headers.items(), "trailers": trailers,
                "body": body.decode("latin-1")}
        answer = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    def _read_chunks(self) -> list[str]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            self.rfile.read(size + 2)
        trailers = []
        while line := self.rfile.readline().strip():
            trailers.append(line.decode("latin-1"))
        return trailers

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_HEAD = do_PATCH = _answer

    def log_message(self, *_: object) -> None:
        return None


class Backend:
    """Runs on a free loopback port until it is stopped."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
