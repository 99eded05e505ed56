"""Random numbers for private training: nobody can foresee them, and none comes back.

Opacus' `secure_mode` wants torchcsprng, which is no longer made. So the bits come from AES-256 in
counter mode (NIST SP 800-38A, 6.5) under a key that the system's generator draws for each call
and that is kept nowhere: what was added to a gradient cannot be computed again, neither from a
checkpoint nor after a fork.

Bits are made normal by Box and Muller's transform (1958) in double precision. A sampler of
doubles does not reach every double, and which values it leaves out tells of the number that was
added (Mironov 2012 for Laplace noise; Jin et al. 2022, arXiv 2112.05307, for Gaussian noise). So
each value is half the sum of four independent ones, as Holohan and Braghin 2021 (arXiv
2107.10138, section 5) do: to go back from a value to the bits then takes about 2^159 trials. It is
handed on in double precision, to be added there and rounded to single precision once, afterwards.
Rounding knows nothing of the patients, and some 2^29 doubles fall on every single.

No value lies further than 18.7 standard deviations from zero (each of the four: 9.35). A true
Gaussian value lies outside with a probability under 10^-77.
"""

from __future__ import annotations

import hashlib
import math
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt
import torch
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

_SUMMED: Final = 4
_CHUNK: Final = 1 << 20
"""Pairs of normal values made at a time, so that memory stays small."""
_LOW_63: Final = (1 << 63) - 1
_KEY_BYTES: Final = 32
_BLOCK_BYTES: Final = 16


class Noise(ABC):
    """Gaussian and uniform numbers made of a stream of random bits.

    Attributes:
        secure: whether nobody can foresee or repeat the stream. Without it nothing is private.
    """

    secure: ClassVar[bool]

    @abstractmethod
    def _stream(self) -> CipherContext:
        """What encrypts zeros to the bits of one call."""

    def normal(self, shape: Sequence[int], *, std: float) -> torch.Tensor:
        """Independent Gaussian values around zero, in double precision.

        Args:
            shape: of the tensor.
            std: standard deviation, 0 or more.

        Raises:
            ValueError: it is negative or no number.
        """
        if not (std >= 0 and math.isfinite(std)):
            raise ValueError("a standard deviation is a number of 0 or more")
        count = math.prod(shape)
        if std == 0:
            return torch.zeros(tuple(shape), dtype=torch.float64)
        stream = self._stream()
        total = torch.zeros(count, dtype=torch.float64)
        for _ in range(_SUMMED):
            _add_gaussian(total, stream)
        return total.mul_(std / math.sqrt(_SUMMED)).reshape(tuple(shape))

    def uniform(self, count: int) -> npt.NDArray[np.float64]:
        """Independent values in [0, 1), each a multiple of 2^-53."""
        bits = np.frombuffer(_bytes(self._stream(), 8 * count), dtype="<u8")
        return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53


class SecureNoise(Noise):
    """Noise for real runs: each call under a fresh key of the system's generator."""

    secure = True

    def _stream(self) -> CipherContext:
        return _cipher(os.urandom(_KEY_BYTES))


class SeededNoise(Noise):
    """Noise that comes back with its seed: for tests and for experiments on public notes."""

    secure = False

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._calls = 0

    def _stream(self) -> CipherContext:
        self._calls += 1
        return _cipher(hashlib.sha256(f"{self._seed}/{self._calls}".encode()).digest())


def _cipher(key: bytes) -> CipherContext:
    # The counter may begin at zero, for no key is used twice.
    return Cipher(algorithms.AES(key), modes.CTR(bytes(_BLOCK_BYTES))).encryptor()


def _bytes(stream: CipherContext, count: int) -> bytearray:
    out = bytearray(count + _BLOCK_BYTES - 1)
    stream.update_into(bytes(count), out)
    return out[:count]


def _add_gaussian(total: torch.Tensor, stream: CipherContext) -> None:
    for start in range(0, len(total), 2 * _CHUNK):
        part = total[start : start + 2 * _CHUNK]
        pairs = (len(part) + 1) // 2
        bits = torch.frombuffer(_bytes(stream, 16 * pairs), dtype=torch.int64)
        # In (0, 1], so that its logarithm is finite; near zero, where the far values come from,
        # every one of the 63 bits counts.
        uniform = ((bits & _LOW_63).double() + 1.0) * 2.0**-63
        radius = uniform[:pairs].log_().mul_(-2.0).sqrt_()
        angle = uniform[pairs:].mul_(2.0 * math.pi)
        part += torch.cat([radius * angle.cos(), radius * angle.sin()])[: len(part)]
