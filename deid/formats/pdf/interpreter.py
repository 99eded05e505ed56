"""Content streams of a page read as its viewer reads them: which letters, and where.

Forms are read in each place that uses them. What is not understood wholly makes the page a problem.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pikepdf

from deid.formats.pdf.cells import MAX_SEGMENTS, Segment
from deid.formats.pdf.fonts import Font, UnknownFontError, read_font
from deid.formats.pdf.glyphs import (
    Content,
    Glyph,
    Image,
    Layer,
    Mark,
    PageContent,
    PageProblemError,
    PageTooLargeError,
    Path,
    Show,
)
from deid.formats.pdf.layers import is_hidden
from deid.formats.pdf.matrices import IDENTITY, Box, Matrix, at, read_matrix, times
from deid.formats.pdf.operands import STAND_IN, WrongOperandsError, plain

MAX_GLYPHS: Final = 400_000
"""More letters are never read of one page."""

MAX_OPERATORS: Final = 1_000_000
"""More operators are never read of one page, those of a form in each place that uses it."""

_DEEPEST: Final = 20
_TINY: Final = 1.0
_DEVICE: Final = frozenset({"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"})
_INKS: Final = frozenset({"/Separation", "/DeviceN", "/Indexed"})
_SHOWING: Final = frozenset({"Tj", "TJ", "'", '"'})
_STATE: Final = frozenset({"w", "J", "j", "M", "d", "ri", "i", "MP", "BX", "EX"})
_CLIPPING: Final = frozenset({"W", "W*"})
_UNFILLED: Final = frozenset({"n", "S", "s"})
_FILLING: Final = frozenset({"f", "F", "f*", "B", "B*", "b", "b*"})


@dataclass(frozen=True, slots=True)
class _State:
    """The graphics state (ISO 32000-2, 8.4, 9.3)."""

    ctm: Matrix = IDENTITY
    font: Font | None = None
    font_key: tuple[int, int] = (0, 0)
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0
    is_white: bool = False
    is_ink: bool = False


@dataclass(slots=True)
class _Marked:
    """What the open marks say."""

    hidden: bool = False
    marks: tuple[int, ...] = ()
    layer: Layer | None = None
    stand_in: tuple[int, float, float] | None = None


@dataclass(slots=True)
class Fonts:
    """The fonts of a document, each read once."""

    by_object: dict[tuple[int, int], Font] = field(default_factory=dict)

    def get(self, font: pikepdf.Object) -> Font:
        """A font.

        Raises:
            PageProblemError: its letters cannot be told.
        """
        key = font.objgen
        known = self.by_object.get(key) if key != (0, 0) else None
        if known is None:
            try:
                known = read_font(font)
            except UnknownFontError as error:
                raise PageProblemError(str(error)) from None
            if key != (0, 0):
                self.by_object[key] = known
        return known


def read_page(
    page: pikepdf.Page, *, fonts: Fonts, hidden: frozenset[tuple[int, int]]
) -> PageContent:
    """What a page draws.

    Args:
        page: the page.
        fonts: of its document.
        hidden: the layers of the document that are not shown.

    Raises:
        PageProblemError: it cannot be read wholly as text.
    """
    content = Content(_instructions(page), resources_of(page), page.obj)
    reading = _Reading(fonts, hidden, tuple(map(float, page.cropbox)))
    reading.run(content, _State(), depth=0, marked=_Marked())
    return PageContent(
        content,
        reading.glyphs,
        reading.marks,
        reading.images,
        reading.paths,
        reading.segments,
        reading.crop,
    )


def resources_of(page: pikepdf.Page) -> pikepdf.Object:
    """What the names on a page stand for, where it inherits them, too."""
    return page.obj.get("/Resources", _inherited(page.obj))


def _inherited(page: pikepdf.Object) -> pikepdf.Object:
    above = page.get("/Parent")
    for _ in range(_DEEPEST):
        if above is None:
            break
        if "/Resources" in above:
            return above.Resources
        above = above.get("/Parent")
    return pikepdf.Dictionary()


def _instructions(thing: pikepdf.Page | pikepdf.Object) -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return plain(pikepdf.parse_content_stream(thing))
        except (pikepdf.PikepdfError, ValueError, TypeError, RuntimeError, Warning):
            raise PageProblemError("its content is damaged") from None
        except WrongOperandsError:
            raise PageProblemError("an operator has wrong operands") from None


class _Reading:
    """Reads the contents of one page.

    Args:
        fonts: of the document.
        hidden: layers that are not shown.
        crop: what of the page is seen.
    """

    def __init__(self, fonts: Fonts, hidden: frozenset[tuple[int, int]], crop: tuple[float, ...]):
        self.fonts = fonts
        self.hidden = hidden
        left, low, right, high = crop
        self.crop: Box = (min(left, right), min(low, high), max(left, right), max(low, high))
        self.glyphs: list[Glyph] = []
        self.marks: list[Mark] = []
        self.images: list[Image] = []
        self.paths: list[Path] = []
        self.operators = 0
        self.segments: list[Segment] = []
        self.stand_ins = 0
        self.mark_count = 0

    def run(self, content: Content, state: _State, *, depth: int, marked: _Marked) -> None:
        """Read one stream, and the forms that it uses."""
        if depth > _DEEPEST:
            raise PageTooLargeError("forms lie in forms too deeply")
        self.operators += len(content.instructions)
        if self.operators > MAX_OPERATORS:
            raise PageTooLargeError(f"it has more than {MAX_OPERATORS} operators")
        _Run(self, content, state, depth, marked).read()


class _Run:
    """Reads one stream."""

    def __init__(
        self, reading: _Reading, content: Content, state: _State, depth: int, marked: _Marked
    ) -> None:
        self.reading = reading
        self.content = content
        self.state = state
        self.depth = depth
        self.stack: list[_State] = []
        self.marks: list[_Marked] = [marked]
        self.line: Matrix = IDENTITY
        self.text: Matrix = IDENTITY
        self.path: list[Segment] = []
        self.points: list[tuple[float, float]] = []
        self.corners: list[tuple[float, float]] = []
        self.figures: list[list[tuple[float, float]]] = []
        self.is_boxes = True
        self.is_cutting = False
        self.first = 0
        self.number = 0
        self.operators: dict[str, Callable[[Sequence[Any]], None]] = {
            "q": self.push,
            "Q": self.pop,
            "cm": self.transform,
            "BT": self.begin,
            "ET": self.pass_over,
            "Tc": lambda o: self.set(spacing=float(o[0])),
            "Tw": lambda o: self.set(word_spacing=float(o[0])),
            "Tz": lambda o: self.set(stretch=float(o[0]) / 100),
            "TL": lambda o: self.set(leading=float(o[0])),
            "Ts": lambda o: self.set(rise=float(o[0])),
            "Tr": lambda o: self.set(mode=int(o[0])),
            "Tf": self.choose_font,
            "Td": lambda o: self.move(float(o[0]), float(o[1])),
            "TD": self.move_and_lead,
            "Tm": self.place,
            "T*": lambda o: self.move(0.0, -self.state.leading),
            "Tj": lambda o: self.show([o[0]]),
            "TJ": lambda o: self.show(o[0]),
            "'": self.next_line,
            '"': self.next_line,
            "Do": self.draw,
            "INLINE IMAGE": self.inline_image,
            "gs": self.graphics_state,
            "g": self.fill_plainly,
            "rg": self.fill_plainly,
            "k": self.fill_plainly,
            "sc": self.fill,
            "scn": self.fill,
            "SC": self.pattern,
            "SCN": self.pattern,
            "G": self.pass_over,
            "RG": self.pass_over,
            "K": self.pass_over,
            "cs": self.color_space,
            "CS": self.stroke_space,
            "sh": self.shade,
            "m": self.begin_path,
            "l": self.line_to,
            "c": self.curve_to,
            "v": self.curve_to,
            "y": self.curve_to,
            "h": self.close_path,
            "re": self.rectangle,
            "BMC": self.begin_mark,
            "BDC": self.begin_mark,
            "DP": self.point,
            "EMC": self.end_mark,
        }

    def read(self) -> None:
        """Read all operators, in their order."""
        for number, instruction in enumerate(self.content.instructions):
            self.number = number
            operator = str(instruction.operator)
            known = self.operators.get(operator)
            if known is not None:
                try:
                    known(instruction.operands)
                except (ValueError, TypeError, IndexError, ArithmeticError, KeyError):
                    raise PageProblemError("an operator has wrong operands") from None
                except (AttributeError, pikepdf.PdfError):
                    raise PageProblemError("an operator has wrong operands") from None
            elif operator in _CLIPPING:
                self.is_cutting = True
            elif operator in _FILLING or operator in _UNFILLED:
                self.paint(operator)
            elif operator not in _STATE:
                raise PageProblemError("it uses an unknown operator")

    # Graphics state

    def pass_over(self, operands: Sequence[Any]) -> None:
        """Nothing that matters to letters."""

    def set(self, **changes: Any) -> None:
        """Change the state."""
        self.state = replace(self.state, **changes)

    def push(self, operands: Sequence[Any]) -> None:
        """Keep the state."""
        self.stack.append(self.state)

    def pop(self, operands: Sequence[Any]) -> None:
        """Back to the state that was kept; without any, nothing happens, as viewers do."""
        if self.stack:
            self.state = self.stack.pop()

    def transform(self, operands: Sequence[Any]) -> None:
        """A new system of coordinates."""
        self.set(ctm=times(read_matrix(operands), self.state.ctm))

    def use(self, kind: str, name: Any) -> pikepdf.Object:
        """What a name stands for, and note that it is used."""
        found = self.content.resources.get(kind, pikepdf.Dictionary()).get(str(name))
        if found is None:
            raise PageProblemError("it uses what the document does not hold")
        self.content.used.setdefault(kind, set()).add(str(name))
        return found

    def graphics_state(self, operands: Sequence[Any]) -> None:
        """A bundle of parameters."""
        bundle = self.use("/ExtGState", operands[0])
        if "/Font" in bundle:
            font, size = bundle.Font
            self.set(font=self.reading.fonts.get(font), font_key=font.objgen, size=float(size))
        mask = bundle.get("/SMask")
        if isinstance(mask, pikepdf.Dictionary):
            _check_wordless(mask.G, "a mask")

    def fill_plainly(self, operands: Sequence[Any]) -> None:
        """The colour of letters, in a space of a device."""
        self.set(is_ink=False)
        self.fill(operands)

    def fill(self, operands: Sequence[Any]) -> None:
        """The colour of letters."""
        if operands and isinstance(operands[-1], pikepdf.Name):
            self.pattern(operands)
            self.set(is_white=False)
            return
        values = [float(one) for one in operands]
        white = 0.0 if len(values) == 4 or self.state.is_ink else 1.0
        self.set(is_white=bool(values) and all(abs(one - white) < 0.02 for one in values))

    def pattern(self, operands: Sequence[Any]) -> None:
        """A pattern, if it is one; letters in it are repeated all over, and are none of a line."""
        if operands and isinstance(operands[-1], pikepdf.Name):
            pattern = self.use("/Pattern", operands[-1])
            if isinstance(pattern, pikepdf.Stream):
                _check_wordless(pattern, "a pattern")

    def color_space(self, operands: Sequence[Any]) -> None:
        """Another space of colours begins with black, but for some; none begins with white."""
        space: Any = None
        if str(operands[0]) not in _DEVICE:
            space = self.use("/ColorSpace", operands[0])
        kind = str(space[0]) if isinstance(space, pikepdf.Array) else ""
        self.set(is_white=False, is_ink=kind in _INKS)

    def stroke_space(self, operands: Sequence[Any]) -> None:
        """The space of the colours of lines."""
        if str(operands[0]) not in _DEVICE:
            self.use("/ColorSpace", operands[0])

    def shade(self, operands: Sequence[Any]) -> None:
        """A field of colours that run into each other."""
        self.use("/Shading", operands[0])

    # Lines

    def begin_path(self, operands: Sequence[Any]) -> None:
        """Begin a line."""
        self.begin_figure()
        x, y = map(float, operands)
        self.points, self.corners = [at(self.state.ctm, x, y)], [*self.corners, (x, y)]
        self.is_boxes = False

    def begin_figure(self) -> None:
        """Note where the first operator of a path stands."""
        if not self.corners:
            self.first = self.number

    def line_to(self, operands: Sequence[Any]) -> None:
        """A straight line."""
        self.go_on(operands)
        if len(self.points) > 1:
            self.path.append((*self.points[-2], *self.points[-1]))

    def curve_to(self, operands: Sequence[Any]) -> None:
        """A curve, with the points that it bends to."""
        self.go_on(operands)

    def go_on(self, operands: Sequence[Any]) -> None:
        """Go on from the last point to one or more others."""
        self.begin_figure()
        numbers = list(map(float, operands))
        corners = list(zip(numbers[::2], numbers[1::2], strict=True))
        if not corners:
            raise PageProblemError("an operator has wrong operands")
        if not (self.figures and self.figures[-1] is self.points):
            self.figures.append(self.points)
        self.points += [at(self.state.ctm, *corner) for corner in corners]
        self.corners += corners
        self.is_boxes = False

    def close_path(self, operands: Sequence[Any]) -> None:
        """Back to where it began."""
        if len(self.points) > 1:
            self.path.append((*self.points[-1], *self.points[0]))
            self.points = [self.points[0]]

    def rectangle(self, operands: Sequence[Any]) -> None:
        """A rectangle."""
        self.begin_figure()
        x, y, width, height = map(float, operands)
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        points = [at(self.state.ctm, *corner) for corner in corners]
        self.path += [(*points[n - 1], *points[n]) for n in range(4)]
        self.figures.append(points)
        self.corners += corners
        self.points = [points[0]]

    def paint(self, operator: str) -> None:
        """Draw what was put together, or but cut what follows to it."""
        segments = self.reading.segments
        if self.marks[-1].stand_in is None and (operator != "n" or self.is_cutting):
            start = len(segments)
            if operator != "n":
                segments += self.path[: max(0, MAX_SEGMENTS - start)]
            if self.figures:
                self.reading.paths.append(
                    Path(
                        self.content,
                        self.first,
                        self.number,
                        self.figures,
                        operator in _FILLING or self.is_cutting,
                        self.is_boxes,
                        _around(self.corners) if self.is_cutting else None,
                        (start, len(segments)),
                    )
                )
        self.path, self.points, self.corners, self.figures = [], [], [], []
        self.is_boxes, self.is_cutting = True, False

    # Text

    def begin(self, operands: Sequence[Any]) -> None:
        """Begin a text."""
        self.line = self.text = IDENTITY

    def choose_font(self, operands: Sequence[Any]) -> None:
        """A font and its size."""
        font = self.use("/Font", operands[0])
        self.set(font=self.reading.fonts.get(font), font_key=font.objgen, size=float(operands[1]))

    def move(self, x: float, y: float) -> None:
        """To the beginning of a line, from that of the line before."""
        self.line = self.text = times((1.0, 0.0, 0.0, 1.0, x, y), self.line)

    def move_and_lead(self, operands: Sequence[Any]) -> None:
        """To the beginning of a line, and lines after it as far apart."""
        self.set(leading=-float(operands[1]))
        self.move(float(operands[0]), float(operands[1]))

    def place(self, operands: Sequence[Any]) -> None:
        """To a place."""
        self.line = self.text = read_matrix(operands)

    def next_line(self, operands: Sequence[Any]) -> None:
        """Show a string on the next line."""
        if len(operands) == 3:
            self.set(word_spacing=float(operands[0]), spacing=float(operands[1]))
        self.move(0.0, -self.state.leading)
        self.show([operands[-1]])

    def show(self, items: Sequence[Any]) -> None:
        """Show strings."""
        state = self.state
        show: Show | None = None
        glyphs = self.reading.glyphs
        start, passed = self.text, 0.0
        for item, piece in enumerate(items):
            if not isinstance(piece, pikepdf.String):
                further = -float(piece) / 1000 * state.size * state.stretch
                passed += further
                self.advance(further)
                continue
            if show is None:
                show = self.showing(start)
            size, stretch, unit = state.size, state.stretch, show.unit
            base = times(self.text, state.ctm)
            along = 0.0
            rise_x, rise_y = base[2] * state.rise, base[3] * state.rise
            try:
                codes = list(show.font.codes(bytes(piece)))
            except UnknownFontError as error:
                raise PageProblemError(str(error)) from None
            for code in codes:
                if code.text is None:
                    raise PageProblemError("letters whose meaning its fonts do not tell")
                own = code.width / 1000 * size * stretch
                blank = state.word_spacing if code.is_blank else 0.0
                moved = own + (state.spacing + blank) * stretch
                glyphs.append(
                    Glyph(
                        show,
                        item,
                        code.start,
                        code.end,
                        code.value,
                        code.text,
                        base[0] * along + base[4] + rise_x,
                        base[1] * along + base[5] + rise_y,
                        abs(own) * unit,
                        moved,
                        passed + along,
                    )
                )
                along += moved
            passed += along
            self.advance(along)
            if len(glyphs) > MAX_GLYPHS:
                raise PageTooLargeError(f"it has more than {MAX_GLYPHS} letters")

    def advance(self, along: float) -> None:
        """On along the line."""
        a, b, c, d, e, f = self.text
        self.text = (a, b, c, d, e + a * along, f + b * along)

    def showing(self, start: Matrix) -> Show:
        """What the letters of this operator have alike."""
        state, marked = self.state, self.marks[-1]
        if state.font is None:
            raise PageProblemError("text without a font")
        base = times(self.text, state.ctm)
        unit, height = math.hypot(base[0], base[1]), math.hypot(base[2], base[3])
        if not unit or not height or not state.size or not state.stretch:
            raise PageProblemError("text without a size")
        sign = math.copysign(1.0, state.size * state.stretch)
        direction = (sign * base[0] / unit, sign * base[1] / unit)
        return Show(
            self.content,
            self.number,
            state.font,
            state.font_key,
            state.size,
            state.spacing,
            state.word_spacing,
            state.stretch,
            unit,
            direction,
            height * abs(state.size),
            self.layer(base, height * abs(state.size), marked),
            marked.marks,
            marked.stand_in,
            start,
        )

    def layer(self, base: Matrix, height: float, marked: _Marked) -> Layer:
        """Which text of the page letters belong to."""
        left, low, right, high = self.reading.crop
        if marked.layer is not None:
            return marked.layer
        if self.state.mode == 3 or marked.hidden:
            return Layer.HIDDEN
        if height < _TINY:
            return Layer.TINY
        if not (left <= base[4] <= right and low <= base[5] <= high):
            return Layer.OUTSIDE
        return Layer.WHITE if self.state.is_white and self.state.mode in (0, 4) else Layer.SHOWN

    # Marks

    def begin_mark(self, operands: Sequence[Any]) -> None:
        """A mark around what follows."""
        above = self.marks[-1]
        marked = replace(above)
        listed = self.listed(operands)
        if listed is not None:
            if str(operands[0]) == "/OC":
                marked.hidden = marked.hidden or is_hidden(listed, self.reading.hidden)
            elif str(operands[0]) == STAND_IN and "/W" in listed and "/H" in listed:
                self.reading.stand_ins += 1
                marked.stand_in = (self.reading.stand_ins, float(listed.W), float(listed.H))
                marked.layer = Layer(int(listed.get("/L", 0)))
            elif self.add_marks(listed):
                marked.marks = (*above.marks, self.reading.mark_count)
        self.marks.append(marked)

    def point(self, operands: Sequence[Any]) -> None:
        """A mark at one place."""
        listed = self.listed(operands)
        if listed is not None:
            self.add_marks(listed)

    def listed(self, operands: Sequence[Any]) -> pikepdf.Object | None:
        """The properties of a mark."""
        if len(operands) < 2:
            return None
        if isinstance(operands[1], pikepdf.Name):
            return self.use("/Properties", operands[1])
        return operands[1] if isinstance(operands[1], pikepdf.Dictionary) else None

    def add_marks(self, listed: pikepdf.Object) -> bool:
        """Note the texts of a mark; whether one stands for the letters within."""
        self.reading.mark_count += 1
        found = list(_texts(listed, (), _DEEPEST))
        for path, text in found:
            self.reading.marks.append(
                Mark(self.content, self.number, path, text, self.reading.mark_count)
            )
        return any(path[-1] == "/ActualText" for path, _ in found)

    def end_mark(self, operands: Sequence[Any]) -> None:
        """The end of a mark."""
        if len(self.marks) > 1:
            self.marks.pop()

    # Forms and pictures

    def draw(self, operands: Sequence[Any]) -> None:
        """A form or a picture."""
        thing = self.use("/XObject", operands[0])
        kind = str(thing.get("/Subtype", ""))
        if kind == "/Image":
            self.reading.images.append(Image(self.content, self.number, thing, self.state.ctm))
            return
        if kind != "/Form":
            raise PageProblemError("it uses an object of an unknown kind")
        form = Content(_instructions(thing), thing.get("/Resources", self.content.resources), thing)
        self.content.forms[self.number] = form
        matrix = read_matrix(thing.Matrix) if "/Matrix" in thing else IDENTITY
        above = self.marks[-1]
        marked = replace(above)
        if "/OC" in thing:
            marked.hidden = marked.hidden or is_hidden(thing.OC, self.reading.hidden)
        state = replace(self.state, ctm=times(matrix, self.state.ctm))
        self.reading.run(form, state, depth=self.depth + 1, marked=marked)

    def inline_image(self, operands: Sequence[Any]) -> None:
        """A picture within the content."""
        self.reading.images.append(Image(self.content, self.number, None, self.state.ctm))


def _around(corners: Sequence[tuple[float, float]]) -> Box:
    across, up = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(up), max(across), max(up)


def _texts(
    thing: Any, path: tuple[str | int, ...], depth: int
) -> list[tuple[tuple[str | int, ...], str]]:
    """The strings of a property list, by the way to each."""
    if depth == 0:
        raise PageProblemError("a mark lies too deeply")
    if isinstance(thing, pikepdf.String):
        return [(path, str(thing))]
    if isinstance(thing, pikepdf.Dictionary):
        keys = [key for key in thing.keys() if key != "/Lang"]  # noqa: SIM118
        return [one for key in keys for one in _texts(thing[key], (*path, key), depth - 1)]
    if isinstance(thing, pikepdf.Array):
        return [
            one for at, below in enumerate(thing) for one in _texts(below, (*path, at), depth - 1)
        ]
    if isinstance(thing, pikepdf.Stream):
        raise PageProblemError("a mark with data of its own")
    return []


def _check_wordless(thing: pikepdf.Object, what: str) -> None:
    """Refuse letters and pictures in a stream that is drawn in a way of its own."""
    for instruction in _instructions(thing):
        if str(instruction.operator) in (*_SHOWING, "Do", "INLINE IMAGE"):
            raise PageProblemError(f"{what} that holds text or pictures")
