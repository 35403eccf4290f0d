"""Which of its referrals an agency wants to see: by where they stand, when they were sent and by whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.store.sent_lists import Condition
from gateway.store.states import Stands
from gateway.web.staff import asking
from gateway.web.staff.asking import Asked

SOFTWARE = "software"
_BY, _STATE = "by", "state"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What was asked for, as the fields show it again and as the store is asked; `problems` by field."""

    asked: Asked
    conditions: Sequence[Condition]

    @property
    def problems(self) -> Mapping[str, str]:
        """What cannot be read, by field."""
        return self.asked.problems

    @property
    def at_all(self) -> bool:
        """Whether anything was asked for."""
        return any(self.asked.given.values())


def read(args: Mapping[str, str], organisation: str, senders: Mapping[str, Sequence[str]]) -> Narrowed:
    """Read what was asked for; `senders` may be asked by, each with its accounts. What is odd is left out, or said."""
    days = asking.read({name: args.get(name, "") for name in ("from", "to")}, organisation, forms=())
    state, by = args.get(_STATE, ""), args.get(_BY, "")
    given = {
        _STATE: state if state in {*Stands} else "",
        _BY: by if by in senders else "",
        "from": days.given["from"],
        "to": days.given["to"],
    }
    asked = replace(days, given=given)
    return Narrowed(asked, tuple(_conditions(asked, senders)))


def _conditions(asked: Asked, senders: Mapping[str, Sequence[str]]) -> Iterator[Condition]:
    if state := asked.given[_STATE]:
        yield Condition("state", "in", (Stands(state),))
    if by := asked.given[_BY]:
        yield Condition("account", "in", tuple(senders[by]))
    if since := asked.wanted.since:
        yield Condition("created_at", "gte", (since,))
    if before := asked.wanted.before:
        yield Condition("created_at", "lt", (before,))
