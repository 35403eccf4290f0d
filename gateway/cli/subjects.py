"""What a person may ask of a charity, as commands: find what is kept of them, export it, erase it. All are audited."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli import opening, referral_files
from gateway.cli.exporting import export_one
from gateway.keys import KeyMissing, SealBroken
from gateway.ledger import Ledger, LedgerProblem
from gateway.store import audit, referrals, searching, subjects
from gateway.store.database import Database
from gateway.store.files import Files
from gateway.store.searching import Opened
from gateway.store.subjects import Erased, UnderWay

_TELL_EVERY = 500


@click.command("find")
@click.option("--organisation", required=True, help="The organisation whose referrals are opened.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def find(organisation: str, as_json: bool) -> None:
    """Find a person's referrals: asks why, then for words such as a name and a telephone number, all to be found.

    Every referral of the organisation is opened. Reason and words are typed or piped in, a line each, never arguments.
    """
    settings = opening.settings()
    database, ring = opening.database(settings), opening.key_ring(settings)
    total = searching.count(database, organisation)
    if not total:
        raise click.ClickException(f"There is nothing of {organisation}. Look at `flask referrals list`.")
    reason = click.prompt("Why (it is kept: write no name)", err=True).strip()
    words = click.prompt("Words to look for", err=True).split()
    _refuse_names(reason, words)
    audit.note(
        database,
        actor=audit.COMMAND_LINE,
        action="find",
        organisation=organisation,
        detail=reason[:400],
        now=datetime.now(UTC),
    )
    found = unreadable = 0
    for number, each in enumerate(searching.opened(database, ring, organisation), start=1):
        if number % _TELL_EVERY == 0:
            click.echo(f"{number} of {total} opened", err=True)
        if each.referral is None:
            unreadable += 1
            click.echo(referral_files.cannot_be_opened(each.listed.reference), err=True)
        elif matched := searching.matches(each.referral, words):
            found += 1
            click.echo(_line(each, matched, as_json=as_json))
    click.echo(f"{found} found among {total}.", err=True)
    if unreadable:
        raise click.ClickException(f"{unreadable} of {total} referrals could not be opened, and may be theirs too.")


@click.command("export")
@click.argument("references", nargs=-1, required=True)
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="A new folder.")
@click.option("--unchecked", is_flag=True, help="Save those files too that no virus scanner has seen.")
def export(references: tuple[str, ...], folder: Path, unchecked: bool) -> None:
    """Write all that is kept of REFERENCES into a folder that you alone can read: text and files."""
    settings = opening.settings()
    database, ring = opening.database(settings), opening.key_ring(settings)
    wanted = _known(database, references)
    left = 0
    for reference in wanted:
        audit.note(
            database, actor=audit.COMMAND_LINE, action="export", reference=reference, detail="", now=datetime.now(UTC)
        )
        try:
            kept = subjects.everything(database, ring, reference)
            if kept is None:
                click.echo(referral_files.nothing_left(database, reference).message)
                continue
            missing = export_one(Files(database, ring), kept, folder / reference, unchecked=unchecked)
        except (KeyMissing, SealBroken):
            click.echo(referral_files.cannot_be_opened(reference), err=True)
            left += 1
            continue
        except OSError as error:
            raise click.ClickException(f"{folder / reference} cannot be written: {error.strerror}.") from None
        left += bool(missing)
        click.echo(f"{reference} exported{f', without {missing} of its files' if missing else ''}")
    if left:
        raise click.ClickException(f"{left} of {len(wanted)} are not complete.")


@click.command("erase")
@click.argument("references", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(references: tuple[str, ...], yes: bool) -> None:
    """Erase REFERENCES for good: answers, files, what was sent and what was answered. A tombstone stays."""
    settings = opening.settings()
    database, ledger = opening.database(settings), Ledger(settings.ledger)
    wanted = _known(database, references)
    if not yes:
        click.confirm(f"Erase {', '.join(wanted)} for good? Nobody can bring it back", abort=True, err=True)
    left = []
    for reference in wanted:
        try:
            erased = subjects.erase(database, ledger, reference, actor=audit.COMMAND_LINE, now=datetime.now(UTC))
        except (UnderWay, LedgerProblem) as error:
            left.append(reference)
            click.echo(f"{reference} is not erased: {error}.", err=True)
            continue
        if erased is not None:
            click.echo(_erased_in_words(erased))
    if not database.checkpoint():
        click.echo("The database is being read: its log still holds the sealed bytes until it is next idle.", err=True)
    if left:
        raise click.ClickException(f"{len(left)} of {len(wanted)} were not erased.")


def _known(database: Database, references: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(each.strip().upper() for each in references))
    unknown = [each for each in wanted if referrals.find(database, each) is None]
    if unknown:
        raise click.ClickException(
            f"There is no referral {', '.join(unknown)}. Look at `flask referrals list`. Nothing was done."
        )
    return wanted


def _refuse_names(reason: str, words: Sequence[str]) -> None:
    if not words or not reason:
        raise click.ClickException("Give a reason, and words to look for. Nothing was opened.")
    if searching.tells(reason, words):
        raise click.ClickException(
            "The reason is kept in the audit trail: leave what you look for out of it. Nothing was opened."
        )


def _line(each: Opened, matched: Sequence[str], *, as_json: bool) -> str:
    listed = each.listed
    if as_json:
        return json.dumps(
            {
                "reference": listed.reference,
                "organisation": listed.organisation,
                "form": listed.form,
                "state": listed.state,
                "created_at": listed.created_at.isoformat(),
                "matched": list(matched),
            },
            ensure_ascii=False,
        )
    return (
        f"{listed.reference}  {listed.created_at:%Y-%m-%d %H:%M}  {listed.form}  {listed.state}  {', '.join(matched)}"
    )


def _erased_in_words(erased: Erased) -> str:
    done = f"{erased.reference} {'had been deleted before' if erased.gone_before else 'is erased'}."
    if not erased.may_have_arrived:
        return f"{done} It had gone nowhere else."
    records = f" ({', '.join(erased.records)})" if erased.records else ""
    return (
        f"{done} It was sent on, and {erased.organisation}'s own system may hold it still{records}: erase it there too."
    )
