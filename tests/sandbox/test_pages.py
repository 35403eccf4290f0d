"""The other pages of the sandbox, and what every page owes to a reader who cannot see it."""

from html.parser import HTMLParser
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.sandbox.conftest import KEYS
from tests.sandbox.test_manager import CARED_FOR, CARER, LIST, PERSON, part, stage, staged, text_of

CONTROLS = ("input", "select", "textarea")


class Reading(HTMLParser):
    """What a page gives to somebody who hears it, and what it forgets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.pointed_at: set[str] = set()
        self.labelled: set[str] = set()
        self.controls: list[str] = []
        self.headings: list[int] = []
        self.tags: list[str] = []
        self.captions = 0
        self.bare_heads = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.ids += [has["id"]] if "id" in has else []
        for name in ("aria-describedby", "aria-labelledby"):
            self.pointed_at.update(has.get(name, "").split())
        if has.get("href", "").startswith("#"):
            self.pointed_at.add(has["href"][1:])
        if tag == "label":
            self.labelled.add(has["for"])
        if tag in CONTROLS and has.get("type") != "hidden":
            self.controls.append(has["id"])
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        self.captions += tag == "caption"
        self.bare_heads += tag == "th" and "scope" not in has


PAGES = {
    "/": 1,
    LIST: 1,
    f"{LIST}?search=nobody": 0,
    f"{LIST}/1": 4,
    f"{LIST}/1?find=testperson": 4,
    f"{LIST}/2": 2,
    f"{LIST}/3": 2,
    "/clients": 1,
    "/clients?search=nobody": 0,
    "/clients/3": 3,
    "/clients/2": 4,
    "/workers": 1,
}


@pytest.fixture
def pages(client: FlaskClient) -> FlaskClient:
    """A sandbox whose every page has something to show: one referral waits, one was rejected, one imported."""
    role = {"source": "1", "referral_role": "1", "email": "x@example.com"}
    stage(client, CARED_FOR | role, CARER)
    stage(client, PERSON)
    stage(client, PERSON)
    client.post(f"{LIST}/2/reject", data={"reason": "Spam"})
    client.post(f"{LIST}/3/import")
    return client


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_heard_and_used_from_the_keyboard(pages: FlaskClient, path: str) -> None:
    page = pages.get(path).text
    reading = Reading(page)

    assert len(reading.ids) == len(set(reading.ids))
    assert reading.pointed_at <= set(reading.ids)
    assert set(reading.controls) == reading.labelled
    assert reading.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(reading.headings, reading.headings[1:], strict=False))
    assert (reading.tags.count("table"), reading.bare_heads) == (reading.captions, 0)
    assert all(reading.tags.count(landmark) == 1 for landmark in ("header", "main", "footer"))
    assert "script" not in reading.tags


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_is_invented(pages: FlaskClient, path: str) -> None:
    page = pages.get(path).text

    assert "this screen is invented: it is not the vendor’s" in page
    assert "Invented:" in part(page, "About this page", "</footer>")


def test_a_wrong_choice_can_be_heard_too(client: FlaskClient) -> None:
    stage(client, CARED_FOR, CARER)

    reading = Reading(client.post(f"{LIST}/1/import", data={"client_id": "999", "details": ""}).text)

    assert reading.pointed_at <= set(reading.ids)
    assert set(reading.controls) == reading.labelled


def test_a_client_s_page_tells_what_is_done_and_due_the_newest_first(client: FlaskClient) -> None:
    page = text_of(client.get("/clients/3").text)

    due = page.index("Due 3 Dec 2026 at 15:00 Nesta Sampleworth · contact 405 Invented: second talk.")
    done = page.index("Done 10 Sep 2026 at 15:00 Assessment · Nesta Sampleworth · contact 402 Invented: first talk.")
    assert due < done
    assert "Referral 2289: Counselling" in page
    assert "Some worries" in page[page.index("Wellcheck Notes, record 1 of 2") :]


def test_a_client_s_page_tells_extension_fields_apart(client: FlaskClient) -> None:
    page = client.get("/clients/1").text

    assert "Consent to photos on the website" in part(page, "Extension fields", "</table>")
    assert "Consent to photos on the website" not in part(page, "Details", "</table>")


def test_relationships_lead_to_the_other_client_and_back(client: FlaskClient) -> None:
    here, there = (text_of(client.get(f"/clients/{number}").text) for number in (3, 4))

    for page in (here, there):
        assert "Ceridwen Inventona to Dafydd Inventona: Is a parent of" in page
        assert "Dafydd Inventona to Ceridwen Inventona: Is a child of" in page
    assert 'href="/clients/4"' in client.get("/clients/3").text
    assert 'href="/clients/3"' in client.get("/clients/4").text


def test_uploads_and_job_cards_stand_on_the_client_s_page(client: FlaskClient) -> None:
    stage(client, PERSON)
    client.post(f"{LIST}/1/import", data={"client_id": "2"})
    referral = staged(client)["referral"]
    for path, name in (("clients/id/2", "one.pdf"), (f"referrals/id/{referral}", "two.pdf")):
        form = {"file": (BytesIO(b"%PDF-1.7"), name), "user_visibility": "1", "group_visibility": "2"}
        assert client.post(f"/v2/{path}/uploads", data=form, headers=KEYS).status_code < 300

    page = client.get("/clients/2").text

    assert "one.pdf" in part(page, "<h2>Uploads", "<h2>")
    assert "two.pdf" in part(page, f'id="referral-{referral}"', "</section>")
    assert "Osian Testworker" in part(page, "Job cards of Bertram Samplewell", "</table>")


def test_a_client_and_the_external_referral_lead_to_each_other(client: FlaskClient) -> None:
    stage(client, PERSON)
    client.post(f"{LIST}/1/import")

    assert 'href="/clients/14"' in client.get(f"{LIST}/1").text
    assert client.get("/clients/14").text.count(f'href="{LIST}/1"') == 2


@pytest.mark.parametrize(("search", "found"), [("samplewell", 2), ("SA2 4ZZ", 2), ("7", 1), ("01632 960 107", 1)])
def test_clients_are_found_by_what_is_typed(client: FlaskClient, search: str, found: int) -> None:
    page = client.get("/clients", query_string={"search": search}).text

    assert page.count('<th scope="row"') == found


def test_a_long_list_of_clients_is_shown_in_pages(client: FlaskClient) -> None:
    for number in range(40):
        client.post("/v2/clients", json={"first_name": f"N{number:02}", "surname": "Testperson"}, headers=KEYS)

    page = client.get("/clients").text

    assert ("N36 Testperson" in page, "N37 Testperson" in page) == (True, False)
    assert "after=50" in page
    assert "N37 Testperson" in client.get("/clients?after=50").text


def test_workers_show_what_they_still_have_to_do(client: FlaskClient) -> None:
    page = text_of(client.get("/workers").text)

    assert "Nesta Sampleworth nesta.sampleworth@example.org Yes 3 Dec 2026 at 15:00, Ceridwen Inventona" in page
    assert "Quentin Placeholdersen quentin.placeholdersen@example.org No None" in page


@pytest.mark.parametrize("written", ["soon", 20261203, None])
def test_a_contact_s_time_that_is_none_is_shown_as_it_is(client: FlaskClient, written: object) -> None:
    page = client.application.jinja_env.from_string("{{ written | moment }}").render(written=written)

    assert page
