"""Products, stock, equipment and shipments (chapters 7, 13 and 17)."""

from __future__ import annotations

from typing import Final

ROWS: Final = """
PCR
5 DTM - product manufacture date
6 DTM - product expiration date
7 DTM - product implantation date
8 DTM - product explantation date
12 ST IDNUM lot
18 DTM - returned to manufacturer
PDC
1 XON ORGANIZATION manufacturer distributor
14 DTM - date first marketed
15 DTM - date last marketed
SCD
11 DTM - cycle start
25 XCN DOCTOR unloaded by
33 CX MRN patient MRN
34 XCN DOCTOR attending doctor
SCP
4 EI DEVICE device number
SDD
1 EI IDNUM lot number
2 EI DEVICE device number
7 ST DOCTOR operator
SLT
1 EI DEVICE device number
3 EI IDNUM lot number
4 EI IDNUM item number
SHP
1 EI IDNUM shipment number
2 EI IDNUM internal shipment number
4 DTM - shipment status
PAC
2 EI IDNUM package number
3 EI IDNUM parent package number
IIM
4 DTM - inventory expiration date
6 CWE LOCATION inventory location
7 DTM - inventory received date
11 DTM - inventory on hand date
ILT
3 DTM - inventory expiration date
4 DTM - inventory received date
8 DTM - inventory on hand date
INV
12 DTM - expiration
13 DTM - first used
14 TQ - test fluid
ITM
1 EI IDNUM item number
7 EI IDNUM manufacturer number
16 XON ORGANIZATION approving regulatory agency
25 EI IDNUM item set number
32 EI IDNUM material data safety sheet number
IVT
2 EI IDNUM inventory location number
3 ST LOCATION inventory location name
4 EI IDNUM source location number
5 ST LOCATION source location name
7 EI IDNUM bin location number
10 EI IDNUM default inventory asset account
19 EI IDNUM substitute item number
20 EI IDNUM latex free substitute item number
PKG
7 DTM - future item price effective date
PCE
2 CX IDNUM cost center account number
VND
2 EI IDNUM vendor number
3 ST ORGANIZATION vendor name
4 EI IDNUM vendor catalog number
CNS
3 DTM - starting notification
4 DTM - ending notification
ECD
4 TQ - requested completion time
ECR
2 DTM - completed
EQP
3 DTM - start
4 DTM - end
EQU
1 EI DEVICE equipment
2 DTM - event
TCC
2 EI DEVICE equipment
"""
