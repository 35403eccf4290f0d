"""A referral travels from a web page to the staging area, as in `make demo`."""

import json
import re

import requests

from tests.end_to_end.house import House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT, fill_in_support


def test_a_referral_of_several_pages_arrives_with_people_description_and_project(
    house: House, visitor: Visitor
) -> None:
    fill_in_support(visitor, description="Please call me on Monday", others=2)
    assert "Please call me on Monday" in visitor.text
    visitor.submit(press="send")
    reference = visitor.reference

    (staged,) = wait_for(lambda: house.staged(reference), "the referral in the staging area")

    main, cared_for, first, second = staged["people"]
    assert (main["first_name"], main["surname"], main["project"]) == ("Alba", "Testperson", "7")
    assert main["date_of_birth"] == "1960-02-01"
    assert main["description"].startswith("Please call me on Monday\n")
    assert "Which ways of contact are safe for you: Phone call, Text message" in main["description"]
    assert main["description"].endswith(f"Reference: {reference}")
    assert main["relationships"] == {"1": "5", "2": "5", "3": "5"}
    assert [person["relationships"] for person in (cared_for, first, second)] == [{"0": "8"}] * 3
    assert [person["first_name"] for person in (cared_for, first, second)] == ["Bruno", "OtherA", "OtherB"]
    assert {person["referral_role"] for person in (cared_for, first, second)} == {"2"}


