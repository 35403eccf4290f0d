"""Relationships between two clients, on an address of their own (the older way is `clients.update`)."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.encoding import EncodedBody, Fields, encode
from gateway.charitylog.ids import step_of
from gateway.charitylog.readings import Readings
from gateway.charitylog.transport import Transport

_GROUP = "relationship_details"


class Relationships:
    """The `relationship_details` group of the API."""

    def __init__(self, transport: Transport, readings: Readings) -> None:
        self._transport = transport
        self._readings = readings

    def put(self, first: str | int, second: str | int, fields: Fields) -> Answer:
        """Relate two clients by `PUT /v2/relationship_details/ID1/ID2`.

        Needed: relation_first_to_second and relation_second_to_first; carer_relation_first_to_second and
        carer_relation_second_to_first only beside these; major and send_one_letter_to_both (Y or N) and joint_address
        may be there. The page shows a list of one object, as for external_referral, so it is encoded like that.
        Raises ValueError or TypeError, then Refused, NotWritten or NoAnswer. Source: "API relationships", 2022.
        """
        body = fields if isinstance(fields, EncodedBody) else encode([fields], self._readings.body)
        return self._transport.call("PUT", (_GROUP, step_of(first), step_of(second)), body)
