"""The gateway's own sentences in the languages that it speaks."""

import pytest

from gateway.languages import SPOKEN, catalogue, direction, in_every_language, name_of, say, spoken


def test_a_sentence_is_said_in_the_language_of_the_page_with_its_words_filled_in() -> None:
    sentence = "Add at least {least} people, or call us instead."

    assert say("en", sentence, least=2) == "Add at least 2 people, or call us instead."
    assert say("cy", sentence, least=2) == "Ychwanegwch o leiaf 2 o bobl, neu ffoniwch ni yn lle hynny."


@pytest.mark.parametrize("language", ["en", "cy"])
def test_no_sentence_is_no_sentence(language: str) -> None:
    assert say(language, "") == ""


@pytest.mark.parametrize(
    ("language", "read"), [("cy", "cy"), ("cy-GB", "cy"), ("en-GB", "en"), ("pl", "en"), ("../cy", "en"), ("", "en")]
)
def test_a_language_without_a_catalogue_reads_english(language: str, read: str) -> None:
    assert spoken(language) == read
    assert say(language, "Continue") == {"en": "Continue", "cy": "Parhau"}[read]


def test_english_keeps_its_direction_among_text_that_is_written_from_right_to_left() -> None:
    assert say("ar", "Add at least {least} people, or call us instead.", least=2) == (
        "\u2066Add at least 2 people, or call us instead.\u2069"
    )
    assert say("pl", "Continue") == "Continue"


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "ltr"), ("cy", "ltr"), ("ar", "rtl"), ("ur-PK", "rtl"), ("fa", "rtl"), ("pl", "ltr")],
)
def test_a_language_has_a_direction(language: str, written: str) -> None:
    assert direction(language) == written


@pytest.mark.parametrize(
    ("language", "name"), [("cy", "Cymraeg"), ("ar", "العربية"), ("pt-BR", "Português"), ("xx", "xx")]
)
def test_a_language_is_called_what_it_calls_itself(language: str, name: str) -> None:
    assert name_of(language) == name


def test_a_catalogue_is_read_once() -> None:
    assert catalogue("cy") is catalogue("cy")


def test_english_and_welsh_are_spoken() -> None:
    assert {"en", "cy"} <= set(SPOKEN)
    assert in_every_language("May")[0] == "May"
    assert "Mai" in in_every_language("May")
