"""The description of the API for programs (OpenAPI 3.1), made of the forms that a token may send."""

from typing import Any

from flask import Response

from gateway.definitions.base import SLUG
from gateway.forms import described
from gateway.store.sent_lists import LIMIT, MOST
from gateway.store.states import Stands
from gateway.web.api import filters, keys, offering, problems
from gateway.web.api.guard import Caller, caller
from gateway.web.api.listing import as_json
from gateway.web.api.posting import REFERRAL
from gateway.web.posted import IN_PARTS

VERSION = "1.0.0"
_Said = dict[str, Any]
_JSON = "application/json"
_ERRORS = {
    "400": "It cannot be read, or the address asks for something that is not there.",
    "401": "No token, or none that is good.",
    "403": "The token may not send this form.",
    "404": "Not among what your agency has sent, or may send.",
    "409": "The form is closed.",
    "413": "Too large.",
    "415": "Neither JSON nor parts, or packed.",
    "422": "The form's rules refuse it: `errors` says where, and what to do. Or the key was used for another referral.",
    "429": "Too many calls: see Retry-After.",
    "500": "Something went wrong on our side: send the same again, with the same key.",
    "503": "Not at the moment: see Retry-After, then send the same again, with the same key.",
}
_READING = ("400", "401", "429", "500", "503")
_SECONDS = {"required": True, "schema": {"type": "integer", "minimum": 1}, "description": "Wait so many seconds."}
_HEADERS: dict[str, _Said] = {
    "401": {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    "429": {"Retry-After": _SECONDS},
    "503": {"Retry-After": _SECONDS},
}
_LINK = {"operationId": "referral", "parameters": {"reference": "$response.body#/reference"}}
_REFERENCE = {"type": "string", "pattern": "^RG-[0-9A-Z]{4}-[0-9A-Z]{4}$", "examples": ["RG-7K3F-9Q2M"]}
_TIME = {"type": "string", "format": "date-time"}
_OF_MONTH = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_MOMENT = f"(19|20)[0-9]{{2}}-{_OF_MONTH}(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?"
_RANGE = f"{_MOMENT},{_MOMENT}"
_ANY_FORM = {
    "type": "object",
    "required": ["form", "people"],
    "properties": {"form": {"type": "string"}, "people": {"type": "object"}},
    "description": "As the form asks: with a token, this description says what each of its forms takes.",
}


def show_description() -> Response:
    """Describe the API as this token may use it."""
    return as_json(described_for(caller()))


def show_general() -> Response:
    """Describe the API to whoever has no token: all but the forms."""
    return as_json(_described({}, {}, {}))


def described_for(of: Caller) -> _Said:
    """Describe the API to somebody."""
    forms = of.forms.values()
    parts = {name: part for form in forms for name, part in described.file_parts_of(form, form.languages[0]).items()}
    found = {form.slug: offering.example(of, form) for form in forms}
    examples = {slug: {"value": example} for slug, example in found.items() if example}
    return _described({f"form-{form.slug}": offering.schema(of, form) for form in forms}, parts, examples)


def _described(forms: _Said, parts: dict[str, _Said], examples: dict[str, _Said]) -> _Said:
    schemas = {
        "referral": _referral(),
        "receipt": _closed(
            {"reference": _REFERENCE, "form": {"type": "string"}, "created_at": _TIME},
        ),
        "form": _form(),
        "meta": _meta(),
        "problem": _problem(),
        **forms,
    }
    sent = {"oneOf": [_ref(name) for name in forms]} if forms else _ANY_FORM
    description = {**_get("description", "This description.", {"type": "object"}), "security": [{}, {"token": []}]}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Referrals", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": problems.ADDRESS}],
        "security": [{"token": []}],
        "paths": {
            "/openapi.json": {"get": description},
            "/forms": {"get": _get("forms", "The forms that this token may send.", _list("form"))},
            "/forms/{slug}": {
                "get": _get("form", "One of them.", _ref("form"), [_in_path("slug")], missing=True),
            },
            "/referrals": {
                "get": _get("referrals", "What your agency has sent.", _list("referral"), _parameters()),
                "post": _post(sent, parts, examples),
            },
            "/referrals/{reference}": {
                "get": _get("referral", "One of them.", _ref("referral"), [_in_path("reference")], missing=True),
            },
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    }


def _get(
    name: str, summary: str, schema: _Said, parameters: list[_Said] | None = None, *, missing: bool = False
) -> _Said:
    errors = (*_READING, "404") if missing else _READING
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters or [],
        "responses": {"200": _answer("What was asked for.", schema), **_problems(*errors)},
    }


def _post(sent: _Said, parts: dict[str, _Said], examples: dict[str, _Said]) -> _Said:
    in_parts = {
        "type": "object",
        "required": [REFERRAL],
        "properties": {REFERRAL: sent, **parts},
        "additionalProperties": False,
    }
    location = {"Location": {"required": True, "schema": {"type": "string"}, "description": "Where it stands."}}
    taken = {"headers": location, "links": {"referral": _LINK}}
    return {
        "operationId": "send",
        "summary": "Send a referral.",
        "parameters": [_key()],
        "requestBody": {
            "required": True,
            "content": {
                _JSON: {"schema": sent, "examples": examples},
                IN_PARTS: {"schema": in_parts, "encoding": {REFERRAL: {"contentType": _JSON}}},
            },
        },
        "responses": {
            "201": {**_answer("It was taken.", _ref("receipt")), **taken},
            "200": {**_answer("It was taken before: the same answer once more.", _ref("receipt")), **taken},
            **_problems(*(status for status in _ERRORS if status != "404")),
        },
    }


