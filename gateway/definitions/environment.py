"""`${NAME}` in organisation.yaml: secrets come from the environment, and leave no trace in any message."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.definitions.explain import join
from gateway.definitions.problems import Problem

VARIABLE = re.compile(r"\$\{([^{}]*)\}?")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def substitute(
    data: dict[str, Any], environment: Mapping[str, str], file: str
) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Put values in the place of names.

    A top-level key that lacks one is left out, so that nothing runs on half of it.
    """
    filled: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, value in data.items():
        found: list[Problem] = []
        result = _fill(value, environment, file, str(key), found)
        if not found:
            filled[key] = result
        problems.extend(found)
    return filled, tuple(problems)


def _fill(value: Any, environment: Mapping[str, str], file: str, path: str, problems: list[Problem]) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _fill(item, environment, file, join(path, key), problems) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, environment, file, join(path, index), problems) for index, item in enumerate(value)]

    def look_up(match: re.Match[str]) -> str:
        name = match[1]
        if not NAME.fullmatch(name) or not match[0].endswith("}"):
            message = "'${' must be followed by the name of a variable and '}'. Correct it, as in ${CHARITY_URL}."
            problems.append(Problem(file, path, message))
        elif not environment.get(name, "").strip():
            message = f"needs {name}, which is not set. Set it in the environment or .env."
            problems.append(Problem(file, path, message))
        return environment.get(name, "")

    return VARIABLE.sub(look_up, value)
