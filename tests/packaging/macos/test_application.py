"""An application is the same each time, sealed as a whole, and stays so when Apple signs it."""

from __future__ import annotations

import os
import plistlib
import shutil
import struct
import sys
import types
from pathlib import Path

import pytest
from frozen.sealing import NoKey, ReleaseKeys, trial_keys
from frozen.tree import NotPacked
from macos import bundle as bundles
from macos.binaries import BuiltFor, built_for, is_code
from macos.bundle import Bundle, information, make, seal_bundle

from deid import resources
from deid.errors import SealBroken
from deid.formats import suffixes
from deid.managed.preferences import DOMAIN
from deid.sealed import program, seal
from tests.packaging.macos.frozen_tree import frozen, sign_as_apple_does
from tests.sealed.mach_file import mach

X86_64 = 0x01000007


def states(root: Path) -> dict[str, tuple[int, float, bytes | str]]:
    return {
        path.relative_to(root).as_posix(): (
            path.lstat().st_mode,
            path.lstat().st_mtime,
            str(path.readlink())
            if path.is_symlink()
            else b""
            if path.is_dir()
            else path.read_bytes(),
        )
        for path in [root, *root.rglob("*")]
    }


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    """A sealed application, and this process as a program in it would be."""
    keys = trial_keys()
    bundle = make(frozen(tmp_path / "tree"), tmp_path)
    seal_bundle(bundle, keys)
    held = types.ModuleType(seal.KEYS_MODULE)
    exec(keys.source, held.__dict__)
    monkeypatch.setitem(sys.modules, seal.KEYS_MODULE, held)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    libraries = bundle.root / "Contents" / "Frameworks"
    monkeypatch.setattr(sys, "_MEIPASS", str(libraries), raising=False)
    return bundle


def code_of(bundle: Bundle) -> list[str]:
    files = [one for one in bundle.root.rglob("*") if one.is_file() and not one.is_symlink()]
    return [one.relative_to(bundle.root).as_posix() for one in files if is_code(one)]


def test_two_made_elsewhere_are_the_same(tmp_path: Path) -> None:
    keys = trial_keys()
    made = []
    for place, umask in (("a", 0o022), ("some where/else", 0o077)):
        before = os.umask(umask)
        try:
            tree = frozen(tmp_path / place / "tree")
            bundle = make(tree, tmp_path / place)
            seal_bundle(bundle, keys)
        finally:
            os.umask(before)
        made.append(states(bundle.root))
    assert made[0] == made[1]
    modes = {path: state[0] & 0o777 for path, state in made[0].items()}
    assert modes["Contents/MacOS/deid"] == modes["Contents/Resources/uninstall.sh"] == 0o755
    assert modes["Contents/Resources/rules/a.txt"] == 0o644


def test_a_sealed_application_starts_and_goes_on_starting_when_apple_has_signed_it(
    app: Bundle,
) -> None:
    assert program.check_installed().root == app.root
    before = (app.root / "Contents/MacOS/deid-gui").read_bytes()
    sign_as_apple_does(app.root, code_of(app), app.signatures())
    assert (app.root / "Contents/MacOS/deid-gui").read_bytes() != before
    assert len(app.signatures()) == 3
    sealed = program.check_installed().sealed
    assert {path for path, file in sealed.files.items() if file.signed} == set(code_of(app))


@pytest.mark.usefixtures("app")
def test_the_program_finds_its_data_through_the_links() -> None:
    assert (resources.shipped("rules") / "a.txt").read_text(
        encoding="utf-8"
    ) == "_internal/rules/a.txt"
    assert (resources.shipped("rules") / "b.txt").is_file()


@pytest.mark.parametrize("signed", [False, True])
def test_any_other_change_is_refused(app: Bundle, signed: bool) -> None:
    if signed:
        sign_as_apple_does(app.root, code_of(app), app.signatures())
    whole = app.root.with_name("whole")
    shutil.copytree(app.root, whole, symlinks=True)
    contents = app.root / "Contents"

    def turned(path: str, at: int) -> None:
        raw = bytearray((contents / path).read_bytes())
        raw[at] ^= 1
        (contents / path).write_bytes(raw)

    def other_link(path: str, target: str) -> None:
        (contents / path).unlink()
        (contents / path).symlink_to(target)

    for change, told in (
        (lambda: turned("MacOS/deid-gui", 0x1002), "MacOS/deid-gui: changed"),
        (lambda: turned("MacOS/deid", 40), "MacOS/deid: "),
        (lambda: turned("Frameworks/_cffi.so", 0x1001), "Frameworks/_cffi.so: changed"),
        (lambda: turned("Resources/rules/a.txt", 0), "rules/a.txt: changed"),
        (lambda: turned("Info.plist", 50), "Info.plist: changed"),
        (lambda: (contents / "Frameworks/new.so").touch(), "new.so: does not belong here"),
        (lambda: (app.root / "more").touch(), "more: does not belong here"),
        (lambda: (contents / "Frameworks/rules").unlink(), "Frameworks/rules: missing"),
        (lambda: other_link("Frameworks/rules", "../Resources"), "rules: leads elsewhere"),
        (lambda: other_link("Resources/SEALED.json", "/etc/passwd"), "SEALED.json: cannot be read"),
    ):
        change()
        with pytest.raises(SealBroken, match=told):
            program.check_installed()
        shutil.rmtree(app.root)
        shutil.copytree(whole, app.root, symlinks=True)
    program.check_installed()


