"""The people of an external referral as a reading of the pages wants them. Pure.

The API documents no validation, so what its pages ask for is seen to here, before anything is sent.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gateway.charitylog.ids import as_text, is_id
from gateway.charitylog.readings import Ids, Minimum

Person = Mapping[str, object]

# The other people of one referral are no question of the 2019 page, which speaks of one person.
_OF_THE_MAIN: Mapping[Minimum, tuple[str, ...]] = {
    "2019": ("org_type_id", "surname", "description"),
    "2023": ("first_name", "surname", "org_type_id"),
    "both": ("first_name", "surname", "org_type_id", "description"),
}
_OF_OTHERS: Mapping[Minimum, tuple[str, ...]] = {
    "2019": ("org_type_id", "surname"),
    "2023": ("first_name", "surname", "org_type_id"),
    "both": ("first_name", "surname", "org_type_id"),
}
_PAIRED = ("relationships", "carer_relationships")
_NUMBERED = ("org_type_id", "project")  # the two that the pages of 2023 show as numbers


def as_people(people: Iterable[Person]) -> list[Person]:
    """Give people as the list that they must be, or raise TypeError without showing any of them."""
    if isinstance(people, Mapping | str | bytes) or not isinstance(people, Iterable):
        raise TypeError("People must be a list of maps of fields, even where there is one person alone.")
    found = list(people)
    for place, person in enumerate(found):
        if not isinstance(person, Mapping):
            raise TypeError(f"Person {place + 1} must be a map of fields.")
    return found


def refuse_incomplete(people: Sequence[Person], minimum: Minimum) -> None:
    """Raise ValueError where a page says that something is missing; it names people by place, and fields.

    Source: API Details, 2019 (seed 001) and "API external referrals", 2023, for the minimum; the latter for
    referral_role beside source; "API: External Referrals", 2020, for relationships, which go both ways.
    """
    missing = [
        f"person {place + 1}: {what}"
        for place, person in enumerate(people)
        for what in _missing(people, place, minimum)
    ]
    if missing:
        raise ValueError(f"The external referral is not complete. {'; '.join(missing)}.")


def with_ids(person: Person, ids: Ids) -> dict[str, object]:
    """Write org_type_id and project as text or as numbers; everything else stays as it is.

    Source: "API: External Referrals", 2020 (text); "API external referrals", 2023 (numbers).
    """
    return {name: _written(value, ids) if name in _NUMBERED else value for name, value in person.items()}


def _missing(people: Sequence[Person], place: int, minimum: Minimum) -> Iterator[str]:
    person = people[place]
    for name in _OF_OTHERS[minimum] if place else _OF_THE_MAIN[minimum]:
        if _is_blank(person, name):
            yield f"{name} is missing"
    if "source" in person and _is_blank(person, "referral_role"):
        yield "referral_role is missing, which must go with source"
    for kind in _PAIRED:
        if not isinstance(person.get(kind, {}), Mapping):
            yield f"{kind} must be a map of other people's places to ids"
        for other in _named(person, kind):
            if other == str(place) or not (other.isdecimal() and int(other) < len(people)):
                yield f"{kind} names somebody who is no other person of this referral"
            elif str(place) not in _named(people[int(other)], kind):
                yield f"{kind} with person {int(other) + 1} is missing its way back"


def _is_blank(person: Person, name: str) -> bool:
    return str(person.get(name) or "").strip() == ""


def _named(person: Person, kind: str) -> set[str]:
    value = person.get(kind)
    return {str(other) for other in value} if isinstance(value, Mapping) else set()


def _written(value: object, ids: Ids) -> object:
    if ids == "string":
        return as_text(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return int(value) if isinstance(value, str) and is_id(value) else value
