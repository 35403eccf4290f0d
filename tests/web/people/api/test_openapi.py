"""The description of the API is true: whatever it allows and forbids is tried, and each answer is as it says."""

from collections.abc import Iterator

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

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
