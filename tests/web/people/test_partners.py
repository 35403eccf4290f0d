"""Partners: an agency fills forms in, shares what it has begun, sees where what it sent stands, and nothing else."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from gateway.identity.roles import Role
from gateway.referral import Referral
from gateway.store import accounts, agencies, people, referrals, tables
from gateway.store.database import Database
from gateway.store.people import Deciding
from gateway.store.people_tables import agency_drafts
from gateway.store.states import ReferralState

from ...forms.making import definition, page, question
from ...store.making import send as stored
from .conftest import HILLTOP, PASSWORD, RIVERSIDE, As, an_agency, post, token_of

HOME = "/partner/riverside/"
DETAILS = {
    "name": "Ada Sample",
    "organisation": "Northside Surgery",
    "phone": "01632 960001",
    "email": "ada@northside.example",
    "job": "Social prescriber",
}
CARER = {
    "first_name": "Maia",
    "surname": "Testperson",
    "telephone": "01632 960777",
    "project": "6",
    "description": "She cares for her brother.",
    "agreement": "interest",
    "agreement-reason": "She is in hospital.",
}
REFERRER = {f"referrer-0-{name}": value for name, value in DETAILS.items() if name != "job"}
_REFERENCE = re.compile(r"RG-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def ada(signed_in: As) -> FlaskClient:
    """Somebody of Northside Surgery."""
    return signed_in(Role.PARTNER, email="ada@northside.example")


def inputs(page: str) -> dict[str, str]:
    """What the hidden fields of a form page carry."""
    tags = re.findall(r'<input[^>]*name="(?:token|csrf_token|version)"[^>]*>', page)
    return {re.findall(r'name="([^"]*)"', tag)[0]: re.findall(r'value="([^"]*)"', tag)[0] for tag in tags}


def begin(client: FlaskClient, form: str = "refer") -> str:
    """Begin a form; give the address of its first page."""
    answer = post(client, f"/partner/riverside/forms/{form}", page=HOME)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def fill(client: FlaskClient, address: str, **fields: object) -> str:
    """Post a page of a form as it stands; give where it leads."""
    shown = client.get(address).get_data(as_text=True)
    answer = client.post(address, data={**inputs(shown), "action": "continue", **fields})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def send(client: FlaskClient) -> str:
    """Refer Maia Testperson; give the reference."""
    return sent_from(client, begin(client))


def sent_from(client: FlaskClient, first: str) -> str:
    """Fill a form in from its first page on, and send it."""
    check = fill(client, fill(client, first, **CARER), **REFERRER)
    receipt = client.get(fill(client, check, action="send"))
    return str(receipt.headers["Location"]).rpartition("/")[2]


def opened(app: Flask, reference: str) -> Referral:
    """Open what was sent, as the worker would."""
    site = app.extensions["gateway"]
    with site.database.read() as connection:
        found = referrals.opened(connection, site.ring, reference)
    assert found is not None
    return found


def values(referral: Referral, person: str) -> dict[str, str | tuple[str, ...]]:
    return {answer.name: answer.value for each in referral.people if each.id == person for answer in each.answers}


def test_an_agency_refers_somebody_and_sees_where_it_stands(app: Flask, ada: FlaskClient, database: Database) -> None:
    reference = send(ada)

    home, receipt = ada.get(HOME), ada.get(f"{HOME}referrals/{reference}")
    assert reference in home.get_data(as_text=True)
    assert "received" in home.get_data(as_text=True)
    page = receipt.get_data(as_text=True)
    assert "We will call the carer within 3 working days" in page
    assert not [answer for answer in ("Maia", "Testperson", "960777", "brother", "hospital.") if answer in page]
    assert values(opened(app, reference), "client")["surname"] == "Testperson"
    with database.read() as connection:
        row = connection.execute(select(tables.referrals)).one()
        assert connection.scalar(select(func.count()).select_from(agency_drafts)) == 0
    assert (row.agency, row.state) == (an_agency(database), ReferralState.PENDING)
    account = accounts.by_id(database, row.account)
    assert account is not None
    assert account.email == "ada@northside.example"


@pytest.mark.parametrize(
    ("state", "imported", "word"),
    [
        ("pending", False, "received"), ("sending", False, "received"), ("delivered", False, "passed on"),
        ("delivered", True, "imported"), ("held", False, "needs attention"), ("failed", False, "needs attention"),
        ("unknown", False, "needs attention"), ("closed", False, "closed"),
    ],
)  # fmt: skip
def test_each_state_has_a_word_that_tells_no_reason(
    ada: FlaskClient, database: Database, state: str, imported: bool, word: str
) -> None:
    reference = send(ada)
    at = datetime.now(UTC) if imported else None
    with database.write() as connection:
        changed = {"state": state, "imported_at": at, "reason": "rejected: 422 nobody else's business"}
        connection.execute(update(tables.referrals).values(**changed))

    for address in (HOME, f"{HOME}referrals/{reference}"):
        page = ada.get(address).get_data(as_text=True)
        assert f">{word}</span>" in page
        assert "rejected" not in page
        assert "business" not in page


def test_details_fill_themselves_in_on_every_form_that_asks_for_them(app: Flask, ada: FlaskClient) -> None:
    assert post(ada, f"{HOME}details", **DETAILS).status_code == 303
    assert "ada@northside.example" in ada.get(f"{HOME}details").get_data(as_text=True)

    page = ada.get(begin(ada, "agency")).get_data(as_text=True)
    assert "Social prescriber" in page
    first = begin(ada)
    page = ada.get(fill(ada, first, **CARER)).get_data(as_text=True)

    assert 'value="Ada Sample"' in page
    # Nothing counts that nobody has looked at: the page is posted like any other.
    assert values(opened(app, sent_from(ada, begin(ada))), "referrer")["name"] == "Ada Sample"


def test_details_are_judged_as_the_form_would(ada: FlaskClient, app: Flask) -> None:
    answer = post(ada, f"{HOME}details", **{**DETAILS, "phone": "call me", "email": "nobody"})

    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert page.count('class="error"') == 2
    assert 'value="call me"' in page
    site = app.extensions["gateway"]
    assert agencies.details(site.database, site.ring, an_agency(site.database)) == {}


def test_another_like_this_keeps_what_is_the_agencys_own_and_nothing_of_the_person(
    app: Flask, ada: FlaskClient, database: Database
) -> None:
    reference = send(ada)

    answer = post(ada, f"{HOME}referrals/{reference}/again", page=f"{HOME}referrals/{reference}")
    page = ada.get(str(answer.headers["Location"])).get_data(as_text=True)

    assert re.search(r'value="6"[^>]*checked', page)  # the project
    assert not [word for word in ("Maia", "Testperson", "960777", "brother", "She is in hospital") if word in page]
    assert not re.search(r'value="(agreed|interest)"[^>]*checked', page)
    assert 'value="Ada Sample"' in ada.get(fill(ada, str(answer.headers["Location"]), **CARER)).get_data(as_text=True)
    with database.read() as connection:
        noted = connection.execute(select(tables.audit).where(tables.audit.c.action == "refer another")).one()
    assert noted.reference == reference
    assert "@" not in noted.actor


def test_a_colleague_goes_on_with_what_was_begun(ada: FlaskClient, signed_in: As) -> None:
    fill(ada, begin(ada), **CARER)
    bo = signed_in(Role.PARTNER, email="bo@northside.example")

    page = bo.get(HOME).get_data(as_text=True)
    assert "ada@northside.example" in page
    (draft,) = re.findall(r'href="(/partner/riverside/drafts/[0-9a-f]{64})"', page)
    there = str(bo.get(draft).headers["Location"])
    assert "/referrer" in there
    reference = str(bo.get(fill(bo, fill(bo, there, **REFERRER), action="send")).headers["Location"])[-12:]

    assert reference in ada.get(HOME).get_data(as_text=True)
    assert ada.get(draft).status_code == 404


def test_what_was_begun_can_be_deleted(ada: FlaskClient) -> None:
    begin(ada)
    (draft,) = re.findall(r"/drafts/([0-9a-f]{64})/delete", ada.get(HOME).get_data(as_text=True))

    assert post(ada, f"{HOME}drafts/{draft}/delete", page=HOME).status_code == 303
    assert "Begun, not sent" not in ada.get(HOME).get_data(as_text=True)


@pytest.mark.parametrize("whose", ["another agency", "another organisation", "nobody's", "everybody's page"])
def test_nobody_else_gets_at_a_draft_or_a_referral(app: Flask, ada: FlaskClient, signed_in: As, whose: str) -> None:
    first, reference = fill(ada, begin(ada), **CARER), send(ada)
    (draft,) = re.findall(r"/drafts/([0-9a-f]{64})/delete", ada.get(HOME).get_data(as_text=True))
    database = app.extensions["gateway"].database
    match whose:
        case "another agency":
            other = signed_in(Role.PARTNER, agency=an_agency(database, name="Eastside School"))
        case "another organisation":
            # The same agency by name, of another charity: its people are nobody here.
            other = signed_in(Role.PARTNER, HILLTOP)
        case _:
            other = app.test_client()
    inside = [first, f"{HOME}drafts/{draft}", f"{HOME}referrals/{reference}"]
    if whose == "everybody's page":
        inside = [first.replace("/partner/riverside/forms", part) for part in ("/riverside", "/embed/riverside")]

    for address in inside:
        answer = other.get(address)
        assert answer.status_code in (303, 404, 410), address
        assert "Maia" not in answer.get_data(as_text=True)
        # A sign-in page leads back to the address that was asked for, and knows no more than that.
        assert answer.status_code == 303 or reference not in answer.get_data(as_text=True)
    if whose.startswith("another"):
        own = other.get("/partner/", follow_redirects=True).get_data(as_text=True)
        assert reference not in own
        assert draft not in own


def test_a_receipt_of_an_agency_is_no_page_of_the_public(app: Flask, ada: FlaskClient) -> None:
    first = begin(ada, "agency")
    address = first.replace("/partner/riverside/forms", "/riverside").rpartition("/")[0]

    assert app.test_client().get(f"{address}/check").status_code == 410
    assert app.test_client().get(f"{address}/sent").status_code == 410
    assert app.test_client().get(f"{address}/exit").status_code == 303
    assert ada.get(first).status_code == 200  # and no stranger deletes it


def test_a_leaver_sees_nothing_from_that_moment_on(ada: FlaskClient, database: Database) -> None:
    first, reference = begin(ada), send(ada)
    account = accounts.find(database, "ada@northside.example")
    assert account is not None
    with database.write() as connection:
        people.end_access(connection, Deciding("nobody", RIVERSIDE, datetime.now(UTC)), account)

    for address in (HOME, first, f"{HOME}referrals/{reference}", f"{HOME}details"):
        assert ada.get(address).headers["Location"].startswith("/partner/sign-in")
    post(ada, "/partner/sign-in", email="ada@northside.example", password=PASSWORD)
    for address in (HOME, first, f"{HOME}referrals/{reference}", f"{HOME}details"):
        assert ada.get(address).status_code == 404
    assert "no agency here" in ada.get("/partner/").get_data(as_text=True)


def test_a_page_that_a_leaver_kept_changes_nothing_by_way_of_the_form_for_everybody(
    app: Flask, ada: FlaskClient
) -> None:
    first, typed = begin(ada, "agency"), {f"referrer-0-{name}": value for name, value in DETAILS.items()}
    fill(ada, first, **typed)
    kept = inputs(ada.get(first).get_data(as_text=True))["token"]

    answer = app.test_client().post(
        "/riverside/agency", data={**typed, "referrer-0-phone": "01632 960999", "token": kept, "action": "continue"}
    )

    assert answer.status_code == 422
    page = ada.get(first).get_data(as_text=True)
    assert ("960001" in page, "960999" in page) == (True, False)


def test_somebody_of_two_charities_agencies_sees_each_by_itself(
    app: Flask, ada: FlaskClient, database: Database
) -> None:
    account = accounts.find(database, "ada@northside.example")
    assert account is not None
    elsewhere = an_agency(database, HILLTOP)
    with database.write() as connection:
        accounts.join(connection, account.id, HILLTOP, Role.PARTNER, now=datetime.now(UTC), agency=elsewhere)
    post(ada, f"{HOME}details", **DETAILS)
    reference = send(ada)

    both = ada.get("/partner/").get_data(as_text=True)
    assert "/partner/riverside/" in both
    assert "/partner/hilltop/" in both
    assert reference not in ada.get("/partner/hilltop/").get_data(as_text=True)
    assert ada.get(f"/partner/hilltop/referrals/{reference}").status_code == 404
    assert "Ada Sample" not in ada.get("/partner/hilltop/details").get_data(as_text=True)


def test_staff_are_no_partners_and_partners_no_staff(signed_in: As) -> None:
    assert signed_in(Role.ADMIN).get(HOME).status_code == 403
    assert signed_in(Role.PARTNER).get("/staff/riverside/").status_code == 403


def test_a_page_without_the_token_of_the_session_is_shown_again_and_changes_nothing(ada: FlaskClient) -> None:
    first = begin(ada)
    shown = inputs(ada.get(first).get_data(as_text=True))

    answer = ada.post(first, data={**CARER, "token": shown["token"], "action": "continue"})

    assert answer.status_code == 422
    assert "could not tell where this page came from" in answer.get_data(as_text=True)
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert ada.post(first, data={**CARER, **shown}, headers=headers).status_code == 403
    assert ada.get(f"{first.rpartition('/')[0]}/check").headers["Location"].endswith("/carer")


def test_looking_at_a_form_begins_nothing(ada: FlaskClient, database: Database) -> None:
    page = ada.get(f"{HOME}forms/refer").get_data(as_text=True)

    assert "Quick referral" in page
    assert ada.post(f"{HOME}forms/refer").status_code == 400
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.drafts)) == 0


def test_a_form_for_partners_is_there_for_nobody_else(app: Flask) -> None:
    browser = app.test_client()
    assert browser.get("/riverside/refer").status_code == 404
    assert browser.get("/embed/riverside/refer").status_code == 404
    assert "Quick referral" not in browser.get("/riverside/").get_data(as_text=True)


def test_what_was_begun_is_kept_for_days_and_has_no_way_to_save_or_leave(ada: FlaskClient, database: Database) -> None:
    page = ada.get(begin(ada)).get_data(as_text=True)

    assert "Save and come back later" not in page
    assert "Leave this page" not in page
    with database.read() as connection:
        row = connection.execute(select(tables.drafts)).one()
    assert row.expires_at - row.created_at == timedelta(days=7)


def test_limits_count_accounts_and_not_the_address_of_an_office(app: Flask, ada: FlaskClient, signed_in: As) -> None:
    for _ in range(300):
        app.extensions["gateway"].beginnings.use(b"%b" % _account(app, "ada@northside.example"), datetime.now(UTC))
    answer = post(ada, f"{HOME}forms/refer")
    assert answer.status_code == 429
    assert "begun very many forms" in answer.get_data(as_text=True)

    assert begin(signed_in(Role.PARTNER, email="bo@northside.example"))


def test_the_list_goes_on_page_by_page(app: Flask, ada: FlaskClient, database: Database) -> None:
    wanted = {stored(database, app.extensions["gateway"].ring) for _ in range(30)}
    with database.write() as connection:
        connection.execute(update(tables.referrals).values(agency=an_agency(database)))

    first = ada.get(HOME).get_data(as_text=True)
    (further,) = re.findall(r'href="([^"]+)">Earlier ones', first)
    second = ada.get(further).get_data(as_text=True)

    pages = [set(_REFERENCE.findall(page)) for page in (first, second)]
    assert [len(page) for page in pages] == [25, 5]
    assert pages[0] | pages[1] == wanted
    assert "Earlier ones" not in second
    assert ada.get(f"{HOME}?before=nonsense").status_code == 200


def _account(app: Flask, email: str) -> bytes:
    found = accounts.find(app.extensions["gateway"].database, email)
    assert found is not None
    return found.id.encode()


def test_a_double_send_shows_the_first_receipt(ada: FlaskClient) -> None:
    check = fill(ada, fill(ada, begin(ada), **CARER), **REFERRER)
    shown = inputs(ada.get(check).get_data(as_text=True))
    first = ada.get(str(ada.post(check, data={**shown, "action": "send"}).headers["Location"]))

    again = ada.post(check, data={**shown, "action": "send"})
    assert again.status_code in (303, 409)
    again = ada.get(check)
    assert ada.get(str(again.headers["Location"])).headers["Location"] == first.headers["Location"]
    assert token_of(ada.get(HOME).get_data(as_text=True))


def test_a_page_that_a_leaver_kept_sends_nothing_in_place_of_what_the_agency_has_begun(
    app: Flask, ada: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form of one page is sent at once: that must not use up the draft of somebody else."""
    once = {"slug": "agency", "hash": "e" * 64, "check_answers": False}
    form = definition(page("only", question("name"))).model_copy(update=once)
    site = app.extensions["gateway"]
    monkeypatch.setitem(site.organisations[RIVERSIDE].forms, "agency", form)
    site.keep_definitions(datetime.now(UTC))
    first = begin(ada, "agency")
    kept = inputs(ada.get(first).get_data(as_text=True))["token"]

    fields = {"token": kept, "action": "continue", "name": "Nobody"}
    answer = app.test_client().post("/riverside/agency", data=fields)

    assert answer.status_code == 422
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.referrals)) == 0
    assert ada.get(first).status_code == 200
    assert fill(ada, first, name="Maia Testperson").startswith("/partner/riverside/")
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.referrals)) == 1


