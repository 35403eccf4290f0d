"""What answers are read as: every likely shape gives the same, and what cannot be read is never guessed."""

import json

import pytest

from gateway.charitylog import Answer, Count, NotJson, text_of


def answered(body: object) -> Answer:
    return Answer(200, {}, json.dumps(body).encode(), 0)


# --- records ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b'[{"id": 7, "external_id": "RG-1"}]',
        b'{"data": [{"id": "7", "external_id": "RG-1"}]}',
        b'{"data": {"7": {"external_id": "RG-1"}}, "total": 1}',
        b'{"results": [{"id": "7", "external_id": "RG-1"}]}',
        b'{"7": {"external_id": "RG-1"}}',
        b'{"7": {"id": 7, "external_id": "RG-1"}}',
        b'{"id": 7, "external_id": "RG-1"}',
    ],
)
def test_records_are_read_in_every_shape_that_a_list_may_have(body: bytes) -> None:
    (record,) = Answer(200, {}, body, 0).records()
    assert (text_of(record, "id"), text_of(record, "external_id")) == ("7", "RG-1")


@pytest.mark.parametrize("body", [b"", b" ", b"null", b"[]", b"{}", b'{"data": []}', b'{"message": "none found"}'])
def test_nothing_is_no_record(body: bytes) -> None:
    assert Answer(200, {}, body, 0).records() == []


@pytest.mark.parametrize("body", [b"<html>", b"7", b"[7]", b'{"a": [1], "b": {}}', b'"text"'])
def test_what_is_no_list_of_records_is_not_taken_for_an_empty_one(body: bytes) -> None:
    with pytest.raises(NotJson):
        Answer(200, {}, body, 0).records()


def test_a_value_that_is_neither_text_nor_number_is_none() -> None:
    assert [text_of({"id": value}, "id") for value in (None, True, [], 1.5)] == [""] * 4


# --- dictionaries and lists of fields -----------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"35": "White British", "36": "White Irish"},
        [{"id": 35, "name": "White British"}, {"id": "36", "name": "White Irish"}],
        [{"value": "35", "label": "White British"}, {"key": "36", "description": "White Irish"}],
        {"data": {"35": "White British", "36": "White Irish"}},
        {"results": [{"id": 35, "name": "White British"}, {"id": 36, "name": "White Irish"}]},
    ],
)
def test_a_dictionary_is_read_in_every_shape(body: object) -> None:
    assert answered(body).choices() == {"35": "White British", "36": "White Irish"}


@pytest.mark.parametrize(
    "body", [None, 7, "text", ["35"], {"error": "canary"}, {"35": None}, {"35": {"name": "x"}}, [{"id": 35}]]
)
def test_what_is_no_dictionary_is_not_taken_for_one(body: object) -> None:
    with pytest.raises(NotJson) as caught:
        answered(body).choices()

    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        ["id", "surname"],
        {"data": ["id", "surname"]},
        {"id": "id", "surname": "surname"},
        [{"name": "id"}, {"name": "surname", "label": ""}],
        {"id": None, "surname": {"type": "text"}},
    ],
)
def test_a_list_of_fields_is_read_in_every_shape(body: object) -> None:
    assert answered(body).field_names() == {"id": "id", "surname": "surname"}


def test_fields_keep_the_labels_that_they_come_with() -> None:
    assert answered({"nhs_number": "NHS number"}).field_names() == {"nhs_number": "NHS number"}
    assert answered([{"id": "status", "label": "Status"}]).field_names() == {"status": "Status"}


# --- reports ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"Sampleford": 3, "Samplemouth": "1"},
        {"data": {"Sampleford": 3, "Samplemouth": 1}},
        [{"district": "Sampleford", "count": 3}, {"district": "Samplemouth", "total": "1"}],
    ],
)
def test_a_report_is_read_in_every_shape(body: object) -> None:
    assert answered(body).counts() == [Count("Sampleford", None, 3), Count("Samplemouth", None, 1)]


@pytest.mark.parametrize(
    "body",
    [
        {"Sampleford": {"Female": 2, "Male": 1}},
        [
            {"district": "Sampleford", "gender": "Female", "count": 2},
            {"district": "Sampleford", "gender": "Male", "count": 1},
        ],
    ],
)
def test_a_report_by_metric_is_read_in_every_shape(body: object) -> None:
    assert answered(body).counts() == [Count("Sampleford", "Female", 2), Count("Sampleford", "Male", 1)]


@pytest.mark.parametrize("body", [7, ["a"], {"a": "many"}, {"a": True}, [{"a": 1}], [{"count": 1}], {"error": "no"}])
def test_what_is_no_report_is_not_taken_for_one(body: object) -> None:
    with pytest.raises(NotJson):
        answered(body).counts()


def test_nothing_counted_is_an_empty_report() -> None:
    assert [Answer(200, {}, body, 0).counts() for body in (b"", b"[]", b"{}", b"null")] == [[], [], [], []]