def _key() -> _Said:
    return {
        "name": keys.HEADER,
        "in": "header",
        "required": True,
        "description": "New for each referral; the same when it is sent again. Then it is one referral.",
        # A quotation mark at the beginning would be one that goes round the key.
        "schema": {"type": "string", "pattern": f"^[!#-~][!-~]{{0,{keys.LONGEST - 1}}}$"},
    }


def _parameters() -> list[_Said]:
    known: dict[str, _Said] = {
        "limit": {"type": "integer", "minimum": 1, "maximum": filters.MOST_AT_ONCE, "default": LIMIT},
        "offset": {"type": "integer", "minimum": 0, "maximum": MOST, "default": 0},
        "behind": {**_matching(filters.PLACE.pattern), "description": "Where a part goes on: as `next` has it."},
        "sort": {"enum": list(filters.SORTED), "default": filters.SORTED[0]},
        "dir": {"enum": list(filters.DIRECTIONS), "default": "desc"},
        "search": {**_matching(filters.REFERENCE.pattern), "description": "A reference, or how it begins."},
        **{name: _condition(*each) for name, each in filters.CONDITIONS.items()},
    }
    return [{"name": name, "in": "query", "schema": schema} for name, schema in known.items()]


def _condition(column: str, operation: str) -> _Said:
    said = {"description": _OPERATIONS[operation]}
    if operation == "range":
        return {
            "type": "string",
            "examples": ["2026-05-01T00:00:00Z,2026-06-01T00:00:00Z"],
            **_matching(_RANGE),
            **said,
        }
    if operation in filters.TIMES:
        return {**_TIME, **said}
    shapes = {"reference": filters.REFERENCE.pattern, "form": SLUG.pattern, "state": "|".join(Stands)}
    beginnings = "|".join(word[:length] for word in Stands for length in range(1, len(word) + 1))
    shape = f"({beginnings if (column, operation) == ('state', 'startswith') else shapes[column]})"
    return {**_matching(f"{shape}(,{shape})*" if operation == "in" else shape), **said}


def _matching(pattern: str) -> _Said:
    return {"type": "string", "pattern": f"^{pattern}$", "maxLength": filters.LONGEST}


def _in_path(name: str) -> _Said:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _problems(*statuses: str) -> _Said:
    return {
        status: {
            "description": _ERRORS[status],
            "content": {problems.MEDIA_TYPE: {"schema": _problem_of(int(status))}},
            **({"headers": _HEADERS[status]} if status in _HEADERS else {}),
        }
        for status in statuses
    }


def _problem_of(status: int) -> _Said:
    mine = {"properties": {"status": {"const": status}, "code": {"enum": list(problems.CODES[status])}}}
    return {"allOf": [_ref("problem"), mine]}


def _answer(description: str, schema: _Said) -> _Said:
    return {"description": description, "content": {_JSON: {"schema": schema}}}


def _list(name: str) -> _Said:
    return _closed({"meta": _ref("meta"), "objects": {"type": "array", "items": _ref(name)}})


def _ref(name: str) -> _Said:
    return {"$ref": f"#/components/schemas/{name}"}


def _closed(properties: _Said) -> _Said:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _referral() -> _Said:
    maybe = {"anyOf": [_TIME, {"type": "null"}]}
    return _closed(
        {
            "reference": _REFERENCE,
            "form": {"type": "string"},
            "state": {"enum": [each.value for each in Stands]},
            "created_at": _TIME,
            "updated_at": _TIME,
            "passed_on_at": maybe,
            "imported_at": maybe,
        }
    )


def _form() -> _Said:
    return _closed(
        {
            "slug": {"type": "string"},
            "title": {"type": "string"},
            "open": {"type": "boolean"},
            "languages": {"type": "array", "items": {"type": "string"}},
            "address": {"type": "string"},
            "files": {"type": "object", "description": "The parts of files by name."},
            "schema": {"type": "object", "description": "The JSON Schema of what is sent."},
            "example": {
                "type": ["object", "null"],
                "description": "A referral of nobody that the form takes; null where there is none without a file.",
            },
        }
    )


def _meta() -> _Said:
    address = {"type": ["string", "null"]}
    return _closed(
        {
            "limit": {"type": "integer"},
            "offset": {"type": "integer"},
            "next": address,
            "previous": address,
            "total_count": {"type": ["integer", "null"], "description": _UNCOUNTED},
        }
    )


def _problem() -> _Said:
    error = _closed({"field": {"type": "string"}, "message": {"type": "string"}})
    found = _closed(
        {
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string"},
        }
    )
    found["properties"] = {**found["properties"], "errors": {"type": "array", "items": error}}
    return found


_ABOUT = "An agency's own software sends referrals, by the rules of the charity's forms, and sees where each stands."
_UNCOUNTED = f"null where there are more than {MOST}, or where counting them would take long."
_OPERATIONS = {
    "": "It is this.",
    "in": "It is one of these, with commas between them.",
    "startswith": "It begins like this.",
    "gt": "It is after this time.",
    "gte": "It is at this time or after.",
    "lt": "It is before this time.",
    "lte": "It is at this time or before.",
    "range": "It is between these two times, which are written with a comma between them, and is neither.",
}
