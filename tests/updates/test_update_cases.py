"""Whatever is wrong with a bundle or a machine is refused, and changes nothing.

`python -m tests.updates.test_update_cases` writes what is found into `docs/updates.md`.
"""

from __future__ import annotations

import atexit
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import rmtree
from unittest.mock import patch

import pytest

from deid.errors import DeidError, UpdateError
from deid.updates.bundle import Bundle
from deid.updates.names import is_content
from tests.updates.authority import Desk, Update
from tests.updates.update_cases import CASES, Case

DOCUMENT = Path(__file__).parents[2] / "docs" / "updates.md"
BEGIN, END = "<!-- cases -->\n", "<!-- end of the cases -->\n"
_HEAD = "| case | read until then | exit code | the program says |\n|---|---|---|---|\n"


@dataclass(frozen=True)
class Found:
    """What came of a case.

    Attributes:
        error: what the program said; None: it said nothing.
        read: names of the members that were read until then.
        unchanged: whether all files of the machine are as before.
    """

    error: DeidError | None
    read: tuple[str, ...]
    unchanged: bool

    @property
    def stage(self) -> str:
        """What of the bundle was read."""
        if any(map(is_content, self.read)):
            return "rules and models, as bytes"
        return "metadata" if self.read else "directory"


def desk_with(first: Update | None) -> Desk:
    """A machine with this update, or without one; its folder goes with the process."""
    folder = tempfile.mkdtemp()
    atexit.register(rmtree, folder)
    desk = Desk(Path(folder))
    if first:
        desk.install(first)
    return desk


shared = cache(desk_with)
"""The same machine for all cases that spoil bundles only, which leave it as it is."""


@cache
def examined(case: Case) -> Found:
    """What comes of a case."""
    read: list[str] = []
    pieces = Bundle.pieces

    def noted(bundle: Bundle, name: str) -> Iterator[bytes]:
        read.append(name)
        return pieces(bundle, name)

    with patch("os.fsync"), patch("deid.updates.bundle.MOST_BYTES", 1 << 20):
        desk = (desk_with if case.spoils else shared)(case.first)
        before, error = desk.seen(), None
        with patch.object(Bundle, "pieces", noted):
            try:
                case.act(desk)
            except DeidError as told:
                error = type(told)(str(told).replace(str(desk.folder), ""))
        unchanged = desk.seen() == before
        if not unchanged:
            shared.cache_clear()
    return Found(error, tuple(read), unchanged)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_refused_and_changes_nothing(case: Case) -> None:
    found = examined(case)
    assert found.error is not None
    assert found.error.exit_code in {6, 15, 16}
    assert found.unchanged or case.name.startswith(SPOILT)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rules_and_models_are_not_read_before_signatures_hold(case: Case) -> None:
    found = examined(case)
    if "rules and models" in found.stage:
        assert case.name in _COUNTED
    elif isinstance(found.error, UpdateError):
        assert not any(map(is_content, found.read))


SPOILT = ("at a start", "what is kept of the newest")
"""How the cases begin that change files of an installed update themselves."""

_COUNTED = {
    "mix-up: a rule pack of another bundle",
    "a byte of a rule pack changed, and not its checksum",
    "another name at the member than in the directory",
    "a file in which one byte is another",
    "the disk is full while staging",
    "the disk is full when it is to be switched",
    "two installs at once",
}
"""Where every signature holds, and the content or the machine is at fault."""


def test_each_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_table_tells_what_was_found() -> None:
    assert table() in DOCUMENT.read_text(encoding="utf-8")


def table() -> str:
    """The table of all cases."""
    return _HEAD + "".join(map(_row, CASES))


def _row(case: Case) -> str:
    found = examined(case)
    stage = "-" if case.name.startswith("at a start") else found.stage
    said = re.sub(r"\d+-[0-9a-f]{16}", "N", str(found.error))
    code = found.error.exit_code if found.error else 0
    return f"| {case.name} | {stage} | {code} | {said} |\n"


if __name__ == "__main__":
    head, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    DOCUMENT.write_text(f"{head}{BEGIN}{table()}{END}{tail}", encoding="utf-8", newline="\n")
