"""From valid forms to people: wire values beside words, pages of one person merged, consents with their wording."""

from gateway.definitions.schema import Form
from gateway.forms.build import PageForm, filled
from gateway.forms.collect import Collected, answer_rows, collect
from gateway.forms.journey import Answers
from gateway.referral import Answer, Consent
from tests.forms.making import TODAY, definition, fill, look_up, page, question

PEOPLE = [
    {"id": "client", "blocks": {"charitylog": {"org_type_id": "1"}}},
    {"id": "carer", "min": "0", "max": "3", "blocks": {"charitylog": {"org_type_id": "9"}}},
]


def read(form: Form, answers: Answers) -> list[PageForm]:
    forms = filled(form, answers, language="en", choices=look_up, today=TODAY)
    assert all(each.validate() for each in forms)
    return forms


def collected(form: Form, answers: Answers) -> Collected:
    return collect(form, read(form, answers), destination="charitylog")


def test_an_answer_has_its_wire_value_and_the_words_that_were_seen() -> None:
    form = definition(
        page(
            "a",
            question("ethnicity", "select", "Ethnic group", dictionary="organisations/ethnic_group"),
            question("born", "date", "Date of birth", **{"as": "date_of_birth"}),
            question("tel", "phone", "Phone", send="description"),
            question("ways", "safe_contact", "How may we contact you safely?"),
        )
    )
    answers = {"ethnicity": ["35"], "born-day": ["1"], "born-month": ["5"], "born-year": ["1990"],
               "tel": ["01632 960001"], "ways": ["text", "phone"]}  # fmt: skip
    (person,) = collected(form, answers).people

    assert person.answers == (
        Answer("ethnicity", "Ethnic group", "35", "White British", "field", "ethnicity"),
        Answer("born", "Date of birth", "1990-05-01", "1 May 1990", "field", "date_of_birth"),
        Answer("tel", "Phone", "+441632960001", "01632 960001", "description", "tel"),
        Answer("ways", "How may we contact you safely?", ("phone", "text"), "Phone call, Text message", "description",
               "ways"),
    )  # fmt: skip


def test_the_main_person_comes_first_and_pages_of_one_person_are_merged() -> None:
    form = definition(
        page("carer", question("name"), person="carer"),
        page("a", question("name")),
        page("b", question("description")),
        people=PEOPLE,
    )
    answers = {"carer-0-name": ["Beth"], "carer-1-name": ["Carl"], "name": ["Ann"], "description": ["Help"]}
    people = collected(form, answers).people

    assert [person.id for person in people] == ["client", "carer", "carer"]
    assert [[answer.value for answer in person.answers] for person in people] == [["Ann", "Help"], ["Beth"], ["Carl"]]
    assert [person.options for person in people] == [{"org_type_id": "1"}, {"org_type_id": "9"}, {"org_type_id": "9"}]


def test_forms_may_come_in_any_order() -> None:
    form = definition(page("a", question("x")), page("carer", question("name"), person="carer"), people=PEOPLE)
    forms = read(form, {f"carer-{index}-name": [name] for index, name in enumerate("BCD")} | {"x": ["1"]})
    people = collect(form, forms[::-1], destination="charitylog").people

    assert [person.answers[0].value for person in people] == ["1", "B", "C", "D"]


def test_empty_answers_are_left_out_and_so_are_people_without_any() -> None:
    form = definition(page("a", question("x")), page("carer", question("name"), person="carer"), people=PEOPLE)
    (main,) = collected(form, {"x": [""], "carer-0-name": [" "]}).people

    assert main.id == "client"
    assert main.answers == ()


def test_consents_keep_the_wording_and_whether_it_was_agreed_to() -> None:
    form = definition(
        page(
            "a",
            question("agree", "consent", "I agree that you keep this", hint="For a year", version="3"),
            question("news", "consent", "Send me news", version="1"),
            question("knows", "agreement", "Do they know?", version="2"),
        )
    )
    answers = {"agree": ["Y"], "knows": ["interest"], "knows-reason": ["Too ill"]}
    result = collected(form, answers)

    assert result.consents == (
        Consent("agree", "I agree that you keep this\nFor a year", "3", "Y"),
        Consent("news", "Send me news", "1", ""),
        Consent("knows", "Do they know?\nThey cannot agree, and it is in their interest", "2", "interest", "Too ill"),
    )
    assert [(answer.name, answer.shown, answer.send) for answer in result.people[0].answers] == [
        ("agree", "Yes", "none"),
        ("knows", "They cannot agree, and it is in their interest: Too ill", "none"),
    ]


