"""`flask api get`, `fields`, `dictionary` and `report`: what an organisation's Charitylog tells. Nothing is changed."""

from collections.abc import Callable, Mapping, Sequence

import click

from gateway.charitylog import Answer, Client, NotJson
from gateway.charitylog.choices import choices
from gateway.cli.api import calling, showing, typed
from gateway.cli.api.calling import How, Send
from gateway.cli.api.groups import group_of, no_such
from gateway.cli.api.tables import Row

Reader = Callable[[Answer], Sequence[Row]]

_FILTER = click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="NAME=VALUE",
    help="Only these: religion=1,3,10; date_active=2026-10-01..2026-10-31; nhs_number=- asks. May be repeated.",
)


@click.command("get")
@click.argument("group")
@click.argument("number", required=False)
@_FILTER
@click.option("--fields", metavar="NAMES", help="What to tell of each: names with commas between them.")
@click.option("--resolve", metavar="NAMES", help="Fields to give by name instead of by number, or ALL.")
@calling.options
def get(
    how: How, group: str, number: str | None, filters: Sequence[str], fields: str | None, resolve: str | None
) -> None:
    """Read the records of GROUP, or the one of NUMBER."""
    wanted: typed.Filters = {**({"id": [number]} if number else {}), **typed.filters(filters)}
    names, resolved = typed.names(fields), typed.names(resolve)

    def send(client: Client) -> Answer:
        query = group_of(client, group).filter(wanted).fields(*names)
        return (query.resolve(*resolved) if resolved else query).answer()

    _show(how, send, Answer.records)


@click.command("fields")
@click.argument("group")
@click.option("--filterable", "which", flag_value="filterable", help="Those by which it is filtered instead.")
@click.option("--metrics", "which", flag_value="metrics", help="Those by which its reports are broken down instead.")
@click.option("--friendly-names", "which", flag_value="friendly", help="What the fields are called instead.")
@calling.options
def fields(how: How, group: str, which: str | None) -> None:
    """List the fields that records of GROUP have."""

    def send(client: Client) -> Answer:
        lists = _lists(client)[which or "selectable"]
        if group in lists:
            return lists[group]()
        if which is None:
            return group_of(client, group).selectable_fields()
        raise no_such(group, lists)

    _show(how, send, lambda answer: [{"name": name, "label": label} for name, label in answer.field_names().items()])


@click.command("dictionary")
@click.argument("name", required=False)
@click.option("--search", "term", help="Only entries with this in their name.")
@calling.options
def dictionary(how: How, name: str | None, term: str | None) -> None:
    """List the numbers and names of the dictionary NAME, such as organisations/district, or of all of them."""
    if term is not None and name is None:
        raise click.UsageError("Say in which dictionary to search, such as referrals/referrer.")

    def send(client: Client) -> Answer:
        if name is None:
            return client.dictionaries.all()
        return client.dictionaries.one(name) if term is None else client.dictionaries.search(name, term)

    _show(how, send, _every if name is None else _one)


@click.command("report")
@click.argument("group")
@click.argument("dimension")
@click.option("--metric", help="Break it down by this, too.")
@_FILTER
@calling.options
def report(how: How, group: str, dimension: str, metric: str | None, filters: Sequence[str]) -> None:
    """Count the records of GROUP by DIMENSION, such as district."""
    wanted = typed.filters(filters)
    _show(
        how,
        lambda client: group_of(client, group).filter(wanted).report(dimension, metric),
        lambda answer: [
            {"dimension": each.dimension, **({"metric": each.metric} if metric else {}), "count": each.count}
            for each in answer.counts()
        ],
    )


def _show(how: How, send: Send, reader: Reader) -> None:
    found: list[Row] = []

    def read(client: Client) -> Answer:
        answer = send(client)
        found.extend([] if how.raw else reader(answer))
        return answer

    answer = calling.read(how, read)
    if how.raw:
        showing.as_it_came(answer)
    else:
        showing.rows(found, as_json=how.as_json)


def _lists(client: Client) -> Mapping[str, Mapping[str, Callable[[], Answer]]]:
    return {
        "selectable": {"external_referral": client.external_referral.selectable_fields},
        "filterable": {
            "clients": client.clients.filterable_fields,
            "due_contacts": client.due_contacts.filterable_fields,
            "done_contacts": client.done_contacts.filterable_fields,
        },
        "metrics": {"due_contacts": client.due_contacts.metrics, "done_contacts": client.done_contacts.metrics},
        "friendly": {"schedules": client.schedules.friendly_names},
    }


def _one(answer: Answer) -> list[Row]:
    return [{"id": number, "name": name} for number, name in answer.choices().items()]


def _every(answer: Answer) -> list[Row]:
    """Read all dictionaries at once: no page says how they come; by their names is what can be read."""
    raw = answer.json()
    if not isinstance(raw, dict):
        raise NotJson("the answer is no map of dictionaries")
    return [
        {"dictionary": dictionary, "id": number, "name": name}
        for dictionary, each in raw.items()
        for number, name in choices(each).items()
    ]
