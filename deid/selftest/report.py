"""The report of a self-test, signed, so that IT can file it and tell later that nobody changed it.

A report is a JSON object with `report`, `public_key` and `signature`. The signature is a signed
note (C2SP signed-note) of the log of the user who ran the test; its text is two lines:

    noteveil/selftest/1
    <SHA-256, in hex, of `report` in the form of RFC 8785>

It proves which key signed and that nothing was changed since. Whoever runs the test has that key:
it does not prove that the program which wrote the report was the installed one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from deid.audit.canonical import canonical_json, format_time
from deid.audit.note import Signer, VerifierKey, open_note
from deid.errors import VerificationFailed
from deid.selftest.installed import Installed
from deid.selftest.steps import State, Step

FORMAT: Final = "noteveil-selftest-1"
_LINE: Final = "noteveil/selftest/1"
_NAMES: Final = {"report", "public_key", "signature"}


@dataclass(frozen=True, slots=True)
class Report:
    """What a self-test came to.

    Attributes:
        made: when.
        exit_code: what the command ended with; 0: every step passed or does not apply here.
        installed: what was tested.
        steps: what was done.
    """

    made: datetime
    exit_code: int
    installed: Installed
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Filed:
    """A report that was found to be as it was signed.

    Attributes:
        made: when, by the clock of the machine.
        machine: where.
        program: version.
        sealed: whether it was an installed program with a whole seal.
        exit_code: what the test ended with; 0: all went well.
        failed: names of the steps that failed.
    """

    made: str
    machine: str
    program: str
    sealed: bool
    exit_code: int
    failed: tuple[str, ...]


def signed(report: Report, signer: Signer) -> bytes:
    """The report as it is filed."""
    node = _node(report)
    whole = {
        "report": node,
        "public_key": str(signer.verifier),
        "signature": signer.sign(_text(node)),
    }
    return json.dumps(whole, indent=1, ensure_ascii=False).encode() + b"\n"


def check_report(raw: bytes, *, public_key: str) -> Filed:
    """What a filed report says, once its signature holds.

    Args:
        raw: the file.
        public_key: of the log of whoever ran the test, from a source that is trusted.

    Raises:
        VerificationFailed: it is no report, was changed, or is signed by another key.
        KeyUnusable: the public key is malformed.
    """
    key = VerifierKey.parse(public_key)
    try:
        whole = json.loads(raw.decode())
        if not isinstance(whole, dict) or whole.keys() != _NAMES:
            raise ValueError
        node, note = whole["report"], whole["signature"]
        if not isinstance(node, dict) or node.get("format") != FORMAT:
            raise ValueError
        text = _text(node)
    except (ValueError, RecursionError):
        raise VerificationFailed(f"the file is no report of the form {FORMAT}") from None
    try:
        same = open_note(f"{note}", key) == text
    except VerificationFailed:
        same = False
    if not same:
        raise VerificationFailed(
            "the report was changed after it was signed, or signed by another key than the one "
            "given: run the test again where it was made"
        )
    return _filed(node)


def _node(report: Report) -> dict[str, object]:
    return {
        "format": FORMAT,
        "made": format_time(report.made),
        "exit_code": report.exit_code,
        "installed": asdict(report.installed),
        "steps": [
            {
                "name": step.name,
                "state": step.state.value,
                "milliseconds": round(1000 * step.seconds),
                "told": step.told,
            }
            for step in report.steps
        ],
    }


def _text(node: dict[str, object]) -> str:
    digest = hashlib.sha256(canonical_json(node).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_LINE}\n{digest}\n"


def _filed(node: dict[str, object]) -> Filed:
    """What a report says that this program signed; another one may have made it otherwise."""
    try:
        installed, steps = node["installed"], node["steps"]
        if not (isinstance(installed, dict) and isinstance(steps, Sequence)):
            raise TypeError
        failed = (step["name"] for step in steps if step["state"] == State.FAILED)
        return Filed(
            made=str(node["made"]),
            machine=str(installed["machine"]),
            program=str(installed["program"]),
            sealed=installed["sealed"] is not None,
            exit_code=int(str(node["exit_code"])),
            failed=tuple(map(str, failed)),
        )
    except (KeyError, TypeError, ValueError):
        raise VerificationFailed("the report lacks what every report says") from None
