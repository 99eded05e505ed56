"""What is installed, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication

from deid.managed import SCHEMA, Managed
from deid.managed.values import said
from deid.updates.listing import Listed, Place
from deid.updates.metadata import TrustedUpdate
from deid.updating import Standing
from gui.messages import told_words
from gui.officer.installation_session import Installation
from gui.officer.text_rows import TextRow
from gui.views.header import Tone, counted
from gui.words import QT_TRANSLATE_NOOP

_PLACES: Final = {
    Place.CURRENT: QT_TRANSLATE_NOOP("Installation", "In use"),
    Place.PREVIOUS: QT_TRANSLATE_NOOP("Installation", "Before it"),
    Place.NEWEST: QT_TRANSLATE_NOOP("Installation", "Newest, not in use"),
}
_GROUP: Final = 8
_PARTS: Final[Mapping[tuple[str, ...], str]] = {
    (): QT_TRANSLATE_NOOP("Installation", "nothing"),
    ("models",): QT_TRANSLATE_NOOP("Installation", "models"),
    ("rules",): QT_TRANSLATE_NOOP("Installation", "rules"),
    ("models", "rules"): QT_TRANSLATE_NOOP("Installation", "rules and models"),
}


def program_rows(found: Installation) -> Iterator[tuple[str, str]]:
    """The program and its seal."""
    yield _say("Version"), found.program
    sealed = found.sealed
    if sealed is None:
        yield _say("Seal"), _say("none: a checkout or a wheel, not an installed package")
    else:
        files = counted(sealed.files, _say("file"), _say("files"))
        words = _say("{files} of version {version}, as they were built: checked at this start")
        yield _say("Seal"), words.format(files=files, version=sealed.version)
        yield _say("Release key, SHA-256"), _breakable(sealed.key)
    own = found.updates.own
    words = _say("those that came with the program")
    if found.updates.problem is not None:
        words = _say("none, until this is mended")
    elif own is not None:
        words = _say("those of update {number} of {day:%Y-%m-%d}").format(
            number=own.version, day=own.made
        )
    yield _say("Rules and models of this window"), words


def update_rows(standing: Standing) -> list[TextRow]:
    """What is in use on the machine, what was before it, and the newest."""
    return [
        TextRow(one.place, (_say(_PLACES[one.place]), *_update_cells(one)))
        for one in standing.listed
    ]


def managed_rows(here: Managed) -> list[TextRow]:
    """The settings that IT manages, what they are, and where that stands."""
    return [
        TextRow(name, (name.value, SCHEMA[name].title, said(setting.value), setting.source))
        for name, setting in here.settings.items()
    ]


def brought_words(update: TrustedUpdate) -> str:
    """What a bundle brings that can be installed here."""
    words = _say(
        "Update {number} of {day:%Y-%m-%d} brings {parts} in {files}, and is for program version "
        "{versions}. Those who make updates signed it, and it can be installed until "
        "{until:%Y-%m-%d}. Digest: {digest}."
    )
    return words.format(
        number=update.version,
        day=update.made,
        parts=_parts(update),
        files=counted(len(update.files), _say("file"), _say("files")),
        versions=update.suits,
        until=update.expires,
        digest=_breakable(update.digest),
    )


def listed_words(one: Listed) -> str:
    """What lies in one of the places, within a sentence."""
    if one.update is None:
        return _say("what came with the program")
    words = _say("update {number} of {day:%Y-%m-%d}")
    return words.format(number=one.update.version, day=one.update.made)


def standing_words(found: Installation) -> tuple[str, Tone, str]:
    """How it stands with what is installed, in a word, its tone, and a sentence."""
    updates, now = found.updates, found.updates.in_use
    problem = None if updates.problem is None else str(updates.problem)
    if problem is None and now is not None and now.update is None:
        problem = now.problem
    if problem is not None:
        return _say("NOT AS SIGNED"), Tone.BAD, told_words(problem)
    if now is not None and now.problem is not None:
        words = _say("The update in use is {why}, so the program works with what came with it.")
        return _say("UPDATE NOT USED"), Tone.CAUTION, words.format(why=now.problem)
    if now is not None and updates.outdated:
        words = _say(
            "From the next start of the program on, {what} is in use. What runs now, goes on with "
            "what it began with."
        )
        return _say("START AGAIN"), Tone.CAUTION, words.format(what=listed_words(now))
    if found.sealed is None:
        words = _say(
            "A program that was not installed as a package has no seal, and does not check its own "
            "files."
        )
        return _say("NOT SEALED"), Tone.NEUTRAL, words
    words = _say("Every file of the program is as it was built, and every rule as it was signed.")
    return _say("AS BUILT"), Tone.GOOD, words


def rights_words(standing: Standing) -> str:
    """Who may change what is installed."""
    if not standing.has_root:
        return _say(
            "This build of the program was given no root keys for updates, so no bundle can be "
            "verified. Releases have them."
        )
    if standing.may_change:
        return _say(
            "A bundle is one signed file, from a stick or a share. Nothing is fetched from "
            "anywhere. What is installed here counts for all users of this computer."
        )
    return _say(
        "What is installed counts for all users of this computer, so only its administrators may "
        "change it: IT installs a bundle with “deid update install FILE”, or opens this page as "
        "an administrator with “deid-gui --installation”. You can look at what a bundle brings."
    )


def _update_cells(one: Listed) -> tuple[str, ...]:
    if one.update is None:
        state = _say("as it came") if one.problem is None else told_words(one.problem)
        which = _say("What came with the program") if one.problem is None else "–"
        return which, "–", "–", "–", state
    update = one.update
    state = _say("as it was signed") if one.problem is None else one.problem
    return (
        _say("Update {}").format(update.version),
        f"{update.made:%Y-%m-%d}",
        _parts(update),
        str(update.suits),
        state,
    )


def _parts(update: TrustedUpdate) -> str:
    return _say(_PARTS[update.parts])


def _breakable(digest: str) -> str:
    """The same digits, which a narrow line may break."""
    return "\u200b".join(digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP))


def _say(words: str) -> str:
    return QCoreApplication.translate("Installation", words)
