"""Each state from a cold start: somebody who has only the console understands it, and brings it to its end."""

import io
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from gateway.identity.roles import Role
from gateway.keys import KeyRing
from gateway.ledger import Event, Ledger
from gateway.referral import Referral
from gateway.remedies import BY_ITSELF, NO_MORE, remedy
from gateway.store import accounts, destinations, referrals, tables
from gateway.store.database import Database
from gateway.store.reasons import CANNOT_BE_COMPOSED, OTHER_SHAPE, REJECTED, TOO_LATE
from gateway.store.states import FileState, ReferralState
from gateway.web.staff.words import BUTTONS

from ...store.keeping import ended, files_are
from ...store.making import NOW, job_of, rows, state_of
from .conftest import As
from .desk import Desk
from .sent import LETTER, a_sent

ANSWER = "Zebedee-Canary-7731"  # what the destination answered
FORM = "/staff/riverside/referrals"
CORRECT = "Open the answers to correct them"


@pytest.fixture
def sent(app: Flask, database: Database) -> Referral:
    """A referral whose letter is clean."""
    return a_sent(app, database)


def stand(database: Database, reference: str, state: str, reason: str | None = None, job: str = "parked") -> None:
    """Let a referral stand in a state, as the worker leaves it."""
    ended(database, reference, state)
    with database.write() as connection:
        theirs = tables.referrals.c.reference == reference
        connection.execute(update(tables.referrals).where(theirs).values(reason=reason))
        mine = (tables.jobs.c.reference == reference, tables.jobs.c.item.is_(None))
        connection.execute(update(tables.jobs).where(*mine).values(status=job))


def at(signed_in: As, sent: Referral, role: Role = Role.OPERATOR) -> Desk:
    """Sit down before the page of a referral."""
    return Desk(signed_in(role), f"{FORM}/{sent.reference}")


def kept(database: Database, ring: KeyRing, sent: Referral) -> dict[str, str]:
    """What a referral says of its main person, in words."""
    with database.read() as connection:
        found = referrals.opened(connection, ring, sent.reference)
    assert found is not None
    return {answer.name: answer.shown for answer in found.people[0].answers}


def audited(database: Database) -> list[str]:
    """The actions that were written down."""
    return [row.action for row in rows(database, select(tables.audit).order_by(tables.audit.c.id))]


def test_one_that_is_held_is_let_through(signed_in: As, database: Database, sent: Referral) -> None:
    stand(database, sent.reference, "held", "it came very fast")
    desk = at(signed_in, sent)
    assert "it may be spam" in desk.text or "looks like spam" in desk.text

    desk.follow("Let it through")
    desk.press("Let it through")

    assert "It is on its way now." in desk.text
    assert (state_of(database, sent.reference), job_of(database, sent.reference).status) == ("pending", "due")


def test_spam_is_ended(signed_in: As, database: Database, sent: Referral) -> None:
    stand(database, sent.reference, "held")
    desk = at(signed_in, sent)

    desk.follow("End it")
    desk.press("End it")

    assert "It is ended." in desk.text
    assert (state_of(database, sent.reference), job_of(database, sent.reference).status) == ("closed", "done")


def test_one_that_waits_needs_nobody_and_can_be_carried_by_hand(
    signed_in: As, database: Database, sent: Referral
) -> None:
    stand(database, sent.reference, "pending", job="due")
    desk = at(signed_in, sent)
    assert "Nothing: it is sent by itself." in desk.text
    assert "Its next try is due at" in desk.text

    desk.press("Show a page to print")
    assert "Maia" in desk.text
    desk.follow("Delivered by hand")
    assert "Have you carried it over by hand?" in desk.text
    desk.press("Delivered by hand")

    assert state_of(database, sent.reference) == "closed"
    assert audited(database) == ["print", "settle closed"]


def test_one_that_is_being_sent_is_left_alone(signed_in: As, database: Database, sent: Referral) -> None:
    desk = at(signed_in, sent)

    assert "Nothing: a worker is sending it." in desk.text
    assert not desk.buttons & {"Send it again", "End it", "It has arrived", "Delivered by hand", CORRECT}
    desk.open(f"{FORM}/{sent.reference}/settle/close")
    assert "Nothing was done" in desk.text


