"""The page about the sandbox names everything that can be asked of it."""

from pathlib import Path

import pytest
from flask import Flask

from gateway.sandbox.api.rules import MINIMUM
from gateway.sandbox.faults import KEYS
from gateway.sandbox.state import SHAPES

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*KEYS, *MINIMUM, *SHAPES, *(shape for shapes in SHAPES.values() for shape in shapes)])
def test_every_choice_is_documented(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_every_address_of_the_sandbox_itself_is_documented(app: Flask) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/_sandbox/")]

    assert rules
    for rule in rules:
        assert rule.replace("/_sandbox", "$S") in PAGE
