"""The settings that an organisation's IT may manage: one table, from which all else follows.

From it come the readers of all systems, the templates for them (`packaging/managed`), the document,
and what `deid managed` and the window show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

Value = bool | int | float | str | tuple[str, ...]
"""What a setting may be."""


class Name(StrEnum):
    """The keys. The value is the name on every system."""

    ALLOWED_POLICIES = "AllowedPolicies"
    HIGHEST_THRESHOLD = "HighestThreshold"
    OWN_DETECTORS = "OwnDetectors"
    ALLOWED_FORMATS = "AllowedFormats"
    OUTPUT_FOLDERS = "OutputFolders"
    REVIEW_REQUIRED = "ReviewRequired"
    LOWEST_CERTAINTY = "LowestCertainty"
    CLIPBOARD_RESULT = "ClipboardResult"
    CLIPBOARD_ORIGINAL = "ClipboardOriginal"
    LOG_FOLDER = "LogFolder"
    WITNESS_FOLDERS = "WitnessFolders"
    WITNESS_DAYS = "WitnessDays"
    TRAINING_ALLOWED = "TrainingAllowed"
    TRAINING_BUDGET = "TrainingBudget"


class Form(StrEnum):
    """Of which kind a setting is."""

    YES_NO = "yes or no"
    WHOLE = "whole number"
    NUMBER = "number"
    CHOICE = "one word"
    FOLDER = "folder"
    WORDS = "list"
    FOLDERS = "list of folders"


class Group(StrEnum):
    """What a setting is about; the templates are arranged by it."""

    REDACTION = "Redaction"
    RELEASE = "Review and release"
    LOG = "Log"
    TRAINING = "Training"


class Review(StrEnum):
    """What `ReviewRequired` may be."""

    PERSON = "person"
    FOUR_EYES = "four-eyes"


@dataclass(frozen=True, slots=True)
class Key:
    """A setting that may be managed.

    Attributes:
        name: its name on every system.
        group: what it is about.
        form: of which kind it is.
        title: in a few words.
        help: what it does, in sentences.
        default: what holds where it is not managed, in words.
        example: a value that may be.
        since: the first version of the program that knows it.
        low: the least number.
        high: the greatest number.
        choices: the words that there are, each with what it means.
        item: a regular expression for each entry of a list of words.
    """

    name: Name
    group: Group
    form: Form
    title: str
    help: str
    default: str
    example: Value
    since: str
    low: float = 0
    high: float = 0
    choices: tuple[tuple[str, str], ...] = ()
    item: str = ""


_KEYS: Final = (
    Key(
        Name.ALLOWED_POLICIES,
        Group.REDACTION,
        Form.WORDS,
        "Policies that may be used",
        "Notes are redacted and released under these policies only. Each is the name of a policy "
        "that comes with the program, or, for a policy of your own, its digest of 64 hex digits as "
        "`deid policy show` prints it: a file that was changed has another digest. The first one "
        "is used where nobody names another.",
        "Every policy, of the program or of the user.",
        ("safe-harbor", "limited-data-set"),
        "0.1.0",
        item=r"[a-z0-9]+(-[a-z0-9]+)*",
    ),
    Key(
        Name.HIGHEST_THRESHOLD,
        Group.REDACTION,
        Form.WHOLE,
        "Highest score from which on a finding must count, in hundredths",
        "A policy that lets findings of this score or more stay uncounted is not used. The lower "
        "the number, the more is replaced.",
        "Whatever the policy says.",
        50,
        "0.1.0",
        low=0,
        high=100,
    ),
    Key(
        Name.OWN_DETECTORS,
        Group.REDACTION,
        Form.YES_NO,
        "Let people choose other detectors, models and rule packs",
        "No: notes are redacted with the rules and the model of the program, or the model that an "
        "officer promoted; the options that name others are refused.",
        "They may.",
        False,
        "0.1.0",
    ),
    Key(
        Name.ALLOWED_FORMATS,
        Group.REDACTION,
        Form.WORDS,
        "Kinds of files that may be read",
        "Endings of file names in small letters, without the dot. Other files are refused by name. "
        "What is typed or pasted counts as txt.",
        "Every kind that the program can read.",
        ("txt", "jsonl"),
        "0.1.0",
        item=r"[a-z0-9]{1,16}",
    ),
    Key(
        Name.OUTPUT_FOLDERS,
        Group.RELEASE,
        Form.FOLDERS,
        "Folders that redacted notes may be written to",
        "Redacted notes are written into these folders and the folders below them only, and not to "
        "the standard output. {user} stands for the name of the user, {home} for the home folder.",
        "Every folder that the user can write.",
        ("/srv/noteveil/out",),
        "0.1.0",
    ),
    Key(
        Name.REVIEW_REQUIRED,
        Group.RELEASE,
        Form.CHOICE,
        "Review before a note is released",
        "Who must have looked at a note before its redacted copy is released. From which certainty "
        "on a finding is not uncertain any more, each reviewer chooses, unless LowestCertainty is "
        "managed too.",
        "As the policy says; the command line releases without a review.",
        "four-eyes",
        "0.1.0",
        choices=(
            (
                Review.PERSON,
                "A person decided on all uncertain findings; the command line redacts nothing",
            ),
            (
                Review.FOUR_EYES,
                "Every redacted note is held until an officer, a second person, releases it",
            ),
        ),
    ),
    Key(
        Name.LOWEST_CERTAINTY,
        Group.RELEASE,
        Form.WHOLE,
        "Lowest certainty from which on a finding needs no look, in hundredths",
        "Reviewers are led to every finding that is less certain. They may ask for more, not for "
        "less.",
        "Each reviewer chooses, from 50 to 99.",
        85,
        "0.1.0",
        low=50,
        high=99,
    ),
    Key(
        Name.CLIPBOARD_RESULT,
        Group.RELEASE,
        Form.YES_NO,
        "Let the redacted text be copied",
        "No: the redacted text is not put into the clipboard, in part or whole, and not dragged "
        "out of the window.",
        "It may be copied.",
        False,
        "0.1.0",
    ),
    Key(
        Name.CLIPBOARD_ORIGINAL,
        Group.RELEASE,
        Form.YES_NO,
        "Let text of the original notes be copied",
        "No: nothing but a redacted text is put into the clipboard by the window, or dragged out "
        "of it.",
        "It may be copied.",
        False,
        "0.1.0",
    ),
    Key(
        Name.LOG_FOLDER,
        Group.LOG,
        Form.FOLDER,
        "Folder of log and keys",
        "The data folder of each user: log, keys, code table and queue. {user} stands for the name "
        "of the user, {home} for the home folder. Each user needs a folder that nobody else can "
        "read. DEID_HOME does not move it.",
        "The user's data folder, or where DEID_HOME says.",
        "/srv/noteveil/log/{user}",
        "0.1.0",
    ),
    Key(
        Name.WITNESS_FOLDERS,
        Group.LOG,
        Form.FOLDERS,
        "Folders that keep checkpoints of the log",
        "`deid audit anchor` puts signed checkpoints of the log there; they show later whether the "
        "log was changed. Choose folders where users may add files and not change them. {user} "
        "and {home} stand for the user's name and home folder.",
        "What an officer settled.",
        ("/mnt/witness/noteveil",),
        "0.1.0",
    ),
    Key(
        Name.WITNESS_DAYS,
        Group.LOG,
        Form.WHOLE,
        "Greatest age of the newest checkpoint, in days",
        "The program warns when the newest checkpoint in a witness folder is older.",
        "What an officer settled, or 7.",
        7,
        "0.1.0",
        low=1,
        high=366,
    ),
    Key(
        Name.TRAINING_ALLOWED,
        Group.TRAINING,
        Form.YES_NO,
        "Let officers train models on the notes of the site",
        "No: no run is planned, begun or continued. What was trained before can still be gone back "
        "from, and what it leaks can be measured, for that reads no note.",
        "Officers may, where the training libraries are installed.",
        False,
        "0.1.0",
    ),
    Key(
        Name.TRAINING_BUDGET,
        Group.TRAINING,
        Form.NUMBER,
        "What all training together may cost in privacy, as ε",
        "No run is begun after which all private runs together could have cost more, and none "
        "without privacy. Officers may set a smaller budget, not a larger one.",
        "What an officer settled; without a budget every run may be begun.",
        8.0,
        "0.1.0",
        low=0.01,
        high=100,
    ),
)

SCHEMA: Final[Mapping[Name, Key]] = MappingProxyType({key.name: key for key in _KEYS})
"""All settings that may be managed, by their names."""
