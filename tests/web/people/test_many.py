"""Many at once: a table is looked at row by row before anything is sent, and sent once, by the rules of the form."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from gateway.forms.examples import EXAMPLE
from gateway.identity.roles import Role
from gateway.referral import Referral
from gateway.spreadsheets.reading import MOST_BYTES, MOST_ROWS, TOO_LARGE
from gateway.spreadsheets.writing import write
from gateway.store import agencies, own_references, tables
from gateway.store.database import Database
from gateway.store.own_references import NO_WORD
from gateway.store.people_tables import agency_drafts
from gateway.web.partner import many
from gateway.web.partner.many_rows import IS_EXAMPLE

from ...forms.making import definition, page, question
from .conftest import HILLTOP, As, an_agency, post, token_of

FORM = "/partner/riverside/forms/refer"
MANY = f"{FORM}/many"
HEADER = ("first_name", "surname", "telephone", "project", "description", "agreement", "agreement_reason",
          "referrer_name", "referrer_organisation", "referrer_phone")  # fmt: skip
MAIA = ("Maia", "Testperson", "01632 960777", "A break from caring", "She cares for\nher brother.", "agreed", "",
        "Ada Sample", "Northside Surgery", "01632 960001")  # fmt: skip
ZOE = ("Zoe", "Sample", "01632 960778", "6", "She looks after two people.", "interest", "She is in hospital.",
       "Ada Sample", "Northside Surgery", "01632 960001")  # fmt: skip
WRONG = ("Nobody", "", "0", "A holiday", "", "agreed", "but why", "Ada Sample", "Northside Surgery", "01632 960001")


@pytest.fixture
def ada(signed_in: As) -> FlaskClient:
    """Somebody of Northside Surgery."""
    return signed_in(Role.PARTNER, email="ada@northside.example")


def token_on(client: FlaskClient) -> str:
    """The token of this browser's session."""
    return token_of(client.get(MANY).get_data(as_text=True))


def choose(client: FlaskClient, data: bytes, token: str = ""):  # noqa: ANN201 - as the client answers
    """Choose a file, as the browser posts it."""
    body = b"".join(
        b'--limit\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part
        for part in (
            (b"csrf_token", (token or token_on(client)).encode()),
            (many.FILE.encode() + b'"; filename="carers.csv', data),
        )
    )
    return client.post(MANY, data=body + b"--limit--\r\n", content_type="multipart/form-data; boundary=limit")


def table(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> bytes:
    return write([header, *rows])


def chosen(client: FlaskClient, *rows: tuple[str, ...]) -> str:
    """Choose a table that can be looked at; give the address of its rows."""
    answer = choose(client, table(*rows))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def text_of(client: FlaskClient, address: str) -> str:
    """What can be read on a page."""
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True)).split()).replace(" :", ":")


def sent(app: Flask, database: Database) -> list[Referral]:
    """Open what was sent."""
    ring, table = app.extensions["gateway"].ring, tables.referrals
    with database.read() as connection:
        rows = connection.execute(select(table.c.reference, table.c.sealed).order_by(table.c.created_at)).all()
    return [
        Referral.from_json(ring.open(row.sealed, table="referrals", row=row.reference, column="sealed")) for row in rows
    ]


def results(client: FlaskClient, address: str) -> list[dict[str, str]]:
    """Read the list of results as a program does."""
    answer = client.get(f"{address}/results.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_choosing_a_table_sends_nothing_and_shows_every_mistake_at_its_row(
    ada: FlaskClient, app: Flask, database: Database
) -> None:
    address = chosen(ada, MAIA, WRONG, ZOE)

    shown = text_of(ada, address)
    assert sent(app, database) == []
    for mistake in (
        "surname: Tell us the carer&#39;s last name",
        "telephone: Phone number must be a phone number",
        "project: Write one of its choices",
        "description: Tell us why you are referring them",
        "agreement_reason: Leave this cell empty",
    ):
        assert mistake in shown
    assert "Row&nbsp;3 Nobody" in shown
    assert "Send the 2 referrals that are right" in shown
    assert [row["result"] for row in results(ada, address)] == ["not sent", "wrong", "not sent"]


