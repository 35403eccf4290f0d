"""What is wrong with a definition: where it stands and what to do about it.

The text never holds a value from the environment, because it is printed and logged.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to put right: the file, the path of the key in it, and a message that ends with the remedy."""

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        """Say it on one line, the way compilers do."""
        return ": ".join(part for part in (self.file, self.path, self.message) if part)
