"""What is drawn stands where it belongs, whatever the numbers are: nothing meets or sticks out, steps are round."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.staff import charts
from gateway.web.staff.charts import HEIGHT, Chart

COUNTS = st.integers(0, 10**6)
STACKS = st.lists(st.tuples(COUNTS, COUNTS, COUNTS), min_size=1, max_size=100)
SECONDS = st.floats(0, 10**9, allow_nan=False)
SPREADS = st.lists(
    st.none() | st.tuples(SECONDS, SECONDS).map(lambda two: (min(two), max(two))), min_size=1, max_size=100
)
LETTER = 0.6  # em, at most, of a label
ROOM = {0: 10.0, 1: 16.0, 2: 34.0}  # em across in which labels of this rank are shown: from twice the text size upwards


def names(stacks: object) -> list[str]:
    """Name each as days are named."""
    return ["30 Nov" for _ in stacks]  # type: ignore[attr-defined]


def within(chart: Chart) -> bool:
    """Tell whether nothing is drawn outside."""
    bars = all(bar.x >= 0 and bar.x + bar.width <= 100.2 and bar.width > 0 and bar.height > 0 for bar in chart.bars)
    marks = all(0 <= mark.far <= mark.middle <= chart.height and 0 <= mark.x <= 100 for mark in chart.marks)
    return bars and marks and all(0 <= line.y <= chart.height for line in chart.lines)


@given(STACKS)
def test_columns_stay_within_and_stand_on_each_other(stacks: list[tuple[int, int, int]]) -> None:
    chart = charts.columns(names(stacks), stacks)

    assert within(chart)
    assert len(chart.bars) == sum(count > 0 for stack in stacks for count in stack)
    # What is hardly anything is drawn a little too high.
    assert all(bar.y >= -0.5 and bar.y + bar.height <= HEIGHT + 0.01 for bar in chart.bars)


@given(SPREADS)
def test_spreads_stay_within(spans: list[tuple[float, float] | None]) -> None:
    chart = charts.spreads(names(spans), spans)

    assert within(chart)
    assert len(chart.marks) == sum(span is not None for span in spans)
    assert len(chart.lines) >= 2


@given(
    st.lists(st.tuples(st.text("abc –", min_size=1, max_size=120), STACKS.map(lambda stacks: stacks[0])), min_size=1)
)
def test_rows_stay_within_and_no_words_meet(rows: list[tuple[str, tuple[int, int, int]]]) -> None:
    chart = charts.rows([name for name, _ in rows], [stack for _, stack in rows])

    assert within(chart)
    heights = [words.y for words in chart.words]
    assert all(later - sooner > 1.2 for sooner, later in itertools.pairwise(heights))
    assert max(heights, default=0) < chart.height
    assert [words for words in chart.words if len(words.text) > 34] == []


@pytest.mark.parametrize("number", [1, 2, 7, 8, 9, 12, 30, 31, 52, 84, 90])
@pytest.mark.parametrize("rank", ROOM)
def test_labels_never_meet(number: int, rank: int) -> None:
    found = [label for label in charts.labels(names(range(number))) if label.rank <= rank]
    wide = max(len(label.text) for label in found) * LETTER

    places = [label.x * ROOM[rank] / 100 for label in found]

    assert all(later - sooner > wide for sooner, later in itertools.pairwise(places))
    assert places[-1] + wide / 2 < ROOM[rank] + 1.5  # the room beside what is drawn


@pytest.mark.parametrize(
    ("most", "steps"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (26, [0, 10, 20, 30]),
        (101, [0, 50, 100, 150]),
        (10**6, [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]),
    ],
)
def test_steps_are_round(most: int, steps: list[int]) -> None:
    assert charts.round_steps(most) == steps


@given(COUNTS)
def test_steps_reach_just_above_what_is_drawn(most: int) -> None:
    steps = charts.round_steps(most)

    assert 2 <= len(steps) <= 6
    assert steps[-2] <= most <= steps[-1] or most == 0
    assert all(len(charts.short(step)) <= 6 for step in steps)


def test_all_equal_columns_are_equally_high() -> None:
    chart = charts.columns(names(range(7)), [(4, 0, 0)] * 7)

    assert len({(bar.y, bar.height) for bar in chart.bars}) == 1


def test_one_of_a_million_can_be_seen() -> None:
    chart = charts.columns(names(range(2)), [(1_000_000,), (1,)])

    assert chart.bars[1].height > 0.1


def test_a_day_without_any_leaves_a_gap() -> None:
    assert [mark.x for mark in charts.spreads(names(range(4)), [(1, 2), None, None, (3, 4)]).marks] == [12.5, 87.5]
    assert [bar.x for bar in charts.columns(names(range(2)), [(0, 0), (1, 0)]).bars] == [57.5]


def test_the_ladder_of_times_begins_and_ends_where_the_times_do() -> None:
    assert [line.text for line in charts.spreads(["a"], [(15, 400)]).lines] == ["10 s", "1 min", "10 min"]
    assert [line.text for line in charts.spreads(["a"], [(0, 0)]).lines] == ["1 s", "10 s"]
    assert [line.text for line in charts.spreads(["a"], [(10**9, 10**9)]).lines] == ["4 wk", "1 yr"]


def test_a_time_stands_between_its_rungs() -> None:
    (mark,) = charts.spreads(["a"], [(60, 3600)]).marks

    assert (mark.middle, mark.far) == (HEIGHT, 0)
