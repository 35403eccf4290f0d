"""What tests do whose files follow: choose it, send files, import as a person would, see where they went."""

from typing import Any

import requests

from tests.end_to_end.house import House, wait_for
from tests.end_to_end.papers import ADD, PDF, a_file, docx, send, to_the_letter
from tests.end_to_end.visitor import Visitor

LETTER = docx()


def follow(house: House) -> None:
    """Have the organisation send files after the import, and find imports by its reference."""
    path = house.organisations / "riverside" / "organisation.yaml"
    keys = "  correlate: external_id\n  uploads: {when: imported, user_visibility: '4,5', group_visibility: '2'}\n"
    path.write_text(path.read_text().replace("\nretention:", f"{keys}\nretention:", 1))


def sent(house: House, *names: str) -> str:
    """Send a referral with files, and wait for its delivery; give its reference."""
    visitor = to_the_letter(Visitor(house.base))
    visitor.submit(press=ADD, files=[a_file(name, LETTER if name.endswith("docx") else PDF) for name in names])
    reference = send(visitor)
    wait_for(lambda: house.state(reference) == "delivered", "its delivery")
    return reference


def bring_in(house: House, reference: str, **links: str) -> dict[str, Any]:
    """Import a referral as a person would; give it as it stands in the staging area afterwards."""
    (staged,) = house.staged(reference)
    answer = requests.post(f"{house.sandbox}/external-referral-manager/{staged['id']}/import", data=links, timeout=20)
    assert answer.status_code == 200
    return house.staged(reference)[0]


def uploaded(house: House) -> list[dict[str, Any]]:
    """Every file that came to the sandbox."""
    found: list[dict[str, Any]] = house.ask("GET", "/_sandbox/uploads")
    return found


def uploads(house: House, record: int, kind: str = "client") -> list[dict[str, Any]]:
    """The files of one record."""
    return [each for each in uploaded(house) if (each["kind"], each["record"]) == (kind, record)]


def all_attached(house: House, reference: str) -> bool:
    """Tell whether every file of a referral is at its record."""
    said = house.flask("referrals", "files", reference).stdout
    return "attached" in said and not {word for word in ("waiting", "clean", "failed") if f"bytes  {word}" in said}
