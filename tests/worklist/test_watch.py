from __future__ import annotations

from pathlib import Path

from hypothesis import given, strategies

from deid.worklist.watch import Stamp, folder_changes, look_at

A, B = Path("a.txt"), Path("b.txt")
looks = strategies.dictionaries(
    strategies.sampled_from([Path(f"{name}.txt") for name in "abcde"]),
    strategies.builds(Stamp, strategies.integers(0, 2), strategies.integers(0, 2)),
)


def test_a_file_is_given_when_it_has_stopped_growing() -> None:
    small, whole = Stamp(10, 1), Stamp(90, 2)
    assert folder_changes({}, {A: small}) == ()
    assert folder_changes({A: small}, {A: whole}) == ()
    assert folder_changes({A: whole}, {A: whole, B: small}) == (A,)


def test_a_file_is_given_once_more_when_it_was_written_anew() -> None:
    old, new = Stamp(10, 1), Stamp(10, 2)
    assert folder_changes({A: old}, {A: old}, given={A: old}) == ()
    assert folder_changes({A: old}, {A: new}, given={A: old}) == ()
    assert folder_changes({A: new}, {A: new}, given={A: old}) == (A,)


@given(looks, looks, looks)
def test_only_what_is_there_unchanged_and_new_is_given(
    before: dict[Path, Stamp], now: dict[Path, Stamp], earlier: dict[Path, Stamp]
) -> None:
    found = folder_changes(before, now, given=earlier)
    assert list(found) == sorted(found)
    for path in {*before, *now, *earlier}:
        wanted = path in now and before.get(path) == now[path] != earlier.get(path)
        assert (path in found) == wanted


def test_a_look_sees_the_notes_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.txt", "sub/b.jsonl", ".hidden.txt", "picture.bin"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    seen = look_at(tmp_path)
    assert set(seen) == {tmp_path / "a.txt", tmp_path / "sub" / "b.jsonl"}
    assert {stamp.size for stamp in seen.values()} == {1}
    assert look_at(tmp_path / "gone") == {}
