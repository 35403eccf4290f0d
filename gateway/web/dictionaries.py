"""The choices of dictionaries as the worker last read them; the snapshots of the organisation until then.

What was read is looked at again every few seconds, and kept for as long as the store cannot be asked.
"""

import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from gateway.definitions.loader import Organisation
from gateway.definitions.schema import Choice, Text
from gateway.definitions.text import ANY_LANGUAGE
from gateway.store import dictionaries
from gateway.store.database import Database
from gateway.store.dictionaries import Listed

LOOK_SECONDS = 5.0
_TOO_OLD_SECONDS = 30.0  # after a quiet hour a request waits for the look; else it goes on with what is known
_WAIT_SECONDS = 1.0
# A page may offer for a moment what has just been withdrawn, and the clocks of two hosts differ.
LEEWAY = timedelta(minutes=1)

# A value, and what people read.
Offer = tuple[str, str | Text]


@dataclass(frozen=True, slots=True)
class _Dictionary:
    version: int
    offered: tuple[Offer, ...]
    withdrawn: Mapping[str, tuple[str | Text, datetime]]

    def has(self, value: str) -> bool:
        """Tell whether a value is, or was, a choice."""
        return value in self.withdrawn or any(value == offered for offered, _ in self.offered)


class Dictionaries:
    """Looks choices up, in memory but for one small question to the store every few seconds."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = monotonic) -> None:
        self._database = database
        self._clock = clock
        self._turn = threading.Lock()
        self._looked_at = float("-inf")
        self._versions: Mapping[tuple[str, str], int] = {}
        self._editions: Counter[str] = Counter()
        self._read: dict[tuple[str, str], _Dictionary] = {}

    def edition(self, organisation: str) -> int:
        """Give a number that grows whenever a dictionary of an organisation has changed: what is rendered names it."""
        self._look()
        return self._editions[organisation]

    def choices(
        self, organisation: Organisation, name: str, chosen: Collection[str], *, since: datetime
    ) -> Sequence[Offer]:
        """List what is offered now; and of what was chosen, what was still offered when the form was shown, `since`."""
        self._look()
        known = self._current(organisation, name)
        if any(value and not known.has(value) for value in chosen):
            # Another process may have shown the page, and have looked a moment before this one.
            self._look(at_once=True)
            known = self._current(organisation, name)
        late = [
            (value, label)
            for value, (label, at) in known.withdrawn.items()
            if value in chosen and since < at + LEEWAY
        ]  # fmt: skip
        return (*known.offered, *late) if late else known.offered

    def _look(self, *, at_once: bool = False) -> None:
        pause = 0.0 if at_once else LOOK_SECONDS
        age = self._clock() - self._looked_at
        if age < pause:
            return
        # Of all threads one looks. The others wait only where what they know is old, and never long: a store that
        # hangs must not keep the first page of a form from being shown.
        if not self._turn.acquire(timeout=_WAIT_SECONDS if at_once or age > _TOO_OLD_SECONDS else 0):
            return
        try:
            if self._clock() - self._looked_at >= pause:
                self._take_over(dictionaries.versions(self._database))
                self._looked_at = self._clock()
        finally:
            self._turn.release()

    def _take_over(self, found: Mapping[tuple[str, str], int] | None) -> None:
        if found is None or found == self._versions:
            return
        changed = {key[0] for key, version in found.items() if self._versions.get(key) != version}
        self._versions = found
        self._editions.update(changed)

    def _current(self, organisation: Organisation, name: str) -> _Dictionary:
        key = (organisation.slug, name)
        version = self._versions.get(key, 0)
        known = self._read.get(key)
        if known is not None and known.version == version:
            return known
        listed = dictionaries.load(self._database, *key) if version else ()
        if listed is None:
            # The store cannot be asked: as it was, but what is rendered of it now is not kept for others.
            self._editions[organisation.slug] += 1
            return known or _joined(0, organisation.dictionaries.get(name, ()), ())
        known = self._read[key] = _joined(version, organisation.dictionaries.get(name, ()), listed)
        return known


def _joined(version: int, snapshot: Sequence[Choice], listed: Sequence[Listed]) -> _Dictionary:
    """Put what was read and the snapshot together: the list that was read counts, with the snapshot's translations."""
    if not version:
        return _Dictionary(0, tuple((choice.value, choice.label) for choice in snapshot), {})
    translated = {choice.value: choice.label for choice in snapshot if set(choice.label.root) - {ANY_LANGUAGE}}

    def label_of(each: Listed) -> str | Text:
        return translated.get(each.value, each.label)

    return _Dictionary(
        version,
        tuple((each.value, label_of(each)) for each in listed if each.withdrawn_at is None),
        {each.value: (label_of(each), each.withdrawn_at) for each in listed if each.withdrawn_at is not None},
    )
