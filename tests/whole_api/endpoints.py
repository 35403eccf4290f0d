"""Every address that a page of the vendor shows, the call of the client that covers it, and the test that proves it.

The table in docs/api.md is made of this. `addresses.txt` holds the lines of the three seeds as they are printed.
"""
# ruff: noqa: E501  (a row of the table is a line)

from typing import NamedTuple
from urllib.parse import quote

HOST = "https://api.dizions.co.uk"

# What stands in the places that the pages leave open: records of the invented charity.
OPEN = {
    "CLIENT_ID": "3",
    "REFERRAL_ID": "2289",
    "CONTACT_ID": "405",
    "EXTERNAL_ID": "RG-0000-0000-0",
    "USER_ID": "3",
    "SEARCH_TERM": "care",
    "ID1": "3",
    "ID2": "5",
    "COLLABORATION_NAME": "website_photo_consent",
}
DONE = {"CONTACT_ID": "127"}

# What the calls name, and what the commands find in files of these names.
BODIES: dict[str, object] = {
    "person": {"first_name": "Ada", "surname": "Testperson", "type": 8},
    "changes": {"postcode": "SA1 1ZZ"},
    "tie": {"id_second": 5, "relationship_first_to_second": 5, "relationship_second_to_first": 8},
    "details": {"relation_first_to_second": 5, "relation_second_to_first": 8},
    "people": [{"org_type_id": 1, "first_name": "Ada", "surname": "Testperson", "description": "Invented."}],
    "action": {"user": 3, "start_date": "2026-12-01", "end_date": "2026-12-01", "description": "Invented."},
    "contact": {
        "user": 3, "stage": 2, "start_date": "2026-11-20", "end_date": "2026-11-20", "description": "Invented.",
    },
    "referral": {
        "client": 3, "client_type": 9, "date": "2026-11-20", "project": 7, "template": 3, "stage": 2,
        "response_description": "Invented.",
    },
}  # fmt: skip


class Row(NamedTuple):
    """One address as a page prints it, and what covers it."""

    pages: str  # the seeds by number, or the name of another page
    method: str
    address: str
    call: str  # `client` is as it is unless somebody says otherwise, `current` has the other verbs
    command: str  # behind `flask api`; a write needs `--yes` too
    proof: str
    body: str = ""  # what a page says of the body
    open: dict[str, str] = {}  # noqa: RUF012  (a tuple's default, which nobody changes)

    @property
    def path(self) -> str:
        """The path that is meant, with something in each open place: two pages forget the version once."""
        return self.filled(self.address if self.address.startswith("/v2") else f"/v2{self.address}")

    @property
    def on_the_wire(self) -> str:
        """The same as a client must write it."""
        path, mark, query = self.path.partition("?")
        return quote(path, safe="/;,") + mark + quote(query, safe="=&")

    @property
    def command_line(self) -> list[str]:
        """The words of the command, with something in each open place."""
        return self.filled(self.command).split()

    @property
    def places(self) -> dict[str, str]:
        """What stands in each open place."""
        return {**OPEN, **self.open}

    def filled(self, text: str) -> str:
        """Put something in each open place of a text."""
        for name, value in self.places.items():
            text = text.replace(name, value)
        return text


ANY = "000, 001, 002"
BOTH = "000, 001"

