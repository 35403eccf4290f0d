"""A person at the External Referral Manager: finds, looks, imports, links, rejects."""

import json
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


def test_likely_duplicates_are_pointed_out(client: FlaskClient) -> None:
    stage(client, CARED_FOR, CARER)

    page = client.get(f"{LIST}/1").text

    assert "Client 1, Alba Samplewell</a>: same surname and date of birth and postcode" in page
    assert "Client 2, Bertram Samplewell</a>: same surname and postcode" in page
    assert "Client 8," not in page


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


def test_import_can_link_people_to_existing_clients(client: FlaskClient) -> None:
    stage(client, CARED_FOR, CARER)

    client.post(f"{LIST}/1/import", data={"client_id": "1", "client_id_1": "", "project": "3"})

    kept = staged(client)
    assert kept["clients"] == [1, 14]
    known = client.get("/clients/1").text
    assert f"Referral {kept['referral']}: Carer breaks" in known
    assert "Samplewell" in known
    assert "samplewell</h1>" not in known


def test_without_a_description_no_referral_is_recorded(client: FlaskClient) -> None:
    stage(client, CARER | {"relationships": None})

    client.post(f"{LIST}/1/import")

    assert (staged(client)["state"], staged(client)["referral"]) == ("imported", None)


@pytest.mark.parametrize(
    "form", [{"client_id": "999"}, {"client_id": "one"}, {"client_id": "9" * 30}, {"project": "99"}]
)
def test_a_wrong_choice_at_import_is_said_and_changes_nothing(client: FlaskClient, form: dict[str, str]) -> None:
    stage(client, CARED_FOR, CARER)

    answer = client.post(f"{LIST}/1/import", data=form)

    assert (answer.status_code, "There is a problem" in answer.text) == (422, True)
    assert staged(client)["state"] == "staged"
    assert client.get("/clients/14").status_code == 404


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


@pytest.mark.parametrize("path", [f"{LIST}/99", "/clients/99"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
