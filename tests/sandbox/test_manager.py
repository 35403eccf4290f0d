"""A person at the External Referral Manager: finds, looks, imports, links, rejects."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.sandbox.conftest import KEYS, PERSON

LIST = "/external-referral-manager"
CARED_FOR = {
    "source": "1", "referral_role": "1", "first_name": "Alba", "surname": "samplewell", "org_type_id": 7,
    "date_of_birth": "1948-03-02", "postcode": "sa11zz", "ethnicity": "35", "project": 7, "favourite_colour": "green",
    "description": "RG-7K3F-9Q2M\nNeeds a break.", "relationships": {"1": "8"},
}  # fmt: skip
CARER = {"first_name": "Cerys", "surname": "Testperson", "org_type_id": 9, "relationships": {"0": "5"}}


def stage(client: FlaskClient, *people: dict[str, Any]) -> None:
    answer = client.put("/v2/external_referral", data=json.dumps(people), content_type="application/json", headers=KEYS)
    assert answer.status_code == 200


def staged(client: FlaskClient) -> dict[str, Any]:
    found: list[dict[str, Any]] = client.get("/_sandbox/staged").json  # type: ignore[assignment]
    return found[-1]


def test_the_first_page_explains_and_leads_to_the_manager(client: FlaskClient) -> None:
    page = client.get("/").text

    assert f'href="{LIST}"' in page
    assert "X-Sandbox: invented" in page


def test_no_page_asks_for_keys_and_every_page_says_it_is_invented(client: FlaskClient) -> None:
    stage(client, PERSON)
    for path in ("/", LIST, f"{LIST}/1", "/clients", "/clients/1", "/static/sandbox.css"):
        answer = client.get(path)

        assert (answer.status_code, answer.headers["X-Sandbox"]) == (200, "invented")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        answer.close()


def test_the_list_shows_the_newest_first_with_what_matters(client: FlaskClient) -> None:
    stage(client, PERSON)
    stage(client, CARED_FOR, CARER)

    page = client.get(LIST).text

    assert page.index("Alba samplewell") < page.index("Alys Testperson")
    for shown in ("and 1 more", "1 / 1", "Triage", "RG-7K3F-9Q2M", "Waiting"):
        assert shown in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("search=rg-7k3f-9q2m", "Alba", "Alys"),
        ("search=Alys+Testperson", "Alys", "Alba"),
        ("source=1", "Alba", "Alys"),
        ("state=rejected", "Alys", "Alba"),
        ("state=staged", "Alba", "Alys"),
    ],
)
def test_the_list_is_narrowed_by_state_source_and_words(
    client: FlaskClient, query: str, shown: str, hidden: str
) -> None:
    stage(client, PERSON | {"description": "other"})
    stage(client, CARED_FOR, CARER)
    client.post(f"{LIST}/1/reject", data={"reason": "Spam"})

    page = client.get(f"{LIST}?{query}").text

    assert shown in page
    assert hidden not in page


def test_a_search_that_finds_nothing_says_so(client: FlaskClient) -> None:
    assert "No external referral matches" in client.get(f"{LIST}?search=%25").text
    assert "has arrived yet" in client.get(LIST).text


def test_a_long_list_is_shown_in_pages(client: FlaskClient) -> None:
    for number in range(52):
        stage(client, PERSON | {"first_name": f"N{number:02}"})

    page = client.get(LIST).text

    assert "N02 Testperson" in page
    assert "N01 Testperson" not in page
    assert "before=3" in page
    assert "N01 Testperson" in client.get(f"{LIST}?before=3").text


def test_the_look_shows_labels_relationships_and_the_raw_request(client: FlaskClient) -> None:
    stage(client, CARED_FOR, CARER)

    page = client.get(f"{LIST}/1").text

    for shown in (
        "White British", "Service user", "Is cared for by Cerys Testperson (person 2)", "not a known field",
        "Cares for Alba samplewell (person 1)", "Needs a break.", "&#34;surname&#34;: &#34;samplewell&#34;",
        '<option value="7" selected>Triage</option>',
    ):  # fmt: skip
        assert shown in page


def text_of(page: str) -> str:
    """What a reader sees of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def part(page: str, begin: str, end: str) -> str:
    """What stands between two texts of a page."""
    return page.split(begin, 1)[1].split(end, 1)[0]


