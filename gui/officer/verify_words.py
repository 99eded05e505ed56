"""What is said of verifying and of the witness, in plain words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from deid import Verified
from deid.officer.settled import Setting
from deid.officer.witness import FolderWitness, Witness, WitnessState
from gui.officer.people_words import time_words
from gui.views.header import Tone, counted
from gui.words import QT_TRANSLATE_NOOP

_STATES = {
    WitnessState.FRESH: ("FRESH", Tone.GOOD),
    WitnessState.STALE: ("STALE", Tone.CAUTION),
    WitnessState.MISSING: ("MISSING", Tone.CAUTION),
    WitnessState.UNREACHABLE: ("OUT OF REACH", Tone.CAUTION),
    WitnessState.CONTRADICTS: ("CONTRADICTS", Tone.BAD),
}


_DIFFERENCES = {
    Setting.WITNESS_FOLDERS: QT_TRANSLATE_NOOP(
        "Verify", "The settings name {:,.0f} witness folders, the log has recorded {:,.0f}."
    ),
    Setting.WITNESS_DAYS: QT_TRANSLATE_NOOP(
        "Verify",
        "By the settings the witness may be {:,.0f} days old, by what the log has recorded "
        "{:,.0f}.",
    ),
    Setting.WITHHELD_SHARE: QT_TRANSLATE_NOOP(
        "Verify",
        "By the settings {:.2%} of the sure findings are withheld from reviewers, by what the log "
        "has recorded {:.2%}.",
    ),
}


def verified_words(verified: Verified) -> str:
    """What was found, in a sentence or two."""
    records = counted(verified.size, _said("record is"), _said("records are"))
    words = _said("{} whole, unchanged and in order.").format(records)
    if verified.unexamined:
        words += _said(" Of {:,} in archives that are not here, only the hashes were compared.")
        words = words.format(verified.unexamined)
    if verified.ran_back:
        words += _said(" The clock of the machine ran backwards {:,} times.")
        words = words.format(verified.ran_back)
    return words


def limits_words(verified: Verified | None) -> str:
    """What was compared with what, and what nobody can know from that."""
    if verified is None:
        return _said(
            "Verifying reads every record and computes the tree of hashes anew. It finds what was "
            "changed by somebody who did not make everything else fit. Somebody who has the file "
            "and the key can make it fit: only a checkpoint from outside shows that."
        )
    if not verified.outside_checkpoints:
        return _said(
            "Compared only with checkpoints that lie in the log itself. Whether its end was cut "
            "off, or the whole log was replaced by another, nobody can know from that: hand in a "
            "checkpoint that was kept elsewhere, or settle a witness folder."
        )
    late = verified.size - verified.witnessed
    words = _said(
        "The first {:,} records are the very ones for which a checkpoint left this machine."
    ).format(verified.witnessed)
    if late:
        words += _said(" The {:,} behind them are covered by no checkpoint from outside yet.")
        words = words.format(late)
    return words + _said(" What was never written to the log, no checkpoint can show.")


def state_words(state: WitnessState) -> tuple[str, Tone]:
    """How a witness stands, in a word and its tone."""
    words, tone = _STATES[state]
    return _said(words), tone


def witness_words(witness: Witness, *, may_settle: bool) -> str:
    """How the witness as a whole stands, and which settings are not those that were recorded."""
    said = [_standing(witness, may_settle=may_settle)]
    said += [
        _said(_DIFFERENCES[one.setting]).format(one.found, one.recorded) for one in witness.differs
    ]
    if witness.differs:
        said.append(_said("Find out who changed site.json, and settle it anew."))
    return " ".join(said)


def _standing(witness: Witness, *, may_settle: bool) -> str:
    match witness.state:
        case _ if not witness.folders:
            words = _said(
                "No witness folder is settled. It lies on another machine or on a drive that is "
                "put away, where nobody who can change this log can write."
            )
            more = _said(" A privacy officer settles one: unlock the key.")
            return words if may_settle else words + more
        case WitnessState.FRESH:
            return _said("Every witness folder holds a recent checkpoint, and all agree.")
        case WitnessState.STALE:
            return _said("The newest checkpoint is older than {:,} days: anchor the log.").format(
                witness.days
            )
        case WitnessState.MISSING:
            return _said("A witness folder holds no checkpoint of this log: anchor the log.")
        case WitnessState.UNREACHABLE:
            return _said("A witness folder cannot be reached: connect its drive or share.")
        case WitnessState.CONTRADICTS:
            return _said(
                "A checkpoint in a witness folder does not fit this log: records were changed or "
                "taken away, or that file was. Leave everything as it is, and find out which."
            )


def witness_tone(witness: Witness) -> Tone:
    """How grave it is how the witness stands, with the settings."""
    tone = state_words(witness.state)[1]
    return Tone.CAUTION if witness.differs and tone is Tone.GOOD else tone


def warning_words(witness: Witness) -> str:
    """The same in a few words, for other pages."""
    if witness.differs and witness.state is not WitnessState.CONTRADICTS:
        return _said("The settings are not those recorded: see “Verify and anchor”.")
    if not witness.folders:
        return _said("No witness folder is settled: see “Verify and anchor”.")
    words = {
        WitnessState.STALE: _said("The witness is stale: see “Verify and anchor”."),
        WitnessState.MISSING: _said("The witness is missing: see “Verify and anchor”."),
        WitnessState.UNREACHABLE: _said("The witness is out of reach: see “Verify and anchor”."),
        WitnessState.CONTRADICTS: _said(
            "The witness contradicts the log: see “Verify and anchor”."
        ),
    }
    return words.get(witness.state, "")


def folder_cells(one: FolderWitness) -> tuple[str, str, str, str]:
    """What a row says of a witness folder."""
    newest = one.newest
    time = time_words(newest.time) if newest is not None else "–"
    covers = f"{newest.checkpoint.size:,}" if newest is not None else "–"
    return state_words(one.state)[0].capitalize(), time, covers, str(one.folder)


def _said(words: str) -> str:
    return QCoreApplication.translate("Verify", words)
