"""What went wrong, as programs read it: application/problem+json (RFC 9457), with a path for each wrong member."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Response, request

from gateway.forms.objects import Wrong

ADDRESS = "/api/v1"
MEDIA_TYPE = "application/problem+json"
_WORDS = {
    400: "This request cannot be read.",
    404: "There is nothing at this address.",
    405: "This address takes another method: see the Allow header.",
    413: "That is too much at once.",
    503: "The gateway cannot answer at the moment. Try again in a few minutes.",
}
_SORRY = (
    "Something went wrong on our side. Send the same request again, with the same Idempotency-Key: nothing is sent "
    "twice."
)


class Problem(Exception):
    """Ends a call; `code` is for programs, `detail` for whoever writes them, and neither repeats an answer."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.errors = status, code, detail, errors
        self.headers = dict(headers or {})


def invalid(errors: Sequence[Wrong], detail: str = "Some of it cannot be taken as it is.") -> Problem:
    """Make the problem of members that cannot be taken."""
    return Problem(422, "invalid", detail, errors=errors)


def is_ours() -> bool:
    """Tell whether this request is one for programs."""
    return request.path.startswith(f"{ADDRESS}/") or request.path == ADDRESS


def answer(problem: Problem) -> Response:
    """Write a problem."""
    said: dict[str, object] = {
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    if problem.errors:
        said["errors"] = [{"field": each.field, "message": each.message} for each in problem.errors]
    return Response(json.dumps(said), problem.status, headers=problem.headers, content_type=MEDIA_TYPE)


def plain(status: int) -> Response:
    """Write the problem of a status that was not foreseen by a call."""
    known = HTTPStatus(status)
    detail = _WORDS.get(status, _SORRY if status >= 500 else _WORDS[400])
    return answer(Problem(status, known.name.lower(), detail))
