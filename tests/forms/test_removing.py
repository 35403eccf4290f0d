"""People who are taken off a form move up and can be put back; nobody else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.forms.journey import kept, number_of_people
from gateway.forms.removing import removed_person, with_person_again, without_person, without_removed

from .making import definition, page, question

FORM = definition(
    page("about", question("name")),
    page("carer", question("name"), question("works", "yes_no"), person="carer"),
    people=[{"id": "client"}, {"id": "carer", "min": "0", "max": "4"}],
)
NAMES = ("Beth", "Carl", "Dora", "Ewan")


def answers(*names: str) -> dict[str, tuple[str, ...]]:
    """Answer for a client and these carers."""
    found: dict[str, tuple[str, ...]] = {"name": ("Ann",)}
    for index, name in enumerate(names):
        found |= {f"carer-{index}-name": (name,), f"carer-{index}-works": ("Y",)}
    return found


def test_those_after_the_removed_one_move_up() -> None:
    assert without_removed(without_person(FORM, "carer", 1, answers("Beth", "Carl", "Dora"))) == answers("Beth", "Dora")


def test_nothing_of_the_removed_one_counts_any_more() -> None:
    left = without_person(FORM, "carer", 0, answers("Beth"))

    assert kept(FORM, left) == {"name": ("Ann",)}
    assert number_of_people(FORM, "carer", left) == 0
    assert removed_person(FORM, "carer", left) == (0, {"carer-0-name": ("Beth",), "carer-0-works": ("Y",)})


@given(st.integers(1, 4).flatmap(lambda count: st.tuples(st.just(count), st.integers(0, count - 1))))
def test_whoever_is_put_back_stands_where_they_stood(people: tuple[int, int]) -> None:
    count, index = people
    before = answers(*NAMES[:count])

    assert with_person_again(FORM, "carer", without_person(FORM, "carer", index, before)) == before


def test_only_the_last_one_removed_can_be_put_back() -> None:
    left = without_person(FORM, "carer", 0, without_person(FORM, "carer", 2, answers("Beth", "Carl", "Dora")))

    assert with_person_again(FORM, "carer", left) == answers("Beth", "Carl")


def test_nobody_is_put_back_into_a_full_list() -> None:
    left = without_person(FORM, "carer", 3, answers(*NAMES)) | {"carer-3-name": ("Gwen",)}

    assert with_person_again(FORM, "carer", left) == left


@pytest.mark.parametrize("index", [1, 4, 99])
def test_removing_nobody_changes_nothing(index: int) -> None:
    assert without_person(FORM, "carer", index, answers("Beth")) == answers("Beth")


def test_putting_nobody_back_changes_nothing() -> None:
    assert with_person_again(FORM, "carer", answers("Beth")) == answers("Beth")