@pytest.mark.parametrize(
    ("state", "decision"), [("held", "End it"), ("failed", "Delivered by hand"), ("unknown", "It has arrived")]
)
def test_what_was_decided_by_mistake_is_opened_again_and_delivered(
    signed_in: As, database: Database, sent: Referral, state: str, decision: str
) -> None:
    stand(database, sent.reference, state)
    desk = at(signed_in, sent)
    desk.follow(decision)
    assert "Should that be a mistake, it can be opened again" in desk.text
    desk.press(decision)

    desk.follow("Open it again")
    desk.press("Open it again")
    assert "It is open again." in desk.text
    assert desk.first == "Send it again"
    desk.follow("Send it again")
    desk.press("Send it again")

    assert (state_of(database, sent.reference), job_of(database, sent.reference).status) == ("pending", "due")


def test_the_first_that_was_accepted_leads_to_the_question_whether_it_is_there(
    signed_in: As, database: Database, sent: Referral
) -> None:
    stand(database, sent.reference, "delivered", job="done")
    desk = at(signed_in, sent)
    assert "Say whether it is there" not in desk.buttons
    with database.write() as connection:
        destinations.remember(connection, "riverside", asked_about=sent.reference, asked_at=NOW)

    desk.open(f"{FORM}/{sent.reference}")

    assert desk.first == "Say whether it is there"
    assert "Nothing here." not in desk.text
    assert "Say whether it is there" not in at(signed_in, sent, Role.VIEWER).buttons


def test_what_waits_for_a_paused_destination_promises_no_time(
    signed_in: As, database: Database, sent: Referral
) -> None:
    stand(database, sent.reference, "pending", job="due")
    desk = at(signed_in, sent)
    assert "it is sent by itself" in desk.text
    with database.write() as connection:
        destinations.pause(connection, "riverside", reason="our keys were refused", now=NOW)

    desk.open(f"{FORM}/{sent.reference}")

    assert "it is sent by itself" not in desk.text
    assert "next try is due" not in desk.text


def test_one_that_may_have_arrived_is_looked_for_and_settled(signed_in: As, database: Database, sent: Referral) -> None:
    stand(database, sent.reference, "unknown", "may have arrived: no answer")
    desk = at(signed_in, sent)
    assert f"Look for {sent.reference} in the case-management system." in desk.text

    desk.follow("Send it again")
    assert f"Possible repeat of {sent.reference}" in desk.text
    desk.open(f"{FORM}/{sent.reference}")
    desk.follow("It has arrived")
    desk.press("It has arrived")

    assert (state_of(database, sent.reference), job_of(database, sent.reference).status) == ("delivered", "done")


def test_one_that_was_answered_in_a_new_way_is_settled_for_all_alike(
    signed_in: As, database: Database, sent: Referral
) -> None:
    stand(database, sent.reference, "unknown", f"may have arrived: {OTHER_SHAPE}")
    with database.write() as connection:
        connection.execute(update(tables.attempts).values(outcome="unknown", status=200, shape="a new shape"))
        destinations.remember(connection, "riverside", proven_at=NOW, shape="the old one")
    desk = at(signed_in, sent)

    desk.follow("I see it there, and all alike")
    desk.press("Yes, I see it there")

    assert "It counts as delivered" in desk.text
    assert state_of(database, sent.reference) == "delivered"
    assert destinations.standings(database)["riverside"].shape == "a new shape"


def test_every_step_of_every_remedy_has_its_button(signed_in: As, database: Database, sent: Referral) -> None:
    desk = at(signed_in, sent)
    reasons = [None, f"may have arrived: {OTHER_SHAPE}", f"{REJECTED}: 422", f"{TOO_LATE} 14 days", CANNOT_BE_COMPOSED]
    for state in ReferralState:
        for reason in reasons:
            stand(database, sent.reference, state, reason)
            desk.open(f"{FORM}/{sent.reference}")
            wanted = {BUTTONS[step.way] for step in remedy(sent.reference, state, reason).steps}
            assert wanted <= desk.buttons, (state, reason)


