"""XML as a flat run of events. Document types and entities are refused; nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from deid.errors import MalformedRecord
from deid.evaluate.readers.files import GoldFile


@dataclass(frozen=True, slots=True)
class Start:
    """An element begins, in this line of the file."""

    name: str
    attributes: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class End:
    """An element ends."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """Characters, CDATA or not; line ends are single line feeds (XML 1.0, 2.11)."""

    data: str


Event = Start | End | Text


def events(file: GoldFile) -> list[Event]:
    """Everything in the file, in its order.

    Raises:
        MalformedRecord: it is not well-formed, or it declares a document type. The message has the
            line.
    """
    found: list[Event] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> NoReturn:
        where = file.at(parser.CurrentLineNumber)
        raise MalformedRecord(f"{where}: document types and entities are refused: take them out")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: found.append(
        Start(name, attributes, parser.CurrentLineNumber)
    )
    parser.EndElementHandler = lambda name: found.append(End(name))
    parser.CharacterDataHandler = lambda data: found.append(Text(data))
    try:
        parser.Parse(file.text, True)
    except expat.ExpatError as error:
        fault = expat.errors.messages.get(error.code, "not well-formed")
        raise MalformedRecord(f"{file.at(error.lineno)}: not valid XML ({fault})") from None
    return found