def test_it_is_sealed_only_by_a_key_that_its_programs_believe(tmp_path: Path) -> None:
    bundle = make(frozen(tmp_path / "tree"), tmp_path)
    keys = trial_keys()
    with pytest.raises(NoKey):
        seal_bundle(bundle, ReleaseKeys(keys.public, None))
    with pytest.raises(SealBroken, match="not the signature of a release key"):
        seal_bundle(bundle, ReleaseKeys(keys.public, trial_keys().sign))


def test_what_the_system_is_told() -> None:
    told = plistlib.loads(plistlib.dumps(information("1.2.0", BuiltFor((13, 0), "arm64"))))
    assert told["CFBundleIdentifier"] == DOMAIN
    assert told["CFBundleVersion"] == told["CFBundleShortVersionString"] == "1.2.0"
    assert (told["LSMinimumSystemVersion"], told["LSArchitecturePriority"]) == ("13.0", ["arm64"])
    assert told["LSApplicationCategoryType"] == "public.app-category.medical"
    assert not {"NSAppTransportSecurity", "CFBundleURLTypes", "NSServices"} & told.keys()
    assert all(one["CFBundleTypeRole"] == "Viewer" for one in told["CFBundleDocumentTypes"])


def test_the_finder_offers_every_kind_of_file_that_can_be_read() -> None:
    told = information("1.2.0", BuiltFor((13, 0), "arm64"))
    opened = [kind for one in told["CFBundleDocumentTypes"] for kind in one["LSItemContentTypes"]]
    own = {
        f".{ending}": one["UTTypeIdentifier"]
        for one in told["UTImportedTypeDeclarations"]
        for ending in one["UTTypeTagSpecification"]["public.filename-extension"]
    }
    kinds = {**bundles.APPLES_TYPES, **own}
    assert {kinds[ending] for ending in suffixes()} | {"public.folder"} == set(opened)
    assert len(opened) == len(set(opened))


def test_a_program_tells_what_it_was_built_for(tmp_path: Path) -> None:
    one, other, old = (tmp_path / name for name in ("one", "other", "old"))
    one.write_bytes(mach(lowest=(13, 0)))
    other.write_bytes(mach(lowest=(14, 2)))
    old.write_bytes(mach(processor=X86_64))
    assert built_for([one, other]) == BuiltFor((14, 2), "arm64")
    assert built_for([one, other]).system == "14.2"
    for paths in ([one, old], []):
        with pytest.raises(NotPacked, match="more than one architecture, or none"):
            built_for(paths)
    one.write_bytes(mach()[:64])
    with pytest.raises(NotPacked, match="one: does not tell"):
        built_for([one])


def test_a_tree_that_makes_no_application_is_refused(tmp_path: Path) -> None:
    tree = frozen(tmp_path / "tree")
    several = tree.root / "_internal" / "_cffi.so"
    whole = several.read_bytes()
    for raw, told in (
        (struct.pack(">4sI", b"\xca\xfe\xba\xbe", 2), "_cffi.so: build for one architecture"),
        (mach(processor=X86_64), "more than one architecture"),
    ):
        several.write_bytes(raw)
        with pytest.raises(NotPacked, match=told):
            make(tree, tmp_path / "out")
    several.write_bytes(whole)
    stray = tree.root / "_internal" / "uninstall.sh"
    stray.write_text("another", encoding="utf-8")
    with pytest.raises(NotPacked, match=r"uninstall\.sh: two things for one place"):
        make(tree, tmp_path / "out")
    stray.unlink()
    (tree.root / "deid").write_bytes(b"\x7fELF")
    with pytest.raises(NotPacked, match="deid: no program of macOS"):
        make(tree, tmp_path / "out")
    (tree.root / "deid").unlink()
    with pytest.raises(NotPacked, match="lacks one of its programs"):
        make(tree, tmp_path / "out")


@pytest.mark.parametrize("version", ["1", "1.2.3.4", "1.2rc1", "01.2", "1.2.0 "])
def test_a_version_that_apple_would_not_take_is_refused(tmp_path: Path, version: str) -> None:
    tree = frozen(tmp_path / "tree")
    object.__setattr__(tree, "version", version)
    with pytest.raises(NotPacked, match="Apple takes"):
        make(tree, tmp_path / "out")


def test_the_icon_holds_a_picture_of_each_size() -> None:
    raw = (bundles.DATA / "noteveil.icns").read_bytes()
    assert struct.unpack(">4sI", raw[:8]) == (b"icns", len(raw))
    at, sizes = 8, []
    while at < len(raw):
        _, length = struct.unpack_from(">4sI", raw, at)
        assert raw[at + 8 : at + 16] == b"\x89PNG\r\n\x1a\n"
        sizes.append(struct.unpack_from(">II", raw, at + 24))
        at += length
    assert sorted(set(sizes)) == [(n, n) for n in (32, 64, 128, 256, 512, 1024)]
