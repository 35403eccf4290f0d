"""A referral as `external_referral` wants it: description, roles, relationships, ids."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.destinations.blocks import OrganisationBlock
from gateway.destinations.charitylog import Charitylog
from gateway.destinations.payload import description_of, people_of
from gateway.referral import Answer, File, Person, Referral

from ..store.making import a_person, a_referral, an_answer

REFERENCE = "RG-7K3F-9Q2M"
WHO = ("client", "referral")
OWN_WORDS = an_answer("description", "I care for my brother.\nHe is 9.")
HELPS = an_answer("helps", "A ramp", label="What helps?", send="description")


def a_line(label: str, shown: str) -> Answer:
    return an_answer("line", shown, label=label, send="description")


def referred(*people: Person, **changes: object) -> Referral:
    return a_referral(*people, reference=REFERENCE, **changes)


def composed(*people: Person, repeat: bool = False, numbers: bool = False, **options: object) -> tuple[Any, ...]:
    return people_of(referred(*people, options=options), repeat=repeat, numbers=numbers, external_id=False)


def described(*people: Person, repeat: bool = False, **changes: object) -> str:
    return description_of(referred(*people, **changes), repeat=repeat)


def test_the_description_is_the_persons_own_words_then_lines_then_the_reference() -> None:
    text = described(a_person(OWN_WORDS, HELPS, a_line("Pets:", "A cat")))

    assert text == f"I care for my brother.\nHe is 9.\n\nWhat helps: A ramp\nPets: A cat\n\nReference: {REFERENCE}"


def test_the_reference_travels_even_where_nothing_was_said() -> None:
    assert described(a_person()) == f"Reference: {REFERENCE}"


def test_it_says_how_many_files_are_kept_and_names_none() -> None:
    file = File("f" * 32, "letter", "A letter", "from Dr Testperson.pdf", "application/pdf", 9, "0" * 64, "client")

    text = described(a_person(OWN_WORDS), files=(file, file))

    assert text.endswith(f"Files: 2. They are kept in the referral gateway.\n\nReference: {REFERENCE}")
    assert "Testperson" not in text


def test_it_leads_whoever_imports_it_to_the_files_that_are_kept() -> None:
    files = tuple(File("f" * 32, "letter", "A letter", "a.pdf", "application/pdf", 9, "0" * 64, who) for who in WHO)
    referral = referred(a_person(OWN_WORDS), files=files)
    page = "https://refer.example.org/staff/riverside/referrals/RG-7K3F-9Q2M"

    all_kept = description_of(referral, repeat=False, console="https://refer.example.org/staff/riverside/")
    one_kept = description_of(
        referral, repeat=False, files_follow=True, console="https://refer.example.org/staff/riverside/"
    )

    assert f"Files: 2. They are kept in the referral gateway: {page}\n" in all_kept
    assert f"the rest is kept in the referral gateway: {page}\n" in one_kept


@pytest.mark.parametrize(
    ("about", "told"),
    [
        (["client", "client"], "Files: 2. They follow once this referral has been imported."),
        (["client", "carer"], "Files: 2. 1 of them follows once this referral has been imported; the rest is kept in"),
        (["carer", "referral"], "Files: 2. They are kept in the referral gateway."),
        ([], ""),
    ],
)
def test_it_promises_no_file_that_does_not_follow(about: list[str], told: str) -> None:
    files = tuple(File("f" * 32, "letter", "A letter", "a.pdf", "application/pdf", 9, "0" * 64, each) for each in about)

    text = description_of(referred(a_person(OWN_WORDS), files=files), repeat=False, files_follow=True)

    assert told in text
    assert ("Files:" in text) == bool(about)


def test_a_repeat_says_so_in_its_first_words() -> None:
    plain, repeated = described(a_person(OWN_WORDS)), described(a_person(OWN_WORDS), repeat=True)

    assert repeated.startswith(f"Possible repeat of {REFERENCE}")
    assert repeated.endswith(plain)
    assert "repeat" not in plain


def test_a_test_referral_says_so() -> None:
    assert "TEST" in described(a_person(OWN_WORDS), test=True)
    assert "TEST" not in described(a_person(OWN_WORDS))


@pytest.mark.parametrize(
    ("label", "shown_as"),
    [
        ("What helps?", "What helps"),
        ("What helps? ", "What helps"),
        ("Pets:", "Pets"),
        ("Is it 10:30 or later", "Is it 10:30 or later"),
        ("Why? Tell us", "Why? Tell us"),
        ("A full stop.", "A full stop."),
    ],
)
def test_a_line_begins_with_its_label_without_the_final_mark(label: str, shown_as: str) -> None:
    assert f"\n{shown_as}: yes\n" in described(a_person(OWN_WORDS, a_line(label, "yes")))


def test_several_answers_are_one_line_as_they_were_shown() -> None:
    ways = an_answer("safe", "Text message, Letter", label="Safe?", value=("text", "letter"), send="description")

    assert "\nSafe: Text message, Letter\n" in described(a_person(OWN_WORDS, ways))


def test_several_answers_of_a_field_are_joined_by_commas() -> None:
    assert composed(a_person(an_answer("needs", "A, B", value=("a", "b"))))[0]["needs"] == "a, b"


def test_the_lines_of_other_people_stand_under_their_names() -> None:
    carer = a_person(HELPS, person="carer", first_name="Ines", surname="Otherperson")
    silent = a_person(person="child", first_name="Ada", surname="Otherperson")

    text = described(a_person(OWN_WORDS, a_line("Pets", "A cat")), silent, carer)

    assert "Pets: A cat\n\nAbout Ines Otherperson (carer):\nWhat helps: A ramp\n\nReference" in text
    assert "Ada" not in text


def test_what_is_sent_nowhere_is_sent_nowhere() -> None:
    hidden = an_answer("has_carer", "Zebedee-Canary", send="none")

    assert "Zebedee-Canary" not in str(composed(a_person(OWN_WORDS, hidden)))


def test_the_main_person_carries_description_and_project_and_others_do_not() -> None:
    main, carer = composed(a_person(OWN_WORDS), a_person(person="carer"), project="7")

    assert main["project"] == "7"
    assert main["description"].endswith(f"Reference: {REFERENCE}")
    assert {"project", "description"}.isdisjoint(carer)


def test_a_project_that_was_asked_for_wins_over_the_one_of_the_form() -> None:
    assert composed(a_person(an_answer("project", "12")), project="7")[0]["project"] == "12"
    assert composed(a_person(an_answer("project", "12")))[0]["project"] == "12"


def test_without_a_project_the_importer_chooses() -> None:
    assert "project" not in composed(a_person(OWN_WORDS))[0]


def test_relationships_go_both_ways_by_the_place_in_the_list() -> None:
    carers = [a_person(person="carer", to_main="5", from_main="8") for _ in range(2)]
    friend = a_person(person="friend")

    main, first, between, last = composed(a_person(OWN_WORDS), carers[0], friend, carers[1])

    assert main["relationships"] == {"1": "8", "3": "8"}
    assert first["relationships"] == last["relationships"] == {"0": "5"}
    assert "relationships" not in between


def test_relationships_of_carers_go_in_their_own_map() -> None:
    main, carer = composed(a_person(), a_person(person="carer", carer_to_main="2", carer_from_main="3"))

    assert (main["carer_relationships"], carer["carer_relationships"]) == ({"1": "3"}, {"0": "2"})
    assert "relationships" not in {**main, **carer}


def test_roles_are_sent_with_a_source_and_never_without() -> None:
    people = (a_person(role="1"), a_person(person="carer", role="2"))

    sent = composed(*people, source="4")
    assert [(each["source"], each["referral_role"]) for each in sent] == [("4", "1"), ("4", "2")]
    assert all({"source", "referral_role"}.isdisjoint(each) for each in composed(*people))


def test_ids_are_text_or_numbers_as_the_organisation_says() -> None:
    people = (a_person(an_answer("telephone", "07700900123")), a_person(person="carer", org_type_id="9"))

    text = composed(*people, project="7")
    numbers = composed(*people, project="7", numbers=True)

    assert [each["org_type_id"] for each in text] == ["1", "9"]
    assert [each["org_type_id"] for each in numbers] == [1, 9]
    assert (text[0]["project"], numbers[0]["project"]) == ("7", 7)
    assert numbers[0]["telephone"] == "07700900123"


def test_empty_answers_are_not_sent() -> None:
    person = a_person(an_answer("email", ""), an_answer("needs", "", value=()), an_answer("x", "", send="description"))

    (sent,) = composed(person)

    assert {"email", "needs", "x"}.isdisjoint(sent)
    assert sent["description"] == f"Reference: {REFERENCE}"


def test_a_field_of_another_name_at_the_destination_goes_out_under_that_name() -> None:
    (sent,) = composed(a_person(an_answer("mobile", "07700 900123", sent_as="telephone")))

    assert sent["telephone"] == "07700 900123"
    assert "mobile" not in sent


def test_our_reference_is_the_external_id_only_where_the_organisation_says_so() -> None:
    referral = referred(a_person(), a_person(person="carer"))

    main, carer = people_of(referral, repeat=False, numbers=False, external_id=True)
    (plain, _) = people_of(referral, repeat=False, numbers=False, external_id=False)

    assert main["external_id"] == REFERENCE
    assert "external_id" not in {**carer, **plain}


def test_the_same_referral_is_always_the_same_bytes() -> None:
    block = OrganisationBlock(url="http://127.0.0.1:1/v2", source="s", org="o", user="u", body="json")
    destination = Charitylog(block, connect_timeout=1, read_timeout=1, deadline=3)
    referral = referred(a_person(OWN_WORDS, HELPS), a_person(person="carer", to_main="5", from_main="8"))
    again = Referral.from_json(referral.to_json())

    (first,) = destination.steps(referral, repeat=False)
    (second,) = destination.steps(again, repeat=False)
    (repeat,) = destination.steps(again, repeat=True)

    assert first.body == second.body != repeat.body
    assert b"Possible repeat of RG-7K3F-9Q2M" in repeat.body
    assert "Testperson" not in f"{first} {first!r} {destination!r} {block!r}"
    destination.close()


def test_composing_changes_nothing_of_the_referral() -> None:
    referral = referred(a_person(OWN_WORDS), a_person(person="carer", to_main="5", from_main="8"))
    before = replace(referral)

    people_of(referral, repeat=True, numbers=True, external_id=True)

    assert referral == before


def test_whoever_is_only_described_is_a_paragraph_and_nobody_at_the_destination() -> None:
    referrer = Person("referrer", {}, (a_line("Name", "Rita"), a_line("Job", "Nurse")), "The referrer", described=True)
    carer = a_person(a_line("Pets", "A cat"), person="carer", to_main="5", from_main="8")

    main, sent = composed(a_person(OWN_WORDS), referrer, carer)

    assert main["relationships"] == {"1": "8"}
    assert sent["relationships"] == {"0": "5"}
    assert "The referrer:\nName: Rita\nJob: Nurse\n\nAbout Maia Testperson (carer):" in main["description"]


def test_a_described_person_without_a_label_goes_by_their_id() -> None:
    referrer = Person("referrer", {}, (a_line("Job", "Nurse"),), described=True)

    assert "\n\nreferrer:\nJob: Nurse\n" in described(a_person(OWN_WORDS), referrer)
