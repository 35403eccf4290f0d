"""Reading files that people write by hand: whatever is in them, the outcome is data or a problem with its place.

YAML is read as text throughout, so `No`, `07700` and `35` mean what they say. Aliases are refused: nobody needs them
in a form, and a few lines of them can fill a machine's memory.
"""

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from gateway.definitions.problems import Problem

LARGEST_BYTES = 1024 * 1024
LARGEST_SNAPSHOT_BYTES = 8 * LARGEST_BYTES
QUOTES = "Where a text holds : or ? or { or #, put quotes round it"


class Unreadable(Exception):  # it says what the file is
    """A file that gives no data; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        """Keep what to tell."""
        super().__init__(str(problem))
        self.problem = problem


class _Loader(yaml.BaseLoader):
    """Text only, each key once, no aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stubs leave it out
            raise yaml.composer.ComposerError(None, None, "'*' would repeat another part. Write that part out", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, f"a key must be a word. {QUOTES}", key.start_mark)
            if key.value in seen:
                message = f"the key {key.value!r} stands twice. Remove one of the two"
                raise yaml.constructor.ConstructorError(None, None, message, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file whose top is a map."""
    text = _read_text(path, LARGEST_BYTES)
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  # a BaseLoader makes strings, lists and maps only
    except yaml.YAMLError as error:
        raise Unreadable(_yaml_problem(path, error)) from None
    except RecursionError:
        raise Unreadable(_problem(path, "", "is nested too deeply. Take out the superfluous brackets.")) from None
    if not isinstance(data, dict):
        message = "must be a map of keys and values. Begin it with lines such as title: Ask for support"
        raise Unreadable(_problem(path, "", f"{message}."))
    return data


def read_json(path: Path) -> Any:  # noqa: ANN401  # whatever JSON holds; the models judge it
    """Read a JSON file."""
    text = _read_text(path, LARGEST_SNAPSHOT_BYTES)
    try:
        # Numbers stay as they are written, as in YAML.
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg}. Correct it there, or fetch the dictionary again."
        raise Unreadable(_problem(path, f"line {error.lineno}, column {error.colno}", message)) from None
    except RecursionError:
        raise Unreadable(_problem(path, "", "is nested too deeply. Write a list of choices.")) from None


def _read_text(path: Path, largest: int) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        reason = error.strerror or "unknown error"
        raise Unreadable(_problem(path, "", f"cannot be opened: {reason}. Make it readable.")) from None
    if len(content) > largest:
        message = f"is larger than {largest // 1024} KiB. Split it, or remove what does not belong."
        raise Unreadable(_problem(path, "", message))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(_problem(path, f"line {line}", "is not UTF-8. Save the file as UTF-8.")) from None
    if not text.strip():
        raise Unreadable(_problem(path, "", "is empty. Write it, or remove the file."))
    return text


def _yaml_problem(path: Path, error: yaml.YAMLError) -> Problem:
    if isinstance(error, yaml.reader.ReaderError):
        message = "holds a control character. Remove it, and save the file as UTF-8."
        return _problem(path, f"character {error.position + 1}", message)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    problem = getattr(error, "problem", None) or "cannot be read"
    return _problem(path, place, f"{_remedied(problem)}.")


def _remedied(problem: str) -> str:
    """Add to the parser's words what to do; our own words, raised above, have it already."""
    if ". " in problem:
        return problem
    if r"'\t'" in problem:
        return "a tab stands where spaces must. Write spaces"
    if "document" in problem:
        return "the file must hold one document. Remove the line --- and what follows it"
    return f"YAML cannot be read here ({problem}). {QUOTES}; lines that belong together begin in one column"


def _problem(path: Path, place: str, message: str) -> Problem:
    return Problem(path.as_posix(), place, message)
