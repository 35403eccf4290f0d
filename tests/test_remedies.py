"""What a person does: said for every state, and by the reason where it failed, with commands that exist."""

import re

import click
import pytest

from gateway.cli import Commands
from gateway.remedies import what_to_do
from gateway.store.reasons import CANNOT_BE_COMPOSED, OTHER_SHAPE, REJECTED, REOPENED, TOO_LATE
from gateway.store.settlements import SETTLEMENTS
from gateway.store.states import ReferralState

REFERENCE = "RG-7K3F-9Q2M"
REASONS = [
    None,
    f"{REJECTED}: the destination answered 422",
    f"{TOO_LATE} 14 days: refused",
    f"{CANNOT_BE_COMPOSED}: x",
    REOPENED,
]


@pytest.mark.parametrize("state", ReferralState)
@pytest.mark.parametrize("reason", REASONS)
def test_every_state_has_a_remedy_whose_commands_exist(state: ReferralState, reason: str | None) -> None:
    told = what_to_do(REFERENCE, state, reason)

    assert told.endswith(".")
    for noun, verb in re.findall(r"flask (\w+) (\w+)", told):
        group = Commands("flask").get_command(click.Context(click.Group()), noun)
        assert isinstance(group, click.Group)
        assert verb in group.commands
    for word in re.findall(rf"settle {REFERENCE} ([a-z-]+)", told):
        assert state in SETTLEMENTS[word].leaving


def test_what_failed_has_a_remedy_for_each_reason() -> None:
    told = {what_to_do(REFERENCE, "failed", reason) for reason in REASONS}

    assert len(told) == len(REASONS)


def test_one_that_was_answered_in_a_new_way_names_the_remedy_for_all_of_them() -> None:
    told = what_to_do(REFERENCE, "unknown", f"may have arrived: {OTHER_SHAPE}")

    assert f"flask destinations prove ORGANISATION --yes {REFERENCE}" in told
    assert f"flask referrals settle {REFERENCE} arrived" in told
