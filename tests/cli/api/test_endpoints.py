"""Every address of the vendor's pages, reached from the command line, and exactly that one."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.reading import table, words

from .conftest import Typing, Wire

UNEMPLOYED = "--filter client_registered_disabled=Y --filter client_employment_status=N"
READ = [
    ("get clients", "/clients"),
    ("get clients --filter religion=1,3,10 --filter ethnicity=1", "/clients/religion/1;3;10/ethnicity/1"),
    (
        f"get done_contacts {UNEMPLOYED} --filter project=5",
        "/done_contacts/client_registered_disabled/Y/client_employment_status/N/project/5",
    ),
    ("get referrals 510", "/referrals/id/510"),
    ("get clients --filter website_photo_consent=109", "/clients/website_photo_consent/109"),
    ("get referrals --filter date_active=2018-10-01,2018-10-31", "/referrals/date_active/2018-10-01,2018-10-31"),
    ("get clients --fields id,surname,website_photo_consent", "/clients/field/id;surname;website_photo_consent"),
    ("get clients --filter type=7", "/clients/type/7"),
    ("get clients --filter email=jsmith@example.com", "/clients/email/jsmith%40example.com"),
    (
        "get clients --resolve ethnicity,main_language",
        "/clients?resolveIds%5B%5D=ethnicity&resolveIds%5B%5D=main_language",
    ),
    ("get clients --resolve ALL", "/clients?resolveIds%5B%5D=ALL"),
    ("get due_contacts", "/due_contacts"),
    ("get workers", "/workers"),
    ("get schedules", "/schedules"),
    ("get extension_database/staff_disciplinary_13", "/extension_database/staff_disciplinary_13"),
    (
        "get extension_database/wellcheck_notes_9 --filter referral=2289",
        "/extension_database/wellcheck_notes_9/referral/2289",
    ),
    ("get clients --fields relationship_details", "/clients/field/relationship_details"),
    (
        "get extension_database/wellcheck_notes --filter referral=2289",
        "/extension_database/wellcheck_notes/referral/2289",
    ),
    ("fields clients", "/clients/selectable_fields"),
    ("fields workers", "/workers/selectable_fields"),
    ("fields referrals", "/referrals/selectable_fields"),
    ("fields due_contacts", "/due_contacts/selectable_fields"),
    ("fields done_contacts", "/done_contacts/selectable_fields"),
    ("fields schedules", "/schedules/selectable_fields"),
    ("fields external_referral", "/external_referral/selectable_fields"),
    ("fields clients --filterable", "/clients/filterable_fields"),
    ("fields due_contacts --filterable", "/due_contacts/filterable_fields"),
    ("fields done_contacts --filterable", "/done_contacts/filterable_fields"),
    ("fields due_contacts --metrics", "/due_contacts/metrics"),
    ("fields done_contacts --metrics", "/done_contacts/metrics"),
    ("fields schedules --friendly-names", "/schedules/friendly_names"),
    ("report clients district", "/clients/dimension/district"),
    ("report clients district --metric gender", "/clients/dimension/district/metric/gender"),
    (
        "report clients district --metric gender --filter main_disability=7,9 --filter blue_badge_holder=Y",
        "/clients/dimension/district/metric/gender/main_disability/7;9/blue_badge_holder/Y",
    ),
    (
        "report done_contacts day --filter date_active=2018-10-01..2018-10-31 --filter user=3",
        "/done_contacts/dimension/day/date_active/2018-10-01,2018-10-31/user/3",
    ),
    ("dictionary", "/dictionary"),
    ("dictionary organisations/district", "/dictionary/organisations/district"),
    ("dictionary referrals/project", "/dictionary/referrals/project"),
    ("dictionary contacts/contact_type", "/dictionary/contacts/contact_type"),
    ("dictionary client_type", "/dictionary/client_type"),
    ("dictionary relationships", "/dictionary/relationships"),
    ("dictionary carer_relationships", "/dictionary/carer_relationships"),
    ("dictionary extension_database/option_22", "/dictionary/extension_database/option_22"),
    ("dictionary referrals/project --search carers", "/dictionary/search/referrals/project/carers"),
    ("dictionary referrals/referrer --search school", "/dictionary/search/referrals/referrer/school"),
]
REFERRAL = "client=1 client_type=7 date=2026-11-22 project=7 template=3 stage=2 response_description=Invented"
CONTACT = "user=3 start_date=2026-12-03 end_date=2026-12-03 description=Invented"
WRITTEN = [
    ("create clients first_name=Ada surname=Testperson", "PUT /clients"),
    ("create clients first_name=Ada surname=Testperson --external-id RG/1", "PUT /clients/external_id/RG%2F1"),
    (f"create referrals {REFERRAL}", "PUT /referrals"),
    (f"create due_contacts --referral 2289 {CONTACT}", "PUT /due_contacts/referral/2289"),
    (f"create done_contacts --referral 2289 stage=2 {CONTACT}", "POST /done_contacts/referral/2289"),
    (
        "create extension_database/staff_disciplinary_13 referral=2289 date_43=2018-11-08",
        "PUT /extension_database/staff_disciplinary_13",
    ),
    ("update clients 1 postcode=HR97US", "POST /clients/id/1"),
    ("update referrals 2289 priority=1", "POST /referrals/id/2289"),
    ("update due_contacts 405 description=Invented", "POST /due_contacts/id/405"),
    ("update done_contacts 121 description=Invented", "POST /done_contacts/id/121"),
    (
        "update extension_database/wellcheck_notes_9 17 text_23=Invented",
        "POST /extension_database/wellcheck_notes_9/id/17",
    ),
    ("complete 405 --start 2026-12-03 --end 2026-12-03", "POST /done_contacts/id/405"),
    ("relate 1 3 --there 5 --back 8 --carer-there 3 --carer-back 4 major=Y", "PUT /relationship_details/1/3"),
    ("stage people.json", "PUT /external_referral"),
    ("upload clients 1 letter.txt --user-visibility 1 --group-visibility 1,2", "POST /clients/id/1/uploads"),
    ("upload referrals 2289 letter.txt --user-visibility 1 --group-visibility 1", "POST /referrals/id/2289/uploads"),
]
CURRENT = [
    ("create clients first_name=Ada surname=Testperson", "POST /clients"),
    (f"create referrals {REFERRAL}", "POST /referrals"),
    (f"create due_contacts --referral 2289 {CONTACT}", "POST /due_contacts/referral/2289"),
    ("update clients 1 postcode=HR97US", "PUT /clients/id/1"),
    ("update referrals 2289 priority=1", "PUT /referrals/id/2289"),
    ("update due_contacts 405 description=Invented", "POST /due_contacts/405"),
    ("update done_contacts 121 description=Invented", "PUT /done_contacts/121"),
    ("complete 405 --start 2026-12-03 --end 2026-12-03", "POST /done_contacts/405"),
]
PEOPLE = '[{"org_type_id": 7, "first_name": "Ada", "surname": "Testperson", "description": "Invented."}]'


@pytest.mark.parametrize(("words", "address"), READ)
def test_an_address_is_read(typed: Typing, wire: Wire, words: str, address: str) -> None:
    done = typed(*words.split())

    assert wire.sent == [f"GET /v2{address}"]
    assert done.exit_code == 0, done.output
    assert done.stdout or "Nothing was found." in done.stderr


@pytest.mark.parametrize(("words", "call"), WRITTEN)
def test_nothing_is_written_without_yes(typed: Typing, wire: Wire, words: str, call: str) -> None:
    _files()
    method, address = call.split()

    held = typed(*words.split())

    assert wire.sent == []
    assert wire.sandbox.calls.counted() == ({}, 0)
    assert held.exit_code == 0
    assert held.stdout.startswith(f"{method} http://127.0.0.1:{wire.port}/v2{address}\n")
    assert held.stdout.endswith("Nothing was sent. Add --yes to send it.\n")
    assert "Invented" not in held.stdout
    assert "Testperson" not in held.stdout


@pytest.mark.parametrize(("words", "call"), WRITTEN)
def test_yes_writes_once(typed: Typing, wire: Wire, words: str, call: str) -> None:
    _files()
    method, address = call.split()

    done = typed(*words.split(), "--yes")

    assert wire.sent == [f"{method} /v2{address}"]
    assert done.exit_code == 0, done.output
    assert "(answered 20" in done.stdout


@pytest.mark.parametrize(("words", "call"), CURRENT)
def test_the_current_reading_of_the_pages_is_written_where_the_organisation_wants_it(
    typed: Typing, wire: Wire, words: str, call: str
) -> None:
    file = Path("organisations/carers/organisation.yaml")
    file.write_text(f"{file.read_text(encoding='utf-8')}  writes: current\n", encoding="utf-8")
    method, address = call.split()

    done = typed(*words.split(), "--yes")

    assert wire.sent == [f"{method} /v2{address}"]
    assert done.exit_code == 0, done.output


def test_no_address_of_any_page_is_missing_from_the_command_line() -> None:
    typed = [f"GET {unquote(address)}" for _, address in READ] + [unquote(call) for _, call in (*WRITTEN, *CURRENT)]
    documented = [
        words(address)[0].replace("/v2", "")
        for heading in ("### On the pages of the seeds", "### On newer pages")
        for _, address, *_ in table("docs/api.md", heading)
    ]

    assert len(documented) > 50
    assert [each for each in documented if not any(re.fullmatch(_pattern(each), call) for call in typed)] == []


def _pattern(documented: str) -> str:
    """Take what a page writes in capitals for whatever stands in its place, such as CLIENT_ID."""
    return re.sub(r"(?<=/)[A-Z][A-Z0-9_]+", ".+", re.escape(documented))


def _files() -> None:
    Path("people.json").write_text(PEOPLE, encoding="utf-8")
    Path("letter.txt").write_text("An invented letter.", encoding="utf-8")
