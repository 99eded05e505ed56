"""Settings that an organisation's IT manages, and that nobody else on the computer can change.

`current()` is asked wherever such a setting would be read or changed. Whatever it is that cannot be
read of them stops the program: a lock that is not understood would be none.
"""

from deid.managed.here import current, instead
from deid.managed.managed import Managed, Setting, locked, locked_words
from deid.managed.sandbox import check_kept
from deid.managed.schema import SCHEMA, Form, Group, Key, Name, Review, Value
from deid.managed.values import parse

__all__ = [
    "SCHEMA",
    "Form",
    "Group",
    "Key",
    "Managed",
    "Name",
    "Review",
    "Setting",
    "Value",
    "check_kept",
    "current",
    "instead",
    "locked",
    "locked_words",
    "parse",
]
