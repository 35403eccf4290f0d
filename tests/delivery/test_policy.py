"""The table of outcomes: from what happened on the wire to what to do next, by numbers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.delivery.policy import Decision, History, Outcome, Rules, backoff, decide, probe_after, put_off
from gateway.destinations.outcomes import judge
from gateway.destinations.seam import (
    Busy,
    CredentialsRefused,
    DestinationError,
    Misconfigured,
    NotSent,
    Receipt,
    Rejected,
    Unknown,
)
from gateway.store.destinations import Standing

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
REFERENCE = "RG-7K3F-9Q2M"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RULES = Rules(MINUTE, 4 * HOUR, 14 * DAY, 2 * HOUR, 5 * MINUTE, MINUTE)
FRESH = Standing("riverside")
PROVEN = Standing("riverside", proven_at=NOW - DAY, shape="200 json {id:number}")
JSON = {"Content-Type": "application/json"}


def history(
    *,
    failures: int = 0,
    repeats: int = 0,
    doubt: bool = False,
    standing: Standing = FRESH,
    since: datetime = NOW,
    reference: str = REFERENCE,
) -> History:
    return History(reference, since, failures, repeats, doubt, standing)


def decided(happened: Receipt | DestinationError, past: History | None = None, rules: Rules = RULES) -> Decision:
    return decide(happened, past or history(), rules, now=NOW, chance=1)


def answered(status: int, *, probe_is_good: bool | None = None, body: bytes = b"", **headers: str) -> Decision:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return decided(judge(status, named, body, probe_is_good=probe_is_good, now=NOW))


# Rows of the table: state of the referral, of its job, due after, whether paused, probed after.
BACKED_OFF = ("pending", "due", MINUTE, False, None)
DELIVERED = ("delivered", "done", timedelta(), False, None)
UNCERTAIN = ("unknown", "due", 2 * HOUR, False, None)
OUR_KEYS = ("pending", "due", timedelta(), True, 5 * MINUTE)
WRONG_PLACE = ("pending", "due", timedelta(), True, 5 * MINUTE)
FAILED = ("failed", "parked", timedelta(), False, None)


def summary(decision: Decision) -> tuple[str, str, timedelta, bool, timedelta | None]:
    probe_at = decision.remember.get("probe_at")
    return (
        decision.state,
        decision.job_status,
        decision.due_at - NOW,
        "paused_at" in decision.remember,
        probe_at - NOW if isinstance(probe_at, datetime) else None,
    )


@pytest.mark.parametrize(
    ("happened", "outcome", "expected"),
    [
        (NotSent("the name was not found"), Outcome.NOT_SENT, BACKED_OFF),
        (NotSent("the connection was refused"), Outcome.NOT_SENT, BACKED_OFF),
        (NotSent("the TLS handshake failed"), Outcome.NOT_SENT, BACKED_OFF),
        (Unknown("timed out after the first byte"), Outcome.UNKNOWN, UNCERTAIN),
        (Unknown("the answer was cut"), Outcome.UNKNOWN, UNCERTAIN),
        (Unknown("the answer was garbage"), Outcome.UNKNOWN, UNCERTAIN),
        (Unknown("the worker ended before the answer was recorded"), Outcome.UNKNOWN, UNCERTAIN),
    ],
)
def test_what_happened_without_an_answer_leads_to(
    happened: DestinationError, outcome: Outcome, expected: tuple[object, ...]
) -> None:
    decision = decided(happened)

    assert decision.outcome is outcome
    assert summary(decision) == expected


@pytest.mark.parametrize(
    ("status", "probe_is_good", "outcome", "expected"),
    [
        *((status, None, Outcome.BUSY, BACKED_OFF) for status in (408, 429, 503)),
        *((status, None, Outcome.DELIVERED, DELIVERED) for status in (200, 201, 202, 204, 299)),
        *((status, None, Outcome.UNKNOWN, UNCERTAIN) for status in (500, 501, 502, 504, 505, 520, 599)),
        (401, None, Outcome.CREDENTIALS_REFUSED, OUR_KEYS),
        (401, True, Outcome.CREDENTIALS_REFUSED, OUR_KEYS),
        (403, False, Outcome.CREDENTIALS_REFUSED, OUR_KEYS),
        (403, None, Outcome.CREDENTIALS_REFUSED, OUR_KEYS),
        (403, True, Outcome.REJECTED, FAILED),
        *((status, None, Outcome.MISCONFIGURED, WRONG_PLACE) for status in (300, 301, 302, 304, 307, 308)),
        *((status, None, Outcome.MISCONFIGURED, WRONG_PLACE) for status in (404, 405, 415)),
        *((status, None, Outcome.REJECTED, FAILED) for status in (400, 402, 406, 409, 410, 413, 418, 422, 451, 499)),
    ],
)
def test_an_answer_leads_to(
    status: int, probe_is_good: bool | None, outcome: Outcome, expected: tuple[object, ...]
) -> None:
    decision = answered(status, probe_is_good=probe_is_good)

    assert decision.outcome is outcome
    assert summary(decision) == expected


def test_while_a_destination_is_unproven_any_acceptance_counts_and_its_shape_is_kept() -> None:
    decision = decided(Receipt(200, "200 text/html", b"welcome"))

    assert decision.outcome is Outcome.DELIVERED
    assert decision.remember["shape"] == "200 text/html"


def test_an_unproven_destination_may_change_its_shape_and_the_first_one_stays() -> None:
    decision = decided(Receipt(200, "200 empty", b""), history(standing=replace(FRESH, shape="200 text/html")))

    assert decision.outcome is Outcome.DELIVERED
    assert "shape" not in decision.remember


@pytest.mark.parametrize("body", [b'{"id": 7}', b'{"id": 12345}'])
def test_a_proven_destination_accepts_in_the_shape_that_was_seen(body: bytes) -> None:
    happened = judge(200, JSON, body, probe_is_good=None, now=NOW)

    assert summary(decided(happened, history(standing=PROVEN))) == DELIVERED


@pytest.mark.parametrize(
    ("status", "body"), [(200, b'{"error": "no"}'), (200, b"<html>sorry</html>"), (200, b""), (202, b'{"id": 7}')]
)
def test_a_proven_destination_that_answers_in_another_shape_may_have_accepted(status: int, body: bytes) -> None:
    happened = judge(status, JSON, body, probe_is_good=None, now=NOW)

    assert summary(decided(happened, history(standing=PROVEN))) == UNCERTAIN


def test_the_pause_after_a_failure_doubles_up_to_its_limit() -> None:
    pauses = [decided(NotSent("refused"), history(failures=count)).due_at - NOW for count in range(12)]

    minutes = [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, 240]
    assert pauses == [count * MINUTE for count in minutes]


def test_each_failure_is_counted() -> None:
    assert [decided(error, history(failures=4)).failures for error in (NotSent("x"), Busy("x"))] == [5, 5]
    assert decided(Unknown("x"), history(failures=4)).failures == 4


@given(
    failures=st.integers(0, 100_000),
    chance=st.floats(0, 1, exclude_max=True),
    base=st.timedeltas(timedelta(milliseconds=1), timedelta(days=1)),
)
def test_a_pause_is_never_negative_nor_longer_than_its_limit(failures: int, chance: float, base: timedelta) -> None:
    assert timedelta() <= backoff(failures, replace(RULES, retry_base=base), chance) <= RULES.retry_max


def test_chance_spreads_the_pause_from_nothing_to_the_whole() -> None:
    assert [backoff(3, RULES, chance) for chance in (0, 0.25, 0.5)] == [timedelta(), 2 * MINUTE, 4 * MINUTE]


@pytest.mark.parametrize("error", [NotSent("refused"), Busy("answered 503")])
def test_after_fourteen_days_it_waits_for_a_person(error: DestinationError) -> None:
    last = decided(error, history(since=NOW - 14 * DAY + timedelta(seconds=1), failures=80))
    over = decided(error, history(since=NOW - 14 * DAY, failures=80))

    assert (last.state, last.job_status) == ("pending", "due")
    assert (over.state, over.job_status) == ("failed", "parked")
    assert over.reason == f"not delivered in 14 days: {error.reason}"


def test_an_unknown_one_is_repeated_after_two_eight_and_twenty_four_hours_and_then_parked() -> None:
    decisions = [decided(Unknown("cut"), history(repeats=count, doubt=count > 0)) for count in range(4)]

    assert [each.due_at - NOW for each in decisions[:3]] == [2 * HOUR, 8 * HOUR, 24 * HOUR]
    assert [each.job_status for each in decisions] == ["due", "due", "due", "parked"]
    assert [each.state for each in decisions] == ["unknown"] * 4
    assert [each.repeats for each in decisions] == [1, 2, 3, 3]


def test_without_a_time_to_resend_an_unknown_one_waits_for_a_person() -> None:
    decision = decided(Unknown("cut"), rules=replace(RULES, unknown_resend=timedelta()))

    assert (decision.state, decision.job_status, decision.repeats) == ("unknown", "parked", 0)


@pytest.mark.parametrize(
    "happened",
    [NotSent("refused"), Busy("answered 503"), CredentialsRefused("answered 401"), Misconfigured("answered 404")],
)
def test_what_may_have_arrived_stays_unknown_whatever_is_refused_later(happened: DestinationError) -> None:
    assert decided(happened, history(doubt=True)).state == "unknown"
    assert decided(happened, history(doubt=False)).state == "pending"


@pytest.mark.parametrize(("header", "pause"), [("120", 2 * MINUTE), ("3600", HOUR), ("10", MINUTE), ("0", MINUTE)])
def test_retry_after_is_obeyed_and_shortens_no_pause(header: str, pause: timedelta) -> None:
    assert answered(503, Retry_After=header).due_at - NOW == pause


def test_retry_after_as_a_date_is_obeyed() -> None:
    assert answered(429, Retry_After="Mon, 04 May 2026 13:30:00 GMT").due_at - NOW == 90 * MINUTE


def test_retry_after_holds_for_every_referral_of_the_destination() -> None:
    assert answered(503, Retry_After="600").remember["broken_until"] == NOW + 10 * MINUTE
    assert "broken_until" not in answered(503).remember


def test_the_breaker_opens_at_the_third_call_in_a_row_that_was_not_sent() -> None:
    remembered = [
        decided(NotSent("refused"), history(standing=replace(FRESH, not_sent_in_a_row=count))).remember
        for count in range(4)
    ]

    assert [each.get("broken_until") for each in remembered] == [None, None, NOW + MINUTE, NOW + MINUTE]
    assert [each["not_sent_in_a_row"] for each in remembered] == [1, 2, 3, 4]


@pytest.mark.parametrize("happened", [Busy("answered 503"), Unknown("cut"), Rejected("answered 400")])
def test_whatever_was_sent_ends_the_row_of_the_breaker(happened: DestinationError) -> None:
    decision = decided(happened, history(standing=replace(FRESH, not_sent_in_a_row=2)))

    assert decision.remember["not_sent_in_a_row"] == 0


def test_a_delivery_closes_the_breaker_and_ends_the_row_of_rejections() -> None:
    broken = Standing(
        "riverside",
        broken_until=NOW,
        not_sent_in_a_row=5,
        rejected_in_a_row=2,
        misconfigured_in_a_row=4,
        last_rejected="RG-0000-0000",
    )

    remembered = decided(Receipt(200, "200 empty", b""), history(standing=broken)).remember

    closed = replace(broken, **remembered)  # type: ignore[arg-type]
    assert closed == Standing("riverside", shape="200 empty", asked_about=REFERENCE, asked_at=NOW)


def rejected_in_turn(references: Sequence[str]) -> list[bool]:
    """Reject one after the other, and tell after which the destination is paused."""
    standing, paused = FRESH, []
    for reference in references:
        remembered = decided(Rejected("answered 400"), history(standing=standing, reference=reference)).remember
        standing = replace(standing, **remembered)  # type: ignore[arg-type]
        paused.append(standing.paused_at is not None)
    return paused


def test_three_different_referrals_rejected_in_a_row_pause_the_destination() -> None:
    assert rejected_in_turn(["RG-1", "RG-2", "RG-3"]) == [False, False, True]


def test_one_referral_rejected_three_times_does_not_pause_the_destination() -> None:
    assert rejected_in_turn(["RG-1", "RG-1", "RG-1", "RG-2"]) == [False, False, False, False]


def test_two_referrals_rejected_by_turns_do_not_pause_the_destination() -> None:
    assert rejected_in_turn(["RG-1", "RG-2", "RG-1", "RG-2", "RG-3"]) == [False, False, False, False, True]


def test_the_row_of_rejections_fits_its_column_however_many_were_under_way() -> None:
    standing = FRESH
    for number in range(12):
        past = history(standing=standing, reference=f"RG-0000-{number:04}")
        standing = replace(standing, **decided(Rejected("answered 400"), past).remember)

    assert len(standing.last_rejected or "") <= 64
    assert standing.paused_at == NOW


def test_a_pause_for_rejections_waits_for_a_person() -> None:
    standing = replace(FRESH, rejected_in_a_row=2, last_rejected="RG-1,RG-2")
    decision = decided(Rejected("answered 400"), history(standing=standing))

    assert decision.remember["probe_at"] is None
    assert decision.remember["pause_reason"] == "3 referrals rejected in a row"
    assert decision.state == "failed"


def test_a_pause_for_rejections_leaves_the_pause_of_a_person_as_it_is() -> None:
    standing = replace(FRESH, last_rejected="RG-1,RG-2", paused_at=NOW - HOUR, pause_reason="paused by a person")

    assert "pause_reason" not in decided(Rejected("answered 400"), history(standing=standing)).remember


def test_the_first_acceptance_asks_a_person_and_those_that_follow_do_not() -> None:
    first = decided(Receipt(200, "200 empty", b"")).remember
    asked = replace(FRESH, **first)

    assert (asked.asked_about, asked.asked_at) == (REFERENCE, NOW)
    assert "asked_about" not in decided(Receipt(200, "200 empty", b""), history(standing=asked)).remember
    assert "asked_about" not in decided(Receipt(200, PROVEN.shape or "", b""), history(standing=PROVEN)).remember


def paused_in_turn(error: DestinationError, times: int, standing: Standing = FRESH) -> list[timedelta]:
    """Pause again after every good probe, and give the time to the next one."""
    waits = []
    for _ in range(times):
        standing = replace(standing, **decided(error, history(standing=standing)).remember)
        waits.append((standing.probe_at or NOW) - NOW)
        assert probe_after(standing, RULES) == waits[-1]  # a probe that fails comes back as late
        standing = replace(standing, paused_at=None, pause_reason=None, probe_at=None, broken_until=NOW)
    return waits


def test_a_pause_that_comes_back_after_a_good_probe_is_probed_later_each_time_up_to_a_limit() -> None:
    minutes = [5, 10, 20, 40, 80, 160, 240, 240]

    assert paused_in_turn(Misconfigured("answered 404"), 8) == [count * MINUTE for count in minutes]


def test_refused_keys_are_probed_as_often_as_ever() -> None:
    wrong_place_before = replace(FRESH, misconfigured_in_a_row=7)

    assert paused_in_turn(CredentialsRefused("answered 401"), 4, wrong_place_before) == [5 * MINUTE] * 4


@pytest.mark.parametrize(
    ("error", "pause", "remembered"),
    [
        (NotSent("refused"), 8 * MINUTE, {"not_sent_in_a_row"}),
        (Busy("answered 503", retry_after=HOUR), HOUR, {"not_sent_in_a_row", "broken_until"}),
        (Unknown("cut"), 8 * MINUTE, set()),
        (Rejected("answered 400"), 8 * MINUTE, set()),
        (Misconfigured("answered 404"), 8 * MINUTE, set()),
        (CredentialsRefused("answered 401"), timedelta(), set(decided(CredentialsRefused("x")).remember)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_look_that_fails_comes_back_without_burning_a_repeat(
    error: DestinationError, pause: timedelta, remembered: set[str]
) -> None:
    decision = put_off(error, history(failures=3, repeats=2, doubt=True), RULES, now=NOW, chance=1)

    assert (decision.state, decision.job_status, decision.repeats) == ("unknown", "due", 2)
    assert decision.due_at - NOW == pause
    assert set(decision.remember) == remembered


def test_what_could_not_be_looked_for_in_fourteen_days_waits_for_a_person() -> None:
    past = history(failures=80, doubt=True, since=NOW - 14 * DAY)
    decision = put_off(Unknown("x" * 500), past, RULES, now=NOW, chance=1)

    assert (decision.state, decision.job_status) == ("unknown", "parked")
    assert len(decision.reason or "") <= 200


def test_a_pause_of_our_keys_burns_no_try() -> None:
    decision = decided(CredentialsRefused("answered 401"), history(failures=3, repeats=1))

    assert (decision.failures, decision.repeats) == (3, 1)


def test_a_call_that_was_under_way_does_not_lift_the_pause_of_a_person() -> None:
    by_hand = replace(FRESH, paused_at=NOW, pause_reason="paused by a person")

    remembered = decided(CredentialsRefused("answered 401"), history(standing=by_hand)).remember

    assert replace(by_hand, **remembered).probe_at is None  # type: ignore[arg-type]


def test_what_a_repeat_would_not_make_clearer_waits_for_a_person_at_once() -> None:
    decision = decided(Unknown("accepted it, and nobody can tell", for_a_person=True))

    assert summary(decision) == ("unknown", "parked", timedelta(), False, None)
    assert decision.repeats == 0


def test_a_step_is_done_and_the_referral_waits_for_the_next_one() -> None:
    decision = decided(Receipt(201, "201 json number", b"17", record="17"), replace(history(), following="referral"))

    assert summary(decision) == ("pending", "done", timedelta(), False, None)
    assert (decision.outcome, decision.reason) == (Outcome.DELIVERED, "next step: referral")
    assert "asked_about" not in decision.remember


def test_an_answer_whose_record_is_known_is_not_judged_by_its_shape_nor_gives_one() -> None:
    told = Receipt(201, "201 json number", b"17", record="17")

    assert summary(decided(told, history(standing=PROVEN))) == DELIVERED
    assert "shape" not in decided(told).remember
