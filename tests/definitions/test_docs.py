"""docs/forms.md names every key of every model, names none that does not exist, and its example loads."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from gateway.definitions.fields import FIELD_TYPES, Choice, ExitField, NoteField, Question
from gateway.definitions.loader import load_organisations
from gateway.definitions.profile import Alerts, Contact, PrivacyNotice, Profile, Retention, SignIn, Theme
from gateway.definitions.schema import (
    REFERRAL,
    RESERVED_FIELDS,
    RESERVED_FOR_PEOPLE,
    RESERVED_WORDS,
    Basis,
    Form,
    Page,
    PersonDefinition,
    QuickExit,
    Sent,
)

from .writing import a_profile, write

PAGE = (Path(__file__).parents[2] / "docs/forms.md").read_text(encoding="utf-8")
MODELS: dict[str, type[BaseModel]] = {
    "`organisation.yaml`": Profile,
    "`contact`": Contact,
    "`privacy_notice`": PrivacyNotice,
    "`theme`": Theme,
    "`sign_in`": SignIn,
    "`retention`": Retention,
    "`alerts`": Alerts,
    "`forms/*.yaml`": Form,
    "`quick_exit`": QuickExit,
    "`basis`": Basis,
    "`sent`": Sent,
    "`people`": PersonDefinition,
    "`pages`": Page,
    "`choices`": Choice,
    "Words between the questions": NoteField,
}
FILLED_IN = {Profile: {"blocks"}, Form: {"blocks", "slug", "languages"}, PersonDefinition: {"blocks"}}


def rows(heading: str) -> list[list[str]]:
    """Give the cells of the table under a heading, without its head."""
    section = PAGE.split(f"### {heading}\n", 1)[1].split("\n#", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def keys(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()} - FILLED_IN.get(model, set())


@pytest.mark.parametrize("heading", MODELS)
def test_the_table_of_a_model_has_its_keys_and_no_others(heading: str) -> None:
    written = [words(row[0])[0] for row in rows(heading)]

    assert sorted(written) == sorted(keys(MODELS[heading]))


@pytest.mark.parametrize("heading", [*MODELS, "Every question"])
def test_every_row_has_a_meaning_and_a_default(heading: str) -> None:
    assert all(len(row) == 3 and all(row) for row in rows(heading))


def test_every_model_of_this_room_has_a_table() -> None:
    tabled = {*MODELS.values(), ExitField, *FIELD_TYPES.values()}
    reached = {name for model in (Profile, Form) for name in model.model_json_schema()["$defs"]}

    assert reached - {"Text"} <= {model.__name__ for model in tabled}


def test_the_keys_of_every_question_are_there() -> None:
    assert {words(row[0])[0] for row in rows("Every question")} == {*keys(Question), "type"}


def test_every_type_is_there_with_its_own_keys_and_its_way_of_sending() -> None:
    common = {*keys(Question), "type"}
    table = {words(kind)[0]: (set(words(own)), words(send)) for kind, _, own, send in rows("Types")}

    assert set(table) | {"note", "exit"} == set(FIELD_TYPES)
    for kind, (own, send) in table.items():
        model = FIELD_TYPES[kind]
        assert issubclass(model, Question)
        assert send == [model.default_send], kind
        assert keys(model) - common <= own, kind


@pytest.mark.parametrize("kind", [kind for kind, model in FIELD_TYPES.items() if issubclass(model, Question)])
def test_no_type_is_given_a_key_that_it_does_not_have(kind: str) -> None:
    [own] = [own for name, _, own, _ in rows("Types") if words(name) == [kind]]
    key_words = list(re.findall(r"(?:^|[,;] |or |and )`([a-z_]+)`", re.sub(r"\([^)]*\)|: [^;,]*", "", own)))

    assert set(key_words) <= keys(FIELD_TYPES[kind])


@pytest.mark.parametrize("heading", ["`retention`", "`alerts`"])
def test_the_defaults_are_those_of_the_models(heading: str) -> None:
    fields = MODELS[heading].model_fields
    written = {words(row[0])[0]: words(row[2]) for row in rows(heading) if words(row[2])}

    assert written == {key: [str(fields[key].default)] for key in written}


def test_the_names_that_are_taken_are_all_there() -> None:
    section = PAGE.split("## Names that are taken", 1)[1]
    slugs, organisations, fields, _, people = words(section)

    assert set(slugs.split()) == RESERVED_WORDS
    assert set(organisations.split()) == RESERVED_FOR_PEOPLE
    assert set(fields.split()) == RESERVED_FIELDS
    assert people == REFERRAL


def test_the_example_loads(tmp_path: Path) -> None:
    from_page = re.search(r"```yaml\n(title: .*?)```", PAGE, re.DOTALL)
    assert from_page
    write(tmp_path / "riverside", "organisation.yaml", a_profile())
    write(tmp_path / "riverside", "forms/small.yaml", from_page[1])

    organisation = load_organisations(tmp_path, environment={}, blocks=frozenset({"charitylog"}))["riverside"]

    assert organisation.problems == ()
    assert list(organisation.forms) == ["small"]
