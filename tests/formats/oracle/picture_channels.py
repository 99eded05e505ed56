"""Where identifiers hide in pictures, and in what picture files hold beside them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageOps, PngImagePlugin

from tests.formats.cda.documents import document, section
from tests.formats.ooxml.documents import docx
from tests.formats.ooxml.workbooks import xlsx
from tests.formats.oracle.channels import Channel, Words
from tests.formats.pictures.drawn import drawn, saved

_PLAIN = "The knee is better."


def _said(words: Words) -> str:
    return f"Seen with {words.name}, {words.number}."


def _picture(form: str, mode: str = "L", **options: Any) -> Callable[[Words], bytes]:
    return lambda words: saved(drawn(_said(words)).convert(mode), form, **options)


def _after(form: str, **options: Any) -> Callable[[Words], bytes]:
    """A file whose second page holds the words."""

    def build(words: Words) -> bytes:
        pages = [drawn(_said(words))]
        first = ImageOps.pad(drawn(_PLAIN), pages[0].size, color=255)
        return saved(first, form, save_all=True, append_images=pages, **options)

    return build


def _beside(form: str, options: Callable[[Words], dict[str, Any]]) -> Callable[[Words], bytes]:
    """A file that holds the words beside its picture."""
    return lambda words: saved(drawn(_PLAIN), form, **options(words))


def _text(words: Words) -> dict[str, Any]:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", words.name)
    info.add_text("Comment", f"Number {words.number}. " * 20, zip=True)
    info.add_itxt("XML:com.adobe.xmp", f"<x>{_said(words)}</x>")
    return {"pnginfo": info}


def _exif(words: Words) -> dict[str, Any]:
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = _said(words), words.name
    exif[0x9C9B] = _said(words).encode("utf-16-le")
    return {"exif": exif}


def _tags(words: Words) -> dict[str, Any]:
    return {"tiffinfo": {270: _said(words), 315: words.name}, "compression": "packbits"}


def _thumbnail(words: Words) -> bytes:
    """A JPEG with a small picture of the words in a segment before it (as in EXIF)."""
    small = b"Exif\0\0" + saved(drawn(_said(words), size=24), "JPEG")
    whole = saved(drawn(_PLAIN), "JPEG")
    return whole[:2] + b"\xff\xe1" + (len(small) + 2).to_bytes(2, "big") + small + whole[2:]


def _channel(suffix: str, place: str, build: Callable[[Words], bytes]) -> Channel:
    return Channel(suffix, place, build, is_composed=True)


def _in_docx(words: Words) -> bytes:
    return docx(members={"word/media/image1.jpeg": _picture("JPEG")(words)})


def _in_xlsx(words: Words) -> bytes:
    return xlsx(members={"xl/media/image1.png": _picture("PNG")(words)})


def _in_base64(words: Words) -> str:
    return base64.b64encode(_picture("PNG", "1")(words)).decode()


def _in_fhir(words: Words) -> bytes:
    data = {"contentType": "image/png", "data": _in_base64(words)}
    report = {"resourceType": "DiagnosticReport", "status": "final", "presentedForm": [data]}
    return json.dumps(report).encode()


def _in_hl7(words: Words) -> bytes:
    data = f"^IM^PNG^Base64^{_in_base64(words)}"
    segments = ("MSH|^~\\&|||||||ORU^R01|1|P|2.5", "OBX|1|TX|A||knee", f"OBX|2|ED|B||{data}")
    return "".join(f"{segment}\r" for segment in segments).encode()


def _in_cda(words: Words) -> bytes:
    value = f'<value mediaType="image/png" representation="B64">{_in_base64(words)}</value>'
    media = f'<observationMedia classCode="OBS" moodCode="EVN">{value}</observationMedia>'
    return document(section("<paragraph>Well.</paragraph>", f"<entry>{media}</entry>"))


CHANNELS = (
    _channel(".png", "text on the picture", _picture("PNG")),
    _channel(".png", "text on a picture with a palette", _picture("PNG", "P")),
    _channel(
        ".png", "light text on dark", lambda w: saved(drawn(_said(w), ink=220, ground=30), "PNG")
    ),
    _channel(
        ".png",
        "text on a picture that lies on its side",
        lambda w: saved(drawn(f"{_said(w)}\n{_PLAIN}").rotate(90, expand=True)),
    ),
    _channel(".png", "text chunks, packed ones and XMP", _beside("PNG", _text)),
    _channel(".png", "EXIF", _beside("PNG", _exif)),
    _channel(".png", "second picture of a moving one", _after("PNG")),
    _channel(".png", "behind the end", lambda w: saved(drawn(_PLAIN)) + _said(w).encode()),
    _channel(".jpg", "text on the picture", _picture("JPEG", "RGB")),
    _channel(".jpg", "EXIF", _beside("JPEG", _exif)),
    _channel(".jpg", "small picture in EXIF", _thumbnail),
    _channel(".jpg", "comment", _beside("JPEG", lambda w: {"comment": _said(w)})),
    _channel(".jpeg", "text on a picture in the colours of print", _picture("JPEG", "CMYK")),
    _channel(".tif", "text on the page", _picture("TIFF", "1", compression="group4")),
    _channel(".tif", "second page", _after("TIFF", compression="tiff_lzw")),
    _channel(".tif", "tags", _beside("TIFF", _tags)),
    _channel(".tiff", "text on the page", _picture("TIFF", compression="jpeg")),
    _channel(".bmp", "text on the picture", _picture("BMP", "1")),
    _channel(".gif", "text on the picture", _picture("GIF", "P")),
    _channel(".gif", "second picture of a moving one", _after("GIF", duration=100)),
    _channel(".docx", "text on a picture", _in_docx),
    _channel(".xlsx", "text on a picture", _in_xlsx),
    _channel(".json", "text on a picture in an attachment", _in_fhir),
    Channel(
        ".hl7",
        "text on an encapsulated picture (ED)",
        _in_hl7,
        is_field=True,
        is_composed=True,
    ),
    _channel(".xml", "text on a picture (observationMedia)", _in_cda),
    _channel(".gif", "comment", _beside("GIF", lambda w: {"comment": _said(w).encode()})),
)
