"""Files of public keys: written with a person's key, read where the person is enrolled."""

from __future__ import annotations

from pathlib import Path

from deid.audit.people import PublicPerson
from deid.audit.public_keys import LONGEST, public_keys_note, read_note
from deid.errors import KeyUnusable, NotPermitted
from deid.formats.atomic import StagedFile
from deid.officer.desk import Desk


def write_public_keys(desk: Desk, path: Path) -> None:
    """Write the public keys of whoever is unlocked into a new file, signed with that key.

    Raises:
        NotPermitted: nobody is unlocked.
        OutputError: there is a file of that name already, or it cannot be written.
    """
    if desk.person is None:
        raise NotPermitted("public keys are signed with the key of the person: unlock it")
    with StagedFile(path) as output:
        output.write(public_keys_note(desk.person).encode())
        output.finish()
        output.publish()


def read_public_keys(path: Path) -> PublicPerson:
    """The person whose public keys lie in a file; whether the id is theirs is to be compared.

    Raises:
        KeyUnusable: it cannot be read, holds nobody's public keys, or was changed.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST + 1)
    except OSError as error:
        raise KeyUnusable(f"{path.name}: cannot be read ({error.strerror})") from None
    # What cannot be decoded is not of the form either, and is told so.
    return read_note(raw.decode("utf-8", "replace"))
