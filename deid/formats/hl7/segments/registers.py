"""Appointments, staff and master files (chapters 8, 10 and 15)."""

from __future__ import annotations

from typing import Final

ROWS: Final = """
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
RCP
4 DTM - execution and delivery time
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
26 DTM - next review
31 DTM - death
34 DR - institution relationship period
35 DTM - expected return
41 ED - signature
PRA
1 CWE IDNUM staff key
2 CWE ORGANIZATION group
5 SPD - specialty
6 PLN LICENSE practitioner ID
7 PIP - privileges
8 DTM - entered
9 CWE ORGANIZATION institution
10 DTM - left
AFF
2 XON ORGANIZATION organization
3 XAD - address
4 DR - dates
EDU
3 DR - dates
4 DR - dates
5 DTM - academic degree granted date
6 XON ORGANIZATION school
8 XAD - address
ORG
2 CWE ORGANIZATION organization
5 CX LICENSE identifier
9 DR - dates
CER
2 ST IDNUM serial number
4 XON ORGANIZATION granting authority
5 XCN DOCTOR issuing authority
6 ED - signature
9 CWE COUNTY granting county parish
12 EI IDNUM subject number
13 ST PERSON certificate subject
21 CWE COUNTY jurisdiction county parish
23 DTM - granting date
24 DTM - issuing date
25 DTM - activation date
26 DTM - inactivation date
27 DTM - expiration date
28 DTM - renewal date
29 DTM - revocation date
LOC
1 PL - location
2 ST LOCATION location description
4 XON HOSPITAL organization
5 XAD - address
6 XTN - phone
7 CWE LICENSE license number
LCC
1 PL - location
2 CWE DEPARTMENT location department
LCH
1 PL - location
3 EI IDNUM segment unique key
LDP
1 PL - location
2 CWE DEPARTMENT location department
7 DTM - activation date
8 DTM - inactivation date
11 XTN - contact phone
LRL
1 PL - location
3 EI IDNUM segment unique key
5 XON ORGANIZATION organization
6 PL - location
NPU
1 PL - bed location
FAC
1 EI HOSPITAL facility
3 XAD - facility address
4 XTN - facility phone
5 XCN DOCTOR contact person
7 XAD - contact address
8 XTN - contact phone
9 XCN DOCTOR signature authority
11 XAD - signature authority address
12 XTN - signature authority phone
MFI
2 HD ORGANIZATION application
4 DTM - entered
5 DTM - entered
MFE
2 ST IDNUM control number
3 DTM - effective
6 DTM - entered
7 XCN DOCTOR entered by
MFA
3 DTM - event completion
OM1
5 CWE ORGANIZATION producer
17 XTN - phone number of section
21 DTM - changed
22 DTM - changed from
28 XAD - address of outside site
29 XTN - phone number of outside site
OM7
6 DTM - effective test service start
7 DTM - effective test service end
13 DTM - consent effective start
14 DTM - consent effective end
19 DTM - effective change
20 XCN DOCTOR entered by
21 PL - orderable at location
PRC
2 EI HOSPITAL facility
11 DTM - effective start date
12 DTM - effective end date
CDM
11 CX IDNUM contract number
12 XON ORGANIZATION contract organization
"""
