"""Codes of a telephone: what RFC 6238 says they are, with a little drift, and each once."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.identity.codes import DRIFT, SPARES, STEP_SECONDS, Factor

KEY = b"12345678901234567890"  # of RFC 6238, appendix B
FACTOR = Factor(KEY, ("0123456789", "abcdefghjk"))


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# Appendix B prints eight figures; an app shows the last six of them.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert FACTOR.step(code, at(seconds), after=None) == seconds // STEP_SECONDS


@pytest.mark.parametrize("steps", range(-3, 4))
def test_clocks_may_be_a_step_apart_either_way_and_no_more(steps: int) -> None:
    now = at(1111111109) + timedelta(seconds=steps * STEP_SECONDS)

    assert (FACTOR.step("081804", now, after=None) is not None) is (abs(steps) <= DRIFT)


def test_no_code_is_taken_twice_nor_one_before_it() -> None:
    step = 1111111109 // STEP_SECONDS

    assert FACTOR.step("081 804", at(1111111109), after=step - 1) == step
    assert FACTOR.step("081804", at(1111111109), after=step) is None
    assert FACTOR.step("081804", at(1111111109), after=step + 1) is None


@pytest.mark.parametrize("typed", ["", "08180", "0818040", "081805", "٠٨١٨٠٤", "\ud800", "081804\x00"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert FACTOR.step(typed, at(1111111109), after=None) is None
    assert FACTOR.without(typed) is None


def test_a_spare_code_is_taken_as_people_copy_it_and_is_gone_then() -> None:
    left = FACTOR.without(" OI234-56789 ")

    assert left == Factor(KEY, ("abcdefghjk",))
    assert left.without("0123456789") is None


def test_what_is_written_down_can_be_read_and_shows_nowhere() -> None:
    factor = Factor.new()

    assert Factor.read(factor.written()) == factor
    assert len(set(factor.spares)) == SPARES
    assert factor.spares[0] not in repr(factor)


def test_an_app_reads_whose_code_it_is() -> None:
    address = FACTOR.address("ada@riverside.example", "Referral gateway")

    assert address.startswith("otpauth://totp/Referral%20gateway:ada%40riverside.example?")
    assert FACTOR.as_text().replace(" ", "") in address
