"""Clients: the people that the charity knows, each a record of its own."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.encoding import Fields, body_of
from gateway.charitylog.group import Group
from gateway.charitylog.ids import step_of
from gateway.charitylog.readings import Readings
from gateway.charitylog.transport import Transport

_GROUP = "clients"


class Clients(Group):
    """The `clients` group of the API: every type of person. What its writes answer is documented nowhere."""

    def __init__(self, transport: Transport, readings: Readings) -> None:
        super().__init__(transport, (_GROUP,))
        self._readings = readings

    def filterable_fields(self) -> Answer:
        """Read by which fields clients can be filtered; `field_names()` reads the answer.

        `GET /v2/clients/filterable_fields`. Raises Refused, NotWritten or NoAnswer.
        Source: API clients, 2025 (seed 002).
        """
        return self._read("filterable_fields")

    def create(self, fields: Fields) -> Answer:
        """Make a client by `PUT /v2/clients` (POST in the current reading); `new_id()` reads the answer.

        first_name and surname are needed; without a `type` it is 1. A repeated call may make another one: nothing is
        documented that prevents it. Raises ValueError or TypeError, then Refused, NotWritten or NoAnswer.
        Source: API Details, 2018 (seed 000); API clients, 2025 (seed 002).
        """
        return self._transport.call(self._readings.creates, self._group, body_of(fields))

    def create_by_external_id(self, external_id: str, fields: Fields) -> Answer:
        """Make a client that bears an id of another system, by `PUT /v2/clients/external_id/EXTERNAL_ID`.

        PUT in whatever reading: every page that has this address says so, the newest ("API: Creating Records", 2024)
        too. What a second call with the same id does is documented nowhere. Raises as `create` does.
        Source: API Details, 2018 (seed 000).
        """
        return self._transport.call("PUT", (*self._group, "external_id", step_of(external_id)), body_of(fields))

    def update(self, client: str | int, fields: Fields) -> Answer:
        """Change fields of a client by `POST /v2/clients/id/CLIENT_ID` (PUT in the current reading).

        What updates in the current reading is that of "API referrals": API clients (seed 002) tells of no update.
        With id_second, relationship_first_to_second and relationship_second_to_first it makes a relationship; those
        of carers, with `_carer` behind, go beside these. Raises as `create` does.
        Source: API Details, 2019 (seed 001).
        """
        return self._transport.call(self._readings.updates, (*self._group, "id", step_of(client)), body_of(fields))
