"""A referral as the people of `external_referral`: pure, so that the same referral is always the same people.

Source: API External Referrals (2019-2020) for relationships; API external referrals (2023) for source and role.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway import charitylog
from gateway.referral import Answer, Person, Referral

_PAIRS = (("relationships", "to_main", "from_main"), ("carer_relationships", "carer_to_main", "carer_from_main"))


def people_of(
    referral: Referral, *, repeat: bool, numbers: bool, external_id: bool, files_follow: bool = False, console: str = ""
) -> tuple[Mapping[str, object], ...]:
    """Compose the array: the main person first, with description and project.

    `repeat` begins the description with a mark; `numbers` writes ids as numbers; `external_id` adds our reference.
    `files_follow`: those about the main person come by themselves after the import. `console`: as in `description_of`.
    """
    sent = [person for person in referral.people if not person.described]
    people = [_person(person, referral.options) for person in sent]
    main = people[0]
    main["description"] = description_of(referral, repeat=repeat, files_follow=files_follow, console=console)
    if "project" in referral.options:
        main.setdefault("project", str(referral.options["project"]))
    if external_id:
        main["external_id"] = referral.reference
    for position, person in enumerate(sent[1:], start=1):
        _relate(people, position, person.options)
    return tuple(charitylog.with_ids(person, "number") for person in people) if numbers else tuple(people)


def description_of(
    referral: Referral, *, repeat: bool, files_follow: bool = False, files_at_once: bool = False, console: str = ""
) -> str:
    """Write the description: the person's own words, the answers that travel as lines, the reference.

    `console` is the address of the organisation's pages for staff, where files that stay with us are opened.
    """
    main, *others = referral.people
    own = [answer.shown for answer in main.answers if answer.send == "field" and answer.sent_as == "description"]
    lines = list(_lines(main.answers))
    for person in others:
        if told := list(_lines(person.answers)):
            lines += ["", f"{person.label or person.id}:" if person.described else f"About {_name(person)}:", *told]
    parts = [
        f"Possible repeat of {referral.reference}." if repeat else "",
        "TEST: not a real referral." if referral.test else "",
        *own,
        "\n".join(lines).strip(),
        _files(referral, follow=files_follow, at_once=files_at_once, console=console),
        f"Reference: {referral.reference}",
    ]
    return "\n\n".join(part for part in parts if part)


def _files(referral: Referral, *, follow: bool, at_once: bool, console: str) -> str:
    number, main = len(referral.files), referral.people[0].id
    following = sum(each.attach_to == main for each in referral.files) if follow else 0
    kept = f"kept in the referral gateway{f': {console}referrals/{referral.reference}' if console else '.'}"
    if not number:
        return ""
    if at_once:
        return f"Files: {number}. They follow by themselves."
    if not following:
        return f"Files: {number}. They are {kept}"
    if following == number:
        return f"Files: {number}. They follow once this referral has been imported."
    return (
        f"Files: {number}. {following} of them {'follows' if following == 1 else 'follow'} once this referral has been "
        f"imported; the rest is {kept}"
    )


def _person(person: Person, form_options: Mapping[str, Any]) -> dict[str, object]:
    sent: dict[str, object] = {}
    if "source" in form_options:  # a role has no meaning without a source
        sent["source"] = str(form_options["source"])
        sent["referral_role"] = str(person.options["role"])
    sent["org_type_id"] = str(person.options["org_type_id"])
    for answer in person.answers:
        if answer.send == "field" and answer.value:
            sent[answer.sent_as] = answer.value if isinstance(answer.value, str) else ", ".join(answer.value)
    return sent


def _relate(people: list[dict[str, object]], position: int, options: Mapping[str, Any]) -> None:
    for key, to_main, from_main in _PAIRS:
        if to_main in options:
            _index(people[position], key)["0"] = str(options[to_main])
            _index(people[0], key)[str(position)] = str(options[from_main])


def _index(person: dict[str, object], key: str) -> dict[str, str]:
    found = person.setdefault(key, {})
    if not isinstance(found, dict):
        raise TypeError(f"{key} is not a map")
    return found


def _lines(answers: Iterable[Answer]) -> Iterator[str]:
    for answer in answers:
        if answer.send == "description" and answer.shown:
            yield f"{answer.label.rstrip().rstrip('?:').rstrip()}: {answer.shown}"


def _name(person: Person) -> str:
    known = {answer.sent_as: answer.shown for answer in person.answers}
    name = " ".join(known[part] for part in ("first_name", "surname") if part in known)
    return f"{name} ({person.id})" if name else person.id
