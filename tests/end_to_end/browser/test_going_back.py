"""Going back, refreshing and opening twice lose no answer, and leave none behind for the next person."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.browser.desk import QUIET, Desk
from tests.end_to_end.browser.walking import change, fill_in_contact, fill_in_support, go_on, instance, reference, see
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import fill_in_support as fill_in_all

ABOUT = re.compile(r"/support/d/[\w-]{22}/about$")


def begin(desk: Desk, address: str = "/riverside/support") -> Page:
    """Answer the first page."""
    page = desk.open(address)
    page.get_by_label("First name").fill("Alba")
    page.get_by_label("Last name").fill("Testperson")
    go_on(page)
    see(page, "How we can reach you")
    return page


@pytest.mark.parametrize("address", ["/riverside/support", "/embed/riverside/support"])
def test_the_browsers_back_to_the_first_page_shows_its_answers_and_keeps_the_draft(desk: Desk, address: str) -> None:
    page = begin(desk, address)
    draft = instance(page)
    page.go_back()
    expect(page).to_have_url(ABOUT)
    expect(page.get_by_label("First name")).to_have_value("Alba")
    assert instance(page) == draft
    page.get_by_label("First name").fill("Berta")
    go_on(page)
    see(page, "How we can reach you")
    assert instance(page) == draft
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_label("First name")).to_have_value("Berta")


def test_a_refresh_after_going_back_to_the_first_page_keeps_the_answers(desk: Desk) -> None:
    page = begin(desk)
    page.go_back()
    expect(page).to_have_url(ABOUT)
    page.reload()
    expect(page.get_by_label("First name")).to_have_value("Alba")


def test_back_over_a_page_with_mistakes_asks_nobody_to_send_a_form_again(desk: Desk) -> None:
    page = begin(desk)
    page.get_by_label("Phone number").fill("x")
    go_on(page)
    expect(page.locator("[data-problems]")).to_be_focused()
    page.get_by_label("Phone number").fill("01632 960001")
    go_on(page)
    see(page, "The people you look after")
    page.go_back()
    see(page, "How we can reach you")
    expect(page.get_by_label("Phone number")).to_have_value("01632 960001")


def test_back_after_a_mistake_on_the_first_page_stays_with_the_form(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    go_on(page)
    expect(page.locator("[data-problems]")).to_be_focused()
    with page.expect_response(re.compile(r"/about$")) as looked:
        page.go_back()
    assert looked.value.status == 410
    see(page, "About you")
    assert page.url.endswith("/riverside/support")


def test_our_back_link_leads_through_every_page_with_its_answers(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    fill_in_support(page, until="The person you look after")
    for heading in ("The people you look after", "How we can reach you", "About you"):
        page.get_by_role("link", name="Back", exact=True).click()
        see(page, heading)
    expect(page.get_by_label("First name")).to_have_value("Alba")
    expect(page.get_by_role("link", name="Back", exact=True)).to_have_count(0)


def test_a_refresh_keeps_what_was_sent_from_a_page(desk: Desk) -> None:
    page = begin(desk)
    page.get_by_label("Phone number").fill("01632 960001")
    go_on(page)
    see(page, "The people you look after")
    page.get_by_role("link", name="Back", exact=True).click()
    page.reload()
    expect(page.get_by_label("Phone number")).to_have_value("01632 960001")


def test_two_tabs_of_one_draft_make_one_draft(desk: Desk) -> None:
    first = begin(desk)
    second = first.context.new_page()
    second.goto(first.url)
    second.get_by_label("Email address").fill("alba@example.org")
    second.get_by_label("Phone number").fill("01632 960001")
    go_on(second)
    see(second, "The people you look after")
    first.get_by_label("Phone number").fill("01632 960002")
    go_on(first)
    see(first, "The people you look after")
    second.get_by_role("link", name="Back", exact=True).click()
    expect(second.get_by_label("Phone number")).to_have_value("01632 960002")
    assert instance(first) == instance(second)


def test_change_leads_from_the_check_page_to_the_question_and_back(desk: Desk) -> None:
    page = desk.open(fill_in_all(Visitor(desk.base)).response.url)
    page.get_by_role("link", name=change("Their first name")).click()
    see(page, "The person you look after")
    page.get_by_role("link", name="Back", exact=True).click()
    see(page, "Check your answers")
    page.get_by_role("link", name=change("Their first name")).click()
    expect(page.get_by_label("Their first name")).to_be_focused()
    page.get_by_label("Their first name").fill("Bertram")
    go_on(page)
    see(page, "Check your answers")
    expect(page.locator("#main")).to_contain_text("Bertram")
    expect(page.locator("#main")).not_to_contain_text("Bruno")


def test_change_to_an_answer_that_asks_for_more_leads_there_and_then_back(desk: Desk) -> None:
    page = desk.open(fill_in_all(Visitor(desk.base)).response.url)
    page.get_by_role("link", name=change("Do you look after anybody else")).click()
    page.get_by_role("radiogroup", name="anybody else").get_by_label("Yes").check()
    go_on(page)
    see(page, "Somebody else you look after")
    page.get_by_label("Their first name").fill("Otto")
    page.get_by_label("Their last name").fill("Testperson")
    go_on(page)
    if page.get_by_role("button", name="Add another person").count():
        go_on(page)
    see(page, "Check your answers")
    expect(page.locator("#main")).to_contain_text("Otto")


def test_leaving_deletes_the_draft_and_back_finds_no_answer(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    fill_in_support(page, until="The people you look after")
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{QUIET}/**")
    page.go_back()
    see(page, "Your answers are no longer here")
    assert desk.statuses[-1] == 410
    assert "Alba" not in page.content()


def test_without_javascript_leaving_deletes_the_draft_too(desk: Desk) -> None:
    page = desk.open("/riverside/support", javascript=False)
    fill_in_support(page, until="The people you look after")
    draft = page.url
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{QUIET}/**")
    page.goto(draft)
    see(page, "Your answers are no longer here")
    assert desk.statuses[-1] == 410


def test_leaving_the_second_page_leaves_an_empty_first_page_behind(desk: Desk) -> None:
    page = begin(desk)
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{QUIET}/**")
    with page.expect_response(re.compile(r"/about$")) as looked:
        page.go_back()
    assert looked.value.status == 410
    see(page, "About you")
    expect(page.get_by_label("First name")).to_have_value("")


def test_a_page_out_of_the_browsers_memory_is_loaded_anew(desk: Desk) -> None:
    page = desk.open("/riverside/contact-me")
    before = page.locator("[name=token]").get_attribute("value")
    page.get_by_role("link", name="Riverside Carers").first.click()
    see(page, "How can we help you?")
    page.go_back()
    expect(page.locator("[name=token]")).not_to_have_value(before or "")


def test_a_page_that_says_it_comes_out_of_memory_reloads(desk: Desk) -> None:
    page = desk.open("/riverside/contact-me")
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert page.evaluate("performance.getEntriesByType('navigation')[0].type") == "reload"


def test_back_after_sending_shows_the_receipt_and_no_answer(desk: Desk) -> None:
    page = desk.open("/riverside/contact-me")
    fill_in_contact(page)
    go_on(page, "Send")
    sent = reference(page)
    page.go_back()
    page.wait_for_url("**/sent")
    assert reference(page) == sent
    assert "Testperson" not in page.content()
