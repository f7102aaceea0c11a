"""The mapping file (TOML): what an office states of its sheets, so that nothing has to be detected.

[[sheet]]
file = "迁移.xlsx"            # the only file where left out
sheet = "2020"                # every sheet where left out
table = "migration"
rows = "origin"               # which end of a matrix stands in rows
unit = "人"
[sheet.columns]               # heading = column of the table
"调入数" = "persons"
[sheet.fixed]                 # what holds for every row
group = "all"
definition = "last residence"

Multi-regional input-output tables have entries of their own, ``[[mrio]]``: see ``multiregional.stated``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from ronghe.base.errors import ParameterFault
from ronghe.base.region import nearest
from ronghe.base.text import Text
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.multiregional.stated import GridMap, as_entry, grid_map
from ronghe.data.intake.sheet import Sheet
from ronghe.data.schema import schema

KEYS = ("file", "sheet", "table", "rows", "unit", "columns", "fixed")


@dataclass(frozen=True, slots=True)
class SheetMap:
    """What is stated of some sheets.

    Attributes
    ----------
    file, sheet : str
        Empty where they are left out.
    table : str or None
    rows : str
        Column whose regions stand in the rows of a matrix.
    unit : str
    columns : mapping of heading to column
    fixed : mapping of column to text
    """

    file: str = ""
    sheet: str = ""
    table: str | None = None
    rows: str = ""
    unit: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)

    def fits(self, sheet: Sheet) -> bool:
        """Whether this speaks of a sheet."""
        same_file = not self.file or folded(self.file) == folded(sheet.file)
        return same_file and (not self.sheet or folded(self.sheet) == folded(sheet.name))


NOTHING = SheetMap()


def read_mapping(path: Path) -> tuple[SheetMap | GridMap, ...]:
    """Return what a mapping file states.

    Raises
    ------
    ParameterFault
        With every fault: syntax, unknown keys, tables and columns.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ParameterFault(
            Text(f"映射文件 {path.name} 无法读取：{error}。", f"The mapping {path.name} cannot be read: {error}.")
        ) from error
    faults: list[Text] = []
    made: list[SheetMap | GridMap] = []
    for kind, read in (("sheet", _entry), ("mrio", grid_map)):
        entries = raw.get(kind, [])
        if not isinstance(entries, list):
            faults.append(Text(f"{kind} 应写作 [[{kind}]]。", f"{kind} must be written [[{kind}]]."))
            continue
        made += [read(entry, at, faults) for at, entry in enumerate(entries, 1)]
    if set(raw) - {"sheet", "mrio"} or not (made or faults):
        faults.append(Text("应为一个或多个 [[sheet]] 或 [[mrio]]。", "One or more [[sheet]] or [[mrio]] are expected."))
    if faults:
        raise ParameterFault(
            Text(f"映射文件 {path.name}：" + "".join(f.zh for f in faults),
                 f"The mapping {path.name}: " + " ".join(f.en for f in faults))
        )  # fmt: skip
    return tuple(made)


def _entry(entry: Any, number: int, faults: list[Text]) -> SheetMap:
    given: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    for key in given:
        if key not in KEYS:
            near = ", ".join(nearest(key, KEYS)) or ", ".join(KEYS)
            faults.append(Text(f"sheet[{number}]：未知的键“{key}”，可用 {near}。",
                               f'sheet[{number}]: unknown key "{key}"; known: {near}.'))  # fmt: skip
    texts = {key: _text(given.get(key, ""), f"sheet[{number}].{key}", faults) for key in KEYS[:5]}
    columns, fixed = (_pairs(given.get(key, {}), f"sheet[{number}].{key}", faults) for key in ("columns", "fixed"))
    table = texts["table"] or None
    if table is not None:
        # An unknown table says itself which are near.
        found = schema(table)
        known = [one.name for one in found.fields]
        for name in (*columns.values(), *fixed, *([texts["rows"]] if texts["rows"] else [])):
            if name not in known:
                near = ", ".join(nearest(name, known)) or ", ".join(known)
                faults.append(
                    Text(
                        f"sheet[{number}]：表 {found.table} 没有列“{name}”，可用 {near}。",
                        f'sheet[{number}]: the table {found.table} has no column "{name}"; known: {near}.',
                    )
                )
        table = found.table
    return SheetMap(texts["file"], texts["sheet"], table, texts["rows"], texts["unit"], columns, fixed)


def _text(value: Any, place: str, faults: list[Text]) -> str:
    if isinstance(value, str):
        return value
    faults.append(Text(f"{place} 应为文字。", f"{place} must be text."))
    return ""


def _pairs(value: Any, place: str, faults: list[Text]) -> dict[str, str]:
    if isinstance(value, dict) and all(isinstance(one, str | int | float) for one in value.values()):
        return {key: f"{one}" for key, one in value.items()}
    faults.append(Text(f"{place} 应为“键 = 值”的表。", f"{place} must be a table of key = value."))
    return {}


def as_mapping(taken: Iterable[SheetMap | GridMap], unknown: Iterable[str] = ()) -> str:
    """Return a mapping file that states what sheets were taken for, to be confirmed by its reader.

    Parameters
    ----------
    unknown : iterable of str
        Sheets that were taken for nothing; they stand as remarks.
    """
    lines = ["# 由检测得出，请逐项核对后再用。 / Found by detection: confirm each line before use."]
    for one in taken:
        if isinstance(one, GridMap):
            lines += ["", tomli_w.dumps({"mrio": [as_entry(one)]}).strip()]
            continue
        lines += ["", "[[sheet]]"]
        lines += [f"{key} = {_quoted(value)}" for key in KEYS[:5] if (value := getattr(one, key))]
        for key in KEYS[5:]:
            pairs: Mapping[str, str] = getattr(one, key)
            if pairs:
                lines += ["", f"[sheet.{key}]", *(f"{_quoted(name)} = {_quoted(text)}" for name, text in pairs.items())]
    for place in unknown:
        lines += ["", f"# 未识别 / not recognised: {_quoted(place)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def stated_of(sheet: Sheet, maps: Sequence[SheetMap]) -> SheetMap:
    """Return what is stated of a sheet: of several entries the one that names most of it."""
    fitting = [one for one in maps if one.fits(sheet)]
    return max(fitting, key=lambda one: bool(one.file) + bool(one.sheet), default=NOTHING)


def check_names(maps: Iterable[SheetMap], sheets: Sequence[Sheet], found: Findings) -> None:
    """Tell entries that speak of a file or sheet there is not."""
    for one in maps:
        if not any(one.fits(sheet) for sheet in sheets):
            known = [sheet.title for sheet in sheets[:8]]
            found.add("E107_sheet", one.file or one.sheet, read=quoted(f"{one.file}!{one.sheet}".strip("!")),
                      known=Text("、".join(known) or "—", ", ".join(known) or "—"))  # fmt: skip