def test_what_is_right_is_sent_as_the_page_would_send_it_and_the_rest_is_not(
    ada: FlaskClient, app: Flask, database: Database
) -> None:
    address = chosen(ada, MAIA, WRONG, ZOE)

    assert post(ada, address).headers["Location"] == address

    maia, zoe = sent(app, database)
    assert {answer.name: answer.value for answer in maia.people[0].answers if answer.name != "agreement"} == {
        "first_name": "Maia",
        "surname": "Testperson",
        "telephone": "+441632960777",
        "project": "3",
        "description": "She cares for\nher brother.",
    }
    assert [(consent.value, consent.reason) for consent in zoe.consents] == [("interest", "She is in hospital.")]
    shown = text_of(ada, address)
    assert maia.reference in shown
    assert zoe.reference in shown
    assert "There is nothing to send any more" in shown
    listed = results(ada, address)
    assert [row["reference"] for row in listed] == [maia.reference, "", zoe.reference]
    assert "surname: Tell us the carer's last name" in listed[1]["what is wrong"]
    with database.read() as connection:
        told = connection.execute(select(tables.referrals.c.agency, tables.referrals.c.account)).all()
    assert len(set(told)) == 1
    assert all(value for value in told[0])
    assert maia.reference in text_of(ada, "/partner/riverside/")


def test_nobody_is_sent_twice_by_pressing_twice_or_by_choosing_the_file_again(
    ada: FlaskClient, app: Flask, database: Database
) -> None:
    first = chosen(ada, MAIA, WRONG)
    post(ada, first)
    ada.post(first, data={"csrf_token": token_on(ada)})
    again = chosen(ada, ZOE, MAIA)

    assert "Send the other 1" in text_of(ada, again)
    post(ada, again)

    assert len(sent(app, database)) == 2
    references = {row["reference"] for row in results(ada, again)}
    assert references == {each.reference for each in sent(app, database)}


def test_the_same_row_twice_in_one_file_is_a_mistake(ada: FlaskClient) -> None:
    assert "Row&nbsp;3 Maia, Testperson, 01632 960777 This row says the same as row 2." in text_of(
        ada, chosen(ada, MAIA, MAIA)
    )


def test_what_there_is_no_time_for_waits_for_the_next_press(
    ada: FlaskClient, app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "SENDING_SECONDS", 0.0)
    address = chosen(ada, MAIA, ZOE)

    post(ada, address)
    assert len(sent(app, database)) == 1
    assert "Not all are sent yet: press the button to go on." in text_of(ada, address)
    post(ada, address)
    assert len(sent(app, database)) == 2


def test_what_an_agency_says_of_itself_need_not_stand_in_the_table(
    ada: FlaskClient, app: Flask, database: Database
) -> None:
    agencies.keep_details(
        database,
        app.extensions["gateway"].ring,
        an_agency(database),
        {"name": "Ada Sample", "organisation": "Northside Surgery", "phone": "01632 960001"},
    )
    address = choose(ada, table(MAIA[:7], header=HEADER[:7])).headers["Location"]

    assert "Send the referral" in text_of(ada, address)
    post(ada, address)

    assert {answer.value for answer in sent(app, database)[0].people[1].answers} >= {"Ada Sample", "Northside Surgery"}


def test_the_template_has_every_column_and_its_example_is_never_sent(ada: FlaskClient) -> None:
    answer = ada.get(f"{MANY}/template.csv")
    header, row = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))

    assert set(HEADER) <= set(header)
    assert EXAMPLE in row
    address = choose(ada, answer.get_data()).headers["Location"]
    shown = text_of(ada, address)
    assert IS_EXAMPLE in shown
    assert "There is nothing to send." in shown


def test_the_page_explains_each_column(ada: FlaskClient) -> None:
    shown = text_of(ada, MANY)

    for words in ("first_name (must be answered)", "A break from caring", "Text, up to 60 characters"):
        assert words in shown


