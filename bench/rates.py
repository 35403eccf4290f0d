"""Pages, sends and whole journeys: every target in turn, round by round, each round's ratio taken within it."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median, quantiles

from bench import servers, visits
from bench.load import Run, Script, drive
from bench.report import Row
from bench.servers import Server

CONNECTIONS = 16
VISITORS = 8


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: rounds, and seconds of each target in a round."""

    rounds: int
    seconds: float


WARM_UP = 0.5  # seconds of the same, before anything is counted


class Tally:
    """The runs of one target."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.processor = 0.0
        self.warmed_up = Run()

    @property
    def errors(self) -> int:
        """What went wrong in all runs."""
        return self.warmed_up.errors + sum(run.errors for run in self.runs)

    @property
    def done(self) -> int:
        """What went well in all runs."""
        return sum(run.done for run in self.runs)

    @property
    def stored(self) -> int:
        """What went well since the server started."""
        return self.warmed_up.done + self.done

    @property
    def rate(self) -> float:
        """The median of the rates."""
        return median(run.rate for run in self.runs)

    @property
    def milliseconds(self) -> float:
        """Processor time of the server for one script."""
        return 1000 * self.processor / self.done if self.done else 0.0

    def within(self, percent: int) -> float:
        """The milliseconds within which so many of a hundred were done."""
        times = list(itertools.chain.from_iterable(run.times for run in self.runs))
        return 1000 * quantiles(times, n=100)[percent - 1] if len(times) > 1 else 0.0

    def ratio_to(self, other: "Tally") -> float:
        """The median over rounds of this rate to another's in the same round."""
        return median(
            mine.rate / its.rate if its.rate else 0.0 for mine, its in zip(self.runs, other.runs, strict=True)
        )

    def measured(self, server: Server, run: Callable[[], Run]) -> Run:
        """Do a run and keep it, with the processor time that the server used meanwhile."""
        before = server.process.processor_seconds()
        done = run()
        self.processor += server.process.processor_seconds() - before
        self.runs.append(done)
        return done

    def notes(self, *, latency: bool = False) -> str:
        """Write rate and processor time, and the latency if asked for."""
        text = f"{self.rate:,.0f}/s, {self.milliseconds:.2f} ms of processor"
        return f"{text}, p50 {self.within(50):.1f} ms, p99 {self.within(99):.1f} ms" if latency else text


def pages(effort: Effort) -> Iterator[Row]:
    """Measure `show` and `send` against the bare app."""
    bare, show, send = Tally(), Tally(), Tally()
    tokens: list[bytes] = []
    repeated = 0
    with ExitStack() as stack:
        folder = stack.enter_context(servers.new_folder())
        hello = stack.enter_context(servers.hello(folder))
        gateway, web = stack.enter_context(servers.gateway_web(folder))
        ceiling = _ceiling(stack.enter_context(servers.upstream(folder)))
        bare.warmed_up = _drive(hello, visits.hellos(hello.port), WARM_UP)
        show.warmed_up = _drive(web, visits.shows(web.port, tokens), WARM_UP)
        send.warmed_up = _drive(web, visits.sends(web.port, tokens), WARM_UP)
        tokens.clear()
        for _ in range(effort.rounds):
            bare.measured(hello, lambda: _drive(hello, visits.hellos(hello.port), effort.seconds))
            show.measured(web, lambda: _drive(web, visits.shows(web.port, tokens), effort.seconds))
            repeated += len(tokens) - len(set(tokens))
            send.measured(web, lambda: _drive(web, visits.sends(web.port, tokens), effort.seconds))
            tokens.clear()
        missing = abs(send.stored - gateway.referrals())
    yield Row("bare Flask, the baseline", 1.0, errors=bare.errors, notes=f"{bare.notes(latency=True)}; {ceiling}")
    yield Row("show a form page, of bare Flask", show.ratio_to(bare), "", 0.45, 0.60,
              errors=show.errors + repeated, notes=show.notes(latency=True))  # fmt: skip
    yield Row("send, of bare Flask", send.ratio_to(bare), "", 0.18, 0.25,
              errors=send.errors + missing, notes=f"{send.notes(latency=True)}; {send.stored:,} stored")  # fmt: skip
    yield Row("send: processor time, ms", send.milliseconds, "", None, 0.9, at_most=True)
    yield Row("send: p99 at 16 connections, ms", send.within(99), "", None, 25, at_most=True)


def journeys(effort: Effort) -> Iterator[Row]:
    """Measure whole journeys against the plain page."""
    ours, theirs = Tally(), Tally()
    with ExitStack() as stack:
        folder = stack.enter_context(servers.new_folder())
        plain = stack.enter_context(servers.plain_page(folder))
        gateway, web = stack.enter_context(servers.gateway_web(folder))
        theirs.warmed_up = journey(plain, visits.plain_journeys(plain.port), WARM_UP)
        ours.warmed_up = journey(web, visits.journeys(web.port), WARM_UP)
        for _ in range(effort.rounds):
            theirs.measured(plain, lambda: journey(plain, visits.plain_journeys(plain.port), effort.seconds))
            ours.measured(web, lambda: journey(web, visits.journeys(web.port), effort.seconds))
        missing = abs(ours.stored - gateway.referrals())
    yield Row(
        "plain Flask-WTF + SQLite page: journeys", 1.0, " x", errors=theirs.errors, notes=theirs.notes(latency=True)
    )
    yield Row("whole journeys, against that page", ours.ratio_to(theirs), " x", 1.3, 2.0,
              errors=ours.errors + missing, notes=f"{ours.notes(latency=True)}; {ours.stored:,} stored")  # fmt: skip


def journey(server: Server, scripts: Iterator[Script], seconds: float) -> Run:
    """Let visitors make journeys, each over a connection of its own."""
    return drive(server.port, scripts, connections=VISITORS, seconds=seconds, fresh=True)


def compare(healthy: Tally, others: Mapping[str, Tally]) -> Iterator[Row]:
    """Make the rows of journeys under a destination in trouble."""
    yield Row("journeys, worker at work, destination well", 1.0, errors=healthy.errors, notes=healthy.notes())
    for name, tally in others.items():
        yield Row(f"the same, destination {name}", tally.ratio_to(healthy), "", 0.95,
                  errors=tally.errors, notes=tally.notes())  # fmt: skip


def _drive(server: Server, scripts: Iterator[Script], seconds: float) -> Run:
    return drive(server.port, scripts, connections=CONNECTIONS, seconds=seconds)


def _ceiling(trivial: Server) -> str:
    expected = b'{"id":1,"status":"ok"}'
    run = drive(trivial.port, visits.hellos(trivial.port, "/v2", expected), connections=CONNECTIONS, seconds=1)
    cost = 1e6 * run.own_processor / max(run.done, 1)
    return f"the generator can do {run.rate:,.0f}/s, {cost:.0f} µs of processor each"
