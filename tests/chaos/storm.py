"""The storm: faults of the destination and kill -9 of web and workers while people send; then calm, and counts.

It is bounded by the number of forms, and after the storm by the patience of `wait_for`.
"""

import json
import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.delivery.policy import REPEATS_AFTER
from tests.chaos.senders import Senders
from tests.end_to_end.house import House, wait_for

SETTINGS = {
    "GATEWAY_CONNECT_TIMEOUT_SECONDS": "0.3",
    "GATEWAY_READ_TIMEOUT_SECONDS": "0.5",
    "GATEWAY_LEASE_SECONDS": "1",
    "GATEWAY_RETRY_BASE_SECONDS": "0.1",
    "GATEWAY_RETRY_MAX_SECONDS": "1",
    "GATEWAY_UNKNOWN_RESEND_SECONDS": "0.1",
    "GATEWAY_PAUSE_PROBE_SECONDS": "0.3",
    "GATEWAY_BREAKER_SECONDS": "0.2",
}
KEYS_REFUSED = ({"status": 401}, {"status": 403})  # whatever is called
FAULTS: tuple[dict[str, object], ...] = (
    *KEYS_REFUSED,
    *(
        {"methods": ["PUT"], **fault}
        for fault in (
            *({"status": status} for status in (302, 404, 408, 409, 422, 429, 500, 502, 503, 504)),
            *({"status": status, "processed": True} for status in (500, 504)),
            {"status": 503, "headers": {"Retry-After": "1"}},
            {"hang": True},
            {"hang": True, "processed": True},
            {"cut": "before"},
            {"cut": "after"},
            {"cut": "body"},
            {"drip": 0.05},
            {"garbage": True},
            {"latency": 0.2},
        )
    ),
)
MARK = "Possible repeat of "


@dataclass(slots=True)
class Counts:
    """What was done to the gateway, and what came of it."""

    shown: int = 0
    broken_off: int = 0
    server_faults: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    faults_left: int = 0
    calls: int = 0
    helped: int = 0
    lost: list[str] = field(default_factory=list)
    staged: int = 0
    doubled_with_mark: int = 0
    doubled_without_mark: list[str] = field(default_factory=list)
    marked_without_doubt: list[str] = field(default_factory=list)
    sent_as_two: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        """Whether anything happened that never may."""
        never = self.lost, self.doubled_without_mark, self.marked_without_doubt, self.sent_as_two
        return any(never) or self.server_faults > 0

    def __str__(self) -> str:
        return "\n".join([
            f"  shown as sent            {self.shown}   (posts that broke off and were sent again: {self.broken_off})",
            f"  kill -9                  {', '.join(f'{name} {n}' for name, n in sorted(self.kills.items()))}",
            f"  calls made               {self.calls}   (faults met: {self.faults - self.faults_left})",
            f"  settled by a person      {self.helped}",
            f"  in the staging area      {self.staged}   (doubled, each marked: {self.doubled_with_mark})",
            f"  lost                     {len(self.lost)}",
            f"  doubled without a mark   {len(self.doubled_without_mark)}",
            f"  marked without a doubt   {len(self.marked_without_doubt)}",
            f"  one form, two referrals  {len(self.sent_as_two)}",
            f"  errors shown to people   {self.server_faults}",
        ])  # fmt: skip


def storm(house: House, *, people: int, forms: int, workers: int, kills: int, seed: int) -> Counts:
    """Let people send forms while everything goes wrong, wait for calm, and count."""
    chance = random.Random(seed)  # noqa: S311 - when to kill is no secret
    names = ["worker", *(f"worker-{number}" for number in range(2, workers + 1))]
    house.start("sandbox", "web", *names)
    counts = Counts()
    for fault in chance.sample(FAULTS, len(FAULTS)):  # each kind at least, however quick the deliveries are
        house.faults(**fault)
        counts.faults += 1
    senders = Senders(house.base, people=people, forms=forms)
    _rage(house, senders, chance, names, kills, counts)
    counts.shown = len(senders.shown)
    counts.broken_off = sum(visitor.broken_off for visitor in senders.visitors)
    counts.server_faults = sum(visitor.server_faults for visitor in senders.visitors)
    wait_for(lambda: not _helped(house, counts), "the delivery of everything that was shown as sent", patience=120)
    counts.faults_left = len(house.ask("GET", "/_sandbox/faults")["faults"])
    counts.calls = sum(house.ask("GET", "/_sandbox/calls")["calls"].values())
    _judge(house, senders.shown, counts)
    return counts


def _rage(
    house: House, senders: Senders, chance: random.Random, workers: Sequence[str], kills: int, counts: Counts
) -> None:
    pause = threading.Event()
    while senders.busy or counts.kills.total() < kills:
        pause.wait(chance.uniform(0.05, 0.3))
        if chance.random() < 0.05:
            _helped(house, counts)
        if chance.random() < 0.35:
            name = chance.choice(["web", *workers])
            house.kill(name)
            counts.kills[name.partition("-")[0]] += 1
            house.start(name)
        else:
            house.faults(**chance.choice(FAULTS), calls=chance.randint(1, 3))
            counts.faults += 1


def _helped(house: House, counts: Counts) -> int:
    """Do what a person does with what waits for one; tell how many are not delivered yet."""
    destination = json.loads(house.flask("destinations", "status", "--json").stdout.splitlines()[0])
    if destination["paused_at"] and not destination["probe_at"]:
        house.flask("destinations", "resume", "riverside")
    waiting = Counter(each["state"] for each in house.referrals() if each["state"] != "delivered")
    if waiting["failed"]:
        house.flask("referrals", "retry", "--state", "failed", "--yes")
        counts.helped += waiting["failed"]
    for each in house.referrals():
        if each["state"] == "unknown" and each["attempts"] > len(REPEATS_AFTER):  # nobody repeats it any more
            house.flask("referrals", "settle", each["reference"], _seen(house, each["reference"]), check=False)
            counts.helped += 1
    return waiting.total()


def _seen(house: House, reference: str) -> str:
    """Look into the External Referral Manager, as whoever settles an unknown one does."""
    return "arrived" if house.staged(reference) else "resend"


def _judge(house: House, shown: dict[str, str], counts: Counts) -> None:
    marked: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    wishes: dict[str, set[str]] = {}
    for staged in house.staged():
        description = str(staged["people"][0]["description"])
        reference = description.rpartition("Reference: ")[2]
        (marked if description.startswith(MARK) else plain)[reference] += 1
        wish = next((words for words in shown if words in description), "")
        wishes.setdefault(wish, set()).add(reference)
    counts.staged = sum(marked.values()) + sum(plain.values())
    counts.lost = [reference for reference in shown.values() if not marked[reference] + plain[reference]]
    counts.doubled_with_mark = sum(marked[each] + plain[each] - 1 for each in marked)
    counts.doubled_without_mark = [each for each, copies in plain.items() if copies > 1]
    counts.sent_as_two = [wish for wish, references in wishes.items() if len(references) > 1]
    counts.marked_without_doubt = [each for each in marked if not _was_in_doubt(house, each)]


def _was_in_doubt(house: House, reference: str) -> bool:
    return '"unknown"' in house.flask("referrals", "show", reference, "--json").stdout
