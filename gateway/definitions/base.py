"""What every model of a definition shares: it cannot change, knows its keys, and reads its values from text."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Model(BaseModel):
    """A frozen model that refuses keys it does not know."""

    # Without the input, because an error's text could otherwise carry a key from the environment into a log.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _read_flag(value: object) -> bool:
    """Read true or false; pydantic alone would also take 1, on and t, which nobody reads aloud."""
    known = {"true": True, "yes": True, "false": False, "no": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in known:
        raise ValueError("must be true or false. Write one of the two")
    return known[value.lower()]


def _read_prefill(value: object) -> object:
    try:
        return value if value in ("agency", "again") else _read_flag(value)
    except ValueError:
        raise ValueError("must be true, agency, again or false. Write one of them") from None


def _check_name(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError("cannot be a name. Use small letters, digits and _, begin with a letter, at most 64 of them")
    return value


def check_slug(value: str) -> str:
    """Refuse what cannot be a part of an address."""
    if not SLUG.fullmatch(value):
        raise ValueError(
            "cannot be part of an address. Use small letters, digits and -, begin with a letter or digit, "
            "at most 64 of them"
        )
    return value


def _as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty. Write a value, or remove the key")
    return value


Flag = Annotated[bool, BeforeValidator(_read_flag, json_schema_input_type=bool)]
# Where an answer may come from: an address, the details of an agency, or what it sent before.
Prefill = Annotated[
    bool | Literal["agency", "again"],
    BeforeValidator(_read_prefill, json_schema_input_type=bool | Literal["agency", "again"]),
]
Name = Annotated[str, AfterValidator(_check_name)]
Slug = Annotated[str, AfterValidator(check_slug)]
Word = Annotated[str, AfterValidator(_filled)]
# An editor's YAML reader makes a number of 35 and a boolean of yes; ours keeps both as text.
Wire = Annotated[Word, WithJsonSchema({"type": ["string", "number", "boolean"]})]
Wires = Annotated[
    tuple[Wire, ...],
    Field(min_length=1),
    BeforeValidator(_as_list, json_schema_input_type=str | float | bool | list[str | float | bool]),
]
Condition = Annotated[dict[str, Wires], Field(min_length=1)]
