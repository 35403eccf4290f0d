"""The groups whose readable fields the API lists."""

from typing import Literal, get_args

# The first six: API Details, 2018 (seed 000). The last: "API: External Referrals", 2020.
Group = Literal["clients", "workers", "referrals", "due_contacts", "done_contacts", "schedules", "external_referral"]
GROUPS: tuple[Group, ...] = get_args(Group)
