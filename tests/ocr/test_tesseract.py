"""The engine reads in this process, tells nobody, and says when it is not there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deid import resources
from deid.errors import UnsupportedFormat
from deid.ocr import engine, tesseract
from tests.formats.pictures.drawn import drawn


def test_words_come_with_their_boxes_and_how_sure_it_is() -> None:
    picture = drawn("The knee is better.\nSeen today.")
    lines = engine().lines(picture)
    assert [[word.text for word in line] for line in lines] == [
        ["The", "knee", "is", "better."],
        ["Seen", "today."],
    ]
    for word in (word for line in lines for word in line):
        assert 0.6 < word.confidence <= 1
        assert 0 <= word.box.left < word.box.right <= picture.width
        assert 0 <= word.box.top < word.box.bottom <= picture.height


def test_the_same_picture_reads_the_same_whatever_was_read_before() -> None:
    one, other = drawn("The knee is better."), drawn("Seen today by them all.")
    first = engine().lines(one)
    engine().lines(other)
    assert engine().lines(one) == first


def test_it_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    made = tesseract.Tesseract()
    made.lines(drawn("x", size=9))
    made.lines(drawn(" ", size=40), scattered=True)
    assert capfd.readouterr() == ("", "")


def test_no_word_is_in_a_repr() -> None:
    assert "better" not in repr(engine().lines(drawn("The knee is better.")))


def test_what_it_has_learnt_may_lie_beside_the_data_of_the_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources, "shipped", lambda folder: tmp_path / folder)
    (tmp_path / "tessdata").mkdir()
    (tmp_path / "tessdata" / "eng.traineddata").write_bytes(b"")
    assert tesseract.data_folder() == tmp_path / "tessdata"


def test_without_what_it_has_learnt_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources, "shipped", lambda folder: tmp_path / folder)
    monkeypatch.setitem(sys.modules, "tessdata", None)
    with pytest.raises(UnsupportedFormat, match="install the program anew"):
        tesseract.Tesseract()


def test_without_the_library_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    with pytest.raises(UnsupportedFormat, match="install the program anew"):
        tesseract.Tesseract()