def test_it_is_told_whether_one_in_doubt_may_still_go_by_itself(
    signed_in: As, database: Database, sent: Referral
) -> None:
    stand(database, sent.reference, "unknown", "may have arrived: it is silent", job="due")
    desk = at(signed_in, sent)
    assert BY_ITSELF in desk.text
    assert NO_MORE not in desk.text

    stand(database, sent.reference, "unknown", "may have arrived: it is silent", job="parked")
    desk.open(f"{FORM}/{sent.reference}")

    assert NO_MORE in desk.text
    assert BY_ITSELF not in desk.text


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("failed", "rejected: 422", "Your case-management system refused what it was sent."),
        ("failed", f"{TOO_LATE} 14 days: refused", "It could not be delivered in 14 days."),
        ("failed", f"{CANNOT_BE_COMPOSED}: x", "It cannot be opened: its key is not there, or it was changed."),
        ("unknown", "may have arrived: no answer in time", "There was no clear answer."),
        ("unknown", f"may have arrived: {OTHER_SHAPE}", "It was answered in a way that was not seen before."),
        ("unknown", "may have arrived, and could not be looked for: x", "Nobody could tell whether it is there."),
    ],
)
def test_why_it_stands_there_is_said_in_plain_words_with_the_exact_ones_behind(
    signed_in: As, database: Database, sent: Referral, state: str, reason: str, words: str
) -> None:
    stand(database, sent.reference, state, reason)
    desk = at(signed_in, sent)

    assert words in desk.text
    assert f"In exact words {reason}" in " ".join(desk.text.split())
    for listed in ("/staff/riverside/", FORM):
        desk.open(listed)
        assert words in desk.text
        assert reason not in desk.text


def test_what_is_plain_already_is_said_once(signed_in: As, database: Database, sent: Referral) -> None:
    stand(database, sent.reference, "closed", "delivered by hand")
    desk = at(signed_in, sent)

    assert desk.text.count("delivered by hand") == 1
    assert "In exact words" not in desk.text


def test_one_that_was_rejected_is_understood_corrected_and_sent_again(
    signed_in: As, database: Database, ring: KeyRing, sent: Referral
) -> None:
    stand(database, sent.reference, "failed", "rejected: the destination answered 422")
    desk = at(signed_in, sent)
    assert "rejected: the destination answered 422" in desk.text

    desk.press("Show what the destination answered")
    assert ANSWER in desk.text
    desk.press(CORRECT)
    assert desk.typed["surname"] == ["Testperson"]
    assert desk.typed["description"] == ["I care for my brother.\nIt is a lot."]
    desk.press("Keep what I corrected", surname="z" * 200, first_name="Mira")
    assert desk.answer.status_code == 422
    assert "Last name must be 60 characters or fewer." in desk.text
    assert desk.typed["first_name"] == ["Mira"]
    assert set(audited(database)) == {"read answer", "open answers"}
    desk.press("Keep what I corrected", surname="Sample")
    assert "What you corrected is kept. Now send it again" in desk.text
    assert desk.first == "Send it again"
    assert "client.first_name, client.surname" in desk.text
    assert "Sample" not in desk.text
    desk.follow("Send it again")
    desk.press("Send it again")

    assert (state_of(database, sent.reference), job_of(database, sent.reference).status) == ("pending", "due")
    with database.read() as connection:
        found = referrals.opened(connection, ring, sent.reference)
    assert found is not None
    shown = {answer.name: answer.shown for answer in found.people[0].answers}
    assert (shown["first_name"], shown["surname"]) == ("Mira", "Sample")
    details = [row.detail for row in rows(database, select(tables.audit)) if row.action == "correct"]
    assert details == ["client.first_name, client.surname"]


def test_one_that_is_delivered_needs_nobody(signed_in: As, database: Database, sent: Referral) -> None:
    stand(database, sent.reference, "delivered", job="done")
    desk = at(signed_in, sent)

    assert "Nothing here." in desk.text
    assert not desk.buttons & {"Send it again", "End it", CORRECT}


def test_one_that_is_ended_needs_nobody(signed_in: As, database: Database, sent: Referral) -> None:
    stand(database, sent.reference, "closed", "closed by a person", job="done")
    desk = at(signed_in, sent)

    assert "Nothing: a person ended it." in desk.text
    assert not desk.buttons & {"Send it again", "End it", CORRECT}


