"""How often one address does something: numbers in memory that the web processes of a host share. No address is kept.

A fixed table of counters, found by a keyed digest of the address; its key dies with the server. Each counter knows the
window of time that runs and the one before it, so that nobody gains by waiting for the next to begin. Two requests at
one moment may count as one: this is a measure, not a ledger.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from mmap import mmap
from socket import AF_INET, AF_INET6, AddressFamily, inet_pton
from struct import Struct
from typing import NamedTuple, Self
from urllib.parse import urlsplit

_PLACES = 1 << 15
_PLACE = Struct("<III")
_MOST = 0xFFFFFFFF
_MAPPED = bytes(10) + b"\xff\xff"  # before an IPv4 address that is written as IPv6
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many times in so many seconds."""

    times: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `30 per minute`; `off` is none."""
        if text == "off":
            return None
        times, _, unit = text.split()
        return cls(int(times), _UNITS[unit])


class Tally(NamedTuple):
    """What one counter holds: the number of its window, the uses in it, and those in the window before."""

    window: int = 0
    here: int = 0
    before: int = 0

    def moved(self, window: int) -> "Tally":
        """The same counter in a window as late or later."""
        if window == self.window:
            return self
        return Tally(window, 0, self.here if window == self.window + 1 else 0)

    def used(self, into: float) -> float:
        """How many uses fall into the last window's length, at this part of the present window."""
        return self.here + self.before * (1 - into)

    def rest(self, into: float, most: float) -> float:
        """How many windows pass until no more than `most` are left, if nobody uses it meanwhile."""
        if self.used(into) <= most:
            return 0
        if self.here > most:
            return (1 - into) + (1 - most / self.here)
        return 1 - (most - self.here) / self.before - into


class Limit:
    """Counts one kind of use by address; make one for each purpose, before the server forks."""

    def __init__(self, rate: Rate | None) -> None:
        """Take the rate that one address may reach; none counts nothing."""
        self._rate = rate
        self._key = secrets.token_bytes(32)
        self._table = mmap(-1, _PLACES * _PLACE.size) if rate else None

    def __repr__(self) -> str:
        return f"Limit({self._rate})"

    def use(self, address: str | bytes, now: datetime) -> float:
        """Count a use; give the part of the rate that this address has reached: past 1 it is over its limit.

        Bytes are no address of a network, but whatever else stands for somebody, such as an account.
        """
        if self._rate is None or self._table is None or (place := self._place(address)) is None:
            return 0
        window, into = self._moment(self._rate, now)
        tally = self._tally(place).moved(window)
        tally = tally._replace(here=min(tally.here + 1, _MOST))
        _PLACE.pack_into(self._table, place, *tally)
        return tally.used(into) / self._rate.times

    def seconds_until(self, share: float, address: str | bytes, now: datetime) -> int:
        """Say in how many seconds an address that waits is down to this part of the rate."""
        if self._rate is None or (place := self._place(address)) is None:
            return 0
        window, into = self._moment(self._rate, now)
        tally = self._tally(place).moved(window)
        return ceil(self._rate.seconds * tally.rest(into, share * self._rate.times))

    def _moment(self, rate: Rate, now: datetime) -> tuple[int, float]:
        window, into = divmod(now.timestamp(), rate.seconds)
        return int(window) & _MOST, into / rate.seconds

    def _tally(self, place: int) -> Tally:
        return Tally(*_PLACE.unpack_from(self._table, place)) if self._table else Tally()

    def _place(self, address: str | bytes) -> int | None:
        network = address if isinstance(address, bytes) else network_of(address)
        if network is None:
            return None
        digest = hashlib.blake2b(network, key=self._key, digest_size=8).digest()
        return int.from_bytes(digest) % _PLACES * _PLACE.size


def network_of(address: str) -> bytes | None:
    """Whose address it is: the whole of an IPv4 address, of IPv6 the /64 that one household has. None if unreadable."""
    if (four := _packed(AF_INET, address)) is not None:
        return four
    if (six := _packed(AF_INET6, address.partition("%")[0])) is not None:
        return six.removeprefix(_MAPPED) if six.startswith(_MAPPED) else six[:8]
    # Some proxies write the port behind the address.
    host = _host(address)
    return network_of(host) if host not in ("", address) else None


def _packed(family: AddressFamily, address: str) -> bytes | None:
    try:
        return inet_pton(family, address)
    except (OSError, ValueError):
        return None


def _host(address: str) -> str:
    try:
        return urlsplit(f"//{address}").hostname or ""
    except ValueError:
        return ""
