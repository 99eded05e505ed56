"""Problems, referrals and studies (chapters 7, 11 and 12)."""

from __future__ import annotations

from typing import Final

ROWS: Final = """
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
15 DTM - problem life cycle status
16 DTM - onset
GOL
2 DTM - action
3 CWE - goal
4 EI IDNUM goal
5 EI IDNUM episode
7 DTM - established
8 DTM - expected
12 DTM - current goal review
13 DTM - next goal review
14 DTM - previous goal review
15 TQ - goal review interval
19 DTM - goal life cycle status
21 XPN PERSON goal target name
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
REL
3 EI IDNUM this relationship instance number
4 EI IDNUM source information instance number
5 EI IDNUM target information instance number
6 EI IDNUM asserting entity number
7 XCN PERSON asserting person
8 XON ORGANIZATION asserting organization
9 XAD - assertor address
10 XTN - assertor contact
11 DR - assertion date range
RF1
6 EI IDNUM referral
7 DTM - effective
8 DTM - expires
9 DTM - processed
11 EI IDNUM referral
13 DTM - planned treatment stop date
19 XON ORGANIZATION authorized provider
20 XCN DOCTOR authorized health professional
22 DTM - source date
23 XTN - source phone
AUT
1 CWE HEALTHPLAN authorizing payor plan number
2 CWE ORGANIZATION insurance company
3 ST ORGANIZATION insurance company
4 DTM - effective
5 DTM - expires
6 EI HEALTHPLAN authorization
10 DTM - requested
15 DTM - planned treatment stop date
23 XON ORGANIZATION authorized provider
24 XCN DOCTOR authorized health professional
26 DTM - source date
27 XTN - source phone
RFI
1 DTM - request date
2 DTM - response due date
4 DTM - submitted
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
12 PL - location of provider
13 XTN - phone of provider
CTD
2 XPN PERSON contact person
3 XAD - address
4 PL - location
5 XTN - phone
7 PLN IDNUM identifier
CTI
1 EI IDNUM study
CM0
2 EI IDNUM sponsor study number
3 EI IDNUM alternate study number
5 XCN DOCTOR chairman of study
6 DTM - last approval
8 DTM - last accrual date
9 XCN DOCTOR contact for study
10 XTN - contact phone number
11 XAD - contact address
CSP
2 DTM - study phase began
3 DTM - study phase ended
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
11 DTM - randomized
15 DTM - ended
CSS
2 DTM - scheduled
PEO
3 DTM - event onset
4 DTM - event exacerbation
5 DTM - event improved
6 DTM - event ended
7 XAD - event address
19 XPN DOCTOR primary observer
20 XAD - observer's address
21 XTN - observer's phone
24 DTM - primary observer aware
PES
1 XON ORGANIZATION sender
2 XCN DOCTOR sender
3 XAD - address
4 XTN - phone
5 EI IDNUM event
7 TX - text
9 DTM - sender aware
10 DTM - event report date
PSH
3 DTM - report date
4 DTM - report interval start date
5 DTM - report interval end date
"""
