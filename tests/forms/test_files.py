"""A question for files: its answer is what the draft holds, whatever a browser posts; every message says what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.forms.build import PageForm
from gateway.forms.collect import answer_rows, collect
from gateway.forms.files import FileField, Upload, Uploads, size_in_words
from gateway.forms.journey import kept
from gateway.referral import File
from tests.forms.making import definition, errors, fill, page, question


@dataclass(frozen=True)
class Stored:
    """A file as a store may know it."""

    id: str
    name: str = "a letter.pdf"
    media_type: str = "application/pdf"
    size: int = 120_000
    sha256: str = "0" * 64
    refused: bool = False
    quarantined: bool = False


def asked(
    *stored: Stored, posted: Mapping[str, Any] | None = None, troubles: Mapping[str, list[str]] | None = None,
    scanned: bool = True, **more: object,
) -> PageForm:  # fmt: skip
    """Fill in a page that asks for files; the draft has those that are given."""
    known: dict[str, Upload] = {each.id: each for each in stored}
    form = definition(
        page("a", question("letter", "file", **{"accept": ["pdf", "jpg", "heic"], **more}), question("x"))
    )
    files = Uploads(lambda ids: {each: known[each] for each in ids if each in known}, troubles or {}, scanned=scanned)
    return fill(form, "a", {"letter": [each.id for each in stored], "x": "1", **(posted or {})}, files=files)


def the_question(form: PageForm) -> FileField:
    """Give the question for files."""
    found = form.questions[0]
    assert isinstance(found, FileField)
    return found


def test_the_answer_is_the_files_with_their_sizes() -> None:
    form = asked(Stored("one"), Stored("two", name="b.jpg", size=3_400_000), max_files="3")

    assert form.validate()
    assert form.raw()["letter"] == ["one", "two"]
    assert answer_rows(form)[0].shown == "a letter.pdf (120 KB)\nb.jpg (3.4 MB)"


def test_an_id_that_the_draft_does_not_know_is_no_answer() -> None:
    form = asked(posted={"letter": ["stolen"]}, required="true")

    assert errors(form) == ["Choose a file: Letter"]


def test_a_required_question_needs_a_file_that_was_not_refused() -> None:
    assert errors(asked(required="true")) == ["Choose a file: Letter"]
    assert errors(asked(required="true", required_message="Send us the letter")) == ["Send us the letter"]
    assert errors(asked(Stored("one", refused=True), required="true")) == [
        "Choose another file: the one you added had a virus"
    ]
    assert errors(asked(Stored("one", quarantined=True), required="true")) == []


def test_a_file_that_was_refused_is_not_sent() -> None:
    form = asked(Stored("one", refused=True), Stored("two"), max_files="2")

    assert form.validate()
    assert [each.id for each in form.values["letter"]] == ["two"]


def test_what_went_wrong_with_a_file_stands_beside_the_question() -> None:
    form = asked(Stored("one"), troubles={"letter": ["Too large.", "Empty."]}, required="true")

    assert not form.validate()
    assert form.errors_summary == [("letter", "Too large."), ("letter", "Empty.")]


@pytest.mark.parametrize(
    ("stored", "scanned", "state"),
    [
        (Stored("one"), True, "Checked for viruses"),
        (Stored("one"), False, ""),
        (Stored("one", quarantined=True), True, "We will check it for viruses before anybody opens it"),
        (Stored("one", refused=True), True, "It had a virus, so we deleted it. It will not be sent."),
    ],
)
def test_each_file_says_how_it_stands(stored: Stored, scanned: bool, state: str) -> None:
    (listed,) = the_question(asked(stored, scanned=scanned)).listed

    assert (listed.name, listed.size, listed.state) == ("a letter.pdf", "120 KB", state)


def test_the_limits_are_said_before_anything_is_chosen() -> None:
    assert the_question(asked()).limits == "You can add 1 file, up to 10 MB. We take PDF, JPG or HEIC."
    assert the_question(asked(accept=["pdf"], max_files="3", max_mb="5")).limits == (
        "You can add up to 3 files, each up to 5 MB. We take PDF."
    )


def test_the_browser_learns_endings_and_types() -> None:
    accept = the_question(asked(accept=["jpg", "docx"])).accept.split(",")

    assert {".jpg", ".jpeg", "image/jpeg", ".docx"} <= set(accept)
    assert not any("*" in each for each in accept)


def test_a_page_knows_whether_it_takes_files() -> None:
    assert asked().takes_files
    assert not fill(definition(page("a", question("x"))), "a", {}).takes_files


def test_files_are_collected_beside_the_answers() -> None:
    people = [{"id": "client"}, {"id": "child", "min": 0, "max": 3}]
    form = definition(
        page("a", question("first_name"), question("letter", "file", accept=["pdf"], attach_to="referral")),
        page("b", question("first_name"), question("report", "file", accept=["pdf"]), person="child"),
        people=people,
    )
    known: dict[str, Upload] = {name: Stored(name) for name in ("one", "two")}
    files = Uploads(lambda ids: {each: known[each] for each in ids})
    pages = [
        fill(form, "a", {"first_name": "Ann", "letter": "one"}, files=files),
        fill(form, "b", {"child-1-first_name": "Ben", "child-1-report": "two"}, files=files, prefix="child-1-"),
    ]
    assert all(each.validate() for each in pages)

    collected = collect(form, pages, destination="")

    assert collected.files == (
        File("one", "letter", "Letter", "a letter.pdf", "application/pdf", 120_000, "0" * 64, "referral", 0),
        File("two", "report", "Report", "a letter.pdf", "application/pdf", 120_000, "0" * 64, "child", 1),
    )
    assert [answer.name for person in collected.people for answer in person.answers] == ["first_name", "first_name"]


def test_the_files_of_a_question_that_is_hidden_do_not_count() -> None:
    form = definition(
        page("a", question("has", "yes_no"), question("letter", "file", accept=["pdf"], show_when={"has": "Y"}))
    )

    assert kept(form, {"has": ["N"], "letter": ["one"]}) == {"has": ("N",)}
    assert kept(form, {"has": ["Y"], "letter": ["one"]}) == {"has": ("Y",), "letter": ("one",)}


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "1 KB"), (999, "1 KB"), (1500, "2 KB"), (120_000, "120 KB"), (1_250_000, "1.2 MB"), (10_485_760, "10 MB")],
)
def test_sizes_are_written_as_file_managers_do(size: int, words: str) -> None:
    assert size_in_words(size) == words
