"""Moments and spans of time in words, for staff: in UTC, as mails and pages say them alike. Pure."""

from datetime import datetime, timedelta


def moment(time: datetime) -> str:
    """Say a time as people read it."""
    return f"{time.day} {time:%B %Y, %H:%M} UTC"


def lasting(span: timedelta) -> str:
    """Write a span of time, roughly: minutes up to two hours, hours up to two days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return _many(minutes, "minute")
    return _many(minutes // 60, "hour") if minutes < 48 * 60 else _many(minutes // (24 * 60), "day")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
