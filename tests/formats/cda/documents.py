"""Clinical documents of CDA R2 for tests. Nobody in them lives."""

from __future__ import annotations

NAMESPACES = (
    'xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
LOINC = 'codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"'

_START = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument {NAMESPACES}>
  <realmCode code="US"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.1" extension="2015-08-01"/>
  <code code="34133-9" {LOINC}/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="en-US"/>
"""

PATIENT = """\
  <recordTarget><patientRole>
    <id root="1.2.840.114350.1.13.99998.8734" extension="QZ48213377"/>
    <id root="2.16.840.1.113883.4.1" extension="123-45-6789"/>
    <addr use="HP"><streetAddressLine>12 Brackenthwaite Row</streetAddressLine>
      <city>Ulverholm</city><state>UT</state><postalCode>84101</postalCode>
      <country>US</country></addr>
    <telecom value="tel:+1(801)555-0147" use="HP"/>
    <telecom value="mailto:marisol@example.org"/>
    <patient><name use="L"><prefix>Mrs.</prefix><given>Marisol</given><family>Quenbridge</family>
      </name>
      <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="19610314"/>
      <guardian><guardianPerson><name><given>Odalys</given><family>Quenbridge</family></name>
      </guardianPerson></guardian>
    </patient>
    <providerOrganization><name>Ulverholm Infirmary</name></providerOrganization>
  </patientRole></recordTarget>
"""
AUTHOR = """\
  <author><time value="20251103101500-0700"/><assignedAuthor>
    <id root="2.16.840.1.113883.4.6" extension="1234567893"/>
    <assignedPerson><name><given>Ansgar</given><family>Thrupwell</family><suffix>MD</suffix></name>
    </assignedPerson></assignedAuthor></author>
"""
SEEN = (
    "<paragraph>Mrs. Quenbridge was seen on November 3, 2025 by Dr. Thrupwell.</paragraph>"
    "<paragraph>Continue lisinopril 10 mg daily.</paragraph>"
)


def section(text: str, entries: str = "", *, title: str = "History") -> str:
    """A body of one section."""
    return (
        "  <component><structuredBody><component><section>"
        f'<code code="10164-2" {LOINC}/><title>{title}</title><text>{text}</text>{entries}'
        "</section></component></structuredBody></component>\n"
    )


def document(*pieces: str, before: str = "") -> bytes:
    """A document of these pieces."""
    start = _START.replace("?>\n", f"?>\n{before}", 1)
    return f"{start}{''.join(pieces)}</ClinicalDocument>\n".encode()


def observation(inside: str) -> str:
    """An entry that is an observation."""
    return f'<entry><observation classCode="OBS" moodCode="EVN">{inside}</observation></entry>'


FULL = document(PATIENT, AUTHOR, section(SEEN))
"""A header and a section."""