def test_two_roles_of_one_source_show_other_fields_first_and_hide_none_for_good(client: FlaskClient) -> None:
    fields = {"surname": "Testperson", "org_type_id": 9, "source": "1", "email": "x@example.com", "nhs_number": "99"}
    stage(
        client,
        fields | {"first_name": "Cerys", "referral_role": "1"},
        fields | {"first_name": "Mo", "referral_role": "2"},
    )

    page = client.get(f"{LIST}/1").text

    for name, role, first, also in (
        ("Cerys", "Carer", "Email", "NHS number"),
        ("Mo", "Person cared for", "NHS number", "Email"),
    ):
        section = part(page, f"{name} Testperson</h3>", "</section>")
        shown, folded = section.split("<details>")
        assert f"in this form: {role}" in shown
        assert (first in shown, also in shown) == (True, False)
        assert (first in folded, also in folded) == (False, True)
        assert "Role in the referral" in folded


@pytest.mark.parametrize("told", [{}, {"source": "1", "referral_role": "77"}, {"source": "77", "referral_role": "1"}])
def test_without_a_source_and_role_that_are_known_everything_is_shown(
    client: FlaskClient, told: dict[str, str]
) -> None:
    stage(client, PERSON | told | {"nhs_number": "99"})

    page = client.get(f"{LIST}/1").text

    section = part(page, "Alys Testperson</h3>", "</section>")
    assert "NHS number" in section
    assert "<details>" not in section


def test_likely_duplicates_are_choices_with_their_reason_the_likeliest_first(client: FlaskClient) -> None:
    stage(client, CARED_FOR, CARER)

    page = client.get(f"{LIST}/1").text

    who = text_of(part(page, "Who is Alba samplewell?", "</fieldset>"))
    alba, bertram, new = (
        who.index(words)
        for words in (
            "client 1 Service user · born 1948-03-02 · SA1 1ZZ same surname, first name, date of birth and postcode",
            "client 2 Carer / family member · born 1946-11-19 · SA1 1ZZ same surname and postcode",
            "A new client",
        )
    )
    assert alba < bertram < new
    assert "client 8" not in who
    assert "checked" not in part(page, "Who is Alba samplewell?", "</fieldset>")


def test_other_external_referrals_about_the_same_person_are_pointed_out(client: FlaskClient) -> None:
    for person in (PERSON, PERSON, PERSON | {"first_name": "Bea"}):
        stage(client, person)
    client.post(f"{LIST}/1/reject", data={"reason": "Spam"})

    page = client.get(f"{LIST}/2").text

    told = text_of(part(page, "Perhaps sent more than once", "</div>"))
    assert re.fullmatch(r"External referral 1 of .+ UTC, rejected: same surname and first name", told)
    assert "Perhaps sent more than once" not in client.get(f"{LIST}/3").text


def test_who_is_like_nobody_becomes_a_new_client_unless_somebody_says_otherwise(client: FlaskClient) -> None:
    stage(client, PERSON | {"surname": "Unlikely"})

    who = part(client.get(f"{LIST}/1").text, "Who is Alys Unlikely?", "</fieldset>")

    assert "May be known already" not in who
    assert re.search(r'name="client_id" value="" checked', who)


@pytest.mark.parametrize("words", ["mirela", "Pretendu+Mirela", "13", "sa1+5zz", "1987-01-01"])
def test_a_client_is_found_on_the_page_without_knowing_the_number(client: FlaskClient, words: str) -> None:
    stage(client, PERSON)

    page = client.get(f"{LIST}/1?find={words}").text

    assert "1 found" in page
    assert "Mirela Pretendu, client 13" in text_of(part(page, "Who is Alys Testperson?", "</fieldset>"))


@pytest.mark.parametrize("words", ["nobody", "mirela+samplewell", "%25", "-"])
def test_a_search_for_a_client_that_finds_nobody_says_so(client: FlaskClient, words: str) -> None:
    stage(client, PERSON)

    assert "Nobody found" in client.get(f"{LIST}/1?find={words}").text


