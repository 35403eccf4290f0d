"""Fields are copied from patterns: a pattern keeps nothing of the visit that it was made in."""

import gc
import weakref
from datetime import date

from werkzeug.datastructures import MultiDict

from gateway.forms.build import page_form

from .making import definition, fill, page, question


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


def test_a_form_is_gone_with_its_answers_when_its_visit_ends() -> None:
    form = definition(page("about", question("colour")))
    made = page_form(form, form.pages[0])
    gc.disable()  # nothing of it may wait for the collector
    try:
        filled = [fill(form, "about", {"colour": "Red"}) for _ in range(2)]  # one to make the patterns, one of copies
        ended = [weakref.ref(each) for each in filled]
        filled.clear()
        assert made.patterns
        assert [each() for each in ended] == [None, None]
    finally:
        gc.enable()
