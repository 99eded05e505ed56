"""Letters taken out of the content of a page, and everything written anew.

A form that loses letters in one place is copied for that place; others that use it keep theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import pikepdf

from deid.formats.pdf.cuts import cuts_of
from deid.formats.pdf.glyphs import Content, Glyph, Mark, PageContent, Path
from deid.formats.pdf.matrices import Matrix
from deid.formats.pdf.pictures import Key, NewPictures, key_of
from deid.formats.pdf.standins import FONT_NAME, StandIn, font_object, operators

_SHOWING: Final = frozenset({"Tj", "TJ", "'", '"'})
_PLACING: Final = frozenset({"Td", "TD", "T*", "Tm", "BT", "'", '"'})
_FORM_KEYS: Final = (
    *("/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Group", "/OC"),
    *("/StructParent", "/StructParents"),
)
_ANEW: Final = _SHOWING | _PLACING - {"BT"} | {"Tw"}
_LEAST_MOVE: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of a page.

    Attributes:
        removed: letters that are taken out, by their numbers.
        stand_ins: what is drawn instead.
        marks: new texts of marks, by their numbers; None: the text is taken out.
        moved: how far letters move along their line, by their numbers, in units of the page.
        cut: lines and curves that are taken out.
        pictures: pictures that are drawn instead, by what they are known by, and where.
    """

    removed: frozenset[int] = frozenset()
    stand_ins: Sequence[StandIn] = field(default=(), repr=False)
    marks: Mapping[int, str | None] = field(default_factory=dict, repr=False)
    moved: Mapping[int, float] = field(default_factory=dict)
    cut: Sequence[Path] = field(default=(), repr=False)
    pictures: Sequence[tuple[Key, Matrix]] = ()


