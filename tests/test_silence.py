"""Libraries that read files say nothing of what is in them."""

from __future__ import annotations

import logging

import pytest

from deid.silence import hush


def test_a_hushed_library_writes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("library_that_reads.fonts")
    log.warning("no box in %s", "Quenbrixley")
    assert "Quenbrixley" in caplog.text
    caplog.clear()
    hush("library_that_reads")
    log.warning("no box in %s", "Quenbrixley")
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("module", "library"),
    [("deid.formats.pdf.fonts", "pdfminer"), ("deid.formats.pictures.opening", "PIL")],
)
def test_what_reads_fonts_and_pictures_is_hushed(module: str, library: str) -> None:
    __import__(module)
    assert not logging.getLogger(library).propagate
    assert logging.getLogger(f"{library}.any").hasHandlers()
