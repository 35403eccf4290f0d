"""A change to a file that leaves its length as it is, so that nothing else in it has to move."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patch:
    """Bytes to write over what stands at an offset."""

    offset: int
    data: bytes
