"""A form that is closed: nobody new begins, whoever began may finish, and everybody is told whom to call."""

import base64
import time
from collections.abc import Callable

import pytest
from itsdangerous import TimestampSigner

from gateway.keys import KeyRing
from tests.end_to_end.house import House
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT, fill_in_support

WORDS = "We are full."


def close(house: House, *forms: str, closed: str = f"closed: {WORDS}") -> None:
    """Close forms, and start the web again."""
    for form in forms:
        file = house.organisations / "riverside" / "forms" / f"{form}.yaml"
        text = file.read_text()
        assert "\ntitle:" in text
        file.write_text(text.replace("\ntitle:", f"\nopen: false\n{closed}\ntitle:", 1))
    if "web" in house.processes:
        house.kill("web")
    house.start("web")


@pytest.mark.parametrize("frame", ["", "/embed"])
def test_a_closed_form_says_so_and_whom_to_call_and_asks_nothing(build: Callable[..., House], frame: str) -> None:
    house = build()
    close(house, "contact-me")
    visitor = Visitor(house.base).open(f"{frame}/riverside/contact-me")
    assert visitor.response.status_code == 200
    for words in (WORDS, "01632 960123", "call 999"):
        assert words in visitor.text
    assert visitor.page.form is None
    assert ("frame-ancestors 'none'" in visitor.response.headers["Content-Security-Policy"]) is not bool(frame)


def test_a_closed_form_speaks_the_language_that_was_asked_for(build: Callable[..., House]) -> None:
    house = build()
    close(house, "contact-me", closed=f"closed: {{en: {WORDS}, cy: Rydym yn llawn.}}")
    visitor = Visitor(house.base).open("/riverside/contact-me?lang=cy")
    assert "Rydym yn llawn." in visitor.text
    assert 'lang="cy"' in visitor.response.text


def test_a_closed_form_is_offered_nowhere(build: Callable[..., House]) -> None:
    house = build()
    close(house, "contact-me")
    index = Visitor(house.base).open("/riverside/")
    assert "/riverside/contact-me" not in index.response.text
    assert "/riverside/support" in index.response.text
    assert "Call me instead" not in Visitor(house.base).open("/riverside/support").text


def test_with_every_form_closed_the_front_door_says_whom_to_call(build: Callable[..., House]) -> None:
    house = build()
    close(house, "contact-me", "support", "agency")
    index = Visitor(house.base).open("/riverside/")
    assert "There is no form to fill in here at the moment" in index.text
    assert "01632 960123" in index.text


def test_whoever_is_in_the_middle_of_a_form_when_it_closes_may_finish_it(build: Callable[..., House]) -> None:
    house = build().start("web")
    middle = Visitor(house.base).open("/riverside/support").submit({"first_name": "Alba", "surname": "Testperson"})
    end = fill_in_support(Visitor(house.base))
    close(house, "support")

    middle.submit({"telephone": "01632 960001"}).submit({"has_cared_for": "N", "has_others": "N"})
    middle.submit({"description": "Please call"}).submit({}).submit({"contact_agreed": "Y"}).submit(press="send")
    end.submit(press="send")

    assert {each["reference"] for each in house.referrals()} == {middle.reference, end.reference}


def test_whoever_has_just_filled_in_the_first_page_when_it_closes_may_send_it(build: Callable[..., House]) -> None:
    house = build().start("web")
    visitor = Visitor(house.base).open("/riverside/contact-me")
    close(house, "contact-me")

    visitor.submit({**CONTACT, "surname": ""}).submit(CONTACT)

    assert [each["reference"] for each in house.referrals()] == [visitor.reference]


def test_a_page_opened_long_before_the_form_closed_is_no_way_in(build: Callable[..., House]) -> None:
    house = build().start("web")
    visitor = Visitor(house.base).open("/riverside/contact-me")
    token = older(house, dict(visitor.page.form.fields)["token"], minutes=61)
    close(house, "contact-me")

    visitor.submit({**CONTACT, "token": token})

    assert WORDS in visitor.text
    assert house.referrals() == []


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_nobody_begins_a_closed_form_with_a_token_of_their_own(build: Callable[..., House], token: str) -> None:
    house = build().start("web")
    visitor = Visitor(house.base).open("/riverside/contact-me")
    close(house, "contact-me")

    visitor.submit({**CONTACT, "token": token})

    assert WORDS in visitor.text
    assert house.referrals() == []


def older(house: House, token: str, *, minutes: int) -> str:
    """Sign what a token says as if its page had been shown earlier."""

    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time()) - 60 * minutes

    said = token.rsplit(".", 2)[0]
    assert base64.urlsafe_b64decode(said.partition("~")[0])
    secrets = KeyRing(house.environment["GATEWAY_KEYS"]).secrets("token")
    return Earlier(secrets, salt="form", key_derivation="hmac").sign(said).decode()
