"""Schedules: job cards. The pages say that they are read and updated, and give an address for reading alone."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.group import Group
from gateway.charitylog.transport import Transport


class Schedules(Group):
    """The `schedules` group of the API. Source: API Details, 2018 (seed 000)."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport, ("schedules",))

    def friendly_names(self) -> Answer:
        """Read what the fields of schedules are called, by `GET /v2/schedules/friendly_names`; see `field_names()`.

        Raises Refused, NotWritten or NoAnswer. Source: "API schedules", 2021 on.
        """
        return self._read("friendly_names")
