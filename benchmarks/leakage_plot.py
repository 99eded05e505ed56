"""Draws what `leakage.py` found: a picture of the bounds, and one of planted words.

    python benchmarks/leakage_plot.py FILE --out FOLDER

Writes leakage-bounds.svg and leakage-words.svg, which have the colours of the page that shows them,
light or dark.
"""

from __future__ import annotations

import argparse
import html
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deid.evaluate.report.svg import Ceiling, ceilings

STYLE = """\
<style>
svg { color-scheme: light dark; }
text { fill: #57606a; font: 12px system-ui, "Segoe UI", sans-serif; }
.grid { stroke: #d5d9de; } .bar { fill: #5b97d1; } .line { fill: none; stroke-width: 2; }
.s1 { stroke: #0b5cad; } .s2 { stroke: #b34700; } .line.s2 { stroke-dasharray: 6 4; }
.s3 { stroke: #3d7a2e; } .s4 { stroke: #7d3c98; } .s5 { stroke: #57606a; }
.s3 { stroke-dasharray: 2 3; } .s4 { stroke-dasharray: 11 4; } .s5 { stroke-dasharray: 11 3 2 3; }
.paper { fill: #fcfcfb; }
@media (prefers-color-scheme: dark) {
  text { fill: #a3abb3; } .grid { stroke: #3a4149; } .bar { fill: #4a80b5; }
  .paper { fill: #14171a; } .s1 { stroke: #6fb3f5; } .s2 { stroke: #f2a05f; }
  .s3 { stroke: #8bc97a; } .s4 { stroke: #c79be0; } .s5 { stroke: #a3abb3; } }
</style>"""
_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 150, 24, 46
_CHANCE = 1.44
"""Mean exposure, in bits, of a word that was not planted."""


def main() -> None:
    """Write both pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("found", type=Path, metavar="FILE", help="that leakage.py wrote")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    arguments = parser.parse_args()
    lines = arguments.found.read_text(encoding="utf-8").splitlines()
    rows = sorted((json.loads(line) for line in lines), key=_order)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, drawing in (("bounds", bounds(rows)), ("words", words(rows))):
        path = arguments.out / f"leakage-{name}.svg"
        path.write_text(styled(drawing) + "\n", encoding="utf-8")


def bounds(rows: Sequence[Mapping[str, Any]]) -> str:
    """A bar for what each attack reached, and a line where the proof is."""
    found = [
        Ceiling(f"{one['training']}: {_short(one['attack'])}", one["reached"], one["proven"])
        for row in rows
        for one in row["outcomes"]
    ]
    about = "Bars: ε is at least this, by attack. Lines: at most this, by proof."
    return ceilings("ε reached by attacks, and ε proven", about, found, names=300)


def words(rows: Sequence[Mapping[str, Any]]) -> str:
    """A line for each kind of training: the exposure of words by how many patients had them."""
    title = "Exposure of planted words, in bits, by how many patients had them"
    counts = sorted({int(count) for row in rows for count in row["exposure"]})
    most = max(mean for row in rows for mean, _ in row["exposure"].values())
    body = [*_grid(counts, math.ceil(most))]
    for number, row in enumerate(rows, start=1):
        exposure = {int(count): mean for count, (mean, _) in row["exposure"].items()}
        points = " ".join(
            f"{_across(at, counts):.1f},{_up(exposure[count], math.ceil(most)):.1f}"
            for at, count in enumerate(counts)
        )
        y = _TOP + 22 * number
        x = _WIDTH - _RIGHT + 14
        body.append(f'<polyline class="line s{number}" points="{points}"/>')
        body.append(f'<line class="line s{number}" x1="{x}" y1="{y}" x2="{x + 24}" y2="{y}"/>')
        body.append(f'<text x="{x + 30}" y="{y + 4}">{html.escape(row["kind"])}</text>')
    inner = "\n".join(body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{html.escape(title)}">\n{inner}\n</svg>'
    )


def styled(drawing: str) -> str:
    """The drawing as a file of its own, with paper and colours for light and dark."""
    head, _, rest = drawing.partition(">\n")
    width, height = head.partition('viewBox="0 0 ')[2].partition('"')[0].split()
    paper = f'<rect class="paper" width="{width}" height="{height}"/>'
    return f"{head}>\n{STYLE}\n{paper}\n{rest}"


def _grid(counts: Sequence[int], most: int) -> Iterator[str]:
    left, right = _LEFT, _WIDTH - _RIGHT
    for bits in range(most + 1):
        y = _up(bits, most)
        yield f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>'
        yield f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{bits}</text>'
    for at, count in enumerate(counts):
        place = f'x="{_across(at, counts):.1f}" y="{_HEIGHT - _BOTTOM + 18}"'
        yield f'<text {place} text-anchor="middle">{count}</text>'
    y = _up(_CHANCE, most)
    yield f'<line class="grid" stroke-dasharray="2 3" x1="{left}" y1="{y}" x2="{right}" y2="{y}"/>'
    yield f'<text x="{right + 14}" y="{y + 4:.1f}">by chance: {_CHANCE}</text>'
    middle = (left + right) / 2
    yield f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle">patients with the word</text>'


def _across(at: int, counts: Sequence[int]) -> float:
    return _LEFT + at / max(1, len(counts) - 1) * (_WIDTH - _LEFT - _RIGHT)


def _up(bits: float, most: int) -> float:
    return _HEIGHT - _BOTTOM - bits / most * (_HEIGHT - _TOP - _BOTTOM)


def _short(attack: str) -> str:
    """The attack in few words, so that its name fits beside the bar."""
    shorter = {
        "by the fall of their loss": "",
        "by the loss": "loss",
        "by shadow models (LiRA)": "LiRA",
        "every step seen": "every step",
        "the last weights seen": "last weights",
    }
    what, _, how = attack.partition(", ")
    return ", ".join(filter(None, (what, shorter[how])))


def _order(row: Mapping[str, Any]) -> tuple[bool, float, str]:
    """Plain trainings first, then from the largest ε down."""
    name = str(row["kind"])
    private = name.startswith("ε")
    return private, -float(name.rpartition("=")[2]) if private else 0.0, name[::-1]


if __name__ == "__main__":
    main()
