"""FHIR in XML (FHIR, XML Representation of Resources) as the tree that the same JSON gives.

So both have one meaning. A value stands in the attribute `value`; what JSON calls the other half
of a primitive is the rest of its element; elements of one name are a list where they are several.
Comments, a style sheet and the address of a schema are members of the outermost resource.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats.declared import check_declared
from deid.formats.fhir.tree import Items, Leaf, Member, Members, Node
from deid.formats.fhir.vocabulary import ELEMENTS, NUMBERS, RESOURCES
from deid.formats.markup import Kind, Markup, Place

FHIR: Final = "http://hl7.org/fhir"
"""The namespace of all elements but those of narratives."""

_XHTML: Final = "http://www.w3.org/1999/xhtml"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NAMESPACES: Final = frozenset({FHIR, _XHTML, _XSI, "http://www.w3.org/XML/1998/namespace"})
_PREFIXES: Final = frozenset({"xmlns", "f", "fhir", "h", "html", "xhtml", "xsi", "xml"})
_SCHEMA: Final = re.compile(rb"\s*http://hl7\.org/fhir\s+([^\s&]+)\s*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_MEASURED: Final = frozenset({"unit", "code", "comparator", "currency"})
_QUANTITY: Final = re.compile(
    r".*(?:Quantity|Age|Duration|Distance|Count|Money|Range)|denominator|numerator|low|high"
)
_NO_CHILD: Final = frozenset({"resourceType", "fhir_comments"})


@dataclass(frozen=True, slots=True)
class XmlTree:
    """A resource in XML.

    Attributes:
        markup: the document.
        root: the tree; offsets are those in `markup.data`.
        places: of the leaves that one place holds, by the offsets they begin at.
    """

    markup: Markup = field(repr=False)
    root: Members = field(repr=False)
    places: Mapping[int, Place] = field(repr=False)


def read_xml_tree(markup: Markup) -> XmlTree:
    """The tree of a document whose outermost element is a resource of FHIR.

    Raises:
        MalformedRecord: it says something twice, or the declaration is none of XML.
        UnsupportedFormat: something in it is no FHIR.
    """
    check_declared(markup)
    build = _Build(markup)
    root = build.resource(0)
    beside = [Member(one.start, key, one) for key, one in build.beside()]
    return XmlTree(markup, Members(root.start, root.end, (*root.members, *beside)), build.places)


class _Build:
    """Builds the tree of a document."""

    def __init__(self, markup: Markup) -> None:
        self._markup = markup
        self._children: dict[int, list[int]] = {}
        self._attributes: dict[int, dict[str, Place]] = {}
        self._nulls = 0
        self.places: dict[int, Place] = {}
        for element, parent in enumerate(markup.parents):
            self._children.setdefault(parent, []).append(element)
        self._narrated = self._narratives()
        for place in markup.places:
            if place.element not in self._narrated:
                self._check(place)

    def _narratives(self) -> frozenset[int]:
        """The elements of narratives, which are leaves as a whole."""
        found: set[int] = set()
        for element, name in enumerate(self._markup.elements):
            parent = self._markup.parents[element]
            if parent in found or name == f"{_XHTML} div":
                found.add(element)
        return frozenset(found)

    def _check(self, place: Place) -> None:
        match place.kind:
            case Kind.TEXT | Kind.SECTION:
                if place.value.strip():
                    raise UnsupportedFormat(
                        "the document holds characters between its elements, which is no FHIR: "
                        "take them out"
                    )
            case Kind.ATTRIBUTE if place.name == "xmlns" or place.name.startswith("xmlns:"):
                prefix = place.name.removeprefix("xmlns:")
                if place.value not in _NAMESPACES or prefix not in _PREFIXES:
                    raise UnsupportedFormat(
                        "the document names a namespace, or calls one, as FHIR does not: take it "
                        "out"
                    )
            case Kind.ATTRIBUTE if place.element == 0 and place.name == f"{_XSI} schemaLocation":
                pass
            case Kind.ATTRIBUTE:
                if place.name not in ("value", "id", "url"):
                    raise UnsupportedFormat(
                        "the document holds an attribute that FHIR does not know: take it out"
                    )
                self._attributes.setdefault(place.element, {})[place.name] = place

    def resource(self, element: int) -> Members:
        """The resource that an element is."""
        if self._attributes.get(element):
            raise UnsupportedFormat(
                "a resource of the document has an attribute, which is no FHIR: take it out"
            )
        extent, name = self._markup.extents[element], self._name(element)
        kind = Leaf(extent.start, extent.start, name, True)
        members = [Member(extent.start, "resourceType", kind), *self._fields(element)]
        return Members(extent.start, extent.end, tuple(members))

    def beside(self) -> Iterator[tuple[str, Node]]:
        """What stands beside elements and their attributes."""
        comments: list[Node] = []
        sheets: list[Node] = []
        for place in self._markup.places:
            if place.element in self._narrated:
                continue
            if place.kind is Kind.COMMENT:
                comments.append(self._leaf(place))
            elif place.kind is Kind.INSTRUCTION:
                sheets.append(self._leaf(place))
            elif place.name == f"{_XSI} schemaLocation":
                yield "xsi:schemaLocation", self._schema(place)
        for key, leaves in (("fhir_comments", comments), ("xml-stylesheet", sheets)):
            if leaves:
                yield key, Items(leaves[0].start, leaves[-1].end, tuple(leaves))

    def _schema(self, place: Place) -> Leaf:
        """The address of the schema, without the name of the namespace before it."""
        found = _SCHEMA.fullmatch(self._markup.data, place.start, place.end)
        if found is None:
            raise UnsupportedFormat(
                "the document names schemas other than that of FHIR (xsi:schemaLocation): take "
                "the attribute out"
            )
        start, end = found.span(1)
        self.places[start] = place
        return Leaf(start, end, found.group(1).decode("utf-8"), True)

    def _name(self, element: int) -> str:
        namespace, _, name = self._markup.elements[element].rpartition(" ")
        if element in self._narrated and name == "div":
            return name
        is_known = (name in ELEMENTS or name in RESOURCES) and name not in _NO_CHILD
        if namespace != FHIR or not is_known:
            raise UnsupportedFormat(
                "the document holds an element that FHIR R4 and R5 do not know: take it out"
            )
        return name

    def _fields(self, element: int) -> Iterator[Member]:
        rows: dict[str, list[int]] = {}
        for child in self._children.get(element, ()):
            rows.setdefault(self._name(child), []).append(child)
        for name, children in rows.items():
            yield from self._members(name, children)

    def _members(self, name: str, children: Sequence[int]) -> Iterator[Member]:
        """The members that elements of one name are."""
        values = [self._value(child) for child in children]
        others = [self._other(child) for child in children]
        start = self._markup.extents[children[0]].start
        if len(children) == 1:
            if values[0] is not None:
                yield Member(start, name, values[0])
            if others[0] is not None:
                is_half = isinstance(values[0], Leaf)
                yield Member(start, f"_{name}" if is_half else name, others[0])
            return
        end = self._markup.extents[children[-1]].end
        if not any(isinstance(value, Leaf) for value in values):
            whole = (value or other for value, other in zip(values, others, strict=True))
            yield Member(
                start, name, Items(start, end, tuple(one or self._null() for one in whole))
            )
            return
        yield Member(start, name, Items(start, end, tuple(one or self._null() for one in values)))
        if any(others):
            halves = tuple(one or self._null() for one in others)
            yield Member(start, f"_{name}", Items(start, end, halves))

    def _value(self, element: int) -> Node | None:
        """The value, the narrative or the resource that an element holds."""
        extent, children = self._markup.extents[element], self._children.get(element, ())
        if element in self._narrated:
            return self._narrative(extent.start, extent.end)
        if any(self._markup.elements[child].rpartition(" ")[2] in RESOURCES for child in children):
            if len(children) != 1 or self._attributes.get(element):
                raise MalformedRecord(
                    "an element holds a resource and something beside it, which is no FHIR"
                )
            return self.resource(children[0])
        place = self._attributes.get(element, {}).get("value")
        return self._leaf(place, is_text=not self._is_word(element, place)) if place else None

    def _other(self, element: int) -> Members | None:
        """What an element holds beside its value; None where that is nothing."""
        children = self._children.get(element, ())
        if element in self._narrated or any(
            self._markup.elements[child].rpartition(" ")[2] in RESOURCES for child in children
        ):
            return None
        attributes = self._attributes.get(element, {})
        members = [
            Member(attributes[name].start, name, self._leaf(attributes[name]))
            for name in ("id", "url")
            if name in attributes
        ]
        members += self._fields(element)
        if len({one.key for one in members}) < len(members):
            raise MalformedRecord("an element has a name twice, which is no FHIR")
        if not members and "value" in attributes:
            return None
        extent = self._markup.extents[element]
        return Members(extent.start, extent.end, tuple(members))

    def _narrative(self, start: int, end: int) -> Leaf:
        text = self._markup.data[start:end].decode("utf-8")
        if not text.startswith("<div"):
            raise UnsupportedFormat(
                "a narrative is written with a prefix before the names of its elements: save it "
                "without"
            )
        return Leaf(start, end, text, True)

    def _leaf(self, place: Place, *, is_text: bool = True) -> Leaf:
        self.places[place.start] = place
        return Leaf(place.start, place.end, place.value, is_text)

    def _null(self) -> Leaf:
        self._nulls -= 1
        return Leaf(self._nulls, self._nulls, "null", False)

    def _is_word(self, element: int, place: Place) -> bool:
        """Whether JSON writes the value without quotation marks."""
        if place.value in ("true", "false"):
            return True
        if _NUMBER.fullmatch(place.value) is None:
            return False
        name = self._markup.elements[element].rpartition(" ")[2]
        return name in NUMBERS or (name == "value" and self._is_measured(element))

    def _is_measured(self, element: int) -> bool:
        """Whether the value is that of a Quantity, and no Identifier's."""
        owner = self._markup.parents[element]
        beside = {
            self._markup.elements[one].rpartition(" ")[2] for one in self._children.get(owner, ())
        }
        name = self._markup.elements[owner].rpartition(" ")[2]
        return bool(beside & _MEASURED) or _QUANTITY.fullmatch(name) is not None
