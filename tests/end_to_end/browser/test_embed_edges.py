"""The script tag where things are not as they should be: forged messages, refused frames, no scripts, nested frames."""

import gzip
import re
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.end_to_end.browser import judging
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.elsewhere import Elsewhere
from tests.end_to_end.browser.test_embed_place import answer_first, form, heading, kept
from tests.end_to_end.browser.test_embed_script import SUPPORT, fits, height, inside, placed
from tests.end_to_end.browser.test_frame import FORM, REFUSED, fill_in
from tests.end_to_end.house import ROOT, House

SMALLEST, MOST_BYTES = 320, 2500
OPEN = "Open the form in a new tab"
COLLECT = "window.heard = []; addEventListener('message', (event) => heard.push([event.origin, event.data]));"

ASK = """() => new Promise((answered) => {
  addEventListener("message", answered);
  document.querySelector("iframe").contentWindow.postMessage({ referralForm: "hello" }, "*");
})"""

LEFT = "[Object.keys(window).filter((name) => name !== '0').sort(), document.styleSheets.length]"


def beside(page: Page, elsewhere: Elsewhere) -> Frame:
    """Put a frame of somebody else beside ours."""
    address = elsewhere.page("Sibling", elsewhere.also_listed)
    page.evaluate(
        """address => new Promise((shown) => {
          const frame = document.createElement("iframe");
          frame.src = address;
          frame.onload = shown;
          document.body.append(frame);
        })""",
        address,
    )
    return next(frame for frame in page.frames if frame.url.startswith(elsewhere.also_listed))


