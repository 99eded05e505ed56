import os
from pathlib import Path, PurePath

import pytest

from deid.errors import InputError, NoteTooLarge, OutputError, UnsupportedFormat
from deid.formats import ReadOptions, reader_for, suffixes
from deid.formats.inputs import find_inputs, read_input

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX files")


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("Seen today.")


def test_folders_are_searched_in_sorted_order(tmp_path: Path) -> None:
    make(tmp_path, "b/2.txt", "b/1.TXT", "a.jsonl", "c.txt")
    found = find_inputs([tmp_path])
    assert [str(file.relative) for file in found.files] == [
        "a.jsonl",
        str(PurePath("b/1.TXT")),
        str(PurePath("b/2.txt")),
        "c.txt",
    ]
    assert not found.refused


def test_what_is_no_note_is_refused_by_name_and_hidden_files_are_counted(tmp_path: Path) -> None:
    make(tmp_path, "scan.exe", "noending", ".git/config", ".hidden.txt", "a.txt")
    found = find_inputs([tmp_path])
    assert [file.path.name for file in found.refused] == ["noending", "scan.exe"]
    assert all(isinstance(file.error, UnsupportedFormat) for file in found.refused)
    assert found.hidden == 2
    assert len(found.files) == 1


def test_a_file_named_outright_keeps_its_name_only(tmp_path: Path) -> None:
    make(tmp_path, "deep/er/a.txt")
    found = find_inputs([tmp_path / "deep" / "er" / "a.txt"])
    assert found.files[0].relative == PurePath("a.txt")


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    (refused,) = find_inputs([tmp_path / "gone.txt"]).refused
    assert isinstance(refused.error, InputError)
    assert "No such file" in str(refused.error)


@posix
def test_links_in_folders_and_special_files_are_refused(tmp_path: Path) -> None:
    make(tmp_path, "in/a.txt")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "in" / "b.txt").symlink_to(tmp_path / "in" / "a.txt")
    os.mkfifo(tmp_path / "in" / "pipe.txt")
    found = find_inputs([tmp_path / "in"])
    assert [file.path.name for file in found.files] == ["a.txt"]
    assert sorted(file.path.name for file in found.refused) == ["b.txt", "loop", "pipe.txt"]


@pytest.mark.parametrize("out", ["in", "in/out", "in/../in/sub/out"])
def test_an_output_folder_within_an_input_folder_is_refused(tmp_path: Path, out: str) -> None:
    make(tmp_path, "in/a.txt", "in/sub/b.txt")
    with pytest.raises(OutputError, match="choose another --out"):
        find_inputs([tmp_path / "in"], out=tmp_path / out)


def test_an_output_folder_beside_is_accepted(tmp_path: Path) -> None:
    make(tmp_path, "in/a.txt")
    assert find_inputs([tmp_path / "in"], out=tmp_path / "inside").files


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(NoteTooLarge, match="10000000 bytes"):
        read_input(path, name=path.name, options=ReadOptions())


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        read_input(tmp_path / "a.txt", name="a.txt", options=ReadOptions())


def test_the_table_of_endings() -> None:
    assert set(suffixes()) >= {".txt", ".jsonl", ".csv", ".tsv"}
    assert reader_for("A.TXT") is reader_for("b.txt")
    with pytest.raises(UnsupportedFormat, match=r"\.txt, \.md"):
        reader_for("scan.exe")
