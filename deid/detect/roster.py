"""Rosters: what a site knows of its patients, read from CSV or JSON.

CSV has a header row and one or more rows a patient; a column may occur several times, and a cell
may hold several values parted by `;`. JSON is an object, or a list of objects, with the same keys
and a string or a list of strings each. The key `patient` says whose row it is; without it every
row belongs to one patient. The other keys are those of `COLUMNS`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from deid.detect.birthdays import parse_date
from deid.detect.names import parse_name
from deid.errors import RosterError
from deid.labels import Label
from deid.patients import patient_key


class Kind(StrEnum):
    """How a value of a roster is looked for."""

    NAME = "name"
    GIVEN = "given"
    FAMILY = "family"
    DATE = "date"
    ADDRESS = "address"
    PLACE = "place"
    NUMBER = "number"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class KnownValue:
    """One value of a roster: what it is, how it is looked for, and the value itself."""

    label: Label
    kind: Kind
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownIdentifiers:
    """What is known of one patient: one tuple of values for each row of the roster."""

    rows: tuple[tuple[KnownValue, ...], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Roster:
    """What a site knows of its patients, by patient key, see `deid.patients.patient_key`."""

    patients: Mapping[str, KnownIdentifiers] = field(repr=False)
    _numbers: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def for_patient(self, key: str) -> KnownIdentifiers:
        """What is known of the patient of this key.

        With one patient in the roster it is that one whatever the key, and with an empty key it
        is everybody: a note may then only lose too much.

        Raises:
            RosterError: the roster has several patients and none of that key.
        """
        everybody = KnownIdentifiers(
            tuple(row for known in self.patients.values() for row in known.rows)
        )
        if not key or len(self.patients) == 1:
            return everybody
        found = self.patients.get(patient_key(key))
        if found is None:
            raise RosterError("the roster has no row for a note's patient: add one, or its key")
        return found

    def patient_in(self, text: str) -> str:
        """The key of the one patient whose record number stands in a text; empty: of none or many.

        A roster of one patient says that all notes are of that one.
        """
        if not self._numbers:
            for number, own in self._by_number():
                # A number that two patients have tells nobody.
                self._numbers[number] = own if self._numbers.get(number, own) == own else ""
        if len(self.patients) == 1:
            return next(iter(self._numbers.values()), "")
        words = {patient_key(word) for word in _NUMBERED.findall(text)}
        found = {self._numbers[word] for word in words if word in self._numbers}
        return found.pop() if len(found) == 1 else ""

    def _by_number(self) -> Iterator[tuple[str, str]]:
        """Record numbers, and keys that look like some, each with the key of its patient."""
        for key, known in self.patients.items():
            values = [value for row in known.rows for value in row if value.label is Label.MRN]
            numbers = [patient_key(value.value) for value in values]
            own = key or next(iter(numbers), "")
            yield from ((number, own) for number in (key, *numbers) if number)


_RELATIVES: Final = (
    "relative relatives spouse partner mother father child guardian next_of_kin emergency_contact"
)
_TABLE: Final = (
    (Label.PATIENT, Kind.NAME, "name full_name patient_name alias aliases previous_name"),
    (Label.PATIENT, Kind.GIVEN, "given first_name middle middle_name nickname nicknames"),
    (Label.PATIENT, Kind.FAMILY, "family last_name surname maiden maiden_name"),
    (Label.PERSON, Kind.NAME, _RELATIVES),
    (Label.DOCTOR, Kind.NAME, "provider providers doctor physician pcp"),
    (Label.DATE, Kind.DATE, "birth_date date_of_birth dob date dates"),
    (Label.STREET, Kind.ADDRESS, "address addresses"),
    (Label.STREET, Kind.PLACE, "street"),
    (Label.CITY, Kind.PLACE, "city"),
    (Label.COUNTY, Kind.PLACE, "county"),
    (Label.STATE, Kind.PLACE, "state"),
    (Label.ZIP, Kind.CODE, "zip postcode postal_code"),
    (Label.HOSPITAL, Kind.PLACE, "hospital"),
    (Label.ORGANIZATION, Kind.PLACE, "employer organization school"),
    (Label.PROFESSION, Kind.PLACE, "profession occupation"),
    (Label.PHONE, Kind.NUMBER, "phone phones mobile pager"),
    (Label.FAX, Kind.NUMBER, "fax"),
    (Label.EMAIL, Kind.CODE, "email emails"),
    (Label.URL, Kind.CODE, "url"),
    (Label.IP, Kind.CODE, "ip"),
    (Label.USERNAME, Kind.CODE, "username"),
    (Label.MRN, Kind.CODE, "mrn mrns medical_record_number nhs_number"),
    (Label.SSN, Kind.CODE, "ssn"),
    (Label.HEALTHPLAN, Kind.CODE, "health_plan insurance member_id"),
    (Label.ACCOUNT, Kind.CODE, "account"),
    (Label.LICENSE, Kind.CODE, "license"),
    (Label.VEHICLE, Kind.CODE, "vehicle plate vin"),
    (Label.DEVICE, Kind.CODE, "device"),
    (Label.IDNUM, Kind.CODE, "id ids other_id other_ids"),
)

COLUMNS: Final = MappingProxyType(
    {name: (label, kind) for label, kind, names in _TABLE for name in names.split()}
)
"""Every key that a roster may have, beside `patient`, with its label and how it is looked for."""

# A word with a digit in it, long enough to be a record number.
_NUMBERED: Final = re.compile(r"(?<![^\W_])(?=[\w-]*\d)[^\W_][\w-]{3,}(?![^\W_])")
_NAMES: Final = frozenset({Kind.NAME, Kind.GIVEN, Kind.FAMILY})
_PATIENT: Final = "patient"
_MAX_BYTES: Final = 64 << 20
_Row = list[tuple[str, str]]


def read_roster(path: Path) -> Roster:
    """The roster in a `.csv` or `.json` file in UTF-8.

    Raises:
        RosterError: it cannot be read. The message names the line or entry and the key, never a
            value.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RosterError(f"roster: cannot be read ({error.strerror})") from None
    if len(raw) > _MAX_BYTES:
        raise RosterError(f"roster: larger than {_MAX_BYTES} bytes, split it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RosterError("roster: not valid UTF-8, save it as CSV UTF-8 or JSON") from None
    if path.suffix.lower() == ".json":
        return _roster(_json_rows(text))
    if path.suffix.lower() == ".csv":
        return _roster(_csv_rows(text))
    raise RosterError("roster: must be a .csv or .json file")


def identifiers_of(known: Iterable[tuple[str, str]]) -> KnownIdentifiers:
    """What the fields of a file say of its patient, see `Document.known`, as a roster would.

    A value that cannot be looked for elsewhere is passed over: its own field is replaced anyhow.

    Raises:
        KeyError: a key is none of `COLUMNS`.
    """
    values = (KnownValue(*COLUMNS[key], value) for key, value in known)
    found = tuple(value for value in values if not _objection(value.kind, value.value))
    return KnownIdentifiers((found,) if found else ())


def _csv_rows(text: str) -> Iterator[tuple[str, _Row]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [_key(cell) for cell in next(reader, [])]
        for number, key in enumerate(header, 1):
            _require_known(key, f"line 1, column {number}")
        for cells in reader:
            where = f"line {reader.line_num}"
            if len(cells) > len(header):
                raise RosterError(f"roster, {where}: more cells than the header has columns")
            row = [
                (key, value.strip())
                for key, cell in zip(header, cells, strict=False)
                for value in ([cell] if key == _PATIENT else cell.split(";"))
                if value.strip()
            ]
            if row:
                yield where, row
    except csv.Error:
        raise RosterError(f"roster, line {reader.line_num}: not valid CSV") from None


def _json_rows(text: str) -> Iterator[tuple[str, _Row]]:
    try:
        tree = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise RosterError(f"roster, line {line}: not valid JSON") from None
    for number, entry in enumerate(tree if isinstance(tree, list) else [tree], 1):
        where = f"entry {number}"
        if not isinstance(entry, dict):
            raise RosterError(f"roster, {where}: must be an object")
        row: _Row = []
        for name, node in entry.items():
            key = _key(name)
            _require_known(key, where)
            values = node if isinstance(node, list) else [node]
            if not all(isinstance(value, str) for value in values):
                raise RosterError(f"roster, {where}, {key}: must be a string or a list of strings")
            row += [(key, value.strip()) for value in values if value.strip()]
        if row:
            yield where, row


def _key(cell: str) -> str:
    return cell.strip().lower().replace(" ", "_").replace("-", "_")


def _require_known(key: str, where: str) -> None:
    # The key is not quoted: in a file without a header it is a value.
    if key not in COLUMNS and key != _PATIENT:
        known = ", ".join(COLUMNS)
        raise RosterError(
            f"roster, {where}: unknown column: take it out, or name it as one of these: "
            f"{_PATIENT}, {known}"
        )


def _roster(rows: Iterable[tuple[str, _Row]]) -> Roster:
    patients: dict[str, list[tuple[KnownValue, ...]]] = {}
    for where, row in rows:
        keys = {patient_key(value) for key, value in row if key == _PATIENT}
        if len(keys) > 1:
            raise RosterError(f"roster, {where}, {_PATIENT}: more than one key")
        for key, value in row:
            _check(where, key, value)
        known = tuple(KnownValue(*COLUMNS[key], value) for key, value in row if key != _PATIENT)
        patients.setdefault(next(iter(keys), ""), []).append(known)
    if not patients:
        raise RosterError("roster: holds no patient")
    return Roster({key: KnownIdentifiers(tuple(known)) for key, known in patients.items()})


def _check(where: str, key: str, value: str) -> None:
    """Refuse what could not be looked for: nothing of a roster is skipped in silence."""
    objection = None if key == _PATIENT else _objection(COLUMNS[key][1], value)
    if objection:
        raise RosterError(f"roster, {where}, {key}: {objection}")


def _objection(kind: Kind, value: str) -> str:
    """Why a value cannot be looked for; empty where it can."""
    if kind is Kind.DATE and not parse_date(value):
        return "not a date, write it as YYYY-MM-DD"
    if kind is Kind.NUMBER and sum(map(str.isdigit, value)) < 5:
        return "too few digits for a number"
    if kind in _NAMES and parse_name(value, Label.PATIENT) is None:
        return "no name in it"
    if not any(map(str.isalnum, value)):
        return "no letter or digit in it"
    return ""