SEEDED = [
    Row("000", "GET", "/v2/clients", "list(client.clients)", "get clients", "test_all_records_of_a_group_are_listed"),
    Row(ANY, "GET", "/v2/clients/religion/1;3;10/ethnicity/1", "client.clients.filter(religion=[1, 3, 10], ethnicity=1).answer()", "get clients --filter religion=1,3,10 --filter ethnicity=1", "test_filters_take_several_values_and_add_up"),
    Row("000", "GET", "/v2/done_contacts/client_registered_disabled/Y/client_employment_status/N/project/5", 'client.done_contacts.filter(client_registered_disabled="Y", client_employment_status="N", project=5).answer()', "get done_contacts --filter client_registered_disabled=Y --filter client_employment_status=N --filter project=5", "test_contacts_are_found_by_fields_of_their_client_and_referral"),
    Row(BOTH, "GET", "/v2/referrals/id/510", "client.referrals.one(510)", "get referrals 510", "test_one_record_is_read_by_its_id"),
    Row(BOTH, "GET", "/v2/clients/website_photo_consent/109", "client.clients.filter(website_photo_consent=109).answer()", "get clients --filter website_photo_consent=109", "test_clients_are_found_by_a_field_of_an_extension_database"),
    Row(BOTH, "GET", "/v2/referrals/date_active/2018-10-01,2018-10-31", "client.referrals.filter(date_active=(date(2018, 10, 1), date(2018, 10, 31))).answer()", "get referrals --filter date_active=2018-10-01..2018-10-31", "test_a_range_of_dates_has_both_its_days"),
    Row(BOTH, "GET", "/clients/field/id;surname;website_photo_consent", 'client.clients.fields("id", "surname", "website_photo_consent").answer()', "get clients --fields id,surname,website_photo_consent", "test_only_the_chosen_fields_are_told"),
    Row("002", "GET", "/v2/clients/type/7", "client.clients.filter(type=7).answer()", "get clients --filter type=7", "test_filters_take_several_values_and_add_up"),
    Row("002", "GET", "/v2/clients/email/jsmith@example.com", 'client.clients.filter(email="jsmith@example.com").answer()', "get clients --filter email=jsmith@example.com", "test_a_client_is_found_by_an_email_address"),
    Row(BOTH, "GET", "/v2/clients/selectable_fields", "client.clients.selectable_fields()", "fields clients", "test_selectable_fields_can_be_selected"),
    Row(BOTH, "GET", "/v2/workers/selectable_fields", "client.workers.selectable_fields()", "fields workers", "test_selectable_fields_can_be_selected"),
    Row(BOTH, "GET", "/v2/referrals/selectable_fields", "client.referrals.selectable_fields()", "fields referrals", "test_selectable_fields_can_be_selected"),
    Row(BOTH, "GET", "/v2/due_contacts/selectable_fields", "client.due_contacts.selectable_fields()", "fields due_contacts", "test_selectable_fields_can_be_selected"),
    Row(BOTH, "GET", "/v2/done_contacts/selectable_fields", "client.done_contacts.selectable_fields()", "fields done_contacts", "test_selectable_fields_can_be_selected"),
    Row(BOTH, "GET", "/v2/schedules/selectable_fields", "client.schedules.selectable_fields()", "fields schedules", "test_selectable_fields_can_be_selected"),
    Row("002", "GET", "/v2/clients/filterable_fields", "client.clients.filterable_fields()", "fields clients --filterable", "test_filterable_fields_can_be_filtered_by"),
    Row(BOTH, "PUT", "/v2/clients", "client.clients.create(person)", "create clients --from person.json", "test_a_client_is_made"),
    Row("002", "POST", "/v2/clients", "current.clients.create(person)", "create clients --from person.json", "test_a_client_is_made", "`first_name`, `surname`, `type`"),
    Row(BOTH, "PUT", "/v2/clients/external_id/EXTERNAL_ID", "client.clients.create_by_external_id(EXTERNAL_ID, person)", "create clients --external-id EXTERNAL_ID --from person.json", "test_a_client_is_made_with_an_id_of_another_system"),
    Row(BOTH, "PUT", "/v2/referrals", "client.referrals.create(referral)", "create referrals --from referral.json", "test_a_referral_is_made"),
    Row(BOTH, "PUT", "/v2/due_contacts/referral/REFERRAL_ID", "client.due_contacts.create(REFERRAL_ID, action)", "create due_contacts --referral REFERRAL_ID --from action.json", "test_an_action_is_made_for_a_referral"),
    Row(BOTH, "POST", "/v2/clients/id/CLIENT_ID", "client.clients.update(CLIENT_ID, changes)", "update clients CLIENT_ID --from changes.json", "test_a_client_is_changed"),
    Row("001", "POST", "/v2/clients/id/CLIENT_ID", "client.clients.update(CLIENT_ID, tie)", "update clients CLIENT_ID --from tie.json", "test_an_update_relates_two_clients", "`id_second`, `relationship_first_to_second`, `relationship_second_to_first`, and the two with `_carer`"),
    Row(BOTH, "POST", "/v2/referrals/id/REFERRAL_ID", 'client.referrals.update(REFERRAL_ID, {"priority": 1})', "update referrals REFERRAL_ID priority=1", "test_a_referral_is_changed"),
    Row(BOTH, "POST", "/v2/due_contacts/id/CONTACT_ID", 'client.due_contacts.update(CONTACT_ID, {"user": 4})', "update due_contacts CONTACT_ID user=4", "test_an_action_is_changed"),
    Row(BOTH, "POST", "/v2/done_contacts/id/CONTACT_ID", 'client.done_contacts.update(CONTACT_ID, {"travel_time": 20})', "update done_contacts CONTACT_ID travel_time=20", "test_a_completed_contact_is_changed", open=DONE),
    Row(BOTH, "POST", "/v2/done_contacts/id/CONTACT_ID", 'client.done_contacts.complete(CONTACT_ID, "2026-11-20 10:00:00", "2026-11-20 10:30:00")', "complete CONTACT_ID --start 2026-11-20 --end 2026-11-20", "test_an_action_is_completed_and_keeps_its_id", "`start_date`, `end_date`"),
    Row("001", "PUT", "/v2/external_referral", "client.external_referral.put(people)", "stage people.json", "test_people_wait_in_the_staging_area", "`org_type_id`, `surname`, `description`; `project`"),
    Row(BOTH, "POST", "/v2/clients/id/CLIENT_ID/uploads", 'client.uploads.post("clients", CLIENT_ID, Upload.of(letter), user_visibility="1,2", group_visibility="3")', "upload clients CLIENT_ID letter.txt --user-visibility 1,2 --group-visibility 3", "test_a_file_is_kept_with_its_record_and_visibilities", "files, `user_visibility`, `group_visibility`"),
    Row(BOTH, "POST", "/v2/referrals/id/REFERRAL_ID/uploads", 'client.uploads.post("referrals", REFERRAL_ID, Upload.of(letter), user_visibility="1", group_visibility="1,2")', "upload referrals REFERRAL_ID letter.txt --user-visibility 1 --group-visibility 1,2", "test_a_file_is_kept_with_its_record_and_visibilities", "files, `user_visibility`, `group_visibility`"),
    Row(BOTH, "GET", "/v2/extension_database/staff_disciplinary_13", 'list(client.extension_database(extension_name("Staff Disciplinary", 13)))', "get extension_database/staff_disciplinary_13", "test_all_records_of_an_extension_database_are_listed"),
    Row(BOTH, "GET", "/v2/extension_database/wellcheck_notes_9/referral/2289", 'client.extension_database("wellcheck_notes_9").filter(referral=2289).answer()', "get extension_database/wellcheck_notes_9 --filter referral=2289", "test_records_of_an_extension_database_are_found_by_their_referral"),
    Row(BOTH, "PUT", "/v2/extension_database/staff_disciplinary_13", 'client.extension_database("staff_disciplinary_13").create({"referral": 2289, "date_43": "2018-11-08"})', "create extension_database/staff_disciplinary_13 referral=2289 date_43=2018-11-08", "test_a_record_of_an_extension_database_is_made_and_changed", "`referral 2289`, `date_43 2018-11-08`"),
    Row(BOTH, "POST", "/v2/extension_database/wellcheck_notes_9/id/17", 'client.extension_database("wellcheck_notes_9").update(17, {"text_23": "Invented."})', "update extension_database/wellcheck_notes_9 17 text_23=Invented.", "test_a_record_of_an_extension_database_is_made_and_changed"),
    Row(BOTH, "GET", "/v2/clients/dimension/district", 'client.clients.report("district")', "report clients district", "test_a_report_counts_by_a_dimension"),
    Row(BOTH, "GET", "/v2/clients/dimension/district/metric/gender", 'client.clients.report("district", "gender")', "report clients district --metric gender", "test_a_report_counts_by_a_dimension_and_a_metric"),
    Row("000", "GET", "/v2/clients/dimension/district/metric/gender/main_disability/7;9/blue_badge_holder/Y", 'client.clients.filter(main_disability=[7, 9], blue_badge_holder="Y").report("district", "gender")', "report clients district --metric gender --filter main_disability=7,9 --filter blue_badge_holder=Y", "test_a_report_counts_what_passes_its_filters"),
    Row("000", "GET", "/v2/done_contacts/dimension/day/date_active/2018-10-01,2018-10-31/user/USER_ID", 'client.done_contacts.filter(date_active=("2018-10-01", "2018-10-31"), user=USER_ID).report("day")', "report done_contacts day --filter date_active=2018-10-01..2018-10-31 --filter user=USER_ID", "test_the_contacts_of_a_user_are_counted_by_day"),
    Row(BOTH, "GET", "/v2/dictionary", "client.dictionaries.all()", "dictionary", "test_all_dictionaries_hold_each_one"),
    Row(BOTH, "GET", "/v2/dictionary/organisations/district", 'client.dictionaries.one("organisations/district")', "dictionary organisations/district", "test_a_dictionary_gives_names_by_id"),
    Row(BOTH, "GET", "/v2/dictionary/referrals/project", 'client.dictionaries.one("referrals/project")', "dictionary referrals/project", "test_a_dictionary_gives_names_by_id"),
    Row(BOTH, "GET", "/v2/dictionary/contacts/contact_type", 'client.dictionaries.one("contacts/contact_type")', "dictionary contacts/contact_type", "test_a_dictionary_gives_names_by_id"),
    Row("002", "GET", "/v2/dictionary/client_type", "client.dictionaries.client_types()", "dictionary client_type", "test_a_dictionary_gives_names_by_id"),
    Row("001", "GET", "/v2/dictionary/relationships", "client.dictionaries.relationships()", "dictionary relationships", "test_a_dictionary_gives_names_by_id"),
    Row("001", "GET", "/v2/dictionary/carer_relationships", "client.dictionaries.carer_relationships()", "dictionary carer_relationships", "test_a_dictionary_gives_names_by_id"),
    Row(BOTH, "GET", "/v2/dictionary/search/referrals/project/SEARCH_TERM", 'client.dictionaries.search("referrals/project", SEARCH_TERM)', "dictionary referrals/project --search SEARCH_TERM", "test_a_dictionary_is_searched"),
    Row(BOTH, "GET", "/v2/dictionary/search/referrals/referrer/SEARCH_TERM", 'client.dictionaries.search("referrals/referrer", SEARCH_TERM)', "dictionary referrals/referrer --search SEARCH_TERM", "test_a_dictionary_is_searched"),
]  # fmt: skip

