"""Pictures come back with nothing on them but words that were read, examined and kept."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, PngImagePlugin

from deid.datatypes import Document, Finding, Redacted, Redaction, Resolution, Span
from deid.errors import EmptyNote, InputError, MalformedRecord, NoteTooLarge, UnsupportedFormat
from deid.formats import ReadOptions, reader_for
from deid.formats.pictures import PictureFile, file, opening
from deid.labels import Label
from deid.ocr import Box, Line, Word
from deid.parts import fitted
from deid.policy import load_policy
from deid.redact.apply import apply
from tests.formats.pictures.drawn import drawn, loaded, saved

SEED = bytes(32)
SEEN = "Seen with Marisol Quenbridge today"
PLAIN = "Seen with her older sister today"


def opened(content: bytes, name: str = "x.png", **options: Any) -> PictureFile:
    found = reader_for(name)(content, name=name, options=ReadOptions(**options))
    assert isinstance(found, PictureFile)
    return found


def without(document: Document, *texts: str) -> Redacted:
    findings = [
        Finding(Span(at, at + len(text)), Label.PATIENT, 1.0, "rule:x@1")
        for text in texts
        if (at := document.text.index(text)) >= 0
    ]
    return apply(document, Resolution(tuple(findings)), load_policy("safe-harbor"), seed=SEED)


def rendered(found: PictureFile, *texts: str) -> bytes:
    return found.render(
        found.document, without(found.document, *texts), id=found.document.id, patient=""
    )


class OfWords:
    """An engine that reads what it was told."""

    def __init__(self, *lines: Line) -> None:
        self._lines = lines

    def lines(self, picture: Image.Image, *, scattered: bool = False) -> Sequence[Line]:
        return () if scattered else self._lines


def word(text: str, left: int, *, sure: float = 0.9, width: int | None = None) -> Word:
    return Word(text, Box(left, 10, left + (width or 15 * len(text)), 34), sure)


def told(monkeypatch: pytest.MonkeyPatch, *words: Word) -> None:
    monkeypatch.setattr(file, "engine", lambda: OfWords(words))


def black(size: tuple[int, int] = (600, 60)) -> Image.Image:
    """White, with a band of black where words are told to stand."""
    picture = Image.new("L", size, 255)
    ImageDraw.Draw(picture).rectangle((0, 10, size[0], 33), fill=0)
    return picture


def is_blank(picture: Image.Image, box: tuple[int, int, int, int]) -> bool:
    low, high = picture.convert("L").crop(box).getextrema()
    return low == high == 255


@pytest.mark.parametrize(
    ("name", "form", "mode"),
    [
        ("x.png", "PNG", "L"),
        ("x.png", "PNG", "1"),
        ("x.jpg", "JPEG", "RGB"),
        ("x.tiff", "TIFF", "1"),
        ("x.bmp", "BMP", "RGB"),
    ],
)
def test_what_is_replaced_is_gone_and_the_rest_looks_as_it_did(
    name: str, form: str, mode: str
) -> None:
    picture = drawn(SEEN).convert(mode)
    found = opened(saved(picture, form), name)
    assert found.document.text == SEEN
    output = loaded(rendered(found, "Marisol Quenbridge"))
    assert (output.format, output.size, output.mode) == (form, picture.size, mode)
    again = opened(saved(output.convert("L"))).document.text
    assert "[PATIENT-1]" in again.replace(" ", "")
    assert again.startswith("Seen with")
    assert again.endswith("today")
    assert not {"Marisol", "Quenbridge"} & set(again.split())


def test_a_picture_in_which_nothing_is_replaced_keeps_its_words_to_the_dot() -> None:
    picture = drawn(PLAIN)
    output = loaded(rendered(opened(saved(picture))))
    assert ImageChops.difference(output, picture).getbbox() is None


def test_what_was_not_read_does_not_come_back() -> None:
    picture = drawn(SEEN, edge=80)
    pen = ImageDraw.Draw(picture)
    pen.line([(10, 150), (60, 170), (90, 140), (200, 175), (230, 150)], fill=0, width=4)
    pen.ellipse((300, 5, 360, 65), fill=90)
    found = opened(saved(picture))
    output = loaded(rendered(found))
    assert is_blank(output, (0, 0, picture.width, 70))
    assert is_blank(output, (0, 130, picture.width, picture.height))


def test_words_that_are_not_certain_go_but_are_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, word("Seen", 10), word("Marisol", 200, sure=0.3), word("today", 400))
    found = opened(saved(black()))
    assert found.document.text == "Seen Marisol today"
    assert found.document.removed == ("words that were not read with certainty",)
    output = loaded(rendered(found))
    assert is_blank(output, (90, 0, 398, 60))
    assert not is_blank(output, (10, 0, 80, 60))


@pytest.mark.parametrize(
    ("text", "sure", "stays"),
    [
        ("knee", 0.62, True),
        ("Quenbridge", 0.91, False),
        ("Quenbridge", 0.93, True),
        ("quenbridge", 0.89, False),
        ("quenbridge", 0.91, True),
        ("480213", 0.88, False),
        ("2.5", 0.62, True),
    ],
)
def test_words_that_may_be_misread_names_and_numbers_come_back_if_read_with_more_certainty(
    monkeypatch: pytest.MonkeyPatch, text: str, sure: float, stays: bool
) -> None:
    told(monkeypatch, word("Seen", 10), word(text, 200, sure=sure))
    found = opened(saved(black()))
    assert found.document.text == f"Seen {text}"
    assert is_blank(loaded(rendered(found)), (190, 0, 600, 60)) is not stays


def test_a_stand_in_is_drawn_for_a_name_that_would_not_have_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(monkeypatch, word("Seen", 10), word("Marisol", 200, sure=0.7))
    found = opened(saved(black()))
    assert not is_blank(loaded(rendered(found, "Marisol")), (190, 0, 600, 60))


def test_a_line_that_is_not_certain_anywhere_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, word("Xqj", 10, sure=0.4), word("~~", 100))
    with pytest.raises(EmptyNote):
        opened(saved(black()))


def test_nothing_is_drawn_where_a_word_that_is_not_certain_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(monkeypatch, word("Seen", 10), word("Marisol", 200, sure=0.3), word("today", 400))
    output = loaded(rendered(opened(saved(black())), "Marisol"))
    assert is_blank(output, (90, 0, 398, 60))


def test_a_word_whose_box_reaches_over_something_else_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, word("Seen", 10), word("by:", 100, width=400))
    assert is_blank(loaded(rendered(opened(saved(black())))), (90, 0, 600, 60))


def test_a_word_that_lies_over_one_that_goes_does_not_bring_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(monkeypatch, word("Seen", 10), word("Marisol", 60))
    output = loaded(rendered(opened(saved(black())), "Marisol"))
    stand_in = [output.getpixel((x, y)) for x in range(60, 165) for y in range(10, 34)]
    assert stand_in.count(255) > 0.6 * len(stand_in)


def test_the_words_of_a_line_go_on_and_its_end_does_not() -> None:
    found = opened(saved(drawn("Seen with Marisol\nQuenbridge today")))
    parts = found.document.parts
    assert [part.place for part in parts] == ["line 1"] * 3 + ["line 2"] * 2
    assert [part.goes_on for part in parts] == [False, True, True, False, True]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_picture_that_lies_on_its_side_is_read(turn: int) -> None:
    text = f"{PLAIN}\nand the knee is better than before"
    picture = drawn(text).rotate(turn, expand=True)
    found = opened(saved(picture))
    assert found.document.text == text
    output = loaded(rendered(found))
    assert ImageChops.difference(output, picture).getbbox() is None


def test_light_letters_on_dark_are_read() -> None:
    assert opened(saved(drawn(SEEN, ink=230, ground=20))).document.text == SEEN


def test_small_letters_are_read() -> None:
    assert opened(saved(drawn(SEEN, size=13))).document.text == SEEN


def test_every_page_of_a_scan_is_read() -> None:
    pages = [drawn("The knee is better."), drawn(SEEN)]
    content = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200))
    found = opened(content, "x.tif")
    assert found.document.text == f"The knee is better.\n{SEEN}"
    assert {part.place for part in found.document.parts} == {"page 1, line 1", "page 2, line 1"}
    output = loaded(rendered(found, "Marisol"))
    assert output.n_frames == 2
    assert output.info["dpi"] == (200, 200)


def test_nothing_that_a_file_says_of_its_picture_comes_back() -> None:
    secret = "Marisol Quenbridge"
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", secret)
    said.add_text("Comment", secret, zip=True)
    exif = Image.Exif()
    exif[0x010E] = secret
    content = saved(drawn("The knee is better."), pnginfo=said, exif=exif, dpi=(123, 77))
    output = rendered(opened(content + secret.encode()))
    assert loaded(output).info == {}
    assert secret.encode() not in output
    exif_turned = Image.Exif()
    exif_turned[0x0112] = 6
    turned = opened(saved(drawn(SEEN).rotate(90, expand=True), "JPEG", exif=exif_turned), "x.jpg")
    assert turned.document.text == SEEN


def test_what_is_seen_through_is_seen_on_white() -> None:
    picture = drawn(SEEN, mode="RGBA", ink=(0, 0, 0, 255), ground=(200, 30, 30, 0))
    output = loaded(rendered(opened(saved(picture))))
    assert output.mode == "RGB"
    assert output.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["I;16", "P", "CMYK", "LA"])
def test_other_kinds_of_dots_are_read(mode: str) -> None:
    picture = drawn(SEEN)
    if mode == "I;16":
        dots = picture.point(lambda shade: shade * 16, "I").convert("I;16")
    else:
        dots = picture.convert("RGB").convert(mode) if mode == "CMYK" else picture.convert(mode)
    form = "TIFF" if mode == "CMYK" else "PNG"
    assert opened(saved(dots, form), "x.tif").document.text == SEEN


def test_pictures_are_emptied_where_that_is_wanted() -> None:
    content = saved(drawn(SEEN))
    found = opened(content, depth=1, blank_pictures=True)
    assert found.document.removed == ("all of it",)
    output = loaded(rendered(found))
    assert is_blank(output, (0, 0, *output.size))
    with pytest.raises(EmptyNote, match="nothing would be left"):
        opened(content, blank_pictures=True)


def test_a_picture_without_words_is_no_note_but_may_lie_in_one() -> None:
    picture = Image.new("RGB", (200, 100), (10, 90, 200))
    ImageDraw.Draw(picture).ellipse((20, 20, 80, 80), fill=(250, 240, 10))
    content = saved(picture)
    with pytest.raises(EmptyNote, match="no text could be read"):
        opened(content)
    output = loaded(rendered(opened(content, depth=1)))
    assert output.getcolors() == [(200 * 100, (10, 90, 200))]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", MalformedRecord),
        (b"\x89PNG\r\n\x1a\nnothing", MalformedRecord),
        (saved(drawn(SEEN))[:400], MalformedRecord),
        (saved(Image.new("1", (20_000, 20_000))), NoteTooLarge),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", MalformedRecord),
    ],
)
def test_what_is_damaged_or_too_large_is_refused(content: bytes, error: type[InputError]) -> None:
    with pytest.raises(error):
        opened(content)


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_PAGES", 2)
    page = Image.new("1", (8, 8))
    content = saved(page, "TIFF", save_all=True, append_images=[page, page])
    with pytest.raises(NoteTooLarge, match="too many pages"):
        opened(content, "x.tif")


def test_without_the_library_pictures_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise UnsupportedFormat("pictures cannot be read")

    monkeypatch.setattr(file, "engine", missing)
    with pytest.raises(UnsupportedFormat):
        opened(saved(drawn(SEEN)))


def test_no_text_of_a_picture_is_in_a_repr() -> None:
    found = opened(saved(drawn(SEEN)))
    assert "Quenbridge" not in repr(found)


def test_replacements_in_pictures_have_letters_that_can_be_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(monkeypatch, word("Seen", 10), word("Marisol", 90), word("today", 220))
    found = opened(saved(Image.new("L", (400, 60), 255)))
    document = found.document
    at = document.text.index("Marisol")
    for new, drawn_text in (("José", "Jose"), ("Иван", "[PATIENT]")):
        text = document.text.replace("Marisol", new)
        one = Finding(Span(at, at + 7), Label.PATIENT, 1.0, "known")
        made = Redacted(document.id, text, (Redaction(one, "surrogate", Span(at, at + len(new))),))
        fit = fitted(document, made)
        assert fit.text == f"Seen {drawn_text} today"
        assert found.render(document, fit, id="", patient="")


def test_ruling_lines_of_a_table_come_back_and_bars_of_a_code_and_strokes_do_not() -> None:
    picture = Image.new("L", (900, 700), 255)
    picture.paste(drawn(PLAIN, edge=0), (60, 30))
    pen = ImageDraw.Draw(picture)
    for y in (100, 150, 200):
        pen.line((50, y, 800, y), fill=0, width=2)
    for x in (50, 400, 800):
        pen.line((x, 100, x, 200), fill=0, width=2)
    for bar in range(40):
        pen.rectangle((60 + 9 * bar + bar % 3, 260, 62 + 9 * bar + bar % 2, 600), fill=0)
    for x in (500, 560, 640, 660):
        pen.line((x, 300, x, 400), fill=0, width=6)
    output = loaded(rendered(opened(saved(picture))))
    near = output.filter(ImageFilter.MinFilter(3))
    assert all(near.getpixel((x, y)) == 0 for x in range(50, 800) for y in (100, 150, 200))
    assert all(near.getpixel((x, y)) == 0 for x in (50, 400, 800) for y in range(100, 200))
    assert is_blank(output, (0, 210, 900, 700))


def test_a_line_that_is_crooked_or_drawn_by_hand_does_not_come_back() -> None:
    picture = Image.new("L", (900, 400), 255)
    picture.paste(drawn(PLAIN, edge=0), (60, 30))
    pen = ImageDraw.Draw(picture)
    pen.line((50, 150, 850, 220), fill=0, width=3)
    pen.line([(50, 300), (200, 305), (350, 290), (600, 320), (850, 300)], fill=0, width=3)
    assert is_blank(loaded(rendered(opened(saved(picture)))), (0, 90, 900, 400))


def test_a_picture_that_lies_aslant_comes_back_level() -> None:
    text = "\n".join([PLAIN, "and the knee is better than before", "the pain has gone after rest"])
    picture = drawn(text, edge=60).rotate(
        2.5, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC
    )
    found = opened(saved(picture))
    assert found.document.text == text
    [reading] = found.readings
    assert reading.tilt == pytest.approx(-2.5, abs=0.3)
    output = loaded(rendered(found))
    assert output.size == picture.size
    [again] = opened(saved(output)).readings
    assert (again.turn, again.tilt) == (0, 0.0)


def test_a_picture_with_specks_is_read_as_one_without() -> None:
    text = "\n".join([PLAIN, "and the knee is better than before"] * 4)
    picture = drawn(text, size=40)
    pen, rng = ImageDraw.Draw(picture), random.Random(3)
    for _ in range(picture.width * picture.height // 200):
        x, y = rng.randrange(picture.width), rng.randrange(picture.height)
        pen.rectangle((x, y, x + rng.randrange(2), y + rng.randrange(2)), fill=0)
    assert not Counter(text.split()) - Counter(opened(saved(picture)).document.text.split())


def test_a_picture_that_is_out_of_focus_is_read() -> None:
    text = "\n".join([PLAIN, "and the knee is better than before"] * 4)
    picture = drawn(text, size=20).filter(ImageFilter.GaussianBlur(1.5))
    read = Counter(opened(saved(picture)).document.text.split())
    assert (Counter(text.split()) & read).total() > 0.9 * len(text.split())
