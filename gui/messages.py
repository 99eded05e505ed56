"""Errors in the words of the window, where those of `deid` speak of the command line."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QCoreApplication

from deid import BinaryInput, DeidError, EncodingError, OutputExists
from gui.words import QT_TRANSLATE_NOOP

_UNSURE: Final = (
    "The encoding of the file is not certain, so it was not opened. Save it as UTF-8 first."
)
_WORDS: tuple[tuple[type[DeidError], str, str], ...] = (
    (
        BinaryInput,
        "the file holds NUL",
        "The file is no plain text: it holds NUL or other control bytes. It was not opened.",
    ),
    (
        EncodingError,
        "the bytes are not",
        _UNSURE,
    ),
    (
        EncodingError,
        "two encodings are mixed",
        _UNSURE,
    ),
    (
        OutputExists,
        "",
        "There is a file of that name already. It was not changed and nothing was saved.",
    ),
)
"""Errors of whole files in sentences of their own, by their class and how they begin.

Where a message names a part of a document, that is what people need, and it is told as it is.
"""

_REMEDIES: tuple[tuple[str, str], ...] = (
    (
        "take it out, or pass --blank-pictures",
        QT_TRANSLATE_NOOP(
            "Messages", "take it out, or let the command line empty it (--blank-pictures)"
        ),
    ),
    (
        "pass its name with --encoding, or save the file as UTF-8",
        QT_TRANSLATE_NOOP("Messages", "save the file as UTF-8"),
    ),
    (
        "pass the name of the encoding with --encoding",
        QT_TRANSLATE_NOOP(
            "Messages", "redact it on the command line, which can be told the encoding (--encoding)"
        ),
    ),
    (
        "or pass --drop-keys",
        QT_TRANSLATE_NOOP("Messages", "or redact it on the command line (--drop-keys)"),
    ),
    (
        "begin with `deid audit people add --name NAME --role administrator`",
        QT_TRANSLATE_NOOP("Messages", "add the first administrator under “Sign-off and people”"),
    ),
    (
        "an administrator grants it with `deid audit people grant`",
        QT_TRANSLATE_NOOP("Messages", "an administrator grants one under “Sign-off and people”"),
    ),
    (
        (
            "name these with --archive, or give out only what lies behind them, of whichever user "
            "(--behind-archives)"
        ),
        QT_TRANSLATE_NOOP("Messages", "name their folder under “Machines and archives”"),
    ),
    (
        "name these with --archive",
        QT_TRANSLATE_NOOP("Messages", "name their folder under “Machines and archives”"),
    ),
    (
        "name the archive as well (--archive)",
        QT_TRANSLATE_NOOP("Messages", "name its folder under “Machines and archives”"),
    ),
    (
        "name its file with --archive",
        QT_TRANSLATE_NOOP("Messages", "name its folder under “Machines and archives”"),
    ),
    (
        "`deid audit verify` says where it is damaged",
        QT_TRANSLATE_NOOP("Messages", "“Verify and anchor” says where it is damaged"),
    ),
    (
        "`deid audit held list` shows what waits",
        QT_TRANSLATE_NOOP("Messages", "“Held notes” shows what waits"),
    ),
    (
        "`deid audit held list` shows those that are",
        QT_TRANSLATE_NOOP("Messages", "“Held notes” shows those that are"),
    ),
    (
        "`deid audit vault renew` gives it a new key",
        QT_TRANSLATE_NOOP("Messages", "“New key …” gives it one"),
    ),
    (
        "an officer who can open it shares it with `deid audit vault share`",
        QT_TRANSLATE_NOOP("Messages", "an officer who can open it shares it on the page “Vault”"),
    ),
    (
        "an officer says so with `deid audit vault create --lost`",
        QT_TRANSLATE_NOOP("Messages", "an officer says so on the page “Vault”"),
    ),
    (
        "an officer makes one with `deid audit vault create`",
        QT_TRANSLATE_NOOP("Messages", "an officer makes one on the page “Vault”"),
    ),
    (
        "goes back with `deid update undo`",
        QT_TRANSLATE_NOOP("Messages", "goes back on the page “Installation”"),
    ),
    (
        "`deid update list` shows what is installed",
        QT_TRANSLATE_NOOP("Messages", "the page “Installation” shows what is installed"),
    ),
    (
        "run the command as one of them",
        QT_TRANSLATE_NOOP("Messages", "let IT do it, or open the page as one of them"),
    ),
)
"""What errors of `deid` tell to type, and where the same is done in the window.

The rest of such a message stays in English: it names files, records and numbers, and is what people
search for and report. What stands around it, and what to do, is translated.
"""

_TRAINING: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"`deid train resume [^`]+`"),
        QT_TRANSLATE_NOOP("Messages", "“Go on …” or “Measure again …” on the page “Training”"),
    ),
    (
        re.compile(r"`deid train results [^`]+`"),
        QT_TRANSLATE_NOOP("Messages", "“Results” on the page “Training”"),
    ),
    (
        re.compile(r"`deid train end[^`]*`"),
        QT_TRANSLATE_NOOP("Messages", "“End …” on the page “Training”"),
    ),
    (
        re.compile(r"`deid train rollback`"),
        QT_TRANSLATE_NOOP("Messages", "“Go back to the model before …” on the page “Training”"),
    ),
    (re.compile(r"`deid train list`"), QT_TRANSLATE_NOOP("Messages", "the page “Training”")),
)
"""The same for commands that name a run."""


def told(error: DeidError) -> str:
    """What an error means to the person at the window, in whole sentences."""
    for kind, begins, words in _WORDS:
        if isinstance(error, kind) and str(error).startswith(begins):
            return QCoreApplication.translate("Messages", words)
    return told_words(str(error))


def told_words(words: str) -> str:
    """What an error says, by its message, as `told` says it."""
    for typed, done in _REMEDIES:
        words = words.replace(typed, QCoreApplication.translate("Messages", done))
    for command, done in _TRAINING:
        words = command.sub(QCoreApplication.translate("Messages", done), words)
    return f"{words[:1].upper()}{words[1:]}."


def breakable(words: str) -> str:
    """The same words, which a narrow line may break within a path, behind a separator."""
    return re.sub(r"(?<=\S)([/\\])(?=\S)", "\\1\u200b", words)
