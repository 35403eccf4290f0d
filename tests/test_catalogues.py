"""The catalogues are complete: every sentence of the interface and of the example forms is there in Welsh too."""

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations

import pytest

from gateway.definitions.checks import find_untranslated, texts
from gateway.definitions.loader import load_organisations
from gateway.definitions.text import ANY_LANGUAGE
from gateway.destinations import judging
from tests.catalogues import CATALOGUES, ROOT, languages, sentences, written

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
# Names are the same in every language.
NAMES = {"Riverside Carers", "Sampleford", "Samplemouth"}


@pytest.mark.parametrize("language", languages())
def test_every_sentence_has_a_translation_and_no_other_is_kept(language: str) -> None:
    translated = {sentence for sentence, translation in written(language).items() if translation.strip()}

    assert sorted(set(sentences()) - translated) == [], "type: make messages, and write what is missing"
    assert sorted(translated - set(sentences())) == [], "type: make messages"


@pytest.mark.parametrize("language", languages())
def test_a_translation_takes_the_same_words_as_its_sentence(language: str) -> None:
    unlike = [
        sentence
        for sentence, translation in written(language).items()
        if set(PLACEHOLDER.findall(sentence)) != set(PLACEHOLDER.findall(translation))
    ]

    assert unlike == []


@pytest.mark.parametrize("language", languages())
def test_no_translation_is_a_guess(language: str) -> None:
    assert "fuzzy" not in (CATALOGUES / language / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", languages())
def test_what_the_gateway_reads_is_what_the_translators_wrote(language: str) -> None:
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = GNUTranslations(file)

    different = [
        sentence
        for sentence, translation in written(language).items()
        if compiled.gettext(sentence) != (translation or sentence)
    ]
    assert different == [], "type: make messages"


def test_every_sentence_that_is_said_can_be_gathered() -> None:
    """A sentence put together in the code, or chosen beside the call, would never reach the translators."""
    unknown = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "gateway").rglob("*.py"))
        for call in _said(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.IfExp)
    ]
    assert unknown == []


def _said(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"say", "N_", "gettext"}:
                yield node


def test_the_example_organisation_speaks_all_its_languages() -> None:
    riverside = load_organisations(ROOT / "organisations", environment={}, blocks=judging.NAMES)["riverside"]
    assert riverside.profile is not None
    models = {"": riverside.profile, **riverside.forms, **riverside.dictionaries}
    lacking = [
        f"{name}: {path}"
        for name, model in models.items()
        for path, _ in find_untranslated(model, riverside.profile.languages)
    ]
    plain = {
        text.root[ANY_LANGUAGE] for model in models.values() for _, text in texts(model) if ANY_LANGUAGE in text.root
    }

    assert lacking == []
    assert plain - set(sentences()) - NAMES == set()
