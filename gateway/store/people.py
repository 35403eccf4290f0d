"""What an administrator decides about the people of an organisation, each with its entry in the audit trail.

The entries name accounts by their ids, never an address.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from gateway.identity.roles import STAFF, Role
from gateway.keys import KeyRing
from gateway.store import accounts, audit, holding, invitations, second_factor, sessions, tries
from gateway.store.accounts import Account
from gateway.store.database import Database
from gateway.store.invitations import Invitation, Link
from gateway.store.people_tables import accounts as accounts_table
from gateway.store.people_tables import memberships


class LastAdmin(Exception):
    """Nobody would be left who can say who else may sign in."""


class Taken(Exception):
    """The invitation was used meanwhile."""


class Gone(Exception):
    """Somebody else has ended meanwhile what they could do."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides, when, and for which organisation."""

    actor: str
    organisation: str
    now: datetime

    def note(self, connection: Connection, *, action: str, detail: str) -> None:
        """Write down what is decided, in the transaction that does it."""
        audit.write(
            connection, actor=self.actor, action=action, organisation=self.organisation, detail=detail, now=self.now
        )

    @property
    def by(self) -> str | None:
        """The account that decides; None is the command line."""
        return None if self.actor == audit.COMMAND_LINE else self.actor


def invite(connection: Connection, deciding: Deciding, email: str, role: Role, *, agency: str | None = None) -> Link:
    """Offer a role; the link is for the one who has this address. Raises AgencyEnded."""
    if agency is not None:
        holding.agency(connection, agency)
    link = invitations.write(
        connection, email, role, organisation=deciding.organisation, now=deciding.now, by=deciding.by, agency=agency
    )
    deciding.note(connection, action="invite user", detail=f"{role}, invitation {link.leads_to.name}")
    return link


def withdraw(connection: Connection, deciding: Deciding, hash: str) -> bool:  # noqa: A002 - the column's name
    """Take an offer back; False where it was taken or has ended."""
    found = invitations.withdraw(connection, deciding.organisation, hash, deciding.now)
    if found is not None:
        deciding.note(connection, action="withdraw invitation", detail=f"invitation {found.name}")
    return found is not None


def invite_again(connection: Connection, deciding: Deciding, hash: str) -> Link | None:  # noqa: A002 - the column's name
    """Offer the same by a new link, and end the one before; None where that was taken or has ended."""
    found = invitations.withdraw(connection, deciding.organisation, hash, deciding.now)
    return invite(connection, deciding, found.email, found.role, agency=found.agency) if found else None


def accept(connection: Connection, found: Invitation, account: str, now: datetime) -> None:
    """Give somebody what they were offered, unless they can do something there already. Raises Taken, AgencyEnded."""
    if found.agency is not None:
        holding.agency(connection, found.agency)
    holding.account(connection, account)
    joined = accounts.join(connection, account, found.organisation, found.role, now=now, agency=found.agency)
    if not joined or not invitations.spend(connection, found, now):
        raise Taken
    deciding = Deciding(account, found.organisation, now)
    deciding.note(connection, action="accept invitation", detail=f"{found.role}, invitation {found.name}")


def change_role(connection: Connection, deciding: Deciding, account: str, role: Role) -> None:
    """Let one of the staff be something else from their next click on. Raises Gone."""
    mine = (memberships.c.account == account, memberships.c.organisation == deciding.organisation)
    changed = update(memberships).where(*mine, memberships.c.role.in_(STAFF)).values(role=role)
    if connection.execute(changed).rowcount != 1:
        raise Gone
    deciding.note(connection, action="change role", detail=f"{account} {role}")


def give_role(connection: Connection, deciding: Deciding, account: str, role: Role) -> None:
    """Let somebody be this for the organisation, whatever they were for it until now."""
    if not accounts.join(connection, account, deciding.organisation, role, now=deciding.now):
        mine = (memberships.c.account == account, memberships.c.organisation == deciding.organisation)
        connection.execute(update(memberships).where(*mine).values(role=role, agency=None))
    deciding.note(connection, action="change role", detail=f"{account} {role}")


def end_access(connection: Connection, deciding: Deciding, account: Account) -> None:
    """Take from somebody what they may do for the organisation: from their next click on, nothing. Raises Gone."""
    if not accounts.leave(connection, account.id, deciding.organisation):
        raise Gone
    invitations.end_of(connection, account.email, deciding.organisation)
    if set(account.memberships) <= {deciding.organisation}:
        sessions.end_all(connection, account.id)
    deciding.note(connection, action="end access", detail=account.id)


def let_choose(connection: Connection, deciding: Deciding, ring: KeyRing, account: Account, role: Role) -> Link:
    """Let somebody choose a new password: the old one, the second factor and every session end now. Raises Gone."""
    holding.account(connection, account.id)
    mine = (memberships.c.account == account.id, memberships.c.organisation == deciding.organisation)
    if connection.scalar(select(memberships.c.role).where(*mine).with_for_update()) is None:
        raise Gone
    accounts.set_password(connection, account.id, None)
    second_factor.switch_off(connection, account.id)
    tries.forgive(connection, ring, account.email)
    link = invitations.write(
        connection,
        account.email,
        role,
        organisation=deciding.organisation,
        now=deciding.now,
        by=deciding.by,
        account=account.id,
    )
    deciding.note(connection, action="reset user", detail=account.id)
    return link


def shut_out(connection: Connection, account: Account, *, actor: str, now: datetime) -> None:
    """Shut somebody out of every organisation: every session ends at once, and every link that would let them in."""
    accounts.disable(connection, account.id, now)
    invitations.end_of(connection, account.email)
    audit.write(connection, actor=actor, action="disable user", detail=account.id, now=now)


def let_in_again(connection: Connection, account: Account, *, actor: str, now: datetime) -> None:
    """Let somebody in again who was shut out."""
    accounts.enable(connection, account.id)
    audit.write(connection, actor=actor, action="enable user", detail=account.id, now=now)


def keep_an_admin(connection: Connection, organisation: str, account: str) -> None:
    """Hold the administrators of an organisation until the transaction ends. Raises LastAdmin where one is the last."""
    mine = (memberships.c.organisation == organisation, memberships.c.role == Role.ADMIN)
    held = list(
        connection.scalars(select(memberships.c.account).where(*mine).order_by(memberships.c.account).with_for_update())
    )
    can = select(accounts_table.c.id).where(accounts_table.c.id.in_(held), accounts_table.c.disabled_at.is_(None))
    if account in held and set(connection.scalars(can)) <= {account}:
        raise LastAdmin


def member(database: Database, organisation: str, account: str) -> Account | None:
    """Find somebody of an organisation by the id of their account; None where they are nobody there."""
    found = accounts.by_id(database, account)
    return found if found and organisation in found.memberships else None
