"""How far people come in a form: how often somebody got past a page, by day. A number, and nothing of anybody.

It is counted in the transaction that writes the draft anyway, as its last statement: one row is raised by one, nothing
is committed for it alone, and a change that is undone is not counted. The draft itself remembers, sealed, which pages
were counted, so a page that somebody comes back to counts once. Sending is not counted here: a referral is a row of its
own. So a form that is sent from its first page, which never has a draft, costs nothing more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select, update

from gateway.store.database import Database
from gateway.store.meeting import insert_into
from gateway.store.watching_tables import page_counts

KEPT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody got past a page; the day is that of the United Kingdom."""

    day: date
    organisation: str
    form: str
    page: str


def add(connection: Connection, passed: Passed) -> None:
    """Count it, in the transaction that writes the draft.

    The last statement of that transaction: people who pass the same page at one moment wait for each other here.
    """
    day, table = passed.day.isoformat(), page_counts
    values = {"on": day, "org": passed.organisation, "of": passed.form, "at": passed.page}
    if connection.execute(_ONE_MORE, values).rowcount:
        return
    first = insert_into(connection.dialect, table).values(
        day=day, organisation=passed.organisation, form=passed.form, page=passed.page, passed=1
    )
    connection.execute(
        first.on_conflict_do_update(index_elements=list(table.primary_key), set_={"passed": table.c.passed + 1})
    )


def read(database: Database, organisation: str, first: date, last: date) -> Mapping[tuple[str, str], int]:
    """Add up the days from the first to the last one, both included, by form and page."""
    table = page_counts
    wanted = (
        select(table.c.form, table.c.page, func.sum(table.c.passed).label("number"))
        .where(table.c.day.between(first.isoformat(), last.isoformat()), table.c.organisation == organisation)
        .group_by(table.c.form, table.c.page)
    )
    with database.read() as connection:
        return {(row.form, row.page): int(row.number) for row in connection.execute(wanted)}


def forget_old(database: Database, now: datetime) -> int:
    """Delete what was counted more than 400 days ago; give the number of rows."""
    old = page_counts.c.day < (now - KEPT).date().isoformat()
    with database.read() as connection:
        if connection.execute(select(page_counts.c.day).where(old).limit(1)).first() is None:
            return 0
    with database.write() as connection:
        return connection.execute(delete(page_counts).where(old)).rowcount


_ONE_MORE = (
    update(page_counts)
    .where(
        page_counts.c.day == bindparam("on"),
        page_counts.c.organisation == bindparam("org"),
        page_counts.c.form == bindparam("of"),
        page_counts.c.page == bindparam("at"),
    )
    .values(passed=page_counts.c.passed + 1)
)
