"""Whether every list of staff, of agencies and of their software stays quick however many referrals there are.

Every order and every filter that a page offers is asked for, and every one that the API documents; a list that is not
asked for here is none that anybody promised.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

from bench.desk import IMPORTS, NOW, OF, RARE, SELDOM, Ask, Desk, reference_of
from bench.report import Row
from bench.servers import new_folder
from gateway.store.states import Stands
from gateway.store.walking import Place
from gateway.web.api import filters
from gateway.web.places import written
from gateway.web.staff.periods import PERIODS
from tests import postgres

_LONGER = 0.5  # ms; below that a page is as quick as one that holds nothing, and its ratio is chance
_AT_MOST = 1.5  # times as long as with few
_AGAIN = 6  # times that a list is measured where something else seems to have kept it
_LATELY, _BEFORE = NOW - timedelta(hours=1), NOW - timedelta(hours=5)


def lists(many: int, few: int, rounds: int) -> Iterator[Row]:
    """Measure every list with many referrals in the store against few, in turn."""
    with ExitStack() as stack:
        folder = stack.enter_context(new_folder())
        server = stack.enter_context(postgres.a_server())
        files = {count: f"sqlite:///{folder}/{count}.db" for count in (few, many)}
        yield from _of("SQLite", files, folder, rounds)
        fresh = {count: stack.enter_context(postgres.a_database(server)) for count in (few, many)}
        yield from _of("PostgreSQL", fresh, folder, rounds)


def _of(name: str, urls: Mapping[int, str], folder: Path, rounds: int) -> Iterator[Row]:
    few, many = urls
    desks = [Desk(folder / f"{name}-{count}", url, count) for count, url in urls.items()]
    asked = {what: measured(desks, ask, rounds) for what, ask in LISTS.items()}
    worst = max(asked, key=lambda what: asked[what].ratio)
    yield Row(f"{len(asked)} lists of {many:,} referrals, against {few:,}", asked[worst].ratio, " x", _AT_MOST,
              at_most=True, errors=sum(each.wrong for each in asked.values()),
              notes=f"{name}; the worst, {worst}: {asked[worst]}")  # fmt: skip
    # Charts of all that was sent in a time: how much that is, is what they are asked for. So there is no floor.
    drawn = {what: measured(desks, ask, 2, again=1) for what, ask in FIGURES.items()}
    worst = max(drawn, key=lambda what: drawn[what].long)
    yield Row(f"figures of {many:,} referrals, against {few:,}", drawn[worst].ratio, " x", at_most=True,
              errors=sum(each.wrong for each in drawn.values()),
              notes=f"{name}; the slowest, {worst}: {drawn[worst]}")  # fmt: skip
    for desk in desks:
        desk.close()


@dataclass(frozen=True, slots=True)
class Measured:
    """The shortest times with few and with many referrals, in ms, and how often the answer was wrong."""

    short: float
    long: float
    wrong: int

    def __str__(self) -> str:
        return f"{self.long:.1f} ms and {self.short:.1f} ms"

    @property
    def ratio(self) -> float:
        """How many times as long it takes with many."""
        return self.long / max(self.short, _LONGER)


def measured(desks: list[Desk], ask: Ask, rounds: int, *, again: int = _AGAIN) -> Measured:
    """Ask each desk in turn; more often where it took too long, for whatever else runs makes nothing quicker."""
    best, wrong = [math.inf for _ in desks], 0
    for desk in desks:
        desk.timed(ask)  # the first time warms up
    for _ in range(again):
        for _ in range(rounds):
            for place, desk in enumerate(desks):
                took, good = desk.timed(ask)
                best[place] = min(best[place], 1000 * took)
                wrong += not good
        found = Measured(best[0], best[1], wrong)
        if found.ratio <= _AT_MOST:
            break
    return found


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _console() -> Iterator[tuple[str, Ask]]:
    days = f"from={NOW - timedelta(days=1):%Y-%m-%d}&to={NOW:%Y-%m-%d}"
    narrowed = {
        "all": "",
        **{state: f"state={state}" for state in ("delivered", *RARE[:-2])},
        "one form": "form=form-3",
        "one form, failed": "form=form-3&state=failed",
        "one form, delivered": "form=form-3&state=delivered",
        "a form of few": f"form={SELDOM}",
        "one agency": "agency={agency}",
        "one agency, one form": "agency={agency}&form=form-3",
        "one agency, failed": "agency={agency}&state=failed",
        "an agency that sent nothing": "agency=agency-7",
        "tests": "test=yes",
        "without tests": "test=no",
        "some days": days,
        "some days, one form": f"{days}&form=form-3",
    }
    later = written(Place(_LATELY, reference_of(0)))
    parts = {"": "", ", further back": f"&behind={later}", ", back again": "&ahead={place}"}
    for (what, words), sort, (part, more) in product(narrowed.items(), ("sent", "changed"), parts.items()):
        yield f"{what}, {sort} last{part}", Ask(f"referrals?{words}&sort={sort}{more}")
    for state, form in product(("", "failed", "unknown", "pending"), ("", "form-3")):
        yield f"send again {state} {form}", Ask(f"referrals/again?state={state}&form={form}")
    yield "send again, some days", Ask(f"referrals/again?{days}")
    yield "to do", Ask("")
    yield "a reference that is none", Ask("referrals", {"reference": "RG-ZZZZ-ZZZZ"}, 422)
    yield "search by name", Ask("referrals/search", {"words": "Quuxley", "reason": "A benchmark"})
    yield "one referral", Ask(f"referrals/{reference_of(3)}")
    yield "is it there", Ask("destination/prove")
    yield "audit trail", Ask("trail")
    yield "audit trail, further back", Ask("trail?before=1500")
    yield "audit trail of one referral", Ask(f"trail?reference={reference_of(3)}")
    yield "people", Ask("people")
    yield "agencies", Ask("agencies")
    yield "one agency's people", Ask("agencies/{agency}")
    yield "one agency's tokens", Ask("agencies/{agency}/tokens")


def _partner() -> Iterator[tuple[str, Ask]]:
    stands = ("", *(f"state={word}" for word in Stands))
    more = ("", "by=software", "by={colleague}", f"from={NOW - timedelta(days=1):%Y-%m-%d}")
    later = written(Place(_BEFORE, reference_of(600)))
    for place, one, other in product(("", f"before={later}"), stands, more):
        words = "&".join(each for each in (one, other, place) if each)
        what = ", ".join(each for each in (one, other, "further back" if place else "") if each)
        yield f"of an agency {what}", Ask(f"/partner/{OF}/?{words}")
    for one in stands:
        yield f"of an agency where all is imported {one}", Ask(f"/partner/{OF}/?{one}", agency=IMPORTS)


def _software() -> Iterator[tuple[str, Ask]]:
    words = {
        "reference": [reference_of(3)],
        "form": ["form-3", SELDOM],
        "state": [*Stands],
    }
    asked: dict[str, str] = {"all": "", "search": f"search={reference_of(3)[:6]}", "search, short": "search=RG-0"}
    for name, (column, operation) in filters.CONDITIONS.items():
        if operation == "range":
            asked[name] = f"{name}={_moment(_BEFORE)},{_moment(_LATELY)}"
        elif operation in filters.TIMES:
            asked[name] = f"{name}={_moment(_BEFORE)}"
            asked[f"{name}, early"] = f"{name}={{early}}"
        else:
            for word in words[column]:
                asked[f"{name} {word}"] = f"{name}={word[: {'startswith': 7}.get(operation)]}"
    asked |= {
        "several states": "state__in=needs_attention,closed",
        "several forms": "form__in=form-3,form-4",
        "several forms of few": f"form__in={SELDOM},form-11",
        "two ends at once": f"created_at__lt={_moment(NOW)}&created_at__lte={_moment(_BEFORE)}",
        "a form and a state": "form=form-3&state=needs_attention",
        "a state and a time": f"state=passed_on&updated_at__gte={_moment(_BEFORE)}",
    }
    for (what, words_of), sort, way in product(asked.items(), filters.SORTED, filters.DIRECTIONS):
        yield f"software's {what} by {sort} {way}", Ask(f"/api/v1/referrals?{words_of}&sort={sort}&dir={way}")
    yield "software's most at once", Ask("/api/v1/referrals?limit=100")
    yield "software's later part", Ask("/api/v1/referrals?limit=50&offset=300")
    yield "software's one", Ask(f"/api/v1/referrals/{reference_of(3)}")
    yield "software's forms", Ask("/api/v1/forms")


LISTS: dict[str, Ask] = dict([*_console(), *_partner(), *_software()])
FIGURES: dict[str, Ask] = {period: Ask(f"figures?period={period}") for period in PERIODS}
