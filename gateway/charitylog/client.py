"""The client of one charity's system: one object, safe to use from several threads at once."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.clients import Clients
from gateway.charitylog.dictionaries import Dictionaries
from gateway.charitylog.external_referral import ExternalReferral
from gateway.charitylog.fields import GROUPS, Group
from gateway.charitylog.referrals import Referrals
from gateway.charitylog.relationships import Relationships
from gateway.charitylog.transport import Credentials, Transport
from gateway.charitylog.uploads import Uploads
from gateway.charitylog.verbs import Writes, verbs
from gateway.charitylog.wire import Limits


class Client:
    """Calls the API at `url` ("https://api.dizions.co.uk/v2"); every limit is in seconds and holds for one call.

    `connect_timeout` is for one connection and its handshake, `read_timeout` for one silence, `deadline` for all,
    from the start of connecting to the last byte of the answer (in an upload, for each piece of it).
    `ca_file` (PEM) replaces the usual authorities.
    `writes` says which verbs create and update clients and referrals, "classic" or "current": see `verbs`.
    A complete answer of any status is an Answer; otherwise NotWritten or NoAnswer is raised.
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
        writes: Writes = "classic",
    ) -> None:
        self._transport = Transport(url, credentials, Limits(connect_timeout, read_timeout, deadline), ca_file)
        self.external_referral = ExternalReferral(self._transport)
        self.dictionaries = Dictionaries(self._transport)
        self.clients = Clients(self._transport, verbs(writes))
        self.referrals = Referrals(self._transport, verbs(writes))
        self.relationships = Relationships(self._transport)
        self.uploads = Uploads(self._transport)

    def selectable_fields(self, group: Group) -> Answer:
        """Read the fields of a group: light and without side effect, so `"clients"` serves as a probe of the keys.

        Source: API Details, 2018 (seed 000).
        """
        if group not in GROUPS:
            raise ValueError(f"The group must be one of: {', '.join(GROUPS)}.")
        return self._transport.call("GET", (group, "selectable_fields"))

    def close(self) -> None:
        """Close the connections that stand idle; a later call opens new ones."""
        self._transport.close()
