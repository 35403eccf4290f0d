"""Referrals: what somebody asked for, as a record of a client's (Record a Contact, in the application's words)."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.encoding import Fields, body_of
from gateway.charitylog.group import Group
from gateway.charitylog.ids import step_of
from gateway.charitylog.readings import Readings
from gateway.charitylog.transport import Transport

_GROUP = "referrals"


class Referrals(Group):
    """The `referrals` group of the API; only referrals that use a template are shown ("API Entities")."""

    def __init__(self, transport: Transport, readings: Readings) -> None:
        super().__init__(transport, (_GROUP,))
        self._readings = readings

    def create(self, fields: Fields) -> Answer:
        """Make a referral by `PUT /v2/referrals` (POST in the current reading); `new_id()` reads the answer.

        Needed: client, client_type, date, project, template, stage and response_description (`description` before
        April 2024); branch where branches are used. The new id is returned, in which shape is not said. A repeated
        call makes another one. Raises ValueError or TypeError, then Refused, NotWritten or NoAnswer.
        Source: API Details, 2018 (seed 000); "API referrals", 2022 to 2024.
        """
        return self._transport.call(self._readings.creates, self._group, body_of(fields))

    def update(self, referral: str | int, fields: Fields) -> Answer:
        """Change fields of a referral by `POST /v2/referrals/id/REFERRAL_ID` (PUT in the current reading).

        Raises as `create` does. Source: API Details, 2018 (seed 000); the address on "API referrals" (2024) is cut off
        in every copy known.
        """
        return self._transport.call(self._readings.updates, (*self._group, "id", step_of(referral)), body_of(fields))
