"""One script tag on another website: the form stands there, as high as it is, and shows what has changed."""

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.browser.test_frame import FORM, fill_in
from tests.end_to_end.house import House, wait_for

SUPPORT = "/embed/riverside/support"
TALL = '<div style="height:1500px">Much else</div>'

HALF = 450  # of the window's height


def placed(desk: Desk, elsewhere: Elsewhere, *paths: str, width: int = 1280, above: str = "", **data: str) -> Page:
    """Open a page of another website with our script tag in it, and wait until the form is as high as it is."""
    addresses = [f"{desk.base}{path}" for path in paths or (FORM,)]
    page = desk.open(elsewhere.placing(*addresses, above=above, **data), width=width)
    for index in range(len(addresses)):
        fits(page, index)
    return page


def fits(page: Page | FrameLocator, index: int = 0) -> None:
    """Wait until a frame is exactly as high as the page in it: nothing is cut off and nothing is left over."""
    element = page.locator("iframe").nth(index)
    root = page.frame_locator("iframe").nth(index).locator(":root")
    wait_for(
        lambda: (
            root.evaluate("root => Math.ceil(root.getBoundingClientRect().height)")
            == element.evaluate("frame => frame.clientHeight")
        ),
        "a frame that fits its page",
    )


def inside(page: Page, index: int = 0) -> FrameLocator:
    """The form in the frame."""
    return page.frame_locator("iframe").nth(index)


def height(page: Page) -> int:
    """How high the frame is."""
    found: int = page.locator("iframe").first.evaluate("frame => frame.clientHeight")
    return found


def test_the_journey_from_a_script_tag_to_the_receipt(desk: Desk, house: House, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, title="Ask us to get in touch")
    frame = inside(page)
    fill_in(frame)
    expect(frame.get_by_role("heading", level=1)).to_have_text("Thank you. We have received it.")
    sent = frame.locator(".reference").inner_text()
    fits(page)
    assert wait_for(lambda: house.staged(sent), "the referral in the staging area")


def test_the_frame_has_the_right_words_and_rights_and_no_others(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, title="Ask us to get in touch")
    element = page.get_by_title("Ask us to get in touch")
    attributes = element.evaluate(
        "frame => Object.fromEntries(frame.getAttributeNames().map((each) => [each, frame.getAttribute(each)]))"
    )
    del attributes["style"]
    assert attributes == {
        "title": "Ask us to get in touch", "allow": "", "referrerpolicy": "no-referrer", "src": f"{desk.base}{FORM}",
    }  # fmt: skip


def test_the_frame_grows_and_shrinks_with_its_page(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere)
    before = height(page)
    inside(page).get_by_label("Call me").check()
    wait_for(lambda: height(page) > before, "a higher frame")
    fits(page)
    inside(page).get_by_label("Send me an email").check()
    fits(page)
    fill_in(inside(page))
    wait_for(lambda: height(page) < before, "a lower frame")
    fits(page)
    page.set_viewport_size({"width": 320, "height": 900})
    fits(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_mistakes_are_brought_into_sight_with_the_focus_on_them(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, above=TALL)
    inside(page).get_by_role("button", name="Send").click()
    expect(inside(page).locator("[data-problems]")).to_be_focused()
    expect(inside(page).locator("[data-problems]")).to_be_in_viewport()


def test_a_link_of_the_list_of_mistakes_brings_its_question_into_sight(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, above=TALL)
    inside(page).get_by_role("button", name="Send").click()
    inside(page).get_by_role("link", name="Tick the box").click()
    expect(inside(page).get_by_label("I would like Riverside Carers")).to_be_focused()
    expect(inside(page).get_by_label("I would like Riverside Carers")).to_be_in_viewport()


def test_a_new_page_begins_at_its_top(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT, above=TALL)
    begin(inside(page))
    expect(inside(page).get_by_role("heading", level=1)).to_have_text("How we can reach you")
    expect(inside(page).get_by_role("heading", level=1)).to_be_in_viewport()


def test_nothing_moves_when_the_form_appears_nor_when_what_changed_is_in_sight(
    desk: Desk, elsewhere: Elsewhere
) -> None:
    page = placed(desk, elsewhere, above=TALL)
    assert page.evaluate("scrollY") == 0
    page = placed(desk, elsewhere, SUPPORT)
    begin(inside(page))
    page.evaluate("scrollTo(0, 40)")
    inside(page).get_by_role("link", name="Back", exact=True).click()
    expect(inside(page).get_by_role("heading", level=1)).to_have_text("About you")
    fits(page)
    assert page.evaluate("scrollY") == 40


STICKY = '<div style="position:sticky;top:0;height:90px;background:#ddd;z-index:9">Menu</div>'


@pytest.mark.parametrize("way", ["data", "padding"])
def test_a_menu_that_stays_at_the_top_covers_nothing(desk: Desk, elsewhere: Elsewhere, way: str) -> None:
    padding = "<style>html{scroll-padding-top:90px}</style>" if way == "padding" else ""
    data = {"scroll__margin": "90"} if way == "data" else {}
    page = placed(desk, elsewhere, above=padding + STICKY + TALL, **data)
    inside(page).get_by_role("button", name="Send").click()
    summary = inside(page).locator("[data-problems]")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    wait_for(lambda: bottom_of_menu(page) <= top_of(summary) <= HALF, "mistakes below the menu")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_way_out_stays_in_sight_while_the_website_is_scrolled(desk: Desk, elsewhere: Elsewhere, width: int) -> None:
    page = placed(desk, elsewhere, width=width, above=STICKY, scroll__margin="90")
    leave = inside(page).get_by_role("link", name="Leave this page")
    for depth in (400, 900, 0):
        page.evaluate("depth => scrollTo(0, depth)", depth)
        expect(leave).to_be_in_viewport()
        wait_for(lambda: bottom_of_menu(page) <= top_of(leave) < HALF, "the way out below the menu")


def test_movement_is_left_away_for_who_wants_none(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, above="<style>html{scroll-behavior:smooth}</style>" + TALL)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("""() => {
      const original = Element.prototype.scrollIntoView;
      Element.prototype.scrollIntoView = function (options) {
        window.asked = options.behavior;
        original.call(this, options);
      };
    }""")
    inside(page).get_by_role("button", name="Send").click()
    expect(inside(page).locator("[data-problems]")).to_be_in_viewport()
    assert page.evaluate("window.asked") == "instant"


def begin(frame: FrameLocator) -> None:
    """Answer the first page of "Ask for support"."""
    frame.get_by_label("First name").fill("Alba")
    frame.get_by_label("Last name").fill("Testperson")
    frame.get_by_role("button", name="Continue").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("How we can reach you")


def top_of(element: Locator) -> float:
    """Where an element in a frame stands in the window."""
    box = element.bounding_box()
    assert box is not None
    return box["y"]


def bottom_of_menu(page: Page) -> float:
    """Where the menu of the other website ends."""
    box = page.get_by_text("Menu").bounding_box()
    assert box is not None
    return box["y"] + box["height"]
