"""Questions that depend on others, and long answers, as scripts make them easier."""

from urllib.parse import parse_qs

from playwright.sync_api import expect

from tests.end_to_end.browser import judging
from tests.end_to_end.browser.arriving import Scene, support
from tests.end_to_end.browser.desk import Desk
from tests.end_to_end.browser.walking import fill_in_contact, fill_in_support, go_on, reference
from tests.end_to_end.house import House, wait_for


def test_a_question_is_shown_when_the_answer_above_calls_for_it(desk: Desk) -> None:
    page = desk.open("/riverside/contact-me")
    phone, email = page.get_by_label("Phone number"), page.get_by_label("Email address")
    for reach, shown, hidden in (("Call me", phone, email), ("Send me an email", email, phone)):
        page.get_by_label(reach).check()
        expect(shown).to_be_visible()
        expect(hidden).to_be_hidden()


def test_without_javascript_every_question_is_there_and_says_that_it_may_be_left(desk: Desk) -> None:
    page = desk.open("/riverside/contact-me", javascript=False)
    for label in ("Phone number", "Email address"):
        question = page.locator(".question").filter(has=page.get_by_label(label)).last
        expect(question).to_be_visible()
        assert "leave this out" in question.locator("noscript").inner_html()


def test_an_answer_that_is_hidden_again_is_not_posted(desk: Desk, house: House) -> None:
    page = desk.open("/riverside/contact-me")
    fill_in_contact(page)
    page.get_by_label("Send me an email").check()
    page.get_by_label("Email address").fill("alba@example.org")
    with page.expect_request(lambda request: request.method == "POST") as posted:
        go_on(page, "Send")
    names = parse_qs(posted.value.post_data or "", keep_blank_values=True)
    assert {"first_name", "email"} <= names.keys()
    assert not {"telephone", "voicemail", "when"} & names.keys()
    sent = reference(page)
    (staged,) = wait_for(lambda: house.staged(sent), "the referral in the staging area")
    assert "telephone" not in staged["people"][0]


def test_an_answer_that_is_shown_again_is_still_there(desk: Desk) -> None:
    page = desk.open("/riverside/contact-me")
    page.get_by_label("Call me").check()
    page.get_by_label("Phone number").fill("01632 960001")
    page.get_by_label("Send me an email").check()
    page.get_by_label("Call me").check()
    expect(page.get_by_label("Phone number")).to_have_value("01632 960001")


def test_an_exit_is_shown_as_soon_as_it_is_chosen_and_can_be_taken_back(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    sorry = page.get_by_text("We can only help people who live in Sampleshire")
    expect(sorry).to_be_hidden()
    page.get_by_label("Where do you live?").select_option("Outside the area")
    expect(sorry).to_be_visible()
    page.get_by_label("Where do you live?").select_option("Sampleford")
    expect(sorry).to_be_hidden()


def test_the_count_follows_what_is_typed_in_characters_and_warns_beyond_the_end(desk: Desk) -> None:
    page = desk.open("/riverside/support")
    fill_in_support(page, until="How we can reach you")
    area = page.get_by_label("When should we not call?")
    count = page.locator(".count:not(.unseen)")
    expect(count).to_have_text("Characters left: 300")
    area.press_sequentially("a🙂é")
    expect(count).to_have_text("Characters left: 297")
    area.fill("x" * 302)
    expect(count).to_have_text("Characters too many: 2")
    expect(page.get_by_role("status").filter(has_text="Characters too many: 2")).to_be_attached()


def test_without_javascript_a_long_answer_says_how_long_it_may_be(desk: Desk) -> None:
    page = desk.open("/riverside/contact-me", javascript=False)
    expect(page.get_by_text("You can write up to 1000 characters.")).to_be_visible()


def test_something_else_asks_for_words_once_it_is_chosen(scene: Scene) -> None:
    page = support("help", scene)
    words = page.get_by_label("What would you like?")
    expect(words).to_be_hidden()
    page.get_by_role("checkbox", name="Something else").check()
    expect(words).to_be_visible()
    page.keyboard.press("Tab")
    expect(words).to_be_focused()
    page.keyboard.type("to learn to swim")
    go_on(page)
    page.goto(page.url.replace("/you", "/check"))
    expect(page.get_by_text("Something else: to learn to swim")).to_be_visible()


def test_words_that_are_missing_are_asked_for_beside_their_line(scene: Scene) -> None:
    page = support("help", scene)
    page.get_by_role("checkbox", name="Something else").check()
    go_on(page)
    page.get_by_role("link", name="Answer this question: What would you like?").click()
    expect(page.get_by_label("What would you like?")).to_be_focused()
    assert judging.problems(page) == []


def test_no_words_are_sent_of_what_is_no_longer_chosen(scene: Scene) -> None:
    page = support("help", scene)
    choice = page.get_by_role("checkbox", name="Something else")
    choice.check()
    page.get_by_label("What would you like?").fill("to learn to swim")
    choice.uncheck()
    with page.expect_request(lambda request: request.method == "POST") as posted:
        go_on(page)
    assert "swim" not in (posted.value.post_data or "")
