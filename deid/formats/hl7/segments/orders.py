"""Orders, observations, documents and medicines (chapters 4, 7 and 9)."""

from __future__ import annotations

from typing import Final

ROWS: Final = """
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
32 DTM - advanced beneficiary notice date
33 CX IDNUM alternate order number
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
51 EI IDNUM observation group number
52 EI IDNUM parent observation group number
53 CX IDNUM alternate order number
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
32 EI IDNUM shipment number
SAC
1 EI IDNUM accession number
2 EI IDNUM accession number
3 EI IDNUM container
4 EI IDNUM container
5 EI IDNUM container
7 DTM - registered
10 EI IDNUM carrier number
13 EI IDNUM tray number
15 CWE LOCATION location
IPC
1 EI IDNUM accession number
2 EI IDNUM procedure number
3 EI IDNUM study
4 EI IDNUM scheduled procedure
7 EI DEVICE station
8 CWE LOCATION scheduled procedure step location
9 ST DEVICE station
TQ1
1 SI - set
7 DTM - start
8 DTM - end
TQ2
3 EI IDNUM related placer number
4 EI IDNUM related filler number
5 EI IDNUM related placer group number
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
29 EI IDNUM administered tag number
RXO
1 CWE - drug
4 CWE - units
5 CWE - form
7 CWE - instructions
8 LA1 - deliver to location
14 XCN DOCTOR ordering provider
15 XCN DOCTOR pharmacist
29 EI IDNUM medication instance number
30 EI IDNUM segment instance number
32 CWE ORGANIZATION pharmacy
33 XAD - pharmacy address
34 PL - deliver to patient location
35 XAD - deliver to address
36 XTN - pharmacy phone number
RXE
1 TQ - quantity timing
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
40 CWE ORGANIZATION pharmacy
41 XAD - pharmacy address
42 PL - location
43 XAD - address
45 XTN - pharmacy phone number
RXD
2 CWE - drug
3 DTM - dispensed
7 ST IDNUM prescription number
10 XCN DOCTOR dispensed by
13 LA2 - location
19 DTM - substance expiration date
26 CWE LOCATION initiating location
27 CWE LOCATION packaging assembly location
31 XAD - dispense to pharmacy address
34 XTN - pharmacy phone number
35 EI IDNUM dispense tag number
RXG
3 TQ - quantity timing
11 LA2 - location
20 DTM - substance expiration date
28 XAD - dispense to pharmacy address
29 PL - deliver to patient location
30 XAD - deliver to address
31 EI IDNUM give tag number
RQD
7 CX IDNUM cost center account number
9 CWE LOCATION deliver to
10 DTM - date needed
BPO
7 DTM - blood product intended use
8 PL - blood product intended dispense from location
9 XAD - blood product intended dispense from address
10 DTM - blood product requested dispense
11 PL - blood product requested dispense to location
12 XAD - blood product requested dispense to address
BPX
4 DTM - blood product status
5 EI IDNUM blood component donation number
9 XON ORGANIZATION commercial product manufacturer
10 EI IDNUM commercial product lot number
13 DTM - blood product expiration
17 EI IDNUM blood product unique number
18 PL - blood product actual dispensed to location
19 XAD - blood product actual dispensed to address
20 XCN DOCTOR dispensed to
21 XCN DOCTOR dispensed by
BTX
2 EI IDNUM blood component donation number
6 XON ORGANIZATION commercial product manufacturer
7 EI IDNUM commercial product lot number
13 DTM - blood product status
14 XCN DOCTOR transfused by
15 XCN DOCTOR verified by
16 DTM - transfusion start
17 DTM - transfusion end
20 EI IDNUM blood product unique number
BUI
2 EI IDNUM blood unit number
10 XON ORGANIZATION container manufacturer
DON
1 EI IDNUM donation number
3 DTM - phlebotomy start
4 DTM - phlebotomy end
11 DTM - donor eligibility date
16 XPN PERSON intended recipient
17 DTM - date of birth of intended recipient
18 XON HOSPITAL intended recipient facility
19 DTM - intended recipient procedure date
20 XPN DOCTOR ordering provider of intended recipient
23 XPN DOCTOR phlebotomist at start
24 XPN DOCTOR phlebotomist at end
26 ST DEVICE machine serial number
28 XPN DOCTOR final review by
29 DTM - final review
31 EI IDNUM donation sample number
32 XCN DOCTOR accepted by
33 XCN DOCTOR reviewed by
"""
