"""Makes the answers of /v2 and /_sandbox. Each says that it is invented: in a header and, if an object, in its body."""

import logging
from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, make_response, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException, InternalServerError

from gateway.sandbox.api.calls import is_api, path_group
from gateway.sandbox.api.rules import Refusal
from gateway.sandbox.state import current

log = logging.getLogger(__name__)
MARK = {"invented_by_the_sandbox": True}


def invented(values: dict[str, Any], status: int = 200) -> Response:
    """Answer with a JSON object, marked as invented."""
    return make_response(jsonify(values | MARK), status)


def refused(message: str, status: int, problems: Sequence[Refusal] = ()) -> Response:
    """Answer with an error, and what is wrong with whom."""
    told = {"error": message, "problems": [problem.as_json() for problem in problems]}
    match current().answers.error_shape if is_api(request.path) else "object":
        case "text":
            return Response(f"{message} (Invented by the sandbox.)\n", status, mimetype="text/plain")
        case "html":
            page = f"<!doctype html><title>{status}</title><p>{escape(message)}</p><p>Invented by the sandbox.</p>"
            return Response(page, status, mimetype="text/html")
        case "list":
            return make_response(jsonify([told | MARK]), status)
        case "empty":
            return Response(status=status)
    return invented(told, status)


def accepted(shape: str, number: int) -> Response:
    """Answer an accepted external referral in the chosen shape; no source documents any."""
    if shape == "success":
        return invented({"success": True})
    if shape == "201-id":
        return invented({"id": number}, 201)
    if shape == "array":
        return make_response(jsonify([number]))
    if shape == "text":
        return Response("OK", mimetype="text/plain")
    return Response(status=201 if shape == "created-empty" else 200)


def recorded(shape: str, number: int) -> Response:
    """Answer with the number of a new record in the chosen shape; "the new id is returned" is all that is said."""
    told = str(number) if current().answers.id_type == "string" else number
    match shape:
        case "number":
            return make_response(jsonify(told))
        case "text":
            return Response(str(number), mimetype="text/plain")
        case "list":
            return make_response(jsonify([told]))
        case "data":
            return invented({"data": {"id": str(number)}}, 201)
        case "success":
            return invented({"success": True})
    return invented({"id": told}, 201)


def updated() -> Response:
    """Answer that a record was changed, in the chosen shape; no source documents any."""
    match current().answers.update_shape:
        case "empty":
            return Response()
        case "text":
            return Response("OK", mimetype="text/plain")
        case "no-content":
            return Response(status=204)
    return invented({"success": True})


def mark(response: Response) -> Response:
    """Say in the headers that no part of an answer is the vendor's, and keep pages plain and private."""
    response.headers["X-Sandbox"] = "invented"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response


def broke(error: Exception) -> Response | HTTPException:
    """Answer for a mistake in the sandbox itself. Flask's own log of it would tell the path with its values."""
    log.error("%s %s broke the sandbox", request.method, path_group(request.path), exc_info=error)
    return failed(InternalServerError())


def failed(error: HTTPException) -> Response | HTTPException:
    """Answer an error in JSON where a program asked, as a page where a person did."""
    if error.code is None or error.code < 400 or not (is_api(request.path) or request.path.startswith("/_sandbox")):
        return error
    answer = refused(error.description or error.name, error.code)
    for name, value in error.get_headers(request.environ):
        if name == "Allow":
            answer.headers[name] = value
    return answer
