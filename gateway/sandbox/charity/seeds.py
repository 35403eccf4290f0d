"""The invented charity that the sandbox plays: dictionaries, fields, and a dozen people who do not exist."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.sandbox.charity.database import as_text

SEEDS = Path(__file__).with_name("seeds.json")
OF_A_CLIENT = frozenset({"referrals", "due_contacts", "done_contacts"})
YES_NO = {"Y": "Yes", "N": "No"}


@dataclass(frozen=True)
class Field:
    """A field of the imitated system; `documented` says whether any page of the vendor names it."""

    name: str
    label: str
    documented: bool
    dictionary: str | None = None


@dataclass(frozen=True)
class Seeds:
    """Everything that seeds.json holds, typed."""

    charity: str
    dictionaries: dict[str, dict[str, str]]
    selectable: dict[str, dict[str, Field]]
    former: dict[str, Field]
    filterable: dict[str, list[str]]
    clients: list[dict[str, str]]

    def field(self, name: str) -> Field | None:
        """Find a field that external_referral knows, under a name that it had in an earlier revision too."""
        listed = (self.selectable["external_referral"], self.selectable["clients"], self.former)
        return next((fields[name] for fields in listed if name in fields), None)

    def fields_of(self, group: str) -> dict[str, Field]:
        """List what the records of a group can hold, what they take from their client and referral included."""
        own = self.selectable[group]
        if group not in OF_A_CLIENT:
            return own
        of_the_client = {f"client_{name}": field for name, field in self.selectable["clients"].items()}
        return of_the_client | self.selectable["referrals"] | own

    def with_dictionary(self, name: str, choices: dict[str, str]) -> "Seeds":
        """Return the same charity, one dictionary of which offers other choices."""
        return replace(self, dictionaries={**self.dictionaries, name: choices})

    def words(self, name: str, value: object) -> str:
        """Say what an id means: a dictionary's friendly name, Yes for Y; nothing for plain text."""
        field = self.field(name)
        if field is None:
            return ""
        choices = YES_NO if field.dictionary is None else self.dictionaries[field.dictionary]
        return choices.get(as_text(value), "")


def load_seeds() -> Seeds:
    """Read seeds.json."""
    raw = json.loads(SEEDS.read_text(encoding="utf-8"))
    selectable = {group: {item["name"]: Field(**item) for item in items} for group, items in raw["selectable"].items()}
    former = {item["name"]: Field(**item) for item in raw["former"]}
    return Seeds(raw["charity"], raw["dictionaries"], selectable, former, raw["filterable"], raw["clients"])
