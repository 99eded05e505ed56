from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.errors import SealBroken
from deid.sealed.check import check
from deid.sealed.sealed_list import parse, written
from tests.sealed.sealed_program import FILES, Built, build


def broken(built: Built) -> tuple[str, ...]:
    with pytest.raises(SealBroken) as refused:
        check(built.root, [built.key])
    assert refused.value.exit_code == 13
    assert "reinstall" in str(refused.value)
    assert "tell IT" in str(refused.value)
    assert refused.value.broken[0] in str(refused.value)
    return refused.value.broken


def test_what_was_sealed_is_whole(built: Built) -> None:
    found = check(built.root, [bytes(32), built.key])
    assert found.key == built.key
    assert found.sealed.version == "1.2.3"
    assert set(found.sealed.files) == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_any_byte_of_any_file_counts(built: Built, name: str) -> None:
    path, whole = built.root / name, FILES[name]
    for at in {0, len(whole) // 2, len(whole) - 1} if whole else ():
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert broken(built) == (f"{name}: changed",)
    path.write_bytes(whole + b"\0")
    assert broken(built) == (f"{name}: another size",)
    path.unlink()
    assert broken(built) == (f"{name}: missing",)
    path.mkdir()
    assert broken(built) == (f"{name}: not a file",)


@pytest.mark.parametrize("name", FILES)
def test_a_link_to_the_same_bytes_is_no_file(built: Built, name: str, tmp_path: Path) -> None:
    path = built.root / name
    shutil.move(path, tmp_path / "aside")
    path.symlink_to(tmp_path / "aside")
    assert broken(built) == (f"{name}: not a file",)


@settings(max_examples=25)
@given(data=st.data())
def test_any_change_of_any_bytes_is_found(built: Built, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name, whole in FILES.items() if whole]))
    whole = FILES[name]
    at = data.draw(st.integers(0, len(whole) - 1))
    other = whole[:at] + data.draw(st.binary(min_size=1, max_size=3)) + whole[at + 1 :]
    (built.root / name).write_bytes(other)
    try:
        if other == whole:
            check(built.root, [built.key])
        else:
            assert broken(built)[0].startswith(f"{name}: ")
    finally:
        (built.root / name).write_bytes(whole)


@pytest.mark.parametrize("folder", ["", "_internal", "_internal/rules/lists", "_internal/PySide6"])
def test_what_does_not_belong_there_counts(built: Built, folder: str) -> None:
    for add in (Path.touch, Path.mkdir, lambda path: path.symlink_to("deid")):
        added = built.root / folder / "added"
        add(added)
        assert broken(built) == (f"{added.relative_to(built.root)}: does not belong here",)
        added.rmdir() if added.is_dir() and not added.is_symlink() else added.unlink()
    check(built.root, [built.key])


def test_a_name_in_another_case_is_another(built: Built) -> None:
    (built.root / "deid").rename(built.root / "DEID")
    assert broken(built) == ("DEID: does not belong here", "deid: missing")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(built: Built) -> None:
    (built.root / "deid").unlink()
    os.mkfifo(built.root / "deid")
    assert broken(built) == ("deid: not a file",)
    built.listed.unlink()
    os.mkfifo(built.listed)
    assert broken(built) == ("_internal/SEALED.json: cannot be read (no plain file)",)


def test_a_sealed_link_must_lead_where_it_led(built: Built) -> None:
    link = built.root / "_internal" / "QtCore.so"
    link.symlink_to("PySide6/QtCore.so")
    built.seal_anew()
    check(built.root, [built.key])
    link.unlink()
    assert broken(built) == ("_internal/QtCore.so: missing",)
    link.symlink_to("libpython3.so")
    assert broken(built) == ("_internal/QtCore.so: leads elsewhere",)
    link.unlink()
    link.write_bytes(FILES["_internal/PySide6/QtCore.so"])
    assert broken(built) == ("_internal/QtCore.so: not a link",)


def test_a_file_that_cannot_be_read_counts(powerless: Path) -> None:
    built = build(powerless / "noteveil")
    check(built.root, [built.key])
    (built.root / "deid").chmod(0)
    assert broken(built) == ("deid: cannot be read (Permission denied)",)
    (built.root / "deid").chmod(0o600)
    (built.root / "_internal" / "rules").chmod(0)
    assert broken(built) == ("_internal/rules: cannot be listed (Permission denied)",)
    (built.root / "_internal" / "rules").chmod(0o700)
    built.signature.chmod(0)
    assert broken(built) == ("_internal/SEALED.sig: cannot be read (Permission denied)",)


def _sign_by_another(built: Built) -> None:
    built.signature.write_bytes(Ed25519PrivateKey.generate().sign(built.listed.read_bytes()))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda b: b.listed.unlink(), "_internal/SEALED.json: missing"),
        (lambda b: b.signature.unlink(), "_internal/SEALED.sig: missing"),
        (lambda b: b.signature.write_bytes(b""), "SEALED.sig: not the signature"),
        (lambda b: b.signature.write_bytes(bytes(64)), "SEALED.sig: not the signature"),
        (lambda b: b.signature.write_bytes(bytes(65)), "_internal/SEALED.sig: cannot be read"),
        (lambda b: b.listed.write_bytes(b"{}\n"), "SEALED.sig: not the signature"),
        (lambda b: b.sign(b"{}\n"), "_internal/SEALED.json: not a list"),
        (lambda b: b.sign(b" " + b.listed.read_bytes()), "_internal/SEALED.json: not in canonical"),
        (_sign_by_another, "SEALED.sig: not the signature of a release key"),
    ],
)
def test_a_list_that_is_not_the_signed_one_counts(
    built: Built, change: Callable[[Built], object], told: str
) -> None:
    change(built)
    (found,) = broken(built)
    assert found.startswith(told)


def test_every_byte_of_the_list_is_signed(built: Built) -> None:
    whole = built.listed.read_bytes()
    for at in range(0, len(whole), 7):
        built.listed.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert broken(built)[0].startswith("SEALED.sig: not the signature")


def test_a_signed_list_of_other_files_counts(built: Built) -> None:
    sealed = parse(built.listed.read_bytes())
    files = {path: file for path, file in sealed.files.items() if path != "deid"}
    built.sign(written(type(sealed)(sealed.version, files)))
    assert broken(built) == ("deid: does not belong here",)


def test_without_a_key_nothing_is_whole(built: Built) -> None:
    with pytest.raises(SealBroken, match="not the signature of a release key"):
        check(built.root, [])
    with pytest.raises(SealBroken, match="not the signature of a release key"):
        check(built.root, [b"no key"])


def test_all_that_is_wrong_is_told_at_once(built: Built) -> None:
    for number in range(30):
        (built.root / f"added-{number:02}").touch()
    (built.root / "deid").write_bytes(b"")
    found = broken(built)
    assert len(found) == 31
    with pytest.raises(SealBroken, match="; and 21 more: reinstall"):
        check(built.root, [built.key])


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_can_be_told(built: Built) -> None:
    Path(os.fsdecode(os.fsencode(built.root) + b"/\xff")).touch()
    (found,) = broken(built)
    found.encode()
    assert "does not belong here" in found
