"""Figures of an organisation over some days or weeks, as charts, each with a table that says the same."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Response, request

from gateway.definitions.schema import Form
from gateway.languages import ENGLISH
from gateway.store import figures, page_counts
from gateway.store.database import Database
from gateway.store.figures import Came, Ended, Took
from gateway.web.public.rendering import heading_of, sends_at_once
from gateway.web.site import site
from gateway.web.staff import charts
from gateway.web.staff.charts import Chart
from gateway.web.staff.frame import render
from gateway.web.staff.periods import PERIODS, USUAL, Bucket, Period, buckets

# How a call ended, in words; and which part of a column it is.
OUTCOMES = {
    "delivered": ("Accepted", 0),
    "not_sent": ("Not reached", 1),
    "busy": ("Busy", 1),
    "unknown": ("May have arrived", 2),
    "rejected": ("Rejected", 2),
    "credentials_refused": ("Keys refused", 2),
    "misconfigured": ("Wrong address", 2),
}
STANDS = ("Delivered", "Not delivered yet", "Closed without delivery")
CALLS = ("Accepted", "Put off: tried again by itself", "Refused or unclear: a person may have to look")


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, what it says in a sentence or two, and the table behind it."""

    name: str
    title: str
    says: str
    chart: Chart | None  # none: nothing is there to be drawn
    heads: Sequence[str]
    rows: Sequence[Sequence[object]]
    layers: Sequence[str] = ()
    note: str = ""


def show_figures(organisation: str) -> Response:
    """Show the figures of the days or weeks that are asked for."""
    asked = request.args.get("period", USUAL)
    chosen = asked if asked in PERIODS else USUAL
    shown = figures_of(
        site().database, organisation, site().organisations[organisation].forms, PERIODS[chosen], datetime.now(UTC)
    )
    return Response(
        render("staff/figures.html", "Figures", slug=organisation, figures=shown, periods=PERIODS, chosen=chosen)
    )


def figures_of(
    database: Database, organisation: str, forms: Mapping[str, Form], period: Period, now: datetime
) -> list[Figure]:
    """Count and draw all that is known of a period that ends with the day of `now`."""
    days = buckets(period, now)
    spans = [each.span for each in days]
    came = figures.came(database, organisation, spans)
    times = figures.times(database, organisation, spans)
    whole = figures.took({0: sum(times.values(), Counter[int]())} if times else {})
    passed = page_counts.read(database, organisation, days[0].first, days[-1].last)
    sent = Counter[str]()
    for each in came:
        sent[each.form] += each.sent
    return [
        sent_by_day(period, days, came),
        time_to_delivery(period, days, figures.took(times), whole),
        by_form(came, forms),
        *(way_through(form, passed, sent[form.slug]) for form in forms.values() if _is_counted(form)),
        calls(period, days, figures.ended(database, organisation, spans)),
    ]


def sent_by_day(period: Period, days: Sequence[Bucket], came: Sequence[Came]) -> Figure:
    """Draw how many were sent, and how many of these are delivered by now."""
    stacks = _stacks(((each.span, each) for each in came), len(days))
    sent, delivered, waiting, closed = (sum(part) for part in zip(*map(_with_sum, stacks), strict=True))
    says = f"{_number(sent, 'referral')} came in."
    if sent:
        busiest = max(range(len(days)), key=lambda place: sum(stacks[place]))
        says += f" {delivered:,} delivered, {waiting:,} not yet, {closed:,} closed without delivery."
        says += f" The busiest {_unit(period)} was {days[busiest].name}, with {sum(stacks[busiest]):,}."
    return Figure(
        "sent",
        f"Sent and delivered by {_unit(period)}",
        says,
        charts.columns([day.short for day in days], stacks) if sent else None,
        (_unit(period).capitalize(), "Sent", *STANDS),
        [(day.name, *_with_sum(stack)) for day, stack in zip(days, stacks, strict=True)],
        STANDS,
        note="Each referral stands where it was sent, not where it was delivered. Tests are not counted.",
    )


def time_to_delivery(period: Period, days: Sequence[Bucket], took: Sequence[Took], whole: Sequence[Took]) -> Figure:
    """Draw how long it took until half of the referrals, and until nine in ten of them, were delivered."""
    by_place = {each.span: each for each in took}
    spans = [
        (each.half.total_seconds(), each.nine_in_ten.total_seconds()) if (each := by_place.get(place)) else None
        for place in range(len(days))
    ]
    says = "None of what was sent in this time is delivered yet."
    if whole:
        half, nine = in_words(whole[0].half), in_words(whole[0].nine_in_ten)
        says = f"Of all that is delivered, half arrived within {half} and nine in ten within {nine}."
    return Figure(
        "time",
        f"Time to delivery by {_unit(period)}",
        says,
        charts.spreads([day.short for day in days], spans) if took else None,
        (_unit(period).capitalize(), "Half arrived within", "Nine in ten within"),
        [
            (days[each.span].name, in_words(each.half), in_words(each.nine_in_ten))
            for each in sorted(took, key=lambda each: each.span)
        ],
        ("Half arrived within", "Nine in ten arrived within"),
        note="From sending until the case-management system accepted it. The scale grows: each line is a longer step.",
    )


