"""A referral as the calls of direct delivery: who is made, in which order, of what; and nothing is lost on the way."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from gateway.destinations.direct import Wording, is_direct, steps_of
from gateway.destinations.seam import Step
from gateway.referral import Answer, File, Person, Referral

from ..store.making import a_person, a_referral, an_answer

REFERENCE = "RG-7K3F-9Q2M"
CLASSIC = Wording("classic", "form", "response_description")
CURRENT = Wording("current", "json", "response_description")
OPTIONS = {"delivery": "direct", "project": "7", "referral": {"template": "3", "stage": "2", "priority": "1"}}
NAMES = (an_answer("first_name", "Alba"), an_answer("surname", "Testperson"))
WORDS = an_answer("description", "I care for my brother.")
BOTH_WAYS = {"to_main": "5", "from_main": "8"}


def referred(*people: Person, **changes: object) -> Referral:
    return a_referral(*(people or (a_main(),)), reference=REFERENCE, **{"options": OPTIONS, **changes})


def a_main(*answers: Answer) -> Person:
    return replace(a_person(*NAMES, WORDS, *answers), options={"org_type_id": "1"})


def another(*answers: Answer, **options: str) -> Person:
    return replace(a_person(*NAMES, *answers), id="carer", options={"org_type_id": "9", **options})


def calls(referral: Referral, wording: Wording = CLASSIC, *, repeat: bool = False) -> list[Step]:
    return steps_of(referral, wording, repeat=repeat)


def said(step: Step) -> dict[str, str]:
    assert step.content_type == "application/x-www-form-urlencoded"
    return dict(parse_qsl(step.body.decode(), strict_parsing=True))


def test_every_person_becomes_a_client_then_they_are_related_then_the_referral_is_made() -> None:
    described = replace(another(**BOTH_WAYS), id="referrer", described=True)

    steps = calls(referred(a_main(), another(**BOTH_WAYS), another(), another(**BOTH_WAYS), described))

    assert [(step.kind, step.about, step.needs) for step in steps] == [
        ("client", f"{REFERENCE}-0", ()),
        ("client", f"{REFERENCE}-1", ()),
        ("client", f"{REFERENCE}-2", ()),
        ("client", f"{REFERENCE}-3", ()),
        ("relationship", f"{REFERENCE}-1", (1, 0)),
        ("relationship", f"{REFERENCE}-3", (3, 0)),
        ("referral", REFERENCE, (0,)),
    ]


def test_a_client_has_the_fields_of_a_person_and_their_type() -> None:
    first, second, _ = calls(referred(a_main(), another(an_answer("mobile", "07700 900123", sent_as="telephone"))))

    assert said(first) == {"first_name": "Alba", "surname": "Testperson", "type": "1"}
    assert said(second) == {"first_name": "Alba", "surname": "Testperson", "telephone": "07700 900123", "type": "9"}


def test_the_referral_has_what_the_form_names_and_the_description_with_the_reference() -> None:
    fields = said(calls(referred())[-1])

    assert fields.pop("response_description") == f"I care for my brother.\n\nReference: {REFERENCE}"
    assert fields == {
        "project": "7",
        "template": "3",
        "stage": "2",
        "priority": "1",
        "client_type": "1",
        "date": referred().created_at.date().isoformat(),
    }


def test_an_answer_about_the_referral_goes_there_and_wins_over_what_the_form_names() -> None:
    client, referral = calls(referred(a_main(an_answer("project", "2"), an_answer("referrer", "4"))))

    assert (said(referral)["project"], said(referral)["referrer"]) == ("2", "4")
    assert not {"project", "referrer", "description"} & said(client).keys()


def test_of_another_person_nothing_is_left_out() -> None:
    _, second, _ = calls(referred(a_main(), another(an_answer("referrer", "4"))))

    assert said(second)["referrer"] == "4"


def test_before_2024_the_description_had_another_name() -> None:
    fields = said(calls(referred(), replace(CLASSIC, description="description"))[-1])

    assert REFERENCE in fields["description"]
    assert "response_description" not in fields


def test_relationships_go_both_ways_on_the_update_of_a_client() -> None:
    carer = another(**BOTH_WAYS, carer_to_main="3", carer_from_main="4")

    assert said(calls(referred(a_main(), carer))[2]) == {
        "relationship_first_to_second": "5",
        "relationship_second_to_first": "8",
        "relationship_first_to_second_carer": "3",
        "relationship_second_to_first_carer": "4",
    }


def test_in_the_newer_reading_relationships_are_a_list_of_one_object() -> None:
    step = calls(referred(a_main(), another(**BOTH_WAYS)), CURRENT)[2]

    assert step.content_type == "application/json"
    assert step.body == b'[{"relation_first_to_second":"5","relation_second_to_first":"8"}]'


def test_a_repeat_is_marked_where_somebody_reads_and_changes_no_client() -> None:
    plain, repeated = calls(referred()), calls(referred(), repeat=True)

    assert plain[0].body == repeated[0].body
    assert said(repeated[-1])["response_description"].startswith(f"Possible repeat of {REFERENCE}")
    assert [step.repeat for step in repeated] == [True, True]
    assert not any(step.repeat for step in plain)


def test_composing_twice_gives_the_same_calls() -> None:
    assert calls(referred(a_main(), another(**BOTH_WAYS))) == calls(referred(a_main(), another(**BOTH_WAYS)))


def a_file(number: int, about: str, index: int = 0) -> File:
    return File(str(number) * 32, "letter", "A letter", "a.pdf", "application/pdf", 9, "0" * 64, about, index)


def test_each_file_goes_to_the_client_whom_it_is_about_and_all_others_to_the_referral() -> None:
    described = replace(another(), id="referrer", described=True)
    files = (
        a_file(0, "client"), a_file(1, "carer", 1), a_file(2, "referral"), a_file(3, "referrer"), a_file(4, "client"),
    )  # fmt: skip

    steps = calls(referred(a_main(), described, another(), another(**BOTH_WAYS), files=files))

    assert [(step.kind, [file[0] for file in step.files], step.takes) for step in steps] == [
        ("client", ["0", "4"], "person"),
        ("client", [], "person"),
        ("client", ["1"], "person"),
        ("relationship", [], "person"),
        ("referral", ["2", "3"], "referral"),
    ]


@pytest.mark.parametrize(("uploads", "told"), [(True, "They follow by themselves."), (False, "They are kept in")])
def test_the_description_tells_what_becomes_of_the_files(uploads: bool, told: str) -> None:
    wording = replace(CLASSIC, uploads=uploads)

    step = calls(referred(files=(a_file(0, "client"), a_file(1, "referral"))), wording)[-1]

    assert f"Files: 2. {told}" in said(step)["response_description"]


def test_nothing_of_a_person_shows_in_a_step() -> None:
    assert not any("Testperson" in repr(step) for step in calls(referred()))


@pytest.mark.parametrize(("options", "direct"), [(OPTIONS, True), ({"delivery": "staged"}, False), ({}, False)])
def test_a_form_says_whether_it_is_delivered_directly(options: dict[str, object], direct: bool) -> None:
    assert is_direct(referred(options=options)) is direct
