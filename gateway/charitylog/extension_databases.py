"""Extension databases that keep several records each: entities of their own.

Those that keep a single record are fields of clients and referrals: name them there, in filters, fields and writes.
"""

from gateway.charitylog.answer import Answer
from gateway.charitylog.encoding import Fields, body_of
from gateway.charitylog.group import Group
from gateway.charitylog.ids import step_of
from gateway.charitylog.transport import Transport

GROUP = "extension_database"


def extension_name(title: str, number: int) -> str:
    """Name an extension database by its title and id, as until 2023: "Staff Disciplinary", 13: staff_disciplinary_13.

    Since April 2024 a name is chosen in the application: use that one as it stands.
    Source: API Details, 2018 (seed 000: the query that makes the name) and 2019 (seed 001).
    """
    return f"{title.lower().replace(' ', '_')}_{number}"


class ExtensionDatabase(Group):
    """One extension database, `GET /v2/extension_database/NAME/…`; filters such as `referral` and fields as elsewhere.

    They are entities of their own, so `selectable_fields` and `report` are here too; no page shows either of them.
    Source: API Details, 2018 and 2019 (seeds 000 and 001); "API: Extension Databases", 2024.
    """

    def __init__(self, transport: Transport, name: str) -> None:
        super().__init__(transport, (GROUP, name))

    def create(self, fields: Fields) -> Answer:
        """Make a record by `PUT /v2/extension_database/NAME`: `{"referral": 2289, "date_43": "2018-11-08"}`.

        The id is returned: `new_id()`. A repeated call makes another one. Raises ValueError or TypeError, then
        Refused, NotWritten or NoAnswer.
        """
        return self._transport.call("PUT", self._group, body_of(fields))

    def update(self, record: str | int, fields: Fields) -> Answer:
        """Change a record by `POST /v2/extension_database/NAME/id/ID`. Raises as `create` does."""
        return self._transport.call("POST", (*self._group, "id", step_of(record)), body_of(fields))
