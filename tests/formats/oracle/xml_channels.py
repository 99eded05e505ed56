"""Where identifiers hide in clinical documents (CDA R2)."""

from __future__ import annotations

import base64
from collections.abc import Callable

from tests.formats.cda.documents import document, observation, section
from tests.formats.oracle.channels import Channel, Words

Build = Callable[[Words], bytes]
_PLAIN = section("<paragraph>Continue lisinopril 10 mg daily.</paragraph>")


def _said(words: Words) -> str:
    return f"saw {words.name}, {words.number}, who is well"


def _header(write: Callable[[Words], str]) -> Build:
    return lambda words: document(write(words), _PLAIN)


def _narrative(write: Callable[[Words], str]) -> Build:
    return lambda words: document(section(write(words)))


def _entry(write: Callable[[Words], str]) -> Build:
    return lambda words: document(
        section("<paragraph>Well.</paragraph>", observation(write(words)))
    )


def _name(words: Words) -> str:
    return f"<name><given>{words.given}</given><family>{words.family}</family></name>"


def _patient(words: Words) -> str:
    return (
        f'<recordTarget><patientRole><id root="1.2.3" extension="{words.number}"/>'
        f"<patient>{_name(words)}<guardian><guardianPerson>{_name(words)}</guardianPerson>"
        "</guardian></patient><providerOrganization>"
        f"<name>{words.name}</name></providerOrganization></patientRole></recordTarget>"
    )


def _reachable(words: Words) -> str:
    return (
        f"<recordTarget><patientRole><addr>{words.name}</addr><addr><streetAddressLine>"
        f"{words.number}</streetAddressLine><city>{words.family}</city><state>{words.given}</state>"
        f'</addr><telecom value="tel:{words.number}"/>'
        f'<telecom value="mailto:{words.given}.{words.family}@example.org"/>'
        f'<telecom value="https://example.org/{words.family}"/></patientRole></recordTarget>'
    )


def _people(words: Words) -> str:
    identified = f'<id root="1.2.3" extension="{words.number}"/>'
    person = f"<assignedPerson>{_name(words)}</assignedPerson>"
    entity = f"<assignedEntity>{identified}{person}</assignedEntity>"
    return (
        f"<author><assignedAuthor>{identified}{person}</assignedAuthor></author>"
        f"<dataEnterer>{entity}</dataEnterer><informant><relatedEntity>{identified}"
        f"<relatedPerson>{_name(words)}</relatedPerson></relatedEntity></informant>"
        f"<custodian><assignedCustodian><representedCustodianOrganization>{identified}"
        f"<name>{words.name}</name></representedCustodianOrganization></assignedCustodian>"
        f"</custodian><legalAuthenticator>{entity}</legalAuthenticator>"
        f"<participant><associatedEntity>{identified}<associatedPerson>{_name(words)}"
        "</associatedPerson></associatedEntity></participant>"
        f"<documentationOf><serviceEvent><performer>{entity}</performer></serviceEvent>"
        "</documentationOf>"
        f"<relatedDocument><parentDocument>{identified}<setId root='1.2' "
        f"extension='{words.number}'/></parentDocument></relatedDocument><componentOf>"
        f"<encompassingEncounter>{identified}<location><healthCareFacility>{identified}<location>"
        f"<name>{words.name}</name></location></healthCareFacility></location>"
        "</encompassingEncounter></componentOf>"
    )


def _body(kind: str, content: Callable[[Words], bytes]) -> Build:
    def written(words: Words) -> bytes:
        data = base64.b64encode(content(words)).decode()
        return document(
            f'<component><nonXMLBody><text mediaType="{kind}" representation="B64">{data}</text>'
            "</nonXMLBody></component>"
        )

    return written


def _utf16(words: Words) -> bytes:
    text = document(section(f"<paragraph>{_said(words)}</paragraph>")).decode()
    return text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def _split(words: Words) -> str:
    half = len(words.family) // 2
    return (
        f"<paragraph>saw {words.given[:4]}<content ID='c1' styleCode='Bold'>{words.given[4:]}"
        f"</content> {words.family[:half]}<!-- mark --><sub>{words.family[half:]}</sub>, "
        f"{words.number[:5]}<content>{words.number[5:]}</content></paragraph>"
    )


def _references(words: Words) -> str:
    return "<paragraph>" + "".join(f"&#{ord(one)};" for one in _said(words)) + "</paragraph>"


def _with_schema(words: Words) -> bytes:
    path = f"C:\\{words.given}\\{words.family}\\{words.number}.xsd"
    attribute = f'xsi:schemaLocation="urn:hl7-org:v3 {path}" '
    return document(_PLAIN).replace(b"xmlns=", attribute.encode() + b"xmlns=", 1)


