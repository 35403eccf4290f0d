"""The second factor of an account: its secret sealed, each code of it taken once."""

from datetime import datetime

from sqlalchemy import Connection, or_, update

from gateway.identity.codes import Factor
from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.store import audit
from gateway.store.accounts import Account
from gateway.store.database import Database
from gateway.store.people_tables import accounts


class FactorLocked(Exception):
    """The factor of somebody cannot be opened, so no code of theirs can be judged; the text is the kind of error."""


def seal(ring: KeyRing, account: str, factor: Factor) -> bytes:
    """Seal a factor for the account that it is of."""
    return ring.seal(factor.written(), table="accounts", row=account, column="sealed")


def opened(ring: KeyRing, account: str, sealed: bytes) -> Factor:
    """Open a factor that was sealed for this account. Raises KeyMissing or SealBroken."""
    return Factor.read(ring.open(sealed, table="accounts", row=account, column="sealed"))


def of(ring: KeyRing, account: Account) -> Factor | None:
    """Open the factor of an account; None where it has none. Raises FactorLocked."""
    if account.sealed_secret is None:
        return None
    try:
        return opened(ring, account.id, account.sealed_secret)
    except (KeyMissing, SealBroken) as error:
        raise FactorLocked(type(error).__name__) from None


def switch_on(connection: Connection, account: str, sealed: bytes, step: int) -> None:
    """Ask for a code from now on; the one that has just been right is taken."""
    connection.execute(update(accounts).where(accounts.c.id == account).values(sealed=sealed, code_used=step))


def switch_off(connection: Connection, account: str) -> None:
    """Ask for no code any more."""
    connection.execute(update(accounts).where(accounts.c.id == account).values(sealed=None, code_used=None))


def take(database: Database, ring: KeyRing, account: Account, code: str, now: datetime) -> bool:
    """Tell whether a code is right, and take it, so that it is right once alone: of a telephone, or a spare one.

    Raises FactorLocked.
    """
    factor = of(ring, account)
    if factor is None or account.sealed_secret is None:
        return False
    mine, left = update(accounts).where(accounts.c.id == account.id, accounts.c.sealed == account.sealed_secret), None
    if (step := factor.step(code, now, after=account.code_used)) is not None:
        unused = or_(accounts.c.code_used.is_(None), accounts.c.code_used < step)
        mine = mine.where(unused).values(code_used=step)
    elif (left := factor.without(code)) is not None:
        mine = mine.values(sealed=seal(ring, account.id, left))
    else:
        return False
    with database.write() as connection:
        if connection.execute(mine).rowcount != 1:
            return False
        if left is not None:
            detail = f"{len(left.spares)} left"
            audit.of_account(connection, account, action="use spare code", detail=detail, now=now)
    return True
