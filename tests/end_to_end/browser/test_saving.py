"""Save and come back later, in the browser: on any page, with and without scripts, narrow, and in a frame."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.browser.arriving import REMEMBERED
from tests.end_to_end.browser.desk import QUIET, Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.browser.test_frame import framed
from tests.end_to_end.browser.walking import fill_in_support, go_on, press_by_keyboard, reference, see, tab_to
from tests.end_to_end.house import House, wait_for
from tests.uploads import making as pictures

SUPPORT = "/riverside/support"
SAVE = "Save and come back later"


def save(page: Page) -> str:
    """Save the form of this page; give the link."""
    go_on(page, SAVE)
    see(page, SAVE)
    page.get_by_label("A word or phrase").fill(REMEMBERED)
    go_on(page, "Save my answers")
    see(page, "Your answers are saved")
    return page.locator("#link").inner_text().strip()


def come_back(desk: Desk, link: str, *, javascript: bool = True) -> Page:
    """Open a link on another device, and give the answer."""
    page = desk.open(link, width=320, javascript=javascript)
    page.get_by_label("The word or phrase that you chose").fill("purple TEAPOT")
    go_on(page)
    return page


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("until", ["How we can reach you", "Check your answers"])
def test_a_form_is_saved_on_one_device_and_sent_from_another(
    desk: Desk, house: House, until: str, javascript: bool
) -> None:
    page = desk.open(SUPPORT, width=320, javascript=javascript)
    fill_in_support(page, until=until)
    back = come_back(desk, save(page), javascript=javascript)
    see(back, until)
    if until == "Check your answers":
        go_on(back, "Send")
        sent = reference(back)
        assert wait_for(lambda: house.staged(sent), "the referral in the staging area")


def test_what_was_typed_on_the_first_page_is_there_again_and_nothing_is_scolded(desk: Desk) -> None:
    page = desk.open(SUPPORT)
    page.get_by_label("First name").fill("Alba")
    page.get_by_label("Day").fill("99")
    back = come_back(desk, save(page))
    see(back, "About you")
    expect(back.get_by_label("First name")).to_have_value("Alba")
    expect(back.get_by_label("Day")).to_have_value("99")
    expect(back.locator("[data-problems]")).to_have_count(0)


def test_enter_in_a_field_goes_on_and_saves_nothing(desk: Desk) -> None:
    page = desk.open(SUPPORT)
    page.get_by_label("First name").fill("Alba")
    page.get_by_label("Last name").fill("Testperson")
    page.keyboard.press("Enter")
    see(page, "How we can reach you")


def test_all_of_it_can_be_done_by_the_keyboard(desk: Desk) -> None:
    page = desk.open(SUPPORT)
    tab_to(page, page.get_by_label("First name"))
    page.keyboard.type("Alba")
    press_by_keyboard(page, SAVE)
    see(page, SAVE)
    tab_to(page, page.get_by_label("A word or phrase"))
    page.keyboard.type(REMEMBERED)
    page.keyboard.press("Enter")
    see(page, "Your answers are saved")
    press_by_keyboard(page, "Copy the link")
    expect(page.get_by_role("status")).not_to_be_empty()


def test_the_link_is_copied(desk: Desk) -> None:
    page = desk.open(SUPPORT)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    link = save(page)
    go_on(page, "Copy the link")
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == link


def test_where_the_browser_does_not_let_us_copy_the_link_is_marked(desk: Desk) -> None:
    page = desk.open(SUPPORT)
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    link = save(page)
    go_on(page, "Copy the link")
    expect(page.get_by_role("status")).to_contain_text("copy it with your device")
    assert page.evaluate("getSelection().toString()").strip() == link


def test_back_and_reload_after_saving_show_no_answer(desk: Desk) -> None:
    page = desk.open(SUPPORT)
    fill_in_support(page, until="How we can reach you")
    link = save(page)
    page.reload()
    expect(page.locator("#link")).to_have_text(link)
    for _ in range(2):
        page.go_back()
        expect(page.locator("body")).not_to_contain_text("Testperson")
    expect(page.locator("[value=Testperson]")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answers are no longer here")


def test_a_slow_double_click_saves_once_and_shows_the_link(desk: Desk) -> None:
    page = desk.open(SUPPORT)
    page.get_by_label("First name").fill("Alba")
    go_on(page, SAVE)
    page.get_by_label("A word or phrase").fill(REMEMBERED)
    page.get_by_role("button", name="Save my answers").dblclick()
    see(page, "Your answers are saved")
    see(come_back(desk, page.locator("#link").inner_text().strip()), "About you")


def test_leaving_while_saving_deletes_and_after_saving_keeps(desk: Desk) -> None:
    page = desk.open(SUPPORT)
    page.get_by_label("First name").fill("Alba")
    go_on(page, SAVE)
    address = page.url
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{QUIET}/**")
    see(desk.open(address), "Your answers are no longer here")

    second = desk.open(SUPPORT)
    second.get_by_label("First name").fill("Alba")
    link = save(second)
    second.get_by_role("link", name="Leave this page").click()
    second.wait_for_url(f"{QUIET}/**")
    see(come_back(desk, link), "About you")


def test_from_a_frame_the_link_leads_out_of_it(desk: Desk, elsewhere: Elsewhere) -> None:
    page = framed(desk, elsewhere, f"/embed{SUPPORT}")
    frame = page.frame_locator("iframe")
    frame.get_by_label("First name").fill("Alba")
    frame.get_by_role("button", name=SAVE).click()
    frame.get_by_label("A word or phrase").fill(REMEMBERED)
    frame.get_by_role("button", name="Save my answers").click()
    link = frame.locator("#link").inner_text().strip()
    assert re.fullmatch(rf"{re.escape(desk.base)}{SUPPORT}/save/[\w-]{{22}}", link)

    page.reload()
    expect(frame.get_by_role("heading", level=1)).to_have_text("About you")
    expect(frame.get_by_label("First name")).to_have_value("")
    back = come_back(desk, link)
    expect(back.get_by_label("First name")).to_have_value("Alba")


def test_another_language_keeps_what_was_typed_before_saving(desk: Desk) -> None:
    page = desk.open(SUPPORT)
    page.get_by_label("First name").fill("Alba")
    go_on(page, SAVE)
    page.locator("#answer").fill(REMEMBERED)
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    expect(page.locator("#answer")).to_have_value(REMEMBERED)
    page.locator("main form button.button").click()
    expect(page.locator("#link")).to_contain_text("?lang=cy")


def test_a_file_is_saved_with_the_answers(desk: Desk, house: House) -> None:
    page = desk.open(SUPPORT)
    fill_in_support(page, until="What would help")
    page.locator("input[type=file]").set_input_files(
        {"name": "letter.png", "mimeType": "image/png", "buffer": pictures.png()}
    )
    page.get_by_label("How are things").fill("So so")
    back = come_back(desk, save(page))
    see(back, "A few questions that you can skip")
    back.get_by_role("link", name="Back", exact=True).click()
    expect(back.locator("main")).to_contain_text("letter.png")
    expect(back.get_by_label("How are things")).to_have_value("So so")
