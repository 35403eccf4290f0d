"""`flask referrals correct`: asks for the new value, shows no old one, and says what comes next."""

import pytest
from sqlalchemy import select, update

from gateway.definitions.schema import Form
from gateway.keys import KeyRing, new_key
from gateway.store import definitions, payloads, referrals, tables
from gateway.store.database import Database
from gateway.store.definitions import StoredDefinition

from ..store.making import NOW, a_referral, rows, send
from .conftest import Typing

CANARY = "Zebedee-Canary-7731"
FORM = Form.model_validate(
    {
        "slug": "support",
        "title": "Ask for support",
        "people": [{"id": "client"}],
        "pages": [
            {
                "id": "about",
                "fields": [
                    {"name": "first_name", "type": "text", "label": "First name"},
                    {"name": "surname", "type": "text", "label": "Last name", "required": True, "max_length": 40},
                    {
                        "name": "district",
                        "type": "select",
                        "label": "Where you live",
                        "dictionary": "organisations/district",
                    },
                ],
            }
        ],
    }
)


@pytest.fixture
def reference(database: Database, ring: KeyRing) -> str:
    body = FORM.model_dump_json(by_alias=True)
    definitions.keep(database, [StoredDefinition(FORM.hash, "riverside", "support", body)], NOW)
    found = send(database, ring, a_referral(definition=FORM.hash))
    move(database, "failed")
    return found


def move(database: Database, state: str) -> None:
    with database.write() as connection:
        connection.execute(update(tables.referrals).values(state=state))


def answers_of(database: Database, ring: KeyRing, reference: str) -> dict[str, str]:
    with database.read() as connection:
        referral = referrals.opened(connection, ring, reference)
    assert referral is not None
    return {answer.name: answer.shown for answer in referral.people[0].answers}


def test_a_value_is_read_and_neither_the_old_nor_the_new_one_is_shown(
    typed: Typing, database: Database, ring: KeyRing, reference: str
) -> None:
    result = typed("referrals", "correct", reference.lower(), "surname", stdin=f"{CANARY}\n")

    assert result.exit_code == 0
    assert result.output == (
        f"{reference}: client.surname is corrected. To send it: flask referrals retry {reference}\n"
    )
    assert answers_of(database, ring, reference)["surname"] == CANARY
    (written,) = rows(database, select(tables.audit))
    assert (written.action, written.detail) == ("correct", "client.surname")
    assert "corrected once" in typed("referrals", "show", reference).stdout
    assert payloads.bodies(database, ring, reference) == []


def test_a_choice_may_be_said_in_words(typed: Typing, database: Database, ring: KeyRing, reference: str) -> None:
    assert typed("referrals", "correct", reference, "district", stdin="sampleford").exit_code == 0
    assert answers_of(database, ring, reference)["district"] == "Sampleford"

    assert typed("referrals", "correct", reference, "district", "--empty").exit_code == 0
    assert "district" not in answers_of(database, ring, reference)


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        (["surname"], "z" * 41, "must be 40 characters or fewer"),
        (["surname"], "Zed\x07", "a character that we cannot read"),
        (["surname"], b"Zed\xff", "a character that we cannot read"),
        (["surname"], "", "No value was given. To take an answer away, say --empty."),
        (["surname", "--empty"], "", "Enter last name"),
        (["shoe_size"], "43", "The form asks no shoe_size. It asks: district, first_name, surname."),
        (["surname", "--person", "carer"], "Zed", "surname is asked of client"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_changed(
    typed: Typing, database: Database, ring: KeyRing, reference: str, words: list[str], stdin: str, told: str
) -> None:
    result = typed("referrals", "correct", reference, *words, stdin=stdin)

    assert result.exit_code == 1
    assert told in result.stderr
    assert answers_of(database, ring, reference)["surname"] == "Testperson"
    assert rows(database, select(tables.audit)) == []


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("sending", "it is being sent right now"),
        ("delivered", "Correct it in the case-management system"),
        ("closed", "it is closed"),
    ],
)
def test_what_is_on_its_way_or_ended_is_refused_in_words(
    typed: Typing, database: Database, reference: str, state: str, told: str
) -> None:
    move(database, state)

    result = typed("referrals", "correct", reference, "surname", stdin=CANARY)

    assert result.exit_code == 1
    assert told in result.stderr


@pytest.mark.parametrize(
    ("state", "told"),
    [("held", "settle RG-… release"), ("pending", "Its next try takes it along."), ("unknown", "retry RG-…")],
)
def test_it_says_what_comes_next(typed: Typing, database: Database, reference: str, state: str, told: str) -> None:
    move(database, state)

    result = typed("referrals", "correct", reference, "surname", stdin=CANARY)

    assert told in result.stdout.replace(reference, "RG-…")


def test_a_key_that_is_gone_is_told_by_reference(
    typed: Typing, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_KEYS", new_key())

    result = typed("referrals", "correct", reference, "surname", stdin=CANARY)

    assert f"{reference} cannot be opened: its key is not in GATEWAY_KEYS" in result.stderr
    assert "Traceback" not in result.output
