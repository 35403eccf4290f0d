"""Links for trying a form: good for one form, one mode and some days; whatever was changed in one is no link."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.trials import Mode, Trial, TrialOver, Trials

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
TRIALS = Trials([b"older secret", b"secret"])
LINK = TRIALS.invite("riverside", "support", Mode.DESTINATION, NOW + timedelta(days=7))


@pytest.mark.parametrize("mode", list(Mode))
def test_a_link_says_where_a_test_goes(mode: Mode) -> None:
    link = TRIALS.invite("riverside", "support", mode, NOW + timedelta(days=7))

    assert TRIALS.read(link, "riverside", "support", NOW) == Trial(mode, link) == Trial.carried(link)


def test_a_link_ends_when_its_days_are_over() -> None:
    TRIALS.read(LINK, "riverside", "support", NOW + timedelta(days=7, seconds=-1))

    with pytest.raises(TrialOver):
        TRIALS.read(LINK, "riverside", "support", NOW + timedelta(days=7))


@pytest.mark.parametrize(("organisation", "form"), [("riverside", "contact-me"), ("hillside", "support")])
def test_a_link_opens_no_other_form(organisation: str, form: str) -> None:
    with pytest.raises(TrialOver):
        TRIALS.read(LINK, organisation, form, NOW)


def test_a_link_outlives_a_new_key_and_not_the_end_of_its_own() -> None:
    assert Trials([b"secret", b"newer secret"]).read(LINK, "riverside", "support", NOW).link == LINK

    with pytest.raises(TrialOver):
        Trials([b"newer secret"]).read(LINK, "riverside", "support", NOW)


# Two bits of the last letter of a signature mean nothing, and "+/" are "-_" in another spelling.
@given(st.integers(0, len(LINK) - 2), st.characters(exclude_characters="+/"))
def test_a_link_with_any_character_changed_is_no_link(place: int, character: str) -> None:
    changed = LINK[:place] + character + LINK[place + 1 :]

    if changed != LINK:
        with pytest.raises(TrialOver):
            TRIALS.read(changed, "riverside", "support", NOW)


@given(st.text())
def test_no_text_is_a_link_by_chance(text: str) -> None:
    with pytest.raises(TrialOver):
        TRIALS.read(text, "riverside", "support", NOW)


def test_nothing_carried_is_no_test() -> None:
    assert Trial.carried("") is None
