"""The JSON Schema that editors use agrees with what the loader takes."""

from gateway.definitions.export import schema_json
from gateway.definitions.fields import FIELD_TYPES

CRM = {
    "crm": {
        "form": {"properties": {"source": {"$ref": "#/$defs/Source"}}, "$defs": {"Source": {"type": "string"}}},
        "person": {"type": "object"},
    }
}  # fmt: skip


def test_what_the_loader_fills_in_is_not_offered() -> None:
    schema = schema_json({})

    assert {"slug", "languages", "blocks"}.isdisjoint(schema["properties"])
    assert "blocks" not in schema["$defs"]["PersonDefinition"]["properties"]
    assert schema["required"] == ["title", "people", "pages"]
    assert schema["additionalProperties"] is False


def test_blocks_of_destinations_stand_where_they_are_written() -> None:
    schema = schema_json(CRM)

    assert schema["properties"]["crm"]["properties"] == {"source": {"$ref": "#/$defs/Source"}}
    assert schema["$defs"]["Source"] == {"type": "string"}
    assert schema["$defs"]["PersonDefinition"]["properties"]["crm"] == {"type": "object"}


def test_every_type_of_field_is_offered() -> None:
    mapping = schema_json({})["$defs"]["Page"]["properties"]["fields"]["items"]["discriminator"]["mapping"]

    assert set(mapping) == set(FIELD_TYPES)


def test_a_text_and_a_choice_may_be_plain_strings() -> None:
    schema = schema_json({})

    assert {"type": "string"} in schema["$defs"]["Text"]["anyOf"]
    assert "string" in schema["$defs"]["Choice"]["anyOf"][0]["type"]


def test_the_destination_names_are_not_known_here() -> None:
    assert "crm" not in str(schema_json({}))
