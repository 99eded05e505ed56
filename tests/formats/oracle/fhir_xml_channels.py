"""Where identifiers hide in resources of FHIR in XML: wherever they do in JSON, and beside that."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace

from tests.formats.fhir.xml_samples import FHIR, as_xml
from tests.formats.oracle import fhir_channels
from tests.formats.oracle.channels import Channel, Words

Build = Callable[[Words], bytes]
_OF_JSON = frozenset({"byte order mark", "escape sequences"})
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def _said(words: Words) -> str:
    return f"saw {words.name}, {words.number}, who is well"


def _in_xml(channel: Channel) -> Channel:
    def build(words: Words) -> bytes:
        return as_xml(json.loads(channel.build(words)))

    return replace(channel, suffix=".xml", place=f"FHIR, {channel.place}", build=build)


def _resource(
    write: Callable[[Words], str],
    *,
    before: Callable[[Words], str] = lambda _: "",
    attributes: Callable[[Words], str] = lambda _: "",
) -> Build:
    def written(words: Words) -> bytes:
        inner = f'\n <status value="final"/>\n {write(words)}\n'
        start = f'{before(words)}<Observation xmlns="{FHIR}"{attributes(words)}>'
        return f"{start}{inner}</Observation>\n".encode()

    return written


def _note(text: str) -> str:
    return f'<note><text value="{text}"/></note>'


def _references(words: Words) -> str:
    return _note("".join(f"&#{ord(letter)};" for letter in _said(words)))


def _utf16(words: Words) -> bytes:
    text = _resource(lambda w: _note(_said(w)))(words).decode()
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{text}'.encode("utf-16")


def _prefixed(words: Words) -> bytes:
    note = f'<f:note><f:text value="{_said(words)}"/></f:note>'
    return f'<f:Basic xmlns:f="{FHIR}">{note}</f:Basic>'.encode()


def _in_xml_in_json(words: Words) -> bytes:
    data = base64.b64encode(_resource(lambda w: _note(_said(w)))(words)).decode()
    attachment = {"contentType": "application/fhir+xml", "data": data}
    resource = {"resourceType": "DocumentReference", "content": [{"attachment": attachment}]}
    return json.dumps(resource).encode()


def _div(inner: str) -> str:
    return (
        f'<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'
        "</text>"
    )


CHANNELS = (
    *(
        _in_xml(channel)
        for channel in fhir_channels.CHANNELS
        if channel.suffix == ".json" and channel.place not in _OF_JSON
    ),
    Channel(
        ".xml",
        "FHIR, comments in the resource and beside it",
        _resource(
            lambda w: f"{_note('well')}<!-- {w.name} --><note><!--{w.number}--></note>",
            before=lambda w: f"<!-- {_said(w)} -->\n",
        ),
    ),
    Channel(
        ".xml",
        "FHIR, style sheet",
        _resource(
            lambda _: _note("well"),
            before=lambda w: (
                f'<?xml-stylesheet type="text/xsl" href="{w.given}{w.family}{w.number}.xsl"?>\n'
            ),
        ),
        is_field=True,
    ),
    Channel(
        ".xml",
        "FHIR, address of the schema",
        _resource(
            lambda _: _note("well"),
            attributes=lambda w: (
                f' {_XSI} xsi:schemaLocation="http://hl7.org/fhir '
                f'file:///C:/{w.given}/{w.family}/{w.number}.xsd"'
            ),
        ),
        is_field=True,
    ),
    Channel(
        ".xml",
        "FHIR, id of an element and address of an extension",
        _resource(
            lambda w: (
                f'<extension url="https://{w.given}.{w.family}.example/{w.number}">'
                f'<valueString value="well"/></extension><note id="{w.number}"><text value="x"/>'
                "</note>"
            )
        ),
        is_field=True,
    ),
    Channel(
        ".xml",
        "FHIR, half of an element without a value",
        _resource(
            lambda w: (
                f'<effectiveDateTime><extension url="note"><valueString value="{_said(w)}"/>'
                "</extension></effectiveDateTime>"
            )
        ),
    ),
    Channel(".xml", "FHIR, references to characters", _resource(_references)),
    Channel(
        ".xml",
        "FHIR, section of characters in a narrative",
        _resource(lambda w: _div(f"<p><![CDATA[{_said(w)} <i>]]></p>")),
    ),
    Channel(
        ".xml",
        "FHIR, comment in a narrative that parts a name",
        _resource(
            lambda w: _div(
                f"<p>saw {w.given[:4]}<!-- mark -->{w.given[4:]} {w.family}, {w.number}</p>"
            )
        ),
    ),
    Channel(".xml", "FHIR, prefix before the names of elements", _prefixed),
    Channel(".xml", "FHIR, UTF-16", _utf16),
    Channel(
        ".xml",
        "FHIR, byte order mark",
        lambda w: b"\xef\xbb\xbf" + _resource(lambda one: _note(_said(one)))(w),
    ),
    Channel(".json", "resource in XML in an attachment", _in_xml_in_json),
)
