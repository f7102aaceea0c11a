"""Reading one table through its schema: every cell typed, every fault kept with its place.

Nothing is repaired: no interpolation, no zero for missing, no clipping, no unit guess, no nearest name.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ronghe.base.canonical import file_hash
from ronghe.base.errors import Fault
from ronghe.base.text import Text
from ronghe.data.schema import Field, Schema, schema

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_PERIOD = re.compile(r"\d{1,4}(-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as read: one tuple a column, ``None`` for an empty cell.

    Attributes
    ----------
    schema : Schema
    file : str
        Name of the file it came from.
    columns : mapping of str to tuple
        Typed values by column; a column that the file lacks is all ``None``.
    file_sha256 : str
        Hash of that file; of tables of the package the one under which they are sealed.
    """

    schema: Schema
    file: str
    columns: Mapping[str, tuple[Any, ...]]
    file_sha256: str = ""

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> tuple[Any, ...]:
        return self.columns[name]

    def rows(self, *names: str) -> Iterable[tuple[Any, ...]]:
        """Return the rows of some columns."""
        return zip(*(self.columns[name] for name in names), strict=True)

    def place(self, row: int, column: str) -> str:
        """Return ``file!line n, column name`` of a cell; the header is line 1."""
        return f"{self.file}!line {row + 2}, column {column}"

    @property
    def value_column(self) -> str:
        """The column that a row is about: the first number that is no key, else the first column."""
        numbers = (one.name for one in self.schema.fields if one.numeric and not one.key)
        return next(numbers, self.schema.fields[0].name)

    def sha256(self, row: int) -> str:
        """Return the hash of the file a row came from."""
        return self.file_sha256


def empty(table: str, file: str = "") -> Rows:
    """Return a table without rows."""
    found = schema(table)
    return Rows(found, file, {field.name: () for field in found.fields})


def read_table(path: Path, table: str, faults: list[Fault]) -> Rows:
    """Read one CSV file (packed or not) as ``table``; faults are appended, never raised.

    Parameters
    ----------
    path : Path
        ``.csv`` or ``.csv.gz``; UTF-8.
    table : str
        Name of the schema.
    faults : list of Fault
        Where faults go.
    """
    found = schema(table)
    text = _text(path, faults)
    if text is None:
        return empty(table, path.name)
    lines = [line for line in csv.reader(io.StringIO(text)) if line]
    if len(lines) < 2:
        faults.append(_fault("E105", path.name, "空表|an empty table", "至少一行数据|at least one row of data"))
        return empty(table, path.name)
    header, body = lines[0], lines[1:]
    width = len(header)
    for number, line in enumerate(body):
        if len(line) != width:
            read = f"{len(line)}个单元格|{len(line)} cells"
            faults.append(_fault("E101", f"{path.name}!line {number + 2}", read, f"{width}个|{width}"))
    body = [line for line in body if len(line) == width]
    cells = dict(zip(header, zip(*body, strict=True) if body else ((),) * width, strict=True))
    columns: dict[str, tuple[Any, ...]] = {}
    for field in found.fields:
        if field.name not in cells:
            if field.required:
                there = "、".join(header) + "|" + ", ".join(header)
                faults.append(_fault("E114", path.name, there, f"列 {field.name}|a column {field.name}"))
            columns[field.name] = (None,) * len(body)
        else:
            columns[field.name] = _column(cells[field.name], field, path.name, faults)
    rows = Rows(found, path.name, columns, file_hash(path))
    if not any(name not in cells for name in found.key if found.field(name).required):
        _duplicates(rows, [name for name in found.key if name in cells], faults)
    return rows


def _text(path: Path, faults: list[Fault]) -> str | None:
    """Return the text of a file, or record why there is none."""
    if not path.exists():
        faults.append(
            _fault("E108", path.name, "没有该文件|no such file", f"表 {path.name}|the table {path.name}", _REINSTALL)
        )
        return None
    try:
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        faults.append(_fault("E101", path.name, f"无法解读（{error}）|unreadable ({error})", "完整的文件|a whole file"))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(
            _fault("E104", path.name, f"第{error.start}字节不是UTF-8|byte {error.start} is not UTF-8", "UTF-8|UTF-8")
        )
        return None


