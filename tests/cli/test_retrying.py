"""`flask referrals retry`: says first how many, asks, sends again, and names what moved meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, update

from gateway.keys import KeyRing
from gateway.store import destinations, tables
from gateway.store.database import Database

from ..store.making import NOW, begin, change_job, claim, job_of, rows, send, state_of
from .conftest import Typing

DAY = timedelta(days=1)
Stuck = Callable[..., str]


@pytest.fixture
def stuck(database: Database, ring: KeyRing) -> Stuck:
    """Store a referral in a state, its job parked after every limit; give its reference."""

    def make(state: str = "failed", *, now: datetime = NOW, **changes: object) -> str:
        reference = send(database, ring, now=now, **changes)
        change_job(database, reference, status="parked", failures=80, repeats=3)
        with database.write() as connection:
            table = tables.referrals
            values = {"state": state, "reason": "gave up", "created_at": now}
            connection.execute(update(table).where(table.c.reference == reference).values(**values))
        return reference

    return make


def test_it_says_how_many_asks_and_sends_them_again_with_fresh_counts(
    typed: Typing, database: Database, stuck: Stuck
) -> None:
    failed, unknown, delivered = stuck("failed"), stuck("unknown"), stuck("delivered")

    refused = typed("referrals", "retry", stdin="n\n")
    assert (refused.exit_code, state_of(database, failed)) == (1, "failed")
    assert "riverside: 1 failed\nriverside: 1 unknown\n" in refused.stdout

    done = typed("referrals", "retry", stdin="y\n")

    assert done.exit_code == 0
    assert done.stdout.endswith("2 referrals are due now.\n")
    assert [state_of(database, each) for each in (failed, unknown, delivered)] == ["pending", "pending", "delivered"]
    row = job_of(database, failed)
    assert (row.status, row.failures, row.repeats) == ("due", 0, 0)
    written = rows(database, select(tables.audit).order_by(tables.audit.c.reference))
    assert [(row.action, row.reference) for row in written] == [("retry", each) for each in sorted([failed, unknown])]


def test_a_dry_run_lists_them_and_changes_nothing(typed: Typing, database: Database, stuck: Stuck) -> None:
    reference = stuck("unknown")

    result = typed("referrals", "retry", "--dry-run")

    assert f"{reference}  riverside/support  unknown  (gave up)" in result.stdout
    assert result.stdout.endswith("Nothing was changed.\n")
    assert state_of(database, reference) == "unknown"
    assert rows(database, select(tables.audit)) == []


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (["--organisation", "hillside"], {"elsewhere"}),
        (["--form", "contact-me"], {"contact"}),
        (["--state", "pending"], {"pending"}),
        (["--state", "failed", "--since", "2026-05-05"], {"late"}),
        (["--state", "failed", "--until", "2026-05-03"], {"early"}),
        (["--limit", "1"], {"early"}),
        ([], {"early", "elsewhere", "contact", "late"}),
    ],
)
def test_it_is_said_which(typed: Typing, database: Database, stuck: Stuck, words: list[str], chosen: set[str]) -> None:
    made = {
        "early": stuck(now=NOW - DAY),
        "elsewhere": stuck(organisation="hillside"),
        "contact": stuck("unknown", form="contact-me"),
        "pending": stuck("pending"),
        "late": stuck(now=NOW + DAY),
    }

    assert typed("referrals", "retry", "--yes", *words).exit_code == 0

    retried = {row.reference for row in rows(database, select(tables.audit))}
    assert {name for name, reference in made.items() if reference in retried} == chosen


@pytest.mark.parametrize("command", ["list", "retry"])
def test_a_mistyped_organisation_is_not_one_without_trouble(typed: Typing, stuck: Stuck, command: str) -> None:
    reference = stuck(organisation="hillside")  # it has no folder any more

    mistyped = typed("referrals", command, "--organisation", "hilside")
    gone = typed("referrals", command, "--organisation", "hillside", "--limit", "1", stdin="n\n")
    empty = typed("referrals", command, "--organisation", "riverside")

    assert (mistyped.exit_code, mistyped.stdout) == (1, "")
    assert "There is no organisation hilside in" in mistyped.stderr
    assert reference in gone.stdout or "hillside: 1 failed" in gone.stdout
    assert empty.exit_code == 0


def test_a_mistyped_form_is_not_one_without_trouble(typed: Typing, stuck: Stuck) -> None:
    stuck(form="withdrawn")  # it has no file any more

    mistyped = typed("referrals", "retry", "--form", "suport", "--dry-run")
    elsewhere = typed("referrals", "retry", "--organisation", "riverside", "--form", "suport", "--dry-run")
    gone = typed("referrals", "retry", "--form", "withdrawn", "--dry-run")
    empty = typed("referrals", "retry", "--organisation", "riverside", "--form", "support", "--dry-run")

    for refused in (mistyped, elsewhere):
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "There is no form suport" in refused.stderr
    assert "riverside: 1 failed" in gone.stdout
    assert (empty.exit_code, empty.stdout) == (0, "There is nothing to send again.\n")


def test_named_ones_that_are_ended_or_held_are_told_and_left_alone(
    typed: Typing, database: Database, stuck: Stuck
) -> None:
    failed, held, ended = stuck("failed"), stuck("held"), stuck("closed")

    result = typed("referrals", "retry", failed.lower(), held, ended, "--yes")

    assert f"{held} stays as it is: it is held: `flask referrals settle {held} release`" in result.stderr
    assert f"{ended} stays as it is: it is closed." in result.stderr
    assert [state_of(database, each) for each in (failed, held, ended)] == ["pending", "held", "closed"]


class Meanwhile(BytesIO):
    """Somebody who says yes, and takes a moment for it in which something happens."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__(b"y\n")
        self._happens = happens

    def read1(self, size: int | None = -1, /) -> bytes:
        """Let it happen before anything is said."""
        self._happens()
        return super().read1(size)


