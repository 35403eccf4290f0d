"""`flask referrals attach`: staff say which record of the case-management system a referral's files go to."""

from datetime import UTC, datetime

import click

from gateway.cli import opening, referral_files
from gateway.keys import KeyMissing, KeyRing, SealBroken
from gateway.referral import Referral
from gateway.store import attached, audit, referrals
from gateway.store.attached import NoRecord
from gateway.store.database import Database
from gateway.store.states import ReferralState


@click.command("attach")
@click.argument("reference")
@click.option("--client", help="The number of the client whose files they are.")
@click.option("--referral", "case", help="The number of the referral, for files that are about it.")
@click.option("--person", help="Whose files, by the name of that person in the form; the main person's unless said.")
@click.option("--number", type=click.IntRange(min=1), help="Which of several such people, from 1; all unless said.")
def command(reference: str, client: str | None, case: str | None, person: str | None, number: int | None) -> None:
    """Send the files of REFERENCE to the record that it has become. It is written into the audit trail."""
    record = _record(client, case)
    if case is not None and (person is not None or number is not None):
        raise click.ClickException(
            "--person and --number go with --client: a referral's own files are about no person."
        )
    settings = opening.settings()
    database, ring = opening.database(settings), opening.key_ring(settings)
    referral = _opened(database, ring, reference)
    listed = referrals.find(database, referral.reference)
    if listed is None or listed.state != ReferralState.DELIVERED:
        raise click.ClickException(
            f"{referral.reference} is not delivered: files can only follow a referral that is. "
            "`flask referrals settle` is for one that a person has seen there."
        )
    whom = attached.REFERRAL if case is not None else person or referral.people[0].id
    going = {
        each.id: record
        for each in referral.files
        if each.attach_to == whom and (number is None or each.index == number - 1)
    }
    if not going:
        raise click.ClickException(_nothing(referral, whom))
    _send(database, referral, going)


def _record(client: str | None, case: str | None) -> str:
    if (client is None) == (case is None):
        raise click.ClickException("Give the number of one record: --client NUMBER or --referral NUMBER.")
    try:
        return attached.record("client" if client is not None else attached.REFERRAL, client or case or "")
    except NoRecord as problem:
        raise click.ClickException(str(problem)) from None


def _opened(database: Database, ring: KeyRing, reference: str) -> Referral:
    wanted = reference.strip().upper()
    try:
        with database.read() as connection:
            referral = referrals.opened(connection, ring, wanted)
    except (KeyMissing, SealBroken):
        raise click.ClickException(referral_files.cannot_be_opened(wanted)) from None
    if referral is None:
        raise referral_files.nothing_left(database, wanted)
    return referral


def _nothing(referral: Referral, whom: str) -> str:
    about = sorted({each.attach_to for each in referral.files})
    if not about:
        return f"No file came with {referral.reference}."
    return f"No file of {referral.reference} is about '{whom}'. There are files about: {', '.join(about)}."


def _send(database: Database, referral: Referral, going: dict[str, str]) -> None:
    sent = attached.send(database, referral, going, actor=audit.COMMAND_LINE, now=datetime.now(UTC))
    left = len(going) - len(sent)
    click.echo(f"{len(sent)} of {len(going)} files go to it now; `flask referrals files` shows how far they are.")
    if left:
        click.echo(f"Left as they are: {left} that are there already, on their way just now, or were refused.")
