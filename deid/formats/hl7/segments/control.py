"""Messages, queries, equipment and their acknowledgments (chapters 2, 5 and 13)."""

from __future__ import annotations

from typing import Final

ROWS: Final = """
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
1 XON ORGANIZATION software vendor organization
6 DTM - install date
UAC
2 ED - credential
MSA
1 ACKCODE - acknowledgment
2 ST IDNUM message control number
3 TX - text
ERR
12 XTN - help desk contact point
NTE
1 SI - set
2 NTESRC - source
3 FT - comment
5 XCN DOCTOR entered by
6 DTM - entered
7 DTM - start
8 DTM - end
DSC
1 ST IDNUM continuation pointer
QRD
1 DTM - query date
4 ST IDNUM query number
6 DTM - deferred response
8 XCN PATIENT who
QRF
2 DTM - from
3 DTM - to
9 TQ - when
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
URD
1 DTM - when
3 XCN PATIENT who
URS
2 DTM - when data start
3 DTM - when data end
9 TQ - when
NCK
1 DTM - system
NSC
4 HD ORGANIZATION current application
5 HD HOSPITAL current facility
8 HD ORGANIZATION new application
9 HD HOSPITAL new facility
NST
2 ST IDNUM source number
4 DTM - statistics start
5 DTM - statistics end
NDS
2 DTM - notification
"""
