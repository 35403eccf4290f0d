"""All that is kept of one referral as one archive: a text that people can read, and the files, piece by piece."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence

from gateway.keys import KeyMissing, SealBroken
from gateway.store.attached import Attached
from gateway.store.chunks import FileGone
from gateway.store.exporting import TEXT, written
from gateway.store.files import Files
from gateway.store.subjects import Everything

LEFT_OUT = "files that are not here.txt"


class _Taken(io.RawIOBase):
    """Takes what an archive writes, until somebody takes it from there: it cannot be gone back in."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        """It can be written."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # an archive writes bytes alone
        """Take the next bytes."""
        self._held += data
        return len(data)

    def take(self) -> bytes:
        """Give what was written since the last time."""
        taken = bytes(self._held)
        self._held.clear()
        return taken


def pieces(files: Files, kept: Everything, attached: Sequence[Attached], *, folder: str) -> Iterator[bytes]:
    """Give an archive of a referral; never more than a piece of a file is in memory.

    A file that is gone, or that nobody has looked at for viruses, is left out, and the archive says so.
    """
    taken, left = _Taken(), []
    with zipfile.ZipFile(taken, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{folder}/{TEXT}", written(kept, attached))
        for each in attached:
            why_not = each.why_not(unchecked=False)
            if not why_not:
                digest = hashlib.sha256()
                try:
                    with archive.open(f"{folder}/{each.saved_as}", "w", force_zip64=True) as target:
                        for piece in files.read(each.named.id, each.named.size):
                            digest.update(piece)
                            target.write(piece)
                            yield taken.take()
                except (FileGone, KeyMissing, SealBroken):
                    why_not = "its content is gone, or cannot be opened: what stands here is cut short"
                else:
                    why_not = "" if digest.hexdigest() == each.named.sha256 else "its content is not what was sent"
            if why_not:
                left.append(f"{each.saved_as}: {why_not}\n")
        if left:
            archive.writestr(f"{folder}/{LEFT_OUT}", "".join(left))
        yield taken.take()
    yield taken.take()