def test_a_file_that_is_no_table_of_this_form_is_refused_in_words(ada: FlaskClient) -> None:
    for data, said, status in (
        (b"", many.NO_FILE, 422),
        (b"PK\x03\x04", "This is a workbook", 422),
        (table(MAIA, header=("first_nmae", *HEADER[1:])), "Do you mean “first_name”?", 422),
        (table(MAIA[:2], header=HEADER[:2]), "There is no column for “Phone number” (telephone)", 422),
        (b"a," * 1_000_000, "1,000,000 columns", 422),
        (b'first_name\n"', "quotation mark", 422),
        (table(*[MAIA] * (MOST_ROWS + 1)), f"The file has {MOST_ROWS + 1} rows", 422),
        (b"x" * (MOST_BYTES + 1), TOO_LARGE, 422),
        (b"x" * (MOST_BYTES * 11), TOO_LARGE, 413),
    ):
        answer = choose(ada, data)

        assert answer.status_code == status, said
        assert said in answer.get_data(as_text=True)


def test_a_post_from_elsewhere_is_not_taken(ada: FlaskClient, app: Flask, database: Database) -> None:
    address = chosen(ada, MAIA)

    assert choose(ada, table(MAIA), token="forged").status_code == 400
    assert ada.post(MANY, data={"csrf_token": token_on(ada)}).status_code == 400
    assert ada.post(address, data={"csrf_token": "forged"}).status_code == 400
    assert sent(app, database) == []


def test_a_table_is_one_agencys_and_of_one_form(signed_in: As, ada: FlaskClient, database: Database) -> None:
    address = chosen(ada, MAIA)
    elsewhere = signed_in(Role.PARTNER, email="c@elsewhere.example", agency=an_agency(database, name="Elsewhere"))
    colleague = signed_in(Role.PARTNER, email="b@northside.example")

    assert colleague.get(address).status_code == 200
    assert elsewhere.get(address).status_code == 410
    assert elsewhere.get(f"{address}/results.csv").status_code == 410
    assert ada.get(address.replace("/refer/", "/agency/")).status_code == 410
    assert signed_in(Role.PARTNER, HILLTOP).get(address).status_code == 404
    assert ada.get(f"{MANY}/nonsense").status_code == 404


def test_a_table_is_kept_sealed_as_long_as_a_draft_and_no_page_of_a_form_opens_it(
    ada: FlaskClient, database: Database
) -> None:
    address = chosen(ada, MAIA)
    with database.read() as connection:
        (row,) = connection.execute(select(tables.drafts)).all()
        assert connection.scalar(select(func.count()).select_from(agency_drafts)) == 0
    assert row.expires_at - row.created_at == timedelta(minutes=60)
    assert b"Testperson" not in row.sealed
    assert ada.get(f"{FORM}/d/{address.rpartition('/')[2]}/check").status_code != 200
    assert "Testperson" not in text_of(ada, "/partner/riverside/")

    with database.write() as connection:
        connection.execute(update(tables.drafts).values(expires_at=datetime.now(UTC)))
    gone = ada.get(address)

    assert gone.status_code == 410
    assert "not kept any longer" in gone.get_data(as_text=True)


def test_what_is_closed_or_holds_files_takes_no_table(
    ada: FlaskClient, app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = app.extensions["gateway"].organisations["riverside"]
    address, form = chosen(ada, MAIA), organisation.forms["refer"]
    letter = question("letter", "file", label="A letter", accept=["pdf"], required="true")
    closed, insisting = form.model_copy(update={"open": False}), definition(page("only", question("name"), letter))
    token = token_on(ada)

    monkeypatch.setitem(organisation.forms, "refer", closed)
    assert many.CLOSED in ada.post(address, data={"csrf_token": token}).get_data(as_text=True)
    assert "This form takes nothing at the moment." in text_of(ada, MANY)
    assert choose(ada, table(MAIA), token).status_code == 422
    monkeypatch.setitem(organisation.forms, "refer", insisting)
    assert "It asks for files (“A letter”), and a table holds none." in text_of(ada, MANY)
    assert choose(ada, table(MAIA), token).status_code == 422
    assert ada.get(f"{MANY}/template.csv").status_code == 404
    assert sent(app, database) == []


def test_a_cell_is_shown_as_text_and_a_result_is_no_formula(ada: FlaskClient) -> None:
    evil = ('=HYPERLINK("http://127.0.0.1")', "<script>alert(1)</script>", *MAIA[2:])
    address = chosen(ada, evil)

    page = ada.get(address).get_data(as_text=True)
    assert "<script>alert" not in page
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in results(ada, address) for cell in row.values())