def by_form(came: Sequence[Came], forms: Mapping[str, Form]) -> Figure:
    """Draw how many came in by each form that is open, or by which something came."""
    known = {form: place for place, form in enumerate(sorted({*forms, *(each.form for each in came)}))}
    stacks = dict(zip(known, _stacks(((known[each.form], each) for each in came), len(known)), strict=True))
    order = sorted(known, key=lambda form: (-sum(stacks[form]), form))
    titles = [_title(form, forms) for form in order]
    used, sent = len({each.form for each in came}), sum(each.sent for each in came)
    busiest = f" Most by “{titles[0]}”." if came else ""
    return Figure(
        "forms",
        "By form",
        f"{_number(sent, 'referral')} by {_number(used, 'form')}.{busiest}",
        charts.rows(titles, [stacks[form] for form in order]) if came else None,
        ("Form", "Sent", *STANDS),
        [(title, *_with_sum(stacks[form])) for form, title in zip(order, titles, strict=True)],
        STANDS,
    )


def way_through(form: Form, passed: Mapping[tuple[str, str], int], sent: int) -> Figure:
    """Draw how many got past each page of a form, and how many sent it."""
    pages = [(heading_of(form, page, ENGLISH), bool(page.show_when)) for page in form.pages]
    names = [f"{heading} (not for everybody)" if some else heading for heading, some in pages]
    counts = [passed.get((form.slug, page.id), 0) for page in form.pages]
    steps = [*zip(names, counts, strict=True), ("Sent", sent)]
    first = counts[0]
    says = f"{_number(first, 'person', 'people')} got past the first page, and {sent:,} sent the form."
    return Figure(
        f"way-{form.slug}",
        f"How far people come: {form.title.within(ENGLISH)}",
        says,
        charts.rows([name for name, _ in steps], [[count] for _, count in steps]) if first or sent else None,
        ("Page", "Got past it", "Of those past the first"),
        [(name, count, _share(count, first)) for name, count in steps],
        note="Some of them began before this time, or before pages were counted." if sent > first else "",
    )


def calls(period: Period, days: Sequence[Bucket], ended: Sequence[Ended]) -> Figure:
    """Draw how the calls to the case-management system ended."""
    counts = Counter({(each.span, each.outcome): each.count for each in ended})
    outcomes = sorted(
        {*OUTCOMES, *(each.outcome for each in ended)},
        key=lambda outcome: [*OUTCOMES, outcome].index(outcome),
    )
    stacks = [
        [sum(counts[place, each] for each in outcomes if _layer(each) == layer) for layer in range(len(CALLS))]
        for place in range(len(days))
    ]
    everything, accepted = sum(counts.values()), sum(stack[0] for stack in stacks)
    says = f"{_number(everything, 'call')}; {accepted:,} accepted" + (
        f" ({_share(accepted, everything)})." if everything else "."
    )
    return Figure(
        "calls",
        f"Calls to the case-management system by {_unit(period)}",
        says,
        charts.columns([day.short for day in days], stacks) if ended else None,
        (_unit(period).capitalize(), *(OUTCOMES.get(each, (each, 2))[0] for each in outcomes)),
        [(day.name, *(counts[place, each] for each in outcomes)) for place, day in enumerate(days)],
        CALLS,
        note="One referral may take several calls. What was not accepted is not lost: what can be is tried again.",
    )


def in_words(time: timedelta) -> str:
    """Say how long, in the largest two units that matter."""
    seconds = int(time.total_seconds())
    for size, name, smaller, smaller_name in (
        (86400, "day", 3600, "hour"),
        (3600, "hour", 60, "minute"),
        (60, "minute", 1, "second"),
    ):
        if seconds >= size:
            rest = seconds % size // smaller
            return _number(seconds // size, name) + (f" {_number(rest, smaller_name)}" if rest else "")
    return _number(seconds, "second")


def _stacks(came: Iterable[tuple[int, Came]], places: int) -> list[list[int]]:
    stacks = [[0, 0, 0] for _ in range(places)]
    for place, each in came:
        parts = (each.delivered, each.sent - each.delivered - each.closed, each.closed)
        stacks[place] = [before + part for before, part in zip(stacks[place], parts, strict=True)]
    return stacks


def _with_sum(stack: Sequence[int]) -> tuple[int, ...]:
    return (sum(stack), *stack)


def _is_counted(form: Form) -> bool:
    return form.audience == "public" and not sends_at_once(form)


def _title(slug: str, forms: Mapping[str, Form]) -> str:
    return forms[slug].title.within(ENGLISH) if slug in forms else f"{slug} (no form any more)"


def _layer(outcome: str) -> int:
    return OUTCOMES.get(outcome, ("", 2))[1]


def _unit(period: Period) -> str:
    return "day" if period.days == 1 else "week"


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _share(count: int, of: int) -> str:
    return f"{count * 100 / of:.0f} %" if of else ""
