"""Spans of time in words, roughly. Pure."""

from datetime import timedelta


def lasting(span: timedelta) -> str:
    """Write a span of time: minutes up to two hours, hours up to two days."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return _many(minutes, "minute")
    return _many(minutes // 60, "hour") if minutes < 48 * 60 else _many(minutes // (24 * 60), "day")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
