"""Scanning later: a file that came while the scanner was away is in quarantine until this has been done."""

import logging
from dataclasses import dataclass

from gateway.delivery.chores import Later
from gateway.scanner import ScannerAway, is_clean
from gateway.store.chores import Chore
from gateway.store.chunks import FileGone
from gateway.store.files import Files

log = logging.getLogger(__name__)

SCAN_SECONDS = 60.0  # how long clamd may be silent


@dataclass(frozen=True, slots=True)
class Scanning:
    """What to do with a chore of the kind `scan`."""

    files: Files
    clamd: str

    def __call__(self, chore: Chore) -> None:
        """Have the file of a chore scanned; an infected one loses its content. Raises Later while clamd is away."""
        found = self.files.find(chore.item)
        if found is None or not found.quarantined:
            return  # removed by the person, or decided already
        try:
            clean = is_clean(self.clamd, self.files.read(found.id, found.size), timeout=SCAN_SECONDS)
        except ScannerAway as error:
            raise Later(str(error)) from None
        except FileGone:
            return
        if clean:
            self.files.release(found.id)
        else:
            self.files.refuse(found.id)
            log.warning("file refused file=%s reason=infected", found.id)
