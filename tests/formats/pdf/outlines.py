"""Letters drawn as areas, as programs do that turn text into curves."""

from __future__ import annotations

from PIL import Image

from tests.formats.pictures.drawn import drawn

Point = tuple[int, int]
_SCALE = 0.4


def outlined(text: str, *, at: tuple[float, float] = (72, 500), paint: str = "f") -> str:
    """What draws a text without a letter.

    Args:
        text: it.
        at: its lower left corner.
        paint: the operators behind the areas, which may also cut.
    """
    picture = drawn(text, size=40, edge=2).point(lambda shade: 255 * (shade < 128)).convert("1")
    x, y = at
    lines: list[str] = []
    for loop in loops(picture):
        points = [f"{x + _SCALE * a:.1f} {y + _SCALE * (picture.height - b):.1f}" for a, b in loop]
        first, *others = points
        lines += [f"{first} m", *(f"{point} l" for point in others), "h"]
    return "\n".join([*lines, paint, ""])


def loops(picture: Image.Image) -> list[list[Point]]:
    """The edges of the light areas of a picture, each as the corners along it."""
    ahead: dict[Point, list[Point]] = {}
    for y in range(picture.height):
        for x in range(picture.width):
            if not picture.getpixel((x, y)):
                continue
            corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
            beside = [(x, y - 1), (x + 1, y), (x, y + 1), (x - 1, y)]
            for side, other in enumerate(beside):
                if not picture.getpixel(other):
                    ahead.setdefault(corners[side], []).append(corners[(side + 1) % 4])
    found: list[list[Point]] = []
    while ahead:
        loop = [next(iter(ahead))]
        while loop[-1] in ahead:
            following = ahead[loop[-1]]
            loop.append(following.pop())
            if not following:
                del ahead[loop[-2]]
        found.append(loop[:-1])
    return found
