"""What went wrong, as programs read it: application/problem+json (RFC 9457), with a path for each wrong member."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Response, request

from gateway.forms.objects import Wrong
from gateway.web.site import site

ADDRESS, _EVERY_VERSION = "/api/v1", "/api"
MEDIA_TYPE = "application/problem+json"
_WORDS = {
    400: "This request cannot be read.",
    404: "There is nothing at this address.",
    405: "This address takes another method: see the Allow header.",
    413: "That is too much at once: up to 2 MB of JSON, or {most:g} MB with files.",
    503: "The gateway cannot answer at the moment. Try again in a few minutes.",
}
# Every code that there is, by the status that it comes with.
CODES: Mapping[int, tuple[str, ...]] = {
    400: ("bad_parameters", "bad_request", "no_key", "no_referral", "not_json"),
    401: ("bad_token", "no_token"),
    403: ("form_not_allowed",),
    404: ("not_found",),
    405: ("method_not_allowed",),
    409: ("form_closed",),
    413: ("too_large",),
    415: ("media_type", "packed"),
    422: ("invalid", "key_used"),
    429: ("too_many",),
    500: ("internal_server_error",),
    503: ("closed", "gone", "service_unavailable"),
}
_AGAIN = {503: {"Retry-After": "60"}}
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
    return request.path.startswith(f"{_EVERY_VERSION}/")


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
    headers = {**_AGAIN.get(problem.status, {}), **problem.headers}
    return Response(json.dumps(said), problem.status, headers=headers, content_type=MEDIA_TYPE)


def plain(status: int) -> Response:
    """Write the problem of a status that was not foreseen by a call."""
    known = HTTPStatus(status)
    detail = _WORDS.get(status, _SORRY if status >= 500 else _WORDS[400]).format(most=site().settings.max_upload_mb)
    if status == 404 and request.path.endswith("/"):
        detail = "There is nothing at this address: write it without a slash at its end."
    code = "too_large" if status == 413 else known.name.lower()
    return answer(Problem(status, code, detail))
