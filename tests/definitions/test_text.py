"""A text serves one language or several."""

import pytest
from pydantic import ValidationError

from gateway.definitions.text import Text


@pytest.mark.parametrize(
    ("given", "language", "read"),
    [
        ("Name", "en", "Name"),
        ("Name", "cy", "Name"),
        ({"en": "Name", "cy": "Enw"}, "en", "Name"),
        ({"en": "Name", "cy": "Enw"}, "cy", "Enw"),
        ({"en": "Name", "cy": "Enw"}, "pl", "Name"),
        ({"en": "Name"}, "cy", "Name"),
    ],
)
def test_each_reader_gets_a_text_in_their_language_or_the_first(given: object, language: str, read: object) -> None:
    assert Text.model_validate(given).within(language) == read


def test_a_text_prints_without_a_language() -> None:
    assert f"{Text.model_validate('Name')} {Text.model_validate({'en': 'Name', 'cy': 'Enw'})}" == "Name Name"


@pytest.mark.parametrize("given", ["", "  ", {}, {"en": ""}, {"en": "Name", "cy": " "}])
def test_a_text_without_words_is_refused(given: object) -> None:
    with pytest.raises(ValidationError, match="is empty"):
        Text.model_validate(given)


@pytest.mark.parametrize("given", [["Name"], 5, None, {"en": ["Name"]}, {"en": {"cy": "Enw"}}])
def test_what_is_no_text_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        Text.model_validate(given)


@pytest.mark.parametrize("given", ["Name", {"en": "Name", "cy": "Enw"}])
def test_a_text_survives_being_stored(given: object) -> None:
    text = Text.model_validate(given)

    assert Text.model_validate_json(text.model_dump_json()) == text