def test_the_receipt_says_when_it_was_passed_on_and_never_an_answer(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/contact-me").submit(CONTACT)
    assert re.fullmatch(r"RG-[0-9A-Z]{4}-[0-9A-Z]{4}", visitor.reference)
    reference, receipt = visitor.reference, visitor.response.url
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    listed = [json.loads(line) for line in house.flask("referrals", "list", "--json").stdout.splitlines()]
    assert {each["reference"]: each["state"] for each in listed}[reference] == "delivered"

    visitor.open(receipt)

    assert "has been passed on" in visitor.text
    assert "Testperson" not in visitor.response.text
    assert "960001" not in visitor.response.text


def test_hidden_answers_are_dropped(house: House, visitor: Visitor) -> None:
    visitor.open("/riverside/contact-me").submit({**CONTACT, "email": "alba@example.org"})
    (staged,) = wait_for(lambda: house.staged(visitor.reference), "the referral in the staging area")
    assert "email" not in staged["people"][0]


def test_answers_to_pages_that_are_no_longer_shown_are_not_sent(house: House, visitor: Visitor) -> None:
    fill_in_support(visitor)
    visitor.open(visitor.response.url.replace("/check", "/caring?change=1")).submit({"has_cared_for": "N"})
    assert visitor.response.url.endswith("/check")
    visitor.submit(press="send")
    (staged,) = wait_for(lambda: house.staged(visitor.reference), "the referral in the staging area")
    assert len(staged["people"]) == 1


def test_one_of_several_people_can_be_removed(house: House, visitor: Visitor) -> None:
    fill_in_support(visitor, others=3)
    visitor.open(visitor.response.url.replace("/check", "/others"))
    assert "Add another person" not in visitor.text  # three are the most
    assert "You can name no more people here." in visitor.text
    visitor.submit(press="remove-1")
    assert "Remove : OtherB" not in visitor.text
    visitor.submit(press="continue").open(visitor.response.url.rpartition("/")[0] + "/check").submit(press="send")
    (staged,) = wait_for(lambda: house.staged(visitor.reference), "the referral in the staging area")
    assert [person["first_name"] for person in staged["people"]] == ["Alba", "Bruno", "OtherA", "OtherC"]


def test_whoever_was_removed_can_be_put_back_where_they_stood(visitor: Visitor) -> None:
    fill_in_support(visitor, others=3)
    visitor.open(visitor.response.url.replace("/check", "/others")).submit(press="remove-1")
    assert "You removed OtherB Testperson." in visitor.text
    visitor.submit(press="undo")
    assert "You removed" not in visitor.text
    people = [visitor.text.index(f"Change : {name} Testperson") for name in ("OtherA", "OtherB", "OtherC")]
    assert people == sorted(people)


def test_the_only_one_can_be_removed_and_put_back(visitor: Visitor) -> None:
    fill_in_support(visitor, others=1)
    visitor.open(visitor.response.url.replace("/check", "/others")).submit(press="remove-0")
    assert "There is nobody on this list." in visitor.text
    visitor.submit(press="continue")
    assert visitor.response.status_code == 422
    assert "Add a person, or call us instead." in visitor.text
    visitor.submit(press="undo")
    assert "Change : OtherA Testperson" in visitor.text


def test_a_double_click_on_remove_removes_one(visitor: Visitor) -> None:
    fill_in_support(visitor, others=3)
    visitor.open(visitor.response.url.replace("/check", "/others"))
    clicked = visitor.page, visitor.response
    visitor.submit(press="remove-0")
    visitor.page, visitor.response = clicked
    visitor.submit(press="remove-0")
    assert "OtherB" in visitor.text
    assert "OtherC" in visitor.text


def test_whoever_was_removed_is_forgotten_once_another_page_is_answered(visitor: Visitor) -> None:
    fill_in_support(visitor, others=2)
    people = visitor.response.url.replace("/check", "/others")
    visitor.open(people).submit(press="remove-1").submit(press="continue")
    visitor.open(people.replace("/others", "/contact?change=1")).submit({})
    assert "OtherB" not in visitor.open(people).response.text


def test_each_page_about_one_of_several_says_about_which(visitor: Visitor) -> None:
    fill_in_support(visitor, others=2)
    assert "Somebody else you look after: person 1" in visitor.text
    assert "Somebody else you look after: person 2" in visitor.text
    visitor.open(visitor.response.url.replace("/check", "/others?person=2")).submit({"other-1-surname": ""})
    assert visitor.response.status_code == 422
    assert "Somebody else you look after: person 2" in visitor.text


def test_the_first_page_sent_again_updates_the_same_draft(visitor: Visitor) -> None:
    visitor.open("/riverside/support")
    first_page = visitor.page
    visitor.submit({"first_name": "Alba", "surname": "Testperson"})
    draft = visitor.response.url
    visitor.open("/riverside/support")
    visitor.page = first_page
    visitor.submit({"first_name": "Berta", "surname": "Testperson"})
    assert visitor.response.url == draft
    visitor.open(draft.replace("/contact", "/about"))
    assert ("first_name", "Berta") in visitor.page.form.fields


def test_an_exit_ends_the_journey_kindly(visitor: Visitor) -> None:
    visitor.open("/riverside/support").submit({"first_name": "Alba", "surname": "Testperson", "district": "6"})
    assert "We can only help people who live in Sampleshire" in visitor.text
    assert visitor.page.form is None
    visitor.follow("Back")
    assert ("first_name", "Alba") in visitor.page.form.fields


def test_a_look_ahead_at_the_way_out_deletes_nothing(visitor: Visitor) -> None:
    visitor.open("/riverside/support").submit({"first_name": "Alba", "surname": "Testperson"})
    way_out = visitor.response.url.replace("/contact", "/exit")

    looks = [
        requests.head(way_out, timeout=30, allow_redirects=False),
        requests.get(way_out, headers={"Sec-Purpose": "prefetch"}, timeout=30, allow_redirects=False),
    ]

    assert [look.status_code for look in looks] == [503, 503]
    assert visitor.open(visitor.response.url).response.status_code == 200


def test_quick_exit_deletes_the_draft(visitor: Visitor) -> None:
    visitor.open("/riverside/support").submit({"first_name": "Alba", "surname": "Testperson"})
    draft = visitor.response.url
    leave = visitor.page.links["Leave this page"]
    left = visitor.session.get(visitor.base + leave, allow_redirects=False, timeout=30)
    assert left.status_code == 303
    assert left.headers["Referrer-Policy"] == "no-referrer"
    visitor.open(draft)
    assert visitor.response.status_code == 410
    assert "Alba" not in visitor.response.text


def test_every_page_is_kept_nowhere_and_framed_by_nobody(visitor: Visitor) -> None:
    visitor.open("/riverside/support")
    addresses = ["/riverside/", "/riverside/support", "/riverside/nothing", "/nothing", "/embed/riverside/contact-me"]
    visitor.submit({"first_name": "Alba", "surname": "Testperson"})
    for address in [*addresses, visitor.response.url]:
        headers = visitor.open(address).response.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "noindex" in headers["X-Robots-Tag"]
        assert "Set-Cookie" not in headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        expected = "https://www.riverside.example" if "/embed/" in address else "'none'"
        assert f"frame-ancestors {expected}" in policy


def test_what_a_referrer_says_of_themselves_stands_in_the_description_and_makes_no_second_person(
    house: House, visitor: Visitor
) -> None:
    visitor.open("/riverside/agency").submit({
        "referrer-0-name": "Rita Testperson", "referrer-0-organisation": "Test Surgery",
        "referrer-0-phone": "01632 960002",
    })  # fmt: skip
    visitor.submit({"first_name": "Alba", "surname": "Testperson", "telephone": "01632 960001", "postcode-none": "Y"})
    visitor.submit({"description": "Her husband came home from hospital", "soon": "Within 2 weeks"})
    visitor.submit({"agreement": "agreed"})
    assert "Postcode No fixed address" in visitor.text
    visitor.submit(press="send")

    (staged,) = wait_for(lambda: house.staged(visitor.reference), "the referral in the staging area")

    (main,) = staged["people"]
    assert (main["first_name"], main["telephone"]) == ("Alba", "+441632960001")
    assert "postcode" not in main
    description = main["description"]
    assert "Postcode: No fixed address\n" in description
    told = "Name: Rita Testperson\nOrganisation: Test Surgery\nPhone number: 01632 960002"
    assert f"\n\nThe referrer:\n{told}\n" in description


def test_something_else_is_asked_for_in_words_and_travels_with_its_answer(house: House, visitor: Visitor) -> None:
    fill_in_support(visitor)
    visitor.open(visitor.response.url.replace("/check", "/help?change=1"))
    visitor.submit({"wishes": ["Something else"]})
    assert "Answer this question: What would you like?" in visitor.text
    visitor.submit({"wishes": ["To meet other carers", "Something else"], "wishes-text-8": "to learn to swim"})
    check = visitor.response.url
    assert "To meet other carers, Something else: to learn to swim" in visitor.text
    assert 'value="to learn to swim"' in visitor.open(check.replace("/check", "/help?change=1")).response.text
    visitor.open(check)
    visitor.submit(press="send")

    (staged,) = wait_for(lambda: house.staged(visitor.reference), "the referral in the staging area")

    line = "What I would like: To meet other carers, Something else: to learn to swim"
    assert line in staged["people"][0]["description"]
