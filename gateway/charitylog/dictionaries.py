"""Dictionaries: the ids that the API takes and the names that people know them by."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.transport import Transport

_GROUP = "dictionary"


class Dictionaries:
    """The `dictionary` group of the API; the shape of its answers is documented nowhere."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def one(self, path: str) -> Answer:
        """Read one dictionary: "organisations/district", "client_type", "extension_database/NAME".

        Source: API Details, 2018 (seed 000); "API Dictionaries" for those without a group.
        """
        return self._transport.call("GET", (_GROUP, *path.split("/")))

    def all(self) -> Answer:
        """Read every dictionary at once: slow and heavy by its own account. Source: API Details, 2018 (seed 000)."""
        return self._transport.call("GET", (_GROUP,))

    def search(self, path: str, term: str) -> Answer:
        """Read the entries of one dictionary that match a term. Source: API Details, 2018 (seed 000)."""
        return self._transport.call("GET", (_GROUP, "search", *path.split("/"), term))