def test_what_was_sent_is_never_markup(client: FlaskClient) -> None:
    hostile = "<script>alert(1)</script>"
    stage(
        client, {"first_name": hostile, "surname": hostile, "org_type_id": 1, "description": hostile, hostile: hostile}
    )
    client.post(f"{LIST}/1/import")

    for path in (LIST, f"{LIST}/1", f"{LIST}?search=<script>", "/clients", "/clients/14"):
        page = client.get(path).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_import_makes_clients_their_relationships_and_a_referral(client: FlaskClient) -> None:
    stage(client, CARED_FOR, CARER)

    answer = client.post(f"{LIST}/1/import", follow_redirects=True)

    assert (answer.status_code, answer.request.path) == (200, f"{LIST}/1")
    assert "new <a" in answer.text
    kept = staged(client)
    assert (kept["state"], kept["clients"]) == ("imported", [14, 15])
    alba = client.get("/clients/14").text
    for shown in (
        f"Referral {kept['referral']}: Triage",
        "Needs a break.",
        "Is cared for by",
        "Cerys Testperson",
        "White British",
    ):
        assert shown in alba
    assert "None." in client.get("/clients/15").text


def contacts(client: FlaskClient) -> list[dict[str, Any]]:
    """The contacts of the referral as which the last one was imported."""
    referral = staged(client)["referral"]
    every = client.get("/_sandbox/records").json
    assert every is not None
    [found] = [each["contacts"] for record in every for each in record["referrals"] if each["id"] == referral]
    return list(found)


def test_import_records_a_done_contact_with_the_description(client: FlaskClient) -> None:
    stage(client, CARED_FOR | {"contact_type": "5"}, CARER)

    client.post(f"{LIST}/1/import")

    [contact] = contacts(client)
    assert (contact["done"], contact["fields"]["description"]) == (True, CARED_FOR["description"])
    assert contact["fields"]["contact_type"] == "5"
    assert contact["fields"]["start_date"] == contact["fields"]["end_date"]


def test_what_was_changed_on_record_a_contact_is_what_is_recorded(client: FlaskClient) -> None:
    stage(client, CARED_FOR | {"contact_type": "5"}, CARER)
    form = {"details": "First line.\r\nSecond line.", "project": "3", "contact_type": "2", "worker": "4"}

    client.post(f"{LIST}/1/import", data=form)

    [contact] = contacts(client)
    told = contact["fields"]
    assert (told["description"], told["contact_type"], told["user"]) == ("First line.\nSecond line.", "2", "4")
    page = text_of(client.get("/clients/14").text)
    assert "Carer breaks Imported from external referral 1 First line. Second line." in page
    assert "Assessment · Osian Testworker" in page
    assert client.get(f"{LIST}/1").text.count("Needs a break.") == 2


def test_import_can_link_people_to_existing_clients(client: FlaskClient) -> None:
    stage(client, CARED_FOR, CARER)

    client.post(f"{LIST}/1/import", data={"client_id": "1", "client_id_1": "", "project": "3"})

    kept = staged(client)
    assert kept["clients"] == [1, 14]
    known = client.get("/clients/1").text
    assert f"Referral {kept['referral']}: Carer breaks" in known
    assert "Samplewell" in known
    assert "samplewell</h1>" not in known


def test_only_the_first_person_s_description_is_recorded_and_the_page_says_so(client: FlaskClient) -> None:
    stage(client, CARED_FOR, CARER | {"description": "Cerys adds."})

    page = text_of(client.get(f"{LIST}/1").text)
    client.post(f"{LIST}/1/import")

    assert "Cerys adds. It is not recorded" in page
    assert [contact["fields"]["description"] for contact in contacts(client)] == [CARED_FOR["description"]]


def test_without_a_description_no_referral_is_recorded(client: FlaskClient) -> None:
    stage(client, CARER | {"relationships": None})

    client.post(f"{LIST}/1/import")

    assert (staged(client)["state"], staged(client)["referral"]) == ("imported", None)


