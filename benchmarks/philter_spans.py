"""What Philter (philter-ucsf 1.0.3 of PyPI) removes. Runs in an environment of its own.

    PYTHON benchmarks/philter_spans.py NOTES.jsonl SPANS.jsonl

Philter's patterns do not compile with Python 3.11 and later, so PYTHON is a 3.10 into which
`philter-ucsf==1.0.3 nltk chardet numpy` are installed. It needs NLTK's part-of-speech data besides,
which is on no package index. Philter uses it for one thing only: to keep numbers (tag CD) that no
earlier pattern removed. Where the data are missing, a word that begins with a digit is taken for a
number here, and a line on the standard error says so.

Each line of the input has an `id` and a `text`; each of the output the `id` and `spans`, pairs of
half-open offsets in code points. Runs of removed letters and digits that only other signs part are
one span, since Philter leaves punctuation where it is.
"""

import contextlib
import io
import itertools
import json
import os
import sys
import tempfile
from pathlib import Path

REMOVED = "*"


def main() -> None:
    """Write the spans of every note."""
    import nltk

    source, target = (Path(argument).resolve() for argument in sys.argv[1:3])
    lines = source.read_text(encoding="utf-8").splitlines()
    notes = [json.loads(line) for line in lines]
    if not _has_tagger(nltk):
        print("Philter: no NLTK data; words that begin with a digit are numbers", file=sys.stderr)
        nltk.pos_tag = _numbers_by_shape
    with tempfile.TemporaryDirectory() as folder:
        outputs = _filtered([note["text"] for note in notes], Path(folder))
    with target.open("w", encoding="utf-8") as written:
        for note, output in zip(notes, outputs, strict=True):
            spans = list(spans_of(note["text"], output))
            print(json.dumps({"id": note["id"], "spans": spans}), file=written)


def _has_tagger(nltk):
    try:
        nltk.pos_tag(["a"])
    except LookupError:
        return False
    return True


def _numbers_by_shape(words):
    return [(word, "CD" if word[:1].isdigit() else "NN") for word in words]


def _filtered(texts, folder):
    """The output of each text: as long as the text, with a star for each sign removed."""
    import philter_ucsf
    from philter_ucsf.philter import Philter

    before, after = folder / "in", folder / "out"
    before.mkdir()
    after.mkdir()
    for number, text in enumerate(texts):
        content = text.replace("\r", " ").encode("utf-8", "replace")
        (before / f"{number}.txt").write_bytes(content)
    os.chdir(Path(philter_ucsf.__file__).parent)
    config = {
        "verbose": False,
        "run_eval": False,
        "finpath": f"{before}/",
        "foutpath": f"{after}/",
        "outformat": "asterisk",
        "filters": "configs/philter_delta.json",
    }
    filterer = Philter(config)
    filterer.detect_encoding = lambda _: {"encoding": "utf-8"}
    with contextlib.redirect_stdout(io.StringIO()):
        filterer.map_coordinates()
        filterer.transform()
    paths = [after / f"{number}.txt" for number in range(len(texts))]
    return [path.read_bytes().decode("utf-8") for path in paths]


def spans_of(text, output):
    """What of a text is a star in the output."""
    if len(text) != len(output):
        sys.exit("Philter's output is not as long as its input")
    runs = itertools.groupby(
        (at for at, sign in enumerate(text) if sign.isalnum()),
        key=lambda at: output[at] == REMOVED,
    )
    for removed, offsets in runs:
        places = list(offsets)
        if removed:
            yield places[0], places[-1] + 1


if __name__ == "__main__":
    main()
