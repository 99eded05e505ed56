"""A small library as macOS has them, with a signature or without."""

from __future__ import annotations

import struct

PAGE = 0x4000
_FIRST = 0x1000  # where the last segment begins
ARM64 = 0x0100000C


def mach(
    content: bytes = b"code",
    signature: bytes | None = b"signed by nobody",
    *,
    processor: int = ARM64,
    lowest: tuple[int, int] = (13, 0),
    **changes: int,
) -> bytes:
    """A file that holds this content, and this signature behind it.

    Args:
        content: what stands in its last segment.
        signature: None for a file without any.
        processor: the type that `<mach/machine.h>` names.
        lowest: version of macOS that it was built for.
        changes: fields of the header that are to be wrong: start, length, memory, held.
    """
    content = content.ljust(-(-len(content) // 16) * 16, b"\x00")
    signed = len(signature or b"")
    held = changes.get("held", len(content) + signed)
    memory = changes.get("memory", -(-held // PAGE) * PAGE)
    segment = struct.pack("<16sQQQQ", b"__LINKEDIT", 0, memory, _FIRST, held) + bytes(16)
    commands = [
        struct.pack("<II", 0x19, 72)
        + struct.pack("<16sQQQQ", b"__TEXT", 0, PAGE, 0, 8)
        + bytes(16),
        struct.pack("<II", 0x19, 72) + segment,
        struct.pack("<IIIIII", 0x32, 24, 1, lowest[0] << 16 | lowest[1] << 8, 0x1A0000, 0),
    ]
    if signature is not None:
        start = changes.get("start", _FIRST + len(content))
        commands.append(struct.pack("<IIII", 0x1D, 16, start, changes.get("length", signed)))
    told = b"".join(commands)
    header = struct.pack(
        "<4sIIIIIII", b"\xcf\xfa\xed\xfe", processor, 0, 6, len(commands), len(told), 0, 0
    )
    return (header + told).ljust(_FIRST, b"\x00") + content + (signature or b"")
