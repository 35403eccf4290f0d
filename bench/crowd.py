"""Fifty destinations and one worker: what the others have to wait when one of them is dead, or never answers."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench import servers
from bench.processes import DidNotStart, Process, free_port, get
from bench.report import Row
from bench.servers import Gateway
from gateway.keys import KeyRing
from gateway.referral import Answer, Person, Referral, new_reference
from gateway.store import definitions, sending
from gateway.store.database import Database
from gateway.store.definitions import StoredDefinition

OTHERS = 49
PATIENCE = 120.0
_DEFINITION = "0" * 64


def crowd(each: int, rounds: int) -> Iterator[Row]:
    """Measure how long 49 destinations take for `each` referrals of theirs beside one that is well, dead or hanging."""
    times: dict[str, list[float]] = {"well": [], "dead": [], "hanging": []}
    for _ in range(rounds):
        for kind, own in times.items():
            own.append(_delivered(kind, each))
    well = median(times.pop("well"))
    for kind, own in times.items():
        yield Row(f"others' time, 1 of {OTHERS + 1} destinations {kind}", median(own) / well, " x", 1.05, at_most=True,
                  notes=f"{OTHERS * each:,} referrals in {median(own):.2f} s; all well {well:.2f} s")  # fmt: skip


def _delivered(kind: str, each: int) -> float:
    """Drain a store in which one destination is of a kind; give the seconds until the others have all of theirs."""
    with ExitStack() as stack:
        folder = stack.enter_context(servers.new_folder())
        others = stack.enter_context(servers.upstream(folder))
        delay = {"well": "0", "hanging": "never"}.get(kind)
        odd = stack.enter_context(servers.upstream(folder, delay)).port if delay else free_port()
        gateway = Gateway(folder, others.port)
        slugs = _open(folder, odd)
        _store(gateway, slugs, each)
        worker = stack.enter_context(gateway.worker(kindly=False))
        return _seconds(others.port, worker, OTHERS * each)


def _open(folder: Path, odd: int) -> list[str]:
    """Write an organisation for each destination; the first one calls the odd port."""
    model = folder / "organisations" / "bench"
    slugs = [f"bench-{number:02}" for number in range(OTHERS + 1)]
    for slug in slugs:
        shutil.copytree(model, model.parent / slug)
    file = model.parent / slugs[0] / "organisation.yaml"
    file.write_text(file.read_text().replace("${CHARITYLOG_URL}", f"http://127.0.0.1:{odd}/v2"))
    return slugs


def _store(gateway: Gateway, slugs: list[str], each: int) -> None:
    """Store referrals for every destination in turn, all of them due at once."""
    database, ring = Database(f"sqlite:///{gateway.file}"), KeyRing(gateway.environment["GATEWAY_KEYS"])
    now = datetime.now(UTC)
    definitions.keep(database, [StoredDefinition(_DEFINITION, "bench", "twelve", "{}")], now)
    for _ in range(each):
        for slug in slugs:
            referral = _referral(slug, now)
            instance = referral.reference.ljust(64, "0")
            sending.send(database, ring, referral, instance=instance, answers=b"", now=now, drafted=False)
    database.close()


def _referral(slug: str, now: datetime) -> Referral:
    answers = tuple(
        Answer(name, name, f"odd {name}", f"odd {name}", "field", name)
        for name in ("first_name", "surname", "town", "description")
    )
    people = (Person("client", {"org_type_id": "1"}, answers),)
    return Referral(new_reference(), slug, "twelve", _DEFINITION, "en", now, "charitylog", {}, people)


def _seconds(port: int, worker: Process, wanted: int) -> float:
    """Wait for the calls; give the seconds from the first to the last."""
    end = time.monotonic() + PATIENCE
    calls = 0
    while calls < wanted:
        worker.check()
        if time.monotonic() > end:
            raise DidNotStart(f"the worker made {calls} calls of {wanted}:\n{worker.log()[-2000:]}")
        time.sleep(0.05)
        calls, first, last = json.loads(get(port, "/seen")[2])
    return float(last - first)
