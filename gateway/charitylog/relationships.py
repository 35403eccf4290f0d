"""Relationships between two clients, on an address of their own (the older way is `clients.update`)."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.encoding import EncodedBody
from gateway.charitylog.transport import Transport

_GROUP = "relationship_details"


class Relationships:
    """The `relationship_details` group of the API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def put(self, first: str, second: str, body: EncodedBody) -> Answer:
        """Relate two clients by their ids, or raise NotWritten or NoAnswer.

        Needed: relation_first_to_second and relation_second_to_first; carer_relation_first_to_second and
        carer_relation_second_to_first only beside these. The page shows a list of one object, as for
        external_referral, so the body is made by `encode`. Source: "API relationships", 2022.
        """
        return self._transport.call("PUT", (_GROUP, first, second), body)
