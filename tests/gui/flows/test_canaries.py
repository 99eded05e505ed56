"""After a day's work that ended in a crash, no name stands anywhere but in the originals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

DRIVER = Path(__file__).with_name("driver.py")
IN_FOLDER, IN_NAME, IN_TEXT = "Okonkwomere", "Quenbridgely", "Fenwickshaw"
SEARCHED, SAVED, UNSAVED = "Zebedeeson", "Marlowebeck", "Thistledowne"
CANARIES = (IN_FOLDER, IN_NAME, IN_TEXT, SEARCHED, SAVED, UNSAVED)
TYPED = [f"Mr. {name} was seen on 11/03/2026. Mr. {name} is well." for name in (SAVED, UNSAVED)]


def test_no_name_is_left_behind_by_a_day_that_ended_in_a_crash(
    spellings: Callable[[str], Iterator[bytes]],
    read_all: Callable[[Path], dict[Path, bytes]],
    tmp_path: Path,
) -> None:
    original = tmp_path / "notes" / IN_FOLDER / f"Mr. {IN_NAME}.txt"
    original.parent.mkdir(parents=True)
    original.write_text(
        f"Mr. {IN_TEXT} came with {SEARCHED} on 11/03/2026.\nMrs. {SEARCHED} left.\n"
    )
    places = {name: tmp_path / name.lower() for name in ("HOME", "TMPDIR", "DEID_HOME")}
    xdg = {f"XDG_{kind}_HOME": tmp_path / kind.lower() for kind in ("CONFIG", "CACHE", "DATA")}
    for place in (*places.values(), *xdg.values()):
        place.mkdir(mode=0o700)
    told, complaints = tmp_path / "told.txt", tmp_path / "complaints.txt"
    with told.open("wb") as output, complaints.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", str(DRIVER), "tour", str(original)],
            env=os.environ
            | {name: str(place) for name, place in (places | xdg).items()}
            | {"PYTHONPATH": str(DRIVER.parents[3])}
            | {"FLOW_SEARCHED": SEARCHED, "FLOW_TYPED": "|".join(TYPED)},
            stdout=output,
            stderr=errors,
        )
        late = time.monotonic() + 120
        try:
            while b"ready 2\n" not in told.read_bytes():
                assert process.poll() is None, complaints.read_text()
                assert time.monotonic() < late, "the tour does not come to its end"
                time.sleep(0.02)
        finally:
            process.send_signal(signal.SIGABRT)
            process.wait(timeout=60)
    assert process.returncode == -signal.SIGABRT

    released = [path for path in original.parent.iterdir() if path != original]
    assert len(released) == 1
    assert (places["HOME"] / "note-redacted.txt").exists()
    files = read_all(tmp_path)
    assert files.pop(original).count(SEARCHED.encode()) == 2
    assert len([path for path in files if path.is_relative_to(places["DEID_HOME"])]) > 4
    assert any(path.is_relative_to(xdg["XDG_CONFIG_HOME"]) for path in files)
    for name in CANARIES:
        for path, content in files.items():
            where = path.relative_to(
                tmp_path / "notes" / IN_FOLDER if path in released else tmp_path
            )
            assert name.casefold() not in str(where).casefold()
            for spelled in spellings(name):
                assert spelled not in content, where
