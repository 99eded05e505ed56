"""What stands in for JBIG-KIT has every name that the libtiff beside Tesseract asks for."""

from __future__ import annotations

import ctypes
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from frozen.jbig import build_in_place_of_jbig, in_place

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("gcc") is None, reason="made by gcc, on Linux"
)


def test_the_stand_in_has_the_names_that_are_asked_for(tmp_path: Path) -> None:
    build_in_place_of_jbig(tmp_path)
    (made,) = tmp_path.iterdir()
    files = distribution("tesserocr").files or ()
    brought = next(Path(str(one.locate())) for one in files if one.name == made.name)
    assert made.read_bytes() != brought.read_bytes()
    tiff = next(Path(str(one.locate())) for one in files if one.name.startswith("libtiff"))
    asked = {name for name in _names(tiff.read_bytes()) if name.startswith("jbg_")}
    library = ctypes.CDLL(str(made))
    assert len(asked) > 5
    assert all(hasattr(library, name) for name in asked)


def test_a_file_takes_the_place_of_one_of_its_name_and_of_no_other(tmp_path: Path) -> None:
    build_in_place_of_jbig(tmp_path)
    (made,) = tmp_path.iterdir()
    entries = [(f"a/{made.name}", "/from/there", "BINARY"), ("a/b.so", "/from/b.so", "BINARY")]
    assert in_place(entries, tmp_path) == [(entries[0][0], str(made), "BINARY"), entries[1]]


def _names(content: bytes) -> set[str]:
    return {piece.decode("ascii", "ignore") for piece in content.split(b"\0")}
