"""Two states of a list in words: long lists are counted, and only the places that a change touches are named."""

from gateway.definitions.schema import Choice, Text
from gateway.destinations.seam import Use
from gateway.doctor.drifting import drift_of

WAS = {"1": ("Upper",), "2": ("Lower", "Isaf")}


def sends(value: str, *lists: str) -> Use:
    return Use("support", "path", f"question {value}", lists, (Choice(value=value, label=Text({"": value})),))


def test_the_same_list_has_not_changed() -> None:
    assert not drift_of(WAS, {"1": "Upper", "2": "Isaf"})


def test_of_many_changes_a_few_are_named_and_the_rest_is_counted() -> None:
    found = drift_of(WAS, {"1": "Upper", "2": "Lower", **{f"n{each}": f"n{each}" for each in range(8)}})

    assert str(found) == "new: n0, n1, n2, n3, n4 and 3 more"


def test_a_change_touches_who_offers_the_list_and_who_sends_what_has_changed() -> None:
    found = drift_of(WAS, {"2": "Bottom", "3": "Middle"})
    offers = Use("support", "path", "question all", ("places",))

    assert str(found) == "new: 3 “Middle”; renamed: 2 “Lower” is “Bottom”; gone: 1 “Upper”"
    uses = [offers, sends("1", "places"), sends("3", "places"), sends("1", "elsewhere")]
    assert found.touched("places", uses) == " (it touches support, question all; support, question 1)"
    assert found.touched("nowhere", uses) == ""
