"""The audit trail: who did what to which referral, and when. Never an answer, never a name of a file."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from gateway.store import tables
from gateway.store.accounts import Account
from gateway.store.database import Database

COMMAND_LINE = "command line"  # the actor of what somebody typed
WHOEVER = "whoever tried"  # the actor of what nobody has proved to be


def note(
    database: Database,
    *,
    actor: str,
    action: str,
    detail: str,
    now: datetime,
    reference: str | None = None,
    organisation: str | None = None,
) -> None:
    """Write down what somebody did, before it is done."""
    with database.write() as connection:
        write(
            connection,
            actor=actor,
            action=action,
            detail=detail,
            now=now,
            reference=reference,
            organisation=organisation,
        )


def of_account(
    connection: Connection, account: Account, *, action: str, detail: str, now: datetime, actor: str | None = None
) -> None:
    """Write down what somebody did at the doors, for each organisation that they may do something for.

    They did it themselves, unless it is said who did.
    """
    organisations: list[str | None] = [*sorted(account.memberships)]
    for organisation in organisations or [None]:
        write(
            connection,
            actor=actor or account.id,
            action=action,
            organisation=organisation,
            detail=detail,
            now=now,
        )


def write(
    connection: Connection,
    *,
    actor: str,
    action: str,
    detail: str,
    now: datetime,
    reference: str | None = None,
    organisation: str | None = None,
) -> None:
    """Write down what somebody does, in the transaction that does it: to a referral, or to an organisation."""
    its = select(tables.referrals.c.organisation).where(tables.referrals.c.reference == reference).scalar_subquery()
    whose = organisation or its if reference else organisation
    connection.execute(
        insert(tables.audit).values(
            at=now, actor=actor, action=action, organisation=whose, reference=reference, detail=detail
        )
    )
