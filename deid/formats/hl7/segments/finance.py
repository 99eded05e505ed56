"""Insurance, charges and invoices (chapters 6 and 16)."""

from __future__ import annotations

from typing import Final

ROWS: Final = """
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
54 FC - guarantor financial class
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
46 CWE HEALTHPLAN prior insurance plan number
49 CX HEALTHPLAN insured's ID
51 DTM - signature code date
52 ST CITY birth place
54 CX HEALTHPLAN external health plan numbers
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
17 DTM - military retire date
22 XPN PERSON approved by
25 CX HEALTHPLAN payor ID
26 CX HEALTHPLAN subscriber ID
33 CWE COUNTRY citizenship
40 XPN PERSON mother's maiden name
41 CWE COUNTRY nationality
44 DTM - insured's employment start date
45 DTM - employment stop date
46 ST PROFESSION job title
47 JCC PROFESSION job
49 XPN PERSON employer contact
50 XTN - contact phone
52 XPN PERSON contact person
53 XTN - contact phone
55 DTM - relationship start
56 DTM - relationship stop
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
19 XTN - phone
20 ICD - precertification required
22 DTM - second opinion date
25 XCN DOCTOR second opinion physician
ACC
1 DTM - accident
3 ST LOCATION accident place
7 XCN DOCTOR entered by
9 ST PERSON brought in by
11 XAD - address
13 EI IDNUM police report
DG1
1 SI - set
3 CWE - diagnosis
4 ST - diagnosis
5 DTM - diagnosed
16 XCN DOCTOR diagnosing clinician
19 DTM - attested
20 EI IDNUM diagnosis number
22 EI IDNUM diagnosis number
DRG
2 DTM - drg assigned
12 XPN DOCTOR coder
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
25 EI IDNUM parent procedure number
FT1
1 SI - set
2 CX IDNUM transaction
3 ST IDNUM batch
4 DR - transaction date
5 DTM - posted
7 CWE - charge
13 CWE DEPARTMENT department
14 CWE HEALTHPLAN health plan number
16 PL - location
19 CWE - diagnosis
20 XCN DOCTOR performed by
21 XCN DOCTOR ordered by
23 EI IDNUM filler order number
24 XCN DOCTOR entered by
25 CWE - procedure
30 CX IDNUM payment reference number
32 XON HOSPITAL performing facility
33 XON HOSPITAL ordering facility
38 CX IDNUM referral number
39 CX IDNUM authorization number
42 ST IDNUM prescription number
UB1
14 DTM - approved stay from
15 DTM - approved stay to
16 OCD - occurrence
18 DTM - occurrence begin
19 DTM - occurrence end
UB2
7 OCD - occurrence
8 OSP - occurrence span
12 ST IDNUM document control number
BLG
1 CCD - billed
3 CX ACCOUNT account number
ABS
1 XCN DOCTOR discharge care provider
4 DTM - attestation
5 XCN DOCTOR attested by
7 DTM - abstract completion
8 XCN DOCTOR abstracted by
RMI
2 DTM - incident
IVC
1 EI IDNUM provider invoice number
2 EI IDNUM payer invoice number
3 EI IDNUM contract agreement number
7 DTM - invoice
10 XON ORGANIZATION provider organization
11 XON ORGANIZATION payer organization
12 XCN DOCTOR attention
14 DTM - invoice booking period
19 XCN DOCTOR responsible physician
20 CX IDNUM cost center
26 ST IDNUM provider tax number
27 ST IDNUM payer tax number
30 ST IDNUM sales tax number
PYE
4 XON ORGANIZATION payee number
5 XPN PERSON payee
6 XAD - payee address
PSS
1 EI IDNUM provider product service section number
2 EI IDNUM payer product service section number
PSG
1 EI IDNUM provider product service group number
2 EI IDNUM payer product service group number
PSL
1 EI IDNUM provider product service line item number
2 EI IDNUM payer product service line item number
4 EI IDNUM provider tracking number
5 EI IDNUM payer tracking number
10 DTM - product service effective date
11 DTM - product service expiration date
19 EI IDNUM health document reference number
25 CX IDNUM cost center
26 DR - billing period
29 XCN DOCTOR executing physician
30 XCN DOCTOR responsible physician number
ADJ
1 EI IDNUM provider adjustment number
2 EI IDNUM payer adjustment number
12 EI IDNUM provider adjustment number cross reference
13 EI IDNUM cross reference of line item
14 DTM - adjustment date
15 XON ORGANIZATION responsible organization
PMT
1 EI IDNUM payment remittance advice number
2 DTM - payment remittance effective
3 DTM - payment remittance expiration
5 DTM - payment remittance
7 EI IDNUM check number
8 XON ORGANIZATION payee bank
9 ST ACCOUNT payee transit number
10 CX ACCOUNT payee bank account number
11 XON ORGANIZATION payment organization
IPR
1 EI IDNUM results number
2 EI IDNUM provider cross reference number
3 EI IDNUM payer cross reference number
5 DTM - results
7 DTM - expected payment
"""
