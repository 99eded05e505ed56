"""What is installed on a machine, for people: what is in use, what was before, what is newest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deid.errors import UpdateTampered
from deid.updates.install import Machine, first_root
from deid.updates.installed import compare, trusted
from deid.updates.metadata import TrustedUpdate
from deid.updates.state import RELEASE, State, read_state


class Place(StrEnum):
    """What an update is to the machine."""

    CURRENT = "in use"
    PREVIOUS = "before it"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Listed:
    """What lies in one of the places.

    Attributes:
        place: what it is to the machine.
        update: what was signed; None: the rules and models that come with the program, or an
            update that is not what was signed.
        problem: why it is not used; None: it is, or might be.
    """

    place: Place
    update: TrustedUpdate | None = None
    problem: str | None = None


def listed(machine: Machine) -> tuple[Listed, ...]:
    """What is in use on a machine, what was before it, and the newest where that is another.

    Every file of each update is compared with what was signed.

    Raises:
        UpdatesUnavailable: this build of the program has no updates.
        UpdateTampered: what was settled for the machine cannot be read.
    """
    first = first_root(machine)
    state = read_state(machine.updates)
    places = {Place.CURRENT: state.current, Place.PREVIOUS: state.previous}
    if state.newest not in places.values():
        places[Place.NEWEST] = state.newest
    return tuple(
        _listed(place, name, machine, state, first)
        for place, name in places.items()
        if name is not None
    )


def _listed(place: Place, name: str, machine: Machine, state: State, first: bytes) -> Listed:
    if name == RELEASE:
        return Listed(place)
    try:
        update = trusted(machine.updates, state, name, first=first)
        compare(machine.updates / name, update)
    except UpdateTampered as error:
        return Listed(place, problem=str(error))
    if not update.suits.takes(machine.version):
        return Listed(place, update, f"for program version {update.suits}, not {machine.version}")
    return Listed(place, update)
