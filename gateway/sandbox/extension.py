"""The extension databases of the invented charity: what each is called, and which fields it has.

Those of several records are entities of their own; the fields of a single record stand among a client's or referral's.
"""

from dataclasses import dataclass

from gateway.sandbox.planting import SEEDED
from gateway.sandbox.seeds import Field


@dataclass(frozen=True)
class ExtensionDatabase:
    """A database of several records, by its number in the charity's system."""

    number: int
    label: str
    fields: dict[str, Field]

    @property
    def names(self) -> tuple[str, str]:
        """The names in addresses: with the number ("API Details", 2018), and one that is chosen (2024)."""
        plain = self.label.lower().replace(" ", "_")
        return f"{plain}_{self.number}", plain


def _known() -> dict[str, ExtensionDatabase]:
    made = [
        ExtensionDatabase(each["number"], each["label"], {field["name"]: Field(**field) for field in each["fields"]})
        for each in SEEDED["extension_databases"]
    ]
    return {name: each for each in made for name in each.names}


DATABASES = _known()
