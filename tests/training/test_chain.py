"""From marked notes to a package that detects, with a base encoder of a few thousand weights."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from deid.datatypes import Span
from deid.detect import View
from deid.detect.packages import load_package
from deid.detect.transformer import TransformerDetector
from deid.detect.windows import WindowPlan
from deid.errors import ModelMissing, ModelTampered
from deid.labels import Label
from deid.training.recipe import Recipe
from deid.training.redraw import MarkedNote
from deid.training.wordlists import WordLists

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnx")

RECIPE = Recipe(
    epochs=1, batch_windows=2, window=WindowPlan(20, 4), learning_rate=1e-3, layers=(0, 1)
)  # fmt: skip
TEXT = "Vega is 63 and was seen by Dr. Holm in Lund. No fever, no cough, no pain today.\n" * 2
LISTS = WordLists(
    first_names=[["Ada"]],
    last_names=[["Lum"]],
    cities=["Oldtown"],
    counties=["Weld"],
    states=[("Ohio", "OH")],
    countries=["Peru"],
    hospitals=["Marsh End Clinic"],
    streets=["12 Mill Lane"],
    jobs=["engineer"],
    pools={label: ["Ab 12-34"] for label in Label},
)


def note(name: str) -> MarkedNote:
    marks = [
        (Span(found, found + len(value)), label)
        for value, label in (("Vega", Label.PATIENT), ("Holm", Label.DOCTOR), ("Lund", Label.CITY))
        for found in (TEXT.index(value), TEXT.rindex(value))
    ]
    return MarkedNote(name, TEXT, tuple(sorted(marks)))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base encoder with two layers and a vocabulary of letters and a few words."""
    folder = tmp_path_factory.mktemp("base")
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,/-"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{char}" for char in letters)]
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(folder)
    tokenizer = Tokenizer(
        models.WordPiece({word: at for at, word in enumerate(words)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture
def trusted(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    digest = hashlib.sha256((base / "model.safetensors").read_bytes()).hexdigest()
    monkeypatch.setattr("deid.training.network.BASE_SHA256", digest)
    return base


def test_a_package_is_trained_exported_and_used(trusted: Path, tmp_path: Path) -> None:
    from deid.training.build import make_package
    from deid.training.export import load_checkpoint
    from deid.training.loop import train

    learn, held = [note("a"), note("b")], [note("c")]
    (tmp_path / "history.jsonl").write_text('{"epoch": 7}\n')  # of a training that was cut off
    checkpoint = train(learn, held, lists=LISTS, base=trusted, out=tmp_path, recipe=RECIPE)
    assert checkpoint in {tmp_path / "epoch-00.pt", tmp_path / "average.pt"}
    history = [
        json.loads(row) for row in (tmp_path / "history.jsonl").read_text().split("\n") if row
    ]
    assert [row["epoch"] for row in history] == [0, "average"]

    folder = tmp_path / "tiny-model"
    make_package(
        folder, checkpoint=checkpoint, base=trusted, recipe=RECIPE, learnt=2, held=held, dev=held,
        tuning=held,
    )  # fmt: skip
    package = load_package(folder)
    assert package.name == "tiny-model"
    assert package.plan == RECIPE.window
    assert package.figures["dev_character_recall"] == package.figures["held_out_character_recall"]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {"licence", "base", "training", "figures", "files"} <= set(manifest)
    card = (folder / "MODEL_CARD.md").read_text()
    assert "not i2b2 figures" in card
    assert "MTSamples" in card

    classifier = TransformerDetector(package).classifier
    tokens = classifier.tokenize("Ada was seen by Dr. Lum")
    ids = torch.tensor([[2, *tokens.ids, 3]])
    shapes = torch.tensor([[0, *tokens.shapes, 0]])
    with torch.inference_mode():
        exact = load_checkpoint(checkpoint, trusted)(ids, shapes)[0, 1:-1].softmax(-1).numpy()
    np.testing.assert_allclose(classifier.answer(tokens), exact, atol=0.02)
    view = View(TEXT, TEXT, range(len(TEXT)), range(1, len(TEXT) + 1))
    assert TransformerDetector(package).detect(view) == TransformerDetector(package).detect(view)


def test_an_average_lies_in_the_middle(tmp_path: Path) -> None:
    from deid.training.loop import average

    for name, value in (("a", 1.0), ("b", 3.0)):
        torch.save({"state": {"weight": torch.full((2,), value)}}, tmp_path / name)
    average([tmp_path / "a", tmp_path / "b"], tmp_path / "mean")
    assert torch.load(tmp_path / "mean", weights_only=True)["state"]["weight"].tolist() == [2, 2]


def test_training_again_gives_the_same_weights(trusted: Path, tmp_path: Path) -> None:
    from deid.training.loop import train

    states = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        path = train(
            [note("a")], [note("c")], lists=LISTS, base=trusted, out=tmp_path / name, recipe=RECIPE
        )
        states.append(torch.load(path, weights_only=True)["state"])
    assert all(torch.equal(states[0][key], states[1][key]) for key in states[0])


def test_word_embeddings_stay_as_they_were_and_shapes_are_learnt(
    trusted: Path, tmp_path: Path
) -> None:
    from deid.training.loop import train
    from deid.training.network import build

    before = build(trusted, RECIPE).state_dict()
    path = train([note("a")], [note("c")], lists=LISTS, base=trusted, out=tmp_path, recipe=RECIPE)
    after = torch.load(path, weights_only=True)["state"]
    words = "encoder.embeddings.word_embeddings.weight"
    assert torch.equal(before[words], after[words])
    assert not before["shapes.weight"].any()
    assert after["shapes.weight"].any()


def test_a_student_begins_with_the_layers_of_its_teacher(trusted: Path, tmp_path: Path) -> None:
    from deid.training.loop import train
    from deid.training.network import build

    teacher = train(
        [note("a")], [note("c")], lists=LISTS, base=trusted, out=tmp_path, recipe=RECIPE
    )
    taught = torch.load(teacher, weights_only=True)["state"]
    student = build(trusted, replace(RECIPE, layers=(1,)), start=teacher).state_dict()
    first = "encoder.encoder.layer.0.output.dense.weight"
    assert torch.equal(student[first], taught[first.replace("layer.0", "layer.1")])
    assert not any(".layer.1." in name for name in student)
    assert torch.equal(student["classifier.weight"], taught["classifier.weight"])


def test_a_teacher_marks_carriers(trusted: Path, tmp_path: Path) -> None:
    from deid.training.build import marked_carriers
    from deid.training.loop import train

    teacher = train(
        [note("a")], [note("c")], lists=LISTS, base=trusted, out=tmp_path, recipe=RECIPE
    )
    carriers = tmp_path / "carriers.jsonl"
    carriers.write_text(json.dumps({"split": "train", "text": "HISTORY:, Seen by Dr. X."}) + "\n")
    marked = marked_carriers(carriers, checkpoint=teacher, base=trusted)
    assert [one.id for one in marked] == ["mt-carrier-1"]


def test_shapes_may_be_left_out(trusted: Path, tmp_path: Path) -> None:
    from deid.training.loop import train

    path = train(
        [note("a")], [note("c")], lists=LISTS, base=trusted, out=tmp_path,
        recipe=replace(RECIPE, shapes=False),
    )  # fmt: skip
    assert not torch.load(path, weights_only=True)["state"]["shapes.weight"].any()


def test_another_base_encoder_is_refused(base: Path, tmp_path: Path) -> None:
    from deid.training.network import build

    with pytest.raises(ModelTampered, match="not the base encoder"):
        build(base, RECIPE)
    with pytest.raises(ModelMissing, match="no base encoder"):
        build(tmp_path, RECIPE)


def test_the_command_tells_what_is_missing(tmp_path: Path) -> None:
    from deid.training.__main__ import main

    (tmp_path / "marked").mkdir()
    (tmp_path / "marked" / "train.jsonl").write_text('{"id": 1}\n')
    arguments = [str(tmp_path), "--out", str(tmp_path / "out"), "--base", str(tmp_path)]
    assert main(arguments) == 3
