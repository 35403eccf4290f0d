"""Other languages in a real browser: the whole journey in Welsh, switching in the middle of it, right to left."""

import re
from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Frame, FrameLocator, Page, expect

from gateway.definitions.checks import texts
from gateway.definitions.loader import load_organisations
from gateway.destinations.judging import NAMES
from tests.catalogues import ROOT, written
from tests.end_to_end.browser import judging
from tests.end_to_end.browser.arriving import NOBODYS_DRAFT
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.browser.walking import fill_in_support, go_on, reference, see
from tests.end_to_end.house import House, wait_for

PAGES: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("Amdanoch chi", {"first_name": "Alba", "surname": "Testperson", "date_of_birth-day": "1",
                      "date_of_birth-month": "Tachwedd", "date_of_birth-year": "1960"}),
    ("Sut gallwn ni gysylltu â chi", {"telephone": "01632 960001", "safe_contact": "text"}),
    ("Y bobl rydych chi’n gofalu amdanyn nhw", {"has_cared_for": "Y", "has_others": "Y"}),
    ("Y person rydych chi’n gofalu amdano", {"cared_for-0-first_name": "Bruno", "cared_for-0-surname": "Testperson"}),
    ("Rhywun arall rydych chi’n gofalu amdano", {"other-0-first_name": "Carys", "other-0-surname": "Testperson"}),
    ("Rhywun arall rydych chi’n gofalu amdano", {}),
    ("Beth fyddai’n helpu", {"description": "Ffoniwch fi", "soon": "In the next few days"}),
    ("Ambell gwestiwn y gallwch ei hepgor", {"registered_disabled": "Y"}),
    ("Cyn i chi anfon", {"contact_agreed": "Y"}),
)  # fmt: skip
LONG_ENOUGH = 12  # shorter pieces of a sentence may be part of a Welsh one by chance


def answer(page: Page | FrameLocator, answers: Mapping[str, str]) -> None:
    """Give answers by the names of their inputs, which are the same in every language."""
    for name, value in answers.items():
        inputs = page.locator(f'[name="{name}"]')
        if inputs.first.get_attribute("type") in {"radio", "checkbox"}:
            page.locator(f'[name="{name}"][value="{value}"]').check()
        else:
            inputs.fill(value)


def english() -> Iterator[str]:
    """Every English text of the interface and of the example forms that is another one in Welsh."""
    yield from (sentence for sentence, welsh in written("cy").items() if welsh not in {"", sentence})
    riverside = load_organisations(ROOT / "organisations", environment={}, blocks=NAMES)["riverside"]
    for model in (riverside.profile, *riverside.forms.values(), *riverside.dictionaries.values()):
        for _, text in texts(model):
            if text.within("cy") != text.within("en"):
                yield text.within("en")


def english_left(page: Page) -> list[str]:
    """List the English texts on a page; a sentence with words filled in is looked for by its longest piece."""
    seen: list[str] = page.evaluate(_TEXTS)
    whole = "\n".join(seen)
    left = []
    for sentence in english():
        longest = max(re.split(r"\{\w+\}|%\(\w+\)s", sentence), key=len).strip()
        if sentence in seen or (len(longest) >= LONG_ENOUGH and longest in whole):
            left.append(sentence)
    return left


def assert_welsh(page: Page) -> None:
    """Check that a page is in Welsh and nothing else, and that everybody can use it."""
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    assert english_left(page) == []
    assert judging.problems(page) == []


def test_the_whole_journey_is_welsh_on_a_screen_320_pixels_wide(desk: Desk, house: House) -> None:
    page = desk.open("/riverside/support?lang=cy", width=320)
    for heading, answers in PAGES:
        see(page, heading)
        assert_welsh(page)
        answer(page, answers)
        go_on(page, "Parhau")
    see(page, "Gwirio’ch atebion")
    expect(page.locator("#main")).to_contain_text("1 Tachwedd 1960")
    assert_welsh(page)
    go_on(page, "Anfon")
    see(page, "Diolch. Rydyn ni wedi’i derbyn.")
    assert_welsh(page)
    sent = page.locator(".reference").inner_text()
    (staged,) = wait_for(lambda: house.staged(sent), "the referral in the staging area")
    assert staged["people"][0]["date_of_birth"] == "1960-11-01"