class Writer:
    """Writes the contents of all pages of a document anew.

    Args:
        pdf: the document.
        pictures: what came of its pictures.
    """

    def __init__(self, pdf: pikepdf.Pdf, pictures: NewPictures) -> None:
        self._pdf = pdf
        self._pictures = pictures
        self._done: dict[tuple[int, int], pikepdf.Object] = {}
        self._font: pikepdf.Object | None = None

    def write(self, page: pikepdf.Page, read: PageContent, changes: Changes) -> None:
        """Let a page have the content that it was read with, changed."""
        plan = _Plan(read, changes, self._pictures)
        resources = self._resources(read.content, plan)
        instructions = plan.instructions(read.content)
        pictures = list(self._placed(resources, changes.pictures))
        if changes.stand_ins or pictures:
            instructions = [*_balanced(instructions), *pictures, *operators(changes.stand_ins)]
        if changes.stand_ins:
            fonts = resources.get("/Font", pikepdf.Dictionary())
            fonts[FONT_NAME] = self._stand_in_font()
            resources["/Font"] = fonts
        page.obj.Contents = self._pdf.make_stream(pikepdf.unparse_content_stream(instructions))
        page.obj.Resources = resources

    def _placed(
        self, resources: pikepdf.Dictionary, pictures: Sequence[tuple[Key, Matrix]]
    ) -> Iterator[Any]:
        """What draws pictures in the coordinates of a page."""
        for number, (key, matrix) in enumerate(pictures, 1):
            picture = self._pictures.get(key)
            if picture is None:
                continue
            if "/XObject" not in resources:
                resources["/XObject"] = pikepdf.Dictionary()
            name = f"/NoteVeilImage{number}"
            resources["/XObject"][name] = picture
            yield _instruction("q")
            yield _instruction("cm", *map(_rounded, matrix))
            yield _instruction("Do", pikepdf.Name(name))
            yield _instruction("Q")

    def draw_picture(
        self,
        page: pikepdf.Page,
        picture: pikepdf.Object | None,
        matrix: Matrix,
        hidden_text: Sequence[StandIn] = (),
    ) -> None:
        """Let a page show nothing but a picture, or nothing at all.

        Args:
            page: the page.
            picture: the picture.
            matrix: from the unit square to the page.
            hidden_text: what is written over it.
        """
        drawn = [_instruction("cm", *map(_rounded, matrix)), _instruction("Do", pikepdf.Name.P)]
        shown = _balanced(drawn) if picture is not None else []
        shown += operators(hidden_text)
        page.obj.Contents = self._pdf.make_stream(pikepdf.unparse_content_stream(shown))
        page.obj.Resources = pikepdf.Dictionary()
        if picture is not None:
            page.obj.Resources.XObject = pikepdf.Dictionary(P=picture)
        if hidden_text:
            page.obj.Resources.Font = pikepdf.Dictionary({FONT_NAME: self._stand_in_font()})

    def _stand_in_font(self) -> pikepdf.Object:
        if self._font is None:
            self._font = self._pdf.make_indirect(font_object())
        return self._font

    def _resources(self, content: Content, plan: _Plan) -> pikepdf.Dictionary:
        """What the names stand for that a content uses; what it does not use is left out."""
        resources = pikepdf.Dictionary()
        for kind, names in sorted(content.used.items()):
            given = content.resources[kind]
            entries = {name: given[name] for name in sorted(names)}
            resources[kind] = pikepdf.Dictionary(
                {name: one for name, one in entries.items() if not _is_form(one)}
            )
        if "/ColorSpace" in content.resources:
            spaces = content.resources.ColorSpace
            resources["/ColorSpace"] = pikepdf.Dictionary(dict(spaces.items()))
        for number, form in content.forms.items():
            name = str(content.instructions[number].operands[0])
            written = self._form(form, plan)
            if plan.is_changed(form):
                name = plan.name_form(content, number)
            resources["/XObject"][name] = written
        for name, picture in plan.pictures(content):
            if "/XObject" not in resources:
                resources["/XObject"] = pikepdf.Dictionary()
            resources["/XObject"][name] = picture
        return resources

    def _form(self, form: Content, plan: _Plan) -> pikepdf.Object:
        key = form.owner.objgen
        is_shared = not plan.is_changed(form) and "/Resources" in form.owner
        if is_shared and key in self._done:
            return self._done[key]
        resources = self._resources(form, plan)
        data = pikepdf.unparse_content_stream(plan.instructions(form))
        kept = {name: form.owner[name] for name in _FORM_KEYS if name in form.owner}
        kept["/Resources"] = resources
        written = self._pdf.make_stream(data, kept)
        if is_shared:
            self._done[key] = written
        return written


