"""What a destination refuses stands beside the field that it names, however its answer is built."""

import pytest

from gateway.web.staff.refusals import Refusal, named

FIELDS = {"telephone", "surname", "description"}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (
            b'{"error": "not staged", "problems": [{"person": 1, "field": "telephone", "message": "Too long."}]}',
            [Refusal("telephone", "Too long.", 1)],
        ),
        (b'{"errors": {"telephone": ["Too long.", "No letters."], "other": "x"}}',
         [Refusal("telephone", "Too long."), Refusal("telephone", "No letters.")]),
        (b'{"0[telephone]": "Too long."}', [Refusal("telephone", "Too long.", 0)]),
        (b'{"1": {"surname": "Missing."}}', [Refusal("surname", "Missing.", 1)]),
        (b'[{"name": "surname", "detail": "Missing."}]', [Refusal("surname", "Missing.")]),
        (b'{"message": "The telephone is long. None was kept."}', [Refusal("telephone", "The telephone is long.")]),
        (b"telephone too long", [Refusal("telephone", "telephone too long")]),
        (b"<p>surnames are fine</p>", []),
        (b'"telephones"', []),
        (b"", []),
        (b"\xff\x00", []),
        (b"[" * 100_000, []),
    ],
)  # fmt: skip
def test_a_field_that_is_named_gets_its_words(answer: bytes, found: list[Refusal]) -> None:
    assert named(answer, FIELDS) == found


def test_what_is_said_twice_stands_once_and_never_too_long() -> None:
    answer = (
        b'{"errors": [{"field": "surname", "message": "' + b"z" * 5000 + b'"}, {"field": "surname", "message": "Bad"}, '
    )
    answer += b'{"field": "surname", "message": "Bad"}]}'

    first, second = named(answer, FIELDS)

    assert (len(first.words), second.words) == (400, "Bad")
