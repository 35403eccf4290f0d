"""Print the tables of addresses, to stand in docs/api.md."""

from tests.whole_api.endpoints import NEWER, SEEDED
from tests.whole_api.listing import listed

for rows in (SEEDED, NEWER):
    print(listed(rows))  # noqa: T201  (what it is for)
