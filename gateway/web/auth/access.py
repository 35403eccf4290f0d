"""Who may open which page: each address says what it asks for, and none is opened otherwise.

Whoever is nobody for an organisation learns nothing of it: its pages are not there for them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, g, redirect, request

from gateway.identity.roles import Role
from gateway.store import sessions
from gateway.store.accounts import Membership
from gateway.store.sessions import Session
from gateway.web import security
from gateway.web.auth import cookie
from gateway.web.site import site

PROVEN_FOR = timedelta(minutes=10)
ANYBODY, ANYBODY_SIGNED_IN = "anybody", "anybody signed in"
ACCESS = "gateway.access"  # in the app: what each endpoint asks for
View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Access:
    """What an address asks for: a role for its organisation, and, for dangerous acts, a proof that is not old."""

    role: Role | str
    proven: bool = False
    in_pieces: bool = False


def add(
    bp: Blueprint,
    rule: str,
    view: View,
    *,
    role: Role | str,
    proven: bool = False,
    method: str = "GET",
    in_pieces: bool = False,
) -> None:
    """Register an address with what it asks for; the name of the view is its endpoint.

    A body that is read `in_pieces`, for files may be in it, is read by the view alone: it judges the token, too.
    """
    access, endpoint = Access(role, proven, in_pieces), view.__name__
    bp.add_url_rule(rule, endpoint, _guarded(view, access), methods=[method])
    bp.record(lambda state: state.app.extensions.setdefault(ACCESS, {}).update({f"{bp.name}.{endpoint}": access}))


def signed_in() -> Session:
    """Give who is signed in; only where an address asks for a role."""
    found: Session = g.signed_in
    return found


def membership() -> Membership:
    """Give what who is signed in is for the organisation of the address."""
    return signed_in().account.memberships[(request.view_args or {})["organisation"]]


def current(now: datetime) -> Session | None:
    """Find who is signed in on this browser, if anybody is."""
    secret = cookie.secret()
    return sessions.find(site().database, secret, now) if secret else None


def know() -> None:
    """Note who is signed in where no address has asked for it: a page about what went wrong says so too."""
    if "signed_in" not in g and (found := current(datetime.now(UTC))):
        g.signed_in = found


def safe_next(address: str) -> str:
    """Give the address to go on to, if it is one of ours for people who are signed in; else ""."""
    return address if address.startswith(cookie.SIGNED_IN) and "\\" not in address and address.isprintable() else ""


def area() -> str:
    """Name the area of this page: staff or partner."""
    return request.path.split("/")[1]


def go_on(default: str = "") -> Response:
    """Lead to the page that somebody wanted before they were asked who they are; else to where their area begins."""
    wanted = safe_next(request.values.get("next", ""))
    return current_app.make_response(redirect(wanted or default or f"/{area()}/", 303))


def to_sign_in() -> Response:
    """Lead to where somebody signs in, and back from there."""
    return _to("sign-in")


def _guarded(view: View, access: Access) -> View:
    @wraps(view)
    def guarded(**values: object) -> Response:
        if any("\0" in str(value) for value in values.values()):
            abort(404)  # PostgreSQL takes no such text, not even to look for it
        if access.role != ANYBODY and (elsewhere := _let_in(access, (request.view_args or {}).get("organisation"))):
            return elsewhere
        if request.method == "POST":
            if not security.comes_from_ours(request, site().settings.base_url):
                abort(403, security.NOT_OURS)
            if not access.in_pieces:
                cookie.csrf.protect()
        return security.harden(view(**values), security.page_headers(frame_ancestors="'none'"))

    return guarded


def _let_in(access: Access, organisation: str | None) -> Response | None:
    now = datetime.now(UTC)
    found = current(now)
    if found is None:
        return to_sign_in()
    g.signed_in = found
    if organisation is not None:
        mine = found.account.memberships.get(organisation)
        if mine is None or organisation not in site().organisations:
            abort(404)
        if isinstance(access.role, Role) and not mine.role.covers(access.role):
            abort(403)
    if access.proven and now - found.proven_at > PROVEN_FOR:
        return _to("prove")
    return None


def _to(page: str) -> Response:
    # What was to be posted is gone: whoever comes back finds the page that they pressed the button on.
    back = request.full_path.rstrip("?") if request.method == "GET" else _page_before()
    query = f"?{urlencode({'next': back})}" if back else ""
    answer = current_app.make_response(redirect(f"/{area()}/{page}{query}", 303))
    return security.harden(answer, security.page_headers(frame_ancestors="'none'"))


def _page_before() -> str:
    host, _, path = (request.referrer or "").partition("://")[2].partition("/")
    return safe_next(f"/{path}") if host == request.host else ""
