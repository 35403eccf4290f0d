"""Files that software sends: by the questions of the form, into the same room as from the page, or not at all."""

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from gateway.store import tables
from gateway.store.database import Database
from gateway.store.drafts import Drafts, forget
from gateway.web.limits import Limit, Rate

from .conftest import ANSWERS, REFERRALS, Make, Part, Software, errors, on_both_databases

pytestmark = on_both_databases

PDF = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"
PAPERS = "people.client.papers"


def said(**more: Any) -> Part:
    """The part that says the referral."""
    return "referral", json.dumps({"form": "agency", "people": ANSWERS, **more})


def a_file(name: str = "letter.pdf", content: str = PDF, part: str = PAPERS) -> Part:
    """A part with a file."""
    return part, name, content


Count = Callable[[], tuple[int, ...]]


@pytest.fixture
def counted(database: Database) -> Count:
    """Tell how many referrals, drafts, files and pieces of files have come since the test began."""

    def count() -> tuple[int, ...]:
        with database.read() as connection:
            return tuple(
                connection.scalar(select(func.count()).select_from(table)) or 0
                for table in (tables.referrals, tables.drafts, tables.files, tables.chunks)
            )

    before = count()
    return lambda: tuple(now - then for now, then in zip(count(), before, strict=True))


def test_files_come_with_their_referral(app: Flask, counted: Count, surgery: Software) -> None:
    answer = surgery.send_parts([said(), a_file(), a_file("plan.pdf", PDF + "\n")])

    assert answer.status_code == 201, answer.json
    kept = app.extensions["gateway"].files.of_referral(answer.json["reference"])
    assert sorted(each.name for each in kept.values()) == ["letter.pdf", "plan.pdf"]
    assert counted() == (1, 0, 2, 2)


def test_the_referral_may_be_a_file_among_the_parts(surgery: Software) -> None:
    as_file = ("referral", "referral.json", said()[1])

    assert surgery.send_parts([as_file, a_file()]).status_code == 201
    assert surgery.send_parts([as_file]).status_code == 201
    assert surgery.send_parts([said()]).status_code == 201


def test_the_same_files_with_the_same_key_are_the_same_referral(counted: Count, surgery: Software) -> None:
    first = surgery.send_parts([said(), a_file()], key="one")
    again = surgery.send_parts([said(), a_file()], key="one")

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    for parts in ([said()], [said(), a_file("other.pdf")], [said(), a_file(content=PDF + "\n")]):
        other = surgery.send_parts(parts, key="one")
        assert (other.status_code, other.json["code"]) == (422, "key_used")
    assert counted() == (1, 0, 1, 1)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ([a_file("letter.exe")], PAPERS),
        ([a_file("letter.pdf", "no PDF")], PAPERS),
        ([a_file("letter.pdf", "")], PAPERS),
        ([a_file(part="papers")], "papers"),
        ([a_file(part="people.client.first_name")], "people.client.first_name"),
        ([a_file(part="people.referrer.papers")], "people.referrer.papers"),
        ([("state", "delivered")], "state"),
        ([("referral", "{}")], "referral"),
        ([a_file(), ("state", "delivered")], "state"),
        ([a_file(), a_file("plan.exe")], PAPERS),
    ],
)
def test_if_one_is_refused_nothing_is_sent_and_nothing_stays(
    counted: Count, surgery: Software, parts: list[Part], field: str
) -> None:
    answer = surgery.send_parts([said(), *parts])

    assert answer.status_code in (400, 422)
    if field != "referral":
        assert list(errors(answer)) == [field]
    assert counted() == (0, 0, 0, 0)


def test_more_files_than_the_question_takes_are_refused(surgery: Software) -> None:
    parts = [a_file(f"{number}.pdf") for number in range(6)]

    assert "no room for another file" in errors(surgery.send_parts([said(), *parts]))[PAPERS]


def test_answers_that_are_refused_take_their_files_along(counted: Count, surgery: Software) -> None:
    client = {**ANSWERS["client"], "first_name": ""}
    answer = surgery.send_parts([said(people={**ANSWERS, "client": client}), a_file()], key="one")

    assert list(errors(answer)) == ["people.client.first_name"]
    assert counted() == (0, 0, 0, 0)
    assert surgery.send_parts([said(), a_file()], key="one").status_code == 201


