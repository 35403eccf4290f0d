"""Whatever an answer holds, a reader gives what it is or says NotJson."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.charitylog import Answer, NotJson

WORDS = ["id", "data", "results", "name", "label", "count", "total", "error", "message", "success", "0", "7", "value"]
names = st.sampled_from(WORDS) | st.text(max_size=3)
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=10,
)
READERS = (Answer.records, Answer.choices, Answer.field_names, Answer.counts, Answer.json)


@settings(deadline=None, database=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(body=anything.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=20))
def test_a_reader_reads_or_says_that_it_cannot(body: bytes) -> None:
    answer = Answer(200, {}, body, 0.0)

    for read in READERS:
        with suppress(NotJson):
            read(answer)
    number = answer.new_id()
    assert number is None or number.isdecimal()


@pytest.mark.parametrize("body", [b"[" * 100_000, b"9" * 5000, b'{"id": ' + b"9" * 5000 + b"}"])
def test_what_no_reader_can_hold_is_not_read(body: bytes) -> None:
    answer = Answer(200, {}, body, 0.0)

    for read in READERS:
        with pytest.raises(NotJson):
            read(answer)
    assert answer.new_id() is None
