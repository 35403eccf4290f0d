"""`flask api create`, `update`, `complete`, `relate`, `stage`, `upload`: what changes an organisation's Charitylog."""

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import click

from gateway.charitylog import Answer, Client, Upload, UploadGroup
from gateway.charitylog.clients import Clients
from gateway.charitylog.contacts import DoneContacts, DueContacts
from gateway.cli.api import bodies, calling
from gateway.cli.api.calling import How
from gateway.cli.api.carrying import YES, carry_out
from gateway.cli.api.groups import written_group_of

_FROM = click.option("--from", "source", metavar="FILE", help="Fields as an object of JSON; - is the standard input.")


@click.command("create")
@click.argument("group")
@click.argument("fields", nargs=-1)
@_FROM
@click.option("--external-id", metavar="ID", help="Of clients: what the client is called in another system.")
@click.option("--referral", metavar="NUMBER", help="Of contacts: the referral that they belong to.")
@YES
@calling.options
def create(
    how: How,
    group: str,
    fields: Sequence[str],
    source: str | None,
    external_id: str | None,
    referral: str | None,
    yes: bool,
) -> None:
    """Make a record of GROUP out of FIELDS, each as name=value; of name=- the value is asked for."""
    record = _some(bodies.record(fields, source))

    def send(client: Client) -> Answer:
        written = written_group_of(client, group)
        if external_id is not None and not isinstance(written, Clients):
            raise click.ClickException("--external-id goes with clients alone.")
        if isinstance(written, DueContacts | DoneContacts):
            if referral is None:
                raise click.ClickException("Say by --referral which referral it belongs to.")
            return written.create(referral, record)
        if referral is not None:
            raise click.ClickException("--referral goes with due_contacts and done_contacts; elsewhere it is a field.")
        if isinstance(written, Clients) and external_id is not None:
            return written.create_by_external_id(external_id, record)
        return written.create(record)

    carry_out(how, send, list(record), yes=yes, done="Made")


@click.command("update")
@click.argument("group")
@click.argument("number")
@click.argument("fields", nargs=-1)
@_FROM
@YES
@calling.options
def update(how: How, group: str, number: str, fields: Sequence[str], source: str | None, yes: bool) -> None:
    """Change FIELDS, each as name=value, in the record NUMBER of GROUP; of name=- the value is asked for."""
    record = _some(bodies.record(fields, source))
    carry_out(
        how,
        lambda client: written_group_of(client, group).update(number, record),
        list(record),
        yes=yes,
        done="Changed",
    )


@click.command("complete")
@click.argument("number")
@click.argument("fields", nargs=-1)
@click.option("--start", metavar="TIME", required=True, help="When it began: 2026-10-31, or '2026-10-31 13:45:00'.")
@click.option("--end", metavar="TIME", required=True, help="When it ended.")
@_FROM
@YES
@calling.options
def complete(how: How, number: str, fields: Sequence[str], start: str, end: str, source: str | None, yes: bool) -> None:
    """Say that the due contact NUMBER was done; FIELDS, each as name=value, tell more of it."""
    record = bodies.record(fields, source)
    carry_out(
        how,
        lambda client: client.done_contacts.complete(number, start, end, record),
        [*record, "start_date", "end_date"],
        yes=yes,
        done="Completed",
    )


@click.command("relate")
@click.argument("first")
@click.argument("second")
@click.argument("fields", nargs=-1)
@click.option("--there", metavar="ID", required=True, help="What the first is to the second: see `dictionary`.")
@click.option("--back", metavar="ID", required=True, help="What the second is to the first.")
@click.option("--carer-there", metavar="ID", help="The same as a carer, of the dictionary carer_relationships.")
@click.option("--carer-back", metavar="ID", help="The way back of that.")
@YES
@calling.options
def relate(
    how: How,
    first: str,
    second: str,
    fields: Sequence[str],
    there: str,
    back: str,
    carer_there: str | None,
    carer_back: str | None,
    yes: bool,
) -> None:
    """Relate the clients FIRST and SECOND, both ways; FIELDS, such as major=Y, tell more of it."""
    ways: dict[str, object] = {"relation_first_to_second": there, "relation_second_to_first": back}
    if (carer_there is None) != (carer_back is None):
        raise click.UsageError("Give --carer-there and --carer-back together: a relationship goes both ways.")
    if carer_there is not None:
        ways |= {"carer_relation_first_to_second": carer_there, "carer_relation_second_to_first": carer_back}
    record = {**bodies.record(fields, None), **ways}
    carry_out(
        how, lambda client: client.relationships.put(first, second, record), list(record), yes=yes, done="Related"
    )


@click.command("stage")
@click.argument("file", default=bodies.STDIN)
@YES
@calling.options
def stage(how: How, file: str, yes: bool) -> None:
    """Stage an external referral of the people in FILE, a list in JSON; of the standard input unless named."""
    people = bodies.people(file)
    told = [f"person {place}: {', '.join(map(str, person))}" for place, person in enumerate(people, start=1)]
    done = "Staged: it waits in the External Referral Manager"
    carry_out(how, lambda client: client.external_referral.put(people), told, yes=yes, done=done)


@click.command("upload")
@click.argument("group", type=click.Choice(get_args(UploadGroup)))
@click.argument("number")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--user-visibility", metavar="IDS", required=True, help="Which users see it, with commas between them.")
@click.option("--group-visibility", metavar="IDS", required=True, help="Which groups see it.")
@YES
@calling.options
def upload(
    how: How, group: UploadGroup, number: str, file: Path, user_visibility: str, group_visibility: str, yes: bool
) -> None:
    """Upload FILE to the record NUMBER of GROUP: clients or referrals."""

    def send(client: Client) -> Answer:
        return client.uploads.post(
            group,
            number,
            Upload.of(file),
            user_visibility=user_visibility,
            group_visibility=group_visibility,
        )

    told = [f"{file.name}, {file.stat().st_size} bytes", "user_visibility", "group_visibility"]
    carry_out(how, send, told, yes=yes, done="Uploaded")


def _some(record: dict[str, object]) -> dict[str, object]:
    if not record:
        raise click.ClickException("Give one field at least, as name=value or by --from.")
    return record
