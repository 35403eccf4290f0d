"""The invented charity keeps the rules that it asks of others, and can be told from a real one."""

import json
import re
from typing import Any

import pytest

from gateway.sandbox.api.contact_rules import judge_contact
from gateway.sandbox.api.record_rules import judge_client, judge_extension, judge_referral, judge_relationship
from gateway.sandbox.charity.database import Database
from gateway.sandbox.charity.extension import DATABASES
from gateway.sandbox.charity.groups import everything
from gateway.sandbox.charity.planting import SEEDED, plant
from gateway.sandbox.charity.seeds import load_seeds

SEEDS = load_seeds()


def without_id(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "id"}


def test_every_client_and_referral_would_be_taken() -> None:
    for client in SEEDS.clients:
        assert judge_client(client, SEEDS, strict=True) == []
    for referral in SEEDED["referrals"]:
        assert judge_referral(referral, SEEDS, strict=True) == []


@pytest.mark.parametrize("group", ["due_contacts", "done_contacts"])
def test_every_contact_would_be_taken(group: str) -> None:
    for contact in SEEDED[group]:
        told = without_id(contact)
        told.pop("due_stage", None)  # the sandbox's own note
        assert judge_contact(group, contact["referral"], told, SEEDS, strict=True) == []


def test_every_extension_record_would_be_taken() -> None:
    for database in SEEDED["extension_databases"]:
        known = DATABASES[database["label"].lower().replace(" ", "_")]
        for record in database["records"]:
            assert judge_extension(known, without_id(record), SEEDS, strict=True) == []


def test_every_relationship_would_be_taken() -> None:
    pairs = {"relationships": ("there", "back"), "carer_relationships": ("carer_there", "carer_back")}

    for tie in SEEDED["relationships"]:
        assert judge_relationship(tie, pairs, SEEDS) == []


def test_workers_and_clients_have_numbers_and_addresses_that_nobody_has() -> None:
    told = json.dumps([SEEDED, SEEDS.clients])

    assert all(re.match(r"01632 960\d{3}$|07700 900\d{3}$", number) for number in re.findall(r"\b0\d{4} \d+", told))
    assert set(re.findall(r"@([\w.]+)", told)) <= {"example.org", "example.com"}


@pytest.mark.parametrize("group", ["clients", "referrals", "done_contacts"])
def test_every_filter_that_the_pages_list_finds_somebody(group: str) -> None:
    database = Database(":memory:")
    with database.transaction() as connection:
        plant(connection, SEEDS.clients)

    told = everything(database, group, SEEDS.dictionaries["referrals/project"])

    assert [key for key in SEEDS.filterable[group] if not any(each.get(key) for each in told)] == []
