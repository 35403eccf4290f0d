"""Clients: the people that the charity knows, each a record of its own."""

from collections.abc import Sequence

from gateway.charitylog.answer import Answer
from gateway.charitylog.encoding import EncodedBody
from gateway.charitylog.transport import Transport
from gateway.charitylog.verbs import Verbs

_GROUP = "clients"


class Clients:
    """The `clients` group of the API. What its writes answer is documented nowhere."""

    def __init__(self, transport: Transport, verbs: Verbs) -> None:
        self._transport = transport
        self._verbs = verbs

    def create(self, body: EncodedBody) -> Answer:
        """Make a client of fields (`encode_fields`), or raise NotWritten or NoAnswer.

        first_name and surname are needed; without a `type` it is 1. A repeated call may make another one: nothing is
        documented that prevents it. Source: API Details, 2018 (seed 000); API clients, 2025 (seed 002).
        """
        return self._transport.call(self._verbs.create, (_GROUP,), body)

    def create_by_external_id(self, external_id: str, body: EncodedBody) -> Answer:
        """Make a client that bears an id of another system, or raise NotWritten or NoAnswer.

        PUT in whatever reading: every page that has this address says so, the newest ("API: Creating Records", 2024)
        too. What a second call with the same id does is documented nowhere. Source: API Details, 2018 (seed 000).
        """
        return self._transport.call("PUT", (_GROUP, "external_id", external_id), body)

    def update(self, client: str, body: EncodedBody) -> Answer:
        """Change fields of a client by its id, or raise NotWritten or NoAnswer.

        With id_second, relationship_first_to_second and relationship_second_to_first it makes a relationship; those
        of carers, with `_carer` behind, go beside these. Source: API Details, 2019 (seed 001).
        """
        return self._transport.call(self._verbs.update, (_GROUP, "id", client), body)

    def by_external_id(self, external_ids: Sequence[str], fields: Sequence[str] = ("id", "external_id")) -> Answer:
        """Read these fields of the clients with any of these external ids; `records_of` reads the answer.

        Source: API Filters (`external_id` is a filter, `;` separates values) and API Details, 2018 (`/field/`).
        Neither the shape of the answer is documented, nor what is answered where there is none.
        """
        if not external_ids or not fields:
            raise ValueError("Name one external id and one field at least.")
        return self._transport.call("GET", (_GROUP, "external_id", tuple(external_ids), "field", tuple(fields)))
