"""Referrals for the staging area, where a person at the charity imports or rejects them."""

from collections.abc import Sequence

from gateway.charitylog.answer import Answer
from gateway.charitylog.encoding import EncodedBody, encode
from gateway.charitylog.people import Person, as_people, refuse_incomplete, with_ids
from gateway.charitylog.readings import Readings
from gateway.charitylog.transport import Transport

_GROUP = "external_referral"  # singular in every address of every revision; one list of entities has the plural


class ExternalReferral:
    """The `external_referral` group of the API."""

    def __init__(self, transport: Transport, readings: Readings) -> None:
        self._transport = transport
        self._readings = readings

    def put(self, people: Sequence[Person] | EncodedBody) -> Answer:
        """Stage one referral of one or more people by `PUT /v2/external_referral`, the main person first.

        People are maps of fields, in a list even for one, written as the client's readings say; a body that was
        encoded before goes out as it is. Raises ValueError or TypeError before anything is sent, else Refused,
        NotWritten or NoAnswer. A repeated call stages it again, for all that is documented, and what is answered is
        documented nowhere. Source: API Details, 2019 (seed 001); "API external referrals", revisions of 2023.
        """
        if not isinstance(people, EncodedBody):
            people = as_people(people)
            refuse_incomplete(people, self._readings.minimum)
            people = encode([with_ids(person, self._readings.ids) for person in people], self._readings.body)
        return self._transport.call("PUT", (_GROUP,), people)

    def selectable_fields(self) -> Answer:
        """Read which fields a referral may hold, by `GET /v2/external_referral/selectable_fields`.

        `field_names()` reads the answer. Raises Refused, NotWritten or NoAnswer.
        Source: "API: External Referrals", 2020.
        """
        return self._transport.call("GET", (_GROUP, "selectable_fields"))
