"""Who may be known already, by what two records have in common."""

import pytest

from gateway.sandbox.charity.records import Client
from gateway.sandbox.manager.duplicates import likely_duplicates, plain

ALBA = {
    "first_name": "Alba", "surname": "Samplewell", "date_of_birth": "1948-03-02", "postcode": "SA1 1ZZ",
    "email": "alba@example.com", "telephone": "01632 960100", "nhs_number": "999 000 0018",
}  # fmt: skip
KNOWN = Client(1, ALBA)


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ({"nhs_number": "9990000018"}, "same NHS number"),
        ({"nhs_number": 9990000018}, "same NHS number"),
        ({"email": "ALBA@example.com "}, "same email"),
        ({"mobile": "+44 (0)1632 960100"}, "same telephone"),
        ({"telephone": "0044 1632 960 100"}, "same telephone"),
        ({"surname": "SAMPLEWELL", "date_of_birth": "1948-03-02"}, "same surname and date of birth"),
        ({"surname": " Sample-Well", "date_of_birth": "2/3/1948"}, "same surname and date of birth"),
        ({"surname": "samplewell", "postcode": "sa11zz"}, "same surname and postcode"),
        ({"surname": "Sámplewell", "first_name": "Ålba"}, "same surname and first name"),
        ({"surname": "Samplewell", "first_name": "Albertina", "known_as": "Alba"}, "same surname and first name"),
        ({"surname": "Other", "first_name": "Alba", "date_of_birth": "2.3.1948"}, "same first name and date of birth"),
        (ALBA, "same NHS number, surname, first name, date of birth, postcode, email and telephone"),
    ],
)
def test_a_likeness_is_seen_through_spelling_and_named(person: dict[str, object], why: str) -> None:
    assert [(hint.client.id, hint.why) for hint in likely_duplicates(person, [KNOWN])] == [(1, why)]


@pytest.mark.parametrize(
    "person",
    [
        {},
        {"surname": "Samplewell"},
        {"first_name": "Alba", "postcode": "SA1 1ZZ"},
        {"date_of_birth": "1948-03-02", "postcode": "SA1 1ZZ"},
        {"surname": "Samplewell", "date_of_birth": "1948-02-03", "postcode": "SA1 2ZZ", "first_name": "Bea"},
        {"surname": "-", "first_name": "’", "nhs_number": "unknown", "telephone": "none", "email": " "},
    ],
)
def test_too_little_in_common_is_no_hint(person: dict[str, object]) -> None:
    assert likely_duplicates(person, [KNOWN, Client(2, dict.fromkeys(ALBA, "-"))]) == []


def test_the_likeliest_comes_first_and_the_older_number_among_equals() -> None:
    known = [
        Client(1, {"surname": "Samplewell", "postcode": "SA1 1ZZ"}),
        Client(2, {"surname": "Samplewell", "first_name": "Alba", "date_of_birth": "1948-03-02"}),
        Client(3, {"nhs_number": "9990000018"}),
        Client(4, {"surname": "Samplewell", "postcode": "SA1 1ZZ"}),
    ]

    assert [hint.client.id for hint in likely_duplicates(ALBA, known)] == [3, 2, 1, 4]


@pytest.mark.parametrize(
    ("one", "other"),
    [("O’Invented", "oinvented"), ("Łukasz", "lukasz"), ("Straße", "STRASSE"), ("Müller ", "muller"), ("محمد", "مُحمد")],
)
def test_texts_are_compared_without_marks(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_a_hint_does_not_repeat_the_person() -> None:
    assert repr(likely_duplicates(ALBA, [KNOWN])) == "[Hint(client=Client(id=1))]"
