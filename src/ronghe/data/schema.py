"""Schemas: what every table holds. Reader, checks, template, page and letter are made from these files alone.

``schema/<table>.csv`` has one row a column; ``tables.csv`` has the definition of each table,
``base/locale/tables.toml`` its name.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ronghe.base.errors import UnknownTerm
from ronghe.base.region import nearest
from ronghe.base.tables import table_title
from ronghe.base.text import LANGS, Text

IO_BLOCKS = ("intermediate", "final", "exports", "imports", "value_added", "output", "employment")


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table.

    Attributes
    ----------
    name : str
        ASCII name.
    type : str
        region, area, sector, year, date, period, number, count, share, index, text, choice, bool, source.
    unit : str
        Stored unit, empty for text.
    required, key : bool
        Whether a cell may be empty; whether the column is part of the key.
    least, most : float, optional
        Limits; a value beyond is a fault, never clipped.
    choices : tuple of str
        Allowed words of a choice.
    refers_to : str
        Table in which the value must exist.
    title : Text
        Heading.
    example : str
        One legal value.
    """

    name: str
    type: str
    unit: str
    required: bool
    key: bool
    least: float | None
    most: float | None
    choices: tuple[str, ...]
    refers_to: str
    title: Text
    example: str

    @property
    def numeric(self) -> bool:
        """Whether the column holds numbers."""
        return self.type in ("number", "count", "share", "index", "year")


@dataclass(frozen=True, slots=True)
class Schema:
    """All columns of one table.

    Attributes
    ----------
    abroad : str
        ``partner`` where the rest of the world is a region of the table, ``block`` where it has columns or
        blocks of its own, else empty.
    home : Text
        What the cells of a region with itself are; empty where they mean nothing.
    """

    table: str
    title: Text
    definition: Text
    fields: tuple[Field, ...]
    abroad: str = ""
    home: Text = Text("", "")

    @property
    def ends(self) -> tuple[Field, ...]:
        """The key columns that name a region; two of them describe pairs."""
        return tuple(field for field in self.fields if field.key and field.type == "region")

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns, in order."""
        return tuple(field.name for field in self.fields if field.key)

    def field(self, name: str) -> Field:
        """Return one column."""
        return next(field for field in self.fields if field.name == name)


@cache
def tables() -> dict[str, tuple[Text, Text]]:
    """Return name and definition of every table, by table."""
    return {
        name: (table_title(name), Text(row["definition_zh"], row["definition_en"]))
        for name, row in _catalogue().items()
    }


@cache
def _by_title() -> dict[str, str]:
    """Return tables by their names in both languages."""
    return {title.of(lang).casefold(): name for name, (title, _) in tables().items() for lang in LANGS}


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    return {row["table"]: row for row in csv.DictReader(_lines("tables.csv"))}


@cache
def schema(table: str) -> Schema:
    """Return the schema of a table; the seven ``io_*`` tables share one.

    Raises
    ------
    UnknownTerm
        With the nearest table names.

    Examples
    --------
    >>> schema("trade").key
    ('year', 'origin', 'destination', 'sector')
    >>> schema("io_final").table, schema("区域间贸易").table
    ('io', 'trade')
    """
    block = table.removeprefix("io_") if table.startswith("io_") else ""
    name = "io" if table == "io_*" or block in IO_BLOCKS else _by_title().get(table.strip().casefold(), table)
    if name not in tables():
        known = [*tables(), *(title.zh for title, _ in tables().values())]
        raise UnknownTerm(Text("表", "table"), table, nearest(table, known))
    title, definition = tables()[name]
    rows = csv.DictReader(_lines(f"schema/{name}.csv"))
    told = _catalogue()[name]
    home = Text(told["home_zh"], told["home_en"])
    return Schema(name, title, definition, tuple(_field(row) for row in rows), told["abroad"], home)


def _field(row: dict[str, str]) -> Field:
    return Field(
        name=row["column"],
        type=row["type"],
        unit=row["unit"],
        required=row["required"] == "yes",
        key=row["key"] == "yes",
        least=float(row["min"]) if row["min"] else None,
        most=float(row["max"]) if row["max"] else None,
        choices=tuple(filter(None, row["choices"].split(";"))),
        refers_to=row["refers_to"],
        title=Text(row["zh"], row["en"]),
        example=row["example"],
    )


def _lines(name: str) -> list[str]:
    return files("ronghe.data").joinpath(name).read_text(encoding="utf-8").splitlines()
