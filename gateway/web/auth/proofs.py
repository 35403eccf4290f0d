"""Whether somebody is who they say, by password or code: each try is counted before it is judged."""

from datetime import datetime, timedelta
from math import ceil

from flask import abort, request

from gateway.identity import passwords
from gateway.identity.passwords import Crowded
from gateway.store import audit, second_factor, sums, tries
from gateway.store.accounts import Account
from gateway.store.audit import WHOEVER
from gateway.store.tries import Who
from gateway.web.limits import network_of
from gateway.web.site import site


class Wait(Exception):
    """Too much was tried: nothing is judged before this time is over. The text says so to whoever reads the page."""

    def __init__(self, time: timedelta) -> None:
        super().__init__(f"There were too many attempts. Wait {_minutes(time)}, then try again.")
        self.seconds = ceil(time.total_seconds())


def begin_code(account: Account, now: datetime) -> Who:
    """Count a try of a code. Raises Wait or FactorLocked, and then it is not counted."""
    second_factor.of(site().ring, account)
    return begin(account.email, now)


def begin(email: str, now: datetime) -> Who:
    """Count a try. Raises Wait, and then it is not counted."""
    if seconds := site().sign_ins.seconds_until(1, _address(), now):
        raise Wait(timedelta(seconds=seconds))
    who = tries.who(site().ring, email, network_of(_address()) or b"")
    if (time := tries.begin(site().database, who, now)) > tries.NONE:
        raise Wait(time)
    return who


def password_is_right(account: Account | None, password: str, who: Who, now: datetime) -> bool:
    """Judge a password; of nobody, or of somebody who is shut out, it takes the same time to say no."""
    can = account is not None and account.disabled_at is None
    try:
        right = passwords.matches(password, account.password if account and can else None)
    except Crowded:
        abort(503)
    if not right:
        _failed(account, who, "wrong password", now)
    return right


def code_is_right(account: Account, code: str, who: Who, now: datetime) -> bool:
    """Judge a code, and take it."""
    right = second_factor.take(site().database, site().ring, account, code, now)
    if not right:
        _failed(account, who, "wrong code", now)
    return right


def _failed(account: Account | None, who: Who, how: str, now: datetime) -> None:
    """Write down that somebody was not who they said; of addresses that nobody has the number alone.

    Either way it is one small transaction: nobody learns from its time whether an address is somebody's.
    """
    site().sign_ins.use(_address(), now)
    with site().database.write() as connection:
        time = tries.wait(connection, who, now)
        if account is None:
            sums.add_up(connection, actor=WHOEVER, action="sign in failed", now=now)
            return
        detail = f"{account.id} {how}"
        audit.of_account(connection, account, actor=WHOEVER, action="sign in failed", detail=detail, now=now)
        if time > tries.NONE:
            detail = f"{account.id} has to wait {_minutes(time)}"
            audit.of_account(connection, account, actor=WHOEVER, action="sign in locked", detail=detail, now=now)


def _minutes(time: timedelta) -> str:
    minutes = ceil(time / timedelta(minutes=1))
    return f"{minutes} {'minute' if minutes == 1 else 'minutes'}"


def _address() -> str:
    return request.remote_addr or ""
