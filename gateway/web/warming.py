"""One visit before the web server forks: what it loads and compiles, its processes have in common.

Each process would else copy and fill the same pages of memory by itself with its first visitor, who would wait for it.
"""

from collections.abc import Callable
from io import BytesIO
from wsgiref.util import setup_testing_defaults

from flask import Flask

from gateway.store import sending
from gateway.web.site import Site, site


def warm(app: Flask) -> None:
    """Show the first page of a form to nobody, and take it back empty; nothing is stored, and nothing stays open."""
    with app.app_context():
        found = site()
    if address := _a_form(found):
        _visit(app, "GET", address)
        _visit(app, "POST", address)  # without a token it is never taken, only judged and shown again
    sending.prepare(found.database)
    found.database.close()  # nothing stays open over the fork


def _visit(app: Flask, method: str, address: str) -> None:
    environment: dict[str, object] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": address,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": "0",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_SEC_FETCH_SITE": "none",
        "wsgi.input": BytesIO(),
    }
    setup_testing_defaults(environment)
    for _ in app.wsgi_app(environment, _to_nobody):
        pass


def _to_nobody(_status: str, _headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
    return lambda _: None


def _a_form(found: Site) -> str:
    """Find the address of a form that is open to everybody; "" where there is none."""
    for slug, organisation in found.organisations.items():
        for form in organisation.forms.values():
            if form.open and form.audience == "public" and not organisation.closed:
                return f"/{slug}/{form.slug}"
    return ""
