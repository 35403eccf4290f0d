"""Which fields the External Referral Manager shows first, by a person's source and role.

That it shows other fields to other people comes from "API external referrals" (2023); which ones is invented.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from gateway.sandbox.charity.database import as_text

DISPLAYS = Path(__file__).with_name("displays.json")


@dataclass(frozen=True)
class Display:
    """What is shown first of people with one role in one source; both have a name that people know them by."""

    source: str
    role: str
    fields: tuple[str, ...]


@cache
def _displays() -> dict[tuple[str, str], Display]:
    sources = json.loads(DISPLAYS.read_text(encoding="utf-8"))["sources"]
    return {
        (source, role): Display(about["name"], shown["name"], tuple(shown["fields"]))
        for source, about in sources.items()
        for role, shown in about["roles"].items()
    }


def display_of(person: Mapping[str, Any]) -> Display | None:
    """Find the display of a person; None where there is none for their source and role, so all is shown."""
    return _displays().get((as_text(person.get("source") or ""), as_text(person.get("referral_role") or "")))


def source_name(source: str) -> str:
    """Name a source as people know it; empty where nobody named it."""
    return next((shown.source for (number, _), shown in _displays().items() if number == source), "")
