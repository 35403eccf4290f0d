"""Which of its referrals an agency wants to see: by where they stand, when they were sent and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.store.agencies import Wanted
from gateway.store.states import Stands
from gateway.web.staff import asking
from gateway.web.staff.asking import Asked

SOFTWARE = "software"
_BY, _STATE = "by", "state"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What was asked for, as the fields show it again and as the store is asked; `problems` by field."""

    asked: Asked
    which: Wanted

    @property
    def problems(self) -> Mapping[str, str]:
        """What cannot be read, by field."""
        return self.asked.problems

    @property
    def at_all(self) -> bool:
        """Whether anything was asked for."""
        return any(self.asked.given.values())


def read(args: Mapping[str, str], people: Mapping[str, str]) -> Narrowed:
    """Read what was asked for; `people` are the agency's, by account. What is odd is left out, or said."""
    days = asking.read({name: args.get(name, "") for name in ("from", "to")}, forms=())
    state, by = args.get(_STATE, ""), args.get(_BY, "")
    state, by = state if state in {*Stands} else "", by if by in {*people, SOFTWARE} else ""
    given = {_STATE: state, _BY: by, "from": days.given["from"], "to": days.given["to"]}
    which = Wanted(
        Stands(state) if state else None, days.since, days.before, ("" if by == SOFTWARE else by) if by else None
    )
    return Narrowed(replace(days, given=given), which)