def test_one_that_waits_for_a_paused_destination_says_so(signed_in: As, database: Database, sent: Referral) -> None:
    stand(database, sent.reference, "failed", "not delivered in 14 days: refused")
    with database.write() as connection:
        destinations.pause(connection, "riverside", reason="our keys were refused", now=NOW)
    desk = at(signed_in, sent)

    desk.follow("Send it again")
    assert "The destination is paused (our keys were refused): it waits until that goes on." in desk.text
    desk.press("Send it again")

    assert "The destination is paused (our keys were refused)" in desk.text
    assert state_of(database, sent.reference) == "pending"
    desk.follow("See what to do about it")
    desk.press("Let it go on")
    assert destinations.standings(database)["riverside"].paused_at is None
    desk.open(f"{FORM}/{sent.reference}")
    assert "paused" not in desk.text


@pytest.mark.parametrize("state", [FileState.WAITING, FileState.FAILED])
def test_a_file_that_waits_or_failed_is_sent_to_its_record(
    signed_in: As, database: Database, sent: Referral, state: FileState
) -> None:
    stand(database, sent.reference, "delivered", job="done")
    files_are(database, sent.reference, state)
    file = sent.files[0].id
    desk = at(signed_in, sent)

    assert "Nothing here." not in desk.text
    desk.follow("Give the numbers of records")
    assert "letter from" not in desk.text
    desk.press("Send the files there", **{file: "forty-two"})
    assert "is a whole number" in desk.text
    desk.press("Send the files there", **{file: "4711"})

    assert "The files go to their records now." in desk.text
    jobs = rows(database, select(tables.jobs).where(tables.jobs.c.kind == "upload"))
    assert [(job.item, job.result, job.status) for job in jobs] == [(file, "person 4711", "due")]
    assert audited(database) == ["attach files"]


def test_a_file_is_downloaded_and_never_shown(signed_in: As, database: Database, sent: Referral) -> None:
    desk = at(signed_in, sent)

    desk.press("Download file 1")

    assert desk.answer.data == LETTER
    headers = desk.answer.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == 'attachment; filename="letter from Dr Sample.pdf"'
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert audited(database) == ["open file"]


def test_a_file_that_no_scanner_has_seen_is_scanned_again_or_taken_after_a_warning(
    app: Flask, signed_in: As, database: Database
) -> None:
    sent = a_sent(app, database, clean=False)
    file = sent.files[0].id
    with database.write() as connection:
        connection.execute(update(tables.jobs).where(tables.jobs.c.kind == "scan").values(status="parked"))
    desk = at(signed_in, sent)
    assert "Download file 1" not in desk.buttons

    desk.press("Ask the scanner again about file 1")
    assert "looked at again" in desk.text
    (scan,) = rows(database, select(tables.jobs).where(tables.jobs.c.kind == "scan"))
    assert scan.status == "due"
    desk.follow("Take file 1 unchecked")
    assert "No virus scanner has looked at this file." in desk.text
    desk.press("Take it unchecked")
    assert desk.answer.data == LETTER
    desk.open(f"{FORM}/{sent.reference}")
    assert audited(database) == ["scan again", "open file"]

    files_are(database, sent.reference, FileState.REFUSED)
    desk.press("Ask the scanner again about file 1")
    assert "this file no longer waits for the virus scanner" in desk.text
    assert len(audited(database)) == 2
    assert "Refused, because it has a virus" in desk.text
    assert not desk.buttons & {"Download file 1", "Take file 1 unchecked"}
    assert file not in desk.answer.get_data(as_text=True)


def test_answers_are_opened_on_purpose_and_that_is_written_down_first(
    signed_in: As, database: Database, sent: Referral
) -> None:
    desk = at(signed_in, sent)
    assert "Testperson" not in desk.text

    desk.press("Show the answers")

    for words in ("Maia", "Testperson", "I care for my brother.", "letter from Dr Sample.pdf"):
        assert words in desk.text
    assert desk.answer.headers["Cache-Control"] == "no-store"
    (written,) = rows(database, select(tables.audit))
    assert (written.action, written.organisation, written.reference) == ("open answers", "riverside", sent.reference)
    desk.follow(f"Close the answers of {sent.reference}")
    assert "Opened the answers" in desk.text
    assert "operator@riverside.example" in desk.text


