"""Lists the tables of a package of Windows.

    python packaging/windows/tables.py MSI [--table NAME ...]

Without --table every table that holds something is listed, and the summary as the first.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from windows.rows import Table, decode  # noqa: E402

SUMMARY: Final = "_SummaryInformation"
_CODEPAGE: Final = "_ForceCodepage"  # no table, but listed among them
_ORDER: Final = "Sequence"


class NotRead(Exception):
    """A package cannot be read. The message says why."""


def read_tables(msi: Path, names: Sequence[str] = ()) -> dict[str, Table]:
    """Tables of a package by their names, in the order of the names.

    Args:
        msi: the package.
        names: of the tables; none: all that hold something.

    Raises:
        NotRead: it is no package, has no such table, or `msiinfo` is not there.
    """
    known = sorted({*_call("tables", msi).split(), SUMMARY} - {_CODEPAGE}, key=str.lower)
    if missing := [name for name in names if name not in known]:
        raise NotRead(f"{msi.name}: no table {', '.join(missing)}")
    tables = {name: decode(_call("export", msi, name)) for name in names or known}
    return {name: table for name, table in tables.items() if names or table.rows}


def listed(tables: dict[str, Table]) -> Iterator[str]:
    """Lines that show tables, with as much room for each column as it needs."""
    for name, table in tables.items():
        rows = [[column for column, _ in table.columns], *_in_order(table)]
        # What has no value in any row, says nothing.
        told = [at for at in range(len(rows[0])) if any(row[at] for row in rows[1:])]
        widths = {at: max(len(row[at]) for row in rows) for at in told}
        yield f"{name}: {len(table.rows)}"
        yield from (
            "  " + "  ".join(row[at].ljust(widths[at]) for at in told).rstrip() for row in rows
        )
        yield ""


def _in_order(table: Table) -> list[list[str]]:
    """The rows: what is done one after the other in that order, all else as it stands."""
    rows = [[str(field) for field in row] for row in table.rows]
    if table.columns[-1][0] != _ORDER:
        return rows
    return sorted(rows, key=lambda row: int(row[-1]))


def _call(command: str, msi: Path, *arguments: str) -> str:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    told = ["msiinfo", command, str(msi.resolve()), *arguments]
    try:
        # Beside a table with streams it writes these into the folder that it runs in.
        with tempfile.TemporaryDirectory() as work:
            done = subprocess.run(
                told, check=False, cwd=work, env=environment, capture_output=True, encoding="utf-8"
            )
    except FileNotFoundError:
        raise NotRead("msiinfo is not there: install the package msitools") from None
    if done.returncode or "WARNING" in done.stderr:
        raise NotRead(f"{msi.name}: not a package of Windows Installer")
    return done.stdout


def main() -> None:
    """List what the command line asks for; exit 1 if it cannot be read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("msi", type=Path, metavar="MSI")
    parser.add_argument("--table", nargs="+", default=[], metavar="NAME")
    options = parser.parse_args()
    try:
        print("\n".join(listed(read_tables(options.msi, options.table))).rstrip())
    except NotRead as error:
        sys.exit(f"not listed: {error}")


if __name__ == "__main__":
    main()
