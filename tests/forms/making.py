"""Small definitions and filled-in forms for the tests of this room. Nothing here needs an application."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.validators import ValidationError

from gateway.definitions.schema import Form, Text
from gateway.forms.build import PageForm, page_form

TODAY = date(2026, 5, 14)
TOKEN = "a-token-that-is-right"
DICTIONARIES: dict[str, list[tuple[str, str | Text]]] = {
    "organisations/ethnic_group": [("35", "White British"), ("36", Text({"en": "Welsh", "cy": "Cymreig"}))]
}
Posted = Mapping[str, str | Sequence[str]]


class Guard(CSRF):
    """Takes one token."""

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        return TOKEN

    def validate_csrf_token(self, form: object, field: CSRFTokenField) -> None:
        if field.data != TOKEN:
            raise ValidationError("This page is too old.")


META: Mapping[str, Any] = {"csrf_class": Guard, "csrf_context": None, "csrf_field_name": "token"}


def look_up(dictionary: str, _: Collection[str]) -> Sequence[tuple[str, str | Text]]:
    """Give what a dictionary offers."""
    return DICTIONARIES[dictionary]


def definition(*pages: Mapping[str, Any], people: Sequence[Mapping[str, Any]] = ({"id": "client"},)) -> Form:
    """Make a form of pages."""
    return Form.model_validate({"slug": "support", "title": "Ask for support", "people": people, "pages": pages})


def page(page_id: str, *fields: Mapping[str, Any], **more: object) -> dict[str, Any]:
    """Make a page."""
    return {"id": page_id, "fields": fields, **more}


def question(name: str, kind: str = "text", label: str = "", **more: object) -> dict[str, Any]:
    """Make a question."""
    return {"name": name, "type": kind, "label": label or name.replace("_", " ").capitalize(), **more}


def fill(form: Form, page_id: str, posted: Posted | None, **more: object) -> PageForm:
    """Post answers to a page; the token is right unless said otherwise."""
    formdata = None if posted is None else MultiDict({"token": TOKEN, **posted})
    options: dict[str, Any] = {
        "meta": META,
        "language": "en",
        "choices": look_up,
        "today": TODAY,
    } | more
    return page_form(form, form.page(page_id))(formdata, **options)


def alone(kind: str, posted: Posted, *, label: str = "Answer", **more: object) -> PageForm:
    """Post answers to a page with the single question `answer`."""
    return fill(definition(page("only", question("answer", kind, label, **more))), "only", posted)


def errors(form: PageForm) -> list[str]:
    """Validate a form and give its messages."""
    form.validate()
    return [message for _, message in form.errors_summary]


def wire(form: PageForm, name: str = "answer") -> object:
    """Validate a form and give one wire value."""
    assert form.validate(), form.errors_summary
    return form.values.get(name)
