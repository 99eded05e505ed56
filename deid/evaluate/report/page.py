"""A report as one HTML file: no script, nothing fetched, light and dark, readable by machine."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Final

from deid.evaluate.report.blocks import Block, Bullets, Page, Paragraph, Plot, Section, Table

_STYLE: Final = """\
:root { color-scheme: light dark; --paper: #fcfcfb; --ink: #1b1f23; --soft: #57606a;
  --rule: #d5d9de; --head: #f0f2f4; --first: #0b5cad; --second: #b34700; --bar: #5b97d1; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e6e8ea; --soft: #a3abb3;
  --rule: #3a4149; --head: #20252a; --first: #6fb3f5; --second: #f2a05f; --bar: #4a80b5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, "Segoe UI", sans-serif; }
main { max-width: 54rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.75rem 0 .75rem; padding-bottom: .3rem;
  border-bottom: 1px solid var(--rule); }
p, ul { max-width: 44rem; }
nav ul { columns: 2; padding-left: 1.1rem; }
a { color: var(--first); }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption, figcaption { text-align: left; color: var(--soft); font-size: .9rem; margin: .4rem 0; }
th, td { padding: .32rem .8rem .32rem .5rem; border-bottom: 1px solid var(--rule);
  text-align: right; vertical-align: top; }
th { font-weight: 600; } thead th { background: var(--head); }
tbody th { font-weight: 500; }
td { white-space: nowrap; } .words { text-align: left; white-space: normal; }
figure { margin: 1.25rem 0; }
svg { display: block; width: 100%; max-width: 44rem; height: auto; }
svg text { fill: var(--soft); font: 12px system-ui, "Segoe UI", sans-serif; }
.grid { stroke: var(--rule); stroke-width: 1; }
.line { fill: none; stroke-width: 2; } .bar { fill: var(--bar); }
.line.s1 { stroke: var(--first); } .mark.s1 { fill: var(--first); }
.line.s2 { stroke: var(--second); stroke-dasharray: 6 4; } .mark.s2 { fill: var(--second); }
@media print { main { max-width: none; padding: 0; } nav { display: none; }
  figure, tr { break-inside: avoid; } }"""
_NO_SOURCES: Final = "default-src 'none'; style-src 'unsafe-inline'"


def html_page(page: Page) -> str:
    """The whole file."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    title = html.escape(page.title)
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_NO_SOURCES}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>"
    yield f'<h1>{title}</h1>\n<nav aria-label="Contents">\n<ul>'
    for number, section in enumerate(page.sections, start=1):
        yield f'<li><a href="#s{number}">{html.escape(section.title)}</a></li>'
    yield "</ul>\n</nav>"
    for number, section in enumerate(page.sections, start=1):
        yield from _section(section, f"s{number}")
    yield "</main>\n</body>\n</html>"


def _section(section: Section, anchor: str) -> Iterator[str]:
    title = html.escape(section.title)
    yield f'<section aria-labelledby="{anchor}">\n<h2 id="{anchor}">{title}</h2>'
    for block in section.blocks:
        yield from _block(block)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield f"<p>{html.escape(text)}</p>"
        case Bullets(lines):
            items = "".join(f"<li>{html.escape(line)}</li>\n" for line in lines)
            yield f"<ul>\n{items}</ul>"
        case Plot(svg, caption):
            yield f"<figure>\n{svg}\n<figcaption>{html.escape(caption)}</figcaption>\n</figure>"
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    caption = html.escape(table.caption)
    yield f'<div class="scroll" role="region" aria-label="{caption}" tabindex="0">'
    yield f"<table>\n<caption>{caption}</caption>\n<thead>"
    header = "".join(
        f'<th scope="col"{_side(wordy)}>{html.escape(name)}</th>'
        for name, wordy in zip(table.header, table.wordy, strict=True)
    )
    yield f"<tr>{header}</tr>\n</thead>\n<tbody>"
    for first, *others in table.rows:
        cells = "".join(
            f"<td{_side(wordy)}>{html.escape(cell)}</td>"
            for cell, wordy in zip(others, table.wordy[1:], strict=True)
        )
        yield f'<tr><th scope="row" class="words">{html.escape(first)}</th>{cells}</tr>'
    yield "</tbody>\n</table>\n</div>"


def _side(wordy: bool) -> str:
    return ' class="words"' if wordy else ""
