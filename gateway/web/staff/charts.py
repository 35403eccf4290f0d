"""From numbers to what is drawn: columns, spreads and rows, axes in round steps, labels that never meet. Pure.

Across, everything is in percent, and downwards in em: so a chart fits any window, and grows with the reader's text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, log
from textwrap import wrap

HEIGHT = 12.0  # of the part in which things are drawn
_LEAST = 0.15  # what is not nothing can be seen
_MOST_LABELS = 8
_MANY = 31  # beyond that, what is drawn is drawn smaller
_LETTERS = 34  # of words in a row that fit a window of 320 px
_LADDER = (
    (1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3600, "1 h"), (86400, "1 day"), (7 * 86400, "1 wk"),
    (28 * 86400, "4 wk"), (365 * 86400, "1 yr"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line across, with what it stands for."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """A label below; those of rank 0 always have room, of 1 where it is not narrow, of 2 where it is wide."""

    x: float
    text: str
    rank: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a stack; `layer` says which."""

    x: float
    y: float
    width: float
    height: float
    layer: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A spread: from its middle up to its far end."""

    x: float
    middle: float
    far: float


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words above a bar; the number is in the first line alone."""

    y: float
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is drawn of one chart; its height is in em."""

    height: float
    lines: Sequence[Line] = ()
    labels: Sequence[Label] = ()
    bars: Sequence[Bar] = ()
    marks: Sequence[Mark] = ()
    words: Sequence[Words] = ()
    dense: bool = False


def columns(names: Sequence[str], stacks: Sequence[Sequence[int]]) -> Chart:
    """Draw a column for each stack of counts, the first layer at the bottom."""
    steps = round_steps(max(map(sum, stacks), default=0))
    bars = [bar for place, stack in enumerate(stacks) for bar in _column(place, len(stacks), stack, steps[-1])]
    lines = [Line(_rounded(HEIGHT * (1 - step / steps[-1])), short(step)) for step in steps]
    return Chart(HEIGHT, lines, labels(names), bars)


def spreads(names: Sequence[str], spans: Sequence[tuple[float, float] | None]) -> Chart:
    """Draw for each pair of seconds where its middle and its far end are; the axis grows from seconds to weeks."""
    ladder = _rungs([each for span in spans if span for each in span])
    marks = [
        Mark(_middle(place, len(spans)), _height_on(ladder, span[0]), _height_on(ladder, span[1]))
        for place, span in enumerate(spans)
        if span
    ]
    lines = [Line(_height_on(ladder, seconds), text) for seconds, text in ladder]
    return Chart(HEIGHT, lines, labels(names), marks=marks, dense=len(spans) > _MANY)


def rows(names: Sequence[str], stacks: Sequence[Sequence[int]]) -> Chart:
    """Draw a bar from left to right for each stack of counts, one below the other, its sum and its name above it."""
    most = max(max(map(sum, stacks), default=0), 1)
    words: list[Words] = []
    bars: list[Bar] = []
    y = 0.0
    for name, stack in zip(names, stacks, strict=True):
        for line, text in enumerate(wrap(name, _LETTERS)):
            words.append(Words(_rounded(y + 1.1), "" if line else f"{sum(stack):,}", text))
            y += 1.25
        bars += _row(y + 0.25, stack, most)
        y += 1.85
    return Chart(_rounded(y), bars=bars, words=words)


def round_steps(most: int) -> list[int]:
    """Give the steps of an axis from 0 to `most` or just above: 1, 2 or 5 with noughts, five of them at most."""
    step = next(times * 10**noughts for noughts in count() for times in (1, 2, 5) if most <= 5 * times * 10**noughts)
    return [step * number for number in range(max(ceil(most / step), 1) + 1)]


def labels(names: Sequence[str]) -> list[Label]:
    """Choose which names stand below: as many as have room, evenly."""
    every = max(ceil(len(names) / _MOST_LABELS), 1)
    return [
        Label(_middle(place, len(names)), names[place], 0 if number % 4 == 0 else 1 if number % 2 == 0 else 2)
        for number, place in enumerate(range(0, len(names), every))
    ]


def short(number: int) -> str:
    """Write a number as short as an axis needs it."""
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if number >= 10_000 and number % size == 0:
            return f"{number // size}{letter}"
    return f"{number:,}"


def _row(y: float, stack: Sequence[int], most: int) -> list[Bar]:
    found, x = [], 0.0
    for layer, number in enumerate(stack):
        if number:
            found.append(Bar(_rounded(x), _rounded(y), _part(number, most, 100), 0.9, layer))
        x += 100 * number / most
    return found


def _column(place: int, of: int, stack: Sequence[int], most: int) -> list[Bar]:
    room = 100 / of
    width = room * (0.7 if of <= _MANY else 0.85)
    found, below = [], 0.0
    for layer, number in enumerate(stack):
        height = _part(number, most, HEIGHT)
        if number:
            left = place * room + (room - width) / 2
            found.append(Bar(_rounded(left), _rounded(HEIGHT - below - height), _rounded(width), height, layer))
        below += height
    return found


def _part(number: int, most: int, whole: float) -> float:
    return max(_rounded(whole * number / most), _LEAST) if number else 0.0


def _rungs(seconds: Sequence[float]) -> Sequence[tuple[int, str]]:
    least, most = min(seconds, default=1), max(seconds, default=1)
    first = max((place for place, (at, _) in enumerate(_LADDER) if at <= least), default=0)
    last = min((place for place, (at, _) in enumerate(_LADDER) if at >= most), default=len(_LADDER) - 1)
    if first >= last:  # an axis has two ends
        first, last = max(last - 1, 0), max(last, 1)
    return _LADDER[first : last + 1]


def _height_on(ladder: Sequence[tuple[int, str]], seconds: float) -> float:
    """Say how far down a time stands on the ladder, whose rungs are as far from each other as they are drawn."""
    within = min(max(seconds, ladder[0][0]), ladder[-1][0])
    rung = max(place for place, (at, _) in enumerate(ladder) if at <= within)
    above = min(rung + 1, len(ladder) - 1)
    lower, upper = ladder[rung][0], ladder[above][0]
    between = log(within / lower) / log(upper / lower) if upper > lower else 0
    return _rounded(HEIGHT * (1 - (rung + between) / (len(ladder) - 1)))


def _middle(place: int, of: int) -> float:
    return _rounded((place + 0.5) * 100 / of)


def _rounded(number: float) -> float:
    return round(number, 3)
