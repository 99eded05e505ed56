"""Pictures on pages, each once: read as files of their own, and put back as what came of them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import pikepdf

from deid.datatypes import Document, Redacted
from deid.errors import UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.nested import NestedFile, open_nested
from deid.formats.pdf.glyphs import Image
from deid.formats.pdf.rendering import MAX_PIXELS, opened
from deid.parts import Assembly

Key: TypeAlias = tuple[int, int, int]
"""What a picture is known by: its object, or the one in whose content it stands, and where."""

_SCALE: Final = 4
_LEGIBLE: Final = 3
_LITTLE: Final = 16_384
_WHITE: Final = 250


@dataclass(slots=True)
class Pictures:
    """The pictures of a document.

    Attributes:
        options: how the document is read.
        files: those that were read, with the index of the first part of each.
        looked_at: drawings that were read, with or without words.
    """

    options: ReadOptions
    files: dict[Key, tuple[NestedFile, int]] = field(default_factory=dict, repr=False)
    looked_at: set[Key] = field(default_factory=set, repr=False)

    def add(self, assembly: Assembly, number: int, images: Sequence[Image]) -> None:
        """Add the pictures of a page that were on none before.

        Args:
            assembly: of the note.
            number: of the page, from 1.
            images: its pictures.

        Raises:
            InputError: one of them cannot be read.
        """
        for count, image in enumerate(images, 1):
            key = key_of(image)
            if key in self.files or not is_legible(image):
                continue
            place = f"page {number}, picture {count}"
            file = open_nested(
                as_png(image, place), suffix=".png", place=place, options=self.options
            )
            self.add_file(assembly, key, file, place)

    def add_file(self, assembly: Assembly, key: Key, file: NestedFile, place: str) -> None:
        """Add a picture that was read already."""
        self.files[key] = file, len(assembly)
        file.add_to(assembly, place, lead="\n\n")

    def rendered(self, document: Document, redacted: Redacted) -> Iterator[tuple[Key, bytes]]:
        """What became of each, as a file."""
        for key, (file, first) in self.files.items():
            yield key, file.render(document, redacted, first=first)


class NewPictures:
    """Objects for the pictures of an output.

    Args:
        pdf: the output.
        files: what became of each picture, as a file.
    """

    def __init__(self, pdf: pikepdf.Pdf, files: Mapping[Key, bytes]) -> None:
        self._pdf = pdf
        self._files = files
        self._made: dict[Key, pikepdf.Object] = {}

    def get(self, key: Key) -> pikepdf.Object | None:
        """The new object of a picture; None, where it is too small to show a letter."""
        if key not in self._files:
            return None
        if key not in self._made:
            self._made[key] = _stream(self._pdf, self._files[key])
        return self._made[key]


def key_of(image: Image) -> Key:
    """What a picture is known by."""
    if image.image is not None and image.image.objgen != (0, 0):
        return (*image.image.objgen, -1)
    return (*image.content.owner.objgen, image.number)


def is_legible(image: Image) -> bool:
    """Whether a picture has dots enough for a letter, or more data than so few dots need."""
    width, height = _size(image)
    thing = image.image
    try:
        data = b"" if thing is None else thing.read_bytes()
    except pikepdf.PikepdfError:
        return True
    return (width > _LEGIBLE and height > _LEGIBLE) or len(data) > _LITTLE


def as_png(image: Image, place: str) -> bytes:
    """A picture as pdfium draws it, dot by dot, on white.

    Args:
        image: the picture.
        place: where it is, for errors.

    Raises:
        InputError: it is too large, or cannot be drawn.
    """
    width, height = _size(image)
    if not 0 < width * height <= MAX_PIXELS:
        raise UnsupportedFormat(f"{place} has more than {MAX_PIXELS} dots: take it out")
    with opened(_alone(image, width, height)) as document:
        bitmap = document[0].render(scale=_SCALE, rev_byteorder=True)
        drawn = bitmap.to_pil().convert("RGB").resize((width, height))
    output = io.BytesIO()
    drawn.save(output, format="PNG", compress_level=3)
    return output.getvalue()


def _size(image: Image) -> tuple[int, int]:
    if image.image is not None:
        return int(image.image.Width), int(image.image.Height)
    inline = image.content.instructions[image.number].operands[0]
    return int(inline.width), int(inline.height)


def _alone(image: Image, width: int, height: int) -> bytes:
    """A document of one page that shows the picture and nothing else."""
    pdf = pikepdf.new()
    across, down = width / _SCALE, height / _SCALE
    head = f"0 g 0 G {across} 0 0 {down} 0 0 cm ".encode()
    resources = pikepdf.Dictionary()
    if image.image is not None:
        resources.XObject = pikepdf.Dictionary(P=pdf.copy_foreign(image.image))
        content = head + b"/P Do"
    else:
        spaces = image.content.resources.get("/ColorSpace")
        if spaces is not None:
            holder = image.content.owner
            resources.ColorSpace = _foreign(pdf, spaces, holder)
        one = image.content.instructions[image.number]
        content = head + pikepdf.unparse_content_stream([one])
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=pikepdf.Array([0, 0, across, down]),
        Resources=resources,
        Contents=pdf.make_stream(content),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    output = io.BytesIO()
    pdf.save(output)
    return output.getvalue()


def _foreign(pdf: pikepdf.Pdf, thing: Any, holder: Any) -> Any:
    """An object of another document."""
    return (
        pdf.copy_foreign(thing.with_same_owner_as(holder))
        if thing.is_indirect
        else {
            key: pdf.copy_foreign(one) if getattr(one, "is_indirect", False) else one
            for key, one in thing.items()
        }
    )


def _stream(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Object:
    """A picture as an object, of which white can be seen through (ISO 32000-2, 8.9.6.4)."""
    from PIL import Image as Pillow

    with Pillow.open(io.BytesIO(content), formats=("PNG",)) as picture:
        plain = picture.convert("L" if picture.mode in ("1", "L") else "RGB")
    bands = len(plain.getbands())
    spaces = {1: pikepdf.Name.DeviceGray, 3: pikepdf.Name.DeviceRGB}
    return pdf.make_stream(
        plain.tobytes(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=plain.width,
        Height=plain.height,
        BitsPerComponent=8,
        ColorSpace=spaces[bands],
        Mask=pikepdf.Array([_WHITE, 255] * bands),
    )
