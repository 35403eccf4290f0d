"""What has changed between two states of a list, in words, and which places in forms it touches. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.destinations.seam import Use

_MOST = 5  # told of each kind; the rest is counted

# Each value with what people read: several where it is translated, the first of them shown.
Was = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Drift:
    """What is new in a list, has another name, or has gone, by value."""

    new: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.new or self.renamed or self.gone)

    def __str__(self) -> str:
        kinds = {
            "new": [_named(value, label) for value, label in self.new.items()],
            "renamed": [f"{_named(value, old)} is “{now}”" for value, (old, now) in self.renamed.items()],
            "gone": [_named(value, label) for value, label in self.gone.items()],
        }
        return "; ".join(f"{kind}: {some(told)}" for kind, told in kinds.items() if told)

    def touched(self, name: str, uses: Iterable[Use]) -> str:
        """Name the places that offer this list, or send what has changed in it; "" where there are none."""
        changed = {*self.renamed, *self.gone}
        return places(
            use
            for use in uses
            if name in use.lists and (not use.choices or any(choice.value in changed for choice in use.choices))
        )


def drift_of(was: Was, now: Mapping[str, str]) -> Drift:
    """Tell two states of one list apart; a translated entry keeps its name while one of its names is the same."""
    return Drift(
        {value: label for value, label in now.items() if value not in was},
        {value: (was[value][0], now[value]) for value in was if value in now and now[value] not in was[value]},
        {value: labels[0] for value, labels in was.items() if value not in now},
    )


def places(uses: Iterable[Use]) -> str:
    """Write where in which forms something stands, to go behind a sentence."""
    told = list(dict.fromkeys(f"{use.form}, {use.place}" for use in uses))
    return f" (it touches {some(told, between='; ')})" if told else ""


def some(told: Sequence[str], between: str = ", ") -> str:
    """Name the first few, and count the rest."""
    more = f" and {len(told) - _MOST} more" if len(told) > _MOST else ""
    return between.join(told[:_MOST]) + more


def _named(value: str, label: str) -> str:
    return value if label == value else f"{value} “{label}”"
