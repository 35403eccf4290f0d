"""Referrals for the staging area, where a person at the charity imports or rejects them."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.encoding import EncodedBody
from gateway.charitylog.transport import Transport

_GROUP = "external_referral"  # singular in every address of every revision; one list of entities has the plural


class ExternalReferral:
    """The `external_referral` group of the API."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def put(self, body: EncodedBody) -> Answer:
        """Stage one referral of one or more people, or raise NotWritten or NoAnswer.

        A repeated call stages it again, for all that is documented. Source: API Details, 2019 (seed 001);
        "API external referrals", revisions of 2023. What is answered is documented nowhere.
        """
        return self._transport.call("PUT", (_GROUP,), body)

    def selectable_fields(self) -> Answer:
        """Read the names of the fields a referral may hold. Source: "API: External Referrals", 2020."""
        return self._transport.call("GET", (_GROUP, "selectable_fields"))
