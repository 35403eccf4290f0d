"""Tallies: how many attempts ended in which way, for ever. What is counted here outlives a purge."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, select, update

from gateway.store import tables
from gateway.store.database import Database
from gateway.store.many import Several
from gateway.store.meeting import insert_into

Outcomes = Mapping[tuple[str, str], int]


def add(connection: Connection, ended: Iterable[tuple[str, str]]) -> None:
    """Count attempts that ended, each as (organisation, outcome), in the transaction that ends them.

    The last statement of that transaction: workers that count the same thing wait for each other here.
    """
    counts: dict[tuple[str, str], int] = {}
    for each in ended:
        counts[each] = counts.get(each, 0) + 1
    table = tables.tallies
    for (organisation, outcome), more in sorted(counts.items()):  # in one order everywhere: no deadlock
        if not _MORE.run(connection, org=organisation, how=outcome, more=more):
            first = insert_into(connection.dialect, table).values(
                organisation=organisation, outcome=outcome, count=more
            )
            connection.execute(
                first.on_conflict_do_update(
                    index_elements=[table.c.organisation, table.c.outcome], set_={"count": table.c.count + more}
                )
            )


def read(database: Database) -> Outcomes:
    """Read every tally, by organisation and outcome."""
    table = tables.tallies
    with database.read() as connection:
        rows = connection.execute(select(table.c.organisation, table.c.outcome, table.c.count.label("number")))
        return {(row.organisation, row.outcome): row.number for row in rows}


_MORE = Several(
    update(tables.tallies)
    .where(tables.tallies.c.organisation == bindparam("org"), tables.tallies.c.outcome == bindparam("how"))
    .values(count=tables.tallies.c.count + bindparam("more"))
)
