"""`flask referrals correct`: a person changes one answer before it is sent again. The old value is never shown."""

import sys
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import click
from pydantic import ValidationError

from gateway.cli import opening, referral_files
from gateway.definitions.schema import Form, Text
from gateway.forms.build import Choices
from gateway.forms.correcting import Refused, corrected, place_of
from gateway.keys import KeyMissing, SealBroken
from gateway.settings import Settings
from gateway.store import audit, correcting, definitions, dictionaries, referrals
from gateway.store.database import Database
from gateway.store.referrals import Listed, StateMoved
from gateway.store.states import ReferralState

LONGEST = 100_000


@click.command("correct")
@click.argument("reference")
@click.argument("field")
@click.option("--person", help="Whose answer, where several people were asked.")
@click.option("--number", type=click.IntRange(min=1), help="Which of several such people, from 1.")
@click.option("--empty", is_flag=True, help="Take the answer away, where the question may be left empty.")
def command(reference: str, field: str, person: str | None, number: int | None, empty: bool) -> None:
    """Correct one answer of REFERENCE: FIELD is the question's name in the form. The value is asked for, or read."""
    settings = opening.settings()
    database, ring = opening.database(settings), opening.key_ring(settings)
    listed = opening.referral(database, reference)
    _refuse(listed)
    choices = _choices(settings, database, listed.organisation)
    try:
        with database.read() as connection:
            referral = referrals.opened(connection, ring, listed.reference)
        if referral is None:
            raise click.ClickException(f"{listed.reference} was purged: there is nothing left to correct.")
        form = _form(database, referral.definition)
        place = place_of(form, referral, field, person, number)
        typed, now = "" if empty else _typed(), datetime.now(UTC)
        whose = referral.people[place].id
        correcting.correct(
            database,
            ring,
            listed.reference,
            lambda current: corrected(form, current, place, field, typed, choices=choices, today=now.date()),
            question=f"{whose}.{field}",
            seen=listed.corrections,
            actor=audit.COMMAND_LINE,
            now=now,
        )
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    except StateMoved as moved:
        raise click.ClickException(f"{moved}. Nothing was corrected.") from None
    except (KeyMissing, SealBroken):
        raise click.ClickException(referral_files.cannot_be_opened(listed.reference)) from None
    click.echo(f"{listed.reference}: {whose}.{field} is corrected. {_next(listed)}")


def _refuse(listed: Listed) -> None:
    if listed.state not in correcting.CORRECTABLE:
        why_not = {
            ReferralState.SENDING: "it is being sent right now. Wait until that try has ended",
            ReferralState.DELIVERED: "it is delivered. Correct it in the case-management system",
            ReferralState.CLOSED: "it is closed",
        }[ReferralState(listed.state)]
        raise click.ClickException(f"{listed.reference} cannot be corrected: {why_not}.")


def _typed() -> str:
    """Read the new value: never from the command's own words, which others see and a shell remembers."""
    if sys.stdin.isatty():
        value = str(click.prompt("New value"))
    else:
        value = sys.stdin.buffer.read(LONGEST).decode("utf-8", "replace").removesuffix("\n")
    if not value.strip():
        raise click.ClickException("No value was given. To take an answer away, say --empty.")
    return value


def _form(database: Database, digest: str) -> Form:
    stored = definitions.load(database, digest)
    try:
        if stored is not None:
            return Form.from_store(digest, stored.body)
    except ValidationError:
        pass
    raise click.ClickException("The form as it was then cannot be read, so nothing can be judged by it.")


def _choices(settings: Settings, database: Database, organisation: str) -> Choices:
    found = opening.organisations(settings.organisations).get(organisation)
    snapshots = found.dictionaries if found else {}

    def look_up(name: str, _: Collection[str]) -> Sequence[tuple[str, str | Text]]:
        read = dictionaries.load(database, organisation, name)
        offered = [(each.value, each.label) for each in read or () if each.withdrawn_at is None]
        return offered or [(each.value, each.label) for each in snapshots.get(name, ())]

    return look_up


def _next(listed: Listed) -> str:
    match ReferralState(listed.state):
        case ReferralState.HELD:
            return f"To let it through: flask referrals settle {listed.reference} release"
        case ReferralState.PENDING:
            return "Its next try takes it along."
        case _:
            return f"To send it: flask referrals retry {listed.reference}"
