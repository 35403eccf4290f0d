"""docs/operations.md has every state and every decision, and docs/security.md what is sealed and what is logged."""

import ast
import re
from collections.abc import Iterator

import pytest

from gateway.cli.referrals import SETTLEMENTS
from gateway.delivery.policy import Outcome
from gateway.store.alerts import Matter
from gateway.store.freezing import MOVE
from gateway.store.states import FileState, JobStatus, ReferralState
from gateway.store.tables import metadata
from gateway.web.metrics import METRICS
from tests.docs.reading import ROOT, table, words

OPERATIONS, SECURITY = "docs/operations.md", "docs/security.md"


def firsts(name: str, heading: str) -> list[str]:
    """Give the first word in `code` of each row."""
    return [words(row[0])[0] for row in table(name, heading) if words(row[0])]


def test_every_state_of_a_referral_is_documented_and_no_other() -> None:
    states = [row for row in table(OPERATIONS, "## The states of a referral") if len(row) == 4]

    assert [words(row[0])[0] for row in states] == [state.value for state in ReferralState]
    assert all(all(row) for row in states)


def test_every_state_of_a_job_is_documented_and_no_other() -> None:
    assert firsts(OPERATIONS, "### The states of a job") == [status.value for status in JobStatus]


def test_every_state_of_a_file_is_documented_and_no_other() -> None:
    assert sorted(
        [*firsts(OPERATIONS, "## The virus scanner"), *firsts(OPERATIONS, "### Files that follow")]
    ) == sorted(FileState)


def test_every_decision_is_documented_with_the_states_it_leaves_and_makes() -> None:
    rows = [row for row in table(OPERATIONS, "## The states of a referral") if len(row) == 3]
    documented = {words(row[0])[0]: (words(row[1]), words(row[2])[0]) for row in rows}

    assert documented == {
        word: ([str(state) for state in settlement.leaving], str(settlement.to))
        for word, settlement in SETTLEMENTS.items()
    }


@pytest.mark.parametrize("word", SETTLEMENTS)
def test_command_for_a_state_may_leave_it(word: str) -> None:
    rows = [row for row in table(OPERATIONS, "## The states of a referral") if len(row) == 4]
    offered = {words(row[0])[0] for row in rows if re.search(rf"(settle RG-…|…) {word}`", row[3])}

    assert offered <= {str(state) for state in SETTLEMENTS[word].leaving}


def test_every_matter_that_a_person_is_told_of_is_documented_and_no_other() -> None:
    listed = table(OPERATIONS, "## Being told")

    assert [words(row[0])[0] for row in listed] == [matter.value for matter in Matter]
    assert all(all(row) for row in listed)


def test_every_metric_is_documented_with_its_labels_and_no_other() -> None:
    listed = {words(row[0])[0]: words(row[1]) for row in table(OPERATIONS, "### Metrics")}

    assert listed == {metric.name: list(metric.labels) for metric in METRICS}


def test_every_outcome_of_a_try_is_documented_and_no_other() -> None:
    documented = [words(row[1])[0] for row in table(OPERATIONS, "## What happened on the wire")]

    assert sorted(documented) == sorted(outcome.value for outcome in Outcome)


def test_every_sealed_column_is_documented() -> None:
    sealed = {each.name for each in metadata.sorted_tables if "sealed" in each.columns}
    keyed = {each.name for each in metadata.sorted_tables if "digest" in each.columns}

    assert {words(row[1])[0] for row in table(SECURITY, "## What is sealed")} == sealed | keyed


def test_every_line_of_the_log_is_documented_and_no_other() -> None:
    documented = {word for row in table(SECURITY, "## What a log line holds") for word in words(row[0])}

    assert documented == set(logged())


def logged() -> Iterator[str]:
    """Find how each line of the log begins; the sandbox is no part of a gateway that runs."""
    for path in ROOT.glob("gateway/**/*.py"):
        if "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log")), args=args):
                    message = next(
                        each.value for each in args if isinstance(each, ast.Constant) and isinstance(each.value, str)
                    )
                    yield re.split(r" \S+=%s", message)[0]


def test_every_action_of_the_audit_trail_is_documented_and_no_other() -> None:
    documented = {word for row in table(SECURITY, "## Who decided what") for word in words(row[0])}

    assert documented == set(audited())


WRITING = {"write", "note", "move", "of_account", "add_up"}  # what writes into the trail


def audited() -> Iterator[str]:
    """Find what is written down as somebody's action: words, or one of two words, or words with a state behind them."""
    for path in ROOT.glob("gateway/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), keywords=keywords) if name in WRITING:
                    for keyword in keywords:
                        if keyword.arg == "action":
                            yield from _words_of(keyword.value)


def _words_of(value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(said)):
            yield said
        case ast.IfExp(body=body, orelse=other):
            yield from (*_words_of(body), *_words_of(other))
        case ast.JoinedStr(values=[ast.Constant(value=str(said)), *_]):
            yield said.strip()
        case ast.Attribute(attr="MOVE"):
            yield MOVE
