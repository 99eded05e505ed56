"""The file of the worklist: who may read it, what it tells, and what is wrong with it."""

from __future__ import annotations

import base64
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

import deid
from deid.audit.keys import Keys
from deid.datatypes import Document
from deid.errors import DefectError, KeyUnusable, WorklistUnusable
from deid.review import Review, Step, reject
from deid.site import Site
from deid.worklist.database import worklist_path
from deid.worklist.items import FolderChoice, ItemState, Origin
from deid.worklist.store import Worklist

ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(deid.__file__).parents[1])}
CANARIES = (
    "Quenbridge",
    "Okonkwomere",
    "Fenwickshaw",
    "Marlowebeck",
    "Zebedeeson",
    "Thistledown",
    "Ashgroveton",
)


def spellings(name: str) -> Iterator[bytes]:
    """The bytes in which a name could stand in a file, in whatever place of base64."""
    for folded in (name, name.lower(), name.upper()):
        for raw in (folded.encode(), folded.encode("utf-16-le"), folded[::-1].encode()):
            yield raw
            yield raw.hex().encode()
            for before in range(3):
                # The first and last group of base64 also hold bits of what stands beside.
                yield base64.b64encode(bytes(before) + raw)[4:-4]


@pytest.fixture
def filled(home: Path, keys: Keys, note: Document, review: Review) -> Iterator[Path]:
    """The file of a worklist with a canary in each place that says something of people."""
    with Worklist.open(home, keys=keys) as worklist:
        folder = Path("/ward/Okonkwomere")
        (item,) = worklist.add_files([folder / "Quenbridge.txt"], origin=Origin.FILE)
        worklist.set_state(
            item.id,
            ItemState.REFUSED,
            reason="of Fenwickshaw",
            policy="Marlowebeck",
            target=Path("/out/Ashgroveton.txt"),
            saving=Path("/out/Ashgroveton-2.txt"),
        )
        typed = worklist.add_text(f"{note.text} Seen by Zebedeeson.")
        worklist.remove([worklist.add_text("Seen by Zebedeeson once more.").id])
        worklist.keep_review(typed.id, review, content="a" * 64, made_with="b" * 64)
        worklist.keep_step(typed.id, reject(review, review.marks[:1]), Step.DONE)
        worklist.remember(
            folder, FolderChoice("Marlowebeck", "Thistledown", Path("/out/Ashgroveton"))
        )
        worklist.watch(folder)
        worklist.begin_batch(folder, 3)
        # Seen while the file is open too: nothing may lie beside it in the clear.
        yield worklist_path(home)


def test_nothing_of_people_or_places_stands_in_the_file(filled: Path) -> None:
    for file in filled.parent.iterdir():
        content = file.read_bytes()
        for name in CANARIES:
            for spelled in spellings(name):
                assert spelled not in content, file.name
        for plain in (b"rkoch", b"rule:test", b"a" * 64, b"b" * 64, b"PATIENT"):
            assert plain not in content, file.name
    assert {file.name for file in filled.parent.iterdir()} >= {filled.name, f"{filled.name}-wal"}


def test_what_was_taken_out_is_no_longer_in_the_file(home: Path, keys: Keys) -> None:
    with Worklist.open(home, keys=keys) as worklist:
        sealed_sizes = []
        for _ in range(2):
            item = worklist.add_text("Seen by Zebedeeson. " * 500)
            (sealed,) = _cells(home, "SELECT text FROM items WHERE text IS NOT NULL")
            worklist.remove([item.id])
            sealed_sizes.append(sealed)
    content = worklist_path(home).read_bytes()
    for sealed in sealed_sizes:
        assert sealed[100:200] not in content


@pytest.mark.skipif(os.name == "nt", reason="file modes say nothing on Windows")
def test_only_the_owner_may_read_it(filled: Path) -> None:
    assert filled.parent.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in filled.parent.iterdir()} == {0o600}
    assert len(list(filled.parent.iterdir())) == 3


