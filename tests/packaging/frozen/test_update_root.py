"""A root of updates is put into the programs where they look for it, once it was judged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from frozen import contents
from frozen.source import Source
from frozen.update_root import NoUpdateRoot, put_update_root, read_update_root
from tuf.api.metadata import Metadata, Root

from deid import resources
from deid.updates.recheck import latest_root
from tests.updates.authority import DAY, KEYS, NOW, Update, key, root

EPOCH = int(NOW.timestamp())


def unmet() -> bytes:
    """A root that asks for two signatures by the one key of a role."""
    metadata = Metadata[Root].from_bytes(root())
    metadata.signed.roles["snapshot"].threshold = 2
    metadata.signatures.clear()
    for signer in KEYS["root"][:2]:
        metadata.sign(signer, append=True)
    return metadata.to_bytes()


REFUSED = {
    "a text": (b"no root", "not metadata of The Update Framework"),
    "other JSON": (b'{"signed": {}}', "not metadata of The Update Framework"),
    "too long": (root() + b" " * (1 << 16), "larger than any root"),
    "other metadata": (Update().metadata()["metadata/targets.json"], "the metadata of targets"),
    "signed by nobody": (root(signers=()), "not signed by as many of its own keys"),
    "signed by one of two": (root(signers=KEYS["root"][:1]), "not signed by as many"),
    "signed twice by one": (root(signers=KEYS["root"][:1] * 2), "not signed by as many"),
    "signed by a stranger": (root(signers=(KEYS["root"][0], key("mallory"))), "not signed by as"),
    "changed since": (root().replace(b'"version":1', b'"version":2'), "not signed by as many"),
    "out of date": (root(expires=NOW - DAY), "counts until 2026-11-20, which is before the commit"),
    "keys that cannot suffice": (unmet(), "snapshot: fewer keys than must sign"),
}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    (tmp_path / "source").mkdir()
    return Source(tmp_path / "source", "1.0", EPOCH)


def test_it_lies_where_the_program_looks_for_it(source: Source, tmp_path: Path) -> None:
    given = tmp_path / "1.root.json"
    given.write_bytes(root())
    told = put_update_root(given, source)
    place = source.root / contents.UPDATE_ROOT
    assert place.read_bytes() == given.read_bytes() == latest_root(told.content, {})
    assert resources.update_root().relative_to(resources.shipped("trust").parent) == Path(
        contents.UPDATE_ROOT
    )
    assert contents.UPDATE_ROOT.split("/")[0] in contents.DATA
    assert str(told) == (
        "updates: root 1 until 2029-08-17, signed by root 2 of 3, snapshot 1 of 1, targets 2 of 2, "
        "timestamp 1 of 1"
    )


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_program_could_follow_is_not_put_in(
    case: str, source: Source, tmp_path: Path
) -> None:
    content, told = REFUSED[case]
    given = tmp_path / "given.json"
    given.write_bytes(content)
    with pytest.raises(NoUpdateRoot, match=rf"^given\.json: .*{told}"):
        put_update_root(given, source)
    assert list(source.root.iterdir()) == []


def test_a_file_that_is_not_there_is_told_by_its_name(source: Source, tmp_path: Path) -> None:
    with pytest.raises(NoUpdateRoot, match=r"^stray\.json: cannot be read"):
        put_update_root(tmp_path / "stray.json", source)


def test_what_counts_is_the_date_of_the_commit() -> None:
    content = root(expires=NOW + timedelta(seconds=1))
    assert read_update_root(content, epoch=EPOCH).content == content
    with pytest.raises(NoUpdateRoot, match="before the commit"):
        read_update_root(content, epoch=EPOCH + 1)
