"""One gateway for a module, a new browser context for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.end_to_end.browser import quayside
from tests.end_to_end.browser.arriving import Scene
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.elsewhere import Elsewhere, open_elsewhere
from tests.end_to_end.house import House

CLOSED = """\
title: Ask for a place on a trip
open: false
closed: "All places are taken. Call us and we will tell you about the next trip."
charitylog: {delivery: staged, source: 1, project: 7}
people: [{id: client, charitylog: {org_type_id: 9, role: 1}}]
pages:
  - id: trip
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: surname, type: text, label: Last name, required: true}
      - {name: description, type: textarea, label: Which trip}
"""
LONG = """\
title: Ask for an interpreter
charitylog: {delivery: staged, source: 1, project: 7}
people: [{id: client, charitylog: {org_type_id: 9, role: 1}}]
pages:
  - id: language
    fields:
      - {name: first_name, type: text, label: First name, required: true}
      - {name: surname, type: text, label: Last name, required: true}
      - name: language
        type: select
        label: Language
        required: true
        send: description
        choices: [Arabic, Bengali, British Sign Language, Dari, Farsi, French, Kurdish, Pashto, Polish, Portuguese,
                  Română, Somali, Urdu, {value: other, label: Another language, ask: Which one}]
      - {name: description, type: textarea, label: Anything else}
"""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    """Another website."""
    with open_elsewhere() as found:
        yield found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere) -> Iterator[House]:
    """A gateway whose organisation has a closed form too, and lets the other website frame its forms."""
    built = House(tmp_path_factory.mktemp("house"))
    arrange(built.organisations / "riverside", elsewhere.listed, elsewhere.also_listed)
    quayside.write(built.organisations)
    break_a_copy(built.organisations)
    with built.running():
        yield built


@pytest.fixture
def desk(browser: Browser, house: House, elsewhere: Elsewhere) -> Iterator[Desk]:
    """Where a visitor sits. No test may leave a cookie, a console error or a request to anybody else."""
    others = (elsewhere.listed, elsewhere.also_listed, elsewhere.unlisted, elsewhere.cookie)
    built = Desk(browser, house.base, house.sandbox, *others)
    yield built
    built.close()
    assert built.troubles == []


@pytest.fixture
def scene(desk: Desk, elsewhere: Elsewhere) -> Scene:
    """What the way to a page needs."""
    return Scene(desk, elsewhere)


def arrange(organisation: Path, *origins: str) -> None:
    """Change a copy of the example organisation before it is served."""
    (organisation / "forms" / "trip.yaml").write_text(CLOSED)
    (organisation / "forms" / "interpreter.yaml").write_text(LONG)
    profile = organisation / "organisation.yaml"
    listed = "embed_origins:\n"
    text = profile.read_text()
    if listed not in text:
        raise AssertionError(f"{profile} does not say who may frame its forms")
    profile.write_text(text.replace(listed, listed + "".join(f'  - "{origin}"\n' for origin in origins)))


def break_a_copy(organisations: Path) -> None:
    """Add an organisation with a form that cannot be read."""
    shutil.copytree(organisations / "riverside", organisations / "broken")
    (organisations / "broken" / "forms" / "support.yaml").write_text("title: Ask for support\n")
