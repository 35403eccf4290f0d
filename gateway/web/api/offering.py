"""Which forms a token may send, each with the JSON Schema of what is sent."""

from typing import Any

from flask import Response

from gateway.definitions.schema import Form
from gateway.forms import described, sampled
from gateway.forms.build import Choices
from gateway.store.own_references import LONGEST
from gateway.web.api.guard import Caller, caller
from gateway.web.api.listing import as_json
from gateway.web.api.problems import ADDRESS, Problem
from gateway.web.api.taking import OWN
from gateway.web.public.visit import LONDON
from gateway.web.site import site

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def show_forms() -> Response:
    """List the forms."""
    objects = [_plain(caller(), form) for form in caller().forms.values()]
    meta = {"limit": len(objects), "offset": 0, "next": None, "previous": None, "total_count": len(objects)}
    return as_json({"meta": meta, "objects": objects})


def show_form(slug: str) -> Response:
    """Show one of them."""
    form = caller().forms.get(slug)
    if form is None:
        raise Problem(404, "not_found", "This token may send no form of this name.")
    return as_json(_plain(caller(), form))


def schema(of: Caller, form: Form) -> dict[str, Any]:
    """Describe what is sent of a form."""
    found = described.schema_of(form, form.languages[0], _choices(of))
    found["properties"][OWN] = {
        "type": ["string", "null"],
        "maxLength": LONGEST,
        "description": "Your own word for it, which your agency's people see beside it: a number, and nobody's name.",
    }
    return found


def example(of: Caller, form: Form) -> dict[str, Any] | None:
    """Give an example of what is sent of a form, if there is one."""
    return sampled.sample_of(form, form.languages[0], _choices(of), of.now.astimezone(LONDON).date())


def _plain(of: Caller, form: Form) -> dict[str, object]:
    return {
        "slug": form.slug,
        "title": form.title.within(form.languages[0]),
        "open": form.open,
        "languages": list(form.languages),
        "address": f"{ADDRESS}/forms/{form.slug}",
        "files": described.file_parts_of(form, form.languages[0]),
        "schema": {"$schema": _DIALECT, **schema(of, form)},
        "example": example(of, form),
    }


def _choices(of: Caller) -> Choices:
    dictionaries, organisation, now = site().dictionaries, of.organisation, of.now
    return lambda dictionary, chosen: dictionaries.choices(organisation, dictionary, chosen, since=now)
