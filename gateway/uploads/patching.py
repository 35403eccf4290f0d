"""A change to a file that leaves its length as it is, so that nothing else in it has to move."""

from dataclasses import dataclass
from typing import BinaryIO

_FARTHEST = 2**40


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes to write over what stands at an offset."""

    offset: int
    data: bytes


def read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """Read up to `size` bytes at an offset; fewer at the end of the file."""
    if not 0 <= offset < _FARTHEST or size <= 0:  # what a file says of itself may be any number
        return b""
    file.seek(offset)
    return file.read(size)
