"""What goes to the staging area waits there, and files are kept with their records."""

import hashlib
from pathlib import Path
from typing import get_args

import pytest

from gateway.charitylog import Client, Upload, UploadGroup
from tests.whole_api.conftest import Service

PERSON = {"org_type_id": 1, "first_name": "Ada", "surname": "Testperson", "description": "Invented: asks for a visit."}


def test_people_wait_in_the_staging_area(client: Client, service: Service) -> None:
    people = [
        PERSON | {"project": 7, "source": 1, "referral_role": 2, "relationships": {"1": "5"}},
        {"org_type_id": 9, "first_name": "Bob", "surname": "Testperson", "relationships": {"0": "8"}},
    ]

    client.external_referral.put(people)
    client.external_referral.put([PERSON])  # a repeat or not: there is no idempotency

    first, second = service.ask("staged")
    assert (first["state"], first["reason"], len(first["people"])) == ("staged", None, 2)
    assert first["people"][0]["project"] == "7"
    assert [person["relationships"] for person in first["people"]] == [{"1": "5"}, {"0": "8"}]
    assert second["people"] == [{name: str(value) for name, value in PERSON.items()}]


def test_the_fields_that_a_referral_may_hold_are_told_and_staged(client: Client, service: Service) -> None:
    named = PERSON | {"project": 7, "source": 1, "referral_role": 1, "ethnicity": 35, "postcode": "SA1 1ZZ"}

    client.external_referral.put([named])

    (staged,) = service.ask("staged")
    assert set(staged["people"][0]) == set(named) <= set(client.external_referral.selectable_fields().field_names())


@pytest.mark.parametrize("group", get_args(UploadGroup))
def test_a_file_is_kept_with_its_record_and_visibilities(
    client: Client, service: Service, tmp_path: Path, group: UploadGroup
) -> None:
    content = bytes(range(256)) * 1000
    letter = tmp_path / "Llythyr Siân.pdf"
    letter.write_bytes(content)
    record = {"clients": 3, "referrals": 510}[group]

    client.uploads.post(group, record, Upload.of(letter), user_visibility="1,2", group_visibility="3")

    assert service.ask("uploads") == [
        {
            "kind": group.removesuffix("s"),
            "record": record,
            "part": "file",
            "name": "Llythyr Siân.pdf",
            "media_type": "application/pdf",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "user_visibility": "1,2",
            "group_visibility": "3",
        }
    ]
