"""From what is open now, and what was told before, to which mail is due. Pure.

A matter is told at once, then all that is open once a day, and its end once, when nothing is open any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.store import mails
from gateway.store.alerts import Matter, Told

AGAIN_AFTER = timedelta(days=1)
# News of the past: nobody has to hear that it is over.
PASSING = frozenset({Matter.SILENCE})


class Kind(StrEnum):
    """Which mail to write; the word is that of its template."""

    ALERT = mails.ALERT
    DIGEST = mails.DIGEST
    WELL = mails.WELL


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write, and how the matters stand once it is written."""

    kind: Kind | None
    after: Mapping[Matter, Told]


def decide(counts: Mapping[Matter, int], before: Mapping[Matter, Told], *, now: datetime, allowed: bool) -> Decision:
    """Choose the mail of one organisation; where none is `allowed`, what is new is told later."""
    after = {
        matter: stands
        for matter in {*counts, *before}
        if (stands := _stands(counts.get(matter, 0), before.get(matter), matter, now))
    }
    kind = _kind(after, before, now)
    if kind is None or not allowed:
        return Decision(None, after)
    if kind is Kind.WELL:
        return Decision(kind, {})
    return Decision(
        kind, {matter: replace(each, told_at=now) if each.count else each for matter, each in after.items()}
    )


def _stands(count: int, known: Told | None, matter: Matter, now: datetime) -> Told | None:
    if known is None:
        return Told(now, None, count) if count else None
    if count:
        return replace(known, count=count, since=known.since if known.count else now)
    # What was never told is forgotten; of what was told, the end is told too.
    return replace(known, count=0) if known.told_at and matter not in PASSING else None


def _kind(after: Mapping[Matter, Told], before: Mapping[Matter, Told], now: datetime) -> Kind | None:
    still = {matter: each for matter, each in after.items() if each.count}
    if not still:
        return Kind.WELL if after else None
    if any(_is_new(before.get(matter), each, now) for matter, each in still.items()):
        return Kind.ALERT
    if all(now - each.told_at >= AGAIN_AFTER for each in still.values() if each.told_at):
        return Kind.DIGEST
    return None


def _is_new(was: Told | None, stands: Told, now: datetime) -> bool:
    """Tell whether nobody knows of it: what ended and came back within a day waits for the digest."""
    if stands.told_at is None:
        return True
    return was is not None and not was.count and now - stands.told_at >= AGAIN_AFTER
