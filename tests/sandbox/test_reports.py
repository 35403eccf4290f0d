"""Reports count the records of a group by a dimension and, within it, by a metric."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.sandbox.conftest import KEYS, read


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("clients/dimension/district",
         [{"district": str(number), "count": count} for number, count in ((1, 4), (2, 3), (3, 2), (4, 2), (5, 2))]),
        ("clients/dimension/district/metric/gender/main_disability/2;9/blue_badge_holder/Y",
         [{"district": "1", "gender": "1", "count": 1}, {"district": "4", "gender": "2", "count": 1}]),
        ("done_contacts/dimension/day/date_active/2018-10-01,2018-10-31/user/3",
         [{"day": "2018-10-02", "count": 1}, {"day": "2018-10-11", "count": 1}]),
        ("done_contacts/user/3/metric/stage/dimension/project",
         [{"project": "1", "stage": "2", "count": 1}, {"project": "1", "stage": "3", "count": 1},
          {"project": "4", "stage": "2", "count": 1}]),
        ("due_contacts/dimension/client_gender",
         [{"client_gender": "1", "count": 2}, {"client_gender": "2", "count": 1}]),
        ("extension_database/wellcheck_notes_9/dimension/option_22",
         [{"option_22": "41", "count": 2}, {"option_22": "42", "count": 1}]),
        ("clients/dimension/district/type/99", []),
    ],
)  # fmt: skip
def test_records_are_counted(shared: FlaskClient, path: str, rows: list[dict[str, Any]]) -> None:
    assert read(shared, path) == rows


def test_what_a_record_does_not_have_is_counted_too(shared: FlaskClient) -> None:
    assert {"school": "", "count": 11} in read(shared, "clients/dimension/school")


def test_a_report_can_tell_friendly_names(shared: FlaskClient) -> None:
    assert read(shared, "clients/type/10/dimension/district/metric/gender?resolveIds[]=ALL") == [
        {"district": "Samplemouth", "gender": "Male", "count": 1}
    ]


@pytest.mark.parametrize(
    ("shape", "answer"),
    [
        ("map", {"1": {"1": 1}, "4": {"2": 1}}),
        (
            "data",
            {"data": [{"district": "1", "gender": "1", "count": 1}, {"district": "4", "gender": "2", "count": 1}]},
        ),
    ],
)
def test_the_shape_of_a_report_can_be_chosen(client: FlaskClient, shape: str, answer: object) -> None:
    client.post("/_sandbox/answers", json={"report_shape": shape})

    assert read(client, "clients/blue_badge_holder/Y/dimension/district/metric/gender") == answer
    if shape == "map":
        assert read(client, "clients/blue_badge_holder/Y/dimension/district") == {"1": 1, "4": 1}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("clients/dimension/shoe_size", "1 of dimension and metric"),
        ("clients/dimension/day", "1 of dimension and metric"),
        ("clients/dimension/gender/metric/gender", "another field"),
        ("referrals/dimension/date_active", "1 of dimension and metric"),
    ],
)
def test_what_nothing_can_be_counted_by_is_refused(shared: FlaskClient, path: str, words: str) -> None:
    answer = shared.get(f"/v2/{path}", headers=KEYS)

    assert answer.status_code == 400
    assert words in answer.json["error"]  # type: ignore[index]
