"""What columns and fields are called that hold nothing but identifiers (pure).

A heading is compared as words, whatever stands between them: `Patient Name`, `PATIENT_NAME` and
`patientName` are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from deid.labels import Label


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of some name holds.

    Attributes:
        label: the identifier that every cell of it is.
        known: the key of a roster under which the value is known of the patient; empty: none.
        is_key: whether its value tells one patient from another.
    """

    label: Label
    known: str = ""
    is_key: bool = False


_TABLE: Final = (
    (
        Column(Label.MRN, "mrn", is_key=True),
        (
            "mrn|medical record|medical record number|medical record no|med rec number|patient id"
            "|patient identifier|patient number|patient no|patient key|pat id|pid|hospital number"
            "|hospital no|chart number|chart no|nhs number|nhs no|unit number|subject id|person id"
            "|empi|mpi|master patient index|patient mrn|pat mrn|pat mrn id|pt id|pt mrn"
        ),
    ),
    (
        Column(Label.PATIENT, "name"),
        (
            "name|full name|patient|patient name|patient full name|pat name|client|client name"
            "|member name|subject name|resident|resident name|legal name|preferred name|alias"
            "|maiden name|previous name|patients name|patient s name|pt name|name last first"
        ),
    ),
    (
        Column(Label.PATIENT, "given"),
        (
            "first name|given|given name|given names|forename|forenames|fname|firstname|middle name"
            "|middle|mname|patient first name|patient given name|patient middle name|nickname"
            "|name first|name middle|pt first name"
        ),
    ),
    (
        Column(Label.PATIENT, "family"),
        (
            "last name|family|family name|surname|lname|lastname|patient last name"
            "|patient family name|patient surname|name last|pt last name"
        ),
    ),
    (
        Column(Label.PERSON, "next_of_kin"),
        (
            "next of kin|nok|emergency contact|contact name|guarantor|guarantor name|guardian"
            "|mother|mother name|mothers name|father|father name|fathers name|spouse|spouse name"
            "|partner|relative|relative name|subscriber|subscriber name|insured name|policy holder"
        ),
    ),
    (
        Column(Label.DOCTOR, "provider"),
        (
            "provider|provider name|physician|physician name|doctor|doctor name|attending"
            "|attending physician|attending name|ordering provider|ordering physician"
            "|referring provider|referring physician|primary care provider|pcp|pcp name|consultant"
            "|surgeon|surgeon name|clinician|clinician name|nurse|nurse name|gp|gp name|author"
            "|signed by|dictated by|transcribed by|practitioner|practitioner name|entered by"
        ),
    ),
    (
        Column(Label.DATE, "birth_date"),
        (
            "dob|d o b|date of birth|birth date|birthdate|birthday|patient dob|patient birth date"
            "|birth dt|pat dob|pt dob|patient date of birth"
        ),
    ),
    (
        Column(Label.DATE),
        (
            "date|visit date|date of visit|service date|date of service|dos|admission date"
            "|admit date|admitted|date of admission|discharge date|discharged|date of discharge"
            "|date of death|death date|dod|deceased date|encounter date|note date|report date"
            "|order date|collection date|collected|result date|specimen date|procedure date"
            "|surgery date|exam date|study date|start date|end date|created|created at|created on"
            "|updated|updated at|modified|timestamp|date time|datetime|appointment date|signed date"
            "|admit dt|discharge dt|admit time|disch time|admittime|dischtime|deathtime|chartdate"
            "|charttime|contact date|hosp admsn time|hosp disch time"
        ),
    ),
    (
        Column(Label.SSN, "ssn"),
        "ssn|social security|social security number|social security no|soc sec no",
    ),
    (
        Column(Label.PHONE, "phone"),
        (
            "phone|phone number|phone no|telephone|telephone number|tel|mobile|mobile number"
            "|mobile phone|cell|cell phone|home phone|work phone|pager|patient phone|contact phone"
            "|contact number|phone home|phone work|phone mobile"
        ),
    ),
    (Column(Label.FAX, "fax"), "fax|fax number|fax no"),
    (Column(Label.EMAIL, "email"), "email|e mail|email address|e mail address|patient email"),
    (
        Column(Label.STREET, "address"),
        (
            "address|street address|home address|mailing address|patient address|address line 1"
            "|address line 2|address 1|address 2|addr|addr 1|addr 2"
        ),
    ),
    (Column(Label.STREET, "street"), "street|street name|road"),
    (
        Column(Label.CITY, "city"),
        "city|town|patient city|city of residence|birthplace|place of birth",
    ),
    (Column(Label.COUNTY, "county"), "county|parish|district"),
    (
        Column(Label.ZIP, "zip"),
        "zip|zip code|zipcode|zip 5|postcode|post code|postal code|patient zip",
    ),
    (
        Column(Label.HEALTHPLAN, "health_plan"),
        (
            "health plan|health plan id|member id|member number|insurance id|insurance number"
            "|insurance no|policy number|policy no|subscriber id|group number|beneficiary id"
            "|medicare id|medicare number|medicaid id|medicaid number|mbi|hicn"
        ),
    ),
    (
        Column(Label.ACCOUNT, "account"),
        (
            "account|account number|account no|acct|acct number|acct no|billing account|iban"
            "|bank account|invoice number|claim number|claim id|claim no"
        ),
    ),
    (
        Column(Label.LICENSE, "license"),
        (
            "license|license number|licence|licence number|drivers license|driver license|npi"
            "|dea|dea number|provider npi|provider id|physician id"
        ),
    ),
    (
        Column(Label.VEHICLE, "vehicle"),
        "vin|vehicle|vehicle id|license plate|licence plate|plate|plate number",
    ),
    (
        Column(Label.DEVICE, "device"),
        "device id|device serial|device serial number|serial number|serial no|udi",
    ),
    (Column(Label.URL, "url"), "url|website|web site|web page|homepage"),
    (Column(Label.IP, "ip"), "ip|ip address"),
    (
        Column(Label.USERNAME, "username"),
        "username|user name|user id|user|login|login name|created by|updated by|modified by",
    ),
    (
        Column(Label.IDNUM, "other_id"),
        (
            "accession|accession number|accession no|order number|order id|order no|visit id"
            "|visit number|visit no|encounter id|encounter number|csn|fin|episode id|case number"
            "|case id|case no|specimen id|sample id|study number|study id|document id|note id"
            "|record id|report id|employee id|staff id|badge number|passport|passport number"
            "|national id|identity number"
        ),
    ),
    (
        Column(Label.ORGANIZATION, "employer"),
        "employer|employer name|company|company name|organization|organisation|school",
    ),
    (
        Column(Label.HOSPITAL, "hospital"),
        (
            "hospital|hospital name|facility|facility name|clinic|clinic name|site name|practice"
            "|practice name"
        ),
    ),
    (Column(Label.DEPARTMENT), "department|department name|dept|ward|ward name|unit name"),
    (Column(Label.ROOM), "room|room number|bed|bed number|room bed"),
    (Column(Label.PROFESSION, "profession"), "occupation|profession|job|job title"),
    (Column(Label.AGE), "age|patient age|age years|age at visit|age at admission"),
)

COLUMNS: Final = MappingProxyType(
    {name: column for column, names in _TABLE for name in names.split("|")}
)
"""Every heading that is known, as words in lower case, and what stands below it."""

_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN: Final = re.compile(r"[\W_]+")
_REMARK: Final = re.compile(r"\([^()]*\)\s*\Z")


def column_of(heading: str) -> Column | None:
    """What a column of this heading holds, if that is known to be nothing but identifiers.

    What stands in parentheses at its end, such as how a date is written, does not count.
    """
    return COLUMNS.get(_words(heading)) or COLUMNS.get(_words(_REMARK.sub("", heading)))


def _words(heading: str) -> str:
    return _BETWEEN.sub(" ", _HUMP.sub(" ", heading.replace("'", ""))).strip().lower()
