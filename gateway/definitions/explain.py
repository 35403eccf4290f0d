"""What pydantic found, in plain words: the path of the key as people write it, and what to do.

No message quotes a value, because in organisation.yaml a value may be a secret of the environment; keys are quoted.
"""

import difflib
import inspect
from collections.abc import Iterable, Iterator
from typing import Any, get_args

import pydantic
from pydantic_core import ErrorDetails

from gateway.definitions.fields import FIELD_TYPES
from gateway.definitions.problems import Problem

Location = tuple[int | str, ...]

# Said of what follows from another error, which is said anyway.
CONSEQUENCES = frozenset({"default_factory_not_called"})
PLAIN = {
    "missing": "is missing. Add it",
    "int_parsing": "must be a whole number. Write it in digits, as in 3",
    "int_type": "must be a whole number. Write it in digits, as in 3",
    "int_from_float": "must be a whole number. Write it in digits, as in 3",
    "decimal_parsing": "must be a number. Write it in digits, as in 3 or 2.5",
    "decimal_type": "must be a number. Write it in digits, as in 3 or 2.5",
    "finite_number": "must be a number. Write it in digits, as in 3 or 2.5",
    "string_type": 'must be text. Write it on one line, with "quotes" round it',
    "tuple_type": "must be a list. Write [one, two], or each on a line of its own after '- '",
    "dict_type": "must be a map of keys and values. Write each on a line of its own, as in key: value",
    "model_type": "must be a map of keys and values. Write each on a line of its own, as in key: value",
    "model_attributes_type": "must be a map of keys and values. Write each on a line of its own, as in key: value",
}


def explain(error: pydantic.ValidationError, model: type[pydantic.BaseModel], file: str) -> tuple[Problem, ...]:
    """Turn a validation error into problems, one for each thing to put right."""
    return tuple(_problems(error.errors(include_url=False), model, file))


def _problems(details: Iterable[ErrorDetails], model: type[pydantic.BaseModel], file: str) -> Iterator[Problem]:
    for detail in details:
        kind, location = detail["type"], detail["loc"]
        if kind in CONSEQUENCES or (kind == "too_short" and detail["input"]):
            continue  # pydantic counts a list after leaving out the items that were wrong
        if kind in ("union_tag_invalid", "union_tag_not_found"):
            location = (*location, "type")
        path, known = _read(model, location)
        yield Problem(file, path, _message(detail, known))


def _message(detail: ErrorDetails, known: tuple[str, ...]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        return f"{context['error']}."
    if kind == "extra_forbidden":
        return unknown_key(str(detail["loc"][-1]), known)
    if kind == "union_tag_not_found":
        return f"is missing. Add one of: {', '.join(FIELD_TYPES)}."
    if kind == "union_tag_invalid":
        said = guess("is not a type of field", str(context["tag"]), FIELD_TYPES)
        return f"{said} Write one of: {', '.join(FIELD_TYPES)}."
    if kind == "literal_error":
        return f"is not one of the words known here. Write {context['expected']}."
    if kind == "too_short":
        return "needs at least one item. Add one."
    if kind in ("greater_than_equal", "less_than_equal"):
        side, limit = ("at least", context["ge"]) if "ge" in context else ("at most", context["le"])
        return f"must be {side} {limit}. Correct the number."
    return f"{PLAIN.get(kind, 'cannot be read. Compare it with docs/forms.md')}."


def unknown_key(key: str, known: Iterable[str]) -> str:
    """Say that nobody knows this key, and which one may have been meant."""
    if " " in key:
        # {text: It is free, and safe} is a map of two: no key has a space, so the rest of a text it must be.
        return f'unknown key {key!r}. If it belongs to the text before it: a text with a comma needs "quotes" round it.'
    return f"{guess(f'unknown key {key!r}', key, known)} Remove it or correct it."


def guess(said: str, word: str, known: Iterable[str]) -> str:
    """End what is said with a guess at what was meant, where something comes close."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"{said}: did you mean {close[0]!r}?" if close else f"{said}."


def join(path: str, step: int | str) -> str:
    """Go one step down: `pages`, then `pages[0]`, then `pages[0].fields`."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else step


def _read(model: type[pydantic.BaseModel], location: Location) -> tuple[str, tuple[str, ...]]:
    """Give the path of a location, and the keys known beside its last one.

    Pydantic puts the `type` of a field into the location as a step of its own; nobody wrote it there.
    """
    path, current, keys = "", model, _keys(model)
    for position, step in enumerate(location):
        if position > 1 and location[position - 2] == "fields" and step in FIELD_TYPES:
            current, keys = FIELD_TYPES[str(step)], _keys(FIELD_TYPES[str(step)])
            continue
        path = join(path, step)
        if position + 1 < len(location) and step in keys:
            current = _model_within(keys[str(step)].annotation) or current
            keys = _keys(current)
    return path, tuple(keys)


def _keys(model: type[pydantic.BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_within(annotation: object) -> type[pydantic.BaseModel] | None:
    """Find the model in an annotation such as tuple[Choice, ...] | None."""
    if inspect.isclass(annotation) and issubclass(annotation, pydantic.BaseModel):
        return annotation
    found = (_model_within(part) for part in get_args(annotation))
    return next((model for model in found if model), None)
