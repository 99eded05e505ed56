from __future__ import annotations

import ast
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from gui.actions import SPECS, Do
from gui.translation import install_translations

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "packaging" / "translations.py"))


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Translations of one word into German and Hebrew, made as translators make them."""
    compiler = which("pyside6-lrelease", path=Path(sys.executable).parent)
    if compiler is None:
        pytest.skip("pyside6-lrelease is not installed")
    for language, words in (("de", "Annehmen"), ("he", "קבל")):
        root = ElementTree.fromstring(SCRIPT["template"]({"Actions": ["Accept", "Reject"]}))
        first = root.find("context/message/translation")
        first.text = words
        del first.attrib["type"]
        source = tmp_path / f"noteveil_{language}.ts"
        source.write_text(ElementTree.tostring(root, encoding="unicode"), encoding="utf-8")
        subprocess.run([compiler, "-silent", source], check=True)
    return tmp_path


def test_the_window_speaks_the_language_of_the_system(app: QApplication, folder: Path) -> None:
    assert install_translations(app, QLocale("de_AT"), folder=folder)
    assert SPECS[Do.ACCEPT].said() == "Annehmen"
    # What is not translated stays in English.
    assert SPECS[Do.REJECT].said() == "Reject"
    assert app.layoutDirection() is Qt.LayoutDirection.LeftToRight


def test_what_is_read_from_the_right_is_laid_out_so(app: QApplication, folder: Path) -> None:
    assert install_translations(app, QLocale("he_IL"), folder=folder)
    assert SPECS[Do.ACCEPT].said() == "קבל"
    assert app.layoutDirection() is Qt.LayoutDirection.RightToLeft


def test_without_a_translation_all_stays_as_it_is(app: QApplication, folder: Path) -> None:
    assert not install_translations(app, QLocale("ar_EG"), folder=folder)
    assert not install_translations(app, QLocale("de_DE"), folder=folder / "nothing")
    assert SPECS[Do.ACCEPT].said() == "Accept"
    assert app.layoutDirection() is Qt.LayoutDirection.LeftToRight


SOURCE = """
_CONTEXT = "Found"
_TABLE = {1: "From a table", 2: "x y"}

class View:
    def show(self):
        self.tr("In a method")
        QCoreApplication.translate("Other", "In another context")
        say = _said("one" if self else "many")
        QT_TRANSLATE_NOOP("Noop", "Marked")
        self.tr(say)
        print("Never shown")

def _said(words):
    return QCoreApplication.translate(_CONTEXT, words)
"""


def test_strings_are_found_in_every_way_that_they_are_written() -> None:
    found = set(SCRIPT["strings"](ast.parse(SOURCE)))
    assert found >= {
        ("View", "In a method"),
        ("Other", "In another context"),
        ("Found", "one"),
        ("Found", "many"),
        ("Found", "From a table"),
        ("Noop", "Marked"),
    }
    assert "Never shown" not in {words for _, words in found}


def test_the_file_for_translators_holds_what_the_window_says() -> None:
    found = SCRIPT["collect"](ROOT / "gui")
    root = ElementTree.fromstring(SCRIPT["template"](found))
    sources = {source.text for source in root.iter("source")}
    assert {spec.text for spec in SPECS.values()} <= sources
    assert {name.text for name in root.iter("name")} == set(found)
    for spec in SPECS.values():
        assert QCoreApplication.translate("Actions", spec.text) == spec.text
