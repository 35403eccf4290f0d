"""What we do as GOV.UK's published patterns do, or otherwise, where no other test shows it. See docs/patterns.md."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.browser.arriving import Scene, agency, sent, support, with_mistakes
from tests.end_to_end.browser.desk import QUIET, Desk
from tests.end_to_end.browser.walking import fill_in_support, go_on, see

ZOOMED = {"width": 320, "height": 256}  # a window of 1280 by 1024 at 400 %


def press_shift(page: Page, times: int) -> None:
    """Press nothing but Shift."""
    page.wait_for_load_state()  # until the script listens
    for _ in range(times):
        page.keyboard.press("Shift")


def test_the_way_out_stays_in_sight_at_the_end_of_a_long_page(desk: Desk) -> None:
    page = desk.open("/riverside/support", width=320)
    fill_in_support(page, until="What would help")
    page.get_by_role("button", name="Continue").scroll_into_view_if_needed()
    leave = page.get_by_role("link", name="Leave this page")
    expect(leave).to_be_in_viewport(ratio=1)


def test_shift_pressed_three_times_leaves_and_deletes_the_draft(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    fill_in_support(page, until="How we can reach you")
    draft = page.url
    page.get_by_label("Phone number").focus()
    with page.expect_request(f"{QUIET}/**"):
        press_shift(page, 3)
    see(desk.open(draft), "Your answers are no longer here")


def test_capital_letters_do_not_leave(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    name = page.get_by_label("First name")
    name.press_sequentially("Al")
    for letter in "BCDE":
        page.keyboard.press(f"Shift+{letter}")
    press_shift(page, 2)
    expect(name).to_have_value("AlBCDE")
    expect(page).to_have_url(f"{desk.base}/riverside/support")


def test_without_javascript_nothing_is_said_of_the_shift_key(desk: Desk) -> None:
    expect(desk.open("/riverside/support").get_by_text("Shift key")).to_be_visible()
    expect(desk.open("/riverside/support", javascript=False).get_by_text("Shift key")).to_be_hidden()


@pytest.mark.parametrize("name", ["Date of birth", "Phone number"])
def test_zoomed_to_400_percent_the_list_of_mistakes_leads_to_a_field_that_is_seen(scene: Scene, name: str) -> None:
    page = with_mistakes(lambda where: agency("carer", where), scene)
    page.set_viewport_size(ZOOMED)
    link = page.locator("[data-problems] a").filter(has_text=name)
    target = (link.get_attribute("href") or "").removeprefix("#")
    link.click()
    expect(page.locator(f'[id="{target}"]')).to_be_focused()
    expect(page.locator(f'[id="{target}"]')).to_be_in_viewport(ratio=1)


def test_a_list_of_mistakes_is_said_once_and_whole(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    go_on(page)
    focused = page.locator("[data-problems]")
    expect(focused).to_be_focused()
    expect(focused).not_to_have_attribute("role", "alert")
    expect(focused.get_by_role("alert")).to_have_text(re.compile(r"There is a problem\s+Tell us your first name"))


def test_one_line_is_neither_spellchecked_nor_put_right_by_a_telephone(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    for label in ("First name", "Last name"):
        expect(page.get_by_label(label)).to_have_attribute("spellcheck", "false")
        expect(page.get_by_label(label)).to_have_attribute("autocorrect", "off")


def test_nothing_moves_when_the_first_link_of_the_keyboard_comes_and_goes(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    heading = page.get_by_role("heading", level=1)
    before = heading.bounding_box()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport(ratio=1)
    assert heading.bounding_box() == before


def test_nothing_is_chosen_before_somebody_chooses(scene: Scene) -> None:
    page = scene.desk.open("/riverside/contact-me")
    boxes = page.locator("form input:is([type=radio], [type=checkbox])")
    assert boxes.count() > 0
    expect(boxes.locator("visible=true").and_(page.locator(":checked"))).to_have_count(0)
    agency("agree", scene).locator("input:checked").wait_for(state="attached")  # what was chosen stays chosen


def test_the_check_page_says_that_nothing_is_sent_yet_and_what_to_press(scene: Scene) -> None:
    page = support("check", scene)
    said = page.locator("h1 + p")
    expect(said).to_contain_text("Nothing has been sent yet.")
    expect(said).to_contain_text("press “Send” at the end of this page")
    expect(page.locator("form .button")).to_have_text("Send")


def test_a_printed_receipt_has_the_reference_and_nothing_to_press(scene: Scene) -> None:
    page = sent(scene)
    page.emulate_media(media="print")
    for words in ("Your reference is", "RG-", "What happens next", "01632 960123"):
        expect(page.locator("main").get_by_text(words).first).to_be_visible()
    for control in page.locator("button, .button, .leave, .skip, .languages").all():
        expect(control).to_be_hidden()
