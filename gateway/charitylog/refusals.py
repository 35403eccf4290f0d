"""What a complete answer means that says no: one error for each thing that a caller would do about it.

No page documents an error, so the meanings are those that HTTP gives to its status codes. The text of the answer is in
none of these errors; the answer itself is at hand as `answer`, for who wants to look at it.
"""

import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from time import time

from gateway.charitylog.answer import Answer

_FOR_NOW = frozenset({408, 429, 503})
_NOT_THERE = frozenset({404, 405, 410, 415})
_SECONDS = re.compile(r"[0-9]{1,9}")


class Refused(Exception):
    """The API answered, and it was no yes; `answer` holds what it said, and is never shown."""

    meaning = "the API did not do it"

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{self.meaning} (answered {answer.status})")
        self.answer = answer

    def __reduce__(self) -> "tuple[type[Refused], tuple[Answer]]":
        # By its answer, which is what makes it: else no other process could be told of it.
        return type(self), (self.answer,)


class Busy(Refused):
    """Not now (408, 429, 503): nothing was done, so try again later."""

    meaning = "the API is busy: try again later"

    @property
    def retry_after(self) -> float | None:
        """Seconds that the API asks to wait from now on; None where it does not say."""
        value = self.answer.headers.get("Retry-After", "").strip()
        if _SECONDS.fullmatch(value):
            return float(value)
        try:
            then = parsedate_to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            return None
        # HTTP knows no time but UTC; without this a date that does not say so were one of this machine's zone.
        return max(0.0, (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - time())


class KeysRefused(Refused):
    """The keys are wrong (401): look at Source, Org and User, on the user record's tab "3rd Party Systems"."""

    meaning = "the API does not take the keys"


class NotAllowed(Refused):
    """The keys may not do this (403): the user's rights decide, as they do in the web application."""

    meaning = "the user of these keys may not do this"


class NotThere(Refused):
    """There is no such address or no such record (3xx, 404, 405, 410, 415; or nothing where one was asked for)."""

    meaning = "there is no such address or record"


class Rejected(Refused):
    """What was sent is wrong (any other 4xx): correct it, then send it again."""

    meaning = "the API rejects what was sent"


class Failed(Refused):
    """Something broke over there (5xx): what was to be done may be done or not, so look first."""

    meaning = "the API failed, and may have done it or not"


def accepted(answer: Answer) -> Answer:
    """Give back an answer that says yes (2xx), or raise what any other one means."""
    status = answer.status
    if 200 <= status < 300:
        return answer
    if status in _FOR_NOW:
        raise Busy(answer)
    if status == 401:
        raise KeysRefused(answer)
    if status == 403:
        raise NotAllowed(answer)
    if 300 <= status < 400 or status in _NOT_THERE:
        raise NotThere(answer)
    raise Rejected(answer) if 400 <= status < 500 else Failed(answer)
