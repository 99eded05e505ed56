"""PyInstaller's own hook for QtWidgets, without the plugins and translations that are not used."""

from frozen.contents import kept_plugins
from PyInstaller.utils.hooks.qt import add_qt6_dependencies

hiddenimports, binaries, datas = add_qt6_dependencies(__file__)
binaries = kept_plugins(binaries)
datas = []
