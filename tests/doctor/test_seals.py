"""Keys: all open, one behind the first, one gone, one that never was; and values that were changed."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import update

from gateway.keys import new_key
from gateway.store import tables

from ..store.making import send
from .conftest import Patient

Told = Callable[..., list[str]]


def sent(patient: Patient) -> str:
    return send(patient.database, patient.ring, now=datetime.now(UTC))


def test_every_value_opens(patient: Patient, told: Told) -> None:
    sent(patient)

    assert told("keys") == []
    assert any("1 in GATEWAY_KEYS" in str(each) for each in patient.examined())


def test_a_key_behind_the_first_one_is_told(patient: Patient, told: Told) -> None:
    sent(patient)
    (line,) = told("keys", GATEWAY_KEYS=f"{new_key()},{patient.key}")

    assert line == "look 1 sealed values need a key behind the first one — run `flask keys rotate`"


def test_a_key_that_nothing_needs_any_more_is_told(patient: Patient, told: Told) -> None:
    sent(patient)

    (line,) = told("keys", GATEWAY_KEYS=f"{patient.key},{new_key()}")

    assert "needs a key behind the first one" in line
    assert "a new one: put it in front" in line  # half-way through a change, which must not be undone


def test_a_key_that_is_gone_is_told_by_number(patient: Patient, told: Told) -> None:
    sent(patient)
    first, second = told("keys", GATEWAY_KEYS=new_key())

    assert first.startswith("wrong 1 sealed values need a key that is not in GATEWAY_KEYS")
    assert second.startswith("wrong what was sealed last in referrals cannot be opened: its key is not in GATEWAY_KEYS")


def test_no_key_is_told(told: Told) -> None:
    assert told("keys", GATEWAY_KEYS="nonsense")[0].startswith("wrong GATEWAY_KEYS holds something that is no key")


def test_a_value_that_was_changed_is_told(patient: Patient, told: Told) -> None:
    sent(patient)
    table = tables.referrals
    with patient.database.write() as connection:
        whole = connection.execute(table.select()).one().sealed
        connection.execute(update(table).values(sealed=whole[:-1] + bytes([whole[-1] ^ 1])))

    assert told("keys")[0].startswith(
        "wrong what was sealed last in referrals cannot be opened: it was changed or moved"
    )
