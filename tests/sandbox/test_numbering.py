"""Which texts can be the number of a record."""

import pytest
from flask.testing import FlaskClient

from gateway.sandbox.api.numbering import LARGEST, record_number
from tests.sandbox.conftest import KEYS


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("17", 17), ("007", 7), ("999999999", LARGEST)])
def test_plain_digits_are_a_number(text: str, number: int) -> None:
    assert record_number(text) == number


@pytest.mark.parametrize("text", ["", " 1", "-1", "1.0", "one", "²", "٣", "1000000000"])
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        record_number(text)


@pytest.mark.parametrize("path", ["clients/id", "referrals/id", "due_contacts/referral", "done_contacts/id"])
def test_a_number_too_large_for_the_database_is_that_of_no_record(client: FlaskClient, path: str) -> None:
    answer = client.post(f"/v2/{path}/{'9' * 30}", json={"surname": "Testperson"}, headers=KEYS)

    assert answer.status_code == 404