def test_what_the_destination_answered_is_plain_text(
    signed_in: As, database: Database, ring: KeyRing, sent: Referral
) -> None:
    stand(database, sent.reference, "failed", "rejected: the destination answered 422")
    (attempt,) = rows(database, select(tables.attempts))
    sealed = ring.seal(b"<script>alert(1)</script>", table="attempts", row=str(attempt.id), column="sealed")
    with database.write() as connection:
        connection.execute(update(tables.attempts).values(sealed=sealed))
    desk = at(signed_in, sent)

    desk.press("Show what the destination answered")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in desk.answer.get_data(as_text=True)


@pytest.mark.parametrize("decision", ["Send it again", "It has arrived"])
def test_what_has_moved_meanwhile_is_left_alone(
    signed_in: As, database: Database, sent: Referral, decision: str
) -> None:
    stand(database, sent.reference, "unknown")
    desk = at(signed_in, sent)
    desk.follow(decision)
    stand(database, sent.reference, "closed", job="done")

    desk.press(decision)

    assert desk.answer.status_code == 409
    assert "Nothing was done: meanwhile this referral has moved" in desk.text
    assert audited(database) == []


def test_choices_dates_and_what_is_taken_away_are_corrected_together(
    signed_in: As, database: Database, ring: KeyRing, sent: Referral
) -> None:
    stand(database, sent.reference, "pending", job="due")
    desk = at(signed_in, sent)
    desk.open(f"{FORM}/{sent.reference}/correct")
    assert "Testperson" not in desk.text
    assert audited(database) == []
    desk.press(CORRECT)

    desk.press("Keep what I corrected")
    assert "Nothing was corrected" in desk.text
    chosen = {"date_of_birth-day": "27", "date_of_birth-month": "3", "date_of_birth-year": "1990"}
    wishes = {"wishes": ["Somebody to talk to", "Something else"], "wishes-text-8": "A dog"}
    desk.press("Keep what I corrected", **chosen, **wishes, say_who="N")

    assert "What you corrected is kept. Its next try takes it along." in desk.text
    assert "Corrected once" in desk.text
    assert (
        kept(database, ring, sent).items()
        >= {
            "date_of_birth": "27 March 1990",
            "wishes": "Somebody to talk to, Something else: A dog",
            "say_who": "No",
        }.items()
    )
    desk.open(f"{FORM}/{sent.reference}/correct")
    desk.press(CORRECT)
    assert desk.typed["wishes-text-8"] == ["A dog"]
    nothing = {"date_of_birth-day": "", "date_of_birth-month": "", "date_of_birth-year": ""}
    desk.press("Keep what I corrected", **nothing, **{"say_who-taken": "Y", "wishes-text-8": "A cat"})
    assert kept(database, ring, sent)["wishes"] == "Somebody to talk to, Something else: A cat"
    assert not kept(database, ring, sent).keys() & {"date_of_birth", "say_who"}


def test_what_the_destination_said_of_an_answer_stands_at_its_question(
    signed_in: As, database: Database, ring: KeyRing, sent: Referral
) -> None:
    stand(database, sent.reference, "failed", "rejected: the destination answered 422")
    said = b'{"problems": [{"person": 0, "field": "surname", "message": "<Too long>"}]}'
    (attempt,) = rows(database, select(tables.attempts))
    sealed = ring.seal(said, table="attempts", row=str(attempt.id), column="sealed")
    with database.write() as connection:
        connection.execute(update(tables.attempts).values(sealed=sealed, outcome="rejected"))
    desk = at(signed_in, sent)

    desk.press(CORRECT)

    assert "Last name: <Too long>" in desk.text
    assert "Your case-management system said: <Too long>" in desk.text
    assert audited(database) == ["open answers", "read answer"]
    desk.press("Keep what I corrected", surname="Sample")
    assert "What you corrected is kept." in desk.text