REFERRALS = "API referrals, 2022–2024"
DUE = "API due contacts, 2021"
DONE_PAGE = "API done contacts, 2021–2024"
CONTACTS = "API due contacts and API done contacts, 2021 on"

NEWER = [
    Row(REFERRALS, "POST", "/v2/referrals", "current.referrals.create(referral)", "create referrals --from referral.json", "test_a_referral_is_made"),
    Row(DUE, "POST", "/v2/due_contacts/referral/REFERRAL_ID", "current.due_contacts.create(REFERRAL_ID, action)", "create due_contacts --referral REFERRAL_ID --from action.json", "test_an_action_is_made_for_a_referral"),
    Row(DUE, "POST", "/v2/due_contacts/CONTACT_ID", 'current.due_contacts.update(CONTACT_ID, {"user": 4})', "update due_contacts CONTACT_ID user=4", "test_an_action_is_changed"),
    Row(CONTACTS, "POST", "/v2/done_contacts/CONTACT_ID", 'current.done_contacts.complete(CONTACT_ID, "2026-11-20 10:00:00", "2026-11-20 10:30:00")', "complete CONTACT_ID --start 2026-11-20 --end 2026-11-20", "test_an_action_is_completed_and_keeps_its_id", "`start_date`, `end_date`"),
    Row(DONE_PAGE, "POST", "/v2/done_contacts/referral/REFERRAL_ID", "client.done_contacts.create(REFERRAL_ID, contact)", "create done_contacts --referral REFERRAL_ID --from contact.json", "test_what_was_done_is_recorded_for_a_referral"),
    Row(DONE_PAGE, "PUT", "/v2/done_contacts/CONTACT_ID", 'current.done_contacts.update(CONTACT_ID, {"travel_time": 20})', "update done_contacts CONTACT_ID travel_time=20", "test_a_completed_contact_is_changed", open=DONE),
    Row(CONTACTS, "GET", "/v2/due_contacts/filterable_fields", "client.due_contacts.filterable_fields()", "fields due_contacts --filterable", "test_filterable_fields_can_be_filtered_by"),
    Row(CONTACTS, "GET", "/v2/done_contacts/filterable_fields", "client.done_contacts.filterable_fields()", "fields done_contacts --filterable", "test_filterable_fields_can_be_filtered_by"),
    Row(CONTACTS, "GET", "/v2/due_contacts/metrics", "client.due_contacts.metrics()", "fields due_contacts --metrics", "test_metrics_can_be_reported"),
    Row(CONTACTS, "GET", "/v2/done_contacts/metrics", "client.done_contacts.metrics()", "fields done_contacts --metrics", "test_metrics_can_be_reported"),
    Row("API schedules, 2021", "GET", "/v2/schedules/friendly_names", "client.schedules.friendly_names()", "fields schedules --friendly-names", "test_the_fields_of_schedules_have_friendly_names"),
    Row("API: External Referrals, 2020", "GET", "/v2/external_referral/selectable_fields", "client.external_referral.selectable_fields()", "fields external_referral", "test_the_fields_that_a_referral_may_hold_are_told_and_staged"),
    Row("API relationships, 2022", "PUT", "/v2/relationship_details/ID1/ID2", "client.relationships.put(ID1, ID2, details)", "relate ID1 ID2 --there 5 --back 8 --carer-there 3 --carer-back 4 major=Y", "test_relationship_details_relate_two_clients", "`relation_first_to_second`, `relation_second_to_first`, …"),
    Row("API relationships, 2022", "GET", "/v2/clients/field/relationship_details", 'client.clients.fields("relationship_details").answer()', "get clients --fields relationship_details", "test_relationship_details_relate_two_clients"),
    Row("API: Selecting Specific Fields", "GET", "/v2/clients?resolveIds[]=ethnicity&resolveIds[]=main_language", 'client.clients.resolve("ethnicity", "main_language").answer()', "get clients --resolve ethnicity,main_language", "test_names_come_instead_of_ids_where_they_are_asked_for"),
    Row("API Dictionaries", "GET", "/v2/clients?resolveIds[]=ALL", "client.clients.resolve().answer()", "get clients --resolve ALL", "test_names_come_instead_of_ids_where_they_are_asked_for"),
    Row("API Dictionaries", "GET", "/v2/dictionary/extension_database/COLLABORATION_NAME", "client.dictionaries.options(COLLABORATION_NAME)", "dictionary extension_database/COLLABORATION_NAME", "test_the_options_of_an_extension_field_are_a_dictionary"),
    Row("API: Extension Databases, 2024", "GET", "/v2/extension_database/wellcheck_notes/referral/2289", 'client.extension_database("wellcheck_notes").filter(referral=2289).answer()', "get extension_database/wellcheck_notes --filter referral=2289", "test_records_of_an_extension_database_are_found_by_their_referral"),
]  # fmt: skip
