"""Outputs that go to a stream, such as the standard output, in one piece."""

from __future__ import annotations

from types import TracebackType
from typing import BinaryIO, Self

from deid.errors import OutputError


class StreamOutput:
    """An output that is held back until it is published, then written to a stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._pieces: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pieces.clear()

    def write(self, piece: bytes) -> None:
        """Append bytes."""
        self._pieces.append(piece)

    def finish(self) -> None:
        """There is no disk to bring anything to."""

    def publish(self) -> None:
        """Write everything.

        Raises:
            OutputError: the stream was closed, or its disk is full.
        """
        try:
            self._stream.write(b"".join(self._pieces))
            self._stream.flush()
        except OSError as error:
            raise OutputError(f"the output cannot be written ({error.strerror})") from None
