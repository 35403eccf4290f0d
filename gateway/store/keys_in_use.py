"""Which keys the referrals are sealed with, so that nobody takes one away that is needed still."""

from sqlalchemy import LargeBinary, func, select

from gateway.keys import ID_AT, ID_BYTES
from gateway.store import tables
from gateway.store.database import Database


def by_organisation(database: Database, *, at_once: int = 2000) -> dict[str, dict[str, int]]:
    """Count the sealed referrals of each organisation by the id of their key, as `KeyRing.ids` has it.

    This reads every referral, so it is done seldom, and in small steps.
    """
    table = tables.referrals
    key = func.substr(table.c.sealed, ID_AT, ID_BYTES, type_=LargeBinary).label("key")
    wanted = select(table.c.reference, table.c.organisation, key).where(table.c.sealed.is_not(None))
    found: dict[str, dict[str, int]] = {}
    place = ""
    while True:
        with database.read() as connection:
            rows = connection.execute(
                wanted.where(table.c.reference > place).order_by(table.c.reference).limit(at_once)
            ).all()
        for row in rows:
            of = found.setdefault(row.organisation, {})
            key_id = bytes(row.key).hex()
            of[key_id] = of.get(key_id, 0) + 1
        if len(rows) < at_once:
            return found
        place = rows[-1].reference
