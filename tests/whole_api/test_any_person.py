"""Whoever is sent with external_referral arrives as they were, in each reading of its encoding."""

from collections.abc import Callable
from itertools import combinations
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.charitylog import BodyForm, Client
from tests.whole_api.conftest import Service

ODD = [
    "e\u0301",
    "\u00e9",
    "\x00",
    "\r\n",
    "\n\r",
    "\t",
    "\u2028",
    "\u200e",
    "\u200d",
    "\x85",
    "\x7f",
    "\ufeff",
    "\ufffe",
]
ODD += ["👩‍🦽", "a&b=c;d", "0[surname]=x", "%00%41+", '"\\u0041', "[", "{", " ", ""]
texts = st.lists(st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(ODD), max_size=4).map("".join)
names = st.text(st.characters(codec="utf-8", exclude_characters="[]"), max_size=8).map(lambda name: f"x{name}")
ids = st.integers(1, 2) | st.sampled_from(["1", "2"])  # in both dictionaries of relationships
some = texts.map(lambda text: f"Testperson{text}")
person = st.fixed_dictionaries(
    {"org_type_id": st.sampled_from(["1", 1]), "surname": some, "first_name": some, "description": some},
    optional={"address_1": texts, "external_id": texts},
)


@st.composite
def crowds(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some people, each with fields of any name, some of them related both ways."""
    people = draw(st.lists(person, min_size=1, max_size=4))
    for each in people:
        each.update(draw(st.dictionaries(names, texts | st.integers(), max_size=2)))
    for first, second in combinations(range(len(people)), 2):
        for kind in draw(st.sets(st.sampled_from(["relationships", "carer_relationships"]))):
            people[first].setdefault(kind, {})[str(second)] = draw(ids)
            people[second].setdefault(kind, {})[str(first)] = draw(ids)
    return people


def as_in_a_form(value: object) -> object:
    """The same with every number as text: a form knows no numbers."""
    return {name: as_in_a_form(inner) for name, inner in value.items()} if isinstance(value, dict) else str(value)


@pytest.mark.parametrize("body", get_args(BodyForm))
@settings(deadline=None, database=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(people=crowds())
def test_any_person_survives_each_encoding(
    running: Service, clients: Callable[..., Client], body: BodyForm, people: list[dict[str, Any]]
) -> None:
    running.ask("reset", {})

    clients(body=body).external_referral.put(people)

    (staged,) = running.ask("staged")
    given = [each | {"org_type_id": "1"} for each in people]
    assert staged["people"] == ([as_in_a_form(each) for each in given] if body == "form" else given)
