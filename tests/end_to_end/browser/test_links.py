"""Links that bring answers or make a test, in a real browser: the address is clean, Back works, the words are seen."""

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.browser.judging import problems
from tests.end_to_end.browser.walking import fill_in_contact, go_on, has_focus, reference, see
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.test_prefill import FORM
from tests.end_to_end.test_trying import BANNER, over, preview
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT
from tests.end_to_end.walks import fill_in_support as fill_in_all

CLEAN = re.compile(r"/riverside/tell/d/[\w-]{22}/about$")
MOST_TABS = 40


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere) -> Iterator[House]:
    """A gateway with a form that may be filled in by address, which soon has enough of one address."""
    built = House(tmp_path_factory.mktemp("house"), GATEWAY_RATE_LIMIT="1 per day")
    riverside = built.organisations / "riverside"
    (riverside / "forms" / "tell.yaml").write_text(FORM)
    profile = riverside / "organisation.yaml"
    profile.write_text(profile.read_text().replace("embed_origins:\n", f'embed_origins:\n  - "{elsewhere.listed}"\n'))
    with built.running():
        yield built


def addresses(page: Page) -> str:
    """What the browser shows and tells of where it is and was."""
    return " ".join(page.evaluate("[location.href, document.referrer]"))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_link_fills_in_and_leaves_nothing_in_the_address_and_back_works(desk: Desk, *, javascript: bool) -> None:
    page = desk.open("/riverside/", javascript=javascript)
    page.goto("/riverside/tell?first_name=Alba&postcode=HR9+7US&campaign=poster-3")

    expect(page).to_have_url(CLEAN)
    expect(page.get_by_label("First name")).to_have_value("Alba")
    if javascript:
        assert "Alba" not in addresses(page)
    page.get_by_label("Last name").fill("Testperson")
    page.get_by_label("No", exact=True).check()
    go_on(page)
    see(page, "Where you live")
    expect(page.get_by_label("Postcode")).to_have_value("HR9 7US")
    if javascript:
        assert "Alba" not in addresses(page)
    page.go_back(wait_until="commit")
    expect(page).to_have_url(CLEAN)
    expect(page.get_by_label("Last name")).to_have_value("Testperson")
    page.reload()
    expect(page.get_by_label("First name")).to_have_value("Alba")
    page.go_back(wait_until="commit")
    expect(page).to_have_url(re.compile("/riverside/$"))
    page.go_forward(wait_until="commit")
    expect(page.get_by_label("First name")).to_have_value("Alba")


def test_a_link_fills_in_within_a_frame_of_another_site(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open(elsewhere.framing(f"{desk.base}/embed/riverside/tell?first_name=Alba"))
    frame = page.frame_locator("iframe")
    expect(frame.get_by_label("First name")).to_have_value("Alba")
    frame.get_by_label("Last name").fill("Testperson")
    frame.get_by_label("No", exact=True).check()
    frame.get_by_role("button", name="Continue", exact=True).click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Where you live")


def test_a_test_says_so_in_sight_from_its_first_page_to_its_receipt(desk: Desk, house: House) -> None:
    page = desk.open(preview(house, "contact-me"), width=320)
    expect(page.get_by_text(BANNER)).to_be_in_viewport()
    assert problems(page) == []
    fill_in_contact(page)
    go_on(page, "Send")
    reference(page)
    expect(page.get_by_text(BANNER)).to_be_in_viewport()
    assert problems(page) == []


def test_the_page_of_a_link_that_is_over_is_in_order(desk: Desk, house: House) -> None:
    page = desk.open(f"/riverside/contact-me?test={over(house)}")
    see(page, "This test link no longer works")
    assert problems(page) == []


def test_the_pages_of_an_address_that_sends_too_much_keep_the_answers_and_are_in_order(desk: Desk) -> None:
    waiting = desk.open(fill_in_all(Visitor(desk.base)).response.url)
    short = desk.open("/riverside/contact-me")
    fill_in_contact(short)
    wait_for(lambda: _contact(desk.base).status_code == 429, "the end of patience with this address")

    go_on(short, "Send")
    expect(short.locator("[data-problems]")).to_contain_text("Nothing was sent")
    expect(short.get_by_label("Phone number")).to_have_value("01632 960001")
    assert problems(short) == []
    go_on(waiting, "Send")
    see(waiting, "We cannot take this just now")
    assert problems(waiting) == []
    waiting.get_by_role("link", name="Back to my answers").click()
    see(waiting, "Check your answers")


def test_nobody_meets_the_field_for_robots(desk: Desk) -> None:
    page = desk.open("/riverside/contact-me")
    trap = page.locator("[name=website_address]")
    expect(trap).to_have_count(1)
    expect(page.get_by_role("textbox", name="Leave this empty")).to_have_count(0)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert not has_focus(trap)
    box = trap.evaluate("input => input.closest('.unseen').getBoundingClientRect()")
    assert box["width"] * box["height"] <= 1


def _contact(base: str) -> requests.Response:
    return Visitor(base).open("/riverside/contact-me").submit(CONTACT).response
