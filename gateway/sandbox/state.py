"""One sandbox: what it accepts, how it answers, what it remembers; and the way back to its first state."""

import hmac
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import cast

from flask import current_app

from gateway.sandbox.api.calls import Calls
from gateway.sandbox.api.rules import Profile
from gateway.sandbox.charity.database import Database, empty
from gateway.sandbox.charity.planting import plant
from gateway.sandbox.charity.seeds import Seeds, load_seeds
from gateway.sandbox.faults import FaultQueue

KEY_NAMES = ("Source", "Org", "User")


class Keys:
    """The three keys that open /v2; they can be changed while the sandbox runs."""

    def __init__(self, source: str, org: str, user: str) -> None:
        first = {"Source": source, "Org": org, "User": user}
        for name, key in first.items():
            if not key:
                raise ValueError(f"The sandbox needs a {name} key that is not empty.")
        self._first = first
        self._now = dict(first)
        self._guard = threading.Lock()

    def wrong(self, sent: Mapping[str, str]) -> list[str]:
        """Name the headers whose key is not the accepted one; each takes the same time."""
        with self._guard:
            accepted = dict(self._now)
        same = {name: hmac.compare_digest(sent.get(name, "").encode(), accepted[name].encode()) for name in KEY_NAMES}
        return [name for name, equal in same.items() if not equal]

    def rotate(self, changed: Mapping[str, str]) -> None:
        """Accept these keys from now on instead of the former ones."""
        with self._guard:
            self._now.update(changed)

    def restore(self) -> None:
        """Accept the first keys again."""
        self.rotate(self._first)


@dataclass(frozen=True)
class Answers:
    """How the sandbox answers where no source says how; the first of each list is what it does unasked."""

    shape: str = "success"
    dictionary_shape: str = "map"
    fields_shape: str = "list"
    record_shape: str = "id"
    update_shape: str = "success"
    list_shape: str = "list"
    single_shape: str = "list"
    none_shape: str = "empty"
    report_shape: str = "list"
    id_type: str = "mixed"
    null_shape: str = "null"
    error_shape: str = "object"
    keys_status: str = "401"

    def changed(self, wish: Mapping[str, object]) -> "Answers":
        """Return these answers with some of them changed; a ValueError lists what there is."""
        for key, value in wish.items():
            if key not in SHAPES:
                raise ValueError(f"Unknown key {key}. The keys are: {', '.join(SHAPES)}.")
            if str(value) not in SHAPES[key]:
                raise ValueError(f"{key} must be one of: {', '.join(SHAPES[key])}.")
        return replace(self, **{key: str(value) for key, value in wish.items()})

    def as_json(self) -> dict[str, str]:
        """Return the shapes by key."""
        return asdict(self)


SHAPES: dict[str, tuple[str, ...]] = {
    "shape": ("success", "empty", "201-id", "text", "array", "created-empty"),
    "dictionary_shape": ("map", "list", "data"),
    "fields_shape": ("list", "map", "objects"),
    "record_shape": ("id", "number", "text", "list", "data", "success"),
    "update_shape": ("success", "empty", "text", "no-content"),
    "list_shape": ("list", "data", "results", "map"),
    "single_shape": ("list", "object", "data"),
    "none_shape": ("empty", "404", "object", "nothing", "message"),
    "report_shape": ("list", "map", "data"),
    "id_type": ("mixed", "string", "number"),
    "null_shape": ("null", "empty-text", "left-out"),
    "error_shape": ("object", "text", "list", "html", "empty"),
    "keys_status": ("401", "403"),
}


class Sandbox:
    """Everything behind one application; views reach it through `current()`."""

    def __init__(self, keys: Keys, database: Database, profile: Profile, *, strict: bool) -> None:
        self.keys = keys
        self.database = database
        self.profile = profile
        self.strict = strict
        self.seeds: Seeds = load_seeds()
        self.answers = Answers()
        self.faults = FaultQueue()
        self.calls = Calls()
        with database.transaction() as connection:
            if connection.execute("SELECT 1 FROM clients").fetchone() is None:
                plant(connection, self.seeds.clients)

    def reset(self) -> None:
        """Go back to the first state: seeded people, first dictionaries and keys, no faults, no counts."""
        self.faults.clear()
        self.keys.restore()
        self.answers = Answers()
        self.seeds = load_seeds()
        # In one step: a record made in between would stand where the first client belongs.
        with self.database.transaction() as connection:
            empty(connection)
            plant(connection, self.seeds.clients)
        self.calls.clear()


def current() -> Sandbox:
    """The sandbox of the application that answers this request."""
    return cast("Sandbox", current_app.extensions["sandbox"])
