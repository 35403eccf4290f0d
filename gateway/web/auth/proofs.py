"""Whether somebody is who they say, by password or code: each try is counted before it is judged."""

from datetime import datetime, timedelta
from math import ceil

from flask import abort, request

from gateway.identity import passwords
from gateway.identity.passwords import Crowded
from gateway.store import second_factor, tries
from gateway.store.accounts import Account
from gateway.store.tries import Who
from gateway.web.limits import network_of
from gateway.web.site import site


class Wait(Exception):
    """Too much was tried: nothing is judged before this time is over. The text says so to whoever reads the page."""

    def __init__(self, time: timedelta) -> None:
        minutes = ceil(time / timedelta(minutes=1))
        super().__init__(
            f"There were too many attempts. Wait {minutes} {'minute' if minutes == 1 else 'minutes'}, then try again."
        )
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


def password_is_right(account: Account | None, password: str, now: datetime) -> bool:
    """Judge a password; of nobody, or of somebody who is shut out, it takes the same time to say no."""
    can = account is not None and account.disabled_at is None
    try:
        return _counted(passwords.matches(password, account.password if account and can else None), now)
    except Crowded:
        abort(503)


def code_is_right(account: Account, code: str, now: datetime) -> bool:
    """Judge a code, and take it."""
    return _counted(second_factor.take(site().database, site().ring, account, code, now), now)


def _counted(right: bool, now: datetime) -> bool:
    if not right:
        site().sign_ins.use(_address(), now)
    return right


def _address() -> str:
    return request.remote_addr or ""
