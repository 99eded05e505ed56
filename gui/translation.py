"""The language of the window: that of the system, where there is a translation into it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

FOLDER: Final = Path(__file__).parent / "translations"
"""Where the compiled translations lie."""


def install_translations(
    app: QApplication, locale: QLocale | None = None, *, folder: Path = FOLDER
) -> bool:
    """Translate what is made from now on, and lay it out as the language is read.

    Args:
        app: the application; it keeps the translators.
        locale: whose languages are wanted, in their order; that of the system if not given.
        folder: where `noteveil_de.qm` and the like lie.

    Returns:
        Whether there was a translation. Without one the window stays English, wholly.
    """
    locale = locale or QLocale()
    own = QTranslator(app)
    if not own.load(locale, "noteveil", "_", str(folder), ".qm"):
        return False
    of_qt = QTranslator(app)
    known = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if of_qt.load(locale, "qtbase", "_", known):
        app.installTranslator(of_qt)
    app.installTranslator(own)
    app.setLayoutDirection(locale.textDirection())
    return True
