"""Opens what can be opened, and goes through every check; one that breaks keeps no other from being made."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from gateway.definitions.loader import Organisation
from gateway.destinations import registry
from gateway.doctor import lists, outside, seals, setup, storage, work
from gateway.doctor.finding import Finding, Parts, ok, wrong
from gateway.settings import load_what_is_right

Check = Callable[[Parts], Iterator[Finding]]
Organisations = Callable[[Path], Mapping[str, Organisation]]

CHECKS: Mapping[str, Check] = {
    "organisations": setup.organisations,
    "front": setup.front,
    "database": storage.database,
    "ledger": storage.ledger,
    "clock": storage.clock,
    "keys": seals.keys,
    "scanner": outside.virus_scanner,
    "mail": outside.mail,
    "destinations": outside.destinations,
    "forms": lists.forms,
    "drift": lists.drift,
    "worker": work.worker,
    "referrals": work.referrals,
    "files": work.files,
    "retention": work.retention,
    "dictionaries": lists.dictionaries,
}
# What is looked at where a person asks about one organisation alone.
OF_ONE = ("organisations", "destinations", "forms", "drift", "dictionaries")


def examine(
    organisations: Organisations, *, now: datetime, offline: bool, organisation: str | None = None
) -> Iterator[Finding]:
    """Look at everything; `organisations` loads a folder of them. With `offline` nobody outside is asked.

    With the slug of an `organisation`, look at that one, and at the settings without which it cannot be looked at.
    """
    if organisation is not None:
        organisations = _only(organisation, organisations)
    try:
        parts, findings = _opened(organisations, now=now, offline=offline)
    except Exception as error:  # noqa: BLE001 - a folder or a file that nobody may read, or that is none
        yield wrong("settings", f"they could not be read ({type(error).__name__})", "look at .env and at its rights")
        return
    yield from findings
    try:
        if organisation is not None and organisation not in parts.organisations:
            yield wrong("organisations", f"there is none called {organisation}", "write the name of its folder")
            return
        for about, check in CHECKS.items():
            if organisation is None or about in OF_ONE:
                yield from _checked(about, check, parts)
    finally:
        for destination in parts.destinations.values():
            destination.close()
        if parts.database is not None:
            parts.database.close()


def _only(slug: str, organisations: Organisations) -> Organisations:
    def chosen(folder: Path) -> Mapping[str, Organisation]:
        return {name: each for name, each in organisations(folder).items() if name == slug}

    return chosen


def _checked(about: str, check: Check, parts: Parts) -> Iterator[Finding]:
    try:
        yield from check(parts)
    except Exception as error:  # noqa: BLE001 - whatever is broken, the other checks are made
        # The class alone: the text of an error can hold what no report may show.
        yield wrong(about, f"it could not be looked at ({type(error).__name__})", "correct what is wrong above first")


def _opened(organisations: Organisations, *, now: datetime, offline: bool) -> tuple[Parts, list[Finding]]:
    settings, problems = load_what_is_right()
    remedy = "web, worker and commands do not start until then"
    findings = [wrong("settings", problem.rstrip("."), remedy) for problem in problems.values()]
    if settings is None:
        return Parts(now), findings
    if not findings:
        findings.append(ok("settings", "all that is needed is set, and can be read"))
    unset = frozenset(problems)
    database, no_database = storage.opened(settings) if "database_url" not in unset else (None, None)
    ring, no_ring = seals.opened(settings) if "keys" not in unset else (None, None)
    findings += [each for each in (no_database, no_ring) if each]
    found = _loaded(organisations, settings.organisations, findings)
    limits = registry.Limits.of(settings)
    destinations = {slug: built for slug, each in found.items() if (built := registry.build(each, limits))}
    return Parts(now, settings, unset, ring, database, found, destinations, offline), findings


def _loaded(organisations: Organisations, folder: Path, findings: list[Finding]) -> Mapping[str, Organisation]:
    try:
        return organisations(folder) if folder.is_dir() else {}
    except (OSError, ValueError) as error:
        remedy = "look at the rights of its files, and whether they are text"
        findings.append(wrong("organisations", f"{folder} cannot be read ({type(error).__name__})", remedy))
        return {}
