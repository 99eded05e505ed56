"""From the bytes of a picture file to its pages, and back, by Pillow, within limits."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from PIL import Image, ImageOps
from PIL.TiffImagePlugin import AppendingTiffWriter

from deid.errors import DeidError, MalformedRecord, NoteTooLarge
from deid.silence import hush

hush("PIL")

MAX_PIXELS: Final = 89_000_000
"""Of one page: a sheet of A3 at 450 dots per inch."""

MAX_PAGES: Final = 1000

MAX_MOVING_PIXELS: Final = 200_000_000
"""Of all pages together in a format that cannot be written page by page."""

_READ: Final = ("PNG", "JPEG", "TIFF", "BMP", "DIB", "GIF")
_WRITTEN: Final = {"MPO": "JPEG", "DIB": "BMP"}
_DPI: Final = frozenset(
    {72, 75, 90, 96, 98, 100, 120, 144, 150, 192, 196, 200, 204, 240, 300, 391, 400, 600, 1200}
)
_QUALITY: Final = 90
_ORIENTATION: Final = 0x0112
_ON_ITS_SIDE: Final = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a picture file.

    Attributes:
        picture: of mode `1`, `L` or `RGB`, as it is seen: turned as it asks to be, on white where
            it can be seen through.
        dpi: dots per inch across and down, where they are usual ones.
    """

    picture: Image.Image = field(repr=False)
    dpi: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class PictureBytes:
    """A picture file that was looked at.

    Attributes:
        content: its bytes.
        form: how Pillow calls the format it is written back in.
        count: of its pages.
    """

    content: bytes = field(repr=False)
    form: str
    count: int

    def pages(self) -> Iterator[Page]:
        """Its pages, one by one.

        Raises:
            MalformedRecord: one of them is damaged.
        """
        with _guarded(), Image.open(io.BytesIO(self.content), formats=_READ) as opened:
            for number in range(self.count):
                opened.seek(number)
                _check_size(opened)
                yield Page(_plain(opened), _usual_dpi(opened.info.get("dpi")))

    def page(self, number: int) -> Page:
        """One of its pages, by its number from 0.

        Raises:
            MalformedRecord: it is damaged, or not there.
        """
        with _guarded(), Image.open(io.BytesIO(self.content), formats=_READ) as opened:
            opened.seek(number)
            _check_size(opened)
            return Page(_plain(opened), _usual_dpi(opened.info.get("dpi")))

    def sizes(self) -> list[tuple[int, int]]:
        """Width and height of each page in dots, as it is seen; nothing is decoded.

        Raises:
            MalformedRecord: the file is damaged.
        """
        with _guarded(), Image.open(io.BytesIO(self.content), formats=_READ) as opened:
            found = []
            for number in range(self.count):
                opened.seek(number)
                turned = opened.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE
                found.append((opened.height, opened.width) if turned else opened.size)
            return found

    def written(self, pages: Iterable[Page]) -> bytes:
        """A file of this format with other pages, and nothing else."""
        stream = io.BytesIO()
        if self.form == "TIFF":
            with AppendingTiffWriter(stream, new=True) as writer:
                for page in pages:
                    page.picture.save(writer, format="TIFF", **_tiff_options(page))
                    writer.newFrame()
            return stream.getvalue()
        first, *others = pages
        options: dict[str, Any] = {"dpi": first.dpi} if first.dpi else {}
        if others:
            options |= {
                "save_all": True,
                "append_images": [page.picture for page in others],
                "duration": 1000,
                "loop": 0,
            }
        if self.form == "JPEG":
            options |= {"quality": _QUALITY}
        first.picture.save(stream, format=self.form, **options)
        return stream.getvalue()


def look_at(content: bytes) -> PictureBytes:
    """A picture file by its bytes, whatever it is called.

    Raises:
        MalformedRecord: it is damaged, or of no format that can be read.
        NoteTooLarge: it has too many pages or dots.
    """
    with _guarded(), Image.open(io.BytesIO(content), formats=_READ) as opened:
        _check_size(opened)
        form = _WRITTEN.get(str(opened.format), str(opened.format))
        # What lies behind the first picture of a JPEG file are previews and depths of it.
        count = 1 if form in ("JPEG", "BMP") else int(getattr(opened, "n_frames", 1))
        moving = 0 if form == "TIFF" else count * opened.width * opened.height
        if count > MAX_PAGES or (count > 1 and moving > MAX_MOVING_PIXELS):
            raise NoteTooLarge("the picture has too many pages: split it")
        return PictureBytes(content, form, count)


@contextmanager
def _guarded() -> Iterator[None]:
    """Say of whatever a decoder raises that the picture is damaged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except DeidError:
            raise
        except Image.DecompressionBombError:
            raise _too_large() from None
        except Exception:  # noqa: BLE001 - decoders raise all kinds of errors
            raise MalformedRecord(
                "the picture is damaged, or of a kind that cannot be read: save it anew as PNG"
            ) from None


def _check_size(opened: Image.Image) -> None:
    if opened.width * opened.height > MAX_PIXELS:
        raise _too_large()


def _too_large() -> NoteTooLarge:
    return NoteTooLarge(f"the picture has more than {MAX_PIXELS} dots: save it smaller")


def _usual_dpi(found: object) -> tuple[int, int] | None:
    """The resolution, where both numbers are usual ones; any other could be a message."""
    if not isinstance(found, tuple) or len(found) != 2:
        return None
    across, down = (round(float(number)) for number in found)
    return (across, down) if {across, down} <= _DPI else None


def _plain(opened: Image.Image) -> Image.Image:
    """A page as it is seen, in mode `1`, `L` or `RGB`."""
    picture = ImageOps.exif_transpose(opened)
    picture.load()
    if picture.mode.startswith(("I", "F")):
        return _of_numbers(picture)
    if "A" in picture.getbands() or "a" in picture.getbands() or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        return _of_few(Image.alpha_composite(ground, seen).convert("RGB"), picture.mode)
    if picture.mode in ("1", "L"):
        return _bare(picture)
    return _of_few(picture.convert("RGB"), picture.mode)


def _of_few(picture: Image.Image, mode: str) -> Image.Image:
    """In shades of grey, where the picture has a palette or transparency but no colour."""
    if mode in ("P", "PA", "LA", "La", "L", "1"):
        red, green, blue = (band.tobytes() for band in picture.split())
        if red == green == blue:
            picture = picture.getchannel(0)
    return _bare(picture)


def _bare(picture: Image.Image) -> Image.Image:
    """The dots alone, without what a file says of them."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _of_numbers(picture: Image.Image) -> Image.Image:
    """Shades of grey from numbers, the least of which is black and the greatest white."""
    import numpy as np

    numbers = np.nan_to_num(np.asarray(picture, dtype=np.float64))
    least, greatest = float(numbers.min()), float(numbers.max())
    scale = 255 / (greatest - least) if greatest > least else 0.0
    return Image.fromarray(np.round((numbers - least) * scale).astype(np.uint8))


def _tiff_options(page: Page) -> dict[str, Any]:
    options: dict[str, Any] = {"dpi": page.dpi} if page.dpi else {}
    is_black_and_white = page.picture.mode == "1"
    return options | {"compression": "group4" if is_black_and_white else "tiff_adobe_deflate"}
