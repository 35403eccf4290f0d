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


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"7",
        b"[7]",
        b'{"a": [1], "b": {}}',
        b'"text"',
        b'{"error": "no", "trace": "x"}',
        b'{"message": "ok", "clients": [{"id": 7}]}',
    ],
)
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


# --- odd answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"error": "canary"},
        {"error": {"code": 1}},
        {"errors": {"surname": {"missing": 1}}},
        {"data": [], "errors": ["canary"]},
        {"success": False, "data": None},
        {"status": "fail", "data": {"surname": "canary"}},
        {"data": [{"id": 7}], "included": [{"id": 8}]},
        {"data": {"data": {"data": {"data": []}}}},
        {"clients": [{"id": 7}]},
        {"7": [{"id": 7}]},
    ],
)
def test_an_error_or_half_an_answer_is_none_of_what_was_asked_for(body: object) -> None:
    for read in (Answer.records, Answer.choices, Answer.field_names, Answer.counts):
        with pytest.raises(NotJson) as caught:
            read(answered(body))
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"surname": "Testperson", "email": None}, [{"surname": "Testperson", "email": None}]),
        ({"0": {"surname": "Testperson"}}, [{"surname": "Testperson"}]),
        ({"id": 7, "data": [{"id": 8}]}, [{"id": 7, "data": [{"id": 8}]}]),
        ([{"id": 7, "data": {"error": "x"}, "results": []}], [{"id": 7, "data": {"error": "x"}, "results": []}]),
        ([{"message": "Ring back", "status": "error"}], [{"message": "Ring back", "status": "error"}]),
        ({"data": None, "total": 0}, []),
        ({"total": 0}, []),
        ({"data": {"data": [{"id": 7}]}, "meta": {"page": 1}}, [{"id": 7}]),
    ],
)
def test_a_record_is_given_as_it_came_and_never_lost(body: object, found: object) -> None:
    assert answered(body).records() == found


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "utf-32"])
def test_an_answer_is_read_in_whichever_unicode_it_comes(coding: str) -> None:
    assert Answer(200, {}, '[{"id": 7, "surname": "Tëst"}]'.encode(coding), 0).records() == [
        {"id": 7, "surname": "Tëst"}
    ]


def test_an_answer_that_is_wrapped_without_end_ends_the_reading_only() -> None:
    for depth in (20, 950, 100_000):
        with pytest.raises(NotJson):
            Answer(200, {}, b'{"data":' * depth + b"[]" + b"}" * depth, 0).records()


@pytest.mark.parametrize(
    "body",
    [{"id": 35, "name": "White British"}, {"0": {"id": 35, "name": "White British"}}],
)
def test_one_hit_of_a_search_is_a_dictionary_too(body: object) -> None:
    assert answered(body).choices() == {"35": "White British"}


@pytest.mark.parametrize("body", [{"data": "no access"}, {"1": "Yes", "status": "ok"}])
def test_a_word_of_the_server_is_no_choice(body: object) -> None:
    with pytest.raises(NotJson):
        answered(body).choices()


@pytest.mark.parametrize(
    "body",
    [
        [{"id": "first_name", "name": "First name"}, {"id": "data", "name": "Data"}],
        [{"id": 1, "name": "first_name", "label": "First name"}, {"id": 2, "name": "data", "description": "Data"}],
        {"0": {"key": "first_name", "label": "First name"}, "2": {"key": "data", "label": "Data"}},
        {"first_name": "First name", "data": "Data"},
    ],
)
def test_the_name_of_a_field_is_told_from_its_label(body: object) -> None:
    assert answered(body).field_names() == {"first_name": "First name", "data": "Data"}


def test_fields_that_come_by_place_are_not_called_by_numbers() -> None:
    assert answered({"0": "id", "2": "surname"}).field_names() == {"id": "id", "surname": "surname"}


def test_a_field_may_be_called_like_an_envelope_or_an_error() -> None:
    fields = {"id": None, "data": {"type": "text"}, "error": None, "message": None}
    assert answered(fields).field_names() == {name: name for name in fields}


@pytest.mark.parametrize(
    "body",
    [
        {"status": 404},
        {"data": {"Female": 2}, "error": {"Male": 1}},
        {"Sampleford": {"Female": 2, "total": 2}},
        {"Sampleford": 2, "total": 2},
        {"0": {"district": 1, "count": 2}},
        {"Sampleford": -1},
        {"Sampleford": 1.0},
        [{"district": "Sampleford", "count": 2, "total": 9}],
        [{"id": 1, "name": "Sampleford", "count": 2}],
        [{"district": {"id": 1}, "count": 2}],
    ],
)
def test_a_report_that_may_mean_two_things_is_not_guessed_at(body: object) -> None:
    with pytest.raises(NotJson):
        answered(body).counts()


def test_words_of_a_server_may_be_words_of_a_report() -> None:
    assert answered({"data": 3, "error": 1, "Sampleford": 2}).counts() == [
        Count("data", None, 3),
        Count("error", None, 1),
        Count("Sampleford", None, 2),
    ]
