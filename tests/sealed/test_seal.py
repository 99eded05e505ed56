from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from deid.errors import DefectError, SealBroken
from deid.sealed import seal
from deid.sealed.check import check
from deid.sealed.sealed_list import parse
from tests.sealed.mach_file import mach
from tests.sealed.sealed_program import Built


def test_the_list_names_every_file_but_itself(built: Built) -> None:
    sealed = parse(built.listed.read_bytes())
    there = {str(p.relative_to(built.root)) for p in built.root.rglob("*") if p.is_file()}
    assert sealed.version == "1.2.3"
    assert set(sealed.files) == there - {"_internal/SEALED.json", "_internal/SEALED.sig"}


def test_the_same_files_elsewhere_give_the_same_list(built: Built, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(built.root, other)
    for path in other.rglob("*"):
        os.utime(path, (1, 1))
    seal.write(other, version="1.2.3", sign=built.private.sign)
    assert (other / "_internal/SEALED.json").read_bytes() == built.listed.read_bytes()
    assert (other / "_internal/SEALED.sig").read_bytes() == built.signature.read_bytes()


def test_an_empty_folder_is_not_sealed(built: Built) -> None:
    (built.root / "_internal" / "empty").mkdir()
    with pytest.raises(DefectError, match="_internal/empty"):
        built.seal_anew()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_sealed(built: Built) -> None:
    os.mkfifo(built.root / "pipe")
    with pytest.raises(DefectError, match="pipe"):
        built.seal_anew()


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "nothing"])
def test_a_link_out_of_the_folder_is_not_sealed(built: Built, target: str) -> None:
    (built.root / "link").symlink_to(target)
    with pytest.raises(DefectError, match="link"):
        built.seal_anew()


def test_names_that_are_one_elsewhere_are_not_sealed(built: Built) -> None:
    (built.root / "DEID").write_bytes(b"x")
    if (built.root / "deid").read_bytes() == b"x":
        pytest.skip("this file system does not tell case")
    with pytest.raises(DefectError, match="same on some systems"):
        built.seal_anew()


def test_what_is_no_signature_is_not_written(built: Built) -> None:
    before = built.listed.read_bytes()
    with pytest.raises(DefectError, match="signature"):
        seal.write(built.root, version="2", sign=lambda raw: raw[:63])
    assert built.listed.read_bytes() == before


def test_files_of_the_systems_signature_may_come_later(built: Built) -> None:
    later = ("Contents/CodeResources", "Contents/_CodeSignature/CodeResources")
    seal.write(built.root, version="1", sign=built.private.sign, system=later)
    check(built.root, [built.key])
    for path in later:
        (built.root / path).parent.mkdir(exist_ok=True)
        (built.root / path).write_bytes(b"signed by the system")
    assert check(built.root, [built.key]).sealed.system == later
    (built.root / later[0]).unlink()
    (built.root / later[0]).symlink_to("_CodeSignature/CodeResources")
    with pytest.raises(SealBroken, match="Contents/CodeResources: not a file"):
        check(built.root, [built.key])


def test_what_macos_signs_later_may_get_another_signature_and_nothing_else(built: Built) -> None:
    program = built.root / "deid"
    program.write_bytes(mach(b"code", b"by nobody"))
    seal.write(built.root, version="1", sign=built.private.sign, signed_later=True)
    program.write_bytes(mach(b"code", b"by a company that Apple knows"))
    assert check(built.root, [built.key]).sealed.files["deid"].signed
    for raw, told in (
        (mach(b"core", b"by a company that Apple knows"), "deid: changed"),
        (mach(b"code", None), "deid: cannot be read"),
        (b"code", "deid: another size"),
    ):
        program.write_bytes(raw)
        with pytest.raises(SealBroken, match=told):
            check(built.root, [built.key])


def test_a_program_of_macos_without_any_signature_is_not_sealed(built: Built) -> None:
    (built.root / "deid").write_bytes(mach(signature=None))
    with pytest.raises(DefectError, match="deid cannot be sealed: it is not signed"):
        seal.write(built.root, version="1", sign=built.private.sign, signed_later=True)


def test_the_module_of_keys_holds_them(built: Built) -> None:
    held: dict[str, object] = {}
    exec(seal.keys_source([built.key, bytes(32)]), held)
    assert held["KEYS"] == (built.key, bytes(32))


@pytest.mark.parametrize("keys", [[], [b"short"], [bytes(32), bytes(33)]])
def test_no_module_is_made_of_what_is_no_key(keys: list[bytes]) -> None:
    with pytest.raises(DefectError):
        seal.keys_source(keys)
