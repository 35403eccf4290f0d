"""Tokens by which an agency's own software comes in: shown once, kept as a hash, for some forms, until a day.

A token says its id, which may stand in lists and in the audit trail, and a secret, which is kept nowhere.
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gateway.store import holding
from gateway.store.database import Database
from gateway.store.hashing import hash_of
from gateway.store.ids import new_id
from gateway.store.people import Deciding
from gateway.store.people_tables import agencies, api_tokens

SAYS = "rgt"  # what every token begins with, so that whoever finds one lying about knows what it is
_SHAPE = re.compile(rf"{SAYS}\.(?P<id>[A-Za-z0-9_-]{{22}})\.(?P<secret>[A-Za-z0-9_-]{{43}})")
_USED_EVERY = timedelta(hours=1)  # to write the time at every call would be a write for every call
_NOBODYS = hash_of(secrets.token_urlsafe(32))


@dataclass(frozen=True, slots=True)
class Token:
    """What a token is for. Without `forms`, it is for all that are there for partners."""

    id: str
    agency: str
    agency_name: str
    organisation: str
    name: str
    forms: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    ended_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        """Tell whether it opens anything still."""
        return self.ended_at is None and now < self.expires_at


def add(
    connection: Connection,
    deciding: Deciding,
    agency: str,
    name: str,
    *,
    forms: Sequence[str] = (),
    expires_at: datetime,
) -> str:
    """Make a token for an agency of the organisation; give the text that is shown once. Raises AgencyEnded."""
    holding.agency(connection, agency)
    found, secret = new_id(), secrets.token_urlsafe(32)
    connection.execute(
        insert(api_tokens).values(
            id=found,
            hash=hash_of(secret),
            agency=agency,
            organisation=deciding.organisation,
            name=name,
            forms=" ".join(forms),
            created_by=deciding.by,
            created_at=deciding.now,
            expires_at=expires_at,
        )
    )
    deciding.note(connection, action="add token", detail=f"token {found}")
    return f"{SAYS}.{found}.{secret}"


def find(database: Database, text: str, now: datetime) -> Token | None:
    """Find what a token is for; None where it is none of ours, has ended, or its agency has."""
    read = _SHAPE.fullmatch(text)
    if read is None:
        return None
    with database.read() as connection:
        wanted = _KNOWN.add_columns(api_tokens.c.hash, agencies.c.ended_at.label("agency_ended_at"))
        row = connection.execute(wanted.where(api_tokens.c.id == read["id"])).first()
    # It takes the same time whether the id is known or not.
    same = hmac.compare_digest(row.hash if row else _NOBODYS, hash_of(read["secret"]))
    if row is None or not same or row.agency_ended_at is not None:
        return None
    token = _token(row)
    if not token.is_good(now):
        return None
    if token.used_at is None or now - token.used_at >= _USED_EVERY:
        with database.write() as connection:
            connection.execute(update(api_tokens).where(api_tokens.c.id == token.id).values(used_at=now))
    return token


def listed(database: Database, organisation: str) -> list[Token]:
    """List the tokens of an organisation's agencies, the newest first."""
    mine = _KNOWN.where(api_tokens.c.organisation == organisation).order_by(api_tokens.c.created_at.desc())
    with database.read() as connection:
        return [_token(row) for row in connection.execute(mine)]


def end(connection: Connection, deciding: Deciding, token: str) -> bool:
    """End a token of the organisation at once; False where there is none that could be ended."""
    mine = (
        api_tokens.c.organisation == deciding.organisation,
        api_tokens.c.id == token,
        api_tokens.c.ended_at.is_(None),
    )
    if not connection.execute(update(api_tokens).where(*mine).values(ended_at=deciding.now)).rowcount:
        return False
    deciding.note(connection, action="end token", detail=f"token {token}")
    return True


def _token(row: Row[*tuple[Any, ...]]) -> Token:
    return Token(
        row.id,
        row.agency,
        row.agency_name,
        row.organisation,
        row.name,
        tuple(row.forms.split()),
        row.created_at,
        row.expires_at,
        row.used_at,
        row.ended_at,
    )


_KNOWN = select(
    *(
        api_tokens.c[name]
        for name in (
            "id", "agency", "organisation", "name", "forms", "created_at", "expires_at", "used_at", "ended_at"
        )
    ),
    agencies.c.name.label("agency_name"),
).join(agencies, agencies.c.id == api_tokens.c.agency)  # fmt: skip
