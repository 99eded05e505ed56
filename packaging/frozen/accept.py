"""Whether a frozen tree is what should be packed: an acceptance test of the true programs.

    python packaging/frozen/accept.py TREE

Run it where `deid` can be imported, for it reads the bill of materials, and on the system that the
tree was made for. It starts the programs with an empty data folder, without a display and without
Python on the PATH. Prints a line for each thing that was looked at; the exit code is 1 if one does
not hold.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from frozen.bom import PATH, check_complete, read_bill  # noqa: E402
from frozen.contents import UPDATE_ROOT  # noqa: E402
from frozen.startup import seconds_until_shown  # noqa: E402
from frozen.tree import FILE_MODE, FOLDER_MODE, INTERNAL, Tree  # noqa: E402

SAMPLES: Final = HERE.parent.parent / "samples"
LEFT_OUT: Final = re.compile(
    r"torch|transformers|spacy|thinc|blis|opacus|QtNetwork|Qt6Network|Qt6Qml|Qt6Quick|gtk|gdk"
    r"|libreadline|libgdbm|tkinter|tcl|libavif|\.py[co]$"
)
"""Names that no file below `_internal` may have."""

OF_THE_SYSTEM: Final = re.compile(
    r"ld-linux|lib(c|m|dl|pthread|rt|resolv|util)\.so|libxcb\.so|libGLX?|libOpenGL|libEGL|libdrm"
    r"|libwayland"
)
"""Libraries that are the C library's, or of the display, and so are those of the computer."""

_RULES: Final = """\
recognizers:
  - name: CreditCardRecognizer
    type: predefined
  - name: PhoneRecognizer
    type: predefined
"""


class DoesNotHold(Exception):
    """What was looked at is not as it should be. The message says what."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at.

    Attributes:
        tree: the frozen one.
        work: an empty folder for what the programs write.
    """

    tree: Tree
    work: Path

    def run(self, *arguments: str | Path, code: int = 0) -> str:
        """Run `deid` with these arguments; what it printed.

        Raises:
            DoesNotHold: it did not end with this code.
        """
        command = [str(self.tree.root / "deid"), *map(str, arguments)]
        done = subprocess.run(
            command, check=False, env=self.environment, capture_output=True, text=True
        )
        if done.returncode != code:
            raise DoesNotHold(f"deid {arguments[0]} ended with {done.returncode}: {done.stderr}")
        return done.stdout + done.stderr

    @property
    def environment(self) -> dict[str, str]:
        """Of a person who has just sat down before a new computer."""
        return {
            "PATH": str(self.work / "nothing"),
            "HOME": str(self.work / "home"),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
        }


