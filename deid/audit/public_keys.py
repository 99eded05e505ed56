"""A person's public keys in a file, to be enrolled where the private ones never come.

It is a signed note (C2SP signed-note) that the person's own key has signed, so that name and
sealing key cannot be changed without it:

    noteveil/public-keys/v1
    name: Olive Officer
    public_key: noteveil/person/<id>+<8 hex digits>+<base64>
    sealing_key: <base64>

The signature does not say that the key is that of a person of this name. Its id does, once it was
compared with what the person reads out.
"""

from __future__ import annotations

import re
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from deid.audit.note import VerifierKey, decode_base64, open_note
from deid.audit.person import PersonalKey, PublicKeys, PublicPerson, id_of, is_name, key_name
from deid.errors import KeyUnusable, VerificationFailed

LONGEST: Final = 4096
"""Bytes of the largest such file."""

_TEXT: Final = re.compile(
    r"noteveil/public-keys/v1\nname: (.*)\npublic_key: (.*)\nsealing_key: (.*)\n"
)


def public_keys_note(person: PersonalKey) -> str:
    """The public keys of a person, signed with the person's key."""
    return person.signer.sign(_text(person.public))


def read_note(note: str) -> PublicPerson:
    """Whose public keys these are, as that key itself has signed.

    Raises:
        KeyUnusable: not of the form, or changed since it was signed.
    """
    found = _TEXT.fullmatch(note.rpartition("\n\n")[0] + "\n")
    try:
        if found is None or not is_name(found[1]):
            raise ValueError
        key = VerifierKey.parse(found[2])
        person = PublicPerson(id_of(key), found[1], PublicKeys(found[2], found[3]))
        if key.name != key_name(person.id) or str(key) != found[2]:
            raise ValueError
        _check_sealing_key(decode_base64(found[3]))
        if open_note(note, key) != _text(person):
            raise ValueError
    except (ValueError, KeyUnusable, VerificationFailed):
        raise KeyUnusable(
            "the file does not hold somebody's public keys, or was changed: ask for another, made "
            "with `deid audit people public`"
        ) from None
    return person


def _check_sealing_key(raw: bytes) -> None:
    """Refuse, with a ValueError, what nothing could be sealed to (RFC 7748 section 6.1)."""
    X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(raw))


def _text(person: PublicPerson) -> str:
    return (
        f"noteveil/public-keys/v1\nname: {person.name}\npublic_key: {person.keys.signing}\n"
        f"sealing_key: {person.keys.sealing}\n"
    )
