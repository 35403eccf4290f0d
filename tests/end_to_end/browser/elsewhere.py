"""Another website, by three names: two that the organisation lets frame its forms, and one that it does not."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, unquote

from tests.serving import serving

# Not the names of the gateway under test, which is at 127.0.0.1: to a browser these are other sites.
LISTED, ALSO_LISTED, UNLISTED = "localhost", "builder.localhost", "other.localhost"
COOKIE = "met=before; SameSite=None; Secure; Path=/"
_HEAD = "<!doctype html><html lang=en><meta name=viewport content='width=device-width'><title>Elsewhere</title>"


class Elsewhere:
    """The addresses of the other website."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def listed(self) -> str:
        """The origin that may frame our forms."""
        return f"http://{LISTED}:{self.port}"

    @property
    def also_listed(self) -> str:
        """A second origin that may, as a website builder's own frames have one."""
        return f"http://{ALSO_LISTED}:{self.port}"

    @property
    def unlisted(self) -> str:
        """An origin that may not."""
        return f"http://{UNLISTED}:{self.port}"

    @property
    def cookie(self) -> str:
        """An address of a third site, which sets a cookie and says which one it gets."""
        return f"http://127.0.0.1:{self.port}/cookie"

    def framing(self, address: str, *, origin: str = "", sandbox: str = "") -> str:
        """The address of a page with a frame in it."""
        attribute = f' sandbox="{sandbox}"' if sandbox else ""
        return self.page(f'<iframe title="Form" width="300" height="900" src="{address}"{attribute}></iframe>', origin)

    def posting(self, address: str) -> str:
        """The address of a page with a form that posts to ours."""
        return self.page(f'<form method="post" action="{address}"><input name="surname"><button>Go</button></form>')

    def placing(self, *addresses: str, above: str = "", origin: str = "", **data: str) -> str:
        """The address of a page with a script tag of ours for each form; `above` stands before them."""
        attributes = "".join(f' data-{name.replace("__", "-")}="{value}"' for name, value in data.items())
        tags = [
            f'<script async src="{address.partition("/embed/")[0]}/static/embed.js" data-referral-form="{address}"'
            f"{attributes}></script>"
            for address in addresses
        ]
        return self.page(above + "".join(tags) + "<p>The end of the page</p>", origin)

    def page(self, body: str, origin: str = "") -> str:
        """The address of a page with anything in it."""
        return f"{origin or self.listed}/page?{quote(body)}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _, body = self.path.partition("?")
        page = f"{_HEAD}<main><h1>Elsewhere</h1>{unquote(body)}</main>"
        self.send_response(200 if path != "/favicon.ico" else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if path == "/cookie":
            self.send_header("Set-Cookie", COOKIE)
            page += html.escape(self.headers.get("Cookie", "no cookie"))
        self.end_headers()
        if path != "/favicon.ico":
            self.wfile.write(page.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature of the base class
        """Say nothing."""


@contextmanager
def open_elsewhere() -> Iterator[Elsewhere]:
    """Serve the other website while a test runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    with serving(server):
        yield Elsewhere(server.server_address[1])
