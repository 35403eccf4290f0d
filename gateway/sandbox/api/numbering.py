"""What the number of a record can be: whole, in plain digits, and small enough for the database."""

from werkzeug.routing import IntegerConverter, Map

LARGEST = 999_999_999


def record_number(text: str) -> int:
    """Read the number of a record; ValueError for what can be none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST))):
        raise ValueError("The number of a record is a whole number.")
    return int(text)


class RecordNumber(IntegerConverter):
    """The number of a record in an address; with a larger one there is no such address."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST)
