"""Figures say in words, in a chart and in a table the same; of one organisation, and of nobody in particular."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import insert, select

from gateway.delivery.policy import Outcome
from gateway.identity.roles import Role
from gateway.store import page_counts, tables
from gateway.store.database import Database
from gateway.store.page_counts import Passed
from gateway.web.staff import figures
from gateway.web.staff.figures import Figure
from gateway.web.staff.periods import PERIODS

from .conftest import HILLTOP, RIVERSIDE, As

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAGE = f"/staff/{RIVERSIDE}/figures"
_DRAWING = re.compile(r'<svg class="chart.*?</svg>', re.DOTALL)


def put(
    database: Database,
    at: datetime,
    *,
    form: str = "support",
    state: str = "delivered",
    took: timedelta | None = HOUR,
    organisation: str = RIVERSIDE,
    calls: Sequence[str] = (),
    **more: object,
) -> None:
    """Store the row of a referral, and how calls for it ended."""
    with database.write() as connection:
        number = len(connection.execute(select(tables.referrals.c.reference)).all())
        digest = connection.scalar(select(tables.definitions.c.hash).limit(1))
        connection.execute(
            insert(tables.referrals).values(
                reference=f"RG-{number:04}",
                organisation=organisation,
                form=form,
                definition=digest,
                language="en",
                state=state,
                test=False,
                created_at=at,
                updated_at=at,
                delivered_at=at + took if took else None,
                **more,
            )
        )
        job = connection.scalar(
            insert(tables.jobs)
            .values(
                organisation=organisation,
                kind="stage",
                reference=f"RG-{number:04}",
                position=0,
                status="done",
                due_at=at,
                since=at,
            )
            .returning(tables.jobs.c.id)
        )
        for outcome in calls:
            connection.execute(
                insert(tables.attempts).values(
                    job=job,
                    reference=f"RG-{number:04}",
                    payload=1,
                    worker="a",
                    started_at=at,
                    ended_at=at,
                    outcome=outcome,
                )
            )


def passed(database: Database, *pages: str, form: str = "support", at: datetime = NOW) -> None:
    """Count pages that somebody got past."""
    with database.write() as connection:
        for page in pages:
            page_counts.add(connection, Passed(at.date(), RIVERSIDE, form, page))


def shown(app: Flask, database: Database, period: str = "7-days") -> dict[str, Figure]:
    """All figures as of NOW, by name."""
    forms = app.extensions["gateway"].organisations[RIVERSIDE].forms
    return {each.name: each for each in figures.figures_of(database, RIVERSIDE, forms, PERIODS[period], NOW)}


def test_where_nothing_came_in_every_figure_says_so_and_draws_nothing(app: Flask, database: Database) -> None:
    found = shown(app, database)

    assert {"sent", "time", "forms", "way-support", "calls"} <= set(found)
    assert [each for each in found.values() if each.chart] == []
    assert found["sent"].says == "0 referrals came in."
    assert found["time"].says == "None of what was sent in this time is delivered yet."


def test_what_was_sent_stands_on_its_day_as_it_is_by_now(app: Flask, database: Database) -> None:
    put(database, NOW - DAY, sealed=None, purged_at=NOW)
    put(database, NOW - DAY, took=None, state="failed")
    put(database, NOW, took=None, state="closed")
    put(database, NOW - 7 * DAY)
    put(database, NOW, organisation=HILLTOP)

    found = shown(app, database)["sent"]

    assert found.rows[-2:] == [("Sat 21 November 2026", 2, 1, 1, 0), ("Sun 22 November 2026", 1, 0, 0, 1)]
    assert found.says == (
        "3 referrals came in. 1 delivered, 1 not yet, 1 closed without delivery. "
        "The busiest day was Sat 21 November 2026, with 2."
    )
    assert found.chart is not None
    assert len(found.chart.bars) == 3


def test_the_time_is_said_in_words(app: Flask, database: Database) -> None:
    for minutes in (1, 2, 90):
        put(database, NOW - DAY, took=timedelta(minutes=minutes))

    found = shown(app, database)["time"]

    assert found.rows == [("Sat 21 November 2026", "2 minutes", "1 hour 30 minutes")]
    assert "half arrived within 2 minutes and nine in ten within 1 hour 30 minutes" in found.says


def test_forms_stand_by_how_many_came_and_one_that_is_gone_is_named_too(app: Flask, database: Database) -> None:
    for form in ("contact-me", "contact-me", "old-one"):
        put(database, NOW, form=form)

    found = shown(app, database)["forms"]

    assert [row[:2] for row in found.rows[:2]] == [("Ask us to get in touch", 2), ("old-one (no form any more)", 1)]
    assert ("Ask for support", 0) in [row[:2] for row in found.rows[2:]]
    assert found.says == "3 referrals by 2 forms. Most by “Ask us to get in touch”."


def test_how_far_people_come_is_said_page_by_page(app: Flask, database: Database) -> None:
    passed(database, *["about"] * 4, *["contact"] * 3)
    passed(database, "about", at=NOW - 7 * DAY)
    put(database, NOW)

    found = shown(app, database)["way-support"]

    assert found.says == "4 people got past the first page, and 1 sent the form."
    assert found.rows[:2] == [("About you", 4, "100 %"), ("How we can reach you", 3, "75 %")]
    assert ("The person you look after (not for everybody)", 0, "0 %") in found.rows
    assert found.rows[-1] == ("Sent", 1, "25 %")
    assert not found.note


def test_where_more_were_sent_than_began_it_says_why(app: Flask, database: Database) -> None:
    put(database, NOW)

    assert "began before" in shown(app, database)["way-support"].note


def test_a_form_that_is_sent_from_its_first_page_has_no_way(app: Flask, database: Database) -> None:
    assert "way-contact-me" not in shown(app, database)


def test_calls_are_counted_by_how_they_ended(app: Flask, database: Database) -> None:
    put(database, NOW, calls=["not_sent", "busy", "rejected", "delivered"])
    put(database, NOW, calls=["something new"])

    found = shown(app, database)["calls"]

    assert dict(zip(found.heads, found.rows[-1], strict=True)) == {
        "Day": "Sun 22 November 2026", "Accepted": 1, "Not reached": 1, "Busy": 1, "May have arrived": 0, "Rejected": 1,
        "Keys refused": 0, "Wrong address": 0, "something new": 1,
    }  # fmt: skip
    assert found.says == "5 calls; 1 accepted (20 %)."


def test_every_outcome_has_words() -> None:
    assert set(figures.OUTCOMES) == {each.value for each in Outcome}


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(seconds=3599), "59 minutes 59 seconds"),
        (timedelta(hours=25), "1 day 1 hour"),
        (timedelta(days=14), "14 days"),
    ],
)
def test_times_are_said_in_two_units_at_most(time: timedelta, words: str) -> None:
    assert figures.in_words(time) == words


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("much", [1, 40])
def test_every_drawing_is_well_formed_named_and_without_style(
    app: Flask, database: Database, signed_in: As, period: str, much: int
) -> None:
    now = datetime.now(UTC)
    for number in range(much):
        put(database, now - number * DAY, took=number * HOUR or None, calls=["unknown", "delivered"])
    passed(database, "about", at=now)

    page = signed_in(Role.VIEWER).get(PAGE, query_string={"period": period}).get_data(as_text=True)

    drawings = [ElementTree.fromstring(each) for each in _DRAWING.findall(page)]  # noqa: S314 - our own page
    assert len(drawings) == page.count("<details>") == (5 if much > 1 else 4)
    for each in drawings:
        named = [child.get("id") for child in each if child.tag in ("title", "desc") and child.text]
        assert (each.get("role"), each.get("aria-labelledby")) == ("img", " ".join(map(str, named)))
    assert " style=" not in page
    assert "<script" not in page


def test_a_page_is_found_by_its_period_and_else_is_the_usual_one(signed_in: As) -> None:
    client = signed_in(Role.VIEWER)

    for asked, chosen in (("12-weeks", "12-weeks"), ("<b>", "30-days"), ("", "30-days")):
        page = client.get(PAGE, query_string={"period": asked}).get_data(as_text=True)
        assert f'<option value="{chosen}" selected>' in page
        assert "<b>" not in page


def test_what_belongs_to_another_organisation_is_not_there(database: Database, signed_in: As) -> None:
    put(database, datetime.now(UTC) - HOUR, organisation=HILLTOP)
    client = signed_in(Role.VIEWER)

    page = client.get(PAGE).get_data(as_text=True)
    assert "Nothing came in, and nobody got past a page of a form" in page
    assert "<h2" not in page
    assert client.get(PAGE.replace(RIVERSIDE, HILLTOP)).status_code == 404
