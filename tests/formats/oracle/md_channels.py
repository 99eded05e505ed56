"""Where identifiers hide in Markdown."""

from __future__ import annotations

from collections.abc import Callable

from tests.formats.oracle.channels import Channel, Words
from tests.formats.oracle.html_channels import picture_address, said


def _note(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: f"# Note\n\n* stable\n\n{write(words)}\n\nWell.\n".encode()


def _split(words: Words) -> str:
    half = len(words.family) // 2
    return (
        f"Seen with <b>{words.given[:3]}</b>{words.given[3:]} <i>{words.family[:half]}</i>"
        f'{words.family[half:]}, {words.number[:4]}<span class="x">{words.number[4:]}</span>.'
    )


def _link(words: Words) -> str:
    return f'See [them](#{words.given}-{words.family}-{words.number} "{said(words)}")'


CHANNELS = (
    Channel(".md", "paragraph", _note(said)),
    Channel(".md", "heading", _note(lambda w: f"## {said(w)}")),
    Channel(".md", "names and numbers over inline HTML", _note(_split)),
    Channel(".md", "escaped marks", _note(lambda w: f"Seen\\: {w.name}\\, {w.number}\\.")),
    Channel(".md", "target and title of a link", _note(_link)),
    Channel(".md", "definition of a link", _note(lambda w: f'[1]: notes "{said(w)}"')),
    Channel(".md", "alternative text of a picture", _note(lambda w: f"![{said(w)}](a.png)")),
    Channel(
        ".md",
        "text on a picture in its address (data:)",
        _note(lambda w: f"![a]({picture_address(w)})"),
        is_composed=True,
    ),
    Channel(".md", "fenced code", _note(lambda w: f"```text\n{said(w)}\n```")),
    Channel(".md", "code in a line", _note(lambda w: f"`{w.name}` `{w.number}`")),
    Channel(".md", "table", _note(lambda w: f"| a | b |\n|---|---|\n| {w.name} | {w.number} |")),
    Channel(
        ".md",
        "inline HTML and its attributes",
        _note(lambda w: f'<a title="{said(w)}">{w.name}</a>'),
    ),
    Channel(".md", "comment of HTML", _note(lambda w: f"<!-- {said(w)} -->")),
    Channel(
        ".md",
        "comment inside a name",
        _note(lambda w: f"{w.given[:3]}<!-- x -->{w.given[3:]} {w.family} {w.number}"),
    ),
    Channel(
        ".md", "references by number", _note(lambda w: "".join(f"&#{ord(c)};" for c in said(w)))
    ),
    Channel(".md", "front matter", lambda w: f"---\ntitle: {said(w)}\n---\n\nWell.\n".encode()),
)
