"""Where identifiers hide in HL7 v2 messages."""

from __future__ import annotations

import base64
from collections.abc import Callable

from tests.formats.oracle.channels import Channel, Words

_HEADER = r"MSH|^~\&|||||||ORU^R01||P|2.5"


def _segments(write: Callable[[Words], str], *, end: str = "\r") -> Callable[[Words], bytes]:
    """A message of the segments that are written, behind a header that names nobody."""
    return lambda words: f"{_HEADER}\n{write(words)}\n".replace("\n", end).encode()


def _document(
    write: Callable[[Words], str], *, kind: str = "TEXT", coding: str = "Base64"
) -> Callable[[Words], bytes]:
    def written(words: Words) -> str:
        content = write(words).encode()
        data = content.hex() if coding == "Hex" else base64.b64encode(content).decode()
        return f"OBX|1|ED|X||^{kind}^^{coding}^{data}||||||F"

    return _segments(written)


def _hex(text: str) -> str:
    return f"\\X{text.encode().hex().upper()}\\"


def _framed(words: Words) -> bytes:
    message = f"{_HEADER}\rNTE|1|L|saw {words.name} {words.number}\r"
    return b"".join(b"\x0b" + one.encode() + b"\x1c\r" for one in (message, message))


def _batch(words: Words) -> bytes:
    lines = (
        rf"FHS|^~\&||||||||saw {words.name}|",
        rf"BHS|^~\&||||||||saw {words.name} {words.number}|",
        _HEADER,
        f"BTS|1|saw {words.name} {words.number}",
        f"FTS|1|saw {words.name}",
    )
    return "".join(f"{line}\r" for line in lines).encode()


def _message(words: Words) -> str:
    return f"{_HEADER}\rNTE|1|L|saw {words.name} {words.number}\r"


CHANNELS = (
    Channel(
        ".hl7",
        "fields of the patient (PID)",
        _segments(lambda w: f"PID|1||{w.number}||{w.family}^{w.given}|||||{w.family}^{w.given}"),
        is_field=True,
    ),
    Channel(
        ".hl7",
        "fields of relatives, providers, orders and insurance",
        _segments(
            lambda w: (
                f"NK1|1|{w.family}^{w.given}\nPV1|1|I|||||{w.number}^{w.family}^{w.given}\n"
                f"ORC|RE|{w.number}^{w.family}\nIN1|1|||{w.name}"
            )
        ),
        is_field=True,
    ),
    Channel(
        ".hl7",
        "application, facility and control number of the header",
        lambda w: rf"MSH|^~\&|{w.given}|{w.family}^{w.number}|||||ORU^R01|{w.number}".encode(),
        is_field=True,
    ),
    Channel(
        ".hl7",
        "name, number and pointer of an observation (XPN, CX, RP)",
        _segments(
            lambda w: (
                f"OBX|1|XPN|X||{w.family}^{w.given}\nOBX|2|CX|X||{w.number}\n"
                f"OBX|3|RP|X||//share/{w.family}/{w.given}-{w.number}.pdf^^Application^PDF"
            )
        ),
        is_field=True,
    ),
    Channel(
        ".hl7",
        "parameters of a query (QPD)",
        _segments(lambda w: f"QPD|Q|1|@PID.5.1^{w.family}~@PID.5.2^{w.given}~@PID.3^{w.number}"),
        is_field=True,
    ),
    Channel(
        ".hl7",
        "text of an observation (TX)",
        _segments(lambda w: f"OBX|1|TX|X||saw {w.name}, {w.number}||||||F"),
    ),
    Channel(
        ".hl7",
        "text with formatting (FT)",
        _segments(
            lambda w: (
                f"OBX|1|FT|X||saw \\H\\{w.given}\\N\\ {w.family}\\.br\\{w.number}\\.in+4\\||||||F"
            )
        ),
    ),
    Channel(
        ".hl7",
        "hexadecimal escape sequences",
        _segments(lambda w: f"NTE|1|L|saw {_hex(w.name)} {w.number[:2]}{_hex(w.number[2:])}"),
    ),
    Channel(
        ".hl7",
        "a name over two observations of one report",
        _segments(
            lambda w: (
                f"OBX|1|TX|X|1|saw {w.given}||||||F\nOBX|2|TX|X|2|{w.family} {w.number}||||||F"
            )
        ),
    ),
    Channel(
        ".hl7",
        "comments (NTE) in repetitions, components and sub-components",
        _segments(lambda w: f"NTE|1|L|ok~saw {w.given}^{w.family}&{w.number}"),
    ),
    Channel(
        ".hl7", "coded value (CWE)", _segments(lambda w: f"OBX|1|CWE|X||K^{w.name} {w.number}^L")
    ),
    Channel(
        ".hl7", "segment of the site (Z)", _segments(lambda w: f"ZPI|1|{w.name}||{w.number}|ok")
    ),
    Channel(
        ".hl7",
        "field behind the last of the standard",
        _segments(lambda w: f"PID|1{'|' * 60}{w.name} {w.number}"),
    ),
    Channel(
        ".hl7",
        "field of a closed vocabulary",
        _segments(
            lambda w: (
                f"PID|{w.number}|||||||{w.name}\n"
                f"OBX|{w.name}|{w.given}|X^Y^{w.family}||1|{w.name}|{w.name}|{w.number}|||{w.name}"
            )
        ),
    ),
    Channel(
        ".hl7",
        "line that goes on with the one before",
        _segments(lambda w: f"NTE|1|L|saw\n{w.given}\n{w.family} {w.number}"),
    ),
    Channel(
        ".hl7",
        "line ends of Windows",
        _segments(lambda w: f"NTE|1|L|saw {w.name} {w.number}", end="\r\n"),
    ),
    Channel(
        ".hl7",
        "other delimiters",
        lambda w: (
            "MSH#%!?+#######ORU%R01##P#2.5\rPID#1\r"
            f"NTE#1#L#ok!saw {w.given}%{w.family}+{w.number}\r"
        ).encode(),
    ),
    Channel(".hl7", "messages in the framing of MLLP", _framed),
    Channel(".hl7", "header and trailer of a batch", _batch),
    Channel(
        ".hl7",
        "ISO 8859-1 named in MSH-18",
        lambda w: f"{_HEADER}||||||8859/1\rNTE|1|L|\xe0 {w.name} {w.number}\r".encode("iso8859-1"),
    ),
    Channel(
        ".hl7",
        "encapsulated text in base64 (ED)",
        _document(lambda w: f"saw {w.name} {w.number}, who is well"),
    ),
    Channel(
        ".hl7",
        "encapsulated text in hexadecimal (ED)",
        _document(lambda w: f"saw {w.name} {w.number}, who is well", coding="Hex"),
    ),
    Channel(
        ".hl7",
        "encapsulated text as it is (ED)",
        _segments(lambda w: f"OBX|1|ED|X||^TX^^A^saw {w.name} {w.number}||||||F"),
    ),
    Channel(".hl7", "encapsulated message (ED)", _document(_message, kind="Application")),
    Channel(
        ".hl7",
        "application, type and subtype of an encapsulated document",
        _segments(lambda w: f"OBX|1|ED|X||{w.name}&{w.number}^{w.given}^{w.family}^A^well||||||F"),
        is_field=True,
    ),
)