def test_of_two_who_correct_at_once_the_second_is_told_and_overwrites_nothing(
    signed_in: As, database: Database, ring: KeyRing, sent: Referral
) -> None:
    stand(database, sent.reference, "failed", REJECTED)
    first, second = at(signed_in, sent), Desk(signed_in(Role.OPERATOR, email="ben@riverside.example"), FORM)
    second.open(f"{FORM}/{sent.reference}")
    for desk in (first, second):
        desk.press(CORRECT)

    first.press("Keep what I corrected", surname="Sample")
    second.press("Keep what I corrected", surname="Zzyzx", first_name="Mira")

    assert second.answer.status_code == 409
    assert "operator@riverside.example has corrected this referral meanwhile (client.surname)" in second.text
    assert "Your page said: Zzyzx" in second.text
    assert second.typed["surname"] == ["Sample"]
    assert kept(database, ring, sent)["surname"] == "Sample"
    second.press("Keep what I corrected", first_name="Mira")
    assert kept(database, ring, sent).items() >= {"first_name": "Mira", "surname": "Sample"}.items()


def test_whoever_has_left_has_no_address_on_the_page(signed_in: As, database: Database, sent: Referral) -> None:
    desk = at(signed_in, sent)
    desk.press("Show the answers")
    account = accounts.find(database, "operator@riverside.example")
    assert account is not None
    with database.write() as connection:
        accounts.leave(connection, account.id, "riverside")

    desk = at(signed_in, sent, Role.VIEWER)

    assert "somebody who has left" in desk.text
    assert account.email not in desk.text


def test_a_correction_that_comes_too_late_changes_nothing(signed_in: As, database: Database, sent: Referral) -> None:
    stand(database, sent.reference, "failed", REJECTED)
    desk = at(signed_in, sent)
    desk.press(CORRECT)
    stand(database, sent.reference, "sending", job="leased")

    desk.press("Keep what I corrected", surname="Sample")

    assert desk.answer.status_code == 409
    assert "Nothing was done" in desk.text


def test_one_person_gets_a_copy_and_is_erased(signed_in: As, database: Database, sent: Referral, app: Flask) -> None:
    stand(database, sent.reference, "delivered", job="done")
    desk = at(signed_in, sent, Role.ADMIN)

    desk.follow("Export a copy")
    desk.press("Export it")
    assert "Give the number of the request" in desk.text
    desk.press("Export it", reason="request 12")
    with zipfile.ZipFile(io.BytesIO(desk.answer.data)) as archive:
        names = archive.namelist()
        assert names == [f"{sent.reference}/referral.json", f"{sent.reference}/1 letter from Dr Sample.pdf"]
        assert b"Testperson" in archive.read(names[0])
        assert archive.read(names[1]) == LETTER

    desk.open(f"{FORM}/{sent.reference}")
    desk.follow("Erase it")
    desk.press("Erase it", reason="request 12")
    assert "Tick the box" in desk.text
    desk.press("Erase it", reason="request 12", sure="1")

    assert "It is erased here." in desk.text
    assert "Show the answers" not in desk.buttons
    assert "Erase it" not in desk.text
    ledger = Ledger(Path(app.extensions["gateway"].settings.ledger))
    assert [(each.event, each.reference) for each in ledger.entries()][-1] == (Event.ERASED, sent.reference)
    assert audited(database) == ["export", "wish to erase", "erase"]
    desk.open(f"{FORM}/{sent.reference}/correct")
    assert "Nothing was done" in desk.text


def test_a_reason_that_is_kept_moves_no_cursor_of_whoever_lists_it(
    signed_in: As, database: Database, sent: Referral
) -> None:
    desk = at(signed_in, sent, Role.ADMIN)

    desk.follow("Erase it")
    desk.press("Erase it", reason="request\x1b[2J 12\0", sure="1")

    (wish, *_) = rows(database, select(tables.audit).order_by(tables.audit.c.id))
    assert wish.detail == "request [2J 12"


def test_nobody_is_erased_while_a_worker_is_at_it(signed_in: As, database: Database, sent: Referral) -> None:
    desk = at(signed_in, sent, Role.ADMIN)

    desk.follow("Erase it")
    desk.press("Erase it", reason="request 12", sure="1")

    assert "Nothing was erased: a worker is at" in desk.text
    assert state_of(database, sent.reference) == "sending"


def test_what_was_purged_says_so(signed_in: As, database: Database, sent: Referral) -> None:
    stand(database, sent.reference, "failed")
    desk = at(signed_in, sent)
    with database.write() as connection:
        connection.execute(update(tables.referrals).values(sealed=None, purged_at=NOW))

    desk.press("Show the answers")

    assert "holds no answers any more: they were deleted at 4 May 2026, 12:00 UTC" in desk.text
