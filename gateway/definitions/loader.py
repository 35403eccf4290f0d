"""From a folder of YAML to organisations. A file that is wrong closes its own organisation, never its neighbour."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from gateway.definitions.base import SLUG
from gateway.definitions.checks import Dictionaries, check_form, check_languages
from gateway.definitions.conditions import check_conditions
from gateway.definitions.explain import explain, unknown_key
from gateway.definitions.fields import DICTIONARY
from gateway.definitions.problems import Problem
from gateway.definitions.profile import Profile
from gateway.definitions.profile_checks import check_profile
from gateway.definitions.profile_reading import gather, read_profile
from gateway.definitions.schema import RESERVED_FOR_PEOPLE, RESERVED_WORDS, Choice, Form
from gateway.definitions.yamlfile import Unreadable, read_json, read_yaml

PROFILE_FILE = "organisation.yaml"
FILLED_IN = {
    "slug": "is the name of the file. Remove it.",
    "languages": "stand in organisation.yaml. Remove them here.",
    "blocks": unknown_key("blocks", ()),
}
CHOICES: TypeAdapter[tuple[Choice, ...]] = TypeAdapter(tuple[Choice, ...])


@dataclass(frozen=True)
class Organisation:
    """A charity with its forms; with problems it is closed, and its profile says whom to call as far as it can."""

    slug: str
    profile: Profile | None
    forms: Mapping[str, Form]
    dictionaries: Mapping[str, tuple[Choice, ...]]
    files: Mapping[str, str]
    problems: tuple[Problem, ...]

    @property
    def closed(self) -> bool:
        """Whether anything is wrong, so that no form is shown."""
        return bool(self.problems)

    @property
    def dictionaries_named(self) -> frozenset[str]:
        """The dictionaries that the forms take choices from."""
        fields = (field for form in self.forms.values() for page in form.pages for field in page.fields)
        return frozenset(filter(None, (getattr(field, "dictionary", None) for field in fields)))

    def with_problems(self, more: Iterable[Problem]) -> "Organisation":
        """Add what others found, such as a destination in its blocks."""
        return dataclasses.replace(self, problems=(*self.problems, *more))


def load_organisations(
    folder: Path, *, environment: Mapping[str, str], blocks: frozenset[str]
) -> dict[str, Organisation]:
    """Load every organisation in a folder; `blocks` names the destinations whose blocks may stand in the files."""
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder. Make it, or name the folder of the organisations.")
    found = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))
    return {path.name: _load(path, environment, blocks) for path in found}


def _load(folder: Path, environment: Mapping[str, str], blocks: frozenset[str]) -> Organisation:
    problems = list(judge_organisation(folder.name, folder))
    profile_file = folder / PROFILE_FILE
    profile, found = read_profile(profile_file, environment, blocks)
    problems += found
    dictionaries, found = _load_dictionaries(folder / "dictionaries")
    problems += found
    paths = {path.stem: path for path in sorted((folder / "forms").glob("*.yaml"))}
    problems += [
        Problem(path.as_posix(), "", "ends in .yml, so nobody reads it. Rename it to .yaml.")
        for path in sorted((folder / "forms").glob("*.yml"))
    ]
    if profile is not None:
        findings = (*check_languages(profile, profile.languages), *check_profile(profile, folder, paths))
        problems += [Problem(profile_file.as_posix(), path, message) for path, message in findings]
    forms = {}
    for slug, path in paths.items():
        form, found = _load_form(path, profile, dictionaries, blocks)
        problems += found
        if form is not None:
            forms[slug] = form
    files = {"": profile_file.as_posix(), **{slug: path.as_posix() for slug, path in paths.items()}}
    return Organisation(folder.name, profile, forms, dictionaries, files, tuple(problems))


def judge_organisation(slug: str, folder: Path) -> Iterable[Problem]:
    """Find what keeps the name of an organisation's folder from being part of an address."""
    return judge_slug(slug, folder, taken=RESERVED_WORDS | RESERVED_FOR_PEOPLE)


def judge_slug(slug: str, path: Path, *, taken: frozenset[str] = RESERVED_WORDS) -> Iterable[Problem]:
    """Find what keeps the name of a file or folder from being part of an address."""
    if slug in taken:
        message = f"{slug!r} is a part of this gateway's own addresses. Choose another name."
        yield Problem(path.as_posix(), "", message)
    elif not SLUG.fullmatch(slug):
        message = "the name becomes part of an address. Rename it: small letters, digits and - only."
        yield Problem(path.as_posix(), "", message)


def _load_form(
    path: Path, profile: Profile | None, dictionaries: Dictionaries, blocks: frozenset[str]
) -> tuple[Form | None, Sequence[Problem]]:
    file, slug = path.as_posix(), path.stem
    problems = list(judge_slug(slug, path))
    if problems:
        return None, problems
    try:
        raw = read_yaml(path)
    except Unreadable as unreadable:
        return None, [unreadable.problem]
    problems = [Problem(file, key, message) for key, message in FILLED_IN.items() if key in raw]
    data = gather(raw, blocks)
    if isinstance(raw.get("people"), list):
        data["people"] = [gather(person, blocks) if isinstance(person, dict) else person for person in raw["people"]]
        problems += [
            Problem(file, f"people[{index}].blocks", FILLED_IN["blocks"])
            for index, person in enumerate(raw["people"])
            if isinstance(person, dict) and "blocks" in person
        ]
    languages = profile.languages if profile else ("en",)
    try:
        form = Form.model_validate({**data, "slug": slug, "languages": languages})
    except ValidationError as error:
        return None, [*problems, *explain(error, Form, file)]
    findings = [*check_form(form, dictionaries), *check_conditions(form, dictionaries)]
    if profile is not None:
        findings += check_languages(form, languages)
    return form, problems + [Problem(file, where, message) for where, message in findings]


def _load_dictionaries(folder: Path) -> tuple[dict[str, tuple[Choice, ...]], Sequence[Problem]]:
    dictionaries: dict[str, tuple[Choice, ...]] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.json")):
        name, file = path.relative_to(folder).with_suffix("").as_posix(), path.as_posix()
        try:
            dictionaries[name] = CHOICES.validate_python(read_json(path))
        except Unreadable as unreadable:
            problems.append(unreadable.problem)
        except ValidationError as error:
            problems += explain(error, Choice, file)
        else:
            if not DICTIONARY.fullmatch(name):
                problems.append(Problem(file, "", "no form can name this file. Rename it: letters, digits, - and _."))
            if any(choice.hint or choice.ask for choice in dictionaries[name]):
                message = "holds a 'hint' or an 'ask', which a dictionary cannot have. Write the choices into the form."
                problems.append(Problem(file, "", message))
            values = [choice.value for choice in dictionaries[name]]
            if not values or len(set(values)) < len(values):
                message = "must hold at least one choice, and each value once. Correct it, or fetch it again."
                problems.append(Problem(file, "", message))
    return dictionaries, problems
