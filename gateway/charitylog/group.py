"""A group of records, such as clients: everything in it, one of it, and which fields it has."""

from gateway.charitylog.answer import Answer
from gateway.charitylog.ids import step_of
from gateway.charitylog.query import Query
from gateway.charitylog.records import Record, text_of
from gateway.charitylog.refusals import NotThere


class Group(Query):
    """All records of a group; `filter` and `fields` narrow it. Source: API Details, 2018 (seed 000)."""

    def get(self, record: str | int) -> Answer:
        """Read one record by `GET /v2/GROUP/id/ID`. Raises Refused, NotWritten or NoAnswer.

        Whether a record that is not there is answered with 404 or with nothing is documented nowhere.
        """
        return self._read("id", step_of(record))

    def bare(self, record: str | int) -> Answer:
        """Read one record by `GET /v2/GROUP/ID`, the address that "API Entities" shows for a client.

        Every other page has the one of `get`. Raises as that does.
        """
        return self._read(step_of(record))

    def one(self, record: str | int) -> Record:
        """Read one record by `GET /v2/GROUP/id/ID`; raises NotThere where there is none, however the API says that.

        Else it raises as `get` does, and NotJson.
        """
        answer = self.get(record)
        found = answer.records()
        if len(found) == 1 and "id" not in found[0]:
            return found[0]  # the id is none of the default fields: nobody else was asked for
        for each in found:
            if text_of(each, "id") == step_of(record):
                return each
        raise NotThere(answer)

    def selectable_fields(self) -> Answer:
        """Read which fields can be chosen, by `GET /v2/GROUP/selectable_fields`; `field_names()` reads the answer.

        It is light and changes nothing, so for clients it serves as a probe of the keys. Raises as `get` does.
        Source: API Details, 2018 (seed 000), for the six groups; no page has it of an extension database.
        """
        return self._read("selectable_fields")
