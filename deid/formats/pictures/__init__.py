"""Pictures: `.png`, `.jpg`, `.jpeg`, `.tif`, `.tiff`, `.bmp` and `.gif`, read by `deid.ocr`.

What comes back is a new picture of the same size with nothing on it but the words that were read
with certainty, examined and kept, stand-ins for those that were replaced, and ruling lines.
"""

from deid.formats.pictures.blank import BLANK
from deid.formats.pictures.file import PictureFile, read
from deid.formats.pictures.words import Shown

__all__ = ["BLANK", "PictureFile", "Shown", "read"]