def test_nobody_deletes_a_table_by_the_way_out_of_a_form(ada: FlaskClient, app: Flask) -> None:
    address = chosen(ada, MAIA)
    secret = address.rpartition("/")[2]

    for form in ("contact-me", "agency"):
        assert app.test_client().get(f"/riverside/{form}/d/{secret}/exit").status_code == 303

    assert "Testperson" in ada.get(address).get_data(as_text=True)


def test_the_wrong_rows_come_back_with_what_is_wrong_to_be_put_right_and_chosen_again(
    ada: FlaskClient, app: Flask, database: Database
) -> None:
    evil = ("=1+1", *WRONG[1:])
    address = chosen(ada, MAIA, evil, (EXAMPLE, *[""] * 9))

    answer = ada.get(f"{address}/wrong.csv")
    header, *rows = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))

    assert header == ["what is wrong", *HEADER]
    ((said, *cells),) = rows
    assert "surname: Tell us the carer's last name" in said
    assert cells[0] == "'=1+1"
    assert cells[1:] == [*WRONG[1:]]
    mended = (said, "Nora", *ZOE[1:])
    again = choose(ada, write([header, mended, (said, *WRONG)])).headers["Location"]
    assert "Row&nbsp;2 Nora, Sample" in text_of(ada, again)
    once_more = next(csv.reader(io.StringIO(ada.get(f"{again}/wrong.csv").get_data().decode("utf-8-sig"))))
    assert once_more == header
    post(ada, again)
    assert [each.people[0].answers[0].value for each in sent(app, database)] == ["Nora"]


def test_a_row_may_say_what_the_agency_calls_it(ada: FlaskClient, app: Flask, database: Database) -> None:
    header = ("Own Reference", *HEADER)
    named = write([header, ("case 12", *MAIA), ("x" * 41, *ZOE)])
    address = choose(ada, named).headers["Location"]

    assert f"own_reference: {NO_WORD}" in text_of(ada, address)
    post(ada, address)

    (referral,) = sent(app, database)
    assert results(ada, address)[0]["own reference"] == "case 12"
    assert own_references.of(database, app.extensions["gateway"].ring, [referral.reference]) == {
        referral.reference: "case 12"
    }
    assert "case 12" in text_of(ada, "/partner/riverside/")
    # The same person by another word is the same referral.
    again = choose(ada, write([header, ("case 13", *MAIA)])).headers["Location"]
    assert results(ada, again)[0]["reference"] == referral.reference


def test_a_table_is_deleted_at_once_where_somebody_wants_that(
    ada: FlaskClient, signed_in: As, app: Flask, database: Database
) -> None:
    address = chosen(ada, MAIA, ZOE)
    elsewhere = signed_in(Role.PARTNER, email="c@elsewhere.example", agency=an_agency(database, name="Elsewhere"))

    assert elsewhere.post(f"{address}/delete", data={"csrf_token": token_on(elsewhere)}).status_code == 410
    assert ada.get(address).status_code == 200
    answer = ada.post(f"{address}/delete", data={"csrf_token": token_on(ada)})

    assert answer.headers["Location"] == MANY
    assert "The table is deleted." in text_of(ada, MANY)
    assert ada.get(address).status_code == 410
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.drafts)) == 0


@pytest.mark.parametrize(
    ("encoding", "delimiter", "first"),
    [
        ("utf-8-sig", ",", ""),
        ("utf-16", "\t", ""),
        ("cp1252", ";", ""),
        ("cp1252", "\t", ""),
        ("utf-8", ";", "sep=;\r\n"),
    ],
)
def test_what_excel_saves_is_taken_however_it_saves_it(
    ada: FlaskClient, app: Flask, database: Database, encoding: str, delimiter: str, first: str
) -> None:
    labels = ("First name", "LAST NAME", *HEADER[2:])
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([labels, ("Zoë", *MAIA[1:])])

    post(ada, choose(ada, f"{first}{text.getvalue()}".encode(encoding)).headers["Location"])

    (referral,) = sent(app, database)
    assert referral.people[0].answers[0].value == "Zoë"
