"""Drafts become files: every value is read back as it was, and no comment breaks a line."""

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.definitions.choices import Choice
from gateway.definitions.text import Text
from gateway.definitions.writing import WIDTH, Draft, DraftPage, Entry, snapshot, written
from gateway.definitions.yamlfile import read_yaml

ODD = [
    "No", "y", "Null", "07700", "2026-05", "Yes: or no?", "a #b", "- a", "{0}", "[x]", "*a", "&a", "%x", "@x", "`x`",
    "it's", '"so"', "back\\slash", "two\nlines", "tab\there", "caf\u00e9", "\U0001f600", "\u202eodd", "\ufeff",
    "\u2028", "\x85", "\x00", " x", "x ", "a, b", "trailing:", "",
]  # fmt: skip
TEXTS = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def draft(label: str, note: str = "A note.", **keys: object) -> Draft:
    question = Entry({"name": "first_name", "label": label, "required": True, "max_length": 60}, (note,))
    page = DraftPage({"id": "about", "title": label}, (question,))
    person = Entry({"id": "client", "crm": {"kind": 7}}, (note,))
    foot = Entry({"sent": {"what_happens_next": label, "to": ["a", label]}})
    return Draft((Entry({"title": label}, (note,)),), (person,), (page,), (foot,), top=(note,), bottom=(note,))


@settings(max_examples=99, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=TEXTS, note=TEXTS)
def test_whatever_stands_in_a_draft_is_read_back_as_it_was(tmp_path: Path, label: str, note: str) -> None:
    file = tmp_path / "form.yaml"
    file.write_text(written(draft(label, note)), encoding="utf-8")

    assert read_yaml(file) == {
        "title": label,
        "people": [{"id": "client", "crm": {"kind": "7"}}],
        "pages": [
            {
                "id": "about",
                "title": label,
                "fields": [{"name": "first_name", "label": label, "required": "true", "max_length": "60"}],
            }
        ],
        "sent": {"what_happens_next": label, "to": ["a", label]},
    }


def test_a_short_question_is_one_line_and_a_long_one_a_line_for_each_key() -> None:
    short, long = written(draft("First name")), written(draft("Would you like to tell us " * 4))

    assert "      - {name: first_name, label: First name, required: true, max_length: 60}\n" in short
    assert "      - name: first_name\n        label: " in long
    assert all(len(line) <= WIDTH for line in short.splitlines())


def test_words_that_need_no_quotes_have_none() -> None:
    text = written(draft("It is at Mr O'Neill's well-known house."))

    assert "title: It is at Mr O'Neill's well-known house.\n" in text


def test_long_comments_are_wrapped_and_stand_above_what_they_are_about() -> None:
    lines = written(draft("Label", "Word " * 60)).splitlines()

    assert all(len(line) <= WIDTH for line in lines)
    assert lines[lines.index("title: Label") - 1].startswith("# Word")
    assert lines[lines.index("  - {id: client, crm: {kind: 7}}") - 1].startswith("  # Word")


def test_a_snapshot_is_what_a_form_reads() -> None:
    choices = [Choice(value="1", label=Text({"": 'Caf\u00e9 "so"'})), Choice(value="2", label=Text({"": "Two"}))]

    assert json.loads(snapshot(choices)) == [{"value": "1", "label": 'Caf\u00e9 "so"'}, {"value": "2", "label": "Two"}]
    assert len(snapshot(choices).splitlines()) == 4
