from __future__ import annotations

import base64

import pytest

from deid.audit.note import SignerKey, VerifierKey, open_note
from deid.errors import KeyUnusable, VerificationFailed

# The example of Go's golang.org/x/mod/sumdb/note, from which C2SP signed-note comes.
VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
    "qdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_keys_and_note_are_those_of_the_reference() -> None:
    signer = SignerKey.parse(SIGNER)
    assert str(signer.verifier) == VERIFIER
    assert signer.written() == SIGNER
    assert signer.sign(TEXT) == NOTE
    assert open_note(NOTE, VerifierKey.parse(VERIFIER)) == TEXT


def test_signatures_of_other_keys_do_not_matter() -> None:
    witness = SignerKey("witness.example", b"\x07" * 32).sign(TEXT).rpartition("\n\n")[2]
    both = NOTE + witness
    assert open_note(both, VerifierKey.parse(VERIFIER)) == TEXT
    assert open_note(both, SignerKey("witness.example", b"\x07" * 32).verifier) == TEXT
    with pytest.raises(VerificationFailed, match="not signed by the key"):
        open_note(NOTE, SignerKey("PeterNeumann", b"\x07" * 32).verifier)


def test_a_note_with_any_character_changed_is_refused() -> None:
    key = VerifierKey.parse(VERIFIER)
    for at, character in enumerate(NOTE):
        changed = NOTE[:at] + chr(ord(character) ^ 1) + NOTE[at + 1 :]
        with pytest.raises(VerificationFailed):
            open_note(changed, key)
        with pytest.raises(VerificationFailed):
            open_note(NOTE[:at] + NOTE[at + 1 :], key)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        TEXT,
        NOTE.replace("\n\n", "\n"),
        NOTE.rstrip("\n"),
        NOTE + "\n",
        NOTE + "— PeterNeumann x08go/ZJ\n",
        NOTE + "— PeterNeumann x08g\n",
        NOTE + "— PeterNeumann é\n",
        NOTE.replace("—", "-"),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("your", "y\ud800ur"),
        NOTE.replace("problem,", "problem, " + "x" * (1 << 20)),
    ],
)
def test_what_is_not_a_signed_note_is_refused(note: str) -> None:
    with pytest.raises(VerificationFailed):
        open_note(note, VerifierKey.parse(VERIFIER))


def test_a_text_that_does_not_end_in_a_newline_is_not_signed() -> None:
    with pytest.raises(ValueError, match="newline"):
        SignerKey.parse(SIGNER).sign("no end")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        VERIFIER.replace("c74f20a3", "c74f20a4"),
        VERIFIER.replace("PeterNeumann", "PeterNeuman"),
        VERIFIER.replace("PeterNeumann", "Peter Neumann"),
        VERIFIER[:-4],
        VERIFIER[:-1] + "é",
        "x+00000000+" + base64.b64encode(bytes([2] * 33)).decode(),
    ],
)
def test_a_malformed_public_key_is_refused(text: str) -> None:
    with pytest.raises(KeyUnusable):
        VerifierKey.parse(text)
    with pytest.raises(KeyUnusable):
        SignerKey.parse(f"PRIVATE+KEY+{text}")


def test_a_public_key_is_no_signing_key_and_a_repr_holds_no_secret() -> None:
    with pytest.raises(KeyUnusable):
        SignerKey.parse(VERIFIER)
    assert repr(SignerKey.parse(SIGNER)) == "SignerKey(name='PeterNeumann')"
