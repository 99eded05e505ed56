"""A desk over a data folder of its own, with invented people enrolled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deid.audit.people import make_personal_key
from deid.audit.records import Role
from deid.officer import Desk
from deid.officer.enrolment import enrol

PIN = "a short sentence"
Enrol = Callable[[str, Role], str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    """A desk at which nobody is enrolled."""
    with Desk.open(home) as opened:
        yield opened


@pytest.fixture
def administrator(desk: Desk) -> str:
    """Id of the first administrator; nobody is unlocked afterwards."""
    person = make_personal_key(desk.home, name="Ada Minister", pin=PIN)
    desk.unlock(person.id, PIN)
    enrol(desk, person.id, Role.ADMINISTRATOR)
    desk.lock()
    return person.id


@pytest.fixture
def enrolled(desk: Desk, administrator: str) -> Enrol:
    """Enrols somebody of this name in a role, and returns the id; nobody is unlocked afterwards."""

    def make(name: str, role: Role) -> str:
        person = make_personal_key(desk.home, name=name, pin=PIN)
        desk.unlock(administrator, PIN)
        enrol(desk, person.id, role)
        desk.lock()
        return person.id

    return make


@pytest.fixture
def officer(desk: Desk, enrolled: Enrol) -> str:
    """Id of an officer, whose key is unlocked."""
    person = enrolled("Olive Officer", Role.OFFICER)
    desk.unlock(person, PIN)
    return person