class _Plan:
    """What becomes of each content of one page."""

    def __init__(self, read: PageContent, changes: Changes, pictures: NewPictures) -> None:
        self._read = read
        self._changes = changes
        self._shown: dict[int, dict[int, list[tuple[int, Glyph]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._set_anew: set[int] = set()
        touched: set[int] = set()
        for index, glyph in enumerate(read.glyphs):
            show = glyph.show
            self._shown[id(show.content)][show.number].append((index, glyph))
            if index in changes.moved:
                self._set_anew.add(id(show.content))
            if index in changes.removed or index in changes.moved:
                touched.add(id(show.content))
        self._marks: dict[int, dict[int, list[tuple[Mark, str | None]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for number, text in changes.marks.items():
            mark = read.marks[number]
            self._marks[id(mark.content)][mark.number].append((mark, text))
            touched.add(id(mark.content))
        self._names: dict[int, dict[int, str]] = defaultdict(dict)
        self._pictures: dict[int, dict[str, pikepdf.Object]] = defaultdict(dict)
        for image in read.images:
            new, place = pictures.get(key_of(image)), id(image.content)
            if new is None:
                continue
            if image.image is None:
                touched.add(place)
                name = f"/NoteVeilPicture{len(self._names[place]) + 1}"
                self._names[place][image.number] = name
            else:
                name = str(image.content.instructions[image.number].operands[0])
            self._pictures[place][name] = new
        self._cuts = cuts_of(changes.cut)
        touched.update(self._cuts)
        self._touched = touched

    def is_changed(self, content: Content) -> bool:
        """Whether a content, or one within it, changes."""
        return id(content) in self._touched or any(
            self.is_changed(form) for form in content.forms.values()
        )

    def pictures(self, content: Content) -> Iterable[tuple[str, pikepdf.Object]]:
        """The new pictures of a content, by their names."""
        return self._pictures[id(content)].items()

    def name_form(self, content: Content, number: int) -> str:
        """A new name for the form that one operator uses."""
        names = self._names[id(content)]
        names[number] = f"/NoteVeilForm{len(names) + 1}"
        return names[number]

    def instructions(self, content: Content) -> list[Any]:
        """The operators of a content as they become; its resources were asked for before."""
        if not self.is_changed(content):
            return content.instructions
        is_anew = id(content) in self._set_anew
        written: list[Any] = []
        shown, marks = self._shown[id(content)], self._marks[id(content)]
        names, cuts = self._names[id(content)], self._cuts.get(id(content), {})
        offset = 0.0
        for number, instruction in enumerate(content.instructions):
            operator = str(instruction.operator)
            if number in cuts:
                written += cuts[number]
                continue
            if is_anew and operator in _ANEW:
                written += self._placed_anew(instruction, operator, shown.get(number, []))
                continue
            if operator in _PLACING:
                offset = 0.0
            if operator in _SHOWING and self._is_concerned(shown.get(number, []), offset):
                more, offset = self._shown_anew(instruction, operator, shown[number], offset)
                written += more
            elif number in marks:
                written.append(_marked_anew(instruction, operator, marks[number], content))
            elif number in names:
                written.append(_instruction("Do", pikepdf.Name(names[number])))
            else:
                written.append(instruction)
        return written

    def _placed_anew(
        self, instruction: Any, operator: str, shown: Sequence[tuple[int, Glyph]]
    ) -> list[Any]:
        """The letters that stay, placed by themselves: no operator tells where others were."""
        operands = instruction.operands
        written = [_instruction("Tc", operands[1])] if operator == '"' else []
        kept = [one for one in shown if one[0] not in self._changes.removed]
        if not kept:
            return written
        index, first = kept[0]
        show = first.show
        sign = 1.0 if show.size * show.stretch > 0 else -1.0
        offset = self._changes.moved.get(index, 0.0)
        further = first.offset + offset / show.unit * sign
        a, b, c, d, e, f = show.text
        place = (a, b, c, d, e + a * further, f + b * further)
        items = list(operands[0]) if operator == "TJ" else [operands[-1]]
        array, _ = self._array(items, shown[shown.index(kept[0]) :], offset, is_anew=True)
        written.append(_instruction("Tm", *map(_rounded, place)))
        return [*written, _instruction("Tw", 0), _instruction("TJ", pikepdf.Array(array))]

    def _is_concerned(self, shown: Sequence[tuple[int, Glyph]], offset: float) -> bool:
        changes = self._changes
        return any(
            index in changes.removed or abs(changes.moved.get(index, 0.0) - offset) > _LEAST_MOVE
            for index, _ in shown
        )

    def _shown_anew(
        self,
        instruction: Any,
        operator: str,
        shown: Sequence[tuple[int, Glyph]],
        offset: float,
    ) -> tuple[list[Any], float]:
        """An operator without the letters that go; those that stay are where they should be."""
        operands = instruction.operands
        before: list[Any] = []
        if operator == '"':
            before = [_instruction("Tw", operands[0]), _instruction("Tc", operands[1])]
        if operator in ("'", '"'):
            before.append(_instruction("T*"))
        items = list(operands[0]) if operator == "TJ" else [operands[-1]]
        array, offset = self._array(items, shown, offset)
        if array:
            before.append(_instruction("TJ", pikepdf.Array(array)))
        return before, offset

    def _array(
        self,
        items: Sequence[Any],
        shown: Sequence[tuple[int, Glyph]],
        offset: float,
        *,
        is_anew: bool = False,
    ) -> tuple[list[Any], float]:
        show = shown[0][1].show
        unit = show.size * show.stretch / 1000
        sign = 1.0 if show.size * show.stretch > 0 else -1.0
        written: list[Any] = []
        kerning: list[Any] = []
        was_kept, has_begun = False, not is_anew
        pen = wanted = offset / show.unit * sign
        for piece, index, glyph in _pieces(items, shown):
            if glyph is None:
                kerning += [piece] if has_begun else []
                continue
            has_begun = True
            wanted = self._changes.moved.get(index, 0.0) / show.unit * sign
            is_kept = index not in self._changes.removed
            if is_kept and was_kept:
                written += kerning
            else:
                pen += sum(float(one) for one in kerning) * unit
            kerning = []
            if is_kept:
                if abs(wanted - pen) * show.unit > _LEAST_MOVE:
                    written.append(_rounded((pen - wanted) / unit))
                    pen = wanted
                _append(written, piece[glyph.start : glyph.end])
                if is_anew and glyph.code == 32 and glyph.end - glyph.start == 1:
                    pen -= show.word_spacing * show.stretch
            else:
                pen -= glyph.advance
            was_kept = is_kept
        if not is_anew:
            if was_kept:
                written += kerning
            else:
                pen += sum(float(one) for one in kerning) * unit
            if abs(wanted - pen) * show.unit > _LEAST_MOVE:
                written.append(_rounded((pen - wanted) / unit))
        return [
            pikepdf.String(bytes(one)) if isinstance(one, bytearray) else one for one in written
        ], wanted * show.unit * sign


def _is_form(thing: pikepdf.Object) -> bool:
    return isinstance(thing, pikepdf.Stream) and str(thing.get("/Subtype", "")) == "/Form"


def _pieces(
    items: Sequence[Any], shown: Sequence[tuple[int, Glyph]]
) -> Iterator[tuple[Any, int, Glyph | None]]:
    """The letters and the numbers between them, in their order."""
    by_item: dict[int, list[tuple[int, Glyph]]] = defaultdict(list)
    for index, glyph in shown:
        by_item[glyph.item].append((index, glyph))
    for number, item in enumerate(items):
        if not isinstance(item, pikepdf.String):
            yield item, -1, None
            continue
        data = bytes(item)
        for index, glyph in by_item[number]:
            yield data, index, glyph


def _append(written: list[Any], data: bytes) -> None:
    if written and isinstance(written[-1], bytearray):
        written[-1] += data
    else:
        written.append(bytearray(data))


def _marked_anew(
    instruction: Any, operator: str, texts: Sequence[tuple[Mark, str | None]], content: Content
) -> Any:
    listed = instruction.operands[1]
    if isinstance(listed, pikepdf.Name):
        listed = content.resources.Properties[str(listed)]
    plain = _copied(listed)
    for mark, text in texts:
        above = plain
        for key in mark.path[:-1]:
            above = above[key]
        if not text and isinstance(mark.path[-1], str):
            del above[mark.path[-1]]
        else:
            above[mark.path[-1]] = pikepdf.String(text or "")
    return _instruction(operator, instruction.operands[0], plain)


def _copied(thing: Any) -> Any:
    """A property list, free of its place in the document."""
    if isinstance(thing, pikepdf.Dictionary):
        return pikepdf.Dictionary({key: _copied(value) for key, value in thing.items()})
    if isinstance(thing, pikepdf.Array):
        return pikepdf.Array([_copied(one) for one in thing])
    return thing


def _balanced(instructions: Sequence[Any]) -> list[Any]:
    """Operators that leave the state as they found it."""
    kept: list[Any] = [_instruction("q")]
    states = marks = 0
    for instruction in instructions:
        match str(instruction.operator):
            case "q":
                states += 1
            case "Q" if states == 0:
                continue
            case "Q":
                states -= 1
            case "BMC" | "BDC":
                marks += 1
            case "EMC" if marks == 0:
                continue
            case "EMC":
                marks -= 1
        kept.append(instruction)
    ends = [_instruction("EMC")] * marks + [_instruction("Q")] * (states + 1)
    return [*kept, *ends]


def _rounded(value: float) -> Decimal:
    return round(Decimal(value), 4)


def _instruction(name: str, *operands: Any) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(name))
