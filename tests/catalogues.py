"""The catalogues of translations beside the sentences of the interface. `python -m tests.catalogues` joins the two.

Nothing in the files depends on the day or on line numbers, so that they change only when a sentence does.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
CATALOGUES = ROOT / "translations"
METHODS = {
    "gateway": [("sandbox/**", "ignore"), ("cli/**", "ignore"), ("**.py", "python")],
    "templates": [("**", "jinja2")],
}
KEYWORDS: Mapping[str, None] = {"_": None, "N_": None, "say": None}
NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)
HEADER = """\
# Type `make messages` after a change. Write behind msgstr; what stands in {{braces}} or in %(…)s stays as it is.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def sentences() -> list[str]:
    """Give every sentence of the interface, in order."""
    return sorted({
        message
        for folder, methods in METHODS.items()
        for _, _, message, _, _ in extract_from_dir(str(ROOT / folder), methods, keywords=KEYWORDS)
        if isinstance(message, str)
    })  # fmt: skip


def languages() -> list[str]:
    """Name the languages that have a catalogue."""
    return sorted(path.parts[-3] for path in CATALOGUES.glob("*/LC_MESSAGES/messages.po"))


def written(language: str) -> dict[str, str]:
    """Give what the translators of a language wrote, by sentence."""
    with _path(language, "po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and not message.fuzzy}


def update(language: str) -> list[str]:
    """Bring a catalogue up to date and compile it; give the sentences that still lack a translation."""
    known = written(language)
    catalogue = Catalog(language, creation_date=NO_DAY, revision_date=NO_DAY, fuzzy=False)
    wanted = sentences()
    for sentence in wanted:
        catalogue.add(sentence, known.get(sentence, ""))
    with _path(language, "po").open("wb") as file:
        file.write(HEADER.format(language=language).encode())
        write_po(file, catalogue, width=120, sort_output=True, omit_header=True)
    with _path(language, "mo").open("wb") as file:
        write_mo(file, catalogue)
    return [sentence for sentence in wanted if not known.get(sentence)]


def _path(language: str, ending: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / f"messages.{ending}"


def main() -> None:
    """Update every catalogue."""
    for language in languages():
        lacking = update(language)
        print(f"{language}: {len(lacking)} sentences to translate")  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
