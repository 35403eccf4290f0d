"""A change to a file that leaves its length as it is, so that nothing else in it has to move."""

from dataclasses import dataclass
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes to write over what stands at an offset."""

    offset: int
    data: bytes


def read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """Read up to `size` bytes at an offset; fewer at the end of the file."""
    if offset < 0 or size <= 0:
        return b""
    file.seek(offset)
    return file.read(size)
