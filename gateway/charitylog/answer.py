"""A complete HTTP answer, raw, and the ways to read it: what its body looks like is documented nowhere."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from gateway.charitylog import choices, counts, ids, records
from gateway.charitylog.counts import Count
from gateway.charitylog.errors import NotJson
from gateway.charitylog.records import Record


@dataclass(frozen=True, repr=False)
class Answer:
    """Status, headers (looked up in any case), the decoded body and the seconds from start to last byte.

    Each reader takes every shape that is likely, and raises NotJson rather than guess.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed: float

    def json(self) -> object:
        """Return the body read as JSON, or raise NotJson; the shapes of the answers are documented nowhere."""
        with suppress(ValueError, RecursionError):
            return json.loads(self.body, parse_constant=_refuse)
        # Out here, and not as it is handled: the parser's error holds the whole body, and would go along as context.
        raise NotJson("the answer is not JSON")

    def records(self) -> list[Record]:
        """Read records: of a list, a list in an envelope, a map by id, or a single one; an empty body is none."""
        return records.records(self.json()) if self.body.strip() else []

    def choices(self) -> dict[str, str]:
        """Read a dictionary: names by id."""
        return choices.choices(self.json())

    def field_names(self) -> dict[str, str]:
        """Read a list of fields: labels by name, or the name twice where no label is told."""
        return choices.field_names(self.json())

    def counts(self) -> list[Count]:
        """Read a report."""
        return counts.counts(self.json()) if self.body.strip() else []

    def new_id(self) -> str | None:
        """Read the id of a record just made, whether it is called one or stands alone; None where there is none."""
        return self.named_id() or ids.bare_id(self._tolerated())

    def named_id(self) -> str | None:
        """Read an id that is called one; a lone number may mean something else, such as how many were made."""
        return ids.named_id(self._tolerated())

    def _tolerated(self) -> object:
        try:
            return self.json()
        except NotJson:
            return None

    def __repr__(self) -> str:
        return f"<Answer {self.status}, {len(self.body)} bytes>"


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
