"""Which id an answer tells: every likely shape is read, and nothing is taken for an id that may be none."""

import pytest

from gateway.destinations.recorded import bare_id, named_id


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
    assert named_id(body) == number


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
    assert bare_id(body) == number
