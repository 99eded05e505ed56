"""Every error the program raises, one class per remedy.

    DeidError                     the root; `exit_code` is what the command line ends with
    ├── InputError          3     a note cannot be read: mend or exclude the file
    │   ├── EncodingError
    │   ├── BinaryInput
    │   ├── EmptyNote
    │   ├── NoteTooLarge
    │   ├── MalformedRecord
    │   ├── DuplicateId
    │   └── UnsupportedFormat
    ├── ConfigurationError  4     what a person configured is wrong: mend the file named
    │   ├── PolicyError
    │   ├── RulePackError
    │   ├── RosterError
    │   ├── UnknownLabel
    │   └── ManagedUnusable
    ├── ModelError          5     the model is missing or not what its manifest says: reinstall it
    │   ├── ModelMissing
    │   └── ModelTampered
    ├── OutputError         6     a result cannot be written: free the place or choose another
    │   └── OutputExists
    ├── AuditError          7     the log cannot be used or does not verify: ask the officer
    │   ├── LogUnavailable
    │   ├── LogDamaged
    │   ├── KeyUnusable
    │   │   └── PinRefused
    │   ├── VaultUnusable
    │   └── VerificationFailed
    ├── DetectionIncomplete 8     a note was not wholly examined, so it is not released
    │   └── ExaminationStopped
    ├── ResidualFound       9     the output still holds an identifier, so it is not released
    ├── BatchIncomplete     10    some notes of a batch were refused; the others are done
    ├── WorklistUnusable    11    the worklist cannot be used: mend it, or move its file away
    ├── NotPermitted        12    the act wants the key of somebody with the right role: unlock it
    ├── SealBroken          13    the installed program is not the one that was built: reinstall it
    ├── SettingLocked       14    the organisation's IT settled it otherwise: ask there
    ├── UpdateError         15    an update is refused, and nothing changed: do what it says
    │   ├── BundleRefused
    │   ├── BundleUntrusted
    │   ├── BundleUnsuited
    │   └── UpdatesUnavailable
    ├── UpdateTampered      16    the update in use was changed: install it anew, or go back
    └── DefectError         70    the program broke its own promise: report it

Messages name files, ids, lines and offsets, never note text.
"""

from __future__ import annotations

from typing import ClassVar


class DeidError(Exception):
    """Root of all errors. The message says what is wrong and what to do."""

    exit_code: ClassVar[int] = 1


class InputError(DeidError):
    """A note cannot be read as it is."""

    exit_code = 3


class EncodingError(InputError):
    """The bytes are no text in any encoding that the program may assume, or mix two."""


class BinaryInput(InputError):
    """The file is not text: it holds NUL bytes or other control bytes."""


class EmptyNote(InputError):
    """There is no text in the note."""


class NoteTooLarge(InputError):
    """The note is longer than the program examines at once."""


class MalformedRecord(InputError):
    """A line of a JSONL file is not a note. The message carries the line number."""


class DuplicateId(InputError):
    """Two notes of one input carry the same id."""


class UnsupportedFormat(InputError):
    """No reader is known for this kind of file."""


class ConfigurationError(DeidError):
    """Something that a person configured cannot be used."""

    exit_code = 4


class PolicyError(ConfigurationError):
    """A policy cannot be loaded or is not complete."""


class RulePackError(ConfigurationError):
    """A rule pack cannot be loaded, or a rule fails its own examples."""


class RosterError(ConfigurationError):
    """A roster of known identifiers cannot be read."""


class UnknownLabel(ConfigurationError):
    """A label name that the program does not know."""

    def __init__(self, name: str, *, where: str = "") -> None:
        place = f"{where}: " if where else ""
        super().__init__(
            f"{place}unknown label {name[:40]!r}: use one of those `deid policy show` lists"
        )
        self.name = name
        self.where = where

    def __reduce__(self) -> tuple[type[UnknownLabel], tuple[str], dict[str, object]]:
        return type(self), (self.name,), {"where": self.where, "args": self.args}


class ManagedUnusable(ConfigurationError):
    """What IT settled for this computer cannot be read, so nothing is done."""


class ModelError(DeidError):
    """The model cannot be used."""

    exit_code = 5


class ModelMissing(ModelError):
    """There is no model package at the place named."""


class ModelTampered(ModelError):
    """A file of the model package is not the one its manifest names."""


class OutputError(DeidError):
    """A result cannot be written."""

    exit_code = 6


class OutputExists(OutputError):
    """The target file is there already; nothing is overwritten unasked."""


class AuditError(DeidError):
    """The log cannot be used."""

    exit_code = 7


class LogUnavailable(AuditError):
    """The log cannot be opened or written now: locked, read-only or out of space."""


class LogDamaged(AuditError):
    """The log file is not a readable log of this program."""


class KeyUnusable(AuditError):
    """A key file is missing, unreadable, malformed or open to other users."""


class PinRefused(KeyUnusable):
    """A person's key does not open: the PIN is another, or the file was changed."""


class VaultUnusable(AuditError):
    """The vault is missing, damaged, or not the one that the log tells of."""


class VerificationFailed(AuditError):
    """The log does not agree with itself or with a checkpoint."""


class DetectionIncomplete(DeidError):
    """A detector failed or timed out: the note was not wholly examined and is not released."""

    exit_code = 8


class ExaminationStopped(DetectionIncomplete):
    """Somebody gave the examination up: nothing is known of the note, and it is not refused."""


class ResidualFound(DeidError):
    """The output still holds an identifier: it is not released."""

    exit_code = 9


class BatchIncomplete(DeidError):
    """Some notes of a batch were refused."""

    exit_code = 10


class WorklistUnusable(DeidError):
    """The worklist cannot be used: locked, read-only, out of space, damaged or of another key."""

    exit_code = 11


class NotPermitted(DeidError):
    """The act wants the key of an officer or administrator, and none such is unlocked."""

    exit_code = 12


class SealBroken(DeidError):
    """Files of the installed program are not those that were sealed when it was built.

    Attributes:
        broken: what is wrong, a line for each file, in the order of their paths.
    """

    exit_code = 13

    def __init__(self, message: str, *, broken: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.broken = broken


class SettingLocked(DeidError):
    """What was asked for is against a setting that IT manages. The message names its key."""

    exit_code = 14


class UpdateError(DeidError):
    """An update of rules and models is not installed; what was in use still is."""

    exit_code = 15


class BundleRefused(UpdateError):
    """The file is no bundle, or one that is not safe to read."""


class BundleUntrusted(UpdateError):
    """Signatures are missing, or something is out of date, older, changed or of another bundle."""


class BundleUnsuited(UpdateError):
    """The bundle is for other versions of the program, or the program cannot use what it holds."""


class UpdatesUnavailable(UpdateError):
    """No update can be installed here now: no right, no keys, a wrong clock, another one."""


class UpdateTampered(DeidError):
    """The update in use is not the one that was signed, so nothing of it is used."""

    exit_code = 16


class DefectError(DeidError):
    """The program broke one of its own promises."""

    exit_code = 70


def counted(number: int, one: str) -> str:
    """So many of something, as a message says it.

    Args:
        number: how many.
        one: what one of them is called; several have an s behind it.
    """
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
