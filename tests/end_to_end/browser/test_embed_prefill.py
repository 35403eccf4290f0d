"""Answers that a website gives to its frame: filled in, and never mixed with those about somebody else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.browser.conftest import arrange
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.browser.test_embed_place import form, heading, kept
from tests.end_to_end.browser.test_embed_script import fits, inside
from tests.end_to_end.house import House, wait_for

INVITE = """\
title: Come and talk
charitylog: {delivery: staged, source: 1, project: 7}
people: [{id: client, charitylog: {org_type_id: 9, role: 1}}]
pages:
  - id: who
    title: Who you are
    fields:
      - {name: first_name, type: text, label: First name, required: true, prefill: true}
      - {name: surname, type: text, label: Last name, required: true}
  - id: why
    title: Why you come
    fields:
      - {name: description, type: textarea, label: What is it about, required: true}
"""
ADDRESS = "/embed/riverside/invite"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere) -> Iterator[House]:
    """A gateway with a form that takes answers from its address."""
    built = House(tmp_path_factory.mktemp("house"))
    arrange(built.organisations / "riverside", elsewhere.listed)
    (built.organisations / "riverside" / "forms" / "invite.yaml").write_text(INVITE)
    try:
        built.migrate()
        yield built.start("sandbox", "web")
    finally:
        built.stop()


def opened(page: Page, desk: Desk, elsewhere: Elsewhere, name: str) -> None:
    """Open the website's page about somebody."""
    page.goto(elsewhere.placing(f"{desk.base}{ADDRESS}", prefill__first_name=name))
    fits(page)


def test_what_the_tag_says_is_filled_in_and_gone_from_the_address(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open()
    opened(page, desk, elsewhere, "Alba")
    expect(inside(page).get_by_label("First name")).to_have_value("Alba")
    assert "Alba" not in form(page).url


def test_a_reload_comes_back_to_the_place_and_somebody_else_begins_anew(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open()
    opened(page, desk, elsewhere, "Alba")
    inside(page).get_by_label("Last name").fill("Testperson")
    inside(page).get_by_role("button", name="Continue").click()
    heading(page, "Why you come")
    wait_for(lambda: "why" in str(kept(form(page))), "the place in the storage")
    page.reload()
    heading(page, "Why you come")
    opened(page, desk, elsewhere, "Berta")
    heading(page, "Who you are")
    expect(inside(page).get_by_label("First name")).to_have_value("Berta")
    expect(inside(page).get_by_label("Last name")).to_have_value("")
    assert "Alba" not in str(kept(form(page)))
