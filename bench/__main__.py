"""`python -m bench [--quick] [ROW …]`: measures and prints the table."""

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator

from bench import claiming, crowd, delivering, footprint, lists, rates, uploading
from bench.processes import DidNotStart
from bench.rates import Effort
from bench.report import HEADING, Row

Group = Callable[[bool], Iterator[Row]]

# Names on the same line are measured together.
GROUPS: dict[tuple[str, ...], Group] = {
    ("show", "send"): lambda quick: rates.pages(Effort(2, 0.8) if quick else Effort(5, 2.0)),
    ("journeys",): lambda quick: rates.journeys(Effort(2, 0.8) if quick else Effort(5, 2.0)),
    ("troubles",): lambda quick: delivering.troubles(Effort(1, 1.0) if quick else Effort(3, 3.0)),
    ("drain", "memory", "idle"): lambda quick: delivering.drain(500, 3) if quick else delivering.drain(5000, 10),
    ("crowd",): lambda quick: crowd.crowd(10, 1) if quick else crowd.crowd(40, 5),
    ("start",): lambda quick: footprint.start(3 if quick else 5),
    ("weight",): lambda quick: footprint.weight(),
    ("upload",): lambda quick: uploading.uploads(20 if quick else 100),
    ("claim",): lambda quick: claiming.claims(100_000 if quick else 1_000_000, 1_000, 100),
    ("lists",): lambda quick: lists.lists(10_000 if quick else 100_000, 1_000, 3 if quick else 7),
}


def main() -> int:
    """Measure what was asked for; 1 where anything went wrong. A missed floor is printed, and is no error."""
    known = [name for names in GROUPS for name in names]
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the gateway, in ratios.")
    parser.add_argument(
        "rows", nargs="*", choices=[[], *known], metavar="ROW", help=f"one or more of: {', '.join(known)}"
    )
    parser.add_argument("--quick", action="store_true", help="less of everything, in under a minute")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    cores = os.cpu_count()
    print(f"{cores} cores, Python {platform.python_version()}; everything on this machine; rates vary, ratios count\n")
    print(HEADING)
    wrong = False
    for names, group in GROUPS.items():
        if asked.rows and not set(names) & set(asked.rows):
            continue
        for row in group(asked.quick):
            print(row.line(), flush=True)
            wrong = wrong or row.errors > 0
    print(f"\n{time.monotonic() - began:.0f} s")
    return int(wrong)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except DidNotStart as problem:
        sys.exit(str(problem))
