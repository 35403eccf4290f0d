"""Every group is read alike: whole, by id, by filters and days, in chosen fields, with ids or friendly names."""

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.sandbox.charity.seeds import load_seeds
from tests.sandbox.conftest import KEYS, read

SEEDS = load_seeds()
GROUPS = ["clients", "referrals", "done_contacts", "due_contacts", "workers", "schedules"]
TEXTS = ["external_id", "gp_name", "gp_surgery", "nhs_number", "people_in_household", "postcode", "registered_disabled",
         "school", "social_services_number", "usual_support_worker"]  # fmt: skip


def ids(client: FlaskClient, path: str) -> list[int]:
    return [each["id"] for each in read(client, path)]


def refusal(client: FlaskClient, path: str) -> tuple[int, str]:
    answer = client.get(f"/v2/{path}", headers=KEYS)
    assert answer.json is not None
    return answer.status_code, answer.json["error"]


# --- whole, and by id -----------------------------------------------------------------------------


@pytest.mark.parametrize("group", [*GROUPS, "extension_database/wellcheck_notes_9"])
def test_a_group_is_read_whole_or_by_an_id(shared: FlaskClient, group: str) -> None:
    records = read(shared, group)
    number = records[1]["id"]

    assert len(records) > 1
    assert read(shared, f"{group}/") == records
    assert read(shared, f"{group}/id/{number}") == [records[1]]
    assert read(shared, f"{group}/{number}") == [records[1]]
    assert ids(shared, f"{group}/id/{records[0]['id']};{number}") == [records[0]["id"], number]
    assert read(shared, f"{group}/{number}/field/id") == [{"id": number}]


# --- filters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("clients/religion/1;3;10/ethnicity/35", [1, 2, 5]),
        ("clients/website_photo_consent/109", [1, 12]),
        ("clients/email/alba.samplewell@example.com", [1]),
        ("clients/type/8", []),
        ("clients/type/10/active/Y", [11]),
        ("referrals/id/510", [510]),
        ("referrals/client_ethnicity/35;51/project/1;5", [503, 1204]),
        ("referrals/project_name/Triage;Counselling", [2289]),
        ("done_contacts/client_registered_disabled/Y/client_employment_status/7/project/1", [121, 124, 409]),
        ("done_contacts/user/6/stage/3", [132]),
        ("due_contacts/referral/2289", [405]),
        ("workers/active/N", [9]),
        ("schedules/worker/4", [21, 22]),
        ("extension_database/wellcheck_notes_9/referral/2289", [17, 18]),
        ("extension_database/wellcheck_notes/referral/2289/option_22/42", [17]),
        ("extension_database/staff_disciplinary_13", [19]),
    ],
)
def test_records_pass_every_filter(shared: FlaskClient, path: str, found: list[int]) -> None:
    assert ids(shared, path) == found


@pytest.mark.parametrize("group", GROUPS)
def test_every_documented_key_filters(shared: FlaskClient, group: str) -> None:
    for key in SEEDS.filterable[group]:
        read(shared, f"{group}/{key}/{'2018-10-01' if 'date' in key else 'x'}")


def test_ten_filters_are_taken_and_the_eleventh_is_refused(shared: FlaskClient) -> None:
    ten = "/".join(f"{key}/;2;SA1%201ZZ" for key in TEXTS)

    assert ids(shared, f"clients/{ten}/field/id") == [2]
    assert read(shared, f"clients/{ten}/dimension/district/metric/gender")
    assert refusal(shared, f"clients/{ten}/type/7") == (400, "At most 10 filters are taken.")


def test_pairs_stand_in_any_order(shared: FlaskClient) -> None:
    wanted = read(shared, "clients/type/7/district/1/field/id;surname")

    assert wanted == [{"id": 1, "surname": "Samplewell"}]
    assert read(shared, "clients/field/id;surname/district/1/type/7") == wanted
    assert read(shared, "clients/district/1/field/id;surname/type/7") == wanted


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("clients/shoe_size/7", 400, "1 of the keys"),
        ("clients/type", 404, "in pairs"),
        ("clients/type/7/type/8", 400, "stands once only"),
        ("clients/metric/gender", 400, "needs a dimension"),
        ("extension_database/no_such_1", 404, "no such extension database"),
        ("extension_database/wellcheck_notes_9/surname/x", 400, "1 of the keys"),
    ],
)
def test_an_address_that_means_nothing_is_refused(shared: FlaskClient, path: str, status: int, words: str) -> None:
    said = refusal(shared, path)

    assert said[0] == status
    assert words in said[1]


TEXT = st.text(max_size=10)


@settings(max_examples=40, deadline=None)
@given(wanted=st.dictionaries(st.sampled_from(TEXTS[1:]), TEXT, min_size=1), other=TEXT)
def test_any_values_survive_an_address_and_find_their_record(
    shared: FlaskClient, wanted: dict[str, str], other: str
) -> None:
    named = {"first_name": "Alys", "surname": "Testperson"}
    made = shared.put("/v2/clients", json=named | wanted, headers=KEYS)
    pairs = "/".join(f"{key}/{quote(other, safe='')};{quote(value, safe='')}" for key, value in wanted.items())

    (found,) = read(shared, f"clients/id/{made.json['id']}/{pairs}/field/{';'.join(wanted)}")  # type: ignore[index]

    assert found == {key: value or None for key, value in wanted.items()}