def test_the_frame_speaks_of_numbers_alone_and_to_the_page_around_it_alone(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open()
    page.add_init_script(COLLECT)
    page.goto(elsewhere.placing(f"{desk.base}{SUPPORT}"))
    fits(page)
    answer_first(page)
    heard = page.evaluate("heard")
    assert heard
    assert {origin for origin, _ in heard} == {desk.base}
    assert {key for _, data in heard for key in data} == {"referralForm", "show"}
    assert all(isinstance(value, int | float) for _, data in heard for value in data.values())


def test_the_frame_is_silent_until_the_page_around_it_has_spoken(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open()
    page.add_init_script(COLLECT)
    page.goto(elsewhere.framing(f"{desk.base}{FORM}"))
    inside(page).get_by_label("Call me").check()
    expect(inside(page).get_by_label("Phone number")).to_be_visible()
    # When the answer to a question is here, so is everything that was said before.
    page.evaluate(ASK)
    assert len(page.evaluate("heard")) == 1


def test_the_frame_listens_to_no_window_but_the_one_around_it(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere)
    form(page).evaluate(COLLECT)
    other = beside(page, elsewhere)
    other.evaluate(COLLECT)
    other.evaluate('parent[0].postMessage({ referralForm: "hello" }, "*")')
    form(page).wait_for_function("() => heard.length")
    inside(page).get_by_label("Call me").check()
    fits(page)
    assert other.evaluate("heard") == []


@pytest.mark.parametrize("sender", ["sibling", "self", "opened", "another form", "strayed"])
def test_the_page_around_the_frame_believes_the_frame_alone(desk: Desk, elsewhere: Elsewhere, sender: str) -> None:
    page = placed(desk, elsewhere, FORM, SUPPORT)
    before = height(page)
    page.evaluate(COLLECT)
    speaker(page, sender, elsewhere).evaluate("(opener || parent).postMessage({ referralForm: 9999 }, '*')")
    page.wait_for_function("() => heard.some(([, data]) => data.referralForm === 9999)")
    assert height(page) == before
    desk.troubles.clear()  # the browser itself says that a greeting did not reach a frame that has gone elsewhere


def speaker(page: Page, sender: str, elsewhere: Elsewhere) -> Page | Frame:
    """A window that may try to say what only the first frame may say."""
    if sender == "sibling":
        return beside(page, elsewhere)
    if sender == "another form":
        return form(page, 1)
    if sender == "strayed":
        form(page).goto(elsewhere.page("Strayed", elsewhere.also_listed))
        return form(page)
    if sender == "opened":
        with page.context.expect_page() as opened:
            page.evaluate("address => { window.open(address); }", elsewhere.page("Opened", elsewhere.also_listed))
        return opened.value
    return page


@pytest.mark.parametrize(
    "said",
    [None, "text", 12, [], {"referralForm": "900"}, {"referralForm": -5}, {"referralForm": None}, {"show": 5000}],
)
def test_nonsense_from_the_frames_own_window_changes_nothing(desk: Desk, elsewhere: Elsewhere, said: Any) -> None:
    page = placed(desk, elsewhere)
    before = height(page)
    page.evaluate(COLLECT)
    form(page).evaluate("said => parent.postMessage(said, '*')", said)
    page.wait_for_function("() => heard.length")
    assert height(page) == before


def test_no_height_is_endless(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere)
    form(page).evaluate("parent.postMessage({ referralForm: 1e9 }, '*')")
    page.wait_for_function("() => document.querySelector('iframe').clientHeight === 30000")


def test_a_site_that_is_not_listed_shows_a_link_instead(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open(elsewhere.placing(f"{desk.base}{FORM}", origin=elsewhere.unlisted, link="Ask us to get in touch"))
    leads_to_the_form(page, desk, "Ask us to get in touch")
    assert desk.troubles
    assert all(REFUSED in trouble or "postMessage" in trouble for trouble in desk.troubles)
    desk.troubles.clear()


def test_a_gateway_that_is_away_leaves_a_link(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open()
    page.route(re.compile(f"^{desk.base}/embed/"), lambda route: route.abort("connectionrefused"))
    page.goto(elsewhere.placing(f"{desk.base}{FORM}"))
    leads_to_the_form(page, desk, OPEN)
    desk.troubles.clear()


def test_a_frame_whose_scripts_are_blocked_leaves_a_link(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.open()
    page.route("**/static/frame-*.js", lambda route: route.abort())
    page.goto(elsewhere.placing(f"{desk.base}{FORM}"))
    leads_to_the_form(page, desk, OPEN)
    desk.troubles.clear()


def test_who_is_in_a_frame_that_cannot_talk_keeps_it(desk: Desk, elsewhere: Elsewhere, house: House) -> None:
    page = desk.open()
    page.route("**/static/frame-*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(elsewhere.placing(f"{desk.base}{FORM}"))
    inside(page).get_by_label("First name").click()
    expect(page.get_by_role("link", name=OPEN)).to_be_visible()
    fill_in(inside(page))
    heading(page, "Thank you. We have received it.")


def leads_to_the_form(page: Page, desk: Desk, words: str) -> None:
    """Check that a link stands where the frame should be, and leads to the form by itself."""
    link = page.get_by_role("link", name=words)
    expect(link).to_be_visible()
    expect(page.locator("iframe")).to_be_hidden()
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_label("First name")).to_be_visible()
    assert opened.value.url == f"{desk.base}/riverside/contact-me"


def test_a_link_as_the_place_is_the_form_with_scripts_and_stays_a_link_without(
    desk: Desk, elsewhere: Elsewhere
) -> None:
    body = (
        f'<a href="{desk.base}/riverside/contact-me" data-referral-form="{desk.base}{FORM}">Get in touch</a>'
        f'<script async src="{desk.base}/static/embed.js"></script>'
    )
    page = desk.open(elsewhere.page(body))
    fits(page)
    expect(page.get_by_role("link", name="Get in touch")).to_have_count(0)
    plain = desk.open(elsewhere.page(body), javascript=False)
    plain.get_by_role("link", name="Get in touch").click()
    expect(plain.get_by_label("First name")).to_be_visible()
    refused = desk.open(elsewhere.page(body, elsewhere.unlisted))
    expect(refused.get_by_role("link", name="Get in touch")).to_be_visible()
    expect(refused.locator("iframe")).to_be_hidden()
    desk.troubles.clear()


def test_a_frame_works_without_any_script(desk: Desk, elsewhere: Elsewhere, house: House) -> None:
    page = desk.open(elsewhere.framing(f"{desk.base}{FORM}"), javascript=False)
    fill_in(inside(page))
    heading(page, "Thank you. We have received it.")


def test_a_script_that_comes_late_or_twice_puts_each_form_once(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere)
    page.evaluate(
        """([script, address]) => {
          for (const form of [address, ""]) {
            const tag = document.createElement("script");
            tag.src = script;
            if (form) tag.dataset.referralForm = form;
            document.body.append(tag);
          }
        }""",
        [f"{desk.base}/static/embed.js", f"{desk.base}{SUPPORT}"],
    )
    heading(page, "About you", 1)
    fits(page, 0)
    fits(page, 1)
    expect(page.locator("iframe")).to_have_count(2)


def test_nothing_is_left_in_the_page_but_the_frame(desk: Desk, elsewhere: Elsewhere) -> None:
    plain = desk.open(elsewhere.page("Nothing"))
    page = placed(desk, elsewhere)
    assert page.evaluate(LEFT) == plain.evaluate(LEFT)


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "https://", "data:text/html,x"])
def test_an_address_that_is_none_puts_nothing_and_breaks_nothing(
    desk: Desk, elsewhere: Elsewhere, address: str
) -> None:
    page = desk.open()
    with page.expect_console_message(lambda message: "Referral form" in message.text):
        page.goto(
            elsewhere.page(
                f'<script async src="{desk.base}/static/embed.js" data-referral-form="{address}"></script>'
                "<script>window.fine = true</script>"
            )
        )
    expect(page.locator("iframe")).to_have_count(0)
    assert page.evaluate("window.fine")
    assert all("Referral form" in trouble for trouble in desk.troubles)
    desk.troubles.clear()


def test_the_language_of_the_page_is_the_language_of_the_frame(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, lang="cy")
    assert form(page).url == f"{desk.base}{FORM}?lang=cy"
    expect(page.get_by_title("Ffurflen")).to_be_visible()


@pytest.mark.parametrize(
    ("outer", "inner", "shown"),
    [("listed", "also_listed", True), ("unlisted", "also_listed", False), ("listed", "unlisted", False)],
)
def test_in_a_frame_within_a_frame_every_website_must_be_listed(
    desk: Desk, elsewhere: Elsewhere, outer: str, inner: str, shown: bool
) -> None:
    within = elsewhere.placing(f"{desk.base}{FORM}", origin=getattr(elsewhere, inner))
    around = elsewhere.page(
        f'<iframe title="Builder" width="700" height="2500" src="{within}"></iframe>', getattr(elsewhere, outer)
    )
    page = desk.open(around)
    builder = page.frame_locator("iframe")
    if shown:
        form_within = builder.frame_locator("iframe")
        form_within.get_by_label("Call me").check()
        fits(builder)  # nothing moves any more while it is filled in
        fill_in(form_within)
        expect(builder.frame_locator("iframe").locator(".reference")).to_be_visible()
    else:
        expect(builder.get_by_role("link", name=OPEN)).to_be_visible()
        assert any(REFUSED in trouble for trouble in desk.troubles)
        desk.troubles.clear()


def test_a_new_tab_takes_the_answers_along(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT)
    answer_first(page)
    with page.context.expect_page() as opened:
        inside(page).get_by_role("link", name="Open this form in a new tab").click()
    alone = opened.value
    expect(alone.get_by_role("heading", level=1)).to_have_text("How we can reach you")
    assert alone.url == form(page).url.replace("/embed/", "/")
    assert alone.evaluate("[window.opener, sessionStorage.length]") == [None, 0]
    alone.get_by_role("link", name="Back", exact=True).click()
    expect(alone.get_by_label("First name")).to_have_value("Alba")
    expect(alone.get_by_role("link", name="Open this form in a new tab")).to_have_count(0)


def test_a_new_tab_from_the_first_page_is_the_form_by_itself(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere)
    with page.context.expect_page() as opened:
        inside(page).get_by_role("link", name="Open this form in a new tab").click()
    expect(opened.value).to_have_url(f"{desk.base}/riverside/contact-me")


def test_the_receipt_offers_no_new_tab(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere)
    fill_in(inside(page))
    heading(page, "Thank you. We have received it.")
    expect(inside(page).get_by_role("link", name="Open this form in a new tab")).to_have_count(0)


def test_the_frame_can_be_read_and_used_by_everybody_narrow_and_wide(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, width=SMALLEST, title="Ask us to get in touch")
    assert judging.problems(page) == []
    page.set_viewport_size({"width": SMALLEST, "height": 900})
    fits(page)
    assert form(page).evaluate("document.documentElement.scrollWidth <= innerWidth")
    inside(page).get_by_role("button", name="Send").click()
    expect(inside(page).locator("[data-problems]")).to_be_focused()
    fits(page)
    assert judging.problems(page) == []


def test_no_draft_is_in_the_storage_of_the_page_around_the_frame(desk: Desk, elsewhere: Elsewhere) -> None:
    page = placed(desk, elsewhere, SUPPORT)
    answer_first(page)
    assert len(kept(form(page))) == 1
    assert page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    assert "/d/" not in page.content()


def test_the_script_is_small_and_of_old_syntax() -> None:
    script = (ROOT / "static" / "embed.js").read_text()
    assert len(gzip.compress(script.encode(), 6)) < MOST_BYTES
    assert not re.search(r"=>|`|\b(const|let|class|async|await)\b(?=[ (])|\?\.|\.\.\.", re.sub(r"//.*", "", script))
