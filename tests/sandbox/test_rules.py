"""What the vendor's pages call wrong is refused, by person and field."""

from typing import Any

import pytest

from gateway.sandbox.api.rules import Profile, judge
from gateway.sandbox.charity.seeds import load_seeds

SEEDS = load_seeds()
MAIN = {"first_name": "A", "surname": "Testperson", "org_type_id": 7, "description": "Invented"}
OTHER = {"first_name": "B", "surname": "Testperson", "org_type_id": "9"}


def found(*people: dict[str, Any], profile: Profile = "any", strict: bool = False) -> list[tuple[int, str]]:
    return [(refusal.person, refusal.field) for refusal in judge(people, SEEDS, profile, strict=strict)]


@pytest.mark.parametrize("profile", ["2019", "2023", "any"])
def test_a_complete_pair_of_people_satisfies_every_profile(profile: Profile) -> None:
    assert found(MAIN, OTHER, profile=profile) == []


@pytest.mark.parametrize(
    ("profile", "missing"),
    [
        ("2019", [(0, "org_type_id"), (0, "surname"), (0, "description"), (1, "org_type_id"), (1, "surname")]),
        ("2023", [(n, field) for n in (0, 1) for field in ("first_name", "surname", "org_type_id")]),
        ("any", [(n, field) for n in (0, 1) for field in ("org_type_id", "surname")]),
    ],
)
def test_each_profile_names_its_own_missing_fields(profile: Profile, missing: list[tuple[int, str]]) -> None:
    assert found({}, {}, profile=profile) == missing


@pytest.mark.parametrize("empty", ["", "  ", None])
def test_an_empty_minimum_field_is_a_missing_one(empty: object) -> None:
    assert found(MAIN | {"surname": empty}) == [(0, "surname")]


def test_a_source_needs_a_role_for_the_same_person() -> None:
    assert found(MAIN | {"source": "1", "referral_role": "1"}, OTHER | {"source": "1"}) == [(1, "referral_role")]


@pytest.mark.parametrize(
    ("field", "value"), [("org_type_id", 99), ("project", "99"), ("ethnicity", "1"), ("gender", "female")]
)
def test_an_id_that_is_in_no_dictionary_is_refused(field: str, value: object) -> None:
    assert found(MAIN | {field: value}) == [(0, field)]


@pytest.mark.parametrize("value", [7, "7"])
def test_an_id_may_be_a_number_or_a_text(value: object) -> None:
    assert found(MAIN | {"project": value}) == []


@pytest.mark.parametrize("kind", ["relationships", "carer_relationships"])
def test_relationships_must_come_in_pairs(kind: str) -> None:
    assert found(MAIN | {kind: {"1": "5"}}, OTHER | {kind: {"0": "5"}}) == []
    assert found(MAIN | {kind: {"1": "5"}}, OTHER) == [(0, kind)]
    assert found(MAIN, OTHER | {kind: {"0": "5"}}) == [(1, kind)]


def test_a_pair_across_the_two_kinds_is_no_pair() -> None:
    one_sided = found(MAIN | {"relationships": {"1": "5"}}, OTHER | {"carer_relationships": {"0": "5"}})

    assert one_sided == [(0, "relationships"), (1, "carer_relationships")]


@pytest.mark.parametrize("position", ["2", "0", "-1", "one", "01"])
def test_a_relationship_names_another_person_of_the_list(position: str) -> None:
    assert found(MAIN | {"relationships": {position: "5"}}, OTHER) == [(0, "relationships")]


def test_an_unknown_relationship_is_refused() -> None:
    assert found(MAIN | {"relationships": {"1": "99"}}, OTHER | {"relationships": {"0": 8}}) == [(0, "relationships")]


@pytest.mark.parametrize("value", [["5"], "5", 5])
def test_relationships_of_another_type_are_refused(value: object) -> None:
    assert found(MAIN | {"relationships": value}) == [(0, "relationships")]


@pytest.mark.parametrize("value", [["a"], {"a": "b"}])
def test_a_field_holds_one_value(value: object) -> None:
    assert found(MAIN | {"surname": value}) == [(0, "surname")]


def test_an_unknown_field_is_refused_only_when_strict() -> None:
    assert found(MAIN | {"favourite_colour": "green"}) == []
    assert found(MAIN | {"favourite_colour": "green"}, strict=True) == [(0, "favourite_colour")]


def test_a_refusal_repeats_no_value() -> None:
    refusals = judge([MAIN | {"gender": "Canary"}], SEEDS, "any")

    assert "Canary" not in repr(refusals)


def test_every_dictionary_of_a_field_is_seeded() -> None:
    named = {field.dictionary for fields in SEEDS.selectable.values() for field in fields.values() if field.dictionary}

    assert named <= set(SEEDS.dictionaries)