def _column(cells: Sequence[str], field: Field, file: str, faults: list[Fault]) -> tuple[Any, ...]:
    """Type one column; a cell that cannot be typed becomes ``None`` and a fault."""
    parse = _PARSERS.get(field.type, _as_text)
    seen: dict[str, Any] = {}
    values: list[Any] = []
    for row, cell in enumerate(cells):
        if cell not in seen:
            seen[cell] = _value(cell, field, parse)
        value = seen[cell]
        if isinstance(value, Fault):
            place = f"{file}!line {row + 2}, column {field.name}"
            faults.append(Fault(value.code, place, value.read, value.expected, value.remedy))
            value = None
        values.append(value)
    return tuple(values)


def _value(cell: str, field: Field, parse: Callable[[str, Field], Any]) -> Any:
    """Return the typed cell, ``None`` for an empty one, or a fault without a place."""
    if not cell.strip():
        return _fault("E221", "", "空|an empty cell", _wanted(field)) if field.required else None
    if "\x00" in cell:
        return _fault("E221", "", "控制字符|a control character", _wanted(field))
    value = parse(cell, field)
    if value is None:
        return _fault(_CODES.get(field.type, "E221"), "", Text(f"“{cell}”", f'"{cell}"'), _wanted(field))
    if field.numeric and (
        (field.least is not None and value < field.least) or (field.most is not None and value > field.most)
    ):
        code = "E224" if field.least == 0 and value < 0 else "E225"
        return _fault(code, "", f"{cell}|{cell}", _wanted(field))
    return value


def _as_text(cell: str, field: Field) -> str:
    return cell


def _as_number(cell: str, field: Field) -> float | None:
    value = float(cell) if _NUMBER.fullmatch(cell) else math.nan
    return value if math.isfinite(value) else None


def _as_year(cell: str, field: Field) -> int | None:
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) <= 4 else None


def _as_choice(cell: str, field: Field) -> str | None:
    return cell if cell in field.choices else None


def _as_bool(cell: str, field: Field) -> bool | None:
    return {"yes": True, "no": False}.get(cell)


_PARSERS: dict[str, Callable[[str, Field], Any]] = {
    "number": _as_number,
    "count": _as_number,
    "share": _as_number,
    "index": _as_number,
    "year": _as_year,
    "choice": _as_choice,
    "bool": _as_bool,
    "date": lambda cell, field: cell if _DATE.fullmatch(cell) else None,
    "period": lambda cell, field: cell if _PERIOD.fullmatch(cell) else None,
}
_CODES = {"choice": "E314", "year": "E404"}
_KINDS = {
    "number": Text("数字", "a number"),
    "count": Text("数字", "a number"),
    "share": Text("份额", "a share"),
    "index": Text("指数", "an index"),
    "year": Text("四位年份", "a year"),
    "date": Text("日期（YYYY-MM-DD）", "a date (YYYY-MM-DD)"),
    "period": Text("时期（YYYY 或 YYYY-MM）", "a period (YYYY or YYYY-MM)"),
    "bool": Text("yes 或 no", "yes or no"),
}
_REINSTALL = (
    "表由程序附带；请重新安装，或恢复该文件。|The tables come with the program; install it again or restore the file."
)


def _wanted(field: Field) -> str:
    kind = _KINDS.get(field.type, Text("非空文字", "text"))
    if field.choices:
        words = ", ".join(field.choices)
        return f"{words} 之一|one of {words}"
    limits = "" if field.least is None else f" ≥ {field.least:g}"
    limits += "" if field.most is None else f" ≤ {field.most:g}"
    return f"{kind.zh}{limits}|{kind.en}{limits}"


def _fault(code: str, place: str, read: str | Text, expected: str, remedy: str = _REINSTALL) -> Fault:
    """Return a fault from texts written ``zh|en``."""
    return Fault(code, place, _both(read), _both(expected), _both(remedy))


def _both(text: str | Text) -> Text:
    return text if isinstance(text, Text) else Text(*text.split("|", 1))


def _duplicates(rows: Rows, key: Sequence[str], faults: list[Fault]) -> None:
    """Record keys that occur twice: E401 with the same values, E402 with others."""
    first: dict[tuple[Any, ...], int] = {}
    columns = list(rows.columns.values())
    for row, found in enumerate(rows.rows(*key)):
        before = first.setdefault(found, row)
        if before != row:
            alike = all(column[before] == column[row] for column in columns)
            named = ", ".join("" if part is None else str(part) for part in found)
            faults.append(
                _fault(
                    "E401" if alike else "E402",
                    rows.place(row, key[-1]),
                    f"{named}，与第{before + 2}行重复|{named}, already in line {before + 2}",
                    "每个键一行|one row a key",
                )
            )
