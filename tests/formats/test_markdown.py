from __future__ import annotations

import pytest

from deid.datatypes import Finding, Redacted, Resolution, Span
from deid.errors import InputError
from deid.formats import ReadOptions
from deid.formats.markdown import MarkdownFile, read
from deid.labels import Label
from deid.policy import load_policy
from deid.redact.apply import apply

NOTE = "# No*te*\r\n\n**Name:** Ja**ne** D<b>o</b>e <!-- x --> a_b 1\\. 2\r\n"


def opened(text: str) -> MarkdownFile:
    return read(text.encode(), name="n.md", options=ReadOptions())


def test_marks_are_no_part_of_the_words() -> None:
    assert opened(NOTE).document.text == "# Note\r\n\nName: Jane Doe  a_b 1. 2\r\n\n<!-- x -->"


def test_a_tag_or_an_instruction_does_not_part_a_name() -> None:
    assert opened("Ja<?x?>ne D<img src=a.png>oe").document.text.startswith("Jane Doe")


@pytest.mark.parametrize(
    "source",
    [
        "[Quen](a.md)bridge",
        "[**Quen**](a.md)bridge",
        "[Quen][1]bridge",
        "Quen[bridge](a.md)",
        "[Quen](a.md)[bridge](b.md)",
        "**Quen**bridge",
        "Quen**bridge**",
    ],
)
def test_a_link_or_emphasis_does_not_part_a_name(source: str) -> None:
    assert "Quenbridge" in opened(f"Seen by {source}.").document.text


def test_the_target_of_a_link_in_a_name_is_read_by_itself() -> None:
    text = opened("Seen by [Quen](a-Doe.md)bridge.").document.text
    assert text == "Seen by Quenbridge.\n(a-Doe.md)"


def test_only_what_was_replaced_differs() -> None:
    file = opened(NOTE)
    at = file.document.text.index("Jane Doe")
    kept = (Finding(Span(at, at + 8), Label.PATIENT, 1.0, "known"),)
    policy = load_policy("safe-harbor")
    result = apply(file.document, Resolution(kept), policy, seed=bytes(32))
    output = file.render(file.document, result, id="", patient="").decode()
    assert output == NOTE.replace("Ja**ne** D<b>o</b>e", "[PATIENT-1]****<b></b>")


def test_a_note_in_which_nothing_changes_comes_back_to_the_byte() -> None:
    file = opened(NOTE)
    unchanged = Redacted(file.document.id, file.document.text)
    assert file.render(file.document, unchanged, id="", patient="") == NOTE.encode()


@pytest.mark.parametrize(
    "text",
    [
        "![Quenbridge](data:image/png;base64,AAAA)",
        "Quenbridge TWFyaWEgUXVlbmJyaWRnZSBvZiBDbG92ZXI=",
        "[x]: data:text/plain,Quenbridge",
    ],
)
def test_what_is_written_in_code_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        opened(text)
    assert "Quenbridge" not in str(caught.value)
