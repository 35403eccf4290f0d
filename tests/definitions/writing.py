"""Small organisations on disk, for the tests of this room. JSON is YAML too, so a dict is written as it is."""

import json
from pathlib import Path
from typing import Any

from gateway.definitions.loader import Organisation, load_organisations
from gateway.definitions.schema import Form

ENVIRONMENT = {"CRM_URL": "https://crm.example/v2", "CRM_KEY": "canary-secret-7731"}
BLOCKS = frozenset({"crm"})


def a_field(kind: str = "text", **changes: object) -> dict[str, Any]:
    return {"name": "first_name", "type": kind, "label": "First name", **changes}


def a_page(*fields: dict[str, Any], **changes: object) -> dict[str, Any]:
    return {"id": "about", "title": "About you", "fields": list(fields or (a_field(),)), **changes}


def a_form(*pages: dict[str, Any], **changes: object) -> dict[str, Any]:
    return {"title": "Ask for support", "people": [{"id": "client"}], "pages": list(pages or (a_page(),)), **changes}


def a_profile(**changes: object) -> dict[str, Any]:
    return {
        "name": "Riverside Carers",
        "contact": {"phone": "01632 960123"},
        "urgent_help": "In danger? Call 999.",
        "privacy_notice": {"url": "https://riverside.example/privacy", "version": "1"},
        "alerts": {"email": ["help@riverside.example"]},
        **changes,
    }


def write(folder: Path, name: str, content: object) -> Path:
    """Write one file: text and bytes as they are, anything else as JSON."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def load(folder: Path, form: object = None, profile: object = None, **files: object) -> Organisation:
    """Write an organisation `riverside` with one form `support`, and load it."""
    home = folder / "riverside"
    write(home, "organisation.yaml", a_profile() if profile is None else profile)
    write(home, "forms/support.yaml", a_form() if form is None else form)
    for name, content in files.items():
        write(home, name, content)
    return load_organisations(folder, environment=ENVIRONMENT, blocks=BLOCKS)["riverside"]


def problems(organisation: Organisation) -> list[tuple[str, str]]:
    """Give path and message of each problem, without the file."""
    return [(problem.path, problem.message) for problem in organisation.problems]


def valid(*pages: dict[str, Any], **changes: object) -> Form:
    """Validate a form without a file."""
    return Form.model_validate({"slug": "support", **a_form(*pages, **changes)})
