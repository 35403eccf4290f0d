"""Every page with mistakes says so in its title, lists them, and leads from the list to each field."""

import re

import pytest
from playwright.sync_api import expect

from tests.end_to_end.browser import judging
from tests.end_to_end.browser.arriving import MISTAKES, Scene


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_is_listed_and_the_list_leads_to_its_field(scene: Scene, name: str) -> None:
    page = MISTAKES[name](scene)
    assert scene.desk.statuses[-1] == 422
    expect(page).to_have_title(re.compile(r"^Error: "))
    expect(page.locator("[data-problems]")).to_be_focused()
    links = page.locator("[data-problems] a")
    assert links.count() == page.locator(".error").count() > 0
    for link in links.all():
        words = link.inner_text()
        target = (link.get_attribute("href") or "").removeprefix("#")
        link.click()
        field = page.locator(f'[id="{target}"]')
        expect(field).to_be_focused()
        expect(field).to_be_in_viewport()
        expect(page.locator(".question").filter(has=field).last.locator(".error").first).to_contain_text(words)
    assert judging.problems(page) == []


def test_without_javascript_the_list_leads_to_the_field_too(scene: Scene) -> None:
    page = scene.desk.open("/riverside/support", javascript=False)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Tell us your last name").click()
    page.keyboard.type("Testperson")
    expect(page.get_by_label("Last name")).to_have_value("Testperson")
