"""A long list is a line to search in where scripts run, and a plain list where they do not; both send the same."""

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.end_to_end.browser import judging
from tests.end_to_end.browser.arriving import Scene, support
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.walking import change, go_on, see, tab_to
from tests.end_to_end.walks import fill_in_support

GROUP = "Ethnic group"


@pytest.fixture
def page(scene: Scene) -> Page:
    """The page that asks for the ethnic group."""
    return support("you", scene)


def line(page: Page) -> Locator:
    """The line to search in."""
    return page.get_by_role("combobox", name=GROUP)


def options(page: Page) -> list[str]:
    """The choices in sight."""
    return page.get_by_role("option").and_(page.locator("li")).all_inner_texts()


def test_typing_shows_the_choices_with_these_words_in_any_order_case_and_accent(page: Page) -> None:
    line(page).fill("ásian  WHITE")
    assert options(page) == ["White and Asian"]
    expect(line(page)).to_have_attribute("aria-expanded", "true")
    line(page).fill("asian")
    assert len(options(page)) > 1
    expect(page.get_by_role("status").filter(has_text=f"Choices that fit: {len(options(page))}")).to_be_attached()


def test_a_choice_by_keyboard_is_what_is_sent(page: Page) -> None:
    tab_to(page, line(page))
    page.keyboard.type("irish")
    page.keyboard.press("ArrowDown")
    active = line(page).get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(line(page)).to_have_value("White Irish")
    expect(page.get_by_role("listbox")).to_be_hidden()
    with page.expect_request(lambda request: request.method == "POST") as posted:
        page.keyboard.press("Enter")
    sent = parse_qs(posted.value.post_data or "")["ethnicity"]
    see(page, "Before you send")
    assert len(sent) == 1
    page.go_back()
    expect(line(page)).to_have_value("White Irish")


def test_the_arrows_go_round_and_home_and_end_reach_the_ends(page: Page) -> None:
    line(page).press("ArrowDown")
    every = options(page)
    for key, wanted in (("ArrowUp", every[-1]), ("ArrowDown", every[0]), ("End", every[-1]), ("Home", every[0])):
        line(page).press(key)
        active = line(page).get_attribute("aria-activedescendant")
        expect(page.locator(f"#{active}")).to_have_text(wanted)


def test_escape_puts_back_what_was_chosen(page: Page) -> None:
    line(page).fill("irish")
    page.get_by_role("option", name="White Irish").click()
    line(page).fill("something of my own")
    expect(page.get_by_text("Nothing in the list fits.").first).to_be_visible()
    line(page).press("Escape")
    expect(line(page)).to_have_value("White Irish")
    expect(page.get_by_text("Nothing in the list fits.").first).to_be_hidden()


def test_what_is_seen_is_always_what_is_sent(page: Page) -> None:
    chosen = page.locator("select[name=ethnicity]")
    for typed, seen in (("white irish", "White Irish"), ("nonsense", "White Irish"), ("", "")):
        line(page).fill(typed)
        line(page).blur()
        expect(line(page)).to_have_value(seen)
        assert chosen.evaluate("list => list.selectedOptions[0].value && list.selectedOptions[0].text") == seen


def test_a_finger_can_choose(desk: Desk, scene: Scene) -> None:
    found = fill_in_support(scene.visitor()).response.url.replace("/check", "/you")
    page = desk.open(found, width=320)
    line(page).click()
    expect(page.get_by_role("listbox")).to_be_visible()
    page.get_by_role("option", name="White Irish").click()
    expect(line(page)).to_have_value("White Irish")


def test_a_change_from_the_check_page_finds_the_choice_and_returns(page: Page) -> None:
    line(page).fill("irish")
    line(page).press("ArrowDown")
    line(page).press("Tab")
    go_on(page)
    page.goto(page.url.replace("/agree", "/check"))
    page.get_by_role("link", name=change(GROUP)).click()
    expect(line(page)).to_have_value("White Irish")
    go_on(page)
    see(page, "Check your answers")


def test_the_open_list_is_for_everybody(page: Page) -> None:
    line(page).fill("white")
    line(page).press("ArrowDown")
    assert judging.problems(page) == []


def test_the_list_is_seen_where_the_colours_are_the_readers_own(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    line(page).press("ArrowDown")
    line(page).press("ArrowDown")
    active = page.locator(f"#{line(page).get_attribute('aria-activedescendant')}")
    assert active.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"


def test_without_javascript_it_is_a_plain_list(desk: Desk, scene: Scene) -> None:
    found = fill_in_support(scene.visitor()).response.url.replace("/check", "/you")
    page = desk.open(found, javascript=False)
    page.get_by_label(GROUP).select_option("White Irish")
    go_on(page)
    page.goto(found.replace("/you", "/check"))
    expect(page.get_by_text("White Irish")).to_be_visible()


def test_a_short_list_stays_a_list(page: Page) -> None:
    expect(page.get_by_role("combobox", name="Gender")).to_have_js_property("tagName", "SELECT")


def test_a_page_without_a_long_list_does_not_load_the_script(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    assert page.locator("script[src*=choose]").count() == 0


def test_a_mistake_leads_to_the_line_and_a_choice_outlives_a_mistake_elsewhere(desk: Desk) -> None:
    page = desk.open("/riverside/interpreter")
    language = page.get_by_role("combobox", name="Language")
    go_on(page)
    page.get_by_role("link", name="Choose an answer: Language").click()
    expect(language).to_be_focused()
    expect(language).to_have_attribute("aria-invalid", "true")
    expect(language).to_have_accessible_description(re.compile("Choose an answer: Language"))
    assert judging.problems(page) == []
    language.focus()
    page.keyboard.type("romana")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    go_on(page)
    page.get_by_role("link", name="Enter first name").wait_for()
    expect(language).to_have_value("Română")


def test_a_choice_that_asks_for_words_shows_their_line(desk: Desk) -> None:
    page = desk.open("/riverside/interpreter")
    expect(page.get_by_label("Which one")).to_be_hidden()
    page.get_by_role("combobox", name="Language").fill("another")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Which one")).to_be_visible()
