"""A watchman outside: a real web server on a free port that remembers who called."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.serving import serving


class Watchman:
    """Remembers the paths that were called; sends on where he is told to, else answers as told."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.leads_to = ""
        self.status = 200
        watchman = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                watchman.calls.append(self.path)
                away = watchman.leads_to if self.path == "/ping" else ""
                self.send_response(302 if away else watchman.status)
                if away:
                    self.send_header("Location", away)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def open_watchman() -> Iterator[Watchman]:
    """Let him be called while a test runs."""
    found = Watchman()
    with serving(found.server):
        yield found
