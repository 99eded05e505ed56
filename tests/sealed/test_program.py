"""A frozen program is checked at its start, before anything of it is read."""

from __future__ import annotations

import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from deid import cli
from deid.errors import SealBroken
from deid.sealed import program, refusal, seal
from gui import start
from tests.sealed.sealed_program import Built


@pytest.fixture
def frozen(built: Built, monkeypatch: pytest.MonkeyPatch) -> Iterator[Built]:
    """This process, as a frozen program that lies in a sealed folder would be."""
    keys = types.ModuleType(seal.KEYS_MODULE)
    exec(seal.keys_source([built.key]), keys.__dict__)
    monkeypatch.setitem(sys.modules, seal.KEYS_MODULE, keys)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(built.root / "_internal"), raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    program.check_program.cache_clear()
    yield built
    program.check_program.cache_clear()


def test_a_checkout_has_no_key_and_is_not_checked() -> None:
    assert program.release_keys() == ()
    assert not program.is_sealed()
    assert program.check_program() is None


def test_a_frozen_program_is_checked_once(frozen: Built) -> None:
    found = program.check_program()
    assert found is not None
    assert (found.root, found.key) == (frozen.root, frozen.key)
    frozen.listed.unlink()
    assert program.check_program() is found


@pytest.mark.parametrize(
    ("libraries", "root", "internal"),
    [
        ("/opt/noteveil/_internal", "/opt/noteveil", "_internal"),
        ("/Applications/N.app/Contents/Frameworks", "/Applications/N.app", "Contents/Resources"),
        ("/opt/Contents/Frameworks", "/opt/Contents", "Frameworks"),
    ],
)
def test_an_application_of_macos_was_installed_as_a_whole(
    libraries: str, root: str, internal: str
) -> None:
    assert program.installed_in(Path(libraries)) == (Path(root), internal)


def test_a_frozen_program_without_a_key_does_not_start(
    frozen: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, seal.KEYS_MODULE)
    with pytest.raises(SealBroken, match="without a release key"):
        program.check_program()


def test_the_command_line_does_not_start_when_the_seal_is_broken(
    frozen: Built, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["policy", "list"]) == 0
    program.check_program.cache_clear()
    capsys.readouterr()
    (frozen.root / "deid").write_bytes(b"\x7fELF progral")
    for arguments in (["policy", "list"], ["--version"], ["--help"], ["nonsense"]):
        assert cli.main(arguments) == 13
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("deid: error: the installed program is not as it was built")
        assert "deid: changed: reinstall" in said.err


def test_the_window_does_not_start_when_the_seal_is_broken(
    frozen: Built, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(refusal, "_show", shown.append)
    (frozen.root / "_internal" / "rules" / "lists" / "words.txt").unlink()
    assert start.main(["note.txt"]) == 13
    assert "words.txt: missing" in capsys.readouterr().err
    (told,) = shown
    assert told.startswith("NoteVeil does not start.\n\n")
    assert "words.txt: missing" in told
    assert max(map(len, told.splitlines())) <= 80


def test_no_control_character_of_a_file_name_reaches_the_terminal(
    frozen: Built, capsys: pytest.CaptureFixture[str]
) -> None:
    (frozen.root / "a\x1b[2Jb").touch()
    assert cli.main(["--version"]) == 13
    said = capsys.readouterr().err
    assert "a\\x1b[2Jb: does not belong here" in said
    assert "\x1b" not in said


def test_programs_of_the_system_get_their_own_libraries_back() -> None:
    own = {"LD_LIBRARY_PATH": "/opt/noteveil/_internal", "LANG": "C"}
    assert refusal.system_environment(own) == {"LANG": "C"}
    before = own | {"LD_LIBRARY_PATH_ORIG": "/usr/lib/special"}
    assert refusal.system_environment(before) == {
        "LANG": "C",
        "LD_LIBRARY_PATH": "/usr/lib/special",
    }


PROBE = """
import runpy, sys, types
from pathlib import Path
sys.frozen, sys._MEIPASS, sys.executable = True, {internal!r}, {program!r}
keys = types.ModuleType("deid.sealed._release_keys")
keys.KEYS = (bytes.fromhex({key!r}),)
sys.modules[keys.__name__] = keys
try:
    runpy.run_path("packaging/frozen/check_first.py")
finally:
    heavy = ("regex", "yaml", "sqlite3", "PySide6", "numpy", "onnxruntime", "deid.pipeline")
    print([name for name in heavy if name in sys.modules])
import deid.cli
print(deid.errors.SealBroken is deid.SealBroken, sorted(deid.__all__) == deid.__all__)
"""


@pytest.mark.parametrize("whole", [True, False])
def test_the_check_comes_before_the_package_is_loaded(built: Built, whole: bool) -> None:
    code = PROBE.format(
        internal=str(built.root / "_internal"),
        program=str(built.root / "deid"),
        key=built.key.hex(),
    )
    if not whole:
        (built.root / "deid-gui").write_bytes(b"")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if whole:
        assert done.stderr == ""
        assert "True" in done.stdout.splitlines()[-1]
    else:
        assert (done.returncode, done.stdout) == (13, "[]\n")
        assert "deid-gui: another size" in done.stderr
