"""How much rules, model and both together find in marked notes, side by side.

    python benchmarks/quality.py [GOLD.jsonl] [--policy NAME] [--json FILE]

Without a file it takes the development notes beside the checkout (or where NOTEVEIL_SHARED_DATA
says). `deid/evaluate/scores.py` says what is counted.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from deid import Deidentifier, DetectorChoice, Document, Policy, load_policy
from deid.evaluate import GoldNote, Scores, compare, read_gold, score

ROOT = Path(__file__).resolve().parent.parent
ORDER = (DetectorChoice.RULES, DetectorChoice.MODEL, DetectorChoice.HYBRID)


def main() -> None:
    """Print the table; with --json write all counts too."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="?", type=Path, default=_development_notes())
    parser.add_argument("--policy", default="safe-harbor", help="whose thresholds count")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all counts to FILE")
    arguments = parser.parse_args()
    gold, policy = read_gold(arguments.gold), load_policy(arguments.policy)
    results = {str(choice): measure(gold, policy=policy, detectors=choice) for choice in ORDER}
    spans = sum(len(note.spans) for note in gold)
    print(f"{len(gold)} notes, {spans} marked spans, policy {policy.name} {policy.version}\n")
    print(compare(results))
    if arguments.json:
        trees = {name: scores.as_json() for name, scores in results.items()}
        arguments.json.write_text(json.dumps(trees, indent=2) + "\n", encoding="utf-8")


def measure(gold: tuple[GoldNote, ...], *, policy: Policy, detectors: DetectorChoice) -> Scores:
    """The scores of what these detectors keep under a policy."""
    deidentifier = Deidentifier.open(policy=policy, detectors=detectors)
    kept = {
        note.id: deidentifier.analyze(Document(id=note.id, text=note.text)).kept for note in gold
    }
    return score(gold, kept)


def _development_notes() -> Path:
    named = os.environ.get("NOTEVEIL_SHARED_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder / "marked" / "dev.jsonl"


if __name__ == "__main__":
    main()
