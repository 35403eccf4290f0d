"""A bounded look into a file: one that is made to lead a reader astray keeps no server busy and fills no memory."""

from dataclasses import dataclass
from typing import BinaryIO, Self

from gateway.uploads.kinds import NotThatKind

_FARTHEST = 2**40
_MOST_LOOKS = 2000
_MOST_BYTES = 8 * 1024 * 1024


@dataclass(slots=True)
class Look:
    """A file, how often it may still be looked into, and how much may still be read."""

    file: BinaryIO
    looks: int = _MOST_LOOKS
    left: int = _MOST_BYTES

    @classmethod
    def all_through(cls, file: BinaryIO, size: int) -> Self:
        """Look at one part after the other: there may be one in each kilobyte."""
        return cls(file, _MOST_LOOKS + size // 1024)

    def at(self, offset: int, size: int) -> bytes:
        """Read up to `size` bytes at an offset; fewer at the end of the file.

        Raises NotThatKind where it was read more often or more of it than the file of any camera asks for.
        """
        if not 0 <= offset < _FARTHEST or size <= 0:  # what a file says of itself may be any number
            return b""
        self.file.seek(offset)
        found = self.file.read(size)
        self.looks -= 1
        self.left -= len(found)
        if self.looks < 0 or self.left < 0:
            raise NotThatKind
        return found
