"""The files that a recipe names, read into metadata and data; every fault of a cell told at its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import DataFault, ParameterFault
from ronghe.base.text import Text, same
from ronghe.data.intake.filed import sheets_of
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.gate import ANALYST, may_enter
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.numbers import number
from ronghe.data.intake.sheet import Sheet
from ronghe.measure.index.build import Composite, IndexData, build
from ronghe.measure.index.metadata import KINDS, Code, Metadata
from ronghe.measure.index.recipe import Recipe, Table, read_recipe

KNOWN = ("code", "zh", "en", "type", "direction", "weight", "parent", "unit", "denominator", "low", "high", "target")
NUMBERS = ("direction", "weight", "low", "high", "target")
_NOTHING = float("nan")


@dataclass(frozen=True, eq=False)
class _Grid:
    """A sheet with one header row."""

    sheet: Sheet
    header: int
    columns: Mapping[str, int]

    @property
    def rows(self) -> list[int]:
        """Rows below the header that hold anything."""
        below = range(self.header + 1, len(self.sheet.rows))
        return [row for row in below if any(text_of(cell).strip() for cell in self.sheet.rows[row])]

    def text(self, row: int, column: str) -> str:
        """Return a cell as text, empty where the column is not there."""
        at = self.columns.get(column)
        return "" if at is None else text_of(self.sheet.cell(row, at)).strip()

    def number(self, row: int, column: str, found: Findings) -> float:
        """Return a cell as a number, NaN where it is missing; what is none is told."""
        text = self.text(row, column)
        read = number(text)
        if not text or read.missing or text == "NA":
            return _NOTHING
        if read.value is None or read.suffix:
            found.add("E221_number", self.sheet.place(row, self.columns[column]), read=quoted(text),
                      wanted=Text("数字", "a number"))  # fmt: skip
            return _NOTHING
        return read.value


def build_from(path: Path, *, period: str = "") -> Composite:
    """Build the composite indicator of a recipe file and of the tables that it names.

    Parameters
    ----------
    path : Path
    period : str
        Of a table with periods; the recipe's, else the last, where it is left out.

    Raises
    ------
    ParameterFault
        Faults of the recipe, the hierarchy, or a stage.
    DataFault
        Faults of the tables, all at once.
    """
    recipe = read_recipe(path)
    metadata, data = read_tables(recipe, path.parent, period=period)
    return build(recipe=recipe, metadata=metadata, data=data)


def read_tables(recipe: Recipe, folder: Path, *, period: str = "") -> tuple[Metadata, IndexData]:
    """Return metadata and data of a recipe.

    Raises
    ------
    DataFault
    """
    found = Findings()
    metadata = _metadata(_grid(recipe.metadata, folder, "code", found), found)
    held = _grid(recipe.data, folder, recipe.data.unit, found)
    if found.errors:
        raise DataFault(found.errors)
    data = _data(held, recipe, metadata, period or recipe.period, found)
    if found.errors:
        raise DataFault(found.errors)
    return metadata, data


def _grid(table: Table, folder: Path, key: str, found: Findings) -> _Grid:
    """Return the sheet of a table with its header: the first row that has the key column."""
    file, _, name = table.file.partition("!")
    path = folder / file
    if not path.is_file():
        raise ParameterFault(Text(f"配方所在的文件夹里没有 {file}。", f"There is no {file} beside the recipe."))
    sheets = [one for one in sheets_of(path, found, ANALYST) if not name or one.name == name] if may_enter(
        path, found, limits=ANALYST) else []  # fmt: skip
    for sheet in sheets:
        for row, cells in enumerate(sheet.rows):
            heads = [table.columns.get(text_of(cell).strip(), text_of(cell).strip()) for cell in cells]
            if key in heads:
                return _Grid(sheet, row, {head: at for at, head in reversed(list(enumerate(heads))) if head})
    if found.errors:
        raise DataFault(found.errors)
    shown = ", ".join(text_of(cell) for sheet in sheets[:1] for row in sheet.rows[:1] for cell in row[:12])
    raise ParameterFault(
        Text(f"{table.file} 没有名为“{key}”的列；首行为：{shown}。可在 columns 中写明各列的含义。",
             f'{table.file} has no column "{key}"; its first row: {shown}. State what columns mean under columns.')
    )  # fmt: skip


def _metadata(grid: _Grid, found: Findings) -> Metadata:
    codes = []
    for row in grid.rows:
        told = {name: grid.number(row, name, found) for name in NUMBERS}
        kind = grid.text(row, "type").lower() or "indicator"
        zh, en = grid.text(row, "zh"), grid.text(row, "en")
        code = grid.text(row, "code")
        if kind not in KINDS:
            found.add("E314_choice", grid.sheet.place(row, grid.columns["type"]), read=quoted(kind),
                      known=same(", ".join(KINDS)))  # fmt: skip
            kind = "indicator"
        codes.append(
            Code(
                code,
                Text(zh or en or code, en or zh or code),
                kind,  # type: ignore[arg-type]
                direction=1 if np.isnan(told["direction"]) else int(told["direction"]),
                weight=1.0 if np.isnan(told["weight"]) else told["weight"],
                parent=grid.text(row, "parent") if kind in ("indicator", "aggregate") else "",
                unit=grid.text(row, "unit"),
                denominator=grid.text(row, "denominator"),
                low=told["low"],
                high=told["high"],
                target=told["target"],
            )
        )
    if found.errors:
        raise DataFault(found.errors)
    return Metadata(tuple(codes))


def _data(grid: _Grid, recipe: Recipe, metadata: Metadata, period: str, found: Findings) -> IndexData:
    table = recipe.data
    needed = (*metadata.indicators, *metadata.of("denominator"), *table.groups)
    lacking = [code for code in needed if code not in grid.columns]
    own = {table.unit, table.name, table.period, *metadata.of("group")}
    beyond = [head for head in grid.columns if head not in metadata.by_code and head not in own]
    if lacking or beyond:
        less, more = (Text("、".join(one) or "无", ", ".join(one) or "none") for one in (lacking, beyond))
        raise ParameterFault(
            Text(f"{table.file} 与元数据不一致：缺少的代码：{less.zh}；元数据中没有的列：{more.zh}。",
                 f"{table.file} and the metadata differ: codes without a column: {less.en}; columns that the metadata "
                 f"do not have: {more.en}.")
        )  # fmt: skip
    by_period: dict[str, list[int]] = {}
    for row in grid.rows:
        by_period.setdefault(grid.text(row, table.period) if table.period else "", []).append(row)
    periods = sorted(by_period)
    chosen = period or periods[-1]
    if chosen not in by_period:
        raise ParameterFault(Text(f"没有时期 {chosen}；现有 {'、'.join(periods)}。",
                                  f"There is no period {chosen}; there is {', '.join(periods)}."))  # fmt: skip
    rows = by_period[chosen]
    units = [grid.text(row, table.unit) for row in rows]
    _once(grid, rows, units, table.unit, found)
    columns = {code: np.array([grid.number(row, code, found) for row in rows]) for code in needed
               if code not in table.groups}  # fmt: skip
    groups = {code: [grid.text(row, code) for row in rows] for code in (*metadata.of("group"), *table.groups)
              if code in grid.columns}  # fmt: skip
    history = tuple(_at(grid, by_period[one], table.unit, units, metadata, found) for one in periods if one < chosen)
    places = {(unit, code): grid.sheet.place(row, grid.columns[code]) for unit, row in zip(units, rows, strict=True)
              for code in metadata.indicators}  # fmt: skip
    names = [grid.text(row, table.name) or unit for row, unit in zip(rows, units, strict=True)]
    values = np.column_stack([columns[code] for code in metadata.indicators])
    under = {code: columns[code] for code in metadata.of("denominator")}
    return IndexData(tuple(units), tuple(map(same, names)), values, under, groups, history, chosen, places)


def _once(grid: _Grid, rows: Sequence[int], units: Sequence[str], column: str, found: Findings) -> None:
    """Tell units that occur twice or have no code."""
    first: dict[str, int] = {}
    for row, unit in zip(rows, units, strict=True):
        place = grid.sheet.place(row, grid.columns[column])
        if not unit:
            found.add("E221_empty", place, wanted=Text("单元代码", "the code of a unit"))
        elif unit in first:
            before = grid.sheet.place(first[unit], grid.columns[column]).rpartition("!")[2]
            found.add("E402_row", place, key=same(unit), first=same(before))
        first.setdefault(unit, row)


def _at(
    grid: _Grid, rows: Sequence[int], column: str, units: Sequence[str], metadata: Metadata, found: Findings
) -> Floats:
    """Return the table of an earlier period in the order of the units, NaN where a unit was not there."""
    made = np.full((len(units), len(metadata.indicators)), np.nan)
    at = {unit: place for place, unit in enumerate(units)}
    for row in rows:
        place = at.get(grid.text(row, column))
        if place is not None:
            made[place] = [grid.number(row, code, found) for code in metadata.indicators]
    return made
