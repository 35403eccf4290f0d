"""Keys are changed by a command that can be broken off anywhere, and that says when the old key may go."""

from collections import Counter

import click
import pytest
from sqlalchemy import select

from gateway.cli.keys import _conclude
from gateway.keys import KeyRing, new_key
from gateway.store import payloads, referrals, resealing, tables
from gateway.store.database import Database
from gateway.store.payloads import Outgoing

from ..store.keeping import laden
from ..store.making import NOW, rows, send
from .conftest import Typing
from .dying import dying


@pytest.fixture
def fresh(keys: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new key, put in front of the old one."""
    key = new_key()
    monkeypatch.setenv("GATEWAY_KEYS", f"{key},{keys}")
    return key


def left(database: Database, ring: KeyRing) -> int:
    return sum(counts.get(ring.ids[0], 0) for counts in resealing.in_use(database).values())


def filled(database: Database, ring: KeyRing) -> list[str]:
    return [laden(database, ring).reference, *(send(database, ring) for _ in range(6))]


def test_rotation_says_when_the_old_key_may_go(typed: Typing, database: Database, ring: KeyRing, fresh: str) -> None:
    references = filled(database, ring)

    result = typed("keys", "rotate", "--batch", "3")

    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "Everything is sealed with the first key. The keys behind it may be taken out of GATEWAY_KEYS once "
        "GATEWAY_TOKEN_HOURS have passed since the first was put in front; keep them for backups from before.\n"
    )
    assert "12 of 12 sealed again" in result.stderr
    assert left(database, ring) == 0
    with database.read() as connection:
        assert all(referrals.opened(connection, KeyRing(fresh), each) for each in references)
    (trail,) = rows(database, select(tables.audit))
    assert (trail.actor, trail.action, trail.detail) == ("command line", "rotate keys", "12 values")
    assert typed("keys", "rotate").exit_code == 0


def test_a_dry_run_only_counts(typed: Typing, database: Database, ring: KeyRing, fresh: str) -> None:
    filled(database, ring)
    send(database, KeyRing(fresh))
    send(database, KeyRing(new_key()))

    result = typed("keys", "rotate", "--dry-run")

    assert result.stdout.splitlines()[:3] == [
        "referrals: 1 by key 1 of GATEWAY_KEYS",
        "referrals: 7 by key 2 of GATEWAY_KEYS",
        "referrals: 1 by a key that is not in GATEWAY_KEYS",
    ]
    assert left(database, ring) == 12


def test_what_cannot_be_opened_is_named_and_all_else_is_sealed_again(
    typed: Typing, database: Database, ring: KeyRing, fresh: str
) -> None:
    filled(database, ring)
    gone = KeyRing(new_key())
    lost = send(database, gone)
    with database.write() as connection:
        for version in (1, 2):
            payloads.add(connection, gone, {lost: Outgoing(version, False, "text/plain", b"body")}, NOW)

    result = typed("keys", "rotate")

    assert result.exit_code == 1
    assert f"{lost} (1 in referrals) cannot be opened: its key is not in GATEWAY_KEYS" in result.stderr
    assert f"{lost} (2 in payloads) cannot be opened: its key is not in GATEWAY_KEYS" in result.stderr
    assert "Error: 3 values cannot be opened with any key of GATEWAY_KEYS." in result.stderr
    assert "Traceback" not in result.output
    assert left(database, ring) == 0
    assert fresh


def test_while_somebody_seals_with_the_old_key_it_may_not_go() -> None:
    with pytest.raises(click.ClickException, match=r"3 values are not .* first key\. Keep the old key"):
        _conclude(3, Counter())


@pytest.mark.parametrize(
    ("when", "place"),
    [
        ("before", "gateway.store.resealing._go_on_at"),
        ("after", "gateway.store.resealing._go_on_at"),
        ("after", "gateway.store.resealing._step"),
    ],
)
def test_killed_between_two_steps_it_goes_on_and_everything_opens_with_the_new_key_alone(
    typed: Typing, database: Database, ring: KeyRing, fresh: str, when: str, place: str
) -> None:
    references = filled(database, ring)

    dying(when, place, "keys", "rotate", "--batch", "2", times=3)

    # Two steps of two values are on the disk, and the third where it was killed after it.
    done = 6 if (when, place) == ("after", "gateway.store.resealing._step") else 4
    assert left(database, ring) == 12 - done
    result = typed("keys", "rotate", "--batch", "2")
    assert result.exit_code == 0, result.output
    assert left(database, ring) == 0
    with database.read() as connection:
        assert all(referrals.opened(connection, KeyRing(fresh), each) for each in references)