def test_a_consent_that_was_not_shown_is_not_recorded() -> None:
    form = definition(
        page("a", question("ill", "yes_no"), question("agree", "consent", show_when={"ill": "Y"})),
    )

    assert collected(form, {"ill": ["N"], "agree": ["Y"]}).consents == ()


def test_check_answers_lists_what_was_asked_with_empty_ones_and_without_the_rest() -> None:
    form = definition(
        page(
            "a",
            {"type": "note", "text": "Welcome."},
            question("x", label="First name"),
            question("born", "date", "Date of birth"),
            question("ill", "yes_no", "Are you ill?"),
            question("since", show_when={"ill": "Y"}),
            {"name": "way", "type": "hidden", "value": "website"},
        )
    )
    posted = fill(form, "a", {"x": "Ann", "ill": "N"})
    posted.validate()

    assert [(row.label, row.shown, row.id) for row in answer_rows(posted)] == [
        ("First name", "Ann", "x"),
        ("Date of birth", "", "born-day"),
        ("Are you ill?", "No", "ill"),
    ]


def test_nothing_of_an_answer_is_in_a_repr() -> None:
    form = definition(page("a", question("x")))
    result = collected(form, {"x": ["Testperson"]})

    assert "Testperson" not in repr(result) + repr(result.people) + repr(read(form, {"x": ["Testperson"]}))


def test_words_beside_a_value_with_a_field_of_its_own_become_a_line() -> None:
    hobbies = ["Reading", {"value": "9", "label": "Something else", "ask": "What is it?"}]
    form = definition(
        page(
            "a",
            question("hobby", "radios", "Hobby", choices=hobbies),
            question("wishes", "checkboxes", "Wishes", choices=hobbies),
            question("silent", "radios", "Silent", choices=hobbies, send="none"),
        )
    )
    answers = {name: ["9"] for name in ("hobby", "wishes", "silent")}
    answers |= {f"{name}-text-2": ["bees"] for name in ("hobby", "wishes", "silent")}
    (person,) = collected(form, answers).people

    shown = "Something else: bees"
    assert person.answers == (
        Answer("hobby", "Hobby", "9", shown, "field", "hobby"),
        Answer("hobby", "Hobby", shown, shown, "description", "hobby"),
        Answer("wishes", "Wishes", ("9",), shown, "description", "wishes"),
        Answer("silent", "Silent", "9", shown, "none", "silent"),
    )


def test_no_fixed_address_is_a_line_and_no_postcode() -> None:
    form = definition(page("a", question("postcode", "postcode", "Postcode", required="true", no_fixed_address="true")))
    (person,) = collected(form, {"postcode": [""], "postcode-none": ["Y"]}).people

    assert person.answers == (
        Answer("postcode", "Postcode", "No fixed address", "No fixed address", "description", "postcode"),
    )


def test_what_is_asked_about_somebody_who_is_described_becomes_lines_under_their_label() -> None:
    form = definition(
        page("a", question("x")),
        page("r", question("job"), question("secret", send="none"), person="referrer"),
        people=[{"id": "client"}, {"id": "referrer", "label": "The referrer", "send": "description"}],
    )
    answers = {"x": ["1"], "referrer-0-job": ["Nurse"], "referrer-0-secret": ["Hush"]}
    main, referrer = collected(form, answers).people

    assert (main.described, referrer.described, referrer.label) == (False, True, "The referrer")
    assert [(answer.shown, answer.send) for answer in referrer.answers] == [("Nurse", "description"), ("Hush", "none")]


def test_the_wording_that_is_kept_is_the_one_in_the_language_of_the_page() -> None:
    wording = {"en": "I agree", "cy": "Rwy’n cytuno"}
    form = definition(page("a", question("agree", "consent", "x", version="7") | {"label": wording}))
    (shown,) = filled(form, {"agree": ["Y"]}, language="cy", choices=look_up, today=TODAY)
    assert shown.validate()

    assert collect(form, [shown], destination="charitylog").consents == (Consent("agree", "Rwy’n cytuno", "7", "Y"),)
