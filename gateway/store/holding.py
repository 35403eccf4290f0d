"""What must not end while somebody acts for it: held until the transaction is over, so that one of the two comes first.

Whoever holds several things holds them in this order: agency, token, account, membership, invitation. So no two wait
for each other.
"""

from sqlalchemy import Connection, Select, bindparam, select

from gateway.store.accounts import Account
from gateway.store.people_tables import accounts, agencies, api_tokens


class AgencyEnded(Exception):
    """The agency has ended: nothing is begun, sent or offered for it any more.

    Its software is told the same where the token alone has ended by which it came.
    """


# An agency that has not ended, by the parameter `agency`; it cannot end before the transaction that asks does.
OPEN_AGENCY: Select[tuple[str]] = (
    select(agencies.c.id)
    .where(agencies.c.id == bindparam("agency"), agencies.c.ended_at.is_(None))
    .with_for_update(read=True)
)

# A token that has not ended, by the parameter `token`; it cannot end before the transaction that asks does.
OPEN_TOKEN: Select[tuple[str]] = (
    select(api_tokens.c.id)
    .where(api_tokens.c.id == bindparam("token"), api_tokens.c.ended_at.is_(None))
    .with_for_update(read=True)
)


def agency(connection: Connection, which: str) -> None:
    """Keep an agency from ending meanwhile. Raises AgencyEnded."""
    if connection.scalar(OPEN_AGENCY, {"agency": which}) is None:
        raise AgencyEnded


def unchanged(connection: Connection, found: Account) -> bool:
    """Keep an account as it is meanwhile; False where what proves its owner has changed since it was read."""
    told = (accounts.c.password, accounts.c.disabled_at, accounts.c.sealed.is_(None).label("bare"))
    row = connection.execute(select(*told).where(accounts.c.id == found.id).with_for_update()).first()
    before = (found.password, found.disabled_at, found.sealed_secret is None)
    return row is not None and (row.password, row.disabled_at, bool(row.bare)) == before


def account(connection: Connection, which: str) -> None:
    """Keep an account as it is meanwhile: nobody else changes its password or what it may do for somebody."""
    connection.execute(select(accounts.c.id).where(accounts.c.id == which).with_for_update())