@pytest.mark.parametrize(
    "address",
    ["/riverside/", "/riverside/contact-me", "/riverside/agency", "/riverside/nothing", NOBODYS_DRAFT,
     "/embed/riverside/contact-me"],
)  # fmt: skip
def test_a_page_in_welsh_has_no_english_on_it(desk: Desk, address: str) -> None:
    assert_welsh(desk.open(f"{address}?lang=cy"))


def test_what_is_wrong_is_said_in_welsh(desk: Desk) -> None:
    page = desk.open("/riverside/support?lang=cy")
    answer(page, {"first_name": "Alba" * 20, "date_of_birth-day": "31"})
    go_on(page, "Parhau")
    expect(page.locator("[data-problems]")).to_contain_text("Dyddiad geni: rhowch y mis a’r flwyddyn hefyd")
    assert_welsh(page)
    answer(page, {"first_name": "Alba", "surname": "Testperson", "date_of_birth-day": ""})
    go_on(page, "Parhau")
    answer(page, {"telephone": "x", "email": "x", "postcode": "x"})
    go_on(page, "Parhau")
    expect(page.locator("[data-problems] li")).to_have_count(3)
    assert_welsh(page)


def test_english_is_found_where_it_is_left(desk: Desk) -> None:
    left = english_left(desk.open("/riverside/contact-me"))

    assert {"Send", "First name", "Leave this page", "If you need help now"} <= set(left)
    assert "May" not in left


@pytest.mark.parametrize("javascript", [True, False])
def test_what_was_typed_is_there_in_the_other_language(desk: Desk, *, javascript: bool) -> None:
    page = desk.open("/riverside/support", javascript=javascript)
    answer(page, {"first_name": "Alba", "date_of_birth-day": "31"})
    in_welsh(page)
    expect(page.locator("[name=first_name]")).to_have_value("Alba")
    expect(page.locator("[name=date_of_birth-day]")).to_have_value("31")
    expect(page.locator("[data-problems]")).to_have_count(0)
    answer(page, {"surname": "Testperson", "date_of_birth-day": ""})
    go_on(page, "Parhau")
    see(page, "Sut gallwn ni gysylltu â chi")
    answer(page, {"telephone": "nonsense", "safe_contact": "text"})
    page.get_by_role("button", name="English").click()
    see(page, "How we can reach you")
    expect(page.locator("[name=telephone]")).to_have_value("nonsense")
    expect(page.locator("[name=safe_contact][value=text]")).to_be_checked()
    expect(page.locator("[data-problems]")).to_have_count(0)
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.locator("[name=first_name]")).to_have_value("Alba")


