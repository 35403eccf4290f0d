"""docs/operations.md names every matter that the doctor looks at, and what it quotes is what is said."""

from pathlib import Path

from gateway.doctor.round import CHECKS
from tests.docs.reading import ROOT, table, words

OPERATIONS = "docs/operations.md"
SAID_WITHOUT_A_CHECK = {"settings", "web", "disk"}


def test_the_table_of_the_doctor_has_every_matter_and_no_other() -> None:
    named = [word for row in table(OPERATIONS, "## The doctor") for word in words(row[0])]

    assert set(named) - {"ok", "look", "wrong"} == {*CHECKS, *SAID_WITHOUT_A_CHECK}


def test_what_the_doctor_is_quoted_with_about_charitylog_is_what_it_says() -> None:
    rooms = ("surveying.py", "comparing.py")
    said = "".join(Path(ROOT, "gateway/destinations", room).read_text(encoding="utf-8") for room in rooms)
    quoted = [word for row in table(OPERATIONS, "### The doctor and Charitylog") for word in words(row[0])]

    assert len(quoted) >= 8
    for line in quoted:
        for part in line.replace(": answered 401", "…").replace(": answered 403", "…").split("…"):
            assert part.strip(" “”.") in said, part