@pytest.mark.skipif(os.name == "nt", reason="file modes say nothing on Windows")
def test_one_that_others_may_read_is_refused(home: Path, keys: Keys, filled: Path) -> None:
    filled.chmod(0o640)
    with pytest.raises(WorklistUnusable, match="open to other users"):
        Worklist.open(home, keys=keys)


def test_a_changed_site_key_is_told(home: Path, keys: Keys, filled: Path) -> None:
    (home / "keys" / "site.key").unlink()
    other = Keys.open(home)
    assert other.id != keys.id
    with pytest.raises(WorklistUnusable, match=r"another site key.*backup.*begin a new list"):
        Worklist.open(home, keys=other)


def test_a_destroyed_site_key_is_told(home: Path, keys: Keys, filled: Path) -> None:
    Site.open(home).close()
    (home / "keys" / "site.key").unlink()
    with pytest.raises(KeyUnusable, match="restore the key from its backup"):
        Keys.open(home)


def _cells(home: Path, statement: str) -> list[bytes]:
    with closing(sqlite3.connect(worklist_path(home))) as connection:
        return [cell for (cell,) in connection.execute(statement)]


def behind(home: Path, statement: str) -> None:
    """Runs SQL on the file, as somebody who can write it."""
    with closing(sqlite3.connect(worklist_path(home))) as connection, connection:
        connection.executescript(statement)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("PRAGMA user_version = 2", "of version 2.*use the program that wrote it"),
        ("PRAGMA application_id = 7", "no worklist of this program"),
        ("CREATE TRIGGER t AFTER INSERT ON steps BEGIN DELETE FROM steps; END", "its tables"),
        ("DROP TABLE steps", "its tables"),
        ("DELETE FROM site", "another site key"),
    ],
)
def test_a_file_of_another_kind_or_version_is_refused(
    home: Path, keys: Keys, statement: str, told: str
) -> None:
    Worklist.open(home, keys=keys).close()
    behind(home, statement)
    before = worklist_path(home).read_bytes()
    with pytest.raises(WorklistUnusable, match=told):
        Worklist.open(home, keys=keys)
    assert worklist_path(home).read_bytes() == before


def test_a_damaged_file_is_told_and_kept(home: Path, keys: Keys) -> None:
    Worklist.open(home, keys=keys).close()
    path = worklist_path(home)
    path.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(WorklistUnusable, match=r"damaged.*move the file away"):
        Worklist.open(home, keys=keys)
    path.rename(path.with_name("aside"))
    with Worklist.open(home, keys=keys) as worklist:
        assert worklist.items() == ()


def test_pages_that_were_spoilt_are_told(home: Path, keys: Keys, tmp_path: Path) -> None:
    with Worklist.open(home, keys=keys) as worklist:
        worklist.add_files([tmp_path / f"{n}.txt" for n in range(300)], origin=Origin.FILE)
    path = worklist_path(home)
    content = bytearray(path.read_bytes())
    for at in range(4096 * 2, len(content), 4096):
        content[at : at + 64] = bytes(64)
    path.write_bytes(content)
    with (
        pytest.raises(WorklistUnusable, match="damaged"),
        Worklist.open(home, keys=keys) as worklist,
    ):
        worklist.items()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE items SET about = (SELECT about FROM items WHERE id = 1)",
        "UPDATE items SET about = x''",
        "UPDATE items SET about = substr(about, 1, 40)",
    ],
)
def test_what_somebody_moved_or_cut_is_told(
    home: Path, keys: Keys, tmp_path: Path, statement: str
) -> None:
    with Worklist.open(home, keys=keys) as worklist:
        worklist.add_files([tmp_path / "a.txt", tmp_path / "b.txt"], origin=Origin.FILE)
        behind(home, statement)
        with pytest.raises(WorklistUnusable, match=r"items\.about/\d is damaged or was changed"):
            worklist.items()