# --- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("referrals/date_active/2018-10-01,2018-10-31", [503, 507, 510]),
        ("referrals/date_active/2018-11-01,2018-11-30", [510]),
        ("referrals/date/2018-11-01,2018-11-30", []),
        ("referrals/date/2018-10-02,2018-10-17", [503, 507]),
        ("referrals/date/2018-10-02", [503]),
        ("referrals/date/2018-10-02;2019-01-01,2019-12-31", [503, 1204, 1780]),
        ("referrals/updated/2019-11-12", [1780]),
        ("done_contacts/end_date/2018-10-11,2018-10-17", [124, 127]),
        ("due_contacts/start_date/2026-12-01", [413]),
        ("schedules/date_active/2026-11-24,2026-11-30", [21]),
        ("extension_database/wellcheck_notes_9/date_21/2026-01-01,2026-12-31", [17, 18]),
        ("referrals/date/2018-12-31,2018-01-01", []),
    ],
)
def test_a_range_of_days_takes_both_its_ends(shared: FlaskClient, path: str, found: list[int]) -> None:
    assert ids(shared, path) == found


@pytest.mark.parametrize("days", ["yesterday", "2018-02-30", "20181001", "2018-10-01,", "2018-10-01%2C2018-10-31",
                                  "2018-10-01,2018-10-02,2018-10-03", ""])  # fmt: skip
def test_what_is_no_day_is_refused(shared: FlaskClient, days: str) -> None:
    status, words = refusal(shared, f"referrals/date_active/{days}")

    assert status == 400
    assert "YYYY-MM-DD" in words


# --- fields, and friendly names -------------------------------------------------------------------


def test_what_is_asked_for_is_told_and_nothing_else(shared: FlaskClient) -> None:
    assert read(shared, "clients/id/1/field/surname;website_photo_consent;school") == [
        {"surname": "Samplewell", "website_photo_consent": "109", "school": None}
    ]
    (told,) = read(shared, "referrals/id/510/field/client_postcode;date_active")
    assert told == {"client_postcode": "SA2 4ZZ", "date_active": ["2018-10-29", "2018-11-08"]}


def test_what_comes_from_others_is_told_only_when_asked_for(shared: FlaskClient) -> None:
    (contact,) = read(shared, "done_contacts/id/131")
    (known,) = read(shared, "clients/id/1")
    (referral,) = read(shared, "referrals/id/510")

    assert {"client", "project", "user", "start_date"} <= contact.keys()
    assert not {"client_postcode", "client_surname", "referrer", "day", "date_active"} & contact.keys()
    assert not {"client_postcode", "date_active"} & referral.keys()
    assert "relationship_details" not in known
    (ties,) = read(shared, "clients/id/1/field/relationship_details")
    assert ties["relationship_details"][0]["id_second"] == 2


@pytest.mark.parametrize("path", ["clients/id/1/field/id;ethnicity;gender", "clients/id/1/field/id;ethnicity;gender/"])
def test_ids_become_friendly_names_where_wished(shared: FlaskClient, path: str) -> None:
    one = read(shared, f"{path}?resolveIds[]=ethnicity&resolveIds[]=shoe_size")
    every = read(shared, f"{path}?resolveIds[]=ALL")

    assert one == [{"id": 1, "ethnicity": "White British", "gender": "1"}]
    assert every == [{"id": 1, "ethnicity": "White British", "gender": "Female"}]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("referrals/id/510/field/client_gender;template", {"client_gender": "Male", "template": "Hospital discharge"}),
        ("done_contacts/id/131/field/user;project", {"user": "Priya Inventedham", "project": "Young carers"}),
        ("schedules/id/21/field/worker", {"worker": "Osian Testworker"}),
        ("extension_database/wellcheck_notes_9/id/17/field/option_22", {"option_22": "Some worries"}),
    ],
)
def test_each_group_resolves_its_ids(shared: FlaskClient, path: str, names: dict[str, str]) -> None:
    assert read(shared, f"{path}?resolveIds[]=ALL") == [names]


# --- lists of fields ------------------------------------------------------------------------------


@pytest.mark.parametrize("group", [*GROUPS, "external_referral"])
def test_selectable_fields_are_listed(shared: FlaskClient, group: str) -> None:
    fields = read(shared, f"{group}/selectable_fields")

    assert fields
    assert set(fields) <= set(SEEDS.selectable[group])


def test_filterable_fields_and_metrics_are_listed_where_a_page_says_so(shared: FlaskClient) -> None:
    for group in ("clients", "due_contacts", "done_contacts"):
        assert read(shared, f"{group}/filterable_fields") == SEEDS.filterable[group]
    for group in ("due_contacts", "done_contacts"):
        assert {"project", "client_gender"} <= set(read(shared, f"{group}/metrics"))
    for path in ("workers/filterable_fields", "clients/metrics"):
        assert refusal(shared, path)[0] == 404


def test_schedules_have_friendly_names(shared: FlaskClient) -> None:
    assert read(shared, "schedules/friendly_names")["worker"] == "Worker"


def test_every_field_with_choices_has_its_dictionary(shared: FlaskClient) -> None:
    dictionaries = read(shared, "dictionary")

    for fields in SEEDS.selectable.values():
        assert {field.dictionary for field in fields.values() if field.dictionary} <= dictionaries.keys()


@pytest.mark.parametrize("term", ["council / adult", "100%", "a;b,c", "Sampleshire  ?#", "é"])
def test_a_search_term_may_hold_any_character(client: FlaskClient, term: str) -> None:
    client.post("/_sandbox/dictionaries/referrals/referrer", json={"1": "Self", "9": f"The {term.upper()} team"})

    assert read(client, f"dictionary/search/referrals/referrer/{quote(term, safe='')}").keys() == {"9"}
