"""Referrals: what somebody asked for, as a record of a client's (Record a Contact, in the application's words)."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.encoding import EncodedBody
from gateway.charitylog.transport import Transport
from gateway.charitylog.verbs import Verbs

_GROUP = "referrals"


class Referrals:
    """The `referrals` group of the API."""

    def __init__(self, transport: Transport, verbs: Verbs) -> None:
        self._transport = transport
        self._verbs = verbs

    def create(self, body: EncodedBody) -> Answer:
        """Make a referral of fields (`encode_fields`), or raise NotWritten or NoAnswer.

        Needed: client, client_type, date, project, template, stage and response_description (`description` before
        April 2024); branch where branches are used. The new id is returned, in which shape is not said. A repeated
        call makes another one. Source: API Details, 2018 (seed 000); "API referrals", 2022 to 2024.
        """
        return self._transport.call(self._verbs.create, (_GROUP,), body)

    def update(self, referral: str, body: EncodedBody) -> Answer:
        """Change fields of a referral by its id, or raise NotWritten or NoAnswer.

        Source: API Details, 2018 (seed 000); the address on "API referrals" (2024) is cut off in every copy known.
        """
        return self._transport.call(self._verbs.update, (_GROUP, "id", referral), body)

    def of_client(self, client: str) -> Answer:
        """Read the referrals of one client by its id; `records_of` reads the answer.

        Source: API Details, 2019 (seed 001: `client` is a filter of referrals). Which fields come unasked, and what
        is answered where there is none, is documented nowhere; only referrals that use a template are shown.
        """
        return self._transport.call("GET", (_GROUP, "client", client))
