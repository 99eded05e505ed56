"""How much of the time of a note is the network's: end to end against the bare forward pass.

    python benchmarks/forward_pass.py NOTES.jsonl

Both work on the same notes in one process on one thread, note by note in turn, so that whatever
else the machine does falls on both alike. The forward pass is the shipped ONNX file run over the
same windows of the same tokens with the same session options, and nothing besides; end to end is
rules, model, merge, redaction and residual check. Seconds are of the processor. The first notes
are run before the clock starts.

Prints one line of JSON: notes per second of both, and the `share`: the speed of the whole as a
part of that of the forward pass.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deid.datatypes import Document
from deid.detect.normalise import normalise
from deid.detect.packages import load_package
from deid.detect.tokens import marks_of, parse_tokenizer, tokenize
from deid.detect.transformer import session_inputs, start_session
from deid.detect.windows import windows
from deid.pipeline import Deidentifier
from deid.policy import DEFAULT_POLICY, load_policy

WARM_UP = 20
SEED = bytes(32)

Prepared = Callable[[str], Callable[[], object]]
"""From a note to the work on it that is measured."""


def main(path: Path) -> None:
    """Measure the notes of a JSON lines file and print the figures."""
    with path.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    forward, whole = _forward(), _whole()
    for text in texts[:WARM_UP]:
        forward(text)()
        whole(text)()
    seconds = [(_seconds(forward(text)), _seconds(whole(text))) for text in texts]
    bare, complete = (sum(column) for column in zip(*seconds, strict=True))
    figures = {
        "forward_notes_per_s": round(len(texts) / bare, 1),
        "whole_notes_per_s": round(len(texts) / complete, 1),
        "share": round(bare / complete, 3),
    }
    print(json.dumps(figures))


def _forward() -> Prepared:
    package = load_package()
    tokenizer = parse_tokenizer(package.tokenizer)
    marks, session = marks_of(tokenizer), start_session(package.model)

    def prepared(text: str) -> Callable[[], object]:
        tokens = tokenize(normalise(text).text, tokenizer)
        inputs = [session_inputs(tokens, w, marks) for w in windows(len(tokens), package.plan)]
        return lambda: [session.run(["logits"], one) for one in inputs]

    return prepared


def _whole() -> Prepared:
    deidentifier = Deidentifier.open(policy=load_policy(DEFAULT_POLICY))

    def prepared(text: str) -> Callable[[], object]:
        document = Document(id="note", text=text)
        return lambda: deidentifier.deidentify(document, seed=SEED)

    return prepared


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    main(Path(sys.argv[1]))
