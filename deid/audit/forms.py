"""What the text fields of a record must look like."""

from __future__ import annotations

import re
from typing import Annotated


class Form:
    """What a text field must look like as a whole."""

    __slots__ = ("matches", "pattern")

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(pattern)
        self.matches = self.pattern.fullmatch


Digest = Annotated[str, Form(r"[0-9a-f]{64}")]
"""A SHA-256 in lower-case hex."""

Fingerprint = Annotated[str, Form(r"hmac-sha256:[0-9a-f]{16}:[0-9a-f]{64}")]
"""A keyed fingerprint, as `Keys.fingerprint` makes it."""

Code = Annotated[str, Form(r"[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,127}")]
"""A name that the program gives: of an operator, a format, an encoding, an error class."""

PlainName = Annotated[str, Form(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,255}")]
"""A name that others give: of a user or a machine by the system, of a rule by its pack."""

Letter = Annotated[str, Form(r"[A-R]?")]
"""Letter of 45 CFR 164.514(b)(2)(i), or empty where the rule does not ask for it."""

KeyId = Annotated[str, Form(r"[0-9a-f]{16}")]
"""Who: the first eight bytes of the SHA-256 of a person's Ed25519 public key, in hex."""

PlainKey = Annotated[str, Form(r"noteveil/person/[0-9a-f]{16}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}")]
"""A person's public key in its written form, `<name>+<key id>+<base64>`."""

SealingKey = Annotated[str, Form(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")]
"""A person's X25519 public key in base64; what is sealed to it only that person opens."""

SampleId = Annotated[str, Form(r"[0-9a-f]{16}")]
"""By which the records of one sample know each other."""

RunId = Annotated[str, Form(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")]
"""By which the records of one training run know each other: when it began, and a random part."""

ExactNumber = Annotated[str, Form(r"(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{0,28}[1-9])?")]
"""A number from 0 on that need not be whole, in decimal; there is one way to write it.

JSON's own numbers print differently from one language to the next where they are small.
"""

Statement = Annotated[str, Form(r"[^\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]{1,4096}")]
"""A signed note (C2SP signed-note) in which a person states an act, see `deid.audit.statement`."""
