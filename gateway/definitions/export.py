"""The JSON Schema of a form file, for editors that complete and underline while somebody writes."""

from collections.abc import Mapping
from typing import Any

from gateway.definitions.schema import Form

FILLED_IN = ("slug", "languages", "blocks")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_json(adapters: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Export the schema; `adapters` gives, by destination, the schemas of its block in a `form` and in a `person`."""
    schema = Form.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = schema["$defs"]
    places = {"form": schema["properties"], "person": definitions["PersonDefinition"]["properties"]}
    for name in FILLED_IN:
        for properties in places.values():
            properties.pop(name, None)
    schema["required"] = [key for key in schema["required"] if key not in FILLED_IN]
    schema["properties"]["quick_exit"] = {"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/QuickExit"}]}
    for destination, blocks in sorted(adapters.items()):
        for place, properties in places.items():
            block = dict(blocks.get(place, {}))
            definitions.update(block.pop("$defs", {}))
            properties[destination] = block
    return {"$schema": DIALECT, **schema}
