"""What staff are told: which matters are open, in words that name references and commands, and nobody's answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, insert, select, update

from gateway.delivery.alert_words import WORDS
from gateway.delivery.key_watch import KeyWatch
from gateway.delivery.matters import Watched, counts
from gateway.delivery.telling import MOST_A_DAY, MOST_AN_HOUR, NAMED, Telling
from gateway.keys import KeyRing, new_key
from gateway.notices.composing import compose
from gateway.remedies import what_to_do
from gateway.store import alerts, audit, chores, destinations, mails, tables, trail
from gateway.store.alerts import Matter
from gateway.store.database import Database
from gateway.store.mails import Mail
from gateway.titles import TITLES

from ..store.making import NOW, begin, claim, finish, rows, send, state_of
from ..store.test_settling import UNKNOWN
from ..store.test_watching import leave, put
from .conftest import HOUR, MINUTE

DAY = timedelta(days=1)
STAFF = "referrals@riverside.example"
CONSOLE = "https://refer.example.org/staff/riverside/"
RIVERSIDE = Watched("Riverside Carers", emails=(STAFF,), console=CONSOLE)


class Office:
    """The telling of one organisation, and the mails that it wrote."""

    def __init__(self, database: Database, ring: KeyRing) -> None:
        self.database, self.ring, self.now = database, ring, NOW
        self.watched = {"riverside": RIVERSIDE}
        self.by_mail = True
        self.always = True

    def tell(self, after: timedelta = MINUTE, *, silently: bool = False) -> None:
        self.now += after
        if alerts.last_watch(self.database) and not silently:
            alerts.watch(self.database, self.now - MINUTE)
        Telling(self.database, self.ring, self.watched, by_mail=self.by_mail, always=self.always)(self.now)

    @property
    def mails(self) -> list[Mail]:
        table = tables.mails
        found = [
            mails.load(self.database, self.ring, row.id)
            for row in rows(self.database, select(table.c.id).order_by(table.c.created_at, table.c.id))
        ]
        return [each for each in found if each is not None]

    @property
    def kinds(self) -> list[str]:
        return [each.kind for each in self.mails]

    def text(self, mail: Mail) -> str:
        message = compose(
            mail.kind, language=mail.language, facts=mail.facts, sender="refer@example.org", recipient=mail.recipient,
            message_id="a", now=NOW,
        )  # fmt: skip
        part = message.get_body(("plain",))
        assert part is not None
        return f"{message['Subject']}\n{part.get_content()}"

    def counts(self) -> Mapping[Matter, int]:
        return counts(self.database, self.watched, alerts.told(self.database), self.now).get("riverside", {})


@pytest.fixture
def office(database: Database, ring: KeyRing) -> Office:
    """Somebody who is told, with a clock of their own."""
    return Office(database, ring)


def stand(database: Database, **values: object) -> None:
    with database.write() as connection:
        destinations.remember(connection, "riverside", **values)


def test_a_failure_is_told_at_once_with_reference_reason_and_command(
    office: Office, database: Database, ring: KeyRing
) -> None:
    reference = put(database, ring, "failed", reason="rejected: the destination answered 422")

    office.tell()

    (mail,) = office.mails
    assert (mail.kind, mail.recipient, mail.organisation) == ("alert", STAFF, "riverside")
    text = office.text(mail)
    assert text.startswith("Referral gateway: 1 to look at\n")
    assert f"{reference}  failed, from 4 May 2026, 12:00 UTC: rejected: the destination answered 422" in text
    assert what_to_do(reference, "failed", "rejected: the destination answered 422") in text
    assert "flask referrals list --organisation riverside --state failed" in text
    assert CONSOLE in text
    assert "Testperson" not in text


def test_the_head_of_the_trail_comes_with_the_digest_alone(office: Office, database: Database, ring: KeyRing) -> None:
    audit.note(database, actor="nobody", action="look", detail="", now=NOW)
    head = trail.advance(database, NOW + DAY)
    assert head is not None
    put(database, ring, "failed")

    office.tell()
    office.tell(DAY)

    alert, digest = office.mails
    assert alert.facts["trail"] is None
    assert digest.facts["trail"] == {"entries": 1, "digest": head.digest}
    assert head.digest in office.text(digest)


def test_ten_more_make_no_mail_until_the_digest_and_the_end_makes_one(
    office: Office, database: Database, ring: KeyRing
) -> None:
    put(database, ring, "failed")
    office.tell()
    for _ in range(10 + NAMED):
        put(database, ring, "failed")
    office.tell()
    assert office.kinds == ["alert"]

    office.tell(DAY)
    digest = office.text(office.mails[-1])
    assert "21 referrals failed" in digest
    assert digest.count("RG-") == NAMED
    assert f"and {21 - NAMED} more" in digest
    assert digest.count(what_to_do("REFERENCE", "failed")) == 1

    with database.write() as connection:
        connection.execute(update(tables.referrals).values(state="closed"))
    office.tell()
    office.tell()

    assert office.kinds == ["alert", "digest", "well"]
    assert alerts.told(database) == {}


def test_everybody_who_is_named_is_told(office: Office, database: Database, ring: KeyRing) -> None:
    office.watched["riverside"] = replace(RIVERSIDE, emails=(STAFF, "manager@riverside.example"))
    put(database, ring, "held")

    office.tell()

    assert {each.recipient for each in office.mails} == {STAFF, "manager@riverside.example"}


def test_what_comes_and_goes_writes_only_so_many_mails(office: Office, database: Database, ring: KeyRing) -> None:
    put(database, ring, "held")
    for number in range(20):
        with database.write() as connection:
            connection.execute(update(tables.referrals).values(state="closed" if number % 2 else "held"))
        office.tell()
    assert len(office.mails) == MOST_AN_HOUR

    for number in range(200):
        with database.write() as connection:
            connection.execute(update(tables.referrals).values(state="closed" if number % 2 else "held"))
        office.tell(7 * MINUTE)

    lately = rows(database, select(tables.mails).where(tables.mails.c.created_at > office.now - DAY))
    assert len(lately) == MOST_A_DAY


def test_many_organisations_that_name_one_person_are_all_told_at_once(
    office: Office, database: Database, ring: KeyRing
) -> None:
    slugs = [f"charity-{number}" for number in range(2 * MOST_AN_HOUR)]
    office.watched = dict.fromkeys(slugs, RIVERSIDE)
    for slug in slugs:
        put(database, ring, "failed", organisation=slug)

    office.tell()

    assert sorted(each.organisation for each in office.mails) == slugs


@pytest.mark.parametrize("way", ["mail is off", "nobody is named", "the organisation is gone"])
def test_where_nobody_can_be_told_the_log_says_so_once(
    office: Office, database: Database, ring: KeyRing, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    put(database, ring, "failed")
    office.by_mail = way != "mail is off"
    office.watched = {} if way.endswith("gone") else {"riverside": replace(RIVERSIDE, emails=())}
    if way == "mail is off":
        office.watched = {"riverside": RIVERSIDE}

    office.tell()
    office.tell()

    assert office.mails == []
    assert caplog.text.count("nobody is told organisation=riverside matter=failed count=1") == 1


def test_a_pause_is_told_with_its_reason(office: Office, database: Database) -> None:
    stand(database, paused_at=NOW, pause_reason="our keys were refused", probe_at=NOW)

    office.tell()

    text = office.text(office.mails[0])
    assert "since 4 May 2026, 12:00 UTC: our keys were refused" in text
    assert "flask destinations resume riverside" in text


def test_one_call_after_a_pause_is_not_its_end(office: Office, database: Database) -> None:
    stand(database, paused_at=NOW, pause_reason="the destination answered 404", misconfigured_in_a_row=1)
    office.tell()

    stand(database, paused_at=None, broken_until=NOW)
    office.tell()
    assert office.kinds == ["alert"]

    stand(database, misconfigured_in_a_row=0, broken_until=None)
    office.tell()
    assert office.kinds == ["alert", "well"]


def test_the_first_acceptance_asks_for_a_yes(office: Office, database: Database) -> None:
    stand(database, asked_about="RG-7K3F-9Q2M", asked_at=NOW)

    office.tell()
    assert "RG-7K3F-9Q2M" in office.text(office.mails[0])

    stand(database, proven_at=NOW)
    assert office.counts() == {}


@pytest.mark.parametrize(
    ("hours", "state", "expected"),
    [
        (3, "pending", {}),
        (5, "pending", {Matter.LATE: 1}),
        (5, "delivered", {}),
        (80 * 24, "failed", {Matter.FAILED: 1, Matter.EXPIRING: 1}),
        (80 * 24, "closed", {}),
        (91 * 24, "unknown", {Matter.UNKNOWN: 1, Matter.OVERDUE: 1}),
        (91 * 24, "pending", {Matter.LATE: 1, Matter.OVERDUE: 1}),
        (1, "held", {Matter.HELD: 1}),
    ],
)
def test_what_waits_rises_from_late_to_overdue(
    office: Office, database: Database, ring: KeyRing, hours: int, state: str, expected: Mapping[Matter, int]
) -> None:
    put(database, ring, state, hours=hours)

    assert office.counts() == expected


def test_a_short_time_to_keep_warns_half_way(office: Office, database: Database, ring: KeyRing) -> None:
    office.watched["riverside"] = replace(RIVERSIDE, undelivered_for=10 * DAY)
    put(database, ring, "failed", hours=6 * 24)

    assert office.counts()[Matter.EXPIRING] == 1


def test_where_the_destination_can_be_asked_an_unknown_is_told_when_that_did_not_help(
    office: Office, database: Database, ring: KeyRing
) -> None:
    office.watched["riverside"] = replace(RIVERSIDE, settles_within=3 * HOUR)
    tried = send(database, ring)
    (job,) = claim(database)
    finish(database, job, begin(database, ring, job), UNKNOWN)
    assert (state_of(database, tried), office.counts()) == ("unknown", {})

    office.now += 4 * HOUR

    assert office.counts()[Matter.UNKNOWN] == 1


@pytest.mark.parametrize(
    ("kind", "status", "hours", "expected"),
    [
        ("mail", "parked", 99, {}),
        ("mail", "due", 99, {}),
        ("scan", "due", 3, {}),
        ("scan", "due", 5, {Matter.FILES: 1}),
        ("scan", "leased", 5, {Matter.FILES: 1}),
        ("upload", "parked", 0, {Matter.FILES: 1}),
        ("import", "due", 4 * 24, {}),
        ("import", "due", 6 * 24, {Matter.NOT_IMPORTED: 1}),
    ],
)
def test_files_and_imports_that_do_not_come_along_are_told(
    office: Office, database: Database, kind: str, status: str, hours: int, expected: Mapping[Matter, int]
) -> None:
    leave(database, kind, status=status, hours=hours)

    assert office.counts() == expected


def test_what_nobody_has_imported_is_named(office: Office, database: Database) -> None:
    leave(database, "import", hours=6 * 24)
    leave(database, "import", hours=1)

    office.tell()

    text = office.text(office.mails[0])
    assert "1 referral was delivered and not imported" in text
    assert "importdue144riverside  delivered, from 28 April 2026, 12:00 UTC" in text
    assert "importdue1riverside" not in text


def test_a_closed_organisation_hears_of_its_own_mistakes(office: Office) -> None:
    office.watched["riverside"] = replace(RIVERSIDE, problems=2)

    office.tell()

    assert "2 mistakes to correct" in office.text(office.mails[0])
    assert "flask forms check" in office.text(office.mails[0])


def test_a_silence_is_told_when_it_is_over_and_only_once(office: Office) -> None:
    office.tell()
    office.tell(29 * MINUTE, silently=True)
    assert office.mails == []

    office.tell(3 * HOUR, silently=True)
    office.tell()

    assert office.kinds == ["alert"]
    assert "For 180 minutes no worker was running" in office.text(office.mails[0])


def test_a_worker_that_runs_now_and_then_is_silent_by_intention(office: Office) -> None:
    office.always = False
    office.tell()
    office.tell(3 * HOUR, silently=True)

    assert office.mails == []


def test_a_file_of_what_was_closed_is_no_matter(office: Office, database: Database, ring: KeyRing) -> None:
    reference = put(database, ring, "closed", hours=6 * 24)
    with database.write() as connection:
        connection.execute(insert(tables.instances).values(hash="i", created_at=NOW))
        row = {"id": "f", "instance": "i", "reference": reference, "state": "waiting", "complete": True, "size": 1}
        connection.execute(insert(tables.files).values(**row, created_at=NOW - 6 * DAY))

    assert office.counts() == {}


@pytest.mark.parametrize(
    ("state", "hours", "errand", "expected"),
    [
        ("waiting", 4 * 24, None, {}),
        ("waiting", 6 * 24, None, {Matter.FILES: 1}),
        ("waiting", 6 * 24, "upload", {}),
        ("waiting", 6 * 24, "import", {}),
        ("clean", 6 * 24, None, {}),
    ],
)
def test_a_file_that_nothing_moves_on_waits_for_a_person(
    office: Office, database: Database, ring: KeyRing, state: str, hours: int, errand: str | None,
    expected: Mapping[Matter, int],
) -> None:  # fmt: skip
    reference = put(database, ring, "delivered", hours=hours)
    with database.write() as connection:
        connection.execute(insert(tables.instances).values(hash="i", created_at=NOW))
        row = {"id": "f", "instance": "i", "reference": reference, "state": state, "complete": True, "size": 1}
        connection.execute(insert(tables.files).values(**row, created_at=NOW - hours * HOUR))
        if errand:
            item = "f" if errand == "upload" else reference
            chores.add(connection, kind=errand, item=item, organisation="riverside", now=NOW)

    assert office.counts() == expected
    if expected:
        office.tell()
        assert reference in office.text(office.mails[0])


def test_a_key_that_is_gone_and_one_that_is_needed_still_are_told(
    office: Office, database: Database, ring: KeyRing
) -> None:
    old, first = new_key(), new_key()
    put(database, KeyRing(old), "delivered")
    put(database, KeyRing(new_key()), "delivered")
    put(database, KeyRing(first), "delivered")

    KeyWatch(database, KeyRing(f"{first},{old}"))(NOW)
    assert office.counts() == {Matter.KEYS_OLD: 1, Matter.KEYS_MISSING: 1}
    office.tell()
    assert "sealed with an old key still" in office.text(office.mails[0])

    with database.write() as connection:
        connection.execute(update(tables.referrals).values(sealed=None))
    KeyWatch(database, KeyRing(f"{first},{old}"))(NOW)
    office.tell()

    assert office.kinds == ["alert", "well"]


def test_with_other_keys_it_is_looked_at_once(database: Database) -> None:
    one, other = new_key(), new_key()

    assert KeyWatch(database, KeyRing(one)).name != KeyWatch(database, KeyRing(f"{other},{one}")).name


def test_a_worker_that_is_overtaken_writes_no_second_mail(
    office: Office, database: Database, ring: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, ring, "failed")
    both = alerts.told(database)
    office.tell()
    monkeypatch.setattr(alerts, "told", lambda _: both)  # what this one had read before the other wrote

    office.tell()

    assert office.kinds == ["alert"]


def test_a_worker_that_dies_between_mail_and_memory_leaves_neither(
    office: Office, database: Database, ring: KeyRing
) -> None:
    def die(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("INSERT INTO jobs"):
            raise RuntimeError("the worker ends here")

    put(database, ring, "failed")
    event.listen(database.engine, "before_cursor_execute", die)
    with pytest.raises(RuntimeError, match="ends here"):
        office.tell()
    event.remove(database.engine, "before_cursor_execute", die)
    assert (office.mails, alerts.told(database)) == ([], {})

    office.tell()

    assert office.kinds == ["alert"]


def test_every_matter_has_words_and_its_command_is_whole() -> None:
    assert set(WORDS) == set(TITLES) == set(Matter)
    for words in WORDS.values():
        assert all("{" not in each.format(organisation="o", reference="r") for each in words.commands)
