import io

import pytest

from deid.errors import OutputError
from deid.formats.stream import StreamOutput


class ClosedPipe(io.BytesIO):
    def write(self, *pieces: object) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_nothing_is_seen_before_it_is_published() -> None:
    stream = io.BytesIO()
    with StreamOutput(stream) as output:
        output.write(b"one")
        output.write(b"two")
        output.finish()
        assert stream.getvalue() == b""
        output.publish()
    assert stream.getvalue() == b"onetwo"


def test_what_is_not_published_is_not_written() -> None:
    stream = io.BytesIO()
    with StreamOutput(stream) as output:
        output.write(b"one")
    output.publish()
    assert stream.getvalue() == b""


def test_a_closed_stream_is_told() -> None:
    with (
        StreamOutput(ClosedPipe()) as output,
        pytest.raises(OutputError, match="Broken pipe"),
    ):
        output.publish()
