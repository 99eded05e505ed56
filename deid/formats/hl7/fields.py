"""What the fields of the standard's segments are (HL7 v2.3 to v2.8.2; pure data).

A row of `deid.formats.hl7.segments` holds the number of a field, its data type, the label of what
it identifies (`-`: what its type says alone), and its name, which is put before it for detectors to
read. Fields that are in no row are text. Numbers and types are those of v2.8; a field whose type
changed keeps its components. A test holds numbers and types to another library's tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from deid.formats.hl7.segments import (
    care,
    control,
    finance,
    materials,
    orders,
    patients,
    registers,
)
from deid.labels import Label


@dataclass(frozen=True, slots=True)
class FieldMeaning:
    """What a field is.

    Attributes:
        datatype: name of its data type, see `deid.formats.hl7.datatypes`.
        label: what it identifies; None: only what its type says.
        name: in plain words.
    """

    datatype: str
    label: Label | None
    name: str


_TABLES: Final = (control, patients, finance, orders, care, registers, materials)
_SEGMENTS: Final = """
ABS ACC ADD ADJ AFF AIG AIL AIP AIS AL1 APR ARQ ARV AUT BHS BLC BLG BPO BPX BTS BTX BUI CDM CDO
CER CM0 CM1 CM2 CNS CON CSP CSR CSS CTD CTI CTR DB1 DEV DG1 DMI DON DPS DRG DSC DSP DST ECD ECR
EDU EQL EQP EQU ERQ ERR EVN FAC FHS FT1 FTS GOL GP1 GP2 GT1 IAM IAR IIM ILT IN1 IN2 IN3 INV IPC
IPR ISD ITM IVC IVT LAN LCC LCH LDP LOC LRL MCP MFA MFE MFI MRG MSA MSH NCK NDS NK1 NPU NSC NST
NTE OBR OBX ODS ODT OH1 OH2 OH3 OH4 OM1 OM2 OM3 OM4 OM5 OM6 OM7 OMC ORC ORG OVR PAC PCE PCR PD1
PDA PDC PEO PES PID PKG PM1 PMT PR1 PRA PRB PRC PRD PRT PSG PSH PSL PSS PTH PV1 PV2 PYE QAK QID
QPD QRD QRF QRI RCP RDF RDT REL RF1 RFI RGS RMI ROL RQ1 RQD RXA RXC RXD RXE RXG RXO RXR RXV SAC
SCD SCH SCP SDD SFT SGH SGT SHP SID SLT SPM SPR STF STZ TCC TCD TQ1 TQ2 TXA UAC UB1 UB2 URD URS
VAR VND VTQ
"""
NAMED_SEGMENTS: Final = frozenset(_SEGMENTS.split())
"""The segments of the standard; what begins a line with any other word is text (or a Z segment)."""


def meaning_of(segment: str, number: int) -> FieldMeaning | None:
    """What a field is; None where the standard, or this table, does not say."""
    return _meanings().get((segment, number))


@cache
def _meanings() -> dict[tuple[str, int], FieldMeaning]:
    found: dict[tuple[str, int], FieldMeaning] = {}
    segment = ""
    for line in "".join(table.ROWS for table in _TABLES).split("\n"):
        number, _, rest = line.partition(" ")
        if not rest:
            segment = number or segment
            continue
        datatype, label, name = rest.split(" ", 2)
        meaning = FieldMeaning(datatype, None if label == "-" else Label[label], name)
        found[segment, int(number)] = meaning
    return found
