"""Errors of pages where people sign in, in their own frame: what went wrong, and what to do now."""

from flask import Response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from gateway.web import security
from gateway.web.auth import access
from gateway.web.auth.cookie import SIGNED_IN
from gateway.web.staff.frame import render

_WORDS = {
    400: ("We could not read that", ("Nothing was changed. Go back, look at what you typed, and try again.",)),
    403: (
        "You may not open this page",
        ("Your role does not cover it. If you need it, ask an administrator of your organisation.",),
    ),
    404: (
        "Page not found",
        ("It may be gone, or it may belong to an organisation that you have no role for.",),
    ),
    405: ("This page cannot be opened like that", ("Nothing was changed. Open it by a link or button of a page.",)),
    413: ("That was too much at once", ("What you sent is larger than we can take. Nothing was changed.",)),
    503: ("This page cannot be shown at the moment", ("Try again in a few minutes.",)),
}
_OUR_FAULT = 500
_TOO_LATE = (
    "This page was open for too long",
    ("Nothing was changed. Open the page again, and do it once more.",),
)
_NOT_OURS = (
    "This did not come from one of our pages",
    ("Nothing was changed. Open the page here, and do it once more.",),
)
_SORRY = (
    "Sorry, something went wrong on our side",
    ("Look whether it was done before you do it once more. If it happens again, tell whoever runs the gateway.",),
)
_AGENCY_ENDED = (
    "Your agency has ended here",
    (
        "An administrator of the organisation has ended it. Nothing of this was sent or kept.",
        "If somebody needs their help, call them.",
    ),
)
_AGENCY_ENDED_MEANWHILE = ("This agency has ended", ("Somebody else ended it meanwhile. Nothing was changed.",))
_FACTOR_LOCKED = (
    "Your second factor cannot be checked at the moment",
    (
        "This is a mistake on our side, not yours: a key of the gateway is missing.",
        "Tell whoever runs the gateway.",
        "If you cannot wait, an administrator of your organisation can let you choose a new password, without a code.",
    ),
)


def wanted() -> bool:
    """Tell whether this request is for a page where people sign in."""
    return request.path.startswith(SIGNED_IN)


def page(status: int, error: HTTPException | None = None) -> Response:
    """Render the page of an error."""
    return _page(status, *_words(status, error))


def agency_ended() -> Response:
    """Say that nothing is done any more for an agency that has ended, in the moment in which somebody pressed."""
    return _page(410, *(_AGENCY_ENDED if request.path.startswith("/partner/") else _AGENCY_ENDED_MEANWHILE))


def factor_locked() -> Response:
    """Say that no code can be judged, and who can help."""
    return _page(503, *_FACTOR_LOCKED)


def _page(status: int, heading: str, lines: tuple[str, ...]) -> Response:
    if status < _OUR_FAULT:
        access.know()
    body = render("staff/error.html", heading, heading=heading, lines=lines)
    return Response(body, status, headers=security.page_headers(frame_ancestors="'none'"))


def _words(status: int, error: HTTPException | None) -> tuple[str, tuple[str, ...]]:
    if isinstance(error, CSRFError):
        return _TOO_LATE
    if status == 403 and error is not None and error.description == security.NOT_OURS:
        return _NOT_OURS
    return _WORDS.get(status, _WORDS[400] if status < _OUR_FAULT else _SORRY)
