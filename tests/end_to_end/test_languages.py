"""Reading on in another language: nothing is judged, nothing typed is lost, and the referral knows its language."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta

import pytest

from gateway.keys import KeyRing
from gateway.web.tokens import Tokens
from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT, fill_in_support

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"
TYPED = {"first_name": "Alba", "date_of_birth-day": "31", "date_of_birth-month": "Tach"}


def holds(visitor: Visitor, answers: Mapping[str, str]) -> bool:
    return set(answers.items()) <= set(visitor.page.form.fields)


def language_of(house: House, reference: str) -> str:
    with closing(sqlite3.connect(house.folder / "gateway.db")) as store:
        [found] = store.execute("SELECT language FROM referrals WHERE reference = ?", [reference]).fetchone()
    return str(found)


@pytest.mark.parametrize("start", ["/riverside/support", "/embed/riverside/support"])
def test_a_first_page_comes_back_in_the_other_language_with_what_was_typed(visitor: Visitor, start: str) -> None:
    visitor.open(start)
    token = dict(visitor.page.form.fields)["token"]
    visitor.submit(TYPED, press="cy")
    assert visitor.response.status_code == 200
    assert visitor.page.language == "cy"
    assert "Parhau" in visitor.text
    assert holds(visitor, TYPED)
    assert "Mae yna broblem" not in visitor.text
    assert dict(visitor.page.form.fields)["token"][:20] == token[:20]


def test_who_switches_has_been_writing_since_the_page_was_first_shown(visitor: Visitor, house: House) -> None:
    tokens = Tokens(KeyRing(house.environment["GATEWAY_KEYS"]).secrets("token"), timedelta(hours=4))
    shown = tokens.read(dict(visitor.open("/riverside/contact-me").page.form.fields)["token"])
    since = shown.at - timedelta(hours=1)
    visitor.submit({"token": tokens.sign(shown.instance, shown.definition, shown.language, since)}, press="cy")
    again = tokens.read(dict(visitor.page.form.fields)["token"])
    assert (again.instance, again.at, again.language) == (shown.instance, since, "cy")


def test_the_journey_goes_on_in_the_language_chosen_on_its_first_page(visitor: Visitor) -> None:
    visitor.open("/riverside/support").submit(press="cy").submit({"first_name": "Alba", "surname": "Testperson"})
    assert visitor.page.language == "cy"
    assert visitor.response.url.endswith("/contact?lang=cy")


def test_a_later_page_comes_back_with_what_was_typed_and_keeps_the_answers_before_it(visitor: Visitor) -> None:
    visitor.open("/riverside/support").submit({"first_name": "Alba", "surname": "Testperson"})
    visitor.submit({"telephone": "nonsense", "safe_contact": ["text"]}, press="cy")
    assert visitor.response.status_code == 200
    assert visitor.page.language == "cy"
    assert holds(visitor, {"telephone": "nonsense", "safe_contact": "text"})
    assert "Mae yna broblem" not in visitor.text
    visitor.follow("Yn ôl")
    assert visitor.page.language == "cy"
    assert holds(visitor, {"first_name": "Alba", "surname": "Testperson"})


def test_back_in_the_first_language_the_draft_stays_there(visitor: Visitor) -> None:
    visitor.open("/riverside/support?lang=cy").submit({"first_name": "Alba", "surname": "Testperson"})
    visitor.submit({"telephone": "01632 960001"}, press="en").submit()
    assert visitor.page.language == "en"
    visitor.follow("Back")
    assert visitor.page.language == "en"
    assert holds(visitor, {"telephone": "01632 960001"})


def test_a_link_to_another_language_leads_through_the_whole_draft(visitor: Visitor) -> None:
    visitor.open("/riverside/support?lang=cy").submit({"first_name": "Alba", "surname": "Testperson"})
    visitor.open(visitor.response.url.replace("lang=cy", "lang=en")).submit({"telephone": "01632 960001"})
    assert visitor.page.language == "en"
    assert visitor.open(visitor.response.url.partition("?")[0]).page.language == "en"


def test_the_list_of_people_and_the_check_page_change_their_language(visitor: Visitor, house: House) -> None:
    fill_in_support(visitor, others=1)
    visitor.open(visitor.response.url.replace("/check", "/others")).submit(press="cy")
    assert (visitor.response.status_code, visitor.page.language) == (200, "cy")
    assert "OtherA" in visitor.text
    visitor.submit(press="en").open(visitor.response.url.partition("?")[0].replace("/others", "/check"))
    assert visitor.page.language == "en"
    visitor.submit(press="cy")
    assert visitor.page.language == "cy"
    visitor.submit(press="send")
    assert visitor.page.language == "cy"
    assert "Eich cyfeirnod yw" in visitor.text
    assert language_of(house, visitor.reference) == "cy"
    wait_for(lambda: house.staged(visitor.reference), "its arrival")


def before_the_letter(visitor: Visitor) -> Visitor:
    visitor.open("/riverside/support").submit({"first_name": "Alba", "surname": "Testperson"})
    return visitor.submit({"telephone": "01632 960001"}).submit({"has_cared_for": "N", "has_others": "N"})


def test_files_stay_and_those_just_chosen_come_along(visitor: Visitor) -> None:
    before_the_letter(visitor).submit(files=[("letter", "one.pdf", PDF)], press="add-file-letter")
    visitor.submit({"description": "Ffoniwch"}, files=[("letter", "two.pdf", PDF + b"\n")], press="cy")
    assert (visitor.response.status_code, visitor.page.language) == (200, "cy")
    assert "one.pdf" in visitor.text
    assert "two.pdf" in visitor.text
    assert holds(visitor, {"description": "Ffoniwch"})
    visitor.submit(press="en").submit()
    assert "/you" in visitor.response.url


def test_a_file_that_cannot_be_taken_is_not_dropped_in_silence_by_a_switch(visitor: Visitor) -> None:
    before_the_letter(visitor).submit({"description": "x"}, files=[("letter", "one.exe", b"MZ")], press="cy")
    assert visitor.page.language == "cy"
    assert "Ni chafodd “one.exe” ei hychwanegu" in visitor.text
    assert visitor.text.count("Mae yna broblem") == 1
    assert holds(visitor, {"description": "x"})


def test_a_form_of_one_page_is_sent_in_the_language_that_was_chosen(visitor: Visitor, house: House) -> None:
    visitor.open("/riverside/contact-me").submit(CONTACT, press="cy").submit()
    assert visitor.page.language == "cy"
    assert language_of(house, visitor.reference) == "cy"


def test_a_month_typed_in_welsh_is_a_month_on_the_english_page(visitor: Visitor) -> None:
    born = {"date_of_birth-day": "1", "date_of_birth-month": "Tachwedd", "date_of_birth-year": "1960"}
    visitor.open("/riverside/support?lang=cy").submit({"first_name": "Alba", "surname": "Testperson", **born})
    visitor.submit(press="en")
    visitor.follow("Back").submit()
    assert visitor.response.url.partition("?")[0].endswith("/contact")


def test_an_error_is_said_in_the_language_of_the_page(visitor: Visitor) -> None:
    visitor.open("/riverside/support?lang=cy").submit({"first_name": "Al\x00ba", "surname": "Testperson"})
    assert visitor.response.status_code == 422
    assert "mae yma nod na allwn ei ddarllen" in visitor.text
    assert visitor.text.startswith("Gwall: ")


@pytest.mark.parametrize(
    ("address", "language"),
    [
        ("/riverside/nothing?lang=cy", "cy"),
        ("/riverside/nothing", "en"),
        ("/riverside/nothing?lang=pl", "en"),
        ("/nothing/here?lang=cy", "cy"),
        ("/nothing/here", "en"),
        ("/riverside/?lang=cy", "cy"),
        ("/riverside/support/d/AAAAAAAAAAAAAAAAAAAAAA/about?lang=cy", "cy"),
        ("/embed/riverside/nothing?lang=cy", "cy"),
    ],
)
def test_every_page_speaks_the_language_of_its_address(visitor: Visitor, address: str, language: str) -> None:
    visitor.open(address)
    assert visitor.page.language == language
    assert ("Os oes angen help" in visitor.text or "Os rhoddodd rhywun" in visitor.text) == (language == "cy")


def test_pages_without_a_form_link_to_their_other_language(visitor: Visitor) -> None:
    for address in ("/riverside/", "/riverside/nothing", "/riverside/support/d/AAAAAAAAAAAAAAAAAAAAAA/about"):
        visitor.open(address).follow("Cymraeg")
        assert visitor.page.language == "cy"
        assert visitor.follow("English").page.language == "en"


def test_a_link_to_another_language_leads_to_the_same_page(visitor: Visitor) -> None:
    visitor.open("/riverside/support?test=nonsense").follow("Cymraeg")
    assert "Nid yw’r ddolen brawf hon yn gweithio bellach" in visitor.text


def test_the_receipt_links_to_its_other_language(visitor: Visitor) -> None:
    sent = visitor.open("/riverside/contact-me").submit(CONTACT).reference
    assert visitor.follow("Cymraeg").reference == sent
    assert visitor.page.language == "cy"


def test_switching_once_the_form_was_sent_leads_to_the_receipt(visitor: Visitor) -> None:
    fill_in_support(visitor)
    page, response = visitor.page, visitor.response
    sent = visitor.submit(press="send").reference
    visitor.page, visitor.response = page, response
    visitor.submit(press="cy")
    assert visitor.reference == sent


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_page_without_a_good_token_can_be_read_in_another_language_too(visitor: Visitor, token: str) -> None:
    visitor.open("/riverside/support").submit({**TYPED, "token": token}, press="cy")
    assert (visitor.response.status_code, visitor.page.language) == (200, "cy")
    assert holds(visitor, TYPED)


def test_a_language_that_the_organisation_does_not_have_is_no_switch(visitor: Visitor) -> None:
    visitor.open("/riverside/support")
    visitor.page.outside.append(("lang", "pl"))
    visitor.submit({"first_name": "Alba", "surname": "Testperson"}, press="pl")
    assert visitor.response.url.endswith("/contact")


def test_a_switch_from_another_site_is_refused(visitor: Visitor) -> None:
    visitor.open("/riverside/support").submit(TYPED, press="cy", headers={"Sec-Fetch-Site": "cross-site"})
    assert visitor.response.status_code == 403
