from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from deid.detect import View
from deid.detect.huggingface import load_folder, mapped_classes
from deid.detect.transformer import load_detector
from deid.errors import ModelMissing, ModelTampered
from deid.labels import Label

_WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "ada", "lum", "came", "."]
_NAMES = ["O", "B-PER", "I-PER"]
_NEEDED = ("config.json", "model.safetensors", "tokenizer.json", "label-map.json")


def save_tokenizer(path: Path) -> None:
    tokenizer = Tokenizer(
        models.WordPiece({word: at for at, word in enumerate(_WORDS)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.enable_truncation(4)
    tokenizer.save(str(path))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny model that calls "ada" a beginning and "lum" an inside of a name."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("hub") / "site-model"
    config = transformers.BertConfig(
        vocab_size=len(_WORDS), hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=8, max_position_embeddings=32,
        id2label=dict(enumerate(_NAMES)), label2id={name: at for at, name in enumerate(_NAMES)},
    )  # fmt: skip
    model = transformers.BertForTokenClassification(config)
    with torch.no_grad():
        for item in model.parameters():
            item.zero_()
        embeddings = model.bert.embeddings
        for norm in (
            embeddings.LayerNorm,
            model.bert.encoder.layer[0].attention.output.LayerNorm,
            model.bert.encoder.layer[0].output.LayerNorm,
        ):
            norm.weight.fill_(1)
        embeddings.word_embeddings.weight[:, 0] = 5
        embeddings.word_embeddings.weight[4] = torch.eye(8)[1] * 5
        embeddings.word_embeddings.weight[5] = torch.eye(8)[2] * 5
        model.classifier.weight.copy_(torch.eye(8)[:3] * 5)
    model.save_pretrained(folder, safe_serialization=True)
    save_tokenizer(folder / "tokenizer.json")
    (folder / "label-map.json").write_text(json.dumps({"PER": "PATIENT"}))
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "site-model"))


def view_of(text: str) -> View:
    return View(text, text, range(len(text)), range(1, len(text) + 1))


def test_a_site_model_finds_what_it_knows_in_a_long_note(folder: Path) -> None:
    detector = load_detector(folder)
    text = "came . " * 60 + "Ada Lum came."
    found = [item for item in detector.detect(view_of(text)) if item.score >= 0.5]
    assert [(item.span.of(text), item.label) for item in found] == [("Ada Lum", Label.PATIENT)]
    assert found[0].detector == detector.name
    assert detector.name.startswith("model:")


def test_the_digest_covers_every_file(folder: Path) -> None:
    before = load_folder(folder).digest
    (folder / "label-map.json").write_text(json.dumps({"PER": "DOCTOR"}))
    assert load_folder(folder).digest != before


@pytest.mark.parametrize("name", ["pytorch_model.bin", "old/weights.pkl", "modeling_site.py"])
def test_pickles_and_code_are_refused(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")
    with pytest.raises(ModelTampered, match="refused"):
        load_detector(folder)


def test_a_model_that_asks_for_code_is_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModelForTokenClassification": "modeling_site.Model"}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelTampered, match="asks for code"):
        load_folder(folder)


@pytest.mark.parametrize("name", _NEEDED)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelMissing, match=name):
        load_folder(folder)


def test_weights_that_are_no_safetensors_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\x80\x04}.")
    with pytest.raises(ModelTampered, match="cannot be loaded"):
        load_folder(folder)


@pytest.mark.parametrize(
    ("label_map", "classes"),
    [
        ({"PER": "PATIENT"}, ("O", "B-PATIENT", "I-PATIENT")),
        ({"B-PER": "DOCTOR", "I-PER": "DOCTOR"}, ("O", "B-DOCTOR", "I-DOCTOR")),
        ({"PER": "O"}, ("O", "O", "O")),
    ],
)
def test_class_names_are_mapped(label_map: dict[str, str], classes: tuple[str, ...]) -> None:
    assert mapped_classes(_NAMES, label_map) == classes


def test_a_class_without_a_prefix_continues() -> None:
    assert mapped_classes(["PER", "O"], {"PER": "PERSON"}) == ("I-PERSON", "O")


@pytest.mark.parametrize("label_map", [{}, {"PER": "NOBODY"}])
def test_a_map_that_leaves_a_class_open_is_refused(label_map: dict[str, str]) -> None:
    with pytest.raises(ModelTampered, match=r"label-map\.json"):
        mapped_classes(_NAMES, label_map)
