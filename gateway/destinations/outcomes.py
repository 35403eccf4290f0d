"""From an answer to what it means: a receipt, or one of the six errors. Pure.

The line is drawn between *not sent*, *refused* and *unknown*: an answer that does not say which is unknown.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from gateway.destinations.seam import (
    Busy,
    CredentialsRefused,
    DestinationError,
    Misconfigured,
    Receipt,
    Rejected,
    Unknown,
)

_FOR_NOW = frozenset({408, 429, 503})
_WRONG_ADDRESS = frozenset({404, 405, 415})
_LONGEST_SHAPE = 200
_DEEPEST = 3
_SECONDS = re.compile(r"[0-9]{1,9}")
_PLAIN_KEY = re.compile(r"[a-z][A-Za-z_-]{0,39}")


def judge(
    status: int, headers: Mapping[str, str], body: bytes, *, probe_is_good: bool | None, now: datetime
) -> Receipt | DestinationError:
    """Say what a complete answer means.

    `probe_is_good` tells whether our keys open anything at all; it is asked for 403 alone (None: not known).
    """
    shape = shape_of(status, headers, body)
    if 200 <= status < 300:
        return Receipt(status, shape, body)
    reason = f"answered {status}"
    if status in _FOR_NOW:
        return Busy(reason, retry_after=retry_after(headers, now), status=status)
    if status == 401 or (status == 403 and not probe_is_good):
        return CredentialsRefused(reason, status=status, answer=body, shape=shape)
    if 300 <= status < 400 or status in _WRONG_ADDRESS:
        return Misconfigured(reason, status=status, answer=body, shape=shape)
    if 400 <= status < 500:
        return Rejected(reason, status=status, answer=body, shape=shape)
    return Unknown(reason, status=status, answer=body, shape=shape)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read Retry-After, in seconds or as a date; None where it says nothing that can be read."""
    value = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(value):
        return timedelta(seconds=min(int(value), 86_400))
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), timedelta(days=1))


def shape_of(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """Describe how an answer is built, without anything that it says: `200 json {id:number}`."""
    return f"{status} {_built(headers, body)}"[:_LONGEST_SHAPE]


def _built(headers: Mapping[str, str], body: bytes) -> str:
    if not body.strip():
        return "empty"
    try:
        return f"json {_skeleton(json.loads(body), _DEEPEST)}"
    except (ValueError, RecursionError):
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return kind if re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,60}", kind) else "other"


def _skeleton(value: object, depth: int) -> str:
    if isinstance(value, dict):
        if depth == 0:
            return "{…}"
        # A key that is no plain word may be an id or a name: it is left out.
        parts = {
            f"{key if _PLAIN_KEY.fullmatch(key) else '*'}:{_skeleton(each, depth - 1)}" for key, each in value.items()
        }
        return "{" + ",".join(sorted(parts)) + "}"
    if isinstance(value, list):
        return "[" + (_skeleton(value[0], depth - 1) if value and depth else "") + "]"
    return {bool: "boolean", int: "number", float: "number", str: "text"}.get(type(value), "null")