def main() -> None:
    """Look at everything; tell all that does not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path, help="the folder with deid, deid-gui and _internal")
    root = parser.parse_args().tree.resolve()
    version, epoch, _ = read_bill((root / PATH).read_text(encoding="utf-8"))
    failed = 0
    for look in LOOKS:
        with tempfile.TemporaryDirectory() as work:
            Path(work, "home").mkdir()
            try:
                told = look(Subject(Tree(root, version, epoch), Path(work)))
            except DoesNotHold as error:
                failed += 1
                told = f"DOES NOT HOLD: {error}"
        print(f"{(look.__doc__ or '').splitlines()[0]}\n    {told}")
    sys.exit(1 if failed else 0)


def look_at_bill(subject: Subject) -> str:
    """Every file stands in the bill of materials, with its digest and a licence."""
    _, _, parts = read_bill((subject.tree.root / PATH).read_text(encoding="utf-8"))
    check_complete(subject.tree, parts)
    for part in parts:
        if not any(f"/licences/{part.owner.kind}/{part.owner.name}/" in one for one in part.files):
            raise DoesNotHold(f"{part.owner.name} has no text of its licence")
    return f"{sum(len(part.files) for part in parts)} files of {len(parts)} components"


def look_at_modes(subject: Subject) -> str:
    """Modes and dates are those of the tree, and there is no link."""
    for file in subject.tree.files():
        details = (subject.tree.root / file.path).stat()
        if (details.st_mode & 0o7777, int(details.st_mtime)) != (file.mode, subject.tree.epoch):
            raise DoesNotHold(f"{file.path}: another mode or date")
    for folder in subject.tree.folders():
        if (subject.tree.root / folder).stat().st_mode & 0o7777 != FOLDER_MODE:
            raise DoesNotHold(f"{folder}: another mode")
    return f"programs and folders {FOLDER_MODE:o}, files {FILE_MODE:o}"


def look_at_names(subject: Subject) -> str:
    """Nothing is there of what is left out."""
    inside = [file.path for file in subject.tree.files() if "/licences/" not in file.path]
    found = [path for path in inside if path.startswith(INTERNAL) and LEFT_OUT.search(path)]
    if found:
        raise DoesNotHold(", ".join(found))
    return "no training, no language models, no network or scenes of Qt, no GNU readline"


def look_at_libraries(subject: Subject) -> str:
    """Every library finds those that it wants in the tree or in the C library."""
    inside = subject.tree.root / INTERNAL
    environment = os.environ | {"LD_LIBRARY_PATH": str(inside)}
    outside, newest = set(), (0,)
    for path in _binaries(subject.tree):
        for name, found in _wanted(path, environment):
            if found == "not found":
                raise DoesNotHold(f"{path.name} does not find {name}")
            if not found.startswith(str(inside)):
                outside.add(name)
        newest = max(newest, _newest_glibc(path))
    strange = sorted(name for name in outside if not OF_THE_SYSTEM.search(name))
    if strange:
        raise DoesNotHold(f"from outside the tree: {', '.join(strange)}")
    return f"from the system: {', '.join(sorted(outside))}; glibc {'.'.join(map(str, newest))}"


def look_at_version(subject: Subject) -> str:
    """`deid --version` names the version of the tree, on a computer without Python."""
    told = subject.run("--version").strip()
    if told != f"deid {subject.tree.version}":
        raise DoesNotHold(told)
    return told


def look_at_redaction(subject: Subject) -> str:
    """Notes are redacted by rules and model, and the log of it verifies."""
    notes = sorted((SAMPLES / "notes").glob("*.txt"))
    subject.run("redact", *notes, "--out", subject.work / "out")
    subject.run("audit", "verify")
    redacted = list((subject.work / "out").iterdir())
    if len(redacted) != len(notes):
        raise DoesNotHold(f"{len(redacted)} of {len(notes)} notes")
    return f"{len(notes)} notes"


def look_at_stand_ins(subject: Subject) -> str:
    """Stand-ins are drawn, for names in Latin and in other letters."""
    note = subject.work / "note.txt"
    note.write_text("Patient: Иван Петров, seen by Dr. Maria Rossi on 3 May 2024.\n", "utf-8")
    subject.run("redact", note, "--policy", "research", "--out", subject.work / "out")
    (output,) = (subject.work / "out").iterdir()
    text = output.read_text(encoding="utf-8")
    if "Петров" in text or "Rossi" in text or "[" in text:
        raise DoesNotHold("a name is left, or none stands in its place")
    return "of Cyrillic and of Latin names"


def look_at_predefined(subject: Subject) -> str:
    """Presidio's recognizers by patterns and phone numbers work without spaCy."""
    pack, note = subject.work / "pack.yaml", subject.work / "note.txt"
    pack.write_text(_RULES, encoding="utf-8")
    note.write_text("Card 4111 1111 1111 1111, telephone +44 20 7946 0018.\n", "utf-8")
    told = subject.run("detect", note, "--rules", pack, "--explain")
    for name in ("CreditCardRecognizer", "PhoneRecognizer"):
        if name not in told:
            raise DoesNotHold(f"{name} found nothing")
    return "card and telephone"


def look_at_updates(subject: Subject) -> str:
    """`deid update list` tells what is in use, or that this build takes no updates."""
    takes = (subject.tree.root / INTERNAL / UPDATE_ROOT).is_file()
    told = subject.run("update", "list", code=0 if takes else 15).strip()
    if ("in use:" if takes else "no root keys for updates") not in told:
        raise DoesNotHold(told)
    return told


def look_at_training(subject: Subject) -> str:
    """`deid train run` says in clear words that the installed program does not train."""
    pin = subject.work / "pin"
    pin.write_text("correct horse battery\n", encoding="utf-8")
    pin.chmod(0o600)
    new = ("audit", "people", "add", "--new-pin-file", pin)
    subject.run(*new, "--name", "Ada", "--role", "administrator")
    subject.run(*new, "--name", "Otto", "--role", "officer", "--as", "Ada", "--pin-file", pin)
    told = subject.run("train", "run", SAMPLES, "--as", "Otto", "--pin-file", pin, code=5)
    if "the installed program does not train" not in told:
        raise DoesNotHold(told)
    return told.strip()


def look_at_window(subject: Subject) -> str:
    """The window is shown."""
    program = subject.tree.root / "deid-gui"
    return f"after {seconds_until_shown(program, subject.environment):.1f} s"


LOOKS: Final[Sequence[Callable[[Subject], str]]] = (
    look_at_bill,
    look_at_modes,
    look_at_names,
    look_at_libraries,
    look_at_version,
    look_at_redaction,
    look_at_stand_ins,
    look_at_predefined,
    look_at_updates,
    look_at_training,
    look_at_window,
)


def _binaries(tree: Tree) -> Iterator[Path]:
    for file in tree.files():
        path = tree.root / file.path
        with path.open("rb") as stream:
            if stream.read(4) == b"\x7fELF":
                yield path


def _wanted(path: Path, environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The libraries that one wants, and where they are found."""
    command = [shutil.which("ldd") or "ldd", str(path)]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        name, arrow, found = line.strip().partition(" => ")
        if arrow:
            yield name, found.partition(" (")[0]


def _newest_glibc(path: Path) -> tuple[int, ...]:
    done = subprocess.run(["objdump", "-p", path], check=False, capture_output=True, text=True)
    found = [tuple(map(int, one.split("."))) for one in re.findall(r"GLIBC_([0-9.]+)", done.stdout)]
    return max(found, default=(0,))


if __name__ == "__main__":
    main()
