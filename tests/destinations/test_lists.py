"""Lists of Charitylog in each shape that its pages leave open; what cannot be one is refused as a whole."""

import json

import pytest

from gateway.destinations.lists import read_choices, read_fields
from gateway.destinations.seam import Receipt, Rejected


def answered(body: object) -> Receipt:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Receipt(200, "200 json", raw)


def pairs(body: object) -> list[tuple[str, str]]:
    return [(choice.value, str(choice.label)) for choice in read_choices(answered(body))]


@pytest.mark.parametrize(
    "body",
    [
        {"35": "White British", "36": "White Irish"},
        [{"id": 35, "name": "White British"}, {"id": "36", "name": "White Irish"}],
        [{"id": "35", "label": "White British"}, {"id": "36", "description": "White Irish"}],
        {"data": {"35": "White British", "36": "White Irish"}},
        {"results": [{"id": 35, "name": "White British"}, {"id": 36, "name": "White Irish"}]},
    ],
)
def test_every_shape_gives_the_same(body: object) -> None:
    assert pairs(body) == [("35", "White British"), ("36", "White Irish")]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>We are away</html>", {}, [], None, 7, "text", ["35"], [["35", "White British"]],
        {"error": "Zebedee"}, {"status": "failed", "message": "Zebedee"}, {"35": None}, {"35": ""}, {"": "x"},
        {"35": {"name": "x"}}, [{"id": 35}], [{"name": "x"}], [{"id": True, "name": "x"}], {"3" * 201: "x"},
        {"3\x005": "x"}, {"\ud800": "x"}, {str(number): "x" for number in range(20_001)},
    ],
)  # fmt: skip
def test_what_cannot_be_a_dictionary_is_refused_without_a_word_of_it(body: object) -> None:
    with pytest.raises(Rejected) as refused:
        read_choices(answered(body))

    assert str(refused.value) == "the dictionary could not be read"


def test_labels_are_made_tidy() -> None:
    assert pairs({"1": "  Upper\n Sample\x00 ", "2": "\x00"}) == [("1", "Upper Sample"), ("2", "2")]


def test_of_two_choices_with_one_id_the_first_one_counts() -> None:
    assert pairs([{"id": 1, "name": "Upper"}, {"id": "1", "name": "Lower"}]) == [("1", "Upper")]


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (["surname"], "surname"),
        ({"surname": "Surname"}, "Surname"),
        ({"surname": None}, "surname"),
        ({"data": ["surname"]}, "surname"),
        ([{"name": "surname", "label": "Surname"}], "Surname"),
        ([{"id": "surname"}], "surname"),
    ],
)
def test_fields_come_as_names_or_with_labels(body: object, label: str) -> None:
    assert [(each.value, str(each.label)) for each in read_fields(answered(body))] == [("surname", label)]


@pytest.mark.parametrize("body", [b"", {}, [], [7], {"error": "Zebedee"}, [{"label": "x"}]])
def test_what_cannot_be_a_list_of_fields_is_refused(body: object) -> None:
    with pytest.raises(Rejected, match="the list of fields could not be read"):
        read_fields(answered(body))
