"""Counts what arrived at /v2, by method and group; never keeps a value from a path."""

import threading
from collections import Counter

GROUPS = frozenset(
    {"clients", "referrals", "done_contacts", "due_contacts", "workers", "schedules", "external_referral", "dictionary",
     "extension_database", "relationship_details"}
)  # fmt: skip
OURS = frozenset({"", "static", "external-referral-manager", "clients", "_sandbox"})
ENDINGS = frozenset({"selectable_fields", "filterable_fields", "metrics", "friendly_names", "uploads"})


def is_api(path: str) -> bool:
    """Is this a path of the imitated API?"""
    return path == "/v2" or path.startswith("/v2/")


def path_group(path: str) -> str:
    """Name a path by its fixed words only: `/v2/clients/nhs_number/…` is `/v2/clients`."""
    parts = path.strip("/").split("/")
    if parts[0] != "v2":
        return f"/{parts[0]}" if parts[0] in OURS else "/other"
    group = parts[1] if len(parts) > 1 and parts[1] in GROUPS else "other"
    ending = f"/{parts[-1]}" if len(parts) > 2 and parts[-1] in ENDINGS else ""
    return f"/v2/{group}{ending}"


class Calls:
    """Counters since the start or the last reset, faulted calls included."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._arrived: Counter[str] = Counter()
        self._put_bodies = 0

    def arrived(self, method: str, path: str) -> None:
        """Count a call whose request line and headers have arrived."""
        with self._guard:
            self._arrived[f"{method} {path_group(path)}"] += 1

    def put_body_read(self) -> None:
        """Count a PUT whose body has arrived whole, whatever became of it."""
        with self._guard:
            self._put_bodies += 1

    def counted(self) -> tuple[dict[str, int], int]:
        """Return the calls by method and group, and the number of PUT bodies read."""
        with self._guard:
            return dict(sorted(self._arrived.items())), self._put_bodies

    def clear(self) -> None:
        """Start again from nothing."""
        with self._guard:
            self._arrived.clear()
            self._put_bodies = 0
