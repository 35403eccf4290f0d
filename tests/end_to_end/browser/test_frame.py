"""The short form in a frame on the charity's own website, where browsers keep no cookies; and nowhere else."""

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.browser.walking import Answer, place
from tests.end_to_end.house import House, wait_for

FORM = "/embed/riverside/contact-me"
REFUSED, EMPTY = "frame-ancestors", "chrome-error://chromewebdata/"


def fill_in(frame: FrameLocator) -> None:
    """Fill in the short form, and send it."""
    frame.get_by_label("First name").fill("Alba")
    frame.get_by_label("Last name").fill("Testperson")
    frame.get_by_label("Call me").check()
    frame.get_by_label("Phone number").fill("01632 960001")
    frame.get_by_label("What is it about").fill("I would like to talk")
    # By the keyboard: the frame may still be growing round what was chosen, and a click would miss what moves.
    frame.get_by_label("I would like Riverside Carers").press("Space")
    frame.get_by_role("button", name="Send").press("Enter")


def framed(desk: Desk, elsewhere: Elsewhere, path: str, *, sandbox: str = "") -> Page:
    """Open a page of another website with one of our addresses in a frame."""
    return desk.open(elsewhere.framing(f"{desk.base}{path}", sandbox=sandbox))


def test_the_form_can_be_sent_from_a_frame_on_a_listed_site_with_cookies_blocked(
    desk: Desk, house: House, elsewhere: Elsewhere
) -> None:
    page = framed(desk, elsewhere, FORM)
    frame = page.frame_locator("iframe")
    fill_in(frame)
    expect(frame.get_by_role("heading", level=1)).to_have_text("Thank you. We have received it.")
    sent = frame.locator(".reference").inner_text()
    assert wait_for(lambda: house.staged(sent), "the referral in the staging area")


def test_this_browser_blocks_cookies_of_framed_sites(desk: Desk, elsewhere: Elsewhere) -> None:
    cookie = elsewhere.cookie
    page = desk.open()
    page.goto(elsewhere.framing(cookie))
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("no cookie")
    assert page.context.cookies() == []
    page.goto(f"{elsewhere.listed}/cookie")
    assert [each["name"] for each in page.context.cookies()] == ["met"]
    page.context.clear_cookies()


@pytest.mark.parametrize("path", [FORM, "/riverside/contact-me", "/riverside/", "/embed/riverside/nothing"])
def test_a_site_that_is_not_listed_gets_an_empty_frame(desk: Desk, elsewhere: Elsewhere, path: str) -> None:
    assert_empty(desk, elsewhere.framing(f"{desk.base}{path}", origin=elsewhere.unlisted))


@pytest.mark.parametrize("path", ["/riverside/contact-me", "/riverside/"])
def test_a_listed_site_frames_no_page_but_those_made_for_it(desk: Desk, elsewhere: Elsewhere, path: str) -> None:
    assert_empty(desk, elsewhere.framing(f"{desk.base}{path}"))


def assert_empty(desk: Desk, address: str) -> None:
    """Check that a frame shows nothing of ours, and that our own rule is why."""
    page = desk.open()
    with (
        page.expect_console_message(lambda message: REFUSED in message.text),
        page.expect_event("framenavigated", lambda frame: frame.url == EMPTY),
    ):
        page.goto(address)
    assert [frame.url for frame in page.frames[1:]] == [EMPTY]
    assert all(REFUSED in trouble for trouble in desk.troubles)
    desk.troubles.clear()


def test_a_frame_without_an_origin_offers_the_form_in_a_tab_of_its_own(desk: Desk, elsewhere: Elsewhere) -> None:
    rights = "allow-forms allow-scripts allow-popups allow-popups-to-escape-sandbox"
    page = framed(desk, elsewhere, FORM, sandbox=rights)
    frame = page.frame_locator("iframe")
    fill_in(frame)
    expect(frame.get_by_role("heading", level=1)).to_have_text("This form has to be sent from its own page")
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Open the form").click()
    expect(place(opened.value, Answer("First name", "Alba"))).to_be_visible()
    assert opened.value.url == f"{desk.base}/riverside/contact-me"


def test_leaving_from_a_frame_leaves_the_whole_page(desk: Desk, elsewhere: Elsewhere) -> None:
    page = framed(desk, elsewhere, FORM)
    page.frame_locator("iframe").get_by_role("link", name="Leave this page").click()
    page.wait_for_url("https://www.bbc.co.uk/**")
    expect(page.get_by_role("heading")).to_have_text("Weather")


def test_the_browsers_back_in_a_frame_leads_to_the_receipt_of_what_was_sent(desk: Desk, elsewhere: Elsewhere) -> None:
    page = framed(desk, elsewhere, FORM)
    frame = page.frame_locator("iframe")
    fill_in(frame)
    sent = frame.locator(".reference").inner_text()
    page.evaluate("history.back()")
    expect(frame.locator(".reference")).to_have_text(sent)
    assert "Testperson" not in frame.locator("body").inner_text()
