"""Brings what was read into the chosen shape. No page documents one: each of them is invented (see state.SHAPES)."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from flask import Response, abort, jsonify

from gateway.sandbox.api.answers import invented
from gateway.sandbox.api.filtering import text_of
from gateway.sandbox.charity.database import as_text
from gateway.sandbox.state import current

Record = dict[str, Any]


def listed(found: list[Record], *, single: bool) -> Response:
    """Answer with records that were found, or with there being none."""
    shapes = current().answers
    if not found and shapes.none_shape != "empty":
        return _none(shapes.none_shape)
    if single and found and shapes.single_shape != "list":
        return jsonify(found[0] if shapes.single_shape == "object" else {"data": found[0]})
    match shapes.list_shape:
        case "data" | "results":
            return jsonify({shapes.list_shape: found})
        case "map":
            return jsonify({as_text(record.get("id", position)): record for position, record in enumerate(found)})
    return jsonify(found)


def told(record: Mapping[str, Any], ids: Set[str]) -> Record:
    """Write the ids and the empty values of a record as chosen."""
    written = {name: identity(value) if name in ids else value for name, value in record.items()}
    match current().answers.null_shape:
        case "left-out":
            return {name: value for name, value in written.items() if value not in (None, "")}
        case "empty-text":
            return {name: "" if value is None else value for name, value in written.items()}
    return {name: None if value == "" else value for name, value in written.items()}


def identity(value: object) -> object:
    """Write an id as a number or as text; as it is kept where nobody chose, or where it is no number."""
    match current().answers.id_type:
        case "string" if value is not None:
            return text_of(value)
        case "number" if isinstance(value, str) and value.isascii() and value.isdecimal():
            return int(value)
    return value


def choices(names: Mapping[str, str]) -> object:
    """Bring ids and friendly names into the chosen shape: "full list of IDs and friendly names" is all that is said."""
    shape = current().answers.dictionary_shape
    if shape == "map":
        return dict(names)
    objects = [{"id": identity(number), "name": name} for number, name in names.items()]
    return {"data": objects} if shape == "data" else objects


def fields(labels: Mapping[str, str]) -> Response:
    """Answer with names of fields, and with their labels in some shapes."""
    match current().answers.fields_shape:
        case "map":
            return jsonify(dict(labels))
        case "objects":
            return jsonify([{"name": name, "label": label} for name, label in labels.items()])
    return jsonify(list(labels))


def breakdown(counts: Mapping[tuple[str, ...], int], words: Sequence[str]) -> Response:
    """Answer with how many records there are of each: words are the dimension, and the metric if there is one."""
    shape = current().answers.report_shape
    if shape == "map":
        return jsonify(_nested(counts))
    rows = [
        {**{word: identity(held) for word, held in zip(words, key, strict=True)}, "count": count}
        for key, count in counts.items()
    ]
    return jsonify({"data": rows} if shape == "data" else rows)


def _nested(counts: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for (first, *second), count in counts.items():
        if second:
            nested.setdefault(first, {})[second[0]] = count
        else:
            nested[first] = count
    return nested


def _none(shape: str) -> Response:
    match shape:
        case "404":
            abort(404, "Nothing was found.")
        case "object":
            return jsonify({})
        case "message":
            return invented({"message": "Nothing was found."})
    return Response(status=200)
