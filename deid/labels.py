"""The label set: what kinds of identifiers there are, and each one's name elsewhere.

Sources: Safe Harbor letters are those of 45 CFR 164.514(b)(2)(i); categories and types are
those of the i2b2/n2c2 2014 de-identification annotation guidelines; entity names are Presidio's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from deid.errors import UnknownLabel


class Label(StrEnum):
    """A kind of identifier. The value is its name in files, in the log and in tags."""

    PATIENT = "PATIENT"
    DOCTOR = "DOCTOR"
    PERSON = "PERSON"
    USERNAME = "USERNAME"
    STREET = "STREET"
    CITY = "CITY"
    COUNTY = "COUNTY"
    ZIP = "ZIP"
    LOCATION = "LOCATION"
    STATE = "STATE"
    COUNTRY = "COUNTRY"
    HOSPITAL = "HOSPITAL"
    DEPARTMENT = "DEPARTMENT"
    ROOM = "ROOM"
    ORGANIZATION = "ORGANIZATION"
    DATE = "DATE"
    AGE = "AGE"
    AGE90 = "AGE90"
    PHONE = "PHONE"
    FAX = "FAX"
    EMAIL = "EMAIL"
    URL = "URL"
    IP = "IP"
    SSN = "SSN"
    MRN = "MRN"
    HEALTHPLAN = "HEALTHPLAN"
    ACCOUNT = "ACCOUNT"
    LICENSE = "LICENSE"
    VEHICLE = "VEHICLE"
    DEVICE = "DEVICE"
    BIOID = "BIOID"
    IDNUM = "IDNUM"
    PROFESSION = "PROFESSION"
    OTHER = "OTHER"

    @classmethod
    def parse(cls, name: str) -> Label:
        """The label of this name: ours, Presidio's, or the type of i2b2 2014.

        Raises:
            UnknownLabel: no label has that name.
        """
        found = cls.__members__.get(name) or _BY_PRESIDIO.get(name) or _BY_I2B2.get(name)
        if found is None:
            raise UnknownLabel(name)
        return found

    @property
    def names(self) -> LabelNames:
        """What this label is called in the law, in i2b2 2014 and in Presidio."""
        return NAMES[self]


@dataclass(frozen=True, slots=True)
class LabelNames:
    """A label in other vocabularies.

    Attributes:
        safe_harbor: letter of 45 CFR 164.514(b)(2)(i); empty where the rule does not ask for it.
        category: i2b2 2014 category.
        i2b2_type: i2b2 2014 type.
        presidio: Presidio entity name.
    """

    safe_harbor: str
    category: str
    i2b2_type: str
    presidio: str


_TABLE = {
    Label.PATIENT: ("A", "NAME", "PATIENT", "PERSON"),
    Label.DOCTOR: ("R", "NAME", "DOCTOR", "PERSON"),
    Label.PERSON: ("A", "NAME", "PATIENT", "PERSON"),
    Label.USERNAME: ("R", "NAME", "USERNAME", "USERNAME"),
    Label.STREET: ("B", "LOCATION", "STREET", "LOCATION"),
    Label.CITY: ("B", "LOCATION", "CITY", "LOCATION"),
    Label.COUNTY: ("B", "LOCATION", "LOCATION-OTHER", "LOCATION"),
    Label.ZIP: ("B", "LOCATION", "ZIP", "LOCATION"),
    Label.LOCATION: ("B", "LOCATION", "LOCATION-OTHER", "LOCATION"),
    Label.STATE: ("", "LOCATION", "STATE", "LOCATION"),
    Label.COUNTRY: ("", "LOCATION", "COUNTRY", "LOCATION"),
    Label.HOSPITAL: ("B", "LOCATION", "HOSPITAL", "ORGANIZATION"),
    Label.DEPARTMENT: ("R", "LOCATION", "DEPARTMENT", "ORGANIZATION"),
    Label.ROOM: ("R", "LOCATION", "ROOM", "LOCATION"),
    Label.ORGANIZATION: ("R", "LOCATION", "ORGANIZATION", "ORGANIZATION"),
    Label.DATE: ("C", "DATE", "DATE", "DATE_TIME"),
    Label.AGE: ("", "AGE", "AGE", "AGE"),
    Label.AGE90: ("C", "AGE", "AGE", "AGE"),
    Label.PHONE: ("D", "CONTACT", "PHONE", "PHONE_NUMBER"),
    Label.FAX: ("E", "CONTACT", "FAX", "PHONE_NUMBER"),
    Label.EMAIL: ("F", "CONTACT", "EMAIL", "EMAIL_ADDRESS"),
    Label.URL: ("N", "CONTACT", "URL", "URL"),
    Label.IP: ("O", "CONTACT", "IPADDR", "IP_ADDRESS"),
    Label.SSN: ("G", "ID", "SSN", "US_SSN"),
    Label.MRN: ("H", "ID", "MEDICALRECORD", "MEDICAL_RECORD_NUMBER"),
    Label.HEALTHPLAN: ("I", "ID", "HEALTHPLAN", "HEALTH_PLAN_NUMBER"),
    Label.ACCOUNT: ("J", "ID", "ACCOUNT", "US_BANK_NUMBER"),
    Label.LICENSE: ("K", "ID", "LICENSE", "MEDICAL_LICENSE"),
    Label.VEHICLE: ("L", "ID", "VEHICLE", "VEHICLE_ID"),
    Label.DEVICE: ("M", "ID", "DEVICE", "DEVICE_ID"),
    Label.BIOID: ("P", "ID", "BIOID", "BIOMETRIC_ID"),
    Label.IDNUM: ("R", "ID", "IDNUM", "ID"),
    Label.PROFESSION: ("R", "PROFESSION", "PROFESSION", "NRP"),
    Label.OTHER: ("R", "OTHER", "OTHER", "OTHER"),
}

NAMES = MappingProxyType({label: LabelNames(*row) for label, row in _TABLE.items()})

NAME_LABELS = frozenset({Label.PATIENT, Label.DOCTOR, Label.PERSON})
"""Labels of people's names (USERNAME is a code, not a name)."""

