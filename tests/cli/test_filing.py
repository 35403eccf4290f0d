"""New files come all or none, and in nobody's place."""

from pathlib import Path

import pytest

from gateway.cli.filing import put


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_files_are_written_whole_with_the_folders_they_need(tmp_path: Path) -> None:
    put(tmp_path, {"lists/of/them.json": "[]\n", "forms/one.yaml": "title: Café\n"})

    assert (tmp_path / "forms/one.yaml").read_text(encoding="utf-8") == "title: Café\n"
    assert everything(tmp_path) == {"lists", "lists/of", "lists/of/them.json", "forms", "forms/one.yaml"}


def test_one_that_is_there_is_left_alone_and_nothing_else_stays(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms/one.yaml").write_text("mine")

    with pytest.raises(FileExistsError):
        put(tmp_path, {"lists/them.json": "[]", "forms/one.yaml": "yours"})

    assert (tmp_path / "forms/one.yaml").read_text() == "mine"
    assert everything(tmp_path) == {"forms", "forms/one.yaml"}


def test_a_file_where_a_folder_should_be_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "forms").write_text("no folder")

    with pytest.raises(OSError, match="forms"):
        put(tmp_path, {"lists/them.json": "[]", "forms/one.yaml": "title"})

    assert everything(tmp_path) == {"forms"}


def test_text_that_cannot_be_encoded_leaves_nothing_half_written(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        put(tmp_path, {"lists/them.json": "[]", "forms/one.yaml": "\ud800"})

    assert everything(tmp_path) == set()
