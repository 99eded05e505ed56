"""Patients, their kin, visits and consents (chapters 3, 7 and 9)."""

from __future__ import annotations

from typing import Final

ROWS: Final = """
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
6 ST LOCATION patient valuables location
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
50 DTM - advance directive last verified date
MRG
1 CX MRN prior MRN
2 CX MRN prior alternate ID
3 CX ACCOUNT prior account number
4 CX MRN prior patient ID
5 CX IDNUM prior visit number
6 CX IDNUM prior alternate visit number
7 XPN PATIENT prior name
DB1
3 CX IDNUM disabled person number
5 DTM - disability start date
6 DTM - disability end date
7 DTM - disability return to work date
8 DTM - disability unable to work date
PDA
2 PL - place of death
4 DTM - certificate signed
5 XCN DOCTOR death certified by
7 DR - autopsy
8 XCN DOCTOR autopsy by
ARV
6 DR - access restriction date range
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
21 XCN DOCTOR inactivated by
22 DTM - inactivated
23 XCN DOCTOR first recorded by
24 DTM - first recorded
25 XCN DOCTOR modified by
26 DTM - modified
28 XON ORGANIZATION first recorded by
29 XON ORGANIZATION modified by
30 XON ORGANIZATION inactivated by
AL1
1 SI - set
2 CWE - allergen type
3 CWE - allergy
4 CWE - severity
5 ST - reaction
6 DTM - identified
OVR
4 XCN DOCTOR entered by
5 XCN DOCTOR authorized by
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
ROL
1 EI IDNUM role
4 XCN DOCTOR role person
5 DTM - begin
6 DTM - end
11 XAD - address
12 XTN - phone
13 PL - location
14 XON ORGANIZATION organization
CON
4 EI IDNUM consent form number
12 DTM - consent discussion
13 DTM - discussed
14 DTM - decided
15 DTM - effective
24 XPN PERSON consenter
"""
