"""What can be chosen, and the choices that the gateway brings itself."""

from typing import Annotated, Any

import pydantic
from pydantic_core import CoreSchema

from gateway.definitions.base import Model, Wire
from gateway.definitions.text import Text
from gateway.languages import N_

AGREED, INTEREST = "agreed", "interest"


class Choice(Model):
    """One thing to choose: what is sent, and what people read. A plain string is both."""

    value: Wire
    label: Text
    hint: Text | None = None
    # The label of a line to write in, for "something else".
    ask: Text | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _from_string(cls, given: object) -> object:
        return {"value": given, "label": given} if isinstance(given, str) else given

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: pydantic.GetJsonSchemaHandler) -> dict[str, Any]:
        """Tell editors that a plain string is a choice too."""
        return {"anyOf": [{"type": ["string", "number", "boolean"]}, handler(schema)]}


def _choices(**labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, label=Text({"": label})) for value, label in labels.items())


SAFE_WAYS = _choices(
    phone=N_("Phone call"),
    voicemail=N_("A message on my voicemail"),
    text=N_("Text message"),
    email=N_("Email"),
    letter=N_("Letter"),
)
AGREEMENTS = _choices(
    agreed=N_("They know about this referral and agree to it"),
    interest=N_("They cannot agree, and it is in their interest"),
)


def _own_way(given: object) -> object:
    return next((way for way in SAFE_WAYS if way.value == given), given)


# One of our ways, named by its word alone, keeps our label; anything else is as it is.
SafeWay = Annotated[Choice, pydantic.BeforeValidator(_own_way)]


def refuse_repeated(choices: tuple[Choice, ...]) -> None:
    """Refuse two choices with one value: nobody could tell them apart afterwards."""
    values = [choice.value for choice in choices]
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"the choice {value!r} stands twice. Give each choice a value of its own")
