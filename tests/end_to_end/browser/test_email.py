"""A slip in an email address is asked about: live where scripts run, on the check page without; nobody is stopped."""

import pytest
from playwright.sync_api import Page, expect

from gateway.forms.typos import COMMON, OTHERS, meant
from tests.end_to_end.browser import judging
from tests.end_to_end.browser.arriving import Scene, support
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.walking import go_on, see
from tests.end_to_end.walks import fill_in_support

TYPED = [
    "gmial.com", "gmail.co", "hotmial.con", "GMAL.com", "outlok.co", "nhs.met", "sky.de", "example.org", "yahoo.couk",
    "hnail.co", "", "gmail.com.", *COMMON, *OTHERS,
]  # fmt: skip
ASKED = "Did you mean alba@gmail.com?"


@pytest.fixture
def page(scene: Scene) -> Page:
    """The page that asks for an email address."""
    return support("contact", scene)


def test_a_slip_is_asked_about_beside_the_line_and_one_button_mends_it(page: Page) -> None:
    line = page.get_by_label("Email address")
    line.fill("alba@gmial.com")
    expect(page.get_by_role("status").filter(has_text=ASKED)).to_be_visible()
    assert judging.problems(page) == []
    page.get_by_role("button", name="Use alba@gmail.com").click()
    expect(line).to_have_value("alba@gmail.com")
    expect(line).to_be_focused()
    expect(page.get_by_text(ASKED)).to_have_count(0)


def test_with_the_keyboard_the_button_is_next(page: Page) -> None:
    page.get_by_label("Email address").focus()
    page.keyboard.type("alba@gmial.com")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Use alba@gmail.com")).to_be_focused()


def test_the_script_asks_what_the_server_asks(page: Page) -> None:
    line = page.get_by_label("Email address")
    for domain in TYPED:
        line.fill(f"alba@{domain}")
        asked = page.evaluate(_ASKED)
        assert asked == meant(f"alba@{domain}"), domain


def test_without_scripts_the_check_page_asks_and_sends_all_the_same(desk: Desk, scene: Scene) -> None:
    found = fill_in_support(scene.visitor()).response.url
    page = desk.open(found.replace("/check", "/contact?change=1"), javascript=False)
    page.get_by_label("Email address").fill("alba@gmial.com")
    go_on(page)
    see(page, "Check your answers")
    expect(page.get_by_text(ASKED)).to_be_visible()
    go_on(page, "Send")
    see(page, "Thank you. We have received it.")


def test_without_scripts_the_page_asks_when_it_is_shown_again(desk: Desk, scene: Scene) -> None:
    found = fill_in_support(scene.visitor()).response.url
    page = desk.open(found.replace("/check", "/contact"), javascript=False)
    page.get_by_label("Email address").fill("alba@gmial.com")
    page.get_by_label("Phone number").fill("")
    go_on(page)
    expect(page.get_by_text(ASKED)).to_be_visible()


_ASKED = """() => {
  window.dispatchEvent(new Event("pageshow"));
  return document.querySelector("div.meant").dataset.better || "";
}"""
