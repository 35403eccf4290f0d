"""What somebody types behind `flask api`: filters and the fields of a record. Nothing is sent here.

What is wrong is said by its name alone: a value may be an NHS number. A value that is `-` is asked for, so that it
stays out of the shell's history.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

import click

ASK = "-"

Range = tuple[date, date]
Filters = dict[str, list[str] | Range]

_MARK = re.compile(r"\\[\\,]|.", re.DOTALL)
_DAY = r"\d{4}-\d{2}-\d{2}"
_RANGE = re.compile(rf"({_DAY})(?:,|\.\.)({_DAY})", re.ASCII)


def filters(words: Sequence[str]) -> Filters:
    """Read `religion=1,3,10` and `date_active=2026-10-01..2026-10-31`; a name that comes again adds its values.

    A comma stands between values, or between the two days of a range; `\\,` is a comma within a value.
    """
    found: Filters = {}
    for name, text in pairs(words, "--filter", "religion=1,3,10"):
        value = _range(name, text) or _values(name, text)
        known = found.get(name)
        if known is None:
            found[name] = value
        elif isinstance(known, list) and isinstance(value, list):
            found[name] = known + value
        else:
            raise click.ClickException(f"{name}: a range of days stands alone. Give it once.")
    return found


def fields(words: Sequence[str]) -> dict[str, str]:
    """Read `surname=Testperson`: each name once, and all behind the first `=` as it was typed."""
    found: dict[str, str] = {}
    for name, text in pairs(words, "each field", "priority=1"):
        if name in found:
            raise click.ClickException(f"{name} stands there twice. Give it once.")
        found[name] = text
    return found


def names(text: str | None) -> tuple[str, ...]:
    """Read the names of fields, with commas between them."""
    found = tuple(each.strip() for each in (text or "").split(",")) if text is not None else ()
    if not all(found):
        raise click.ClickException("Write names with one comma between them, such as id,surname.")
    return found


def asks(words: Sequence[str]) -> bool:
    """Tell whether any of these values is to be asked for."""
    return any(word.partition("=")[2] == ASK for word in words)


def pairs(words: Sequence[str], what: str, example: str) -> Iterator[tuple[str, str]]:
    """Take words apart at their first `=`, and ask for each value that is left open."""
    for word in words:
        name, equals, value = word.partition("=")
        if not name.strip() or not equals:
            raise click.ClickException(f"Write {what} as NAME=VALUE, such as {example}.")
        yield name, click.prompt(name, err=True) if value == ASK else value


def _range(name: str, text: str) -> Range | None:
    days = _RANGE.fullmatch(text)
    if days is None:
        return None
    try:
        return date.fromisoformat(days[1]), date.fromisoformat(days[2])
    except ValueError:
        raise click.ClickException(f"{name}: there is no such day. Write it as 2026-10-31.") from None


def _values(name: str, text: str) -> list[str]:
    found = [""]
    for mark in _MARK.findall(text):
        if mark == ",":
            found.append("")
        else:
            found[-1] += mark[-1]
    if not all(found):
        raise click.ClickException(f"{name}: a value is missing. Write values with one comma between them.")
    return found
