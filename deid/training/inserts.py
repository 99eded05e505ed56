"""Lines that hospitals print and the training notes have too few of, with their marks.

A template holds `{LABEL}` where a fresh value of that label goes. Those without any are
near-misses: capitals, numbers and eponyms that identify nobody.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from deid.labels import Label

Pieces = list[tuple[str, Label | None]]

_SLOT = re.compile(r"\{([A-Z0-9]+)\}")

TEMPLATES = (
    "D: {DATE}  T: {DATE}  {USERNAME}",
    "DD: {DATE}\nDT: {DATE}\n{USERNAME}",
    "{USERNAME}",
    "Dictated by: {DOCTOR}, MD\nTranscribed by: {USERNAME} {DATE}",
    "Job #: {IDNUM}  DocID: {IDNUM}  {USERNAME}",
    "Electronically signed by {DOCTOR} on {DATE} at 14:32",
    "{DOCTOR}, MD/{USERNAME}",
    "E-signed: {DOCTOR} ({USERNAME}) {DATE} 0911",
    "Entered by {USERNAME} from {IP}",
    "User: {USERNAME}  WS: {DEVICE}  Printed {DATE}",
    "Last edited by {USERNAME} at 10:15 on {DATE}.",
    "cc: {DOCTOR}, {HOSPITAL}",
    "CC: Dr. {DOCTOR}, fax {FAX}",
    "{PATIENT}  {MRN}  {DATE}  {DEPARTMENT} {ROOM}",
    "{PATIENT} | {AGE} | {DEPARTMENT}-{ROOM} | {DOCTOR}",
    "Name: {PATIENT}\tMRN: {MRN}\tDOB: {DATE}\tRoom: {ROOM}",
    (
        "PATIENT NAME: {PATIENT}\nMR#: {MRN}\nACCT#: {ACCOUNT}\nADMIT DATE: {DATE}\n"
        "LOCATION: {DEPARTMENT} {ROOM}"
    ),
    "Pt: {PATIENT} Loc: {DEPARTMENT} Bed: {ROOM} Attg: {DOCTOR}",
    "Seen on rounds in {DEPARTMENT}, room {ROOM}.",
    "Transferred from {DEPARTMENT} to {DEPARTMENT} bed {ROOM} overnight.",
    "Discussed with {DOCTOR} and RN {DOCTOR} on {DEPARTMENT}.",
    "Call {PERSON} (daughter) at {PHONE} with results.",
    "Emergency contact: {PERSON}, wife, {PHONE} (home), {PHONE} (cell)",
    "Paged Dr. {DOCTOR} at {PHONE}, no answer; left message with {PERSON}.",
    "Please call {PHONE} with questions. Pager {PHONE}. Fax {FAX}.",
    "Pager: {PHONE}\nOffice: {PHONE}\nFax: {FAX}",
    "He works as a {PROFESSION} at {ORGANIZATION}.",
    "She is a retired {PROFESSION} and lives with her husband {PERSON} in {CITY}, {STATE}.",
    "SOCIAL HISTORY: {PROFESSION}. Lives in {CITY}. Attends {ORGANIZATION}.",
    "Occupation: {PROFESSION}",
    "Works nights, {PROFESSION}, for {ORGANIZATION}; husband is a {PROFESSION}.",
    "Former {PROFESSION}, quit smoking in {DATE}.",
    "Employer: {ORGANIZATION}",
    "Insurance: {ORGANIZATION}, member ID {HEALTHPLAN}, group {IDNUM}",
    "Goes to {ORGANIZATION}, lives near {LOCATION}.",
    "Fell at {LOCATION} on {DATE}.",
    "Records requested from {HOSPITAL} in {CITY}.",
    "Follow up at {HOSPITAL} with {DOCTOR} on {DATE}.",
    "{HOSPITAL}\n{STREET}\n{CITY}, {STATE} {ZIP}\nPhone: {PHONE}",
    "{PATIENT}\n{STREET}\n{CITY}, {STATE} {ZIP}",
    "Address: {STREET}, {CITY} {STATE} {ZIP}",
    "Home address {STREET}, {CITY}; moved from {COUNTRY} in {DATE}.",
    "SSN {SSN}  DL {LICENSE}  Acct {ACCOUNT}",
    "DEA# {LICENSE}  NPI {LICENSE}  Lic {LICENSE}",
    "Device serial no. {DEVICE}, implanted {DATE} by {DOCTOR}.",
    "Vehicle plate {VEHICLE}; claim {IDNUM}; adjuster {PERSON} {PHONE}.",
    "Accession {IDNUM}  Collected {DATE}  Reported {DATE}",
    "MyChart message from {EMAIL}: see {URL}",
    "Pt {PATIENT}, {AGE}, known to our service.",
    "{PATIENT} is a {AGE} seen with mother {PERSON} and sister {PERSON}.",
    "His sons {PERSON} and {PERSON} are at bedside, {PERSON} holds the POA.",
    "Mr. {PATIENT} denies fever. Mrs. {PERSON} agrees.",
    "SW {DOCTOR} met with {PERSON}; APS case {IDNUM}, {COUNTY}.",
    "Reviewed by {DOCTOR}, {DOCTOR} and {DOCTOR}.",
    "Thank you, Dr. {DOCTOR}, for sending us {PATIENT}.",
    "PCP {DOCTOR} ({HOSPITAL}, {PHONE})",
    "Interpreter {IDNUM} used. Ride home by {PERSON}, {PHONE}.",
    "MSH|^~\\&|LAB|{HOSPITAL}|||{DATE}||ORU^R01|{IDNUM}|P|2.3\nPID|1||{MRN}||{PATIENT}||{DATE}|F|||{STREET}^^{CITY}^{STATE}^{ZIP}||{PHONE}",
    "BP 120/80, HR 72, RR 16, T 98.6, SpO2 98% on 2 L NC.",
    "Strength 4/5 in LUE. L4-L5 disc bulge. C5-6 stable. T2 hyperintense focus.",
    "Parkinson disease, Crohn's, Hodgkin lymphoma and Graves' disease denied.",
    "Foley catheter placed, Jackson-Pratt drain to bulb suction, Steri-Strips applied.",
    "Negative Homans, Babinski, Romberg and Murphy signs. Phalen and Tinel negative.",
    "Na 138 K 4.1 Cl 102 CO2 24 BUN 14 Cr 0.9 Glu 101; WBC 7.2, Hgb 13.1, Plt 244.",
    "Apgars 8 and 9 at 1 and 5 minutes. GCS 15. ECOG 1. NYHA II. ASA 3. Mallampati 2.",
    "Lisinopril 10 mg PO daily, Norco 5/325 q6h prn, Coumadin per INR, Humalog 12 units.",
    "Return in 2 weeks, sooner if worse. Duration of visit 25 minutes, 50% counseling.",
    "Medtronic lead, Stryker plate, Ethicon 3-0 Vicryl, Zimmer knee; 14 gauge needle.",
    "Seen at 10:30 today for the 3rd of 6 treatments; pain 7/10, was 9/10 last visit.",
    "CXR: RLL infiltrate. EKG: NSR 78. ECHO: EF 55%. CT A/P w/o contrast: no acute dz.",
    "HbA1c 7.2, LDL 98, TSH 2.31, vitamin D 28, B12 412, PSA 0.8, ESR 12, CRP 0.4.",
)  # fmt: skip


def insert(draw: Callable[[Label], str], rng: random.Random) -> Pieces:
    """A template line with its slots filled by `draw`, as text pieces with their labels."""
    pieces: Pieces = []
    for index, part in enumerate(_SLOT.split(rng.choice(TEMPLATES))):
        if index % 2:
            label = Label(part)
            pieces.append((draw(label), label))
        elif part:
            pieces.append((part, None))
    return pieces
