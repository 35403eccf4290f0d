"""Who may sign in to the demo: an administrator, and somebody of an agency. Their password is new each time."""

import secrets
from datetime import UTC, datetime

from gateway.identity import passwords
from gateway.identity.roles import Role
from gateway.store import accounts, agencies, audit
from gateway.store.database import Database
from gateway.store.people import Deciding

ADMIN, PARTNER = "admin@riverside.example", "partner@hilltop-surgery.example"
_ORGANISATION, _AGENCY = "riverside", "Hilltop Surgery"


def let_in(database: Database) -> str:
    """Let both in, and give the password that they have until the next start: none lies about."""
    password, deciding = secrets.token_urlsafe(12), Deciding(audit.COMMAND_LINE, _ORGANISATION, datetime.now(UTC))
    kept = passwords.hashed(password)
    agency = _agency(database, deciding)
    for email, role, of in ((ADMIN, Role.ADMIN, None), (PARTNER, Role.PARTNER, agency)):
        found = accounts.find(database, email)
        with database.write() as connection:
            account = found.id if found else accounts.write(connection, email, password=None, now=deciding.now)
            accounts.set_password(connection, account, kept)
            accounts.join(connection, account, _ORGANISATION, role, now=deciding.now, agency=of)
            deciding.note(connection, action="add user", detail=f"{role} of the demo")
    return password


def _agency(database: Database, deciding: Deciding) -> str:
    for each in agencies.listed(database, _ORGANISATION):
        if each.name == _AGENCY and each.ended_at is None:
            return each.id
    with database.write() as connection:
        return agencies.add(connection, deciding, _AGENCY)
