"""What an agency sees of what it has sent: found again by state, day, colleague and a word of its own."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from gateway.identity.roles import Role
from gateway.store import api_tokens, tables
from gateway.store.database import Database
from gateway.store.own_references import NO_WORD
from gateway.store.people import Deciding
from gateway.web.partner.home import NOT_FOUND, NOTHING_TYPED
from gateway.web.partner.receipts import CLOSED
from gateway.web.staff.asking import NO_DAY

from ...store.making import a_referral
from .conftest import As, an_agency, post
from .sent import a_sent
from .test_many import MAIA, chosen, results
from .test_partners import HOME, begin, opened, send, values

ADA = "ada@northside.example"


@pytest.fixture
def ada(signed_in: As) -> FlaskClient:
    """Somebody of Northside Surgery."""
    return signed_in(Role.PARTNER, email=ADA)


def change(database: Database, reference: str, **values: object) -> None:
    with database.write() as connection:
        mine = tables.referrals.c.reference == reference
        connection.execute(update(tables.referrals).where(mine).values(**values))


def listed(client: FlaskClient, query: str = "") -> str:
    answer = client.get(f"{HOME}{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def call(client: FlaskClient, reference: str, word: str):  # noqa: ANN201 - as the client answers
    """Give a referral a word of one's own."""
    receipt = f"{HOME}referrals/{reference}"
    return post(client, f"{receipt}/own-reference", page=receipt, own_reference=word)


def test_a_word_of_ones_own_stands_in_the_list_and_on_the_receipt_for_the_agency_alone(
    ada: FlaskClient, signed_in: As
) -> None:
    reference = send(ada)

    assert call(ada, reference, " case  12 ").status_code == 303

    colleague = signed_in(Role.PARTNER, email="bo@northside.example")
    assert "case  12" in listed(colleague)
    assert "case  12" in colleague.get(f"{HOME}referrals/{reference}").get_data(as_text=True)
    staff = signed_in(Role.ADMIN)
    assert "case  12" not in staff.get(f"/staff/riverside/referrals/{reference}").get_data(as_text=True)
    call(ada, reference, "")
    assert "case" not in listed(colleague).split("Sent</h2>")[1]


@pytest.mark.parametrize("word", ["x" * 41, "two\nlines", "\x1b[2J"])
def test_a_word_that_is_none_is_refused_and_stays_to_be_mended(ada: FlaskClient, word: str) -> None:
    answer = call(ada, send(ada), word)

    assert answer.status_code == 422
    assert NO_WORD in answer.get_data(as_text=True)


def test_what_is_deleted_takes_no_word_any_more(ada: FlaskClient, database: Database) -> None:
    reference = send(ada)
    page = ada.get(f"{HOME}referrals/{reference}")
    assert "own_reference" in page.get_data(as_text=True)
    change(database, reference, purged_at=datetime.now(UTC), sealed=None)

    answer = post(ada, f"{HOME}referrals/{reference}/own-reference", page=HOME, own_reference="case 12")

    assert answer.status_code == 422
    assert "Nothing was kept." in answer.get_data(as_text=True)


def test_a_referral_is_found_by_either_reference_and_what_is_typed_stands_in_no_address(ada: FlaskClient) -> None:
    mine, other = send(ada), send(ada)
    call(ada, mine, "Case 12/A")

    found = post(ada, HOME, words="case 12")
    assert mine in found.get_data(as_text=True)
    assert other not in found.get_data(as_text=True)
    assert post(ada, HOME, words=other.lower().replace("-", "")).headers["Location"] == f"{HOME}referrals/{other}"
    for typed, said in (("Mrs Nobody", NOT_FOUND), (" ", NOTHING_TYPED), ("\0", NOTHING_TYPED)):
        answer = post(ada, HOME, words=typed)
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)


def test_another_agencys_are_not_found(ada: FlaskClient, signed_in: As, database: Database) -> None:
    reference = send(ada)
    call(ada, reference, "case 12")
    elsewhere = signed_in(Role.PARTNER, email="c@elsewhere.example", agency=an_agency(database, name="Elsewhere"))

    for typed in (reference, "case 12"):
        assert post(elsewhere, HOME, words=typed).status_code == 422
    assert call(ada, reference, "x").status_code == 303
    receipt = f"{HOME}referrals/{reference}"
    assert post(elsewhere, f"{receipt}/own-reference", page=HOME, own_reference="stolen").status_code == 404


def test_the_list_is_narrowed_down_by_state_day_and_colleague(
    ada: FlaskClient, signed_in: As, database: Database
) -> None:
    bo = signed_in(Role.PARTNER, email="bo@northside.example")
    old, new, theirs = send(ada), send(ada), send(bo)
    change(database, old, created_at=datetime(2026, 5, 4, 12, 0, tzinfo=UTC), state="failed")
    with database.read() as connection:
        who = connection.scalar(select(tables.referrals.c.account).where(tables.referrals.c.reference == theirs))

    for query, shown in (
        ("", {old, new, theirs}),
        ("?state=needs_attention", {old}),
        ("?state=received", {new, theirs}),
        ("?from=2026-05-04&to=2026-05-04", {old}),
        ("?to=2026-05-03", set()),
        ("?from=2026-05-05", {new, theirs}),
        (f"?by={who}", {theirs}),
        (f"?by={who}&state=needs_attention", set()),
        ("?by=software", set()),
        ("?by=nobody&state=odd", {old, new, theirs}),
    ):
        page = listed(ada, query)
        assert {each for each in (old, new, theirs) if each in page} == shown, query
    assert "None fits." in listed(ada, "?to=2026-05-03")
    assert "Refer somebody" not in listed(ada, "?state=received")
    answer = ada.get(f"{HOME}?from=soon")
    assert answer.status_code == 422
    assert NO_DAY in answer.get_data(as_text=True)


