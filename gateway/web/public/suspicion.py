"""What looks like a robot's work: held for staff and never dropped, and the sender is told nothing of it."""

from collections.abc import Iterator
from datetime import timedelta

from flask import request

from gateway.store.sending import GOES_NOWHERE, TO_BE_DELIVERED, Beginning, held
from gateway.web.limits import Limit
from gateway.web.public.visit import Visit
from gateway.web.trials import Mode

_FAR_ABOVE = 10
TRAPPED = "a field that nobody sees was filled in"
MANY = "many were sent from one address"
MANY_BY_ACCOUNT = "many were sent by one account"
MANY_BY_PROXY = f"{MANY}, maybe of your own proxy: see GATEWAY_TRUSTED_PROXIES"


class TooMany(Exception):
    """So much comes from one address that nothing more is taken from it; `seconds` says for how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"try again in {seconds} seconds")
        self.seconds = seconds


def judge(visit: Visit) -> Beginning:
    """Decide how a referral begins that is sent now; a test is not counted. Raises TooMany."""
    if visit.marks.trial:
        return GOES_NOWHERE if visit.marks.trial.mode is Mode.NOWHERE else TO_BE_DELIVERED
    share = _share(visit, visit.site.sends)
    reasons = "; ".join(_reasons(visit, over=share > 1))
    return held(reasons) if reasons else TO_BE_DELIVERED


def let_begin(visit: Visit) -> None:
    """Count a draft that begins: without any end they would fill the disk. Raises TooMany."""
    if not visit.marks.trial:
        _share(visit, visit.site.beginnings)


def _share(visit: Visit, limit: Limit) -> float:
    share = limit.use(visit.counted, visit.now)
    if share > _FAR_ABOVE:
        raise TooMany(limit.seconds_until(_FAR_ABOVE, visit.counted, visit.now))
    return share


def _reasons(visit: Visit, *, over: bool) -> Iterator[str]:
    if visit.sender:  # whoever has signed in is no robot
        if over:
            yield MANY_BY_ACCOUNT
        return
    least = visit.site.settings.min_fill_seconds
    if visit.marks.trapped:
        yield TRAPPED
    if visit.marks.shown_at and visit.now - visit.marks.shown_at < timedelta(seconds=least):
        yield f"sent less than {least:g} seconds after it was opened"
    if over:
        untold = visit.site.settings.trusted_proxies == 0 and "X-Forwarded-For" in request.headers
        yield MANY_BY_PROXY if untold else MANY
