"""Lists beside forms, beside the files of an organisation, and beside what was read of them before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import requests
from sqlalchemy import delete, update

from gateway.store import dictionaries, tables

from .conftest import SQLITE, Patient

Told = Callable[..., list[str]]
pytestmark = SQLITE


def rewritten(patient: Patient, name: str, *changes: tuple[str, str]) -> None:
    (file,) = (patient.organisations / "riverside").rglob(name)
    text = file.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text)


def offered(patient: Patient, name: str, **entries: str) -> None:
    control = patient.settings["CHARITYLOG_URL"].removesuffix("/v2") + "/_sandbox"
    assert requests.post(f"{control}/dictionaries/{name}", json=entries, timeout=10).ok


def test_lists_that_were_never_read_or_are_old_or_in_trouble_are_told(patient: Patient, told: Told) -> None:
    name, now = "organisations/district", datetime.now(UTC)
    assert told("dictionaries") == []

    dictionaries.note(patient.database, "riverside", name, "answered 500", now=now)
    assert "organisations/district is as it was: answered 500" in told("dictionaries")[0]

    with patient.database.write() as connection:
        old = update(tables.readings).where(tables.readings.c.name == name)
        connection.execute(old.values(read_at=now - timedelta(days=3), problem=None))
    assert "was read 3 days ago: no worker has tried since" in told("dictionaries")[0]

    with patient.database.write() as connection:
        connection.execute(delete(tables.readings).where(tables.readings.c.name == name))
    assert "organisations/district was never read" in told("dictionaries")[0]

    with patient.database.write() as connection:
        connection.execute(delete(tables.readings))
    (line,) = told("dictionaries")
    assert line.startswith("look riverside organisations/district, ")
    assert "were never read" in line


def test_a_form_that_sends_what_the_destination_does_not_have_is_told(patient: Patient, told: Told) -> None:
    assert told("forms") == []
    fields = [(name, name) for name in ("first_name", "surname", "district", "telephone", "mobile", "email")]
    for name in ("fields/clients", "fields/external_referral"):
        dictionaries.keep(patient.database, "riverside", name, fields, now=datetime.now(UTC))

    assert [line.partition(";")[0] for line in told("forms")] == [
        "look riverside support page “about”, question “Date of birth”: Charitylog lists no field date_of_birth"
    ]


def test_imports_that_cannot_be_found_by_external_id_are_told(patient: Patient, told: Told) -> None:
    profile = patient.organisations / "riverside" / "organisation.yaml"
    profile.write_text(profile.read_text().replace("charitylog:\n", "charitylog:\n  correlate: external_id\n", 1))
    assert told("forms") == []
    (form,) = (patient.organisations / "riverside" / "forms").glob("support.yaml")
    form.write_text(form.read_text().replace("date_of_birth", "surname_of_birth"))
    fields = [(name, name) for name in ("first_name", "surname", "surname_of_birth", "district", "telephone")]
    for name in ("fields/clients", "fields/external_referral"):
        dictionaries.keep(patient.database, "riverside", name, fields, now=datetime.now(UTC))

    assert "charitylog.correlate: Charitylog lists no field external_id" in told("forms")[0]


def test_a_list_that_differs_from_its_file_is_told_with_the_questions_that_offer_it(
    patient: Patient, told: Told
) -> None:
    assert told("drift", offline=False) == []
    rewritten(
        patient,
        "district.json",
        ('"label": "Sampleford"', '"label": "Samplebridge"'),
        ('{"value": "2", "label": "Samplemouth"},', '{"value": "9", "label": "Far Sample"},'),
    )

    (line,) = told("drift")
    assert line.startswith(
        "look riverside organisations/district is not as in the file dictionaries/organisations/district.json: "
        "new: 2 “Samplemouth”; renamed: 1 “Samplebridge” is “Sampleford”; gone: 9 “Far Sample” "
        "(it touches support, page “about”, question “Where do you live?”)"
    )


def test_a_translated_entry_keeps_its_name(patient: Patient, told: Told) -> None:
    rewritten(patient, "district.json", ('{"en": "Upper Sample", "cy": "Sample Uchaf"}', '{"cy": "Upper Sample"}'))

    assert told("drift") == []


def test_what_has_changed_since_a_worker_read_it_is_told_once_somebody_is_asked(patient: Patient, told: Told) -> None:
    offered(patient, "organisations/district", **{"1": "Sampleford", "2": "Samplemouth", "7": "Samplewick"})
    assert told("drift") == []

    file, since = told("drift", offline=False)
    assert "gone: 3 “Upper Sample”" in file
    assert "has changed since it was read on " in since
    assert "new: 7 “Samplewick”; gone: 3 “Upper Sample”" in since
    assert "`flask dictionaries refresh riverside`" in since


def test_a_field_that_was_there_and_has_gone_is_told_with_its_day(patient: Patient, told: Told) -> None:
    now = datetime.now(UTC)
    for name in ("fields/clients", "fields/external_referral"):
        fields = [(each.value, each.label) for each in dictionaries.load(patient.database, "riverside", name) or ()]
        left = [field for field in fields if field[0] not in ("date_of_birth", "known_as")]
        dictionaries.keep(patient.database, "riverside", name, left, now=now)

    lines = told("drift")
    assert [line.partition(", found on")[0] for line in lines] == [
        "look riverside fields/clients has lost date_of_birth",
        "look riverside fields/external_referral has lost date_of_birth",
    ]
    assert "(it touches support, page “about”, question “Date of birth”)" in lines[0]


def test_forms_are_compared_with_what_is_there_now(patient: Patient, told: Told) -> None:
    rewritten(patient, "support.yaml", ("org_type_id: 1", "org_type_id: 99"), ("date_of_birth,", "birthday, as: dob,"))

    wrong, field = sorted(told("forms", offline=False), reverse=True)
    assert wrong.startswith(
        "wrong riverside support the type of “client”: Charitylog has no 99 in its list client_type "
        "(people[0].charitylog.org_type_id) — write the id of one that it has: 1 “Client”, "
    )
    assert "question “Date of birth”: Charitylog lists no field dob; it may drop that answer" in field


def test_a_destination_is_asked_for_each_list_once(patient: Patient) -> None:
    control = patient.settings["CHARITYLOG_URL"].removesuffix("/v2") + "/_sandbox"
    before = requests.get(f"{control}/calls", timeout=10).json()
    patient.examined(offline=False)
    after = requests.get(f"{control}/calls", timeout=10).json()

    assert after != before
    # The fields of clients and of external_referral; the lists of the two forms: what they offer, types, projects.
    assert total(after) - total(before) == 5


def total(calls: object) -> int:
    if isinstance(calls, dict):
        return sum(total(each) for key, each in calls.items() if key != "invented_by_the_sandbox")
    return calls if isinstance(calls, int) else 0


def test_a_form_without_anything_to_look_at_says_what_its_numbers_mean(patient: Patient) -> None:
    (line,) = [each.what for each in patient.examined(offline=False) if each.form == "contact-me"]

    assert line.endswith("; the project of the form is 7 “Triage”; the type of “client” is 2 “Enquirer”")


def test_a_file_of_a_list_that_no_form_offers_is_compared_too(patient: Patient, told: Told) -> None:
    file = patient.organisations / "riverside" / "dictionaries" / "client_type.json"
    file.write_text('[{"value": "1", "label": "Client"}, {"value": "2", "label": "Visitor"}]')

    (line,) = told("drift", offline=False)
    assert "client_type is not as in the file dictionaries/client_type.json: new: 3 “Referring professional”, " in line
    assert "renamed: 2 “Visitor” is “Enquirer” (it touches contact-me, the type of “client”)" in line


def test_a_worker_reads_the_lists_of_the_ids_in_blocks_so_that_they_are_judged_while_nobody_is_asked(
    patient: Patient, told: Told
) -> None:
    types = [(each.value, each.label) for each in dictionaries.load(patient.database, "riverside", "client_type") or ()]
    left = [entry for entry in types if entry[0] != "2"]
    dictionaries.keep(patient.database, "riverside", "client_type", left, now=datetime.now(UTC))

    (line,) = told("forms")
    assert line.startswith(
        "wrong riverside contact-me the type of “client”: Charitylog has no 2 in its list client_type"
    )
    (line,) = told("drift")
    assert line.startswith("look riverside client_type has lost 2, found on ")
