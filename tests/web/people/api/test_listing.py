"""Lists as the vendors' own APIs have them: in parts with a meta, sorted, searched, on conditions; never an answer."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from gateway.store import sent_lists, tables
from gateway.store.database import Database
from gateway.store.states import ReferralState, stands
from gateway.web.partner import standing

from .conftest import ANSWERS, REFERRALS, Make, Software, errors, on_both_databases

pytestmark = on_both_databases

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def five(database: Database, surgery: Software) -> list[str]:
    """Five referrals, a day between each, the oldest first."""
    references = [surgery.send().json["reference"] for _ in range(5)]
    with database.write() as connection:
        for number, reference in enumerate(references):
            at = AT + timedelta(days=number)
            mine = tables.referrals.c.reference == reference
            connection.execute(update(tables.referrals).where(mine).values(created_at=at, updated_at=at))
    return references


def listed(software: Software, **query: object) -> list[str]:
    """The references of a list."""
    answer = software.get(REFERRALS, **query)
    assert answer.status_code == 200, answer.json
    return [each["reference"] for each in answer.json["objects"]]


def test_one_says_where_it_stands_and_never_an_answer(database: Database, surgery: Software) -> None:
    reference = surgery.send().json["reference"]

    answer = surgery.get(f"{REFERRALS}/{reference.lower()}")

    assert answer.status_code == 200
    assert set(answer.json) == {
        "reference", "form", "state", "created_at", "updated_at", "passed_on_at", "imported_at"
    }  # fmt: skip
    assert (answer.json["state"], answer.json["passed_on_at"]) == ("received", None)
    with database.write() as connection:
        mine = tables.referrals.c.reference == reference
        connection.execute(
            update(tables.referrals).where(mine).values(state="delivered", delivered_at=AT, imported_at=AT)
        )
    known = surgery.get(f"{REFERRALS}/{reference}")
    assert (known.json["state"], known.json["imported_at"]) == ("imported", "2026-05-01T12:00:00Z")
    for given in ANSWERS["client"].values():
        if isinstance(given, str):
            assert given not in known.get_data(as_text=True)


def test_pages_and_api_use_the_same_words(database: Database, surgery: Software) -> None:
    reference = surgery.send().json["reference"]
    for state in ReferralState:
        for imported in (None, AT):
            with database.write() as connection:
                mine = tables.referrals.c.reference == reference
                connection.execute(update(tables.referrals).where(mine).values(state=state, imported_at=imported))
            shown = standing.words_of(stands(state, imported=imported is not None)).word
            assert surgery.get(f"{REFERRALS}/{reference}").json["state"] == shown.replace(" ", "_")


def test_a_list_comes_in_parts_whose_addresses_lead_on(surgery: Software, five: list[str]) -> None:
    first = surgery.get(REFERRALS, limit=2, form="agency").json
    assert first["meta"] == {
        "limit": 2,
        "offset": 0,
        "next": f"{REFERRALS}?limit=2&form=agency&offset=2",
        "previous": None,
        "total_count": 5,
    }
    seen = [each["reference"] for each in first["objects"]]
    address = first["meta"]["next"]
    while address:
        part = surgery.client.get(address, headers=surgery.headers()).json
        seen += [each["reference"] for each in part["objects"]]
        last, address = address, part["meta"]["next"]

    assert seen == five[::-1]
    assert part["meta"]["previous"] == last.replace("offset=4", "offset=2")


def test_next_leads_to_the_end_of_what_is_too_much_to_be_counted_or_passed_over(
    surgery: Software, five: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_lists, "MOST", 2)
    monkeypatch.setattr(sent_lists, "READ", 2)
    rare = {"updated_at__lt": "2026-05-02T13:00:00Z"}
    for asked, expected in (
        ({}, five[::-1]),
        ({"dir": "asc"}, five),
        (rare, five[1::-1]),
        ({"offset": 2}, five[2::-1]),
    ):
        seen: list[str] = []
        part = surgery.get(REFERRALS, limit=1, **asked).json
        assert part["meta"]["total_count"] == (2 if asked is rare else None)
        while part["meta"]["next"]:
            seen += [each["reference"] for each in part["objects"]]
            part = surgery.client.get(part["meta"]["next"], headers=surgery.headers()).json
        assert [*seen, *(each["reference"] for each in part["objects"])] == expected, asked


@pytest.mark.parametrize(
    "place", ["", "soon", "1-RG-0000", "1-RG-UUUU-0000", "٣-RG-0000-0000", "1" * 18 + "-RG-0000-0000"]
)
def test_a_place_that_next_does_not_have_is_refused(surgery: Software, place: str) -> None:
    assert "next" in errors(surgery.get(REFERRALS, behind=place))["behind"]


def test_twenty_unless_said_and_a_hundred_at_most(surgery: Software) -> None:
    assert surgery.get(REFERRALS).json["meta"]["limit"] == 20
    assert surgery.get(REFERRALS, limit=100).status_code == 200
    assert "100" in errors(surgery.get(REFERRALS, limit=101))["limit"]
    assert "created_at__lt" in errors(surgery.get(REFERRALS, offset=1001))["offset"]


def test_they_are_sorted_and_filtered_as_documented(surgery: Software, five: list[str]) -> None:
    assert listed(surgery, sort="created_at", dir="asc") == five
    assert listed(surgery, sort="updated_at") == five[::-1]
    day = "2026-05-03T12:00:00Z"
    assert listed(surgery, created_at__gt=day) == five[:2:-1]
    assert listed(surgery, created_at__gte=day) == five[:1:-1]
    assert listed(surgery, created_at__lt="2026-05-03T13:00:00+01:00") == five[1::-1]
    assert listed(surgery, updated_at__lte=day) == five[2::-1]
    assert listed(surgery, created_at__range="2026-05-01T12:00:00Z,2026-05-03T12:00:00Z") == [five[1]]
    assert listed(surgery, created_at__gt="2026-05-03", created_at__lt="2026-05-04") == [five[2]]
    assert listed(surgery, state="received", form__in="agency,support") == five[::-1]
    assert listed(surgery, state__in="imported,closed") == listed(surgery, state__startswith="needs") == []
    assert listed(surgery, imported_at__gt=day) == listed(surgery, form="support") == []
    assert listed(surgery, form__startswith="age", limit=1) == [five[-1]]


def test_they_are_searched_by_reference(surgery: Software, five: list[str]) -> None:
    for typed in (five[0], five[0].lower(), five[0].removeprefix("RG-"), f" {five[0][:-1]} "):
        assert listed(surgery, search=typed) == [five[0]], typed
    assert listed(surgery, search="RG-") == five[::-1]
    assert listed(surgery, reference=five[1].lower()) == [five[1]]


def test_what_others_sent_is_not_there(software: Make, surgery: Software, five: list[str]) -> None:
    other, colleague = software(), software(agency=surgery.agency)

    assert listed(other) == listed(other, reference=five[0]) == []
    assert other.get(f"{REFERRALS}/{five[0]}").status_code == 404
    assert listed(colleague) == five[::-1]


def test_the_forms_of_a_token_are_listed_with_their_schemas(software: Make) -> None:
    narrow = software("agency")

    answer = narrow.get("/api/v1/forms").json
    one = narrow.get("/api/v1/forms/agency").json

    assert (answer["meta"]["total_count"], answer["objects"]) == (1, [one])
    assert (one["slug"], one["open"], one["languages"]) == ("agency", True, ["en", "cy"])
    people = one["schema"]["properties"]["people"]
    assert people["required"] == ["client", "referrer"]
    assert "first_name" in people["properties"]["client"]["required"]
    assert "papers" not in people["properties"]["client"]["properties"]
    assert list(one["files"]) == ["people.client.papers"]
    assert narrow.get("/api/v1/forms/support").status_code == 404


def test_without_a_scope_the_forms_for_partners_are_meant(
    surgery: Software, software: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = surgery.client.application.extensions["gateway"]
    wide = software("")
    assert [each["slug"] for each in wide.get("/api/v1/forms").json["objects"]] == ["refer"]
    monkeypatch.setitem(site.organisations["riverside"].forms["agency"].__dict__, "audience", "partner")

    assert [each["slug"] for each in wide.get("/api/v1/forms").json["objects"]] == ["agency", "refer"]
    assert wide.send().status_code == 201
    assert wide.send(form="support").status_code == 403
