"""What is asked of one group: filters, fields, names instead of ids; nothing goes out until it is read."""

from collections.abc import Iterator, Mapping

from gateway.charitylog.answer import Answer
from gateway.charitylog.filters import Filter, Pairs, Segment, added
from gateway.charitylog.records import Record
from gateway.charitylog.transport import Transport

ALL = "ALL"


class Query:
    """One question to one group. Each method gives a new one, so a query can be kept and refined.

    Source: API Details, 2018 and 2019 (seeds 000 and 001); `resolveIds[]`: "API: Selecting Specific Fields".
    """

    def __init__(
        self,
        transport: Transport,
        group: tuple[str, ...],
        filters: Pairs = (),
        fields: tuple[str, ...] = (),
        resolved: tuple[str, ...] = (),
    ) -> None:
        self._transport = transport
        self._group = group
        self._filters = filters
        self._fields = fields
        self._resolved = resolved

    def filter(self, filters: Mapping[str, Filter] | None = None, /, **more: Filter) -> "Query":
        """Narrow by `GET /v2/GROUP/key/value/…`: `filter(religion=[1, 3, 10], date_active=(start, end))`.

        A list is any of its values, a tuple of two dates a range with both days, the rest text, whole numbers or dates.
        Ten filters at most; the first parameter takes names that are no Python names. Raises ValueError or TypeError.
        """
        return self._but(filters=added(self._filters, {**(filters or {}), **more}))

    def fields(self, *names: str) -> "Query":
        """Choose what is told of each record, by `GET /v2/GROUP/field/a;b`; without it the API's own defaults come.

        Names of fields are those of `selectable_fields`. Raises TypeError where a name is no text.
        """
        if not all(isinstance(name, str) for name in names):
            raise TypeError('Name each field as text: fields("id", "surname").')
        return self._but(fields=(*self._fields, *names))

    def resolve(self, *names: str) -> "Query":
        """Ask for friendly names instead of ids, by `GET /v2/GROUP?resolveIds[]=NAME`; in all fields if none is named.

        It raises nothing itself. What is written takes ids always. Source: "API Dictionaries"; "API: Selecting Specific
        Fields".
        """
        return self._but(resolved=(*self._resolved, *(names or (ALL,))))

    def answer(self) -> Answer:
        """Read `GET /v2/GROUP/…` as it was narrowed; `answer().records()` is what iterating gives.

        Raises Refused, NotWritten or NoAnswer; ValueError for a step that no path can hold.
        """
        chosen: tuple[Segment, ...] = ("field", self._fields) if self._fields else ()
        return self._read(*self._steps(), *chosen)

    def __iter__(self) -> Iterator[Record]:
        """Read it, and give its records; no page documents any paging. Raises what `answer` does, and NotJson.

        More than 8 MiB are BodyTooLarge: choose fewer fields, or narrow by filters and read it in parts.
        That none was found may be an answer of 404, for all that is documented: then it is NotThere.
        """
        return iter(self.answer().records())

    def report(self, dimension: str, metric: str | None = None) -> Answer:
        """Count by `GET /v2/GROUP/dimension/D/metric/M/…`, with the filters; `answer.counts()` reads it.

        A breakdown by dimension, further by metric where one is named. Raises ValueError where fields were chosen, else
        as `answer` does. Source: API Details, 2018 (seed 000), "Reports".
        """
        if self._fields:
            raise ValueError("A report counts records: it has no fields to choose.")
        further = () if metric is None else ("metric", metric)
        return self._read("dimension", dimension, *further, *self._steps())

    def __repr__(self) -> str:
        # A filter may be somebody's number or name.
        return f"<{type(self).__name__} {self._group[0]}, {len(self._filters)} filters>"

    def _read(self, *steps: Segment) -> Answer:
        query = tuple(("resolveIds[]", name) for name in self._resolved)
        return self._transport.call("GET", (*self._group, *steps), query=query)

    def _steps(self) -> tuple[Segment, ...]:
        return tuple(step for pair in self._filters for step in pair)

    def _but(self, **changed: Pairs | tuple[str, ...]) -> "Query":
        kept = {"filters": self._filters, "fields": self._fields, "resolved": self._resolved}
        return Query(self._transport, self._group, **kept | changed)  # type: ignore[arg-type]
