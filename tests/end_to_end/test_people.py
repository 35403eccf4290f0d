"""A form with people of every kind and questions that ask for words, made from the documents alone, to its arrival."""

from collections.abc import Iterator

import pytest

from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor

FORM = """\
title: A place for a family
charitylog: {delivery: staged, source: 1, project: 7}
people:
  - {id: client, charitylog: {org_type_id: 1, role: 1}}
  - {id: witness, label: A witness, min: 2, max: 3, send: description}
  - {id: child, label: A child, min: 0, max: 2, charitylog: {org_type_id: 7, role: 2, to_main: 5, from_main: 8}}
pages:
  - id: about
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: surname, type: text, label: Last name, required: true}
      - {name: postcode, type: postcode, label: Postcode, required: true, no_fixed_address: true}
      - name: title
        type: select
        label: Title
        choices: [Dr, {value: "9", label: Something else, ask: Your title}]
      - {name: safe, type: safe_contact, label: Safe ways,
         choices: [Phone, {value: other, label: Another way, ask: Which way}]}
      - {name: has_child, type: yes_no, label: Children, send: none}
      - {name: description, type: textarea, label: Anything else}
  - id: witnesses
    title: Who knows you
    person: witness
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: knows, type: radios, label: Knows you from, choices: [Work, {value: E, label: Else, ask: "Where from?"}]}
  - id: children
    title: Your children
    person: child
    show_when: {has_child: "Y"}
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: surname, type: text, label: Last name, required: true}
sent: {what_happens_next: We will call you.}
"""
ABOUT = {"first_name": "Alba", "surname": "Testperson", "postcode-none": "Y", "has_child": "Y"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A gateway with this form."""
    built = House(tmp_path_factory.mktemp("people"))
    (built.organisations / "riverside" / "forms" / "family.yaml").write_text(FORM)
    with built.running():
        yield built


@pytest.fixture
def visitor(house: House) -> Visitor:
    return Visitor(house.base)


def witness(visitor: Visitor, number: int, name: str, **more: str) -> Visitor:
    return visitor.submit({
        f"witness-{number}-first_name": name, **{f"witness-{number}-{key}": value for key, value in more.items()},
    })  # fmt: skip


def test_the_form_is_in_order(house: House) -> None:
    assert "all good" in house.flask("forms", "check").stdout


def test_everybody_arrives_as_what_they_are(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/family")
    visitor.submit(
        ABOUT | {"title": "9", "title-text-2": "Sheikha", "safe": ["Phone", "other"], "safe-text-2": "My aunt"}
    )
    witness(visitor, 0, "Wanda", knows="E", **{"knows-text-2": "the choir"})
    witness(visitor, 1, "Wilma", knows="Work").submit(press="continue")
    visitor.submit({"child-0-first_name": "Cosmo", "child-0-surname": "Testperson"}).submit(press="continue")
    assert "Something else: Sheikha" in visitor.text
    visitor.submit(press="send")

    (staged,) = wait_for(lambda: house.staged(visitor.reference), "the referral in the staging area")

    main, child = staged["people"]
    assert main["relationships"] == {"1": "8"}
    assert child["relationships"] == {"0": "5"}
    assert main["title"] == "9"
    assert "postcode" not in main
    lines = main["description"].splitlines()
    assert "Title: Something else: Sheikha" in lines
    assert "Postcode: No fixed address" in lines
    assert "Safe ways: Phone, Another way: My aunt" in lines
    told = lines[lines.index("A witness:") :]
    assert told[:3] == ["A witness:", "First name: Wanda", "Knows you from: Else: the choir"]
    assert told[4:7] == ["A witness:", "First name: Wilma", "Knows you from: Work"]


def test_as_many_are_asked_for_as_the_form_needs(visitor: Visitor) -> None:
    visitor.open("/riverside/family").submit(ABOUT)
    witness(visitor, 0, "Wanda")
    assert "Who knows you: person 2" in visitor.text
    people = visitor.response.url.partition("?")[0]
    visitor.open(people).submit(press="continue")
    assert visitor.response.status_code == 422
    assert "Add at least 2 people, or call us instead." in visitor.text


def test_a_required_postcode_is_answered_by_the_box_or_by_a_postcode_alone(visitor: Visitor) -> None:
    visitor.open("/riverside/family").submit({"first_name": "Alba", "surname": "Testperson"})
    assert visitor.response.status_code == 422
    assert "Enter postcode" in visitor.text
    visitor.submit({"postcode": "hr97us"})
    assert "Who knows you" in visitor.text
