"""GitHub and GitLab as far as comments go, on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs_not_a_real_token"


@dataclass
class Platform:
    """What is there, and what was asked."""

    address: str
    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    writable: bool = True
    redirects_to: str = ""

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        where = urlsplit(path)
        self.asked.append(f"{method} {where.path}")
        if where.path.endswith("/user"):
            return 200, {"id": 7}
        if method == "GET":
            query = parse_qs(where.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return 200, self.comments[(page - 1) * size : page * size]
        if not self.writable:
            return 403, {"message": "Resource not accessible by integration"}
        if method == "POST":
            ours = {"user": {"type": "Bot"}, "author": {"id": 7}, "id": 1_000 + len(self.comments)}
            self.comments.append(ours | body)
            return 201, {}
        number = int(where.path.rpartition("/")[2])
        next(one for one in self.comments if one["id"] == number).update(body)
        return 200, {}


@contextmanager
def platform() -> Iterator[Platform]:
    """Serve one, until it is left."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            given = self.headers.get("Authorization", "").removeprefix("Bearer ") or self.headers.get("PRIVATE-TOKEN")
            known = given == TOKEN
            status, found = served.answer(self.command, self.path, body) if known else (401, {"message": "who?"})
            self.send_response(307 if served.redirects_to else status)
            if served.redirects_to:
                self.send_header("Location", served.redirects_to)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        do_GET = do_POST = do_PATCH = do_PUT = handle_any  # noqa: N815  (the server's names)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Platform(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
