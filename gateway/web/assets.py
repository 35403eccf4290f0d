"""Stylesheet, script and theme under names that change with their content, so that browsers may keep them for ever."""

import hashlib
import re
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory

from gateway.definitions.loader import Organisation
from gateway.definitions.profile import Theme
from gateway.web.site import site
from gateway.web.theme import css

STATIC = Path(__file__).parents[2] / "static"
_FOR_EVER = "public, max-age=31536000, immutable"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

bp = Blueprint("assets", __name__)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


# What there is, once and for all: no name that a visitor asks for ever reaches the file system.
_CONTENTS = {file.name: file.read_bytes() for file in STATIC.iterdir() if file.suffix in _TYPES}
_NAMES = {f"{Path(name).stem}-{_digest(content)}{Path(name).suffix}": name for name, content in _CONTENTS.items()}
_DIGESTED = re.compile(r"-[0-9a-f]{12}(\.[a-z]+)\Z")
_ADDRESSES = {name: f"/static/{digested}" for digested, name in _NAMES.items()}


def address(name: str) -> str:
    """The address of a file of ours, such as /static/app-1a2b3c4d.css."""
    return _ADDRESSES[name]


def theme_address(organisation: Organisation) -> str:
    """The address of an organisation's theme."""
    return f"/{organisation.slug}/theme-{_digest(theme(organisation).encode())}.css"


def theme(organisation: Organisation) -> str:
    """An organisation's theme as CSS variables."""
    return css(organisation.profile.theme if organisation.profile else Theme())


@bp.get("/static/<name>")
def static_file(name: str) -> Response:
    """Serve a file of ours, with or without the digest in its name; instead of another version's, our own."""
    plain = _NAMES.get(name) or _DIGESTED.sub(r"\1", name)
    content = _CONTENTS.get(plain)
    if content is None:
        abort(404)
    response = Response(content, content_type=_TYPES[Path(plain).suffix])
    others = "public, max-age=300" if name in _CONTENTS else "no-store"
    response.headers["Cache-Control"] = _FOR_EVER if name in _NAMES else others
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@bp.get("/<slug>/theme-<digest>.css")
def theme_file(slug: str, digest: str) -> Response:
    """Serve an organisation's theme."""
    organisation = site().organisations.get(slug)
    if organisation is None:
        abort(404)
    response = Response(theme(organisation), content_type=_TYPES[".css"])
    current = theme_address(organisation).endswith(f"theme-{digest}.css")
    response.headers["Cache-Control"] = _FOR_EVER if current else "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@bp.get("/<slug>/logo")
def logo(slug: str) -> Response:
    """Serve an organisation's logo."""
    organisation = site().organisations.get(slug)
    if organisation is None or organisation.profile is None or organisation.profile.theme.logo is None:
        abort(404)
    folder = Path(organisation.files[""]).parent.resolve()
    response = send_from_directory(folder, organisation.profile.theme.logo, max_age=3600)
    # An SVG opened by itself must not run anything.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
