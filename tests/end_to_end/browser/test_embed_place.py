"""In a frame the place is kept over a reload of the website around it, and nothing is left once it has been used."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Frame, Page, expect

from tests.end_to_end.browser import walking
from tests.end_to_end.browser.desk import QUIET, Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.browser.test_embed_script import SUPPORT, begin, fits, inside, placed
from tests.end_to_end.browser.test_frame import FORM, fill_in, framed
from tests.end_to_end.house import House, wait_for


def form(page: Page, index: int = 0) -> Frame:
    """The window of a frame, counted as they stand on the page: a browser may open them in another order."""
    frame = page.locator("iframe").nth(index).element_handle().content_frame()
    assert frame is not None
    return frame


def kept(frame: Frame) -> Any:
    """What the frame keeps in its storage."""
    return frame.evaluate("[...Object.entries(sessionStorage), ...Object.entries(localStorage)]")


def nothing_kept(page: Page) -> None:
    """Wait until the frame keeps nothing: the script of the page that is shown last takes it away."""
    wait_for(lambda: kept(form(page)) == [], "the empty storage")


def answer_first(page: Page, index: int = 0) -> None:
    """Answer the first page of "Ask for support", and wait until the place is kept."""
    begin(inside(page, index))
    wait_for(lambda: kept(form(page, index)), "the place in the storage")


def heading(page: Page, words: str, index: int = 0) -> None:
    """Wait for the page in the frame with this heading."""
    expect(inside(page, index).get_by_role("heading", level=1)).to_have_text(words)


def test_a_reload_of_the_website_comes_back_to_the_same_page_with_its_answers(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT)
    answer_first(page)
    inside(page).get_by_label("Phone number").fill("01632 960001")
    inside(page).get_by_role("button", name="Continue").click()
    heading(page, "The people you look after")
    wait_for(lambda: urlsplit(form(page).url).path in str(kept(form(page))), "the new place in the storage")
    page.reload()
    heading(page, "The people you look after")
    fits(page)
    inside(page).get_by_role("link", name="Back", exact=True).click()
    expect(inside(page).get_by_label("Phone number")).to_have_value("01632 960001")
    assert page.evaluate("scrollY") == 0


def test_a_bare_frame_keeps_the_place_too(desk: Desk, elsewhere: Elsewhere) -> None:
    page = framed(desk, elsewhere, SUPPORT)
    answer_first(page)
    page.reload()
    heading(page, "How we can reach you")


def test_coming_back_to_the_website_comes_back_to_the_place(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT)
    answer_first(page)
    address = page.url
    page.goto(elsewhere.page("Another page"))
    page.goto(address)
    heading(page, "How we can reach you")


def test_back_within_the_frame_still_leads_back(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT)
    answer_first(page)
    page.reload()
    heading(page, "How we can reach you")
    inside(page).get_by_role("link", name="Back", exact=True).click()
    heading(page, "About you")
    expect(inside(page).get_by_label("First name")).to_have_value("Alba")
    inside(page).get_by_role("button", name="Continue").click()
    heading(page, "How we can reach you")
    page.evaluate("history.back()")
    heading(page, "About you")
    expect(inside(page).get_by_label("First name")).to_have_value("Alba")


def test_the_next_tab_begins_anew(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT)
    answer_first(page)
    second = page.context.new_page()
    second.goto(page.url)
    heading(second, "About you")
    expect(inside(second).get_by_label("First name")).to_have_value("")


def test_a_reload_after_sending_shows_a_fresh_form_and_nothing_is_kept(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT)
    answer_first(page)
    finish(form(page))
    nothing_kept(page)
    page.reload()
    heading(page, "About you")
    expect(inside(page).get_by_label("First name")).to_have_value("")


def test_a_draft_that_was_sent_from_another_tab_is_not_taken_up_again(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT)
    answer_first(page)
    alone = page.context.new_page()
    alone.goto(form(page).url.replace("/embed/", "/"))
    finish(alone)
    page.reload()
    heading(page, "About you")
    nothing_kept(page)


def test_leaving_keeps_nothing_and_the_way_back_finds_nothing(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT)
    answer_first(page)
    assert len(kept(form(page))) == 1
    address, draft = page.url, form(page).url
    inside(page).get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{QUIET}/**")
    page.goto(address)
    heading(page, "About you")
    expect(inside(page).get_by_label("First name")).to_have_value("")
    nothing_kept(page)
    assert page.request.get(draft).status == 410


def test_going_back_after_leaving_shows_no_answer(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open(elsewhere.page("Another page"))
    page.goto(elsewhere.placing(f"{desk.base}{SUPPORT}"))
    answer_first(page)
    page.reload()
    heading(page, "How we can reach you")
    inside(page).get_by_label("Email address").fill("alba@example.org")
    inside(page).get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{QUIET}/**")
    page.go_back()
    if page.frames[1:]:
        wait_for(lambda: form(page).evaluate("document.readyState") == "complete", "the page in the frame")
        assert "alba@example.org" not in form(page).content()
        nothing_kept(page)


def test_an_expired_draft_leads_to_a_fresh_form(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT)
    answer_first(page)
    gone = form(page).url.replace("/embed/", "/").rpartition("/")[0] + "/exit"
    page.request.get(gone, max_redirects=0)
    page.reload()
    heading(page, "About you")
    nothing_kept(page)


def test_two_forms_on_one_page_keep_apart(desk: Desk, house: House, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, FORM, SUPPORT)
    answer_first(page, 1)
    page.reload()
    heading(page, "How we can reach you", 1)
    heading(page, "Ask us to get in touch", 0)
    fill_in(inside(page, 0))
    heading(page, "Thank you. We have received it.", 0)
    fits(page, 0)
    fits(page, 1)
    heading(page, "How we can reach you", 1)


def test_where_storage_is_refused_everything_else_works(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open()
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    page.goto(elsewhere.placing(f"{desk.base}{SUPPORT}"))
    begin(inside(page))
    fits(page)
    page.reload()
    heading(page, "About you")


def finish(window: Page | Frame) -> None:
    """Fill in "Ask for support" from its second page, and send it."""
    for title, answers in walking.SUPPORT[1:]:
        walking.see(window, title)
        for answer in answers:
            walking.quickly(window, answer)
        walking.go_on(window)
    walking.see(window, "Check your answers")
    walking.go_on(window, "Send")
    walking.see(window, "Thank you. We have received it.")