def test_another_client_is_linked_by_the_number_beside_the_choice(client: FlaskClient) -> None:
    stage(client, CARED_FOR, CARER)

    client.post(f"{LIST}/1/import", data={"client_id": "other", "client_number": "5", "client_number_1": "9"})

    assert staged(client)["clients"] == [5, 9]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"client_id": "999"}, "There is no client with that number."),
        ({"client_id_1": "999"}, "There is no client with that number."),
        ({"client_id": "one"}, "A client number is a whole number."),
        ({"client_id": "9" * 30}, "A client number is a whole number."),
        ({"client_id": "other"}, "Type the number of the client that Alba samplewell is"),
        ({"client_id_1": "other", "client_number_1": " "}, "Type the number of the client that Cerys Testperson is"),
        ({"client_id": "", "client_number": "5"}, "For Alba samplewell, choose “Another client” or clear the number"),
        ({"client_id": "2", "client_id_1": "2"}, "Two people of one referral cannot be the same client."),
        ({"project": "99"}, "Choose a project from the list."),
        ({"contact_type": "99"}, "Choose a contact type from the list."),
        ({"worker": "99"}, "Choose a worker from the list."),
        ({"details": " "}, "Enter the details of the contact."),
    ],
)
def test_a_wrong_choice_at_import_is_said_and_changes_nothing(
    client: FlaskClient, form: dict[str, str], said: str
) -> None:
    stage(client, CARED_FOR, CARER)

    answer = client.post(f"{LIST}/1/import", data=form)

    assert (answer.status_code, "There is a problem" in answer.text) == (422, True)
    assert "<title>Error: " in answer.text
    assert answer.text.count(said) == 2
    field = part(answer.text, '<p><a href="#', '"')
    assert re.search(rf'id="{field}"[^>]+aria-describedby="[^"]*{field}-wrong" aria-invalid="true"', answer.text)
    assert staged(client)["state"] == "staged"
    assert client.get("/clients/14").status_code == 404


def test_what_was_chosen_and_typed_is_kept_when_something_is_wrong(client: FlaskClient) -> None:
    stage(client, CARED_FOR, CARER)
    form = {"client_id": "2", "client_id_1": "other", "project": "3", "contact_type": "2", "details": "As <we> spoke."}

    page = client.post(f"{LIST}/1/import", data=form).text

    for kept in (
        'name="client_id" value="2" required checked', 'name="client_id_1" value="other" checked',
        '<option value="3" selected>', '<option value="2" selected>Assessment', "As &lt;we&gt; spoke.</textarea>",
    ):  # fmt: skip
        assert kept in page


def test_reject_needs_a_reason_and_keeps_it(client: FlaskClient) -> None:
    stage(client, PERSON)

    assert client.post(f"{LIST}/1/reject", data={"reason": " "}).status_code == 422
    assert client.post(f"{LIST}/1/reject", data={"reason": "Spam"}).status_code == 303

    assert (staged(client)["state"], staged(client)["reason"]) == ("rejected", "Spam")
    assert "Reason: Spam" in client.get(f"{LIST}/1").text


@pytest.mark.parametrize("first", ["import", "reject"])
@pytest.mark.parametrize("then", ["import", "reject"])
def test_a_settled_referral_is_not_settled_again(client: FlaskClient, first: str, then: str) -> None:
    stage(client, PERSON)
    client.post(f"{LIST}/1/{first}", data={"reason": "Spam"})
    before = staged(client)

    answer = client.post(f"{LIST}/1/{then}", data={"reason": "Other"})

    assert (answer.status_code, "settled before" in answer.text) == (409, True)
    assert staged(client) == before
    assert client.get("/clients/15").status_code == 404


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=", f"before={'9' * 30}"])
def test_a_page_of_the_list_that_is_none_is_the_first_one(client: FlaskClient, query: str) -> None:
    stage(client, PERSON)

    assert "Alys Testperson" in client.get(f"{LIST}?{query}").text


@pytest.mark.parametrize("path", [f"{LIST}/99", "/clients/99", f"{LIST}/{'9' * 30}", f"/clients/{'9' * 30}"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
