"""However often the button is pressed, one form is sent once; whoever changes something afterwards is told so."""

from playwright.sync_api import Page, Route, expect

from tests.end_to_end.browser.arriving import restore
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.walking import change, fill_in_contact, go_on, reference, see
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import fill_in_support

CHECK = "**/check"


def check_page(desk: Desk, *, javascript: bool = True) -> Page:
    """Open the check page of a draft that is ready to be sent."""
    return desk.open(fill_in_support(Visitor(desk.base)).response.url, javascript=javascript)


def references(house: House) -> set[str]:
    """Every referral so far."""
    return {each["reference"] for each in house.referrals()}


def test_a_slow_double_click_posts_once(desk: Desk) -> None:
    page = check_page(desk)
    held: list[Route] = []
    page.route(CHECK, lambda route: held.append(route))
    send = page.get_by_role("button", name="Send")
    send.hover()
    box = send.bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with page.expect_request(CHECK):
        page.mouse.click(*middle)
    page.mouse.click(*middle)
    held[0].continue_()  # a second post would have ended this one, and wait for ever
    reference(page)
    assert len(held) == 1


def test_without_javascript_a_second_click_shows_the_receipt_of_the_first(desk: Desk, house: House) -> None:
    page = check_page(desk, javascript=False)
    before = references(house)
    posts: list[Route] = []

    def lose_the_first_answer(route: Route) -> None:
        posts.append(route)
        if len(posts) == 1:
            route.fetch(max_redirects=0)  # it reaches the gateway, and its answer never reaches the browser
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route(CHECK, lose_the_first_answer)
    with page.expect_response(CHECK):
        go_on(page, "Send")
    made = references(house) - before
    assert len(made) == 1
    go_on(page, "Send")
    assert {reference(page)} == made
    assert len(posts) == 2
    assert references(house) - before == made


def test_two_tabs_that_both_send_make_one_referral(desk: Desk, house: House) -> None:
    first = check_page(desk)
    second = first.context.new_page()
    second.goto(first.url)
    go_on(first, "Send")
    sent = reference(first)
    before = references(house)
    go_on(second, "Send")
    assert reference(second) == sent
    assert references(house) == before


def test_a_refreshed_receipt_sends_nothing_and_says_when_it_was_passed_on(desk: Desk, house: House) -> None:
    page = check_page(desk)
    go_on(page, "Send")
    sent = reference(page)
    wait_for(lambda: house.state(sent) == "delivered", "its delivery")
    before = references(house)
    page.reload()
    assert reference(page) == sent
    expect(page.locator("#main")).to_contain_text("has been passed on")
    assert references(house) == before


def test_a_restored_page_that_is_sent_again_as_it_was_shows_the_receipt(desk: Desk, house: House) -> None:
    page = desk.open("/riverside/contact-me")
    kept = page.content()
    fill_in_contact(page)
    go_on(page, "Send")
    sent = reference(page)
    before = references(house)
    restore(page, "/riverside/contact-me", kept)
    fill_in_contact(page)
    go_on(page, "Send")
    assert reference(page) == sent
    expect(page.locator("#main")).not_to_contain_text("already sent")
    assert references(house) == before


def test_a_restored_page_with_other_answers_says_so_and_offers_a_fresh_form(desk: Desk, house: House) -> None:
    page = desk.open("/riverside/contact-me")
    kept = page.content()
    fill_in_contact(page)
    go_on(page, "Send")
    sent = reference(page)
    before = references(house)
    restore(page, "/riverside/contact-me", kept)
    fill_in_contact(page)
    page.get_by_label("What is it about").fill("Something else")
    go_on(page, "Send")
    expect(page.locator("#main")).to_contain_text("You had already sent this form.")
    assert reference(page) == sent
    assert references(house) == before
    page.get_by_role("link", name="Start a new form").click()
    see(page, "Ask us to get in touch")
    expect(page.get_by_label("First name")).to_have_value("")
    fill_in_contact(page)
    go_on(page, "Send")
    assert reference(page) != sent


def test_a_page_changed_in_another_tab_after_sending_says_that_the_change_was_not_sent(desk: Desk) -> None:
    page = check_page(desk)
    late = page.context.new_page()
    late.goto(page.url)
    late.get_by_role("link", name=change("Phone number")).click()
    go_on(page, "Send")
    sent = reference(page)
    late.get_by_label("Phone number").fill("01632 960009")
    go_on(late)
    assert reference(late) == sent
    expect(late.locator("#main")).to_contain_text("You had already sent this form.")