ID_LABELS = frozenset(
    {label for label, names in NAMES.items() if names.category == "ID"} | {Label.USERNAME}
)
"""Labels of numbers and codes."""

# Presidio's entity names → our label, where a site's recognizers use them.
_BY_PRESIDIO = {
    "PHONE_NUMBER": Label.PHONE,
    "EMAIL_ADDRESS": Label.EMAIL,
    "IP_ADDRESS": Label.IP,
    "MAC_ADDRESS": Label.DEVICE,
    "US_SSN": Label.SSN,
    "US_ITIN": Label.SSN,
    "US_PASSPORT": Label.IDNUM,
    "US_DRIVER_LICENSE": Label.LICENSE,
    "US_BANK_NUMBER": Label.ACCOUNT,
    "IBAN_CODE": Label.ACCOUNT,
    "CREDIT_CARD": Label.ACCOUNT,
    "CRYPTO": Label.ACCOUNT,
    "MEDICAL_LICENSE": Label.LICENSE,
    "MEDICAL_RECORD_NUMBER": Label.MRN,
    "HEALTH_PLAN_NUMBER": Label.HEALTHPLAN,
    "VEHICLE_ID": Label.VEHICLE,
    "DEVICE_ID": Label.DEVICE,
    "BIOMETRIC_ID": Label.BIOID,
    "UK_NHS": Label.MRN,
    "UK_NINO": Label.SSN,
    "AU_MEDICARE": Label.HEALTHPLAN,
    "US_MBI": Label.HEALTHPLAN,
    "US_NPI": Label.LICENSE,
    "DATE_TIME": Label.DATE,
    "NRP": Label.OTHER,
    "ID": Label.IDNUM,
    "ZIP_CODE": Label.ZIP,
    "US_ZIP_CODE": Label.ZIP,
    "TITLE": Label.PERSON,
}

# Types of i2b2 2014 that are named differently here → our label.
_BY_I2B2 = {
    "MEDICALRECORD": Label.MRN,
    "LOCATION-OTHER": Label.LOCATION,
    "IPADDR": Label.IP,
}
