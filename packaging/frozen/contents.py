"""What the frozen programs carry beside the modules that they import, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

PROGRAMS: Final = {"deid": "console.py", "deid-gui": "window.py"}
"""Name of each program, and of the script in `entry/` that it runs."""

WINDOWED: Final = frozenset({"deid-gui"})
"""The programs that open no console on Windows."""

UPDATE_ROOT: Final = "trust/root.json"
"""Where the root that updates are verified from lies, if the programs are given one."""

DATA: Final = ("rules", "models", "gui/translations", "trust")
"""Folders of the sources that are carried as they are, those of them that are there."""

DATA_FILES: Final = ("deid/audit/verify_log.py",)
"""Files of the sources that a command hands out as they are."""

HIDDEN_IMPORTS: Final = (
    *(f"faker.providers.person.{one}" for one in ("ru_RU", "el_GR", "he_IL", "ar_AA")),
    *(f"faker.providers.person.{one}" for one in ("zh_CN", "ko_KR")),
    # Extension modules import these in secret.
    *("numpy._core._multiarray_tests", "numpy._core._exceptions", "numpy._core._dtype_ctypes"),
)
"""Modules that are imported by a name put together: those of `deid/redact/name_pools.py`."""

EXCLUDED_MODULES: Final = (
    # Training is an add-on.
    *("accelerate", "onnx", "opacus", "peft", "safetensors", "torch", "transformers", "ml_dtypes"),
    *("onnxruntime.quantization", "onnxruntime.tools", "onnxruntime.transformers"),
    # The GNU licence of these two does not go with ours, and no command line is edited.
    *("readline", "_gdbm"),
    # Networks: nothing of ours asks one.
    *("httpx", "httpx2", "huggingface_hub", "hf_xet", "fsspec", "aiohttp", "requests_oauthlib"),
    *("PySide6.QtNetwork", "PySide6.QtDBus", "google.protobuf"),
    # Made for the terminal, tests and builds.
    *("tkinter", "_tkinter", "turtle", "idlelib", "lib2to3", "pydoc_data", "ensurepip", "test"),
    *("IPython", "ipywidgets", "pytest", "hypothesis", "mypy", "setuptools", "pip", "distutils"),
    *("numpy.f2py", "numpy.testing", "numpy.distutils", "pydantic.mypy", "pydantic.v1"),
    *(
        "matplotlib",
        "scipy",
        "pandas",
        "sklearn",
        "cupy",
        "coverage",
        "jinja2",
        "typer",
        "defusedxml",
    ),
    # Of what reads pictures and XML: other kinds, the screen, and interfaces that are not used.
    *("PIL.AvifImagePlugin", "PIL.WebPImagePlugin", "PIL.ImageGrab", "PIL.ImageQt", "PIL.ImageTk"),
    *("lxml.html", "lxml.isoschematron", "lxml.objectify"),
)

_QT_PLUGINS: Final = frozenset(
    {
        *("iconengines/qsvgicon", "imageformats/qsvg"),
        *("platforms/qxcb", "platforms/qwayland", "platforms/qoffscreen"),
        *("platforms/qwindows", "platforms/qcocoa"),
        *("styles/qmodernwindowsstyle", "styles/qmacstyle"),
        "platforminputcontexts/composeplatforminputcontextplugin",
        "platforminputcontexts/ibusplatforminputcontextplugin",
        *("wayland-shell-integration/xdg-shell", "wayland-decoration-client/bradient"),
    }
)
"""Folder and name of every plugin of Qt that a window without a network, a scene or a camera
loads on Linux, Windows or macOS."""


def is_kept_plugin(path: str) -> bool:
    """Whether a plugin of Qt, `…/plugins/<folder>/<file>`, is carried."""
    plugin = PurePath(path)
    name = plugin.name.removeprefix("lib").partition(".")[0]
    return f"{plugin.parent.name}/{name}" in _QT_PLUGINS


def kept_plugins(binaries: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of a hook's binaries (source, folder) those that are no plugin, or one that is carried."""
    return [pair for pair in binaries if "plugins" not in _parts(pair[1]) or _kept(*pair)]


def _kept(source: str, folder: str) -> bool:
    return is_kept_plugin(f"{folder}/{PurePath(source).name}")


def _parts(path: str) -> tuple[str, ...]:
    return PurePath(path.replace("\\", "/")).parts
