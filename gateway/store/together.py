"""Writing together: items that several threads write at one moment share a transaction, and none fails for another.

A commit waits for the disk, whatever is in it: one for many is what lets many send at once.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.store.many import Driver

Item = TypeVar("Item")


@dataclass(slots=True)
class _Waiting(Generic[Item]):
    item: Item
    ended: bool = False
    error: Exception | None = None


class Together(Generic[Item]):
    """Whoever comes to write takes along all who wait: one commit for many, and none waits for a turn of its own."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Driver]],
        write: Callable[[Driver, Sequence[Item]], None],
    ) -> None:
        """Take how a transaction is opened, and what writes items in it."""
        self._transaction = transaction
        self._write = write
        self._waiting: deque[_Waiting[Item]] = deque()
        self._turn = threading.Lock()

    def write(self, item: Item) -> None:
        """Write an item, or have it written; it is on the disk on return. Raises what was raised for it alone."""
        mine = _Waiting(item)
        self._waiting.append(mine)
        with self._turn:
            if not mine.ended:
                self._write_waiting()
        if mine.error is not None:
            raise mine.error

    def _write_waiting(self) -> None:
        batch: list[_Waiting[Item]] = []
        while self._waiting:
            batch.append(self._waiting.popleft())
        try:
            self._commit(batch)
        except Exception as error:  # noqa: BLE001 - it goes to the thread that it belongs to
            if len(batch) == 1:
                batch[0].error = error
            else:
                self._write_one_by_one(batch)
        except BaseException:
            for each in batch:  # this thread is being ended: nobody may take his item for written
                each.error = RuntimeError("the write was broken off")
            raise
        finally:
            for each in batch:
                each.ended = True

    def _write_one_by_one(self, batch: Sequence[_Waiting[Item]]) -> None:
        for each in batch:
            try:
                self._commit([each])
            except Exception as error:  # noqa: BLE001 - one that fails must not fail the others
                each.error = error

    def _commit(self, batch: Sequence[_Waiting[Item]]) -> None:
        with self._transaction() as driver:
            self._write(driver, [each.item for each in batch])
