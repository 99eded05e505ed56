"""Values of closed vocabularies that identify nobody: only these are left out of a note (pure).

A value that is in no list here is text that somebody may have typed. Tables are those of HL7 v2.8,
chapter 2.C.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_LOINC: Final = re.compile(r"(\d{1,6})-(\d)")
_PATTERNS: Final = {
    "SI": r"\d{1,4}",
    "SEQ": r"\d{1,4}",
    "SUBID": r"\d{1,3}(?:\.\d{1,3}){0,2}",
    "message": r"[A-Z]{3}",
    "EVENT": r"[A-Z]\d\d",
    "structure": r"[A-Z]{3}_[A-Z]\d\d",
    "VID": r"2(?:\.[1-9](?:\.[1-9])?)?",
    "CTRY": r"[A-Z]{2,3}",
    "table": r"HL7\d{4}|L|LN|SCT\d?|SNM|SNM3|I9|I9C|I9CP|I10[CP]?|ICD10(?:CM|PCS|GM|AM)?"
    r"|ICD-10(?:-CM)?|CPT|CPT4|CPT-4|C4|C5|HCPCS|NDC|CVX|MVX|RXNORM|UCUM|ISO\+?|ANS\+|LOINC"
    r"|SNOMED(?:CT)?|CDCREC|DCM|NULLFL|HB|CDCA|UML|LB|ACR|AS4E?|FDDC|FDDX|W[12]",
    "RESULTSTATUS": r"[ABCDFIMNOPRSUVWXYZ]",
    "RANGE": r"[<>]?=?\d{1,3}(?:\.\d{1,3})?(?:-\d{1,3}(?:\.\d{1,3})?)?",
    "race": (
        r"1002-5|American Indian or Alaska Native|2028-9|Asian|2054-5|Black or African American"
        r"|2076-8|Native Hawaiian or Other Pacific Islander|2106-3|White|2131-1|Other Race"
        r"|2135-2|Hispanic or Latino|2186-5|Not Hispanic or Latino|[HNUWBAO]|UNK|Unknown"
    ),
    "marital": (
        r"[ABCDEGIMNOPRSTUW]|Single|Married|Divorced|Widowed|Separated|Unknown|Domestic partner"
    ),
    "relation": (
        r"SEL(?:F)?|SPO(?:USE)?|DOM|CHD|CHILD|GCH|NCH|SCH|FCH|DEP|WRD|PAR(?:ENT)?|MTH|MOTHER|FTH"
        r"|FATHER|CGV|GRD|GUARDIAN|GRP|EXF|SIB(?:LING)?|BRO(?:THER)?|SIS(?:TER)?|FND|FRIEND|OAD|EME"
        r"|EMR|ASC|EMC|OWN|TRA|MGR|NON|UNK(?:NOWN)?|OTH(?:ER)?|HUS(?:BAND)?|WIFE?|SON|DAU(?:GHTER)?"
        r"|NK|NEXT OF KIN|EP|EC|EMERGENCY CONTACT|C|E|F|I|N|S|U|CP|PR"
    ),
    "NTESRC": r"[LPOAC]|CP|PI|RE",
}
_LISTS: Final = {
    "YN": "Y N",
    "SEX": "M F O U A N C X",
    "PT": "P T D A I R",
    "ACK": "AL NE ER SU",
    "ACKCODE": "AA AE AR CA CE CR",
    "CLASS": "E I O P R B C N U",
    "VALUETYPE": (
        "AD CE CF CK CN CNE CP CWE CX DR DT DTM ED EI FT ID IS MA MF MO NA NM PL PN RP SN ST TM TN "
        "TS TX XAD XCN XON XPN XTN"
    ),
    "ORDERCONTROL": (
        "AF CA CH CN CR DC DE DF DR FU HD HR IP LI MC NA NR NW OC OD OE OF OH OK OP OR PA PR PY RE "
        "RF RL RO RP RQ RR RU SC SN SR SS UA UC UD UF UH UM UN UR UX XO XR XX"
    ),
    "ORDERSTATUS": "A CA CM DC ER HD IP RP SC",
    "FLAGS": "L H LL HH < > N A AA U D B W S R I MS VS",
    "SECTION": (
        "AU BG BLB CG CH CP CT CTH CUS EC EN GE HM ICU IMM LAB MB MCB MYC NMR NMS NRS OSL OT OTH "
        "OUS PAR PAT PF PHR PHY PT RAD RC RT RUS RX SP SR TX URN VR VUS XRC"
    ),
    "DOCSTATUS": "AU DI DO IN IP LA PA V R U AV CA OB UN AC AA AR PU",
    "sex": "M F",
    "name_type": "A B BAD C D F I K L M MSK N NAV NB NOUSE P R REL S T TEMP U",
    "representation": "A I P",
    "order": "F G",
    "address_type": "B BA BDL BI BR C EC F H HV L M N O P RH S SH TM V",
    "use": "ASN BPN EMR NET ORN PRN PRS VHN WPN",
    "equipment": "BP CP FX Internet MD PH SAT TDD TTY X.400",
    "id_type": (
        "AC ACSN AM AN AND ANON ANC ANT APRN BA BC BCT BR BRN CC CY DDS DEA DFN DI DL DN DO DP DPM "
        "DR DS EI EN ESN FI GI GL GN HC IND IRISTEM JHN LACSN LANR LI LN LR MA MB MC MCD MCN MCR "
        "MCT MD MI MR MRT MS NBSNR NCT NE NH NI NII NIIP NNxxx NP NPI OD PA PC PCN PE PEN PHC PHE "
        "PHO PI PN PNT PPIN PPN PRC PRN PT QA RI RN RPH RR RRI RRP SID SL SN SNBSN SNO SP SR SRX "
        "SS STN TAX TN TPR TRL U UPIN USID VN VP VS WC WCN WP XV XX"
    ),
    "check": "BCV ISO M10 M11 NPI",
    "universal": "CLIA CLIP DNS EUI64 GUID HCD HL7 ISO L M N Random URI UUID x400 x500",
    "precision": "Y L D H M S",
    "location": "C D H N O P S L R",
    "suffix": "JR JR. SR SR. II III IV V ESQ",
    "prefix": "MR MR. MRS MRS. MS MS. MISS MX DR DR. PROF PROF. REV REV. SIR HERR FRAU",
    "degree": (
        "MD M.D. DO D.O. PHD PH.D. RN NP PA PA-C MBA MPH MS BS BA MA BSN MSN DDS DPM DVM FNP LPN "
        "CRNA PHARMD RPH CNM DNP APRN JD MBBS FRCS MRCP FACS FACP ND OD HS AAS"
    ),
    "authority": "NPI DEA UPIN USSSA SSA CMS AMA USA USHHS",
    "encoding": "A Hex Base64",
    "data_type": (
        "AP AU FT IM multipart NS SD SI TEXT TX Application application Audio audio Image image "
        "Multipart Text text Video video"
    ),
    "data_subtype": (
        "BASIC DICOM FAX GIF HTML JOT JPEG JPG Octet-stream octet-stream PICT PostScript RTF SGML "
        "TIFF x-hl7-cda-level-one XML PDF pdf plain PLAIN text TXT txt html rtf xml jpeg png PNG "
        "json JSON gif tiff x-hl7-cda"
    ),
    "UNITS": (
        "% mg g kg ug mcg ng pg mL ml L dL uL fL mmol/L umol/L nmol/L pmol/L mmol mg/dL g/dL ug/dL "
        "mcg/dL ng/mL ng/dL pg/mL mg/L g/L ug/L ng/L IU/L U/L mU/L mIU/L IU/mL uIU/mL mIU/mL U/mL "
        "mEq/L meq/L mmHg mm[Hg] cm mm m in in_i [in_i] lb lbs [lb_av] oz degF degC Cel [degF] F C "
        "/min bpm br/min beats/min K/uL M/uL 10*3/uL 10*6/uL 10*9/L 10*12/L x10E3/uL x10E6/uL "
        "thou/uL mill/uL x10(3)/uL x10(6)/uL 10^3/uL 10^6/uL 10\\S\\3/uL 10\\S\\6/uL kg/m2 m2 "
        "mL/min mL/min/1.73m2 mL/min/{1.73_m2} mm/hr mm/h s sec min h hr ratio mg/g mg/mmol /HPF "
        "/hpf /LPF /lpf cells/uL copies/mL mosm/kg mOsm/kg {ratio} {INR} a yr y d wk mo"
    ),
}
_CHARSETS: Final = re.compile(
    r"ASCII|8859/(?:1[0-6]|[1-9])|UNICODE(?: UTF-(?:8|16|32))?|ISO IR\d{1,3}|GB 18030-2000|BIG-5"
    r"|KS X 1001|CNS 11643-1992|JAS2020|JIS X 0202"
)


def is_closed(name: str, value: str) -> bool:
    """Whether a value, as it is written, is in the closed vocabulary of this name."""
    return _CHECKS[name](value)


def is_code(value: str, system: str) -> bool:
    """Whether a value is a code of LOINC by its check digit, and said to be one."""
    match = _LOINC.fullmatch(value) if system in ("LN", "LOINC") else None
    return match is not None and _check_digit(match[1]) == int(match[2])


def _check_digit(digits: str) -> int:
    """Modulus 10 (Luhn), as LOINC and chapter 2.A.14 have it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def _listed(words: str) -> Callable[[str], bool]:
    return frozenset(words.split()).__contains__


def _matched(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: compiled.fullmatch(value) is not None


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    **{name: _matched(pattern) for name, pattern in _PATTERNS.items()},
    **{name: _listed(words) for name, words in _LISTS.items()},
    "CHARSET": lambda value: _CHARSETS.fullmatch(value) is not None,
}
