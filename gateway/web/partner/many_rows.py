"""Each row of a table as a referral: judged by the form's own pages, and sent once, however often it is tried.

From agency, form and what a row says its instance is derived: the same row again, also in another file, is the same
referral. The unique index of instances decides.
"""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from gateway.definitions.fields import Question
from gateway.forms import cells, examples
from gateway.forms.build import PageForm
from gateway.forms.cells import Said
from gateway.forms.columns import Column, names_by_path
from gateway.spreadsheets.reading import Row, Table
from gateway.store import agencies, own_references, sending
from gateway.store.drafts import instance_hash
from gateway.store.own_references import NO_WORD, is_a_word
from gateway.store.sending import Sender, Sent
from gateway.web.partner import known
from gateway.web.partner.many_header import OWN, read_header
from gateway.web.public.sending import filled_pages, referral_of
from gateway.web.public.visit import Visit
from gateway.web.tokens import INSTANCE_BYTES

IS_EXAMPLE = "This is the example of the template. Delete the row."
SAID_TWICE = "This row says the same as row {number}. Delete one of them."
_PURPOSE = "row of a table"
_CELLS_SHOWN, _LETTERS_SHOWN = 3, 60


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """Where a row stands: sent under a reference, wrong, or right and not sent yet."""

    number: int
    begins: str
    reference: str = ""
    wrong: Sequence[Said] = ()
    own: str = ""

    @property
    def is_example(self) -> bool:
        """Whether it is the row of the template that shows how."""
        return any(said.message == IS_EXAMPLE for said in self.wrong)

    @property
    def ready(self) -> bool:
        """Whether it can be sent now."""
        return not self.reference and not self.wrong


@dataclass(frozen=True, slots=True, repr=False)
class _Line:
    row: Row
    typed: Mapping[Column, str]
    own: str
    said: bytes
    instances: Sequence[bytes]


class Many:
    """The rows of a table, for one agency and one form."""

    def __init__(self, visit: Visit, sender: Sender, table: Table) -> None:
        """Take a table whose header is that of the form."""
        self._visit, self._sender = visit, sender
        self._header = read_header(visit.form, visit.language, table.header)
        self._names = names_by_path(self._header.every)
        self._places = {column.name: place for place, column in enumerate(self._header.every)}
        self._known = known.of_agency(visit.form, agencies.details(visit.site.database, visit.site.ring, sender.agency))
        self._offered: dict[str, list[tuple[str, str]]] = {}
        self._lines = [self._line(row) for row in table.rows]

    def standings(self) -> list[Standing]:
        """Say where each row stands."""
        return [standing for standing, *_ in self._looked_at()]

    def send(self, seconds: float) -> int:
        """Send rows that are right and not sent yet, each by itself, for about so many seconds; give their number."""
        until, count = monotonic() + seconds, 0
        for standing, line, visit, pages in self._looked_at():
            if not standing.ready:
                continue
            stored = sending.send(
                visit.site.database,
                visit.site.ring,
                referral_of(visit, pages),
                instance=instance_hash(visit.instance),
                answers=line.said,
                now=visit.now,
                drafted=False,
                sender=self._sender,
            )
            if isinstance(stored, Sent):
                count += 1
                if line.own:
                    own_references.keep(visit.site.database, visit.site.ring, stored.reference, line.own)
            if monotonic() > until:
                break
        return count

    def _looked_at(self) -> Iterator[tuple[Standing, _Line, Visit, list[PageForm]]]:
        hashes = {line.row.number: [instance_hash(each) for each in line.instances] for line in self._lines}
        sent = sending.references_of(self._visit.site.database, [each for some in hashes.values() for each in some])
        first: dict[bytes, int] = {}
        for line in self._lines:
            number = line.row.number
            visit, pages, wrong = self._visit, list[PageForm](), list[Said]()
            reference = next((sent[each] for each in hashes[number] if each in sent), "")
            if first.setdefault(line.said, number) != number:
                wrong, reference = [Said("", SAID_TWICE.format(number=first[line.said]))], ""
            elif not reference:
                visit, pages, wrong = self._judged(line)
            yield Standing(number, _begins(line), reference, wrong, line.own), line, visit, pages

    def _judged(self, line: _Line) -> tuple[Visit, list[PageForm], list[Said]]:
        if examples.is_example(line.typed):
            return self._visit, [], [Said("", IS_EXAMPLE)]
        inputs, wrong = cells.inputs_of(self._visit.form, line.typed, self._offers, self._known)
        visit = replace(self._visit, instance=line.instances[0], answers=inputs)
        pages = filled_pages(visit)
        if line.own and not is_a_word(line.own):
            wrong.append(Said(OWN, NO_WORD))
        named = {each.column for each in wrong}
        further = cells.judged(visit.form, line.typed, inputs, pages, self._names)
        found = [*wrong, *(each for each in further if each.column not in named)]
        return visit, pages, sorted(found, key=lambda said: self._places.get(said.column, 0))

    def _line(self, row: Row) -> _Line:
        typed = self._header.typed(row)
        visit = self._visit
        whose = [visit.organisation.slug, visit.form.slug, self._sender.agency]
        said = json.dumps([*whose, sorted((column.name, cell) for column, cell in typed.items())]).encode()
        secrets = reversed(visit.site.ring.secrets(_PURPOSE))
        instances = [hmac.digest(secret, said, "sha256")[:INSTANCE_BYTES] for secret in secrets]
        return _Line(row, typed, self._header.own(row), said, instances)

    def _offers(self, field: Question) -> list[tuple[str, str]]:
        key = f"{id(field)}"
        if key not in self._offered:
            self._offered[key] = examples.offered(field, self._visit.choices(), self._visit.language)
        return self._offered[key]


def _begins(line: _Line) -> str:
    """Give the first answers of a row, by which its writer knows it again."""
    cells = filter(None, (line.own, *line.typed.values()))
    words = [" ".join(cell.split()) for cell in cells][:_CELLS_SHOWN]
    shown = ", ".join(words)
    return shown if len(shown) <= _LETTERS_SHOWN else f"{shown[: _LETTERS_SHOWN - 1]}…"
