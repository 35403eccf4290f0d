"""What looks like a robot's work is held for staff, never dropped, and looks like any other to whoever sent it."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import requests

from tests.end_to_end.house import House, wait_for
from tests.end_to_end.test_saving import ANSWER, save
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT, fill_in_support

TRAP = {"website_address": "https://robot.example"}


def send_contact(house: House, **more: str) -> Visitor:
    """Send the short form."""
    return Visitor(house.base).open("/riverside/contact-me").submit({**CONTACT, **more})


def listed(house: House, reference: str) -> tuple[str, str | None]:
    """The state of a referral, and why."""
    found = next(each for each in house.referrals() if each["reference"] == reference)
    return found["state"], found["reason"]


def same_words(receipt: str) -> str:
    """A receipt without what differs from one to the next."""
    return re.sub(r"RG-\S+|\d\d:\d\d", "…", receipt)


def test_a_filled_trap_holds_a_referral_until_staff_release_it(house: House) -> None:
    robot = send_contact(house, **TRAP)
    person = send_contact(house)

    assert robot.response.status_code == 200
    assert same_words(robot.text) == same_words(person.text)
    wait_for(lambda: house.state(person.reference) == "delivered", "the delivery of the other one")
    assert listed(house, robot.reference) == ("held", "a field that nobody sees was filled in")
    assert house.staged(robot.reference) == []
    assert robot.reference in house.flask("referrals", "list", "--state", "held").stdout
    ready = requests.get(f"{house.base}/readyz", timeout=30)
    assert (ready.status_code, ready.text.splitlines()[1][:20]) == (200, "held: 1 to look at, ")

    house.flask("referrals", "settle", robot.reference, "release")

    wait_for(lambda: house.state(robot.reference) == "delivered", "its delivery")
    assert len(house.staged(robot.reference)) == 1
    assert "held" not in requests.get(f"{house.base}/readyz", timeout=30).text


def test_staff_close_what_is_spam_and_it_never_goes_out(house: House) -> None:
    reference = send_contact(house, **TRAP).reference

    house.flask("referrals", "settle", reference, "close")

    other = send_contact(house).reference
    wait_for(lambda: house.state(other) == "delivered", "the delivery of a later one")
    assert house.state(reference) == "closed"
    assert house.staged(reference) == []


def test_a_trap_filled_on_an_earlier_page_is_remembered_until_sending(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/support").submit({"first_name": "Alba", "surname": "Testperson"})
    visitor.submit({"telephone": "01632 960001", **TRAP})
    visitor.submit({"has_cared_for": "N", "has_others": "N"})
    visitor.submit({"description": "Please call"}).submit({}).submit({"contact_agreed": "Y"}).submit(press="send")

    assert listed(house, visitor.reference)[0] == "held"


def test_a_trap_filled_where_people_are_listed_is_remembered_too(house: House, visitor: Visitor) -> None:
    fill_in_support(visitor, others=2)
    check = visitor.response.url
    visitor.open(check.replace("/check", "/others")).submit(TRAP, press="continue")
    visitor.open(check).submit(press="send")

    assert listed(house, visitor.reference)[0] == "held"


def test_a_trap_filled_before_saving_for_later_is_remembered(house: House, visitor: Visitor) -> None:
    check = fill_in_support(visitor).response.url
    visitor.open(check.replace("/check", "/contact")).submit({"website_address": ["", "filled"]})

    back = Visitor(house.base).open(save(visitor.open(check))).submit({"answer": ANSWER})

    assert listed(house, back.submit(press="send").reference)[0] == "held"


def test_a_trap_filled_on_the_check_page_counts(house: House, visitor: Visitor) -> None:
    fill_in_support(visitor).submit(TRAP, press="send")

    assert listed(house, visitor.reference)[0] == "held"


def test_a_second_send_of_a_held_form_shows_the_first_receipt(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/contact-me")
    address, fields = visitor.response.url, dict(visitor.page.form.fields) | CONTACT | TRAP
    headers = {"Origin": house.base}

    first, second = (requests.post(address, data=fields, headers=headers, timeout=30) for _ in range(2))

    assert first.url == second.url
    assert first.text == second.text


def test_what_the_robot_wrote_into_the_trap_is_kept_nowhere(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/support").submit({"first_name": "Alba", "surname": "Testperson", **TRAP})

    with sqlite3.connect(house.folder / "gateway.db") as store:
        dump = "\n".join(store.iterdump())
    assert "robot.example" not in dump


def test_a_form_sent_faster_than_people_can_type_is_held(build: Callable[..., House]) -> None:
    quick = build(GATEWAY_MIN_FILL_SECONDS="3600").start("web")

    whole, paged = send_contact(quick).reference, fill_in_support(Visitor(quick.base)).submit(press="send").reference

    reason = "sent less than 3600 seconds after it was opened"
    assert [listed(quick, reference) for reference in (whole, paged)] == [("held", reason)] * 2


def test_a_mistake_does_not_make_the_clock_start_again(build: Callable[..., House]) -> None:
    slow = build(GATEWAY_MIN_FILL_SECONDS="3").start("web")
    visitor = Visitor(slow.base).open("/riverside/contact-me")
    shown = dict(visitor.page.form.fields)["token"]

    visitor.submit({**CONTACT, "surname": ""})

    assert visitor.response.status_code == 422
    assert dict(visitor.page.form.fields)["token"] == shown


def test_many_from_one_address_are_held_and_far_more_are_refused_with_the_answers_kept(
    build: Callable[..., House],
) -> None:
    busy = build(GATEWAY_RATE_LIMIT="1 per day").start("web")
    first, second = send_contact(busy).reference, send_contact(busy).reference
    waiting = fill_in_support(Visitor(busy.base), description="Kept for later")
    for _ in range(8):
        send_contact(busy)

    refused = send_contact(busy)

    assert listed(busy, first) == ("pending", None)
    assert listed(busy, second) == ("held", "many were sent from one address")
    assert refused.response.status_code == 429
    assert int(refused.response.headers["Retry-After"]) > 60
    for words in ("Nothing was sent", "01632 960123", "call 999", "try again after"):
        assert words in refused.text
    assert set(CONTACT.items()) <= {*refused.page.form.fields}
    waiting.submit(press="send")
    assert waiting.response.status_code == 429
    for words in ("Nothing was sent", "01632 960123", "call 999", "try again after"):
        assert words in waiting.text
    assert "Kept for later" in waiting.follow("Back to my answers").text
    assert len(busy.referrals()) == 10
    assert "send refused" in busy.log("web")


def test_a_second_click_on_a_form_that_was_taken_is_never_told_that_nothing_was_sent(
    build: Callable[..., House],
) -> None:
    busy = build(GATEWAY_RATE_LIMIT="1 per day").start("web")
    first = Visitor(busy.base).open("/riverside/contact-me")
    address, fields = first.response.url, dict(first.page.form.fields) | CONTACT
    answers = [requests.post(address, data=fields, headers={"Origin": busy.base}, timeout=30) for _ in range(12)]
    other = requests.post(address, data=fields | {"surname": "Other"}, headers={"Origin": busy.base}, timeout=30)

    assert {(answer.status_code, answer.url) for answer in answers} == {(200, answers[0].url)}
    assert other.status_code == 409
    assert "You had already sent this form" in other.text


def test_far_too_many_drafts_from_one_address_are_refused_with_the_answers_kept(build: Callable[..., House]) -> None:
    busy = build(GATEWAY_RATE_LIMIT="1 per day").start("web")
    visitors = [Visitor(busy.base).open("/riverside/support") for _ in range(11)]
    for visitor in visitors:
        visitor.submit({"first_name": "Alba", "surname": "Testperson"})

    assert [visitor.response.status_code for visitor in visitors] == [200] * 10 + [429]
    assert ("surname", "Testperson") in visitors[-1].page.form.fields
    assert "Nothing was sent" in visitors[-1].text


def test_behind_a_trusted_proxy_each_visitor_has_an_address(build: Callable[..., House]) -> None:
    behind = build(GATEWAY_RATE_LIMIT="1 per day", GATEWAY_TRUSTED_PROXIES="1").start("web")

    def send_from(address: str) -> str:
        visitor = Visitor(behind.base)
        visitor.session.headers["X-Forwarded-For"] = address
        return listed(behind, visitor.open("/riverside/contact-me").submit(CONTACT).reference)[0]

    assert [send_from(each) for each in ("192.0.2.1", "192.0.2.2", "192.0.2.1")] == ["pending", "pending", "held"]


def test_a_proxy_that_nobody_told_us_of_is_named_in_the_reason(build: Callable[..., House]) -> None:
    behind = build(GATEWAY_RATE_LIMIT="1 per day").start("web")
    visitor = Visitor(behind.base)
    visitor.session.headers["X-Forwarded-For"] = "192.0.2.1"
    visitor.open("/riverside/contact-me").submit(CONTACT)
    visitor.open("/riverside/contact-me").submit(CONTACT)

    state, reason = listed(behind, visitor.reference)

    assert state == "held"
    assert str(reason).endswith("see GATEWAY_TRUSTED_PROXIES")


def test_no_log_holds_an_address_of_a_visitor(build: Callable[..., House], tmp_path: Path) -> None:
    behind = build(GATEWAY_RATE_LIMIT="1 per day", GATEWAY_TRUSTED_PROXIES="1").start("web")
    for _ in range(12):
        visitor = Visitor(behind.base)
        visitor.session.headers["X-Forwarded-For"] = "192.0.2.77"
        visitor.open("/riverside/contact-me").submit(CONTACT)

    assert "referral held" in behind.log("web")
    assert "192.0.2.77" not in behind.log("web")
