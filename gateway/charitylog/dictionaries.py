"""Dictionaries: the ids that the API takes and the names that people know them by."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.transport import Transport

_GROUP = "dictionary"


class Dictionaries:
    """The `dictionary` group of the API; `choices()` reads an answer, whose shape is documented nowhere.

    Every call raises Refused, NotWritten or NoAnswer.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def one(self, path: str) -> Answer:
        """Read one dictionary by `GET /v2/dictionary/PATH`: "organisations/district", "client_type".

        Source: API Details, 2018 (seed 000); "API Dictionaries" for those without a group.
        """
        return self._transport.call("GET", (_GROUP, *path.split("/")))

    def all(self) -> Answer:
        """Read every dictionary by `GET /v2/dictionary`: slow and heavy by the vendor's own account.

        Its shape is documented nowhere, so read it by `json()`. Source: API Details, 2018 (seed 000).
        """
        return self._transport.call("GET", (_GROUP,))

    def search(self, path: str, term: str) -> Answer:
        """Read what matches a term, by `GET /v2/dictionary/search/PATH/TERM`: ("referrals/referrer", "school").

        Source: API Details, 2018 (seed 000).
        """
        return self._transport.call("GET", (_GROUP, "search", *path.split("/"), term))

    def client_types(self) -> Answer:
        """Read the types of people, `GET /v2/dictionary/client_type`. Source: API clients, 2025 (seed 002)."""
        return self.one("client_type")

    def relationships(self) -> Answer:
        """Read what people can be to each other, `GET /v2/dictionary/relationships`.

        Source: API Details, 2019 (seed 001).
        """
        return self.one("relationships")

    def carer_relationships(self) -> Answer:
        """Read what carers can be to those they care for, `GET /v2/dictionary/carer_relationships`.

        Source: API Details, 2019 (seed 001).
        """
        return self.one("carer_relationships")

    def options(self, field: str) -> Answer:
        """Read what a field of an extension database offers, `GET /v2/dictionary/extension_database/NAME`.

        The name is the one under which a list or radio field is shared with collaborators, such as
        website_photo_consent.
        Source: "API Dictionaries", 2022 on.
        """
        return self._transport.call("GET", (_GROUP, "extension_database", field))
