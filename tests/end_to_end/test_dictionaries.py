"""What the destination offers to choose from reaches the page without a restart, and stays while it is away."""

import json
from collections.abc import Callable

from gateway.definitions.text import Text
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor

FORM = """
title: Where you live
people: [{id: client, charitylog: {org_type_id: 1, role: 1}}]
charitylog: {delivery: staged, source: 1, project: 7}
pages:
  - id: where
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: surname, type: text, label: Surname, required: true}
      - {name: district, type: select, label: "Where do you live?", dictionary: organisations/district, required: true}
      - {name: description, type: textarea, label: "How can we help?", required: true}
check_answers: false
sent: {what_happens_next: We will call you.}
"""
ANSWERS = {"first_name": "Alba", "surname": "Testperson", "description": "Please call me"}
DISTRICTS = "/_sandbox/dictionaries/organisations/district"


def build_with_form(build: Callable[..., House]) -> House:
    house = build()
    (house.organisations / "riverside" / "forms" / "where.yaml").write_text(FORM)
    return house.start("sandbox", "web")


def shown(house: House) -> str:
    return Visitor(house.base).open("/riverside/where").text


def test_choices_follow_the_destination_and_outlive_it(build: Callable[..., House]) -> None:
    house = build_with_form(build)
    before = Visitor(house.base).open("/riverside/where")
    assert "Upper Sample" in before.text
    snapshot = json.loads((house.organisations / "riverside/dictionaries/organisations/district.json").read_text())
    districts = {each["value"]: str(Text.model_validate(each["label"])) for each in snapshot}
    (old,) = (number for number, name in districts.items() if name == "Upper Sample")
    house.ask("POST", DISTRICTS, {"99": "Newly Built", **{n: name for n, name in districts.items() if n != old}})

    house.start("worker")

    wait_for(lambda: "Newly Built" in shown(house), "the new choice on the page")
    wait_for(lambda: "Upper Sample" not in shown(house), "the end of the old one")
    assert "Dyffryn Sample" in Visitor(house.base).open("/riverside/where?lang=cy").text

    before.submit({**ANSWERS, "district": old})
    assert before.reference.startswith("RG-")
    # Of the two web processes, one may not have looked yet: what the other one has offered it takes all the same.
    chosen = Visitor(house.base).open("/riverside/where").submit({**ANSWERS, "district": "99"}).reference
    (staged,) = wait_for(lambda: house.staged(chosen), "the referral in the staging area")
    assert staged["people"][0]["district"] == "99"

    house.kill("sandbox")
    house.kill("web")
    house.start("web")
    assert "Newly Built" in shown(house)


def test_a_person_can_have_them_read_at_once(build: Callable[..., House]) -> None:
    house = build_with_form(build)
    house.ask("POST", DISTRICTS, {"99": "Newly Built"})

    told = house.flask("dictionaries", "refresh", "riverside", "--json")
    found = {each["name"]: each for each in map(json.loads, told.stdout.splitlines())}

    assert found["organisations/district"]["new"] == 1
    assert found["fields/clients"]["version"] == 1
    wait_for(lambda: "Newly Built" in shown(house), "the new choice on the page")

    house.ask("POST", DISTRICTS, {"100": "Somewhere Else"})
    kept = house.flask("dictionaries", "refresh", check=False)
    assert kept.returncode == 1
    assert "riverside organisations/district: not read: 1 of 1 choices had gone" in kept.stdout
    assert "if that is meant, add --accept" in kept.stdout
    assert house.flask("dictionaries", "refresh", "--accept").returncode == 0

    house.kill("sandbox")
    away = house.flask("dictionaries", "refresh", check=False)
    assert away.returncode == 1
    assert "not read: connection refused" in away.stdout
    assert "Traceback" not in away.stderr

    nobody = house.flask("dictionaries", "refresh", "nobody", check=False)
    assert "There is no organisation nobody" in nobody.stderr
