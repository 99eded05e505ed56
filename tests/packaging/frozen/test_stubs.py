"""What stands in for spaCy and thinc is enough for what the programs do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STUBS = ROOT / "packaging" / "frozen" / "stubs"
TEXT = "Card 4111 1111 1111 1111, telephone +44 20 7946 0018, mail a.nyman@example.org."
_BEGIN = f"""
import json, sys
sys.path[:0] = [{str(STUBS)!r}, {str(ROOT)!r}]
sys.modules.update(dict.fromkeys(["torch", "transformers", "stanza"]))
"""


def run(code: str) -> str:
    command = [sys.executable, "-c", _BEGIN + code]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_presidio_recognizes_without_spacy_and_says_what_it_cannot() -> None:
    found = run(f"""
from deid.detect.normalise import normalise
from deid.detect.presidio import PredefinedRecognizers, analyzer
import spacy, thinc
assert spacy.__file__.startswith({str(STUBS)!r}) and thinc.__file__.startswith({str(STUBS)!r})
names = ["CreditCardRecognizer", "PhoneRecognizer", "EmailRecognizer"]
rules = [{{"name": name, "type": "predefined"}} for name in names]
found = PredefinedRecognizers(rules).detect(normalise({TEXT!r}))
try:
    analyzer([], predefined=rules)
except ImportError as error:
    told = str(error)
print(json.dumps([sorted({{(f.label.value, f.span.start, f.span.end) for f in found}}), told]))
""")
    marks, told = json.loads(found)
    seen = {TEXT[start:end] for _, start, end in marks}
    assert seen >= {"4111 1111 1111 1111", "+44 20 7946 0018", "a.nyman@example.org"}
    assert told == "language models of spaCy are not part of the installed program"
