"""The files of a page: the buttons beside them keep all that was typed, and no page loses what another window added."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Response, request

from gateway.definitions.schema import Form
from gateway.forms.build import PageForm
from gateway.forms.files import FileField
from gateway.forms.journey import Answers, Step
from gateway.forms.outline import outline_of
from gateway.store.drafts import instance_hash
from gateway.web.public import rendering
from gateway.web.public.visit import CHANGE, Visit

_ADD, _REMOVE = "add-file-", "remove-file-"
_FILE = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button beside a question for files; without a `file`, the one that adds what was chosen."""

    question: str
    file: str = ""


def pressed_in(fields: Mapping[str, str], questions: Iterable[str]) -> Pressed | None:
    """Read which button beside the files of these questions was pressed, if it was one of those."""
    action = fields.get("action", "")
    for question in questions:
        if action == _ADD + question:
            return Pressed(question)
        name, _, file = action.rpartition("-")
        if name == _REMOVE + question and _FILE.fullmatch(file):
            return Pressed(question, file)
    return None


def asks_for_files(form: Form, page_id: str) -> bool:
    """Tell whether a page of a form has a question for files."""
    leaf = outline_of(form).by_id.get(page_id)
    return bool(leaf and leaf.files)


def without(pressed: Pressed, answers: Answers) -> dict[str, list[str]]:
    """The answers without the file that was removed, if one was."""
    found = {name: list(values) for name, values in answers.items()}
    if pressed.file and pressed.question in found:
        found[pressed.question] = [each for each in found[pressed.question] if each != pressed.file]
    return found


def shown(visit: Visit, step: Step, page: PageForm, pressed: Pressed, *, first: bool, back: str) -> Response:
    """Show the page again: anew where all went well, and else with what went wrong beside the files, and no more."""
    if pressed.file:
        visit.site.files.forget(instance_hash(visit.instance), [pressed.file])
    if not visit.troubles:
        flags = [flag for flag in (CHANGE,) if flag in request.args]
        return rendering.lead(visit, f"{visit.address(step, *flags)}#{pressed.question}")
    return typed_so_far(visit, step, page, first=first, back=back)


def typed_so_far(visit: Visit, step: Step, page: PageForm, *, first: bool, back: str) -> Response:
    """Show a page with what was typed, unjudged; only what went wrong with its files is said."""
    for field in page.questions:
        if isinstance(field, FileField):
            field.complain()
    return rendering.page(visit, step, page, first=first, back=back, status=422 if visit.troubles else 200)


def questions_on(page: PageForm) -> list[str]:
    """The questions for files on a page, by the names of their inputs."""
    return [page.prefix + name for name in page.leaf.files]


def files_of(page: PageForm, answers: Answers) -> dict[str, list[str]]:
    """The files of a page as the draft has them now: another window may have added one since the page was posted."""
    return {name: list(answers[name]) for name in questions_on(page) if name in answers and page.shows(name)}
