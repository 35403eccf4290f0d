"""What must not end while somebody acts for it: held until the transaction is over, so that one of the two comes first.

Whoever holds several things holds them in this order: agency, account, membership, invitation. So no two wait for each
other.
"""

from sqlalchemy import Connection, Select, bindparam, select

from gateway.store.people_tables import accounts, agencies


class AgencyEnded(Exception):
    """The agency has ended: nothing is begun, sent or offered for it any more."""


# An agency that has not ended, by the parameter `agency`; it cannot end before the transaction that asks does.
OPEN_AGENCY: Select[tuple[str]] = (
    select(agencies.c.id)
    .where(agencies.c.id == bindparam("agency"), agencies.c.ended_at.is_(None))
    .with_for_update(read=True)
)


def agency(connection: Connection, which: str) -> None:
    """Keep an agency from ending meanwhile. Raises AgencyEnded."""
    if connection.scalar(OPEN_AGENCY, {"agency": which}) is None:
        raise AgencyEnded


def account(connection: Connection, which: str) -> None:
    """Keep an account as it is meanwhile: nobody else changes its password or what it may do for somebody."""
    connection.execute(select(accounts.c.id).where(accounts.c.id == which).with_for_update())
