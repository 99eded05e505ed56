"""Freezing depends neither on who does it nor on how things lie in memory."""

from __future__ import annotations

import random
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from frozen.freeze import closed_environment, look_nowhere_else, sort_archive

CONTENTS = {f"package/module{number}.pyc": bytes([number]) * 50 for number in range(20)}


def written(path: Path, *, seed: int, year: int) -> bytes:
    names = list(CONTENTS)
    random.Random(seed).shuffle(names)
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), CONTENTS[name])
    return path.read_bytes()


def test_an_archive_is_the_same_in_whatever_order_it_was_written(tmp_path: Path) -> None:
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    assert written(one, seed=1, year=2020) != written(other, seed=2, year=2030)
    for path in (one, other):
        sort_archive(path)
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == CONTENTS
        assert archive.namelist() == sorted(CONTENTS)


def test_nothing_of_the_person_who_builds_reaches_the_build(tmp_path: Path) -> None:
    personal = {
        "PATH": "/bin",
        "HOME": "/home/anna",
        "USER": "anna",
        "TZ": "Pacific/Kiritimati",
        "LANG": "de_DE.UTF-8",
        "PYTHONPATH": "/home/anna/modules",
        "PYTHONHASHSEED": "7",
        "LD_LIBRARY_PATH": "/home/anna/lib",
        "SOURCE_DATE_EPOCH": "1",
    }
    closed = closed_environment(tmp_path, personal, epoch=1_700_000_000)
    assert closed == closed_environment(tmp_path, {"PATH": "/bin"}, epoch=1_700_000_000)
    assert closed["SOURCE_DATE_EPOCH"] == "1700000000"
    assert (closed["TZ"], closed["PYTHONHASHSEED"]) == ("UTC", "0")
    assert not any("anna" in value for value in closed.values())


def searched(library: Path) -> str:
    listed = subprocess.run(["readelf", "-dW", library], check=True, capture_output=True, text=True)
    return " ".join(line for line in listed.stdout.splitlines() if "RUNPATH" in line)


@pytest.mark.skipif(
    not all(map(shutil.which, ("ld", "readelf", "chrpath"))), reason="needs binutils and chrpath"
)
def test_libraries_look_nowhere_but_beside_themselves(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"x")
    subprocess.run(["ld", "-r", "-b", "binary", "data", "-o", "data.o"], cwd=tmp_path, check=True)
    for name, places in (("here.so", "$ORIGIN/lib"), ("there.so", "$ORIGIN:/home/anna/lib")):
        link = ["ld", "-shared", "--enable-new-dtags", "-rpath", places, "data.o"]
        subprocess.run([*link, "-o", name], cwd=tmp_path, check=True)
        assert "ORIGIN" in searched(tmp_path / name)
    (tmp_path / "text.so").write_text("no library")
    untouched = (tmp_path / "here.so").read_bytes()
    look_nowhere_else(tmp_path)
    assert searched(tmp_path / "there.so") == ""
    assert (tmp_path / "here.so").read_bytes() == untouched
