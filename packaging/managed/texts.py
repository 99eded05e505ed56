"""What the templates say of a setting, in lines of words."""

from __future__ import annotations

import textwrap

from deid.managed import Form, Key

INTRODUCTION = (
    "Settings of NoteVeil that are managed for everybody on this computer.",
    "What is set here is locked: nothing that a user does changes it.",
    "What cannot be understood here stops the program.",
)


def explained(key: Key) -> list[str]:
    """The title, what the setting does, what it may be, and what holds without it."""
    return [
        f"{key.title}.",
        key.help,
        *may_be(key),
        f"Not managed: {lowered(key.default)}",
        f"Since version {key.since}.",
    ]


def may_be(key: Key) -> list[str]:
    """What a value may be, beyond its kind."""
    if key.form in {Form.WHOLE, Form.NUMBER}:
        return [f"From {key.low:g} to {key.high:g}."]
    return [f"{word}: {lowered(meaning)}." for word, meaning in key.choices]


def wrapped(paragraph: str, width: int) -> list[str]:
    """The paragraph in lines; no path and no word is broken."""
    return textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)


def lowered(words: str) -> str:
    """The words as they stand within a sentence."""
    return words if words.startswith("DEID") else f"{words[:1].lower()}{words[1:]}"