CHANNELS = (
    Channel(
        ".xml", "names and numbers of the patient and guardian", _header(_patient), is_field=True
    ),
    Channel(".xml", "addresses and telecommunication", _header(_reachable), is_field=True),
    Channel(".xml", "people and organizations of the header", _header(_people), is_field=True),
    Channel(".xml", "title of the document", _header(lambda w: f"<title>{_said(w)}</title>")),
    Channel(
        ".xml",
        "time that holds something else",
        _header(lambda w: f'<effectiveTime value="{w.name} {w.number}"/>'),
        is_field=True,
    ),
    Channel(
        ".xml",
        "root of an identifier, name of its authority",
        _header(lambda w: f'<id root="{w.number}" assigningAuthorityName="{w.name}"/>'),
        is_field=True,
    ),
    Channel(".xml", "paragraph", _narrative(lambda w: f"<paragraph>{_said(w)}</paragraph>")),
    Channel(".xml", "words split over inline markup and comments", _narrative(_split)),
    Channel(
        ".xml",
        "table, its heading and caption",
        _narrative(
            lambda w: (
                f'<table summary="{w.name}"><caption>{_said(w)}</caption><thead><tr>'
                f'<th abbr="{w.number}">{w.name}</th></tr></thead><tbody><tr><td>{w.name}</td>'
                f"<td>{w.number}</td></tr></tbody></table>"
            )
        ),
    ),
    Channel(
        ".xml",
        "list and footnote",
        _narrative(
            lambda w: (
                f"<list><caption>{w.name}</caption><item>{_said(w)}<br/>{w.number}</item></list>"
                f'<footnote ID="f1">{_said(w)}</footnote>'
            )
        ),
    ),
    Channel(
        ".xml",
        "text and title of a link",
        _narrative(
            lambda w: f'<paragraph><linkHtml title="{w.name}">{_said(w)}</linkHtml></paragraph>'
        ),
    ),
    Channel(
        ".xml",
        "target of a link",
        _narrative(
            lambda w: (
                f'<paragraph><linkHtml href="https://example.org/{w.given}/{w.family}/{w.number}">x</linkHtml>'
                "</paragraph>"
            )
        ),
        is_field=True,
    ),
    Channel(
        ".xml",
        "names of places, and references to them",
        lambda w: document(
            section(
                f'<paragraph ID="{w.given}_{w.family}_{w.number}">x</paragraph>',
                observation(f'<text><reference value="#{w.given}_{w.family}_{w.number}"/></text>'),
            )
        ),
    ),
    Channel(".xml", "title of a section", lambda w: document(section("x", title=_said(w)))),
    Channel(".xml", "references to characters", _narrative(_references)),
    Channel(".xml", "section of characters", _narrative(lambda w: f"<![CDATA[{_said(w)} <i>]]>")),
    Channel(".xml", "comment", _header(lambda w: f"<!-- {_said(w)} -->")),
    Channel(
        ".xml",
        "style sheet",
        lambda w: document(
            _PLAIN,
            before=f'<?xml-stylesheet type="text/xsl" href="{w.given}{w.family}{w.number}.xsl"?>\n',
        ),
        is_field=True,
    ),
    Channel(".xml", "address of the schema", _with_schema, is_field=True),
    Channel(
        ".xml",
        "code, its display, system and original text",
        _entry(
            lambda w: (
                f'<code code="{w.number}" displayName="{w.name}" codeSystemName="{w.family}">'
                f"<originalText>{_said(w)}</originalText>"
                f'<translation displayName="{w.name}" code="{w.family}"/></code>'
            )
        ),
    ),
    Channel(
        ".xml",
        "attribute of a closed list",
        _entry(
            lambda w: (
                f'<value xsi:type="PQ" value="{w.number}" unit="{w.family}"/>'
                f'<code nullFlavor="{w.given}"/>'
            )
        ),
    ),
    Channel(
        ".xml",
        "value of an observation",
        _entry(lambda w: f'<value xsi:type="ST">{_said(w)}</value>'),
    ),
    Channel(
        ".xml",
        "text that its elements interrupt",
        _entry(
            lambda w: (
                f'<text>{w.given[:5]}<reference value="#t1"/>{w.given[5:]} {w.family}, {w.number}'
                "</text>"
            )
        ),
    ),
    Channel(
        ".xml",
        "identifier of an entry, lot and device",
        _entry(
            lambda w: (
                f'<id root="1.2.3.4" extension="{w.number}"/><participant><participantRole>'
                f'<id root="2.16.840.1.113883.3.3719" extension="{w.number}"/><playingDevice>'
                f"<manufacturerModelName>{w.name}</manufacturerModelName></playingDevice>"
                "</participantRole></participant><consumable><manufacturedProduct>"
                f"<manufacturedMaterial><lotNumberText>{w.number}</lotNumberText>"
                "</manufacturedMaterial></manufacturedProduct></consumable>"
            )
        ),
        is_field=True,
    ),
    Channel(
        ".xml",
        "extension of HL7 (sdtc)",
        _header(
            lambda w: (
                f"<author><assignedAuthor><sdtc:desc>{_said(w)}</sdtc:desc>"
                f'<sdtc:specialty displayName="{w.name} {w.number}"/></assignedAuthor></author>'
            )
        ),
    ),
    Channel(".xml", "text in a file in base64", _body("text/plain", lambda w: _said(w).encode())),
    Channel(
        ".xml",
        "document in a document",
        _body("text/xml", lambda w: document(section(f"<paragraph>{_said(w)}</paragraph>"))),
    ),
    Channel(".xml", "UTF-16", _utf16),
    Channel(
        ".xml",
        "byte order mark",
        lambda w: b"\xef\xbb\xbf" + document(section(f"<paragraph>{_said(w)}</paragraph>")),
    ),
)
