"""What the fields of the standard's segments are (HL7 v2.3 to v2.8.2; pure data).

A row holds the number of a field, its data type, the label of what it identifies (`-`: what its
type says alone), and its name, which is put before it for detectors to read. Fields that are in no
row are text. Numbers and types are those of v2.8; a field whose type changed keeps its components.
Chapters: 2 (MSH, ERR, NTE, MSA, DSC, SFT, FHS to BTS), 3 (patient administration), 4 (orders),
5 (queries), 6 (finance), 7 (observations), 8 (master files), 9 (documents), 10 (scheduling), 11
(referrals), 12 (problems and goals), 13 (laboratory automation), 15 (personnel).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

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


_TABLE: Final = """
MSH
3 HD ORGANIZATION sending application
4 HD HOSPITAL sending facility
5 HD ORGANIZATION receiving application
6 HD HOSPITAL receiving facility
7 DTM - date of message
8 ST IDNUM security
9 MSG - message type
10 ST IDNUM message control number
11 PT - processing
12 VID - version
13 SEQ - sequence number
14 ST IDNUM continuation pointer
15 ACK - accept acknowledgment
16 ACK - application acknowledgment
17 CTRY - country
18 CHARSET - character set
19 CWE - language
21 EI - profile
22 XON ORGANIZATION sending organization
23 XON ORGANIZATION receiving organization
24 HD HOSPITAL sending network address
25 HD HOSPITAL receiving network address
FHS
3 HD ORGANIZATION sending application
4 HD HOSPITAL sending facility
5 HD ORGANIZATION receiving application
6 HD HOSPITAL receiving facility
7 DTM - file date
8 ST IDNUM security
9 ST IDNUM file name
10 TX - comment
11 ST IDNUM control number
12 ST IDNUM reference control number
13 HD HOSPITAL network address
14 HD HOSPITAL network address
BHS
3 HD ORGANIZATION sending application
4 HD HOSPITAL sending facility
5 HD ORGANIZATION receiving application
6 HD HOSPITAL receiving facility
7 DTM - batch date
8 ST IDNUM security
9 ST IDNUM batch name
10 TX - comment
11 ST IDNUM control number
12 ST IDNUM reference control number
13 HD HOSPITAL network address
14 HD HOSPITAL network address
BTS
1 SEQ - number of messages
2 TX - comment
FTS
1 SEQ - number of batches
2 TX - comment
SFT
6 DTM - install date
UAC
2 ED - credential
MSA
1 ACKCODE - acknowledgment
2 ST IDNUM message control number
3 TX - text
NTE
1 SI - set
2 NTESRC - source
3 FT - comment
5 XCN DOCTOR entered by
6 DTM - entered
7 DTM - start
8 DTM - end
EVN
1 EVENT - event
2 DTM - recorded
3 DTM - planned
5 XCN DOCTOR operator
6 DTM - occurred
7 HD HOSPITAL facility
PID
1 SI - set
2 CX MRN patient ID
3 CX MRN patient MRN
4 CX MRN alternate patient ID
5 XPN PATIENT patient name
6 XPN PERSON mother's maiden name
7 DTM - date of birth
8 SEX - sex
9 XPN PATIENT patient alias
10 RACE - race
11 XAD - patient address
12 ST COUNTY county
13 XTN - home phone
14 XTN - business phone
15 CWE - language
16 MARITAL - marital status
17 CWE - religion
18 CX ACCOUNT patient account number
19 ST SSN SSN
20 DLN LICENSE driver's license
21 CX MRN mother's MRN
22 RACE - ethnic group
23 ST CITY birth place
24 YN - multiple birth
25 SEQ - birth order
26 CWE COUNTRY citizenship
27 CWE - veteran status
28 CWE COUNTRY nationality
29 DTM - date of death
30 YN - death indicator
31 YN - identity unknown
33 DTM - last update
34 HD HOSPITAL last update facility
39 CWE OTHER tribal citizenship
40 XTN - phone
PD1
3 XON HOSPITAL primary care facility
4 XCN DOCTOR primary care provider
10 CX MRN duplicate patient
12 YN - protected
13 DTM - effective
14 XON ORGANIZATION place of worship
17 DTM - effective
18 DTM - effective
20 CWE PROFESSION military rank
22 DTM - verified
23 DTM - retired
NK1
1 SI - set
2 XPN PERSON next of kin
3 RELATION - relationship
4 XAD - address
5 XTN - phone
6 XTN - business phone
7 RELATION - role
8 DTM - start
9 DTM - end
10 ST PROFESSION job title
11 JCC PROFESSION job
12 CX IDNUM employee number
13 XON ORGANIZATION employer
15 SEX - sex
16 DTM - date of birth
19 CWE COUNTRY citizenship
26 XPN PERSON mother's maiden name
27 CWE COUNTRY nationality
30 XPN PERSON contact person
31 XTN - contact phone
32 XAD - contact address
33 CX IDNUM identifier
37 ST SSN SSN
38 ST CITY birth place
40 XTN - phone
41 XTN - phone
PV1
1 SI - set
2 CLASS - patient class
3 PL - location
4 CWE - admission type
5 CX IDNUM preadmit number
6 PL - prior location
7 XCN DOCTOR attending doctor
8 XCN DOCTOR referring doctor
9 XCN DOCTOR consulting doctor
10 CWE - specialty
11 PL - temporary location
14 CWE - admit source
17 XCN DOCTOR admitting doctor
18 CWE - patient type
19 CX IDNUM visit number
20 FC - financial class
25 DTM - contract date
30 DTM - transfer date
35 DTM - deleted
36 CWE - disposition
37 DLD - discharged to
39 CWE HOSPITAL servicing facility
42 PL - pending location
43 PL - prior temporary location
44 DTM - admitted
45 DTM - discharged
50 CX IDNUM alternate visit number
52 XCN DOCTOR other provider
54 CX IDNUM episode
PV2
1 PL - prior pending location
8 DTM - expected admission
9 DTM - expected discharge
13 XCN DOCTOR referral source
14 DTM - previous service
17 DTM - purge date
23 XON ORGANIZATION clinic
26 DTM - previous treatment
28 DTM - signature on file
29 DTM - first similar illness
33 DTM - expected surgery
46 DTM - effective
47 DTM - expected return
48 DTM - testing
49 CWE - notify clergy
MRG
1 CX MRN prior MRN
2 CX MRN prior alternate ID
3 CX ACCOUNT prior account number
4 CX MRN prior patient ID
5 CX IDNUM prior visit number
6 CX IDNUM prior alternate visit number
7 XPN PATIENT prior name
GT1
1 SI - set
2 CX IDNUM guarantor number
3 XPN PERSON guarantor
4 XPN PERSON guarantor's spouse
5 XAD - guarantor's address
6 XTN - phone
7 XTN - business phone
8 DTM - date of birth
9 SEX - sex
11 RELATION - relationship
12 ST SSN SSN
13 DTM - begin
14 DTM - end
16 XPN ORGANIZATION employer
17 XAD - employer's address
18 XTN - employer's phone
19 CX IDNUM employee number
21 XON ORGANIZATION guarantor organization
24 DTM - death
29 CX IDNUM employer number
31 DTM - hired
32 DTM - stopped
35 CWE COUNTRY citizenship
42 XPN PERSON mother's maiden name
43 CWE COUNTRY nationality
45 XPN PERSON contact person
46 XTN - contact phone
49 ST PROFESSION job title
50 JCC PROFESSION job
51 XON ORGANIZATION employer
56 ST CITY birth place
IN1
1 SI - set
2 CWE - plan
3 CX IDNUM insurance company number
4 XON ORGANIZATION insurance company
5 XAD - company's address
6 XPN PERSON contact person
7 XTN - company's phone
8 ST HEALTHPLAN group number
9 XON ORGANIZATION group
10 CX IDNUM group employer number
11 XON ORGANIZATION group employer
12 DTM - effective
13 DTM - expires
14 AUI HEALTHPLAN authorization
15 CWE - plan type
16 XPN PERSON insured
17 RELATION - relationship
18 DTM - date of birth
19 XAD - insured's address
24 DTM - eligibility notice
26 DTM - report date
28 ST HEALTHPLAN certification
29 DTM - verified
30 XCN DOCTOR verified by
36 ST HEALTHPLAN policy number
43 SEX - sex
44 XAD - employer's address
49 CX HEALTHPLAN insured's ID
52 ST CITY birth place
IN2
1 CX IDNUM employee number
2 ST SSN SSN
3 XCN ORGANIZATION employer
6 ST HEALTHPLAN Medicare number
7 XPN PERSON Medicaid case name
8 ST HEALTHPLAN Medicaid number
9 XPN PERSON military sponsor
10 ST IDNUM military ID
12 ST ORGANIZATION military organization
13 ST LOCATION military station
14 CWE - branch
15 CWE PROFESSION rank
22 XPN PERSON approved by
25 CX HEALTHPLAN payor ID
26 CX HEALTHPLAN subscriber ID
33 CWE COUNTRY citizenship
40 XPN PERSON mother's maiden name
41 CWE COUNTRY nationality
46 ST PROFESSION job title
47 JCC PROFESSION job
49 XPN PERSON employer contact
50 XTN - contact phone
52 XPN PERSON contact person
53 XTN - contact phone
54 XPN PERSON contact person
55 XTN - contact phone
58 XTN - phone
61 CX HEALTHPLAN member number
63 XTN - phone
64 XTN - employer's phone
69 XON ORGANIZATION organization
70 XON ORGANIZATION employer
IN3
1 SI - set
2 CX HEALTHPLAN certification number
3 XCN DOCTOR certified by
6 DTM - certified
7 DTM - modified
8 XCN DOCTOR operator
9 DTM - begin
10 DTM - end
13 DTM - begin
14 XCN DOCTOR physician reviewer
15 ST PERSON certification contact
16 XTN - phone
18 XTN - phone
19 XTN - phone
25 XPN PERSON case manager
ACC
1 DTM - accident
3 ST LOCATION accident place
7 XCN DOCTOR entered by
9 ST PERSON brought in by
11 XAD - address
13 EI IDNUM police report
PDA
2 PL - place of death
4 DTM - certificate signed
5 XCN DOCTOR death certified by
7 DR - autopsy
8 XCN DOCTOR autopsy by
DG1
1 SI - set
3 CWE - diagnosis
4 ST - diagnosis
5 DTM - diagnosed
16 XCN DOCTOR diagnosing clinician
19 DTM - attested
20 EI IDNUM diagnosis number
22 EI IDNUM diagnosis number
PR1
1 SI - set
3 CWE - procedure
4 ST - procedure
5 DTM - procedure date
8 XCN DOCTOR anesthesiologist
11 XCN DOCTOR surgeon
12 XCN DOCTOR practitioner
19 EI IDNUM procedure number
23 PL - location
AL1
1 SI - set
2 CWE - allergen type
3 CWE - allergy
4 CWE - severity
5 ST - reaction
6 DTM - identified
IAM
1 SI - set
3 CWE - allergy
7 EI IDNUM allergy number
11 DTM - onset
13 DTM - reported
14 XPN PERSON reported by
18 XCN DOCTOR statused by
19 XON HOSPITAL organization
20 DTM - statused
ORC
1 ORDERCONTROL - order control
2 EI IDNUM placer order number
3 EI IDNUM filler order number
4 EIP IDNUM group number
5 ORDERSTATUS - order status
7 TQ - timing
8 EIP IDNUM parent
9 DTM - transaction
10 XCN DOCTOR entered by
11 XCN DOCTOR verified by
12 XCN DOCTOR ordering provider
13 PL - enterer's location
14 XTN - call back phone
15 DTM - effective
16 CWE - reason
17 CWE ORGANIZATION entering organization
18 CWE DEVICE entering device
19 XCN DOCTOR action by
21 XON HOSPITAL ordering facility
22 XAD - ordering facility address
23 XTN - ordering facility phone
24 XAD - ordering provider address
27 DTM - available
33 EI IDNUM alternate order number
OBR
1 SI - set
2 EI IDNUM placer order number
3 EI IDNUM filler order number
4 CWE - examination
6 DTM - requested
7 DTM - observed
8 DTM - observation end
10 XCN DOCTOR collector
12 CWE - danger
13 ST - clinical information
14 DTM - specimen received
15 SPS - specimen source
16 XCN DOCTOR ordering provider
17 XTN - call back phone
18 ST IDNUM placer number
19 ST IDNUM placer number
20 ST IDNUM filler number
21 ST IDNUM filler number
22 DTM - status change
24 SECTION - section
25 RESULTSTATUS - result status
27 TQ - timing
28 XCN DOCTOR copies to
29 EIP IDNUM parent
31 CWE - reason for study
32 NDL DOCTOR interpreter
33 NDL DOCTOR assistant interpreter
34 NDL DOCTOR technician
35 NDL DOCTOR transcriptionist
36 DTM - scheduled
44 CWE - procedure
53 EI IDNUM alternate order number
54 EIP IDNUM parent order
OBX
1 SI - set
2 VALUETYPE - value type
3 CWE - observation
4 SUBID - sub-identifier
6 UNITS - units
7 RANGE - range
8 FLAGS - flags
11 RESULTSTATUS - result status
12 DTM - effective
14 DTM - observed
15 CWE ORGANIZATION producer
16 XCN DOCTOR observer
17 CWE - method
18 EI DEVICE equipment
19 DTM - analysed
21 EI IDNUM observation number
23 XON HOSPITAL performing organization
24 XAD - performing organization address
25 XCN DOCTOR medical director
33 EI IDNUM observation number
SPM
1 SI - set
2 EIP IDNUM specimen
3 EIP IDNUM parent specimen
4 CWE - specimen type
8 CWE - specimen site
14 TX - description
17 DR - collected
18 DTM - received
19 DTM - expires
30 CX IDNUM accession number
31 CX IDNUM specimen number
SAC
1 EI IDNUM accession number
2 EI IDNUM accession number
3 EI IDNUM container
4 EI IDNUM container
5 EI IDNUM container
7 DTM - registered
IPC
1 EI IDNUM accession number
2 EI IDNUM procedure number
3 EI IDNUM study
4 EI IDNUM scheduled procedure
7 CWE DEVICE station
9 ST DEVICE station
TQ1
1 SI - set
7 DTM - start
8 DTM - end
CTI
1 EI IDNUM study
CTD
2 XPN PERSON contact person
3 XAD - address
4 PL - location
5 XTN - phone
7 PLN IDNUM identifier
TXA
1 SI - set
2 CWE - document type
4 DTM - activity
5 XCN DOCTOR primary provider
6 DTM - originated
7 DTM - transcribed
8 DTM - edited
9 XCN DOCTOR originator
10 XCN DOCTOR authenticator
11 XCN DOCTOR transcriptionist
12 EI IDNUM document number
13 EI IDNUM parent document
14 EI IDNUM placer order number
15 EI IDNUM filler order number
16 ST IDNUM file name
17 DOCSTATUS - completion
18 DOCSTATUS - confidentiality
19 DOCSTATUS - availability
20 DOCSTATUS - storage
22 PPN DOCTOR authenticated by
23 XCN DOCTOR copies to
25 ST - title
26 DTM - agreed due
27 HD HOSPITAL creating facility
CON
11 TX - consent text
13 DTM - discussed
14 DTM - decided
15 DTM - effective
16 DTM - end
24 XPN PERSON consenter
SCH
1 EI IDNUM placer appointment
2 EI IDNUM filler appointment
4 EIP IDNUM group number
6 CWE - event reason
7 CWE - reason
8 CWE - appointment type
11 TQ - timing
12 XCN DOCTOR placer contact
13 XTN - phone
14 XAD - address
15 PL - location
16 XCN DOCTOR filler contact
17 XTN - phone
18 XAD - address
19 PL - location
20 XCN DOCTOR entered by
21 XTN - phone
22 PL - location
23 EI IDNUM parent appointment
24 EI IDNUM parent appointment
25 CWE - filler status
26 EI IDNUM placer order number
27 EI IDNUM filler order number
ARQ
1 EI IDNUM placer appointment
2 EI IDNUM filler appointment
4 EIP IDNUM group number
11 DR - requested
15 XCN DOCTOR placer contact
16 XTN - phone
17 XAD - address
18 PL - location
19 XCN DOCTOR entered by
20 XTN - phone
21 PL - location
22 EI IDNUM parent appointment
23 EI IDNUM parent appointment
24 EI IDNUM placer order number
25 EI IDNUM filler order number
AIS
1 SI - set
3 CWE - appointment
4 DTM - start
AIG
1 SI - set
3 CWE - resource
8 DTM - start
AIL
1 SI - set
3 PL - location
6 DTM - start
AIP
1 SI - set
3 XCN DOCTOR personnel
4 CWE - role
5 CWE - group
6 DTM - start
ROL
1 EI IDNUM role
4 XCN DOCTOR role person
5 DTM - begin
6 DTM - end
11 XAD - address
12 XTN - phone
13 PL - location
14 XON ORGANIZATION organization
PRT
1 EI IDNUM participation
5 XCN DOCTOR participant
8 XON ORGANIZATION organization
9 PL - location
10 EI DEVICE device
11 DTM - begin
12 DTM - end
14 XAD - address
15 XTN - phone
16 EI DEVICE device
20 ST DEVICE serial number
STF
1 CWE IDNUM staff key
2 CX IDNUM staff ID
3 XPN DOCTOR staff name
5 SEX - sex
6 DTM - date of birth
8 CWE DEPARTMENT department
10 XTN - phone
11 XAD - address
12 DIN - active
13 DIN - inactive
14 CWE IDNUM backup person
15 ST EMAIL e-mail
18 ST PROFESSION job title
19 JCC PROFESSION job
22 DLN LICENSE driver's license
24 DTM - expires
25 DTM - due
30 DTM - death
35 CWE OTHER tribal citizenship
38 EI IDNUM identifier
PRA
1 CWE IDNUM staff key
2 CWE ORGANIZATION group
5 SPD - specialty
6 PLN LICENSE practitioner ID
7 PIP - privileges
8 DTM - entered
9 CWE ORGANIZATION institution
10 DTM - left
PRD
2 XPN DOCTOR provider
3 XAD - address
4 PL - location
5 XTN - phone
7 PLN LICENSE provider ID
8 DTM - begin
9 DTM - end
10 XON ORGANIZATION organization
11 XAD - address
AFF
2 XON ORGANIZATION organization
3 XAD - address
4 DR - dates
EDU
3 DR - dates
4 DR - dates
6 XON ORGANIZATION school
8 XAD - address
ORG
2 XON ORGANIZATION organization
5 CX LICENSE identifier
9 DR - dates
CER
2 ST IDNUM serial number
4 XON ORGANIZATION granting authority
11 EI IDNUM certificate
16 EI IDNUM subject
LOC
1 PL - location
3 XON ORGANIZATION organization
5 XAD - address
6 XTN - phone
FT1
1 SI - set
2 CX IDNUM transaction
3 ST IDNUM batch
4 DR - transaction date
5 DTM - posted
7 CWE - charge
13 CWE DEPARTMENT department
16 PL - location
19 CWE - diagnosis
20 XCN DOCTOR performed by
21 XCN DOCTOR ordered by
23 EI IDNUM filler order number
24 XCN DOCTOR entered by
25 CWE - procedure
RXA
3 DTM - start
4 DTM - end
5 CWE - vaccine or drug
7 CWE - units
9 CWE - notes
10 XCN DOCTOR administered by
11 LA2 - location
16 DTM - expires
17 CWE - manufacturer
18 CWE - reason not given
19 CWE - indication
22 DTM - entered
27 PL - location
28 XAD - address
RXO
1 CWE - drug
4 CWE - units
5 CWE - form
7 CWE - instructions
14 XCN DOCTOR ordering provider
15 XCN DOCTOR pharmacist
32 XON ORGANIZATION pharmacy
33 XAD - pharmacy address
RXE
2 CWE - drug
5 CWE - units
6 CWE - form
7 CWE - instructions
8 LA1 - location
13 XCN DOCTOR ordering provider
14 XCN DOCTOR pharmacist
15 ST IDNUM prescription number
18 DTM - dispensed
32 DTM - original order
40 XON ORGANIZATION pharmacy
41 XAD - pharmacy address
42 PL - location
43 XAD - address
RXD
2 CWE - drug
3 DTM - dispensed
7 ST IDNUM prescription number
10 XCN DOCTOR dispensed by
13 LA2 - location
RXG
11 LA2 - location
RF1
6 EI IDNUM referral
7 DTM - effective
8 DTM - expires
9 DTM - processed
11 EI IDNUM referral
AUT
2 CWE ORGANIZATION insurance company
3 ST ORGANIZATION insurance company
4 DTM - effective
5 DTM - expires
6 EI HEALTHPLAN authorization
10 DTM - requested
PRB
2 DTM - action
3 CWE - problem
4 EI IDNUM problem
5 EI IDNUM episode
7 DTM - established
8 DTM - expected
9 DTM - resolved
13 CWE - certainty
14 CWE - status
16 DTM - onset
GOL
2 DTM - action
3 CWE - goal
4 EI IDNUM goal
5 EI IDNUM episode
7 DTM - established
8 DTM - expected
PTH
3 EI IDNUM pathway
4 DTM - established
6 DTM - changed
VAR
1 EI IDNUM variance
2 DTM - documented
3 DTM - stated
4 XCN DOCTOR originator
6 TX - variance
PES
1 XON ORGANIZATION sender
2 XCN DOCTOR sender
3 XAD - address
4 XTN - phone
5 EI IDNUM event
7 TX - text
PEO
10 XAD - event address
27 XPN DOCTOR observer
28 XAD - observer's address
29 XTN - observer's phone
PCR
12 ST IDNUM lot
CSR
1 EI IDNUM study
2 EI IDNUM alternate study
3 CWE ORGANIZATION institution
4 CX IDNUM study patient
5 CX IDNUM alternate study patient
6 DTM - registered
7 XCN DOCTOR registered by
8 XCN DOCTOR investigator
9 DTM - consent signed
16 DTM - ended
MFI
5 DTM - entered
6 DTM - effective
MFE
2 ST IDNUM control number
3 DTM - effective
6 DTM - entered
7 XCN DOCTOR entered by
QRD
1 DTM - query date
4 ST IDNUM query number
8 XCN PATIENT who
QRF
2 DTM - from
3 DTM - to
QPD
2 ST IDNUM query tag
3 QIP MRN parameter
4 QIP - parameter
5 QIP - parameter
6 QIP - parameter
7 QIP - parameter
8 QIP - parameter
QAK
1 ST IDNUM query tag
QID
1 ST IDNUM query tag
DSC
1 ST IDNUM continuation pointer
"""

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
    for line in _TABLE.split("\n"):
        number, _, rest = line.partition(" ")
        if not rest:
            segment = number or segment
            continue
        datatype, label, name = rest.split(" ", 2)
        meaning = FieldMeaning(datatype, None if label == "-" else Label[label], name)
        found[segment, int(number)] = meaning
    return found
