"""Who may call: whoever brings a token that is good, for the forms that it is for. There is no other way in.

The one address that says something to everybody, what the API is, names no form and no organisation then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps

from flask import Blueprint, Response, g, request

from gateway.definitions.loader import Organisation
from gateway.definitions.schema import Form
from gateway.store import api_tokens
from gateway.store.api_tokens import Token
from gateway.web import security
from gateway.web.api.problems import Problem
from gateway.web.auth.access import ACCESS, Access
from gateway.web.limits import Limit
from gateway.web.site import site

TOKEN, TOKEN_OR_NONE = "token", "token or none"  # what an address asks for
View = Callable[..., Response]
_AUTHORIZATION = "Authorization"
_HEADERS = [
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose software calls, and when."""

    token: Token
    organisation: Organisation
    now: datetime

    @property
    def forms(self) -> Mapping[str, Form]:
        """The forms that it may send, by slug."""
        named = self.token.forms
        return {
            slug: form
            for slug, form in sorted(self.organisation.forms.items())
            if (slug in named if named else form.audience == "partner")
        }


def add(bp: Blueprint, rule: str, view: View, *, method: str = "GET") -> None:
    """Register an address that asks for a token; the name of the view is its endpoint."""
    _register(bp, rule, view.__name__, _guarded(view), method, TOKEN)


def add_for_all(bp: Blueprint, rule: str, view: View, general: View) -> None:
    """Register an address that has a view for whoever brings a token, and a general one for who brings none."""
    guarded = _guarded(view)

    def shown() -> Response:
        return guarded() if _AUTHORIZATION in request.headers else general()

    _register(bp, rule, view.__name__, shown, "GET", TOKEN_OR_NONE)


def caller() -> Caller:
    """Give who calls; only below an address that was registered here."""
    found: Caller = g.caller
    return found


def bad_token() -> Problem:
    """Make the problem of a token that opens nothing, or not any more."""
    detail = "This token is none of ours, or has ended. Ask the charity for a new one."
    return Problem(401, "bad_token", detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


def count_file() -> bool:
    """Count a file of who calls: it may come. Raises Problem where there were too many."""
    _count(site().uploads, "files", caller().token, caller().now)
    return True


def harden(response: Response) -> Response:
    """Give an answer the headers of all answers."""
    return security.harden(response, _HEADERS)


def _register(bp: Blueprint, rule: str, endpoint: str, view: View, method: str, needed: str) -> None:
    bp.add_url_rule(rule, endpoint, view, methods=[method], provide_automatic_options=False)
    mine = {f"{bp.name}.{endpoint}": Access(needed)}
    bp.record(lambda state: state.app.extensions.setdefault(ACCESS, {}).update(mine))


def _guarded(view: View) -> View:
    @wraps(view)
    def guarded(**values: object) -> Response:
        now = datetime.now(UTC)
        token = _token(now)
        _count(site().calls, "calls", token, now)
        organisation = site().organisations.get(token.organisation)
        if organisation is None or organisation.closed:
            raise Problem(503, "closed", "The charity's forms cannot be served at the moment. Try again later.")
        g.caller = Caller(token, organisation, now)
        return view(**values)

    return guarded


def _token(now: datetime) -> Token:
    scheme, _, text = request.headers.get(_AUTHORIZATION, "").partition(" ")
    if scheme.casefold() != "bearer":
        detail = "Bring a token: Authorization: Bearer rgt.…"
        raise Problem(401, "no_token", detail, headers={"WWW-Authenticate": "Bearer"})
    token = api_tokens.find(site().database, text.strip(), now)
    if token is None:
        raise bad_token()
    return token


def _count(limit: Limit, what: str, token: Token, now: datetime) -> None:
    whose = token.id.encode()
    if limit.use(whose, now) > 1:
        seconds = max(1, limit.seconds_until(1, whose, now))
        detail = f"Too many {what} with this token. Try again in {seconds} seconds."
        raise Problem(429, "too_many", detail, headers={"Retry-After": str(seconds)})
