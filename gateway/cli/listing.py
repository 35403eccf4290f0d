"""Referrals as the commands list and count them: in a line or as an object, never an answer."""

from dataclasses import asdict
from datetime import datetime

from gateway.store.referrals import Listed, Tried


def plain(row: Listed | Tried) -> dict[str, object]:
    """Give a row as an object of JSON: never an answer."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(row).items()}


def count(number: int) -> str:
    """Say how many referrals there are."""
    return "1 referral" if number == 1 else f"{number} referrals"


def line(listed: Listed) -> str:
    """Give a referral as a line of a list."""
    test = "  TEST" if listed.test else ""
    reason = f"  ({listed.reason})" if listed.reason else ""
    tries = f"{listed.attempts} {'try' if listed.attempts == 1 else 'tries'}"
    return (
        f"{listed.reference}  {listed.created_at:%Y-%m-%d %H:%M}  {listed.organisation}/{listed.form}  "
        f"{listed.state}  {tries}{test}{reason}"
    )
