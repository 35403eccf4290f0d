"""What the vendor's own pages contradict each other on: the caller chooses a reading, and nothing is assumed.

"classic" and "2019" are the older pages (API Details, 2018 and 2019, seeds 000 and 001; "API: Creating Records", to
2024); "current" and "2023" are the newer ones (API clients, 2022 to 2025, seed 002; API referrals, 2022 to 2024; API
external referrals, 2023).
"""

from dataclasses import dataclass, fields
from typing import Literal, get_args

Writes = Literal["classic", "current"]
BodyForm = Literal["form", "form-json", "json"]
Ids = Literal["string", "number"]
Minimum = Literal["both", "2019", "2023"]


@dataclass(frozen=True)
class Readings:
    """One reading of each point; a ValueError names those that there are.

    `writes`: which verb creates and which updates. `body`: the bytes of `external_referral` and `relationship_details`.
    `ids`: how `external_referral` writes org_type_id and project. `minimum`: which fields a person there must have.
    """

    writes: Writes = "classic"
    body: BodyForm = "form"
    ids: Ids = "string"
    minimum: Minimum = "both"

    def __post_init__(self) -> None:
        for field, there_are in zip(fields(self), (Writes, BodyForm, Ids, Minimum), strict=True):
            known = get_args(there_are)
            if getattr(self, field.name) not in known:
                raise ValueError(f"{field.name} must be one of: {', '.join(known)}.")

    @property
    def creates(self) -> str:
        """The method that creates: PUT in the classic reading, POST in the current one."""
        return "PUT" if self.writes == "classic" else "POST"

    @property
    def updates(self) -> str:
        """The method that updates: POST in the classic reading, PUT in the current one."""
        return "POST" if self.writes == "classic" else "PUT"
