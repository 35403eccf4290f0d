"""Papers that people send, all of them invented, and the way to the page that asks for them."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.end_to_end.house import House
from tests.end_to_end.visitor import Visitor

PDF = b"%PDF-1.4\n" + b"a letter about nobody\n" * 100_000 + b"%%EOF\n"
ADD, CONTINUE = "add-file-letter", "continue"
File = tuple[str, str, bytes]


def a_file(name: str, content: bytes = PDF) -> File:
    """Make a file for the question of the example form."""
    return ("letter", name, content)


def docx() -> bytes:
    """Make the smallest letter of an office program."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>" * 100)
    return packed.getvalue()


def to_the_letter(visitor: Visitor) -> Visitor:
    """Fill in "Ask for support" up to the page that asks for a letter."""
    visitor.open("/riverside/support")
    visitor.submit({"first_name": "Alba", "surname": "Testperson"})
    visitor.submit({"telephone": "01632 960001"})
    return visitor.submit({"has_cared_for": "N", "has_others": "N"})


def send(visitor: Visitor, description: str = "Please call me") -> str:
    """Go on from the page with the letter to the receipt; give the reference."""
    visitor.submit({"description": description})
    visitor.submit({})
    visitor.submit({"contact_agreed": "Y"})
    return visitor.submit(press="send").reference


def saved(house: House, reference: str, *options: str) -> tuple[str, dict[str, bytes]]:
    """Save what came with a referral; give what the command says, and the files by name."""
    folder = house.folder / f"saved {reference} {os.urandom(4).hex()}"
    said = house.flask("referrals", "files", reference, "--to", str(folder), *options, check=False)
    return said.stdout + said.stderr, {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def rewritten(folder: Path, form: str, change: Callable[[str], str]) -> None:
    """Change a form of the example organisation before it is served."""
    path = folder / "riverside" / "forms" / f"{form}.yaml"
    text = path.read_text()
    changed = change(text)
    if changed == text:
        raise AssertionError(f"nothing to change in {path}")
    path.write_text(changed)
