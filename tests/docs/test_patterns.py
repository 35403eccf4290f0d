"""docs/patterns.md compares with GOV.UK point by point: every test that it names exists, and no pattern is left out."""

import re

import pytest

from tests.docs.reading import ROOT, table, text_of, words

PATTERNS = "docs/patterns.md"
ASKED_FOR = ("Error summary", "Date input", "Radios", "File upload", "Check answers", "Confirmation")
HEADINGS = re.findall(r"^## (.+)$", text_of(PATTERNS), re.MULTILINE)
TESTS = {
    name
    for path in ROOT.glob("tests/**/test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_no_pattern_is_left_out_and_the_version_is_named() -> None:
    assert set(ASKED_FOR) <= set(HEADINGS)
    assert re.search(r"GOV\.UK Frontend \d+\.\d+\.\d+", text_of(PATTERNS))


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_point_says_how_it_compares_and_which_test_shows_it(heading: str) -> None:
    for point, here, how, why, shown_by in table(PATTERNS, f"## {heading}"):
        assert here, point
        assert how in ("alike", "further", "otherwise"), here
        assert why or how != "otherwise", here
        assert set(words(shown_by)) <= TESTS, here
        assert words(shown_by) or here == "None", here


@pytest.mark.parametrize("heading", HEADINGS[1:])
def test_every_pattern_leads_to_its_page_at_gov_uk(heading: str) -> None:
    body = text_of(PATTERNS).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]

    assert re.search(r"\]\(https://design-system\.service\.gov\.uk/(components|patterns)/[a-z-]+/\)", body)
