"""Whether other programs open what NoteVeil writes: LibreOffice, before and after redaction.

    python benchmarks/opened.py [FORMAT ...]

Every file of the oracle (`tests/formats/oracle`) of a kind that LibreOffice opens is redacted by
rules, and both are made a PDF by it, without a display; poppler counts pages and reads the words.

- *opened*: how many of the redacted files LibreOffice made a PDF of, of those of which it makes
  one before they are redacted;
- *same pages*: how many have as many pages as before;
- *found*: how many show anything of what was planted in them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from machine import machine  # noqa: E402

from deid.detect.roster import Roster, identifiers_of  # noqa: E402
from deid.formats.tails import tail_of  # noqa: E402
from deid.pipeline import Deidentifier, DetectorChoice  # noqa: E402
from deid.policy import load_policy  # noqa: E402
from tests.formats.oracle.channels import CHANNELS, TOKENS, Channel, opened  # noqa: E402

SUFFIXES: Final = (".docx", ".xlsx", ".pptx", ".rtf", ".html", ".csv", ".tsv", ".pdf")
SEED: Final = bytes(range(32))
_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Row:
    """What became of the files of one format."""

    suffix: str
    before: int
    after: int
    same_pages: int
    found: int

    def __str__(self) -> str:
        opened = f"{self.after} of {self.before}"
        return f"| `{self.suffix}` | {opened} | {self.same_pages} | {self.found} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("formats", nargs="*", help="endings without their dot; all if none")
    wanted = [f".{name}" for name in parser.parse_args().formats] or SUFFIXES
    print(f"{_version()}; {machine()}\n")
    print("| format | opened | same pages | found |\n|---|---|---|---|")
    deidentifier = _deidentifier()
    for suffix in wanted:
        channels = [channel for channel in CHANNELS if channel.suffix == suffix]
        with tempfile.TemporaryDirectory() as folder:
            print(_row(suffix, channels, deidentifier, Path(folder)), flush=True)


def _row(suffix: str, channels: Sequence[Channel], deidentifier: Deidentifier, folder: Path) -> Row:
    made = {}
    for state in ("before", "after"):
        (folder / state).mkdir()
    for number, channel in enumerate(channels):
        content = channel.build(TOKENS)
        (folder / "before" / f"{number}{suffix}").write_bytes(content)
        (folder / "after" / f"{number}{suffix}").write_bytes(_redacted(channel, deidentifier))
    for state in ("before", "after"):
        _convert(folder / state, suffix)
        made[state] = {path.stem: path for path in (folder / state / "pdf").glob("*.pdf")}
    both = sorted(made["before"].keys() & made["after"].keys())
    pairs = [(made["before"][name], made["after"][name]) for name in both]
    return Row(
        suffix,
        len(made["before"]),
        len(pairs),
        sum(_pages(before) == _pages(after) for before, after in pairs),
        sum(any(word in _words(after) for word in TOKENS.all) for _, after in pairs),
    )


def _redacted(channel: Channel, deidentifier: Deidentifier) -> bytes:
    file, documents = opened(channel.build(TOKENS), channel.suffix)
    pieces, tail = [file.head], tail_of(file)
    for document in documents:
        redacted = deidentifier.deidentify(document, seed=SEED)
        pieces.append(file.render(document, redacted, id=document.id, patient=""))
        tail.add(pieces[-1])
    return b"".join([*pieces, tail.content()])


def _deidentifier() -> Deidentifier:
    known = identifiers_of([("name", TOKENS.name), ("mrn", TOKENS.number)])
    return Deidentifier.open(
        policy=load_policy("safe-harbor"),
        detectors=DetectorChoice.RULES,
        roster=Roster({"": known}),
    )


def _convert(folder: Path, suffix: str) -> None:
    """Make PDFs of a folder's files, in its folder `pdf`; what cannot be opened is left out."""
    profile = f"-env:UserInstallation={(folder.parent / 'profile').as_uri()}"
    files = sorted(str(path) for path in folder.glob(f"*{suffix}"))
    reader = ["--infilter=writer_pdf_import"] if suffix == ".pdf" else []
    _told("soffice", profile, "--headless", *reader, "--convert-to", "pdf",
          "--outdir", str(folder / "pdf"), *files)  # fmt: skip


def _pages(path: Path) -> int:
    lines = _told("pdfinfo", str(path)).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pages:")), 0)


def _words(path: Path) -> str:
    return _told("pdftotext", str(path), "-")


def _version() -> str:
    return _told("soffice", "--version").strip()


def _told(*command: str) -> str:
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, encoding="utf-8", timeout=_SECONDS
        )
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not there: install LibreOffice and poppler-utils")
    return done.stdout


if __name__ == "__main__":
    main()
