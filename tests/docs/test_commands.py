"""Every command and every make target that a document names exists, and every command is documented."""

import re

import click
import pytest
from flask.cli import routes_command, run_command, shell_command

from gateway.cli import Commands
from gateway.delivery.alert_words import WORDS
from tests.docs.reading import NAMES, ROOT, commands, table, text_of, words

OURS = Commands("flask")
BUILT_IN = {command.name: command for command in (routes_command, run_command, shell_command)}


def walk(command: click.Command, path: tuple[str, ...] = ()) -> dict[str, click.Command]:
    """Find every command that does something, by its words."""
    if not isinstance(command, click.Group):
        return {" ".join(path): command}
    context = click.Context(command)
    found: dict[str, click.Command] = {}
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        found |= walk(inner, (*path, name))
    return found


COMMANDS = walk(OURS)
LISTED = {
    path: row
    for row in table("docs/operations.md", "## Commands")
    for path in COMMANDS
    if re.match(rf"`flask {path}(`| [A-Z\[])", row[0])
}


def options(command: click.Command) -> set[str]:
    """Name a command's options."""
    return {name for param in command.params if isinstance(param, click.Option) for name in param.opts}


def problem(arguments: list[str]) -> str | None:
    """Say what is wrong with a call of `flask` as a document writes it."""
    if arguments[:1] in (["--env-file"], ["-e"]):
        arguments = arguments[2:]
    plain = [word for word in arguments if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-")]
    if not plain:
        return None
    known = {**COMMANDS, **BUILT_IN}
    path = next((name for length in (2, 1) if (name := " ".join(plain[:length])) in known), None)
    if path is None:
        is_group = any(name.startswith(f"{plain[0]} ") for name in COMMANDS) and len(plain) == 1
        return None if is_group else f"there is no command {' '.join(plain)}"
    unknown = {word for word in arguments if word.startswith("--")} - options(known[path])
    return f"{path} has no {', '.join(unknown)}" if unknown else None


def test_the_walk_finds_commands_within_groups() -> None:
    assert {"worker", "referrals settle"} <= set(COMMANDS)


def test_every_command_stands_in_operations_and_no_other() -> None:
    assert set(LISTED) == set(COMMANDS)
    assert len(LISTED) == len(table("docs/operations.md", "## Commands"))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_and_argument_of_a_command_is_listed(path: str) -> None:
    command, row = COMMANDS[path], " ".join(LISTED[path])
    arguments = {param.human_readable_name for param in command.params if isinstance(param, click.Argument)}

    assert {word.split()[0] for word in words(row) if word.startswith("--")} == options(command)
    assert set(re.findall(r"\b[A-Z]{4,}\b", words(LISTED[path][0])[0])) == {name.upper() for name in arguments}


def test_every_command_that_a_mail_to_staff_names_exists() -> None:
    named = [
        each.format(organisation="riverside", reference="RG-…") for said in WORDS.values() for each in said.commands
    ]

    assert len(named) > 10
    assert [found for each in named if (found := problem(each.split()[1:]))] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_a_document_names_exists(name: str) -> None:
    wrong = [found for arguments in commands(text_of(name), "flask") if (found := problem(arguments))]

    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_every_make_target_that_a_document_names_exists(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {arguments[0] for arguments in commands(text_of(name), "make") if arguments}

    assert named <= targets


def test_contributing_names_every_make_target() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = {arguments[0] for arguments in commands(text_of("CONTRIBUTING.md"), "make") if arguments}

    assert phony is not None
    assert set(phony[1].split()) == named


def test_a_wrong_command_is_noticed() -> None:
    assert problem(["referrals", "lost"]) == "there is no command referrals lost"
    assert problem(["referrals", "list", "--all"]) == "referrals list has no --all"
