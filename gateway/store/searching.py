"""Searching what is sealed: every referral of one organisation is opened, one after the other, and forgotten again.

There is no index of names, and there must be none. Accents, capitals, spaces and punctuation do not count.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.referral import Referral
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.referrals import Listed, listing
from gateway.store.walking import Place

AT_ONCE = 100
_TELEPHONE_DIGITS, _FEWEST_DIGITS, _FEWEST_LETTERS = 10, 4, 3


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A referral as lists show it, and what it holds; None where it cannot be opened."""

    listed: Listed
    referral: Referral | None


def count(database: Database, organisation: str) -> int:
    """Count the referrals of an organisation that still hold answers."""
    table = tables.referrals
    wanted = (
        select(func.count()).select_from(table).where(table.c.organisation == organisation, table.c.sealed.is_not(None))
    )
    with database.read() as connection:
        return connection.scalar(wanted) or 0


def opened(database: Database, ring: KeyRing, organisation: str, *, behind: Place | None = None) -> Iterator[Opened]:
    """Open every referral of an organisation that still holds answers, the newest first, or from behind a place on.

    Few are in memory at one time.
    """
    table = tables.referrals
    wanted = (
        listing(table.c.sealed)
        .where(table.c.organisation == organisation, table.c.sealed.is_not(None))
        .order_by(table.c.created_at.desc(), table.c.reference.desc())
        .limit(AT_ONCE)
    )
    while True:
        with database.read() as connection:
            rows = connection.execute(wanted.where(*_behind(behind))).all()
        for row in rows:
            fields = dict(row._mapping)
            referral = _open(ring, row.reference, fields.pop("sealed"))
            yield Opened(Listed(**fields), referral)
        if len(rows) < AT_ONCE:
            return
        behind = Place(rows[-1].created_at, rows[-1].reference)


def _behind(place: Place | None) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    at, reference = tables.referrals.c.created_at, tables.referrals.c.reference
    return [at <= place.at, or_(at < place.at, reference < place.reference)]


def tells(reason: str, words: Sequence[str]) -> bool:
    """Tell whether a reason, which is kept, holds one of the words that are looked for."""
    told = reason.casefold().split()
    return any(len(word) >= _FEWEST_LETTERS and word.casefold() in told for word in words)


def matches(referral: Referral, words: Sequence[str]) -> list[str]:
    """Name the questions whose answers hold one of the words; none where a word is nowhere in the referral."""
    wanted = [plain for word in words if (plain := _plain(word))]
    found: dict[str, None] = {}
    missing = set(wanted)
    for label, text in _texts(referral):
        held = {word for word in wanted if _holds(text, word)}
        if held:
            found[label] = None
            missing -= held
    return list(found) if wanted and not missing else []


def _open(ring: KeyRing, reference: str, sealed: bytes) -> Referral | None:
    try:
        return Referral.from_json(ring.open(sealed, table="referrals", row=reference, column="sealed"))
    except (KeyMissing, SealBroken):
        return None


def _texts(referral: Referral) -> Iterator[tuple[str, str]]:
    for person in referral.people:
        for answer in person.answers:
            values = [answer.value] if isinstance(answer.value, str) else answer.value
            for text in {answer.shown, *values}:
                yield answer.label or answer.name, _plain(text)
    for consent in referral.consents:
        yield "a reason that was given", _plain(consent.reason)
    for file in referral.files:
        yield "the name of a file", _plain(file.name)


def _plain(text: str) -> str:
    """Leave letters and digits alone, without accents and capitals."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if letter.isalnum())


def _holds(text: str, word: str) -> bool:
    if word in text:
        return True
    if not word.isdecimal():
        return False
    # One telephone number is written in several ways: 01632 960777, +44 1632 960777, 00441632960777.
    bare = word.lstrip("0")
    if len(bare) > _TELEPHONE_DIGITS:
        bare = bare.removeprefix("44")
    return len(bare) >= _FEWEST_DIGITS and bare in text
