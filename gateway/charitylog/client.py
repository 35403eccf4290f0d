"""The client of one charity's system: one object, safe to use from several threads at once."""

from typing import Self

from gateway.charitylog.clients import Clients
from gateway.charitylog.contacts import DoneContacts, DueContacts
from gateway.charitylog.dictionaries import Dictionaries
from gateway.charitylog.extension_databases import ExtensionDatabase
from gateway.charitylog.external_referral import ExternalReferral
from gateway.charitylog.group import Group
from gateway.charitylog.readings import BodyForm, Ids, Minimum, Readings, Writes
from gateway.charitylog.referrals import Referrals
from gateway.charitylog.relationships import Relationships
from gateway.charitylog.schedules import Schedules
from gateway.charitylog.transport import Before, Credentials, Transport
from gateway.charitylog.uploads import Uploads
from gateway.charitylog.wire import Limits


class Client:
    """Calls the API at `url` ("https://api.dizions.co.uk/v2"); every limit is in seconds and holds for one call.

    `clients`, `referrals`, `due_contacts`, `done_contacts`, `workers` and `schedules` are groups of records to iterate
    over, filter and count; `external_referral`, `relationships`, `dictionaries` and `uploads` hold the other calls.

    `connect_timeout` is for one connection and its handshake, `read_timeout` for one silence, `deadline` for all,
    from the start of connecting to the last byte of the answer (in an upload, for each piece of it).
    `ca_file` (PEM) replaces the usual authorities.
    `before` is told of each request, its method and address, before it goes out; what it raises is raised, and nothing
    was sent.
    `writes`, `body`, `ids` and `minimum` choose what the vendor's pages contradict each other on: see
    `gateway.charitylog.readings`.
    A call returns an Answer that says yes (2xx). It raises Refused for any other answer, NotWritten where nothing was
    sent, NoAnswer where nobody can tell; there is no second attempt.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        connect_timeout: float = 5,
        read_timeout: float = 30,
        deadline: float = 60,
        ca_file: str | None = None,
        before: Before | None = None,
        writes: Writes = "classic",
        body: BodyForm = "form",
        ids: Ids = "string",
        minimum: Minimum = "both",
    ) -> None:
        readings = Readings(writes, body, ids, minimum)
        transport = Transport(url, credentials, Limits(connect_timeout, read_timeout, deadline), ca_file, before)
        self._transport = transport
        self.clients = Clients(transport, readings)
        self.referrals = Referrals(transport, readings)
        self.due_contacts = DueContacts(transport, readings)
        self.done_contacts = DoneContacts(transport, readings)
        self.workers = Group(transport, ("workers",))
        self.schedules = Schedules(transport)
        self.external_referral = ExternalReferral(transport, readings)
        self.relationships = Relationships(transport, readings)
        self.dictionaries = Dictionaries(transport)
        self.uploads = Uploads(transport)

    def extension_database(self, name: str) -> ExtensionDatabase:
        """Name an extension database that keeps several records, as the API calls it; see `extension_name`."""
        return ExtensionDatabase(self._transport, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that stand idle; a later call opens new ones."""
        self._transport.close()
