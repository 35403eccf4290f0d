"""Faults as data: what can go wrong on the wire, read from a test's wish, queued, and used up call by call."""

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from http import HTTPStatus
from typing import Any, Literal, get_args

Cut = Literal["before", "after", "body"]
MAX_SECONDS = 3600.0


@dataclass(frozen=True)
class Fault:
    """Makes the next `calls` calls to /v2 with one of `methods`, to one of `groups`, misbehave."""

    calls: int = 1
    methods: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    latency: float = 0.0
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    processed: bool = False
    cut: Cut | None = None
    drip: float | None = None
    garbage: bool = False
    hang: bool = False

    def concerns(self, method: str, group: str) -> bool:
        """Tell whether this fault is for a call by this method to this group (`clients`, `clients/uploads`)."""
        return (not self.methods or method in self.methods) and (not self.groups or group in self.groups)

    @property
    def ends(self) -> list[str]:
        """The ways in which this fault ends the call; at most one makes sense."""
        wishes = {"status": self.status, "cut": self.cut, "drip": self.drip, "garbage": self.garbage, "hang": self.hang}
        return [name for name, wish in wishes.items() if wish not in (None, False)]

    def as_json(self) -> dict[str, Any]:
        """Return the fault under the keys that were posted."""
        return asdict(self)


KEYS = tuple(item.name for item in fields(Fault))


class FaultQueue:
    """Faults in the order in which they were asked for; the first that matches a call is used."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Queue a fault behind those already waiting."""
        with self._guard:
            self._waiting.append(fault)

    def take(self, method: str, group: str = "") -> Fault | None:
        """Use up one call of the first fault that concerns this method and group."""
        with self._guard:
            for position, fault in enumerate(self._waiting):
                if fault.concerns(method, group):
                    left = [replace(fault, calls=fault.calls - 1)] if fault.calls > 1 else []
                    self._waiting[position : position + 1] = left
                    return fault
        return None

    def waiting(self) -> list[Fault]:
        """Return what is left."""
        with self._guard:
            return list(self._waiting)

    def clear(self) -> None:
        """Forget every fault."""
        with self._guard:
            self._waiting.clear()


def parse_fault(wish: Mapping[str, Any]) -> Fault:
    """Read a fault from JSON or form values; a ValueError says what to write instead."""
    unknown = sorted(set(wish) - set(KEYS))
    if unknown:
        raise ValueError(f"Unknown key {', '.join(unknown)}. The keys are: {', '.join(KEYS)}.")
    fault = Fault(**{key: _READERS[key](key, value) for key, value in wish.items()})
    if len(fault.ends) > 1:
        raise ValueError(f"Choose one of {', '.join(fault.ends)}: a call can end in one way only.")
    if not fault.ends and not fault.latency and not fault.headers:
        raise ValueError("This fault does nothing. Give it status, cut, drip, garbage, hang, latency or headers.")
    if fault.processed and fault.status is None and not fault.hang:
        raise ValueError("processed goes with status or hang; the other faults are processed or not by their kind.")
    return fault


def _count(key: str, value: object) -> int:
    if isinstance(value, bool) or not str(value).isdecimal() or int(str(value)) < 1:
        raise ValueError(f"{key} must be a whole number from 1.")
    return int(str(value))


def _status(key: str, value: object) -> int:
    number = _count(key, value)
    if not HTTPStatus.OK <= number <= 599:
        raise ValueError("status must lie between 200 and 599.")
    return number


def _seconds(key: str, value: object) -> float:
    try:
        seconds = float("nan" if isinstance(value, bool) else str(value))
    except ValueError:
        seconds = float("nan")
    if not 0 <= seconds <= MAX_SECONDS:
        raise ValueError(f"{key} must be a number of seconds between 0 and {MAX_SECONDS:.0f}.")
    return seconds


def _truth(key: str, value: object) -> bool:
    truths = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if str(value).lower() not in truths:
        raise ValueError(f"{key} must be true or false.")
    return truths[str(value).lower()]


def _cut(key: str, value: object) -> Cut:
    for known in get_args(Cut):
        if value == known:
            return known  # type: ignore[no-any-return]  # get_args() forgets what it was given
    raise ValueError(f"{key} must be one of: {', '.join(get_args(Cut))}.")


def _methods(key: str, value: object) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name.strip().isalpha() for name in names):
        raise ValueError(f'{key} must be a list of methods, such as ["PUT"].')
    return tuple(name.strip().upper() for name in names)


def _groups(key: str, value: object) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
        raise ValueError(f'{key} must be a list of groups, such as ["clients", "referrals/uploads"].')
    return tuple(name.strip() for name in names)


def _headers(key: str, value: object) -> dict[str, str]:
    try:
        headers: Any = json.loads(value) if isinstance(value, str) else value
        texts = {str(name): str(text) for name, text in dict(headers).items()}
        "".join(texts.keys() | set(texts.values())).encode("latin-1")
    except (TypeError, ValueError):
        raise ValueError(f'{key} must be an object of names and plain texts: {{"Retry-After": "30"}}.') from None
    if any(ord(letter) < ord(" ") for text in [*texts, *texts.values()] for letter in text):
        raise ValueError(f"{key} must hold no control characters.")
    return texts


_READERS: dict[str, Any] = {
    "calls": _count, "methods": _methods, "groups": _groups, "latency": _seconds, "status": _status,
    "headers": _headers, "processed": _truth, "cut": _cut, "drip": _seconds, "garbage": _truth, "hang": _truth,
}  # fmt: skip
