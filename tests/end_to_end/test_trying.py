"""Forms that are tried before they are open: marked on every page, never counted, sent nowhere or as a test."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gateway.keys import KeyRing
from gateway.languages import say
from gateway.web.trials import PURPOSE, Mode, Trials
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.test_saving import ANSWER, save
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT

BANNER = "This is a test. Nobody will act on what is sent from here."


def preview(house: House, form: str, *options: str) -> str:
    """Make a link as an operator does."""
    return house.flask("forms", "preview", "riverside", form, *options).stdout.strip()


def listed(house: House, reference: str) -> tuple[str, str | None, bool]:
    """The state of a referral, why, and whether it is a test."""
    found = next(each for each in house.referrals() if each["reference"] == reference)
    return found["state"], found["reason"], found["test"]


def close(house: House, form: str) -> None:
    """Close a form before the web is started."""
    file = house.organisations / "riverside" / "forms" / f"{form}.yaml"
    file.write_text(file.read_text().replace("quick_exit: true", "quick_exit: true\nopen: false\nclosed: We are full."))


def walk_through(visitor: Visitor) -> list[str]:
    """Fill in "Ask for support" from the page where the visitor is; give the words of every page on the way."""
    answers: list[dict[str, str | list[str]]] = [
        {"first_name": "Alba", "surname": ""},
        {"first_name": "Alba", "surname": "Testperson"},
        {"telephone": "01632 960001"},
        {"has_cared_for": "N", "has_others": "N"},
        {"description": "Please call me"},
        {},
        {"contact_agreed": "Y"},
        {},
    ]
    return [visitor.text, *(visitor.submit(page).text for page in answers)]


def test_a_test_is_marked_on_every_page_and_goes_nowhere(house: House) -> None:
    visitor = Visitor(house.base).open(preview(house, "support"))

    pages = walk_through(visitor)

    assert len(pages) == 9
    assert [text for text in pages if BANNER not in text] == []
    assert BANNER in visitor.open(visitor.response.url).text
    assert listed(house, visitor.reference) == ("closed", "a test: sent nowhere", True)
    assert "  TEST  (a test: sent nowhere)" in house.flask("referrals", "show", visitor.reference).stdout
    real = Visitor(house.base).open("/riverside/contact-me").submit(CONTACT)
    wait_for(lambda: house.state(real.reference) == "delivered", "the delivery of a real one")
    assert house.staged(visitor.reference) == []


def test_a_test_that_is_delivered_says_first_of_all_that_it_is_one(house: House) -> None:
    visitor = Visitor(house.base).open(preview(house, "contact-me", "--deliver")).submit(CONTACT)

    (staged,) = wait_for(lambda: house.staged(visitor.reference), "the test in the staging area")

    assert staged["people"][0]["description"].startswith("TEST: not a real referral.\n")
    wait_for(lambda: listed(house, visitor.reference) == ("delivered", None, True), "its delivery")
    assert BANNER in visitor.open(visitor.response.url).text


def test_a_test_in_a_frame_is_one_too(house: House) -> None:
    link = preview(house, "contact-me").replace("/riverside/", "/embed/riverside/")
    visitor = Visitor(house.base).open(link)
    assert BANNER in visitor.text
    assert BANNER in visitor.submit(CONTACT).text
    assert listed(house, visitor.reference)[2]


def test_a_form_is_real_for_everybody_else_before_and_after(house: House) -> None:
    link = preview(house, "contact-me")
    for address, banner in (("/riverside/contact-me", False), (link, True), ("/riverside/contact-me", False)):
        assert (BANNER in Visitor(house.base).open(address).text) is banner
    real = Visitor(house.base).open("/riverside/contact-me").submit(CONTACT)
    assert BANNER not in real.text
    assert not listed(house, real.reference)[2]


def test_a_real_page_does_not_become_a_test_by_its_address(house: House) -> None:
    visitor = Visitor(house.base).open("/riverside/contact-me")
    form = visitor.page.form
    assert form is not None
    form.action = preview(house, "contact-me")

    visitor.submit(CONTACT)

    assert not listed(house, visitor.reference)[2]


def test_a_link_for_one_form_makes_no_test_of_another(house: House) -> None:
    tester = Visitor(house.base).open(preview(house, "support", "--deliver"))
    token = dict(tester.page.form.fields if tester.page.form else [])["token"]

    visitor = Visitor(house.base).open("/riverside/contact-me").submit({"token": token})

    assert visitor.response.status_code == 422
    assert BANNER not in visitor.text
    assert not listed(house, visitor.submit(CONTACT).reference)[2]


def test_a_test_stays_one_when_its_link_is_lost_half_way(house: House) -> None:
    visitor = Visitor(house.base).open(preview(house, "contact-me"))
    form = visitor.page.form
    assert form is not None
    form.action = "/riverside/contact-me"

    visitor.submit({**CONTACT, "surname": ""})

    assert BANNER in visitor.text
    assert BANNER in visitor.submit(CONTACT).text
    assert listed(house, visitor.reference)[2]


def test_a_test_whose_page_lost_its_token_is_still_one(house: House) -> None:
    visitor = Visitor(house.base).open(preview(house, "contact-me")).submit({**CONTACT, "token": "lost"})
    assert BANNER in visitor.text
    visitor.submit(CONTACT)
    assert listed(house, visitor.reference)[2]


def test_a_test_that_was_saved_for_later_is_still_one(house: House) -> None:
    visitor = Visitor(house.base).open(preview(house, "support"))
    link = save(visitor.submit({"first_name": "Alba", "surname": "Testperson", "website_address": "filled"}))

    back = Visitor(house.base).open(link).submit({"answer": ANSWER})

    assert BANNER in back.text
    back.submit({"telephone": "01632 960001"}).submit({"has_cared_for": "N", "has_others": "N"})
    back.submit({"description": "Please call"}).submit({}).submit({"contact_agreed": "Y"}).submit(press="send")
    assert listed(house, back.reference) == ("closed", "a test: sent nowhere", True)


def over(house: House) -> str:
    """Make a link that has ended."""
    trials = Trials(KeyRing(house.environment["GATEWAY_KEYS"]).secrets(PURPOSE))
    return trials.invite("riverside", "contact-me", Mode.NOWHERE, datetime.now(UTC) - timedelta(seconds=1))


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("link", ["over", "", "nowhere-99999999999.AAAA", "%00%FF", "x" * 3000])
def test_a_link_that_is_over_or_was_never_one_says_so(house: House, link: str, language: str) -> None:
    link = over(house) if link == "over" else link
    visitor = Visitor(house.base).open(f"/riverside/contact-me?test={link}&lang={language}")
    assert visitor.response.status_code == 410
    assert say(language, "This test link no longer works") in visitor.text
    assert "01632 960123" in visitor.text
    assert visitor.page.form is None
    assert BANNER not in visitor.follow(say(language, "Open the real form")).text


def test_a_form_can_be_tried_while_it_is_closed_and_nobody_else_gets_in(build: Callable[..., House]) -> None:
    house = build()
    close(house, "contact-me")
    house.start("web")
    link = preview(house, "contact-me", "--days", "1")

    assert "We are full." in Visitor(house.base).open("/riverside/contact-me").text
    visitor = Visitor(house.base).open(link).submit({**CONTACT, "surname": ""}).submit(CONTACT)

    assert BANNER in visitor.text
    assert listed(house, visitor.reference) == ("closed", "a test: sent nowhere", True)
    ended = Visitor(house.base).open(f"/riverside/contact-me?test={over(house)}")
    assert "Open the real form" not in ended.text


def test_tests_are_not_counted_and_never_held(build: Callable[..., House]) -> None:
    house = build(GATEWAY_RATE_LIMIT="1 per day", GATEWAY_MIN_FILL_SECONDS="3600").start("web")
    link = preview(house, "contact-me", "--deliver")

    for _ in range(12):
        Visitor(house.base).open(link).submit({**CONTACT, "website_address": "filled"})

    assert {each["state"] for each in house.referrals()} == {"pending"}
    real = Visitor(house.base).open("/riverside/contact-me").submit(CONTACT)
    assert "many were sent" not in str(listed(house, real.reference)[1])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "contact-me"], "There is no organisation nowhere"),
        (["riverside", "nothing"], "has no form nothing, but"),
        (["riverside", "contact-me", "--days", "0"], "--days"),
    ],
)
def test_the_command_says_what_is_wrong(house: House, arguments: list[str], said: str) -> None:
    ended = house.flask("forms", "preview", *arguments, check=False)
    assert ended.returncode != 0
    assert said in ended.stderr


def test_the_link_stands_alone_and_begins_with_the_address_of_the_gateway(house: House) -> None:
    assert re.fullmatch(rf"{house.base}/riverside/support\?test=nowhere-\d+\.[\w-]+", preview(house, "support"))


def test_a_form_for_partners_is_tried_by_whoever_has_the_link_and_by_nobody_else(house: House) -> None:
    about = {"first_name": "Maia", "surname": "Testperson", "telephone": "01632 960777", "project": "3",
             "description": "She cares for her brother.", "agreement": "agreed"}  # fmt: skip
    referrer = {
        "referrer-0-name": "Ada Sample",
        "referrer-0-organisation": "Northside",
        "referrer-0-phone": "01632 960001",
    }
    visitor = Visitor(house.base).open(preview(house, "refer"))

    pages = [visitor.text, visitor.submit(about).text, visitor.submit(referrer).text, visitor.submit({}).text]

    assert [text for text in pages if BANNER not in text] == []
    assert listed(house, visitor.reference) == ("closed", "a test: sent nowhere", True)
    assert Visitor(house.base).open("/riverside/refer").response.status_code == 404
    other = preview(house, "support").partition("?")[2]
    assert Visitor(house.base).open(f"/riverside/refer?{other}").response.status_code == 404
    without_link = visitor.response.url.partition("?")[0]
    assert Visitor(house.base).open(without_link).response.status_code == 404


def test_a_page_that_is_no_test_makes_no_referral_of_a_form_for_partners(house: House) -> None:
    real = Visitor(house.base).open("/riverside/contact-me")
    visitor = Visitor(house.base).open(preview(house, "refer"))
    assert real.page.form is not None
    token = dict(real.page.form.fields)["token"]

    assert BANNER in visitor.submit({"first_name": "Maia", "token": token}).text