def test_a_step_that_somebody_moved_is_told(
    home: Path, keys: Keys, note: Document, review: Review
) -> None:
    with Worklist.open(home, keys=keys) as worklist:
        item = worklist.add_text(note.text)
        worklist.keep_review(item.id, review, content="a" * 64, made_with="b" * 64)
        for mark in review.marks[:2]:
            worklist.keep_step(item.id, reject(review, [mark]), Step.DONE)
        behind(home, "UPDATE steps SET act = (SELECT act FROM steps WHERE seq = 2)")
        with pytest.raises(WorklistUnusable, match="damaged or was changed"):
            worklist.review(item.id, note, content="a" * 64)
        with pytest.raises(WorklistUnusable, match="damaged or was changed"):
            worklist.history()


def test_a_locked_file_is_told_and_then_works_again(home: Path, keys: Keys) -> None:
    with (
        Worklist.open(home, keys=keys, wait=0.05) as worklist,
        closing(sqlite3.connect(worklist_path(home))) as blocker,
    ):
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorklistUnusable, match="another program"):
            worklist.add_text("Stable.")
        assert worklist.items() == ()
        blocker.execute("ROLLBACK")
        assert worklist.items() == ()
        assert worklist.add_text("Stable.").id == 1


def test_a_full_disk_leaves_the_list_as_it_was(home: Path, keys: Keys) -> None:
    with Worklist.open(home, keys=keys) as worklist:
        item = worklist.add_text("Stable.")
        connection = worklist._table._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(WorklistUnusable, match="no space left"):
            worklist.add_text("Stable. " * 100_000)
        assert worklist.items() == (item,)
        connection.execute("PRAGMA max_page_count = 1000000")
        assert len(worklist.text(worklist.add_text("Stable. " * 100_000).id)) == 800_000


def test_a_list_that_may_not_be_written_can_be_read(powerless: Path) -> None:
    home = powerless / "home"
    keys = Keys.open(home)
    with Worklist.open(home, keys=keys) as worklist:
        item = worklist.add_text("Stable.")
        worklist_path(home).chmod(0o400)
    with Worklist.open(home, keys=keys) as worklist:
        with pytest.raises(WorklistUnusable, match="may not be written"):
            worklist.add_text("Stable.")
        assert worklist.items() == (item,)
    worklist_path(home).parent.chmod(0)
    with pytest.raises(WorklistUnusable, match="check the rights"):
        Worklist.open(home, keys=keys)


def test_a_folder_in_which_no_list_can_be_made_is_told(powerless: Path) -> None:
    home = powerless / "home"
    keys = Keys.open(home)
    home.chmod(0o500)
    with pytest.raises(WorklistUnusable, match="check the rights"):
        Worklist.open(home, keys=keys)


def test_another_thread_may_go_on_with_it(home: Path, keys: Keys) -> None:
    with Worklist.open(home, keys=keys) as worklist, ThreadPoolExecutor(1) as other:
        item = other.submit(worklist.add_text, "Stable.").result()
        assert worklist.items() == (item,)


def test_a_list_that_was_closed_is_a_defect(home: Path, keys: Keys) -> None:
    worklist = Worklist.open(home, keys=keys)
    worklist.close()
    with pytest.raises(DefectError, match="closed"):
        worklist.items()


_WRITER = """
import sys
from pathlib import Path
from deid.audit.keys import Keys
from deid.worklist.items import Origin
from deid.worklist.store import Worklist
home, name = Path(sys.argv[1]), sys.argv[2]
with Worklist.open(home, keys=Keys.open(home), wait=60) as worklist:
    for number in range(40):
        paths = [Path(f"/ward/{number}.txt"), Path(f"/ward/{name}-{number}.txt")]
        worklist.add_files(paths, origin=Origin.FOLDER)
"""


def test_several_processes_make_and_fill_one_list(home: Path, keys: Keys) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(home), name], env=ENVIRONMENT)
        for name in "abc"
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    with Worklist.open(home, keys=keys) as worklist:
        names = [item.name for item in worklist.items()]
    assert len(names) == len(set(names)) == 160