def test_a_page_that_a_leaver_kept_shows_no_file_of_the_agency_and_adds_none(
    app: Flask, ada: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = question("letter", "file", label="A letter", accept=["pdf"], max_files="3")
    form = definition(page("only", question("name"), letter)).model_copy(update={"slug": "agency", "hash": "f" * 64})
    site = app.extensions["gateway"]
    monkeypatch.setitem(site.organisations[RIVERSIDE].forms, "agency", form)
    site.keep_definitions(datetime.now(UTC))
    first = begin(ada, "agency")
    kept = inputs(ada.get(first).get_data(as_text=True))
    added = {**kept, "action": "add-file-letter", "letter": (io.BytesIO(b"%PDF-1.4 ours"), "northside.pdf")}
    assert ada.post(first, data=added).status_code == 303

    theirs = {"token": kept["token"], "action": "continue", "letter": (io.BytesIO(b"%PDF-1.4"), "theirs.pdf")}
    answer = app.test_client().post("/riverside/agency", data=theirs)

    assert "northside.pdf" not in answer.get_data(as_text=True)
    assert "northside.pdf" in ada.get(first).get_data(as_text=True)
    with database.read() as connection:
        theirs = tables.files.c.instance.in_(select(agency_drafts.c.instance))
        assert connection.scalar(select(func.count()).select_from(tables.files).where(theirs)) == 1
