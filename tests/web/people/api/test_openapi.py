"""The description of the API is true: whatever it allows and forbids is tried, and each answer is as it says."""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from gateway.web.api.problems import CODES
from tests.docs.reading import ROOT, table, words

from .conftest import ANSWERS, Make, Software

DESCRIPTION = "/api/v1/openapi.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
EXAMPLES = 12
OPERATIONS = ["description", "forms", "form", "referrals", "send", "referral"]


@pytest.fixture(scope="module")
def caller(software: Make) -> Software:
    """Who tries all that."""
    return software()


@pytest.fixture(scope="module")
def described(app: Flask, caller: Software) -> BaseSchema:
    """The description as a program reads it."""
    return schemathesis.openapi.from_wsgi(DESCRIPTION, app, headers=caller.headers())


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_as_documented(
    described: BaseSchema, caller: Software, name: str, mode: GenerationMode
) -> None:
    # A form asks more than a schema can say: that a telephone number is one, or an NHS number has its check digit.
    excluded = [positive_data_acceptance] if name == "send" else []
    operation = described.find_operation_by_id(name)
    if mode is GenerationMode.NEGATIVE and name == "description":
        pytest.skip("nothing that it takes can be wrong")

    @given(operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def tried(case: Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {caller.token}"}, excluded_checks=excluded)

    tried()


def test_the_description_and_its_schemas_are_valid(described: BaseSchema, caller: Software) -> None:
    said = caller.get(DESCRIPTION).json

    assert said["openapi"] == "3.1.0"
    described.validate()
    for name, schema in said["components"]["schemas"].items():
        jsonschema_rs.meta.validate({**schema, "$schema": DIALECT})
        assert set(references(schema)) <= {f"#/components/schemas/{each}" for each in said["components"]["schemas"]}, (
            name
        )


def test_without_a_token_it_says_what_the_api_is_and_names_no_form(app: Flask, caller: Software) -> None:
    general, mine = app.test_client().get(DESCRIPTION), caller.get(DESCRIPTION)

    assert general.status_code == 200
    assert mine.json["components"]["schemas"].keys() - general.json["components"]["schemas"].keys() == {
        f"form-{each['slug']}" for each in caller.get("/api/v1/forms").json["objects"]
    }
    assert general.json["paths"].keys() == mine.json["paths"].keys()
    assert all(name not in general.text for name in ("riverside", "Riverside", "contact-me", "first_name"))
    schemathesis.openapi.from_dict(general.json).validate()


def test_the_schema_of_a_form_allows_what_is_taken_and_forbids_what_is_refused(caller: Software) -> None:
    schema = jsonschema_rs.validator_for(caller.get("/api/v1/forms/agency").json["schema"])
    good = {"form": "agency", "people": ANSWERS}
    client = ANSWERS["client"]

    def both(said: dict[str, object]) -> tuple[bool, bool]:
        return schema.is_valid(said), caller.post(said).status_code == 201

    assert both(good) == (True, True)
    for name, value in (("soon", "never"), ("say_who", 1), ("safe_contact", "phone"), ("state", "x"), ("first_name", 7),
                        ("date_of_birth", "28/02/1961"), ("agreement", "interest"), ("surname", None)):  # fmt: skip
        assert both({**good, "people": {**ANSWERS, "client": {**client, name: value}}}) == (False, False), name
    for name, value in (("say_who", "Y"), ("date_of_birth", None), ("postcode", "HR9 7US"), ("nhs_number", ""),
                        ("agreement", {"value": "interest", "reason": "x"}), ("safe_contact", [])):  # fmt: skip
        assert both({**good, "people": {**ANSWERS, "client": {**client, name: value}}}) == (True, True), name


def test_its_examples_are_allowed_and_taken(software: Make) -> None:
    surgery = software("agency", "support", "refer", "contact-me")
    said = surgery.get(DESCRIPTION).json
    examples = said["paths"]["/referrals"]["post"]["requestBody"]["content"]["application/json"]["examples"]

    assert set(examples) == {"agency", "support", "refer", "contact-me"}
    for slug, example in examples.items():
        form = surgery.get(f"/api/v1/forms/{slug}").json
        assert form["example"] == example["value"]
        assert jsonschema_rs.validator_for(form["schema"]).is_valid(example["value"]), slug
        assert surgery.post(example["value"]).status_code == 201, slug
    for schema in [*said["components"]["schemas"].values(), *parameters(said)]:
        assert all(jsonschema_rs.validator_for(each).is_valid(one) for each, one in exampled(schema))


def parameters(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Find the schemas of all parameters."""
    for path in said["paths"].values():
        for operation in path.values():
            yield from (each["schema"] for each in operation.get("parameters", ()))


def exampled(schema: object) -> Iterator[tuple[dict[str, Any], object]]:
    """Find the schemas that have examples, with each of them."""
    if isinstance(schema, dict):
        yield from ((schema, each) for each in schema.get("examples", ()))
        for each in schema.values():
            yield from exampled(each)


def test_every_code_stands_in_the_page_and_comes_from_somewhere() -> None:
    rows = table("docs/partner-api.md", "## What goes wrong")
    documented = {int(status): set() for status_cell, *_ in rows for status in status_cell.split(", ")}
    for status_cell, codes, _ in rows:
        for status in status_cell.split(", "):
            documented[int(status)] |= set(words(codes))
    raised = re.compile(r"Problem\(\s*(\d+), \"(\w+)\"")
    written = [
        (int(status), code)
        for source in (ROOT / "gateway" / "web").rglob("*.py")
        for status, code in raised.findall(source.read_text(encoding="utf-8"))
    ]

    assert {code for codes in CODES.values() for code in codes} == {
        code for codes in documented.values() for code in codes
    }
    assert all(set(codes) <= documented[status] for status, codes in CODES.items())
    assert set(documented) == set(CODES)
    assert {code for status, code in written if code not in CODES[status]} == set()


def test_the_description_has_every_answer_that_there_may_be(caller: Software) -> None:
    paths = caller.get(DESCRIPTION).json["paths"]
    operations = {each["operationId"]: each for path in paths.values() for each in path.values()}
    # Whoever asks what is described gets neither of these.
    everywhere, elsewhere = {400, 401, 429, 500, 503}, {404, 405}

    assert set(operations) == set(OPERATIONS)
    for name, operation in operations.items():
        described = {int(status) for status in operation["responses"] if status not in ("200", "201")}
        assert everywhere <= described, name
        if name == "send":
            assert described == set(CODES) - elsewhere


def test_its_links_lead_to_what_was_sent(described: BaseSchema, caller: Software) -> None:
    answer = caller.send()
    link = described.raw_schema["paths"]["/referrals"]["post"]["responses"]["201"]["links"]["referral"]
    (pointer,) = link["parameters"].values()

    assert link["operationId"] in OPERATIONS
    assert caller.get(answer.headers["Location"]).json["reference"] == answer.json[pointer.rpartition("/")[2]]


def test_the_description_knows_the_forms_of_its_token_alone(software: Make) -> None:
    schemas = software("support").get(DESCRIPTION).json["components"]["schemas"]

    assert "form-support" in schemas
    assert "form-agency" not in schemas


def references(schema: object) -> Iterator[str]:
    """Find what a schema refers to."""
    if isinstance(schema, dict):
        yield from (each for name, each in schema.items() if name == "$ref")
        for each in schema.values():
            yield from references(each)
    if isinstance(schema, list):
        for each in schema:
            yield from references(each)
