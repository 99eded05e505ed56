"""What is carried is there, and what is imported by a name put together is named."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest
from frozen import contents
from frozen.contents import is_kept_plugin, kept_plugins

from deid.redact import name_pools

ROOT = Path(__file__).resolve().parents[3]
FROZEN = ROOT / "packaging" / "frozen"


def test_programs_data_and_files_are_there() -> None:
    for script in contents.PROGRAMS.values():
        assert (FROZEN / "entry" / script).is_file()
    assert set(contents.PROGRAMS) > contents.WINDOWED
    for file in contents.DATA_FILES:
        assert (ROOT / file).is_file()
    for folder in ("rules", "models"):
        assert folder in contents.DATA


def test_every_list_of_names_in_other_letters_is_carried() -> None:
    wanted = {f"{name_pools._PROVIDERS}{locale}" for locale in name_pools._LOCALES.values()}
    assert wanted <= set(contents.HIDDEN_IMPORTS)
    for name in contents.HIDDEN_IMPORTS:
        assert find_spec(name) is not None, name


def test_nothing_is_left_out_that_the_project_imports() -> None:
    imported = ["onnxruntime", "tokenizers", "reportlab", "segno", "presidio_analyzer", "PySide6"]
    assert not set(imported) & set(contents.EXCLUDED_MODULES)
    for name in ("deid.cli", "gui.start"):
        importlib.import_module(name)


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", False),
        ("PySide6/Qt/plugins/networkinformation/libqglib.so", False),
    ],
)
def test_which_plugins_of_qt_are_carried(path: str, kept: bool) -> None:
    assert is_kept_plugin(path) is kept
    folder, _, name = path.rpartition("/")
    pair = (f"/anywhere/{name}", folder)
    assert kept_plugins([pair]) == ([pair] if kept else [])


def test_what_is_no_plugin_stays() -> None:
    pair = ("/anywhere/libQt6Core.so.6", "PySide6/Qt/lib")
    assert kept_plugins([pair]) == [pair]