def test_back_leads_to_the_answers_of_a_first_page_that_was_switched(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    answer(page, {"first_name": "Alba"})
    in_welsh(page)
    answer(page, {"surname": "Testperson"})
    go_on(page, "Parhau")
    see(page, "Sut gallwn ni gysylltu â chi")
    page.go_back()
    see(page, "Amdanoch chi")
    expect(page.locator("[name=first_name]")).to_have_value("Alba")
    expect(page.locator("[name=surname]")).to_have_value("Testperson")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_check_page_can_be_read_in_the_other_language_and_sent(desk: Desk, *, javascript: bool) -> None:
    page = desk.open("/riverside/support", javascript=javascript)
    fill_in_support(page)
    in_welsh(page)
    see(page, "Gwirio’ch atebion")
    expect(page.locator("#main")).to_contain_text("Please call me on Monday")
    page.get_by_role("button", name="English").click()
    see(page, "Check your answers")
    go_on(page, "Send")
    sent = reference(page)
    page.get_by_role("link", name="Cymraeg").click()
    expect(page.locator(".reference")).to_have_text(sent)
    expect(page.locator("html")).to_have_attribute("lang", "cy")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_enter_key_continues_and_does_not_switch(desk: Desk, *, javascript: bool) -> None:
    page = desk.open("/riverside/support", javascript=javascript)
    answer(page, {"first_name": "Alba", "surname": "Testperson"})
    page.locator("[name=surname]").press("Enter")
    see(page, "How we can reach you")
    page.locator("[name=telephone]").fill("01632 960001")
    page.locator("[name=telephone]").press("Enter")
    see(page, "The people you look after")


def test_the_switch_is_reached_by_keyboard_and_what_presses_for_enter_is_not(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    visited = []
    for _ in range(5):
        page.keyboard.press("Tab")
        visited.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert visited[:4] == ["Skip to main content", "Leave this page", "Riverside Carers", "Cymraeg"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "cy")


def test_a_switch_in_a_frame_keeps_what_was_typed(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open(elsewhere.framing(f"{desk.base}/embed/riverside/contact-me"))
    frame = page.frame_locator("iframe")
    answer(frame, {"first_name": "Alba", "reach": "phone", "telephone": "01632"})
    in_welsh(frame)
    expect(frame.locator("[name=first_name]")).to_have_value("Alba")
    expect(frame.locator("[name=telephone]")).to_have_value("01632")
    answer(frame, {"surname": "Testperson", "telephone": "01632 960001", "description": "x", "contact_agreed": "Y"})
    frame.get_by_role("button", name="Anfon", exact=True).click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Diolch. Rydyn ni wedi’i derbyn.")
    inside: Frame = page.frames[1]
    assert "/embed/" in inside.url


def test_a_form_can_be_written_from_right_to_left(desk: Desk, house: House) -> None:
    page = desk.open("/quayside/advice?lang=ar", width=320)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert judging.problems(page) == []
    go_on(page, in_english("Continue"))
    page.locator("[data-problems]").wait_for()
    assert judging.problems(page) == []
    assert_at_the_right(page, "h1", ".label", ".option label", ".button", ".error")
    answer(page, {"first_name": "ليلى", "surname": "تجربة", "mobile": "01632 960001", "description": "Please call me."})
    go_on(page, in_english("Continue"))
    see(page, in_english("Check your answers"))
    assert judging.problems(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert_at_the_right(page, "h1", ".answers dt")
    shown = page.locator(".answers .words")
    assert {each.evaluate("words => getComputedStyle(words).textAlign") for each in shown.all()} == {"right"}
    go_on(page, in_english("Send"))
    sent = page.locator(".reference").inner_text()
    (staged,) = wait_for(lambda: house.staged(sent), "the referral in the staging area")
    assert staged["people"][0]["first_name"] == "ليلى"


def in_welsh(page: Page | FrameLocator) -> None:
    """Press the button of the other language, and wait for the page."""
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")


def in_english(words: str) -> str:
    """Words of the interface on a page that is written from right to left, where there is no catalogue."""
    return f"\u2066{words}\u2069"


def assert_at_the_right(page: Page, *selectors: str) -> None:
    """Check that things end where the sheet ends on its right, but for its padding."""
    edge = page.locator("#main").evaluate(
        "main => main.getBoundingClientRect().right - parseFloat(getComputedStyle(main).paddingRight)"
    )
    for selector in selectors:
        right = page.locator(selector).first.evaluate("element => element.getBoundingClientRect().right")
        assert edge - 32 <= right <= edge + 1, selector


_TEXTS = """() => {
  const found = [document.title], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.closest("script, noscript, [lang=en]:not(html)")) found.push(node.textContent.trim());
  }
  for (const element of document.body.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^(aria-label|alt|title|placeholder|data-.*)$/.test(name) && name !== "data-show-when") found.push(value);
    }
  }
  return found.filter(Boolean).map((text) => text.replace(/\\s+/g, " "));
}"""
