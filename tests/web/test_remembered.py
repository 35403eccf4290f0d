"""The answer that brings a saved form back: forgiving of how it is typed, strict about what it is worth."""

import pytest

from gateway.web.public.remembered import GUESSABLE, TOO_LONG, TOO_SHORT, mistake, plain


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [
        ("Purple teapot", "purple   TEAPOT."),
        ("purple-teapot", "Purple Teapot"),
        ("O’Malley’s 12", "o'malleys 12"),
        ("Straße", "STRASSE"),
        ("e\u0301clair", "Éclair"),
        ("ﬁne words", "fine words"),
        ("١٢٣٤ باب", "١٢٣٤باب"),
        ("１２３４", "1234"),
    ],
)
def test_one_answer_typed_in_two_ways_is_one_answer(chosen: str, typed: str) -> None:
    assert plain(chosen) == plain(typed) != ""


@pytest.mark.parametrize(("one", "other"), [("teapot", "teapots"), ("resume", "résumé"), ("12 34", "12 35")])
def test_two_answers_are_two(one: str, other: str) -> None:
    assert plain(one) != plain(other)


def test_what_is_typed_twice_over_is_folded_once() -> None:
    for text in ("ﬃ", "ẞ", "İstanbul", "ΐ", "\ud800abcd", "a\x00b\u202ecd"):
        assert plain(plain(text)) == plain(text)
        plain(text).encode()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", TOO_SHORT), ("   ", TOO_SHORT), ("abc", TOO_SHORT), ("!!!!!!", TOO_SHORT), ("\ud800" * 9, TOO_SHORT),
        ("x" * 201, TOO_LONG), ("test person", GUESSABLE), ("01632-960001", GUESSABLE), ("abcd", ""), ("शब्द १२", ""),
    ],
)  # fmt: skip
def test_an_answer_is_neither_short_nor_long_nor_one_of_the_form(text: str, wrong: str) -> None:
    assert mistake(text, [["Testperson"], ["01632 960001"], []]) == wrong
