"""Resources of FHIR in XML, made of the same in JSON, and back by what another library knows."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from fhir.resources.R4B import get_fhir_model_class
from pydantic import BaseModel

from tests.formats.fhir.samples import Json

FHIR = "http://hl7.org/fhir"
_XHTML = "http://www.w3.org/1999/xhtml"


def as_xml(resource: Json, *, blanks: bool = True) -> bytes:
    """A resource as a file of XML."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *_resource(resource, f' xmlns="{FHIR}"')]
    return ("\n" if blanks else "").join(lines).encode()


def _resource(resource: Json, namespace: str = "") -> Iterator[str]:
    kind = resource["resourceType"]
    yield f"<{kind}{namespace}>"
    yield from _fields(resource, is_resource=True)
    yield f"</{kind}>"


def _fields(owner: Json, *, is_resource: bool = False) -> Iterator[str]:
    for name in dict.fromkeys(key.removeprefix("_") for key in owner):
        if name == "resourceType" or (
            name in ("id", "url") and not is_resource and _is_bare(owner)
        ):
            continue
        values, others = _rows(owner.get(name)), _rows(owner.get(f"_{name}"))
        for number in range(max(len(values), len(others))):
            value = values[number] if values else None
            other = others[number] if others else None
            yield from _element(name, value, other)


def _is_bare(owner: Json) -> bool:
    """Whether it is a datatype whose id and address XML writes as attributes."""
    return "resourceType" not in owner and not set(owner) & {"relation", "method", "contentType"}


def _rows(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _element(name: str, value: object, other: object) -> Iterator[str]:
    if name == "div":
        yield str(value)
    elif isinstance(value, dict) and "resourceType" in value:
        yield f"<{name}>"
        yield from _resource(value)
        yield f"</{name}>"
    elif isinstance(value, dict):
        attributes = "".join(
            f" {key}={quoteattr(str(value[key]))}"
            for key in ("id", "url")
            if key in value and _is_bare(value)
        )
        yield f"<{name}{attributes}>"
        yield from _fields(value)
        yield f"</{name}>"
    else:
        said = "" if value is None else f" value={quoteattr(_word(value))}"
        inner = "\n".join(_fields(other)) if isinstance(other, dict) else ""
        yield f"<{name}{said}>{inner}</{name}>" if inner else f"<{name}{said}/>"


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_json(content: bytes) -> Json:
    """A file of XML as JSON, with the lists that another library knows."""
    return _read(ElementTree.fromstring(content))


def _read(element: ElementTree.Element) -> Json:
    kind = _local(element)
    return {"resourceType": kind, **_read_fields(element, get_fhir_model_class(kind))}


def _read_fields(element: ElementTree.Element, model: type[BaseModel]) -> Json:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    found: Json = {key: value for key, value in element.attrib.items() if key in ("id", "url")}
    rows: dict[str, list[ElementTree.Element]] = {}
    for child in element:
        rows.setdefault(_local(child), []).append(child)
    for name, children in rows.items():
        annotation = str(fields[name].annotation)
        values = [_read_value(child, annotation) for child in children]
        halves = [None if _model_of(annotation) else _read_half(child) for child in children]
        for key, nodes in ((name, values), (f"_{name}", halves)):
            if any(node is not None for node in nodes):
                found[key] = nodes if "List[" in annotation else nodes[0]
    return found


def _read_value(element: ElementTree.Element, annotation: str) -> object:
    if element.tag == f"{{{_XHTML}}}div":
        return ElementTree.tostring(element, encoding="unicode", default_namespace=_XHTML)
    if len(element) == 1 and _local(element[0])[0].isupper():
        return _read(element[0])
    kind = _model_of(annotation)
    if kind:
        return _read_fields(element, get_fhir_model_class(kind))
    return element.get("value")


def _read_half(element: ElementTree.Element) -> Json | None:
    model = get_fhir_model_class("Extension")
    extensions = [_read_fields(one, model) for one in element if _local(one) == "extension"]
    return {"extension": extensions} if extensions else None


def _model_of(annotation: str) -> str:
    """The datatype that a field holds; empty where it is a primitive."""
    return annotation.partition("abc.")[2].partition("Type")[0]


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