def test_what_moves_meanwhile_is_named(typed: Typing, database: Database, ring: KeyRing, stuck: Stuck) -> None:
    reference = stuck("pending")

    def happens() -> None:
        change_job(database, reference, status="due")
        begin(database, ring, *claim(database))

    result = typed("referrals", "retry", reference, stdin=Meanwhile(happens))

    assert f"{reference} has moved meanwhile and stays as it is: sending." in result.stderr
    assert "0 referrals are due now." in result.stdout
    assert job_of(database, reference).status == "leased"


def test_what_may_have_arrived_and_what_has_to_wait_is_said_first(
    typed: Typing, database: Database, ring: KeyRing, stuck: Stuck
) -> None:
    reference = send(database, ring)
    (job,) = claim(database)
    attempt = begin(database, ring, job)
    with database.write() as connection:
        connection.execute(
            update(tables.attempts).where(tables.attempts.c.id == attempt).values(outcome="unknown", ended_at=NOW)
        )
        connection.execute(update(tables.referrals).values(state="unknown"))
        destinations.pause(connection, "riverside", reason="paused by a person", now=NOW)

    result = typed("referrals", "retry", reference, "--dry-run")

    assert "1 referral may have arrived already: each begins with `Possible repeat of …`." in result.stdout
    assert "riverside is paused (paused by a person): they wait until it goes on." in result.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["RG-0000-0000"], "There is no referral RG-0000-0000"),
        (["RG-0000-0000", "--form", "support"], "not both"),
        (["--state", "held"], "'held' is not one of"),
        (["--since", "yesterday"], "does not match the format"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(typed: Typing, words: list[str], told: str) -> None:
    result = typed("referrals", "retry", *words)

    assert result.exit_code != 0
    assert told in result.stderr


def test_where_nothing_fits_nothing_is_asked(typed: Typing) -> None:
    assert typed("referrals", "retry").stdout == "There is nothing to send again.\n"
