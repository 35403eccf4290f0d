"""Contacts: what is still to be done for a referral (due), and what was done (done). Both share their ids.

The pages contradict each other on verbs and addresses more than anywhere else. Classic: API Details, 2018 and 2019
(seeds 000 and 001). Current: "API due contacts" (August 2021 on) and "API done contacts" (2021 to 2024).
"""

from collections.abc import Mapping
from datetime import date, datetime

from gateway.charitylog.answer import Answer
from gateway.charitylog.encoding import Fields, body_of
from gateway.charitylog.group import Group
from gateway.charitylog.ids import step_of
from gateway.charitylog.readings import Readings
from gateway.charitylog.transport import Transport

When = str | date  # a datetime is a date too


class Contacts(Group):
    """What both groups of contacts can tell of themselves."""

    def __init__(self, transport: Transport, group: str, readings: Readings) -> None:
        super().__init__(transport, (group,))
        self._readings = readings

    def filterable_fields(self) -> Answer:
        """Read by which fields these contacts can be filtered, by `GET /v2/GROUP/filterable_fields`.

        `field_names()` reads the answer. Raises Refused, NotWritten or NoAnswer.
        Source: "API due contacts" and "API done contacts", 2021 on.
        """
        return self._read("filterable_fields")

    def metrics(self) -> Answer:
        """Read by which metrics their reports can be broken down, by `GET /v2/GROUP/metrics`.

        `field_names()` reads the answer. Raises and source as for `filterable_fields`.
        """
        return self._read("metrics")

    def _by_id(self, contact: str | int) -> tuple[str, ...]:
        """Give the address of one contact: with `id` before it in the classic reading, without in the current one."""
        return (*self._group, *(("id",) if self._readings.writes == "classic" else ()), step_of(contact))


class DueContacts(Contacts):
    """The `due_contacts` group of the API: actions that are still to be done."""

    def __init__(self, transport: Transport, readings: Readings) -> None:
        super().__init__(transport, "due_contacts", readings)

    def create(self, referral: str | int, fields: Fields) -> Answer:
        """Make an action for a referral by `PUT /v2/due_contacts/referral/REFERRAL_ID` (POST in the current reading).

        Needed by the newer page: user, start_date, end_date, description. The id is returned: `new_id()`. A repeated
        call makes another one. Raises ValueError or TypeError, then Refused, NotWritten or NoAnswer.
        Source: API Details, 2018 (seed 000); "API due contacts", August 2021 on.
        """
        path = (*self._group, "referral", step_of(referral))
        return self._transport.call(self._readings.creates, path, body_of(fields))

    def update(self, contact: str | int, fields: Fields) -> Answer:
        """Change an action by `POST /v2/due_contacts/id/CONTACT_ID` (without `id/` in the current reading).

        Raises as `create` does; sources as there.
        """
        return self._transport.call("POST", self._by_id(contact), body_of(fields))


class DoneContacts(Contacts):
    """The `done_contacts` group of the API: actions that were done."""

    def __init__(self, transport: Transport, readings: Readings) -> None:
        super().__init__(transport, "done_contacts", readings)

    def create(self, referral: str | int, fields: Fields) -> Answer:
        """Record what was done for a referral, by `POST /v2/done_contacts/referral/REFERRAL_ID` in either reading.

        Needed: user, stage, start_date, end_date, description; travel_time, travel_mileage, transport_method,
        contact_type and priority may be there. The id is returned: `new_id()`. Raises as `DueContacts.create` does.
        The older pages have no address for this; one example of December 2024 shows another one.
        Source: "API done contacts", 2021 to 2024.
        """
        return self._transport.call("POST", (*self._group, "referral", step_of(referral)), body_of(fields))

    def update(self, contact: str | int, fields: Fields) -> Answer:
        """Change what was done by `POST /v2/done_contacts/id/CONTACT_ID`; `PUT /v2/done_contacts/ID` if current.

        Raises as `create` does. Source: API Details, 2018 (seed 000); "API done contacts", 2024.
        """
        return self._transport.call(self._readings.updates, self._by_id(contact), body_of(fields))

    def complete(
        self, due_contact: str | int, start_date: When, end_date: When, fields: Mapping[str, object] | None = None
    ) -> Answer:
        """Say that an action was done, by `POST /v2/done_contacts/id/CONTACT_ID` (current: without `id/`).

        The contact keeps its id. Both dates are needed; a page shows a time of day as "2023-01-30 13:45:00", without
        a zone, and no page says whose: so a datetime must have none. Raises as `DueContacts.create` does.
        Source: API Details, 2018 (seed 000); the newer pages of both groups, 2021 on.
        """
        told = {
            **(fields or {}),
            "start_date": _written("start_date", start_date),
            "end_date": _written("end_date", end_date),
        }
        return self._transport.call("POST", self._by_id(due_contact), body_of(told))


def _written(name: str, when: When) -> str:
    if isinstance(when, datetime):
        if when.tzinfo is not None:
            raise ValueError(f"{name}: the API's times have no zone: give the time that the charity's clocks show.")
        return when.strftime("%Y-%m-%d %H:%M:%S")
    return when.isoformat() if isinstance(when, date) else when
