"""docs/forms.md names every key of the blocks of Charitylog, names no other, and its small organisation is complete."""

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from gateway.definitions.loader import load_organisations
from gateway.destinations.blocks import FormBlock, OrganisationBlock, PersonBlock, ReferralBlock, Uploads
from gateway.destinations.judging import NAMES, judged
from tests.definitions.writing import write
from tests.docs.reading import blocks, section, table, text_of, words

FORMS = "docs/forms.md"
TABLES: dict[str, type[BaseModel]] = {
    "### `charitylog` in `organisation.yaml`": OrganisationBlock,
    "### `uploads`": Uploads,
    "### `charitylog` in a form": FormBlock,
    "### `referral`": ReferralBlock,
    "### `charitylog` with a person": PersonBlock,
}


@pytest.mark.parametrize("heading", TABLES)
def test_the_table_of_a_block_has_its_keys_and_no_others(heading: str) -> None:
    assert [words(key)[0] for key, _, _ in table(FORMS, heading)] == list(TABLES[heading].model_fields)


@pytest.mark.parametrize("heading", TABLES)
def test_the_table_of_a_block_has_its_defaults(heading: str) -> None:
    written = {words(key)[0]: words(default)[0] for key, _, default in table(FORMS, heading) if default[0] == "`"}
    fields = TABLES[heading].model_fields

    assert written == {key: field.default for key, field in fields.items() if isinstance(field.default, str)}


def test_the_small_organisation_with_its_form_is_complete(tmp_path: Path) -> None:
    organisation, form = blocks(section(FORMS, "## Small and complete"), "yaml")
    write(tmp_path / "riverside", "organisation.yaml", organisation)
    write(tmp_path / "riverside", "forms/call.yaml", form)
    keys = {f"CHARITYLOG_{key}": "https://api.example.org/v2" for key in ("URL", "SOURCE", "ORG", "USER")}
    loaded = judged(load_organisations(tmp_path, environment=keys, blocks=NAMES)["riverside"])

    assert loaded.problems == ()
    assert list(loaded.forms) == ["call"]
    assert "`forms/call.yaml`" in text_of(FORMS)


@pytest.mark.parametrize("block", [FormBlock, ReferralBlock, PersonBlock])
def test_an_editor_takes_an_id_as_a_number_too(block: type[BaseModel]) -> None:
    ids = {name: json.dumps(schema) for name, schema in block.model_json_schema()["properties"].items()}

    assert [
        name for name, schema in ids.items() if '"integer"' not in schema and name not in ("delivery", "referral")
    ] == []
