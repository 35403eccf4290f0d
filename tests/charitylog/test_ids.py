"""Which id an answer tells: every likely shape is read, and nothing is taken for an id that may be none."""

import pytest

from gateway.charitylog import Answer


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b'{"id": 17}', "17"),
        (b'{"id": "17"}', "17"),
        (b'{"id": 17, "success": true}', "17"),
        (b'[{"id": 17}]', "17"),
        (b'{"data": {"id": 17}}', "17"),
        (b'{"data": [{"id": "17"}]}', "17"),
        (b'{"data": 17}', "17"),
        (b"17", None),
        (b'{"success": 1}', None),
        (b'{"id": 0}', None),
        (b'{"id": true}', None),
        (b'{"id": "RG-7K3F-9Q2M-0"}', None),
        (b'{"id": 1.5}', None),
        (b'[{"id": 1}, {"id": 2}]', None),
        (b'{"client": {"id": 17}}', None),
        (b"", None),
        (b"<p>17</p>", None),
        (b"[" * 100_000, None),
    ],
)
def test_a_named_id_is_read_wherever_it_is_likely_to_stand(body: bytes, number: str | None) -> None:
    assert Answer(200, {}, body, 0).named_id() == number


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b"17", "17"),
        (b' "17"\n', "17"),
        (b"[17]", "17"),
        (b'{"id": 17}', None),
        (b"[17, 18]", None),
        (b"true", None),
        (b"0", None),
        (b"-1", None),
        (b"OK", None),
        (b"\xff", None),
    ],
)
def test_a_bare_number_is_read_alone(body: bytes, number: str | None) -> None:
    answer = Answer(200, {}, body, 0)
    assert answer.new_id() == (number or answer.named_id())
    assert not (number and answer.named_id())
