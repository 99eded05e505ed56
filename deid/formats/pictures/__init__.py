"""Pictures: `.png`, `.jpg`, `.jpeg`, `.tif`, `.tiff`, `.bmp` and `.gif`, read by `deid.ocr`.

What comes back is a new picture of the same size with nothing on it but the words that were read
with certainty, examined and kept, and stand-ins for those that were replaced.
"""

from deid.formats.pictures.blank import BLANK
from deid.formats.pictures.file import PictureFile, read

__all__ = ["BLANK", "PictureFile", "read"]
