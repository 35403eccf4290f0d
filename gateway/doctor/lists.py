"""The lists of a destination: how old is each reading, do the forms agree with them, and what has changed since?"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from gateway.definitions.schema import Choice
from gateway.destinations.seam import Lists, Use
from gateway.doctor.drifting import drift_of, places
from gateway.doctor.finding import Finding, Parts, look, ok, seen
from gateway.spans import lasting
from gateway.store import dictionaries as kept
from gateway.store.database import Database
from gateway.store.dictionaries import Listed, Reading

OLD_LIST = timedelta(days=1)
_OF_A_FILE = (
    "bring that file up to date: people choose from the list as it was last read, but read the file's translations"
)


def forms(parts: Parts) -> Iterator[Finding]:
    """Compare the forms with the lists as they were just read, or else as a worker last read them."""
    for slug, destination in parts.destinations.items():
        yield from seen("forms", slug, destination.compare(parts.organisations[slug].forms, _known(parts, slug)))


def dictionaries(parts: Parts) -> Iterator[Finding]:
    """Look how old the lists are that a worker read, and whether each could be read."""
    if parts.database is None:
        return
    known = kept.readings(parts.database)
    for slug, destination in parts.destinations.items():
        named = sorted(parts.organisations[slug].dictionaries_named)
        beside = destination.lists(parts.organisations[slug].forms)
        troubled = list(_readings(parts, slug, list(dict.fromkeys([*named, *beside])), known))
        yield from (each.of(slug) for each in troubled)
        if not troubled:
            yield ok("dictionaries", f"all {len(named)} that its forms name were read within a day").of(slug)


def drift(parts: Parts) -> Iterator[Finding]:
    """Tell how lists have changed beside the files of the organisation, and since a worker read them."""
    for slug in parts.destinations:
        changed = [each.of(slug) for each in _drifted(parts, slug)]
        yield from changed or [ok("drift", "no list has changed since it was written down or read").of(slug)]


def _drifted(parts: Parts, slug: str) -> Iterator[Finding]:
    organisation = parts.organisations[slug]
    uses = parts.destinations[slug].uses(organisation.forms)
    known = _known(parts, slug)
    for name, snapshot in sorted(organisation.dictionaries.items()):
        if name not in known:
            continue
        if found := drift_of({each.value: _words(each) for each in snapshot}, known[name]):
            what = f"{name} is not as in the file dictionaries/{name}.json: {found}{found.touched(name, uses)}"
            yield look("drift", what, _OF_A_FILE)
    if parts.database is not None:
        for name, reading in _read_once(parts.database, slug).items():
            yield from _since(parts, reading, known[name], uses)


def _since(parts: Parts, reading: Reading, now: Mapping[str, str], uses: Sequence[Use]) -> Iterator[Finding]:
    """Compare one list with what a worker kept of it; `now` is the same where nobody has been asked."""
    slug, name = reading.organisation, reading.name
    kept_of_it = _stored(parts.database, slug, name)
    before = {each.value: (each.label,) for each in kept_of_it if each.withdrawn_at is None}
    if found := drift_of(before, now):
        what = f"{name} has changed since it was read on {reading.read_at:%Y-%m-%d %H:%M} UTC: {found}"
        remedy = f"the worker reads it within the hour, `flask dictionaries refresh {slug}` reads it now"
        yield look("drift", f"{what}{found.touched(name, uses)}", remedy)
    for each in kept_of_it:
        if each.withdrawn_at is None or each.value in now:
            continue
        if touched := places(use for use in uses if name in use.lists and each.value in _sent(use)):
            what = f"{name} has lost {each.value}, found on {each.withdrawn_at:%Y-%m-%d}{touched}"
            yield look("drift", what, "correct the form, or have it put back in the system")


def _known(parts: Parts, slug: str) -> Lists:
    """Give each list as it was just read; else as a worker last read it."""
    survey = parts.survey(slug)
    found: dict[str, Mapping[str, str]] = {}
    if parts.database is not None:
        for name in _read_once(parts.database, slug):
            found[name] = {each.value: each.label for each in _stored(parts.database, slug, name)
                           if each.withdrawn_at is None}  # fmt: skip
    return {**found, **(survey.lists if survey else {})}


def _read_once(database: Database, slug: str) -> dict[str, Reading]:
    """Name the lists that a worker could read at all."""
    return {name: each for (whose, name), each in kept.readings(database).items() if whose == slug and each.read_at}


def _stored(database: Database | None, slug: str, name: str) -> Sequence[Listed]:
    return (kept.load(database, slug, name) if database else None) or ()


def _sent(use: Use) -> set[str]:
    return {choice.value for choice in use.choices}


def _words(choice: Choice) -> Sequence[str]:
    return (str(choice.label), *choice.label.root.values())


def _readings(
    parts: Parts, slug: str, names: Sequence[str], known: dict[tuple[str, str], Reading]
) -> Iterator[Finding]:
    remedy = f"run `flask dictionaries refresh {slug}`: it says what is in the way"
    if never := [name for name in names if (slug, name) not in known]:
        were = "was" if len(never) == 1 else "were"
        yield look("dictionaries", f"{', '.join(never)} {were} never read", remedy)
    for name in names:
        reading = known.get((slug, name))
        if reading is None:
            continue
        if reading.read_at is None or parts.now - reading.read_at > OLD_LIST:
            age = f"was read {lasting(parts.now - reading.read_at)} ago" if reading.read_at else "could never be read"
            yield look("dictionaries", f"{name} {age}: {reading.problem or 'no worker has tried since'}", remedy)
        elif reading.problem:
            yield look("dictionaries", f"{name} is as it was: {reading.problem}", remedy)
