"""An agency's own word for a referral, by which its people know it again: sealed, and gone with the answers.

Nobody else is shown it. What people type here may say something of somebody, whatever they were asked.
"""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.people_tables import own_references

LONGEST = 40
NO_WORD = f"Your own reference must be one line of {LONGEST} characters or fewer."


def is_a_word(typed: str) -> bool:
    """Tell whether this can be somebody's word for a referral; "" takes one away."""
    return len(typed) <= LONGEST and typed.isprintable()


def keep(database: Database, ring: KeyRing, reference: str, word: str) -> bool:
    """Keep a word for a referral instead of the one before, "" for none; False where its answers are gone."""
    table = own_references
    mine = table.c.reference == reference
    sealed = ring.seal(word.encode(), table="own_references", row=reference, column="sealed")
    theirs = tables.referrals.c
    there = select(theirs.reference).where(theirs.reference == reference, theirs.purged_at.is_(None))
    with database.write() as connection:
        if connection.scalar(there.with_for_update()) is None:
            return False
        if not word:
            connection.execute(delete(table).where(mine))
        elif not connection.execute(update(table).where(mine).values(sealed=sealed)).rowcount:
            connection.execute(insert(table).values(reference=reference, sealed=sealed))
    return True


def of(database: Database, ring: KeyRing, references: Sequence[str]) -> dict[str, str]:
    """Open the words for some referrals; what has none, or cannot be opened any more, is left out."""
    wanted = select(own_references).where(own_references.c.reference.in_(references))
    with database.read() as connection:
        rows = connection.execute(wanted).all() if references else []
    found = {}
    for row in rows:
        try:
            plain = ring.open(row.sealed, table="own_references", row=row.reference, column="sealed")
        except (KeyMissing, SealBroken):
            continue
        found[row.reference] = plain.decode()
    return found
