"""A referral as the calls of `delivery: direct`: a client for each person, their relationships, the referral. Pure.

Each client bears an external id made of our reference, so that it can be found again and is never made twice.
Source: API Details (2018, 2019), API clients (2025), API relationships (2022), API referrals (2022-2024).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from gateway import charitylog
from gateway.destinations.payload import description_of
from gateway.destinations.seam import Step
from gateway.referral import Person, Referral

CLIENT, RELATIONSHIP, REFERRAL = "client", "relationship", "referral"

# Answers of the main person under these names are the referral's, not the client's.
OF_THE_REFERRAL = frozenset(
    {"project", "project_category", "contact_method", "contact_type", "funding_sponsor", "introduction_source",
     "priority", "referrer", "template", "stage", "branch", "additional_org_person"}
)  # fmt: skip
_DESCRIPTION = "description"
# There and back, in the ordinary list and in that of carers: on an update of a client, and on relationship_details.
_NAMES: Mapping[charitylog.Writes, tuple[tuple[str, str], tuple[str, str]]] = {
    "classic": (
        ("relationship_first_to_second", "relationship_second_to_first"),
        ("relationship_first_to_second_carer", "relationship_second_to_first_carer"),
    ),
    "current": (
        ("relation_first_to_second", "relation_second_to_first"),
        ("carer_relation_first_to_second", "carer_relation_second_to_first"),
    ),
}
_OPTIONS = (("to_main", "from_main"), ("carer_to_main", "carer_from_main"))


@dataclass(frozen=True, slots=True)
class Wording:
    """What the pages contradict each other on, as the organisation's block settles it."""

    writes: charitylog.Writes
    body: charitylog.BodyForm
    description: Literal["response_description", "description"]
    uploads: bool = False
    console: str = ""  # where files are opened that stay with us


def is_direct(referral: Referral) -> bool:
    """Tell whether its form asked for records at once."""
    return referral.options.get("delivery") == "direct"


def steps_of(referral: Referral, wording: Wording, *, repeat: bool) -> list[Step]:
    """Compose the calls in order: each needs the records of earlier ones only, by their places."""
    people = [person for person in referral.people if not person.described]
    clients = [
        _step(CLIENT, _client(person, is_main=place == 0), external_id(referral, place), repeat=repeat)
        for place, person in enumerate(people)
    ]
    last = _step(REFERRAL, _referral(referral, wording, repeat=repeat), referral.reference, needs=(0,), repeat=repeat)
    files = _files(referral, people)
    return [
        *(replace(step, files=files.get(place, ())) for place, step in enumerate(clients)),
        *_relationships(people, referral, wording, repeat=repeat),
        replace(last, files=files.get(None, ()), takes="referral"),
    ]


def external_id(referral: Referral, place: int) -> str:
    """Name the client of one person: `RG-7K3F-9Q2M-0` is the main one."""
    return f"{referral.reference}-{place}"


def _files(referral: Referral, people: Sequence[Person]) -> dict[int | None, tuple[str, ...]]:
    """Sort the files by the place of the client whom they are about; under None, those of the referral itself."""
    places: dict[tuple[str, int], int] = {}
    for place, person in enumerate(people):
        places[person.id, sum(each.id == person.id for each in people[:place])] = place
    found: dict[int | None, tuple[str, ...]] = {}
    for file in referral.files:
        # Whoever only stands in the description is no client: their files are the referral's.
        whose = places.get((file.attach_to, file.index))
        found[whose] = (*found.get(whose, ()), file.id)
    return found


def _client(person: Person, *, is_main: bool) -> dict[str, object]:
    # Of the others nothing is left out: what has no place in a referral is better refused than lost.
    elsewhere = OF_THE_REFERRAL | {_DESCRIPTION} if is_main else frozenset()
    own = {name: value for name, value in _answers(person).items() if name not in elsewhere}
    return {**own, "type": str(person.options["org_type_id"])}


def _relationships(people: list[Person], referral: Referral, wording: Wording, *, repeat: bool) -> Iterator[Step]:
    for place, person in enumerate(people):
        fields = _relating(person.options, wording)
        if fields:
            about, needs = external_id(referral, place), (place, 0)
            if wording.writes == "classic":
                yield _step(RELATIONSHIP, fields, about, needs=needs, repeat=repeat)
            else:
                encoded = charitylog.encode([fields], wording.body)
                yield Step(RELATIONSHIP, encoded.content_type, encoded.content, about, needs, repeat)


def _relating(options: Mapping[str, Any], wording: Wording) -> dict[str, object]:
    return {
        name: str(options[option])
        for names, chosen in zip(_NAMES[wording.writes], _OPTIONS, strict=True)
        for name, option in zip(names, chosen, strict=True)
        if option in options
    }


def _referral(referral: Referral, wording: Wording, *, repeat: bool) -> dict[str, object]:
    main = referral.people[0]
    given = {name: str(value) for name, value in dict(referral.options.get("referral") or {}).items()}
    if "project" in referral.options:
        given["project"] = str(referral.options["project"])
    answered = {name: value for name, value in _answers(main).items() if name in OF_THE_REFERRAL}
    return {
        **given,
        **answered,
        "client_type": str(main.options["org_type_id"]),
        "date": referral.created_at.date().isoformat(),
        wording.description: description_of(
            referral, repeat=repeat, files_at_once=wording.uploads, console=wording.console
        ),
    }


def _answers(person: Person) -> dict[str, str]:
    return {
        answer.sent_as: answer.value if isinstance(answer.value, str) else ", ".join(answer.value)
        for answer in person.answers
        if answer.send == "field" and answer.value
    }


def _step(kind: str, fields: Mapping[str, object], about: str, *, needs: tuple[int, ...] = (), repeat: bool) -> Step:
    encoded = charitylog.encode_fields(fields)
    return Step(kind, encoded.content_type, encoded.content, about, needs, repeat)
