"""Whole journeys in a real browser: by mouse, by keyboard, without JavaScript, on a narrow screen."""

from playwright.sync_api import Page, expect

from tests.end_to_end.browser import walking
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.walking import fill_in_support, go_on, reference, see
from tests.end_to_end.house import House, wait_for


def look_in_the_manager(desk: Desk, house: House, sent: str) -> Page:
    """Find a referral on the External Referral Manager's own pages, and open it."""
    wait_for(lambda: house.staged(sent), "the referral in the staging area")
    page = desk.open(house.sandbox)
    page.get_by_role("navigation").get_by_role("link", name="External Referral Manager").click()
    page.get_by_label("Search").fill(sent)
    page.get_by_role("button", name="Show").click()
    page.get_by_role("rowheader").get_by_role("link", name="Alba Testperson").click()
    return page


def test_a_form_filled_in_by_clicking_and_typing_appears_in_the_external_referral_manager(
    desk: Desk, house: House
) -> None:
    page = desk.open("/riverside/")
    page.get_by_role("link", name="Ask for support").click()
    fill_in_support(page, hand=walking.by_mouse)
    expect(page.locator("#main")).to_contain_text("Please call me on Monday")
    go_on(page, "Send")
    sent = reference(page)
    expect(page.locator("#main")).to_contain_text("call you within 3 working days")

    manager = look_in_the_manager(desk, house, sent)

    described = manager.locator(".description").first
    expect(described).to_contain_text("Please call me on Monday")
    expect(described).to_contain_text("Which ways of contact are safe for you: Phone call, Text message")
    expect(described).to_contain_text("What makes things easier for you: A step-free building")
    expect(described).to_contain_text(f"Reference: {sent}")
    people = manager.locator("section.person h3")
    expect(people).to_have_text(["Alba Testperson", "Bruno Testperson"])
    expect(manager.locator(".meta").first).to_contain_text("2 people")
    expect(manager.locator(".meta").first).to_contain_text("Triage")
    expect(manager.get_by_role("table", name="Alba Testperson").first).to_contain_text("1960-02-01")


def test_the_journey_works_without_javascript(desk: Desk, house: House) -> None:
    page = desk.open("/riverside/support", javascript=False)
    fill_in_support(page)
    go_on(page, "Send")
    sent = reference(page)
    (staged,) = wait_for(lambda: house.staged(sent), "the referral in the staging area")
    assert [person["first_name"] for person in staged["people"]] == ["Alba", "Bruno"]


def test_the_journey_works_by_keyboard_alone_with_the_focus_always_in_sight(desk: Desk, house: House) -> None:
    page = desk.open("/riverside/support")
    for heading, answers in walking.SUPPORT:
        see(page, heading)
        for answer in answers:
            walking.by_keyboard(page, answer)
        walking.press_by_keyboard(page, "Continue")
    see(page, "Check your answers")
    walking.press_by_keyboard(page, "Send")
    sent = reference(page)
    (staged,) = wait_for(lambda: house.staged(sent), "the referral in the staging area")
    assert staged["people"][0]["description"].startswith("Please call me on Monday")


def test_the_first_tab_leads_past_the_header(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_journey_works_on_a_screen_320_pixels_wide(desk: Desk, house: House) -> None:
    page = desk.open("/riverside/support", width=320)
    fill_in_support(page)
    go_on(page, "Send")
    sent = reference(page)
    assert wait_for(lambda: house.staged(sent), "the referral in the staging area")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
