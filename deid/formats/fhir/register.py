"""The people of long files and of whole runs, found again where they stand.

A file of resources may be longer than the memory, and bulk exports part resources by their kind:
an Observation refers to a Patient in another file. Of people is kept by which keyed digests of
names references call them, and where they stand; what is said of them is read again when a
resource refers to them. Nothing of it is ever written.
"""

from __future__ import annotations

import re
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

from deid.formats.fhir.people import Known, Patient, People, Tables, tables_of
from deid.formats.fhir.references import parse_reference
from deid.formats.fhir.tree import Members
from deid.formats.places import Names

OF_PEOPLE: Final = re.compile(
    rb'"resourceType"\s*:\s*"(?:Patient|RelatedPerson|Person|Practitioner)"'
)
"""What stands in JSON that says anything of people."""

_KEPT: Final = 2048
_MOST_ALIKE: Final = 20
_Thing = TypeVar("_Thing")


class Source(Protocol):
    """A file that holds resources of people."""

    @property
    def folder(self) -> str:
        """The folder it lies in, as notes of the run are named; empty: it is the file at hand."""

    def resource(self, start: int, stop: int) -> Members:
        """The resource in these bytes of it.

        Raises:
            InputError: it cannot be read.
        """


class Register:
    """Where the people of some files stand, by what references call them."""

    def __init__(self) -> None:
        self._names = Names()
        self._sources: list[Source] = []
        self._places = array("Q")
        self._kept: OrderedDict[int, Tables] = OrderedDict()

    def __len__(self) -> int:
        return len(self._places) // 3

    def add(self, source: Source, start: int, stop: int) -> None:
        """Add the people of the resource in these bytes of a file.

        Raises:
            InputError: it cannot be read.
        """
        tables = tables_of([source.resource(start, stop)], contained=False)
        if not self._sources or self._sources[-1] is not source:
            self._sources.append(source)
        number = len(self)
        self._places.extend((len(self._sources) - 1, start, stop))
        for name in {**tables.patients, **tables.others, **tables.types}:
            self._names.add(name, number)

    def called(self, name: str) -> list[tuple[str, Tables]]:
        """The people of the resources that may be called so, with their folders, in their order."""
        return [self._read(number) for number in self._names.of(name)[-_MOST_ALIKE:]]

    def _read(self, number: int) -> tuple[str, Tables]:
        index, start, stop = self._places[3 * number : 3 * number + 3]
        source, tables = self._sources[index], self._kept.pop(number, None)
        if tables is None:
            tables = tables_of([source.resource(start, stop)], contained=False)
            while len(self._kept) >= _KEPT:
                self._kept.popitem(last=False)
        self._kept[number] = tables
        return source.folder, tables


@dataclass(frozen=True, slots=True)
class _Registered(Generic[_Thing]):
    """One of the tables of all people of a register.

    Attributes:
        register: the people.
        table: which of their tables.
        one_of: makes one thing of several that go by one name.
        folder: of the file at hand: what lies there goes before what lies elsewhere.
    """

    register: Register = field(repr=False)
    table: Callable[[Tables], Mapping[str, _Thing]]
    one_of: Callable[[str, Sequence[_Thing]], _Thing]
    folder: str = field(default="", repr=False)

    def get(self, name: str, /) -> _Thing | None:
        """What goes by this name; None: nothing does."""
        found = [
            (folder == self.folder, self.table(tables)[name])
            for folder, tables in self.register.called(name)
            if name in self.table(tables)
        ]
        near = [thing for is_near, thing in found if is_near]
        things = near or [thing for _, thing in found]
        return self.one_of(name, things) if things else None


def people_in(register: Register) -> People:
    """The people of one file; of resources that are called alike the last counts."""

    def last(_: str, things: Sequence[_Thing]) -> _Thing:
        return things[-1]

    patients = _Registered(register, _patients, last)
    types = _Registered(register, _types, last)
    others = _Registered(register, _others, last)
    return People(patients, types, others)


@dataclass(frozen=True, slots=True)
class RunPeople:
    """The people of all files of a run, or of an archive.

    Attributes:
        register: the people.
        key: makes stand-ins for ids, the same in all files.
        around: the people of the run that an archive is in.
    """

    register: Register = field(repr=False)
    key: bytes = field(repr=False)
    around: RunPeople | None = field(default=None, repr=False)

    def behind(self, people: People, *, folder: str) -> People:
        """The people of a file that lies in a folder, and behind them all others."""
        patients = _Registered(self.register, _patients, _one_patient, folder)
        types = _Registered(self.register, _types, _one_type, folder)
        others = _Registered(self.register, _others, _all_known, folder)
        near = People(patients, types, others).around(people)
        return self.around.behind(near, folder=folder) if self.around else near


def _patients(tables: Tables) -> Mapping[str, Patient]:
    return tables.patients


def _types(tables: Tables) -> Mapping[str, str]:
    return tables.types


def _others(tables: Tables) -> Mapping[str, Known]:
    return tables.others


def _one_patient(name: str, patients: Sequence[Patient]) -> Patient:
    """Of several patients of one name nobody can tell whose it is; all is looked for."""
    keys = {patient.key for patient in patients}
    known = _all_known(name, [patient.known for patient in patients])
    reference = parse_reference(name)
    if len(keys) == 1:
        return Patient(keys.pop(), known)
    return Patient(reference.id if reference else "", known)


def _one_type(_: str, types: Sequence[str]) -> str:
    return types[0]


def _all_known(_: str, known: Iterable[Known]) -> Known:
    return tuple(dict.fromkeys(pair for one in known for pair in one))