def test_a_page_further_back_stays_narrowed_down(
    ada: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.web.partner.home.ON_A_PAGE", 1)
    first, second, other = send(ada), send(ada), send(ada)
    for age, reference in enumerate((first, second)):
        change(database, reference, state="failed", created_at=datetime.now(UTC) - timedelta(days=2 - age))

    page = listed(ada, "?state=needs_attention")
    assert second in page
    (older,) = [each.split('"')[0] for each in page.split('href="')[1:] if "before=" in each]
    page = listed(ada, older.replace("&amp;", "&").removeprefix(HOME))

    assert first in page
    assert other not in page


def test_what_is_rare_is_looked_for_among_so_many_and_the_way_on_is_shown(
    ada: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.store.sent_lists.READ", 2)
    at = datetime.now(UTC)
    rare, *others = (send(ada) for _ in range(4))
    for age, reference in enumerate((*others, rare)):
        imported = None if reference == rare else at
        change(database, reference, state="delivered", imported_at=imported, created_at=at - timedelta(days=age))

    page = listed(ada, "?state=passed_on")
    assert "None of them is among the 2 referrals that were looked through for this page." in page
    assert "None fits." not in page
    (further,) = [each.split('"')[0] for each in page.split('href="')[1:] if "before=" in each]
    page = listed(ada, further.replace("&amp;", "&").removeprefix(HOME))

    assert rare in page
    assert not [each for each in others if each in page]


def test_what_ones_software_sent_is_listed_by_itself(app: Flask, ada: FlaskClient, database: Database) -> None:
    agency, mine = an_agency(database), send(ada)
    with database.write() as connection:
        deciding, until = Deciding("nobody", "riverside", datetime.now(UTC)), datetime.now(UTC) + timedelta(days=1)
        api_tokens.add(connection, deciding, agency, "ours", forms=["support"], expires_at=until)
    (token,) = api_tokens.listed(database, "riverside")
    theirs = a_sent(app, database, seed=8).reference
    change(database, theirs, agency=agency, account=token.id)

    page = listed(ada, "?by=software")

    assert theirs in page
    assert "your software" in page
    assert mine not in page


def test_another_like_one_from_a_table_or_from_software_keeps_the_same(
    app: Flask, ada: FlaskClient, database: Database
) -> None:
    address = chosen(ada, MAIA)
    post(ada, address)
    (row,) = results(ada, address)
    by_table = row["reference"]
    by_software = a_sent(app, database, seed=7).reference
    form = opened(app, by_table)
    with database.write() as connection:
        told = a_referral(*form.people, form="refer", definition=form.definition, reference=by_software)
        sealed = app.extensions["gateway"].ring.seal(
            told.to_json(), table="referrals", row=by_software, column="sealed"
        )
        changed = {"agency": an_agency(database), "account": "a token", "form": "refer", "sealed": sealed}
        theirs = tables.referrals.c.reference == by_software
        connection.execute(update(tables.referrals).where(theirs).values(**changed))

    for reference in (by_table, by_software):
        answer = post(ada, f"{HOME}referrals/{reference}/again", page=f"{HOME}referrals/{reference}")
        page = ada.get(str(answer.headers["Location"])).get_data(as_text=True)
        assert 'value="3" checked' in page or (
            'value="3"' in page and page.split('value="3"')[1].startswith(" checked")
        )
        assert not [word for word in ("Maia", "Testperson", "960777", "brother") if word in page]


def test_another_like_one_of_an_older_form_takes_what_the_form_still_asks(
    app: Flask, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = send(ada)
    forms = app.extensions["gateway"].organisations["riverside"].forms
    form = forms["refer"]
    about, *pages = form.pages
    without = tuple(each for each in about.fields if each.name != "project")
    newer = form.model_copy(update={"pages": (about.model_copy(update={"fields": without}), *pages)})
    newer.__dict__.pop("hash", None)
    newer.__dict__.pop("_pages", None)
    monkeypatch.setitem(forms, "refer", newer)
    app.extensions["gateway"].keep_definitions(datetime.now(UTC))

    answer = post(ada, f"{HOME}referrals/{reference}/again", page=f"{HOME}referrals/{reference}")
    page = ada.get(str(answer.headers["Location"])).get_data(as_text=True)

    assert 'name="first_name"' in page
    assert 'name="project"' not in page
    assert "Maia" not in page
    assert values(opened(app, reference), "client")["project"] == "6"


def test_of_a_form_that_is_closed_no_other_is_begun_and_the_page_says_so(
    app: Flask, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = send(ada)
    forms = app.extensions["gateway"].organisations["riverside"].forms
    monkeypatch.setitem(forms, "refer", forms["refer"].model_copy(update={"open": False}))

    assert "Refer another like this" not in ada.get(f"{HOME}referrals/{reference}").get_data(as_text=True)
    answer = post(ada, f"{HOME}referrals/{reference}/again", page=HOME)

    assert answer.status_code == 422
    assert CLOSED in answer.get_data(as_text=True)
    assert "Begun, not sent" not in listed(ada)
    assert begin(ada, "agency")
