"""The first row of a table: the columns of the form, and what may stand beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.definitions.schema import Form
from gateway.forms.columns import Column, beside, columns_of, found_in
from gateway.forms.typed import tidy
from gateway.spreadsheets.reading import Row

OWN = "own_reference"  # the agency's own word for the referral of a row
WRONG = "what is wrong"  # which the table of the wrong rows has, and which is passed over where it comes back


@dataclass(frozen=True, slots=True)
class Header:
    """What each column of a table is; `others` are the places of those that are none of the form's, by name."""

    every: tuple[Column, ...]
    columns: Sequence[Column]
    others: Mapping[str, int]

    def typed(self, row: Row) -> dict[Column, str]:
        """Give the cells of a row that answer something."""
        skipped = set(self.others.values())
        cells = [cell for place, cell in enumerate(row.cells) if place not in skipped]
        return {column: tidy(cell) for column, cell in zip(self.columns, cells, strict=True) if tidy(cell)}

    def own(self, row: Row) -> str:
        """Give the agency's own word for the referral of a row."""
        return tidy(row.cells[self.others[OWN]]) if OWN in self.others else ""


def read_header(form: Form, language: str, names: Sequence[str]) -> Header:
    """Tell the columns of a table by their names. Raises Unfit or WrongHeader."""
    every = columns_of(form, language)
    others = beside(every, names, (OWN, WRONG))
    return Header(every, found_in(every, names, [*others.values()]), others)
