"""`make chaos`: the long form, on SQLite with one worker and on PostgreSQL with two. It prints the counts."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgres
from tests.chaos.storm import SETTINGS, storm
from tests.end_to_end.house import House

PEOPLE, FORMS, KILLS = 8, 40, 40


def main() -> int:
    """Run both storms; the exit status is 1 where anything happened that never may."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    wrong = False
    for name, workers in (("SQLite, one worker", 1), ("PostgreSQL, two workers", 2)):
        began = time.monotonic()
        with _house(on_postgres=workers > 1) as house:
            counts = storm(house, people=PEOPLE, forms=FORMS, workers=workers, kills=KILLS, seed=seed)
        sys.stdout.write(f"{name}: {time.monotonic() - began:.0f} s\n{counts}\n\n")
        wrong |= counts.wrong
    return int(wrong)


@contextmanager
def _house(*, on_postgres: bool) -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="gateway-chaos-") as folder:
        if not on_postgres:
            yield from _built(folder, "")
            return
        with postgres.a_server() as server, postgres.a_database(server) as url:
            yield from _built(folder, url)


def _built(folder: str, url: str) -> Iterator[House]:
    house = House(Path(folder), url, **SETTINGS)
    house.migrate()
    try:
        yield house
    finally:
        house.stop()


if __name__ == "__main__":
    sys.exit(main())
