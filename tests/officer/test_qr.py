"""QR codes: each form shows the same squares."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from deid.officer.qr import qr_png, qr_squares, qr_svg, qr_terminal

NOTE = "noteveil/log/3f0c9a51d2b7e864\n1024\n\n— noteveil/log/3f0c9a51d2b7e864 0pdJX9oyWYe6eXSu\n"


def test_the_code_has_its_corners_and_a_quiet_zone() -> None:
    squares = np.array(qr_squares(NOTE))
    side = len(squares)
    assert squares.shape == (side, side)
    assert not squares[:4].any()
    assert not squares[:, -4:].any()
    for down, across in ((4, 4), (4, side - 11), (side - 11, 4)):
        corner = squares[down : down + 7, across : across + 7]
        assert corner[0].all()
        assert not corner[1, 1:6].any()
        assert corner[2:5, 2:5].all()


def test_the_picture_shows_the_squares_and_holds_no_words() -> None:
    picture = Image.open(io.BytesIO(qr_png(NOTE)))
    dark = np.array(picture.convert("L")) < 128
    assert (dark[4::8, 4::8] == np.array(qr_squares(NOTE))).all()
    assert not getattr(picture, "text", {})


def test_the_terminal_shows_the_squares() -> None:
    upper = {"█": False, "▀": False, "▄": True, " ": True}
    lower = {"█": False, "▄": False, "▀": True, " ": True}
    rows: list[list[bool]] = []
    for line in qr_terminal(NOTE).splitlines():
        rows += [[upper[block] for block in line], [lower[block] for block in line]]
    squares = qr_squares(NOTE)
    assert [tuple(row) for row in rows[: len(squares)]] == list(squares)


def test_the_drawing_is_the_same_each_time() -> None:
    assert qr_svg(NOTE) == qr_svg(NOTE)
    assert qr_svg(NOTE).startswith(b"<?xml")
    assert qr_squares(NOTE) != qr_squares(NOTE + "x")
