"""What needs a person at one organisation: counted to a bound, the oldest first, and nothing of another one."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from gateway.keys import KeyRing
from gateway.store import attention, retrying, tables
from gateway.store.alerts import Matter
from gateway.store.attention import Group
from gateway.store.database import Database
from gateway.store.retrying import Wanted
from gateway.store.states import ReferralState

from .making import NOW, send, state_of
from .test_watching import HOUR, put

DAY = timedelta(days=1)


def found(database: Database, organisation: str = "riverside") -> dict[Matter, Group]:
    """What needs a person now: late after four hours, not imported after five days."""
    return attention.groups(database, organisation, late_before=NOW - 4 * HOUR, not_imported_before=NOW - 5 * DAY)


def named(group: Group) -> list[str]:
    """The references of a group."""
    return [each.reference for each in group.oldest]


def look(
    database: Database, reference: str, *, days: int, status: str = "due", organisation: str = "riverside"
) -> None:
    """Let the import of a referral be looked for since so many days."""
    values = {"organisation": organisation, "kind": "import", "item": reference, "reference": reference}
    with database.write() as connection:
        times = {"due_at": NOW, "since": NOW - days * DAY}
        connection.execute(insert(tables.jobs).values(**values, position=0, status=status, **times))


def keep_file(database: Database, reference: str, state: str, *, hours: int) -> None:
    """Let a referral have a file that came so many hours ago."""
    values = {"id": f"{reference}{state}", "instance": reference.ljust(64, "0"), "reference": reference}
    with database.write() as connection:
        change = {"state": state, "complete": True, "size": 1, "created_at": NOW - hours * HOUR}
        connection.execute(insert(tables.files).values(**values, **change))


def test_each_kind_has_its_count_and_its_oldest(database: Database, ring: KeyRing) -> None:
    failed = [put(database, ring, "failed", hours=hours) for hours in (3, 1, 2)]
    late, waits = put(database, ring, "sending", hours=5), put(database, ring, "pending", hours=6)
    put(database, ring, "pending", hours=1)
    put(database, ring, "unknown", organisation="hilltop")
    put(database, ring, "delivered", hours=99)

    groups = found(database)

    assert {matter: group.count for matter, group in groups.items()} == {Matter.FAILED: 3, Matter.LATE: 2}
    assert named(groups[Matter.FAILED]) == [failed[0], failed[2], failed[1]]
    assert named(groups[Matter.LATE]) == [waits, late]
    assert set(found(database, "hilltop")) == {Matter.UNKNOWN}
    assert attention.on_the_way(database, "riverside") == 3


def test_what_was_staged_long_ago_and_not_imported_is_named(database: Database, ring: KeyRing) -> None:
    long_ago, given_up, new, theirs = (put(database, ring, "delivered", hours=hours) for hours in (1, 2, 3, 4))
    look(database, long_ago, days=6)
    look(database, given_up, days=1, status="parked")
    look(database, new, days=1)
    look(database, theirs, days=9, organisation="hilltop")

    group = found(database)[Matter.NOT_IMPORTED]

    assert named(group) == [long_ago, given_up]
    assert group.oldest[0].created_at == NOW - 6 * DAY


def test_a_referral_whose_files_wait_is_named_once(database: Database, ring: KeyRing) -> None:
    waits, failed, new, attached = (put(database, ring, "delivered") for _ in range(4))
    for state in ("waiting", "quarantined"):
        keep_file(database, waits, state, hours=9)
    keep_file(database, failed, "failed", hours=1)
    keep_file(database, new, "waiting", hours=1)
    keep_file(database, attached, "attached", hours=9)

    group = found(database)[Matter.FILES]

    assert group.count == 2
    assert set(named(group)) == {waits, failed}


def test_what_is_much_is_counted_to_a_bound(database: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "AT_MOST", 3)
    for hours in range(5):
        put(database, ring, "held", hours=hours)
        put(database, ring, "pending", hours=9)

    groups = found(database)

    assert (groups[Matter.HELD].count, groups[Matter.HELD].more) == (3, True)
    assert (groups[Matter.LATE].count, groups[Matter.LATE].more) == (3, True)


def test_what_would_be_sent_again_is_what_stood_still_at_that_time(database: Database, ring: KeyRing) -> None:
    old, new = put(database, ring, "failed", hours=3), put(database, ring, "unknown", hours=2)
    after = put(database, ring, "failed", hours=1, updated_at=NOW + HOUR)
    put(database, ring, "failed", purged_at=NOW)
    put(database, ring, "failed", organisation="hilltop")
    put(database, ring, "held")

    preview = retrying.preview(database, Wanted("riverside", at=NOW))

    assert preview.again == {ReferralState.UNKNOWN: 1, ReferralState.FAILED: 1}
    assert (preview.count, preview.more, preview.stays[ReferralState.HELD]) == (2, False, 1)
    assert set(retrying.oldest(database, Wanted("riverside", at=NOW), 9)) == {old, new}
    assert retrying.oldest(database, Wanted("riverside", since=NOW - HOUR, before=NOW), 9) == [after]
    assert retrying.oldest(database, Wanted("riverside", form="other"), 9) == []


def test_what_has_moved_meanwhile_is_not_sent_again(database: Database, ring: KeyRing) -> None:
    stuck, moved = put(database, ring, "failed"), send(database, ring)
    with database.write() as connection:
        mine = tables.referrals.c.reference == moved
        connection.execute(update(tables.referrals).where(mine).values(state="delivered"))

    assert retrying.send(database, [stuck, moved], actor="somebody", now=NOW) == {stuck}
    assert state_of(database, moved) == "delivered"
