"""Fields are copied from patterns: a pattern keeps nothing of the visit that it was made in."""

import gc
import weakref
from datetime import date

from werkzeug.datastructures import MultiDict

from gateway.forms.build import page_form

from .making import definition, page, question


def test_a_pattern_keeps_neither_token_nor_choices_nor_answers() -> None:
    form = definition(page("about", question("colour", "select", dictionary="colours")))
    made = page_form(form, form.pages[0])
    meta = {"csrf": False, "translations": made.Meta.translations}
    filled = made(
        MultiDict({"colour": "1"}), meta=meta, language="en", choices=lambda *_: [("1", "Red")], today=date(2026, 1, 1)
    )
    assert filled.validate()
    for pattern in made.patterns.values():
        assert pattern.meta is None
        assert getattr(pattern, "choices_of", None) is None
        assert pattern.posted == {}
        assert getattr(pattern, "data", None) is None


def test_the_first_form_of_a_page_is_forgotten_with_its_answers() -> None:
    form = definition(page("about", question("colour")))
    made = page_form(form, form.pages[0])
    meta = {"csrf": False, "translations": made.Meta.translations}
    filled = made(MultiDict({"colour": "Red"}), meta=meta, language="en", choices=lambda *_: [], today=date(2026, 1, 1))
    gone = weakref.ref(filled)
    del filled
    gc.collect()
    assert made.patterns
    assert gone() is None
