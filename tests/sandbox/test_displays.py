"""Which fields come first, by source and role."""

import json
from pathlib import Path

import pytest
import yaml

from gateway.sandbox.charity.seeds import load_seeds
from gateway.sandbox.manager.displays import DISPLAYS, display_of, source_name

FORMS = sorted((Path(__file__).parents[2] / "organisations" / "riverside" / "forms").glob("*.yaml"))
TOLD = json.loads(DISPLAYS.read_text(encoding="utf-8"))


def test_what_comes_first_is_labelled_as_invented() -> None:
    assert "invented" in TOLD["invented"]


def test_every_field_that_comes_first_is_one_that_can_be_sent() -> None:
    shown = {
        field for about in TOLD["sources"].values() for role in about["roles"].values() for field in role["fields"]
    }

    assert shown <= set(load_seeds().selectable["external_referral"])


@pytest.mark.parametrize("source", ["1", 1])
def test_a_source_and_role_are_found_as_text_or_number(source: object) -> None:
    carer, cared_for = (display_of({"source": source, "referral_role": role}) for role in ("1", "2"))

    assert carer is not None
    assert cared_for is not None
    assert (carer.source, carer.role, cared_for.role) == ("Support form", "Carer", "Person cared for")
    assert carer.fields != cared_for.fields


@pytest.mark.parametrize(
    "person", [{}, {"source": "1"}, {"referral_role": "1"}, {"source": None, "referral_role": "1"}]
)
def test_nobody_else_has_a_display(person: dict[str, object]) -> None:
    assert display_of(person) is None


def test_a_source_has_a_name_where_somebody_gave_it_one() -> None:
    assert (source_name("3"), source_name("77")) == ("Form for agencies", "")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: str(form.stem))
def test_each_person_of_an_example_form_has_a_display(form: Path) -> None:
    written = yaml.safe_load(form.read_text(encoding="utf-8"))
    roles = [person["charitylog"]["role"] for person in written["people"] if "charitylog" in person]

    assert roles
    for role in roles:
        assert display_of({"source": written["charitylog"]["source"], "referral_role": role}) is not None
