"""Whatever is in a file, reading it gives data or a problem with a place and a remedy, never a traceback."""

from pathlib import Path

import pytest

from gateway.definitions.yamlfile import LARGEST_BYTES, Unreadable, read_json, read_yaml

from .writing import write


def test_everything_is_text(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yaml", "a: No\nb: 07700\nc: 35\nd: 2026-05-01\ne: ~\nf: [on, 1.50]\n")

    assert read_yaml(path) == {"a": "No", "b": "07700", "c": "35", "d": "2026-05-01", "e": "~", "f": ["on", "1.50"]}


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    assert read_yaml(write(tmp_path, "a.yaml", b"\xef\xbb\xbftitle: Name\r\n")) == {"title": "Name"}


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        ("a: {label: Are you well?}\n", "line 1, column", "put quotes round it"),
        ("a: {label: Note: this}\n", "line 1, column", "put quotes round it"),
        ("a: 1\nb: one: two\n", "line 2, column 7", "put quotes round it"),
        ("a: {b: c\n", "line 2, column 1", "put quotes round it"),
        ('a: "b\n', "line 2, column 1", "put quotes round it"),
        ("a: {{ b }}\n", "line 1, column", "put quotes round it"),
        ("a:\n\t- b\n", "line 2, column 1", "Write spaces"),
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1", "the key 'a' stands twice. Remove one of the two"),
        ("a:\n  - {b: 1, b: 2}\n", "line 2, column 12", "the key 'b' stands twice"),
        ("a: &x [1]\nb: *x\n", "line 2, column 4", "Write that part out"),
        ("a: 1\n---\nb: 2\n", "line 2, column 1", "Remove the line ---"),
        ("- a\n- b\n", "", "must be a map"),
        ("just words\n", "", "must be a map"),
        ("", "", "is empty"),
        (" \n\n", "", "is empty"),
        ("# a comment\n", "", "must be a map"),
        (b"a: 1\nb: caf\xe9\n", "line 2", "Save the file as UTF-8"),
        (b"\xff\xfea\x00", "line 1", "Save the file as UTF-8"),
        ("a: b\x00c\n", "character 5", "Remove it"),
        ("[" * 20_000, "", "nested too deeply"),
        ("# " + "x" * LARGEST_BYTES, "", "larger than 1024 KiB"),
    ],
)
def test_a_file_that_gives_no_data_is_a_problem(tmp_path: Path, content: str | bytes, place: str, said: str) -> None:
    path = write(tmp_path, "forms/a.yaml", content)

    with pytest.raises(Unreadable) as caught:
        read_yaml(path)

    problem = caught.value.problem
    assert problem.file == path.as_posix()
    assert problem.path.startswith(place)
    assert said in problem.message


def test_a_bomb_of_aliases_is_refused_before_it_grows(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]

    with pytest.raises(Unreadable, match="Write that part out"):
        read_yaml(write(tmp_path, "a.yaml", "\n".join(lines)))


def test_a_tag_runs_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yaml", "a: !!python/object/apply:os.system ['exit 1']\n")

    assert read_yaml(path) == {"a": ["exit 1"]}


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()

    with pytest.raises(Unreadable, match="cannot be opened"):
        read_yaml(tmp_path / "a.yaml")


def test_numbers_in_json_are_text_too(tmp_path: Path) -> None:
    assert read_json(write(tmp_path, "a.json", '[{"value": 35}, {"value": 1.50}]')) == [
        {"value": "35"},
        {"value": "1.50"},
    ]


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        ('[\n{"value": "1",}\n]', "line 2, column", "is not JSON"),
        ("", "", "is empty"),
        (b"\xff", "line 1", "UTF-8"),
        ("[" * 100_000, "", "nested too deeply"),
    ],
)
def test_json_that_gives_no_data_is_a_problem(tmp_path: Path, content: str | bytes, place: str, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_json(write(tmp_path, "a.json", content))

    assert caught.value.problem.path.startswith(place)
    assert said in caught.value.problem.message
