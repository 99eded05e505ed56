"""Where identifiers hide in tables of text."""

from __future__ import annotations

from collections.abc import Callable

from tests.formats.oracle.channels import Channel, Words

_PLAIN = "finding,result\r\nknee,stable\r\n"


def _table(write: Callable[[Words], str], *, encoding: str = "utf-8") -> Callable[[Words], bytes]:
    return lambda words: write(words).encode(encoding)


CHANNELS = (
    Channel(".csv", "cell", _table(lambda w: f"{_PLAIN}swelling,{w.name} {w.number}\r\n")),
    Channel(
        ".csv",
        "quoted cell with line ends and quotation marks",
        _table(lambda w: f'{_PLAIN}swelling,"says ""{w.name}"",\r\n{w.number}"\r\n'),
    ),
    Channel(
        ".csv",
        "one name in two cells",
        _table(lambda w: f"{_PLAIN}{w.given},{w.family} {w.number}\r\n"),
    ),
    Channel(".csv", "heading", _table(lambda w: f"{w.name},{w.number}\r\nknee,stable\r\n")),
    Channel(
        ".csv",
        "heading among known ones",
        _table(lambda w: f"result,dob,{w.name},{w.number}\r\nstable,,,\r\n"),
    ),
    Channel(
        ".csv",
        "column of patients and record numbers",
        _table(lambda w: f"patient,mrn,result\r\n{w.name},{w.number},stable\r\n"),
        is_field=True,
    ),
    Channel(
        ".csv",
        "cell behind the last heading",
        _table(lambda w: f"{_PLAIN}swelling,stable,{w.name},{w.number}\r\n"),
    ),
    Channel(
        ".csv",
        "line above the headings",
        _table(lambda w: f"{w.name} {w.number}\r\n{_PLAIN}"),
    ),
    Channel(
        ".csv",
        "last line without an end",
        _table(lambda w: f"{_PLAIN}swelling,{w.name} {w.number}"),
    ),
    Channel(
        ".csv",
        "behind a line that says the delimiter",
        _table(lambda w: f"sep=;\r\nfinding;result\r\nswelling;{w.name} {w.number}\r\n"),
    ),
    Channel(
        ".csv",
        "UTF-16",
        _table(lambda w: f"\ufeff{_PLAIN}swelling,{w.name} {w.number}\r\n", encoding="utf-16-le"),
    ),
    Channel(
        ".tsv",
        "cell",
        _table(lambda w: f"finding\tresult\nknee\t{w.name} {w.number}\n"),
    ),
)
