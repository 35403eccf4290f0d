"""Backup, restore, upgrade and the move to PostgreSQL, by the commands of docs/operations.md, while people send."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.chaos.senders import Senders
from tests.chaos.storm import MARK
from tests.docs.reading import blocks, section
from tests.end_to_end.house import ROOT, House, wait_for
from tests.end_to_end.visitor import Visitor
from tests.end_to_end.walks import CONTACT

TERM = 15
BY_OTHERS = ("git ", "make ")  # what an upgrade types besides


def written(heading: str) -> list[list[str]]:
    """Give the lines of every block of commands under a heading of the page, as they are typed."""
    return [body.splitlines() for body in blocks(section("docs/operations.md", heading), "sh")]


def type_(house: House, lines: Sequence[str]) -> str:
    """Type lines into a shell in the gateway's own folder; give what they said."""
    kept = [line for line in lines if not line.startswith(BY_OTHERS)]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", "-ec", "\n".join(kept).replace(".venv/bin/", "")],
        cwd=house.folder, env={**house.environment, "PATH": path, "FLASK_APP": str(ROOT / "app.py")},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout + ended.stderr


def copies(house: House) -> tuple[Counter[str], Counter[str]]:
    """Count what stands in the staging area by reference: with a mark, and without one."""
    marked: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    for staged in house.staged():
        description = str(staged["people"][0]["description"])
        reference = re.sub(r".*Reference: (\S+).*", r"\1", description, flags=re.DOTALL)
        (marked if description.startswith(MARK) else plain)[reference] += 1
    return marked, plain


def delivered(house: House, references: Sequence[str]) -> bool:
    """Tell whether all of these are delivered."""
    states = {each["reference"]: each["state"] for each in house.referrals()}
    return all(states.get(each) == "delivered" for each in references)


@pytest.fixture
def started(build: Callable[..., House], tmp_path: Path) -> Callable[[str], House]:
    """Start a gateway with a folder for its backups, on a database of one's own choice."""

    def start(database_url: str) -> House:
        (tmp_path / "backups").mkdir()
        return build(database_url, GATEWAY_UNKNOWN_RESEND_SECONDS="0.5").start("sandbox", "web")

    return start


@pytest.fixture
def house(started: Callable[[str], House], tmp_path: Path) -> House:
    """A gateway as the page knows it: its database is var/gateway.db in its folder."""
    return started(f"sqlite:///{tmp_path}/var/gateway.db")


@pytest.mark.parametrize(("kind", "ledger"), [("sqlite", "kept"), ("postgresql", "lost")])
def test_what_was_shown_before_the_backup_is_there_after_the_restore_and_goes_out_marked_if_ever_again(
    started: Callable[[str], House], tmp_path: Path, request: pytest.FixtureRequest, kind: str, ledger: str
) -> None:
    is_sqlite = kind == "sqlite"
    house = started(f"sqlite:///{tmp_path}/gateway.db" if is_sqlite else request.getfixturevalue("postgres_url"))
    house.start("worker")
    senders = Senders(house.base, people=3, forms=5)
    wait_for(lambda: len(senders.shown) >= 4, "the first receipts")
    before = list(senders.shown.values())
    (every_day, *_), (try_it_and_do_it, *_) = written("## Backup"), written("## Restore")
    type_(house, every_day)
    wait_for(lambda: not senders.busy, "all receipts")
    everything = list(senders.shown.values())
    wait_for(lambda: delivered(house, everything), "all deliveries")
    house.kill("worker", TERM)
    house.kill("web", TERM)

    house.environment["GATEWAY_DATABASE_URL"] = f"sqlite:///{tmp_path}/new.db"
    if ledger == "lost":
        (house.folder / "ledger.jsonl").unlink()
        try_it_and_do_it = [f"{line} --without-ledger" for line in try_it_and_do_it]
    said = type_(house, try_it_and_do_it)

    assert "It is whole." in said
    states = {each["reference"]: each["state"] for each in house.referrals()}
    assert set(before) <= set(states) <= set(everything)
    if ledger == "kept":
        assert set(states.values()) == {"delivered"}
    house.start("worker", "web")
    wait_for(lambda: delivered(house, list(states)), "all deliveries of what was restored")
    marked, plain = copies(house)
    assert set(plain) == set(everything)
    assert max(plain.values()) == 1
    assert set(marked) == (
        set() if ledger == "kept" else {each for each, state in states.items() if state == "unknown"}
    )


def test_people_who_send_while_everything_moves_to_postgresql_lose_nothing(house: House, postgres_url: str) -> None:
    before_it, move = written("## Moving to PostgreSQL")
    senders = Senders(house.base, people=3, forms=2)
    wait_for(lambda: not senders.busy, "the first receipts")
    type_(house, before_it)
    half_way = Visitor(house.base).open("/riverside/contact-me")
    house.environment["GATEWAY_DATABASE_URL"] = postgres_url

    said = type_(house, move)

    assert "were moved" in said
    page = half_way.page
    refused = half_way.submit(CONTACT)
    assert refused.response.status_code == 503
    assert "This page cannot be shown at the moment" in refused.response.text
    assert "was moved to another one" in Visitor(house.base).open("/readyz").response.text
    house.kill("web", TERM)
    house.start("web", "worker")
    half_way.open("/riverside/contact-me").page = page  # they went back, and press the button once more
    mine = half_way.submit(CONTACT).reference
    everything = [mine, *senders.shown.values()]
    wait_for(lambda: delivered(house, everything), "all deliveries")
    marked, plain = copies(house)
    assert set(plain) == set(everything)
    assert set(plain.values()) == {1}
    assert not marked


def test_an_upgrade_while_people_send_disturbs_nobody(house: House) -> None:
    house.start("worker")
    senders = Senders(house.base, people=2, forms=4)
    wait_for(lambda: senders.shown, "the first receipt")

    for lines in written("## An upgrade"):
        type_(house, lines)

    wait_for(lambda: not senders.busy, "all receipts")
    assert sum(visitor.server_faults for visitor in senders.visitors) == 0
    wait_for(lambda: delivered(house, list(senders.shown.values())), "all deliveries")
