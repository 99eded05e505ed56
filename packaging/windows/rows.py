"""Tables of an installer's database as text: the form `.idt` that `msibuild` and `msiinfo` speak.

Three lines tell columns, their types, and the name with the columns that make the key; each line
after them is a row, with a tab between its fields (Windows SDK, "Text Archive Files").
"""

from __future__ import annotations

from dataclasses import dataclass

Field = str | int | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: of it.
        columns: the name of each, and its type as an `.idt` writes it.
        keys: the columns that no two rows may share.
        rows: None is no value.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    keys: tuple[str, ...]
    rows: tuple[tuple[Field, ...], ...]

    def encode(self) -> str:
        """The table as `msibuild -i` reads it.

        Raises:
            ValueError: a row has too many or too few fields, or one holds what parts fields.
        """
        lines = [
            [name for name, _ in self.columns],
            [kind for _, kind in self.columns],
            [self.name, *self.keys],
            *([_written(field) for field in row] for row in self.rows),
        ]
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.name}: not as many fields as columns")
        return "".join("\t".join(line) + "\r\n" for line in lines)


def decode(text: str) -> Table:
    """The table that `msiinfo export` wrote. Numbers stay as they are written."""
    names, kinds, about, *rows = (line.split("\t") for line in text.splitlines() if line)
    return Table(
        about[0],
        tuple(zip(names, kinds, strict=True)),
        tuple(about[1:]),
        tuple(tuple(row) for row in rows),
    )


def _written(field: Field) -> str:
    text = "" if field is None else str(field)
    if any(sign in text for sign in "\t\r\n"):
        raise ValueError("a field may not hold a tab or the end of a line")
    return text
