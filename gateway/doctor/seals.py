"""The keys: does the ring open what is stored, and which keys are still needed?"""

from collections.abc import Iterator

from gateway.doctor.finding import Finding, Parts, look, ok, wrong
from gateway.keys import KeyProblem, KeyRing
from gateway.settings import Settings
from gateway.store import examining, resealing
from gateway.store.resealing import Unreadable


def opened(settings: Settings) -> tuple[KeyRing | None, Finding | None]:
    """Open the key ring; else say what is wrong with it."""
    try:
        return KeyRing(settings.keys.get_secret_value()), None
    except KeyProblem as error:
        what, _, remedy = str(error).rstrip(".").partition(". ")
        return None, wrong("keys", what, remedy)


def keys(parts: Parts) -> Iterator[Finding]:
    """Count which keys are in use, and open what was sealed last."""
    if parts.ring is None or parts.database is None:
        return
    counts: dict[str, int] = {}
    for table in resealing.in_use(parts.database).values():
        for key, count in table.items():
            counts[key] = counts.get(key, 0) + count
    missing = sum(count for key, count in counts.items() if key not in parts.ring.ids)
    older = sum(count for key, count in counts.items() if key in parts.ring.ids[1:])
    if missing:
        remedy = "put that key back into GATEWAY_KEYS, behind the first one, and start web and worker again"
        yield wrong("keys", f"{missing} sealed values need a key that is not in GATEWAY_KEYS", remedy)
    if older:
        yield look("keys", f"{older} sealed values need a key behind the first one", "run `flask keys rotate`")
    elif len(parts.ring.ids) > 1:
        remedy = (
            "a new one: put it in front, then run `flask keys rotate`; an old one: take it out of GATEWAY_KEYS a day "
            "after the first was put in front, and keep it for backups from before"
        )
        yield look("keys", "no value of the database needs a key behind the first one", remedy)
    yield from _newest(parts, sum(counts.values()))


def _newest(parts: Parts, count: int) -> Iterator[Finding]:
    if parts.ring is None or parts.database is None:
        return
    broken = [each for each in examining.newest(parts.database, parts.ring) if isinstance(each, Unreadable)]
    for each in broken:
        remedy = "was the database changed by hand, or put back only in part? See docs/operations.md"
        if "GATEWAY_KEYS" in each.reason:
            remedy = "put that key back"
        yield wrong("keys", f"what was sealed last in {each.table} cannot be opened: {each.reason}", remedy)
    if not broken:
        opens = f"of {count} sealed values, the newest of each kind opens" if count else "nothing is sealed yet"
        yield ok("keys", f"{len(parts.ring.ids)} in GATEWAY_KEYS; {opens}")
