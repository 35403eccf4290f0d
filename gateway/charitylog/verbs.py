"""Which verb creates and which one updates: the vendor's own pages contradict each other, so the caller chooses."""

from dataclasses import dataclass
from typing import Literal, get_args

Writes = Literal["classic", "current"]


@dataclass(frozen=True)
class Verbs:
    """The methods of `clients` and `referrals`. No page changes that of `external_referral`."""

    create: str
    update: str


def verbs(writes: Writes) -> Verbs:
    """Give the verbs of one reading.

    "classic": PUT creates, POST updates (API Details, 2018 and 2019, seeds 000 and 001; "API: Creating Records", to
    2024). "current": POST creates (API clients, 2022 to 2025, seed 002; API referrals, 2022 to 2024), PUT updates.
    """
    if writes not in get_args(Writes):
        raise ValueError(f"Writes must be one of: {', '.join(get_args(Writes))}.")
    return Verbs("PUT", "POST") if writes == "classic" else Verbs("POST", "PUT")
