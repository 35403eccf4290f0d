"""One referral in the console: where it stands, why, what to do, what happened; and only for its own organisation."""

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.store import destinations, tables
from gateway.store.database import Database
from gateway.store.states import ReferralState

from ...store.keeping import CANARY, ended, laden
from ...store.making import NOW, rows
from .conftest import HILLTOP, As, token_of
from .sent import a_sent
from .test_matrix import ROWS


def stand(database: Database, reference: str, state: str, reason: str = "") -> None:
    """Let a referral stand in a state for a reason."""
    ended(database, reference, state)
    table = tables.referrals
    with database.write() as connection:
        connection.execute(update(table).where(table.c.reference == reference).values(reason=reason))


@pytest.mark.parametrize("state", ReferralState)
def test_every_state_is_understood_and_no_answer_is_shown(
    signed_in: As, database: Database, ring: KeyRing, state: ReferralState
) -> None:
    reference = laden(database, ring).reference
    stand(database, reference, state, "a reason in words")

    page = signed_in(Role.VIEWER).get(f"/staff/riverside/referrals/{reference}").get_data(as_text=True)

    assert "a reason in words" in page
    assert "What to do now" in page
    assert "Try 1." in page
    assert "File 1, 2 KB" in page
    assert CANARY not in page
    assert "/settle/" not in page  # a viewer decides nothing


def test_what_belongs_to_another_organisation_is_not_there(app: Flask, signed_in: As, database: Database) -> None:
    sent = a_sent(app, database)
    client = signed_in(Role.ADMIN, HILLTOP)
    token = token_of(client.get("/staff/hilltop/").get_data(as_text=True))
    ours = [(method, rule) for method, rule, _ in ROWS if rule.startswith("/staff/") and "<reference>" in rule]
    filled = {"organisation": HILLTOP, "reference": sent.reference, "file": sent.files[0].id, "decision": "close"}
    assert len(ours) > 10

    for method, rule in ours:
        address = re.sub("<([a-z]+)>", lambda found: filled[found[1]], rule)
        assert client.open(address, method=method, data={"csrf_token": token}).status_code == 404, (method, rule)
    assert rows(database, select(tables.audit)) == []


def test_a_paused_destination_is_named(signed_in: As, database: Database, ring: KeyRing) -> None:
    reference = laden(database, ring).reference
    stand(database, reference, "pending")
    with database.write() as connection:
        destinations.pause(connection, "riverside", reason="our keys were refused", now=NOW)

    page = signed_in(Role.VIEWER).get(f"/staff/riverside/referrals/{reference}").get_data(as_text=True)

    assert "paused (our keys were refused)" in page
