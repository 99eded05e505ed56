"""Keys of people that lie on a token: a smart card, a USB token or a server's module (PKCS#11).

The token signs; its private key never leaves it. It needs the extra `pkcs11` of the package and
the vendor's module. What is sealed for the person is opened with an X25519 key that is made of a
signature by the token over a fixed text, so that it needs nothing beside the token; this one is in
memory while the key is unlocked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from deid.audit.note import VerifierKey, sign_note
from deid.audit.person import id_of, key_name
from deid.errors import KeyUnusable, PinRefused

_SEALING: Final = b"noteveil/sealing-key/v1\0"
"""What is signed for the X25519 key; it has a NUL, so it is no text of a note."""

_ED25519_POINT: Final = b"\x04\x20"
"""Before the 32 bytes of a public key: an OCTET STRING of so many (PKCS#11 3.0, 2.3.6)."""


@dataclass(frozen=True, slots=True)
class Token:
    """Where a person's key lies.

    Attributes:
        module: path of the vendor's PKCS#11 module. It is loaded into the program.
        serial: number of the token, in hex.
        key: label of the Ed25519 key pair on it.
    """

    module: str
    serial: str
    key: str

    @classmethod
    def labelled(cls, module: str, *, label: str, key: str) -> Token:
        """The token of this label.

        Raises:
            KeyUnusable: the module cannot be loaded, or there is not one such token.
        """
        with _explained():
            return cls(module, _module(module).get_token(token_label=label).serial.hex(), key)

    def unlock(self, pin: str) -> tuple[TokenSigner, bytes]:
        """What signs with the token's key, and the X25519 private key that goes with it.

        Raises:
            PinRefused: the PIN is not that of the token.
            KeyUnusable: the token or the key cannot be used.
        """
        with self._key(pin) as private:
            public = VerifierKey("new", self._public(private))
            opener = sha256(_SEALING + _signed(private, _SEALING)).digest()
            if sha256(_SEALING + _signed(private, _SEALING)).digest() != opener:
                raise KeyUnusable(
                    "the token signs the same text differently each time, so nothing could be "
                    "sealed for it: use another token, or a key file"
                )
        return TokenSigner(key_name(id_of(public)), public.public, self, pin), opener

    def sign(self, pin: str, text: bytes) -> bytes:
        """The Ed25519 signature of the token.

        Raises:
            PinRefused: the PIN is not that of the token.
            KeyUnusable: the token or the key cannot be used.
        """
        with self._key(pin) as private:
            return _signed(private, text)

    @contextmanager
    def _key(self, pin: str) -> Iterator[Any]:
        with _explained():
            from pkcs11 import KeyType, ObjectClass

            token = _module(self.module).get_token(token_serial=bytes.fromhex(self.serial))
            with token.open(user_pin=pin) as session:
                yield session.get_key(
                    object_class=ObjectClass.PRIVATE_KEY,
                    key_type=KeyType.EC_EDWARDS,
                    label=self.key,
                )

    def _public(self, private: Any) -> bytes:
        from pkcs11 import Attribute, KeyType, ObjectClass

        found = private.session.get_key(
            object_class=ObjectClass.PUBLIC_KEY, key_type=KeyType.EC_EDWARDS, label=self.key
        )
        point = bytes(found[Attribute.EC_POINT]).removeprefix(_ED25519_POINT)
        if len(point) != 32:
            raise KeyUnusable("the key on the token is not an Ed25519 key")
        return point


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """Signs with a key that stays on its token.

    Attributes:
        name: of the key.
        public: the 32 bytes of the Ed25519 public key.
    """

    name: str
    public: bytes
    token: Token
    pin: str = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.public)

    def sign(self, text: str) -> str:
        """The note of this text, signed.

        Raises:
            KeyUnusable: the token cannot be used any more.
            ValueError: the text does not end in a newline.
        """
        return sign_note(text, self.verifier, lambda raw: self.token.sign(self.pin, raw))


def _module(path: str) -> Any:
    import pkcs11

    return pkcs11.lib(path)


def _signed(private: Any, text: bytes) -> bytes:
    from pkcs11 import Mechanism

    return bytes(private.sign(text, mechanism=Mechanism.EDDSA))


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the module raises into an error that says what to do."""
    try:
        from pkcs11 import PinIncorrect, PinInvalid, PinLenRange, PinLocked, PKCS11Error
    except ImportError:
        raise KeyUnusable(
            "tokens need the extra `pkcs11`: install the package as `noteveil[pkcs11]`"
        ) from None
    try:
        yield
    except (PinIncorrect, PinInvalid, PinLenRange):
        raise PinRefused(
            "the token refuses the PIN: type it again; after some wrong ones it locks itself"
        ) from None
    except PinLocked:
        raise KeyUnusable(
            "the token has locked itself after wrong PINs: unlock it with its own program"
        ) from None
    except (PKCS11Error, RuntimeError, OSError) as error:
        raise KeyUnusable(
            f"the token cannot be used ({type(error).__name__}): check that it is plugged in, and "
            "its module, label and key"
        ) from None
