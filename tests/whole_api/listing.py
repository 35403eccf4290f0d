"""Writes rows of addresses as a table of docs/api.md."""

from collections.abc import Iterable, Iterator

from tests.whole_api.endpoints import Row


def listed(rows: Iterable[Row]) -> str:
    """Write the table."""
    return "\n".join(["| page | address | call | command | shown by |", "|---|---|---|---|---|", *_lines(rows), ""])


def _lines(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        body = f" with {row.body}" if row.body else ""
        yield f"| {row.pages} | `{row.method} {row.address}`{body} | `{row.call}` | `{_command(row)}` | `{row.proof}` |"


def _command(row: Row) -> str:
    return f"flask api {row.command}{'' if row.method == 'GET' else ' --yes'}"
