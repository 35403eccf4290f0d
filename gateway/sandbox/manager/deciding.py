"""Reads what a person decided about a staged referral: who is known already, and what to record. Pure.

Everything is optional: what is not sent stays as it came, so an import can be asked for in one bare POST.
"""

from collections.abc import Mapping

from gateway.sandbox.api.numbering import record_number
from gateway.sandbox.charity.database import as_text
from gateway.sandbox.charity.records import full_name
from gateway.sandbox.manager.importing import Recording, description_of
from gateway.sandbox.manager.staging import Staged

OTHER = "other"
SENT = ("project", "contact_type")  # what may be chosen by whoever sends the referral
Choices = Mapping[str, str]


class Mistake(Exception):
    """What was decided cannot be done; the words say what to change, the field says where."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def field_name(name: str, position: int) -> str:
    """Name the field of one person: `client_id` for the main one, `client_id_1` for the next."""
    return f"{name}_{position}" if position else name


def links_of(form: Mapping[str, str], staged: Staged) -> dict[int, int]:
    """Read which person is linked to which client; a Mistake says what to change."""
    links: dict[int, int] = {}
    for position, person in enumerate(staged.people):
        number = _number(form, position, full_name(person))
        if number is None:
            continue
        if number in links.values():
            raise Mistake(
                field_name("client_number", position), "Two people of one referral cannot be the same client."
            )
        links[position] = number
    return links


def recording_of(form: Mapping[str, str], staged: Staged, offered: Mapping[str, Choices]) -> Recording | None:
    """Read what is recorded; nothing where no description was sent. A Mistake says what to change."""
    main = staged.people[0]
    description = description_of(main)
    if not description.strip():
        return None
    # A browser sends every line end as two characters.
    details = form.get("details", description).replace("\r\n", "\n")
    if not details.strip():
        raise Mistake("details", "Enter the details of the contact.")
    chosen = {name: form.get(name, as_text(main.get(name) or "") if name in SENT else "") for name in offered}
    for name, number in chosen.items():
        if number and number not in offered[name]:
            raise Mistake(name, f"Choose a {name.replace('_', ' ')} from the list.")
    return Recording(details, chosen["project"], chosen["contact_type"], chosen["worker"])


def _number(form: Mapping[str, str], position: int, name: str) -> int | None:
    """Read the client that a person is; None for a new one."""
    beside = field_name("client_number", position)
    typed = form.get(beside, "").strip()
    chosen = form.get(field_name("client_id", position), OTHER if typed else "").strip()
    if chosen == OTHER and not typed:
        raise Mistake(beside, f"Type the number of the client that {name} is, or choose another answer.")
    if typed and chosen not in (OTHER, typed):
        raise Mistake(beside, f"For {name}, choose “Another client” or clear the number beside it.")
    if not chosen:
        return None
    try:
        return record_number(typed or chosen)
    except ValueError as problem:
        raise Mistake(beside, "A client number is a whole number.") from problem