def test_too_many_files_are_counted_for_one_token_alone_and_may_come_later(
    app: Flask, counted: Count, software: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["gateway"], "uploads", Limit(Rate(2, 3600)))
    ours, theirs = software(), software()
    two = [said(), a_file(), a_file("plan.pdf", PDF + "\n")]

    assert ours.send_parts(two).status_code == 201
    refused = ours.send_parts(two)

    assert (refused.status_code, refused.json["code"]) == (429, "too_many")
    assert int(refused.headers["Retry-After"]) > 0
    assert counted() == (1, 0, 2, 2)
    assert theirs.send_parts(two).status_code == 201


def test_files_before_the_referral_are_refused(surgery: Software) -> None:
    answer = surgery.send_parts([a_file(), said()])

    assert (answer.status_code, answer.json["code"]) == (400, "no_referral")


def test_all_together_have_their_limit(app: Flask, surgery: Software, monkeypatch: pytest.MonkeyPatch) -> None:
    site = app.extensions["gateway"]
    monkeypatch.setattr(site, "settings", site.settings.model_copy(update={"max_upload_mb": 0.1}))

    answer = surgery.send_parts([said(), a_file(content=PDF + " " * 200_000)])

    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=x"])
def test_parts_that_are_none_are_refused(surgery: Software, content_type: str) -> None:
    headers = surgery.headers("one")
    answer = surgery.client.post(REFERRALS, data=b"--x\r\n\r\nwhat", content_type=content_type, headers=headers)

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize("as_files", [True, False])
def test_a_second_call_amid_the_first_takes_nothing_away_from_it(
    app: Flask, counted: Count, surgery: Software, as_files: bool
) -> None:
    """Whichever is stored first is the referral; the other one is told so, and each has its own files meanwhile."""
    other = Software(app.test_client(), surgery.token, surgery.agency)
    parts = [said(), a_file(), a_file("plan.pdf", PDF + "\n")] if as_files else [said()]
    amid: list[TestResponse] = []

    first = surgery.send_parts(parts, key="one", meanwhile=lambda: amid.append(other.send_parts(parts, key="one")))

    assert (first.status_code, amid[0].status_code) == (200, 201)
    assert first.data == amid[0].data
    files = len(parts) - 1
    assert counted() == (1, 0, files, files)
    assert len(app.extensions["gateway"].files.of_referral(first.json["reference"])) == files


def test_of_two_at_one_moment_with_other_files_one_is_refused(app: Flask, counted: Count, surgery: Software) -> None:
    other = Software(app.test_client(), surgery.token, surgery.agency)

    refused = surgery.send_parts(
        [said(), a_file()], key="one", meanwhile=lambda: other.send_parts([said(), a_file("plan.pdf")], key="one")
    )

    assert (refused.status_code, refused.json["code"]) == (422, "key_used")
    assert counted() == (1, 0, 1, 1)


def test_files_that_went_meanwhile_are_not_left_out_in_silence(
    app: Flask, counted: Count, surgery: Software, database: Database
) -> None:
    def clear() -> None:
        # As a sweep does with a draft whose time is over.
        with database.read() as connection:
            mine = connection.scalars(select(tables.drafts.c.instance)).all()
        with database.write() as connection:
            for each in mine:
                forget(connection, each)

    refused = surgery.send_parts([said(), a_file()], key="one", meanwhile=clear)

    assert (refused.status_code, refused.json["code"]) == (503, "gone")
    assert counted() == (0, 0, 0, 0)
    assert surgery.send_parts([said(), a_file()], key="one").status_code == 201


def test_what_a_call_left_that_died_is_in_nobodys_way(
    counted: Count, surgery: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(Drafts, "forget", lambda *_: None)
        surgery.send_parts([said(), a_file("letter.exe")], key="one")
    assert counted() == (0, 1, 0, 0)

    assert surgery.send_parts([said(), a_file()], key="one").status_code == 201
    assert counted() == (1, 1, 1, 1)


def test_a_large_file_never_stands_in_memory(surgery: Software) -> None:
    size = 16 * 1024 * 1024
    content = PDF + "\n" * size
    tracemalloc.start()
    try:
        body = [said(), a_file(content=content)]
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        answer = surgery.send_parts(body)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()

    assert answer.status_code == 201, answer.json
    # The test's own client holds the body once or twice.
    assert peak < 3 * size
