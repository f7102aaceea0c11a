"""The mapping file (TOML): what an office states of its sheets, so that nothing has to be detected.

[[sheet]]
file = "迁移.xlsx"            # the only file where left out
sheet = "2020"                # every sheet where left out
table = "migration"
range = "A3:F40"              # header and body; what lies outside is not read
header_rows = [3, 4]          # first and last row of the header, counted from 1
orientation = "origin"        # which end of a matrix stands in rows
unit = "人"
year = 2020                   # as source, vintage, made_by, import_treatment, basket and scope: holds for every row
[sheet.columns]               # heading = column of the table
"调入数" = "persons"
[sheet.fixed]                 # what holds for every row
group = "all"
definition = "last residence"

In the folder of the tables, under the name ``mapping.toml``, it is used by every command that opens the folder.
Multi-regional input-output tables have entries of their own, ``[[mrio]]``: see ``multiregional.stated``.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from ronghe.base.errors import ParameterFault, UnknownTerm
from ronghe.base.region import nearest
from ronghe.base.text import Text
from ronghe.data.intake.bounds import bounds, cropped, header_rows
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.multiregional.stated import GridMap, as_entry, grid_map
from ronghe.data.intake.sheet import Sheet
from ronghe.data.schema import Schema, schema

TEXTS = ("file", "sheet", "table", "range", "header_rows", "rows", "unit")
SHORT = ("year", "vintage", "source", "made_by", "import_treatment", "basket", "scope")
"""Columns that may be stated without a table of their own."""

MAPPING = "mapping.toml"
"""Name under which a mapping file lies beside the tables it is about, and is used without being named."""

KEYS = (*TEXTS, "orientation", *SHORT, "columns", "fixed")

Pair = tuple[int, int]
_CORNER = re.compile(r"[\\/＼／|｜×]")


@dataclass(frozen=True, slots=True)
class SheetMap:
    """What is stated of some sheets.

    Attributes
    ----------
    file, sheet : str
        Empty where they are left out.
    table : str or None
    range : str
        Header and body, such as ``A3:F40``; the whole sheet where it is left out.
    header_rows : str
        Rows of the header counted from 1, such as ``3:4``; looked for where they are left out.
    rows : str
        Column whose regions stand in the rows of a matrix.
    unit : str
    columns : mapping of heading to column
    fixed : mapping of column to text
    """

    file: str = ""
    sheet: str = ""
    table: str | None = None
    range: str = ""
    header_rows: str = ""
    rows: str = ""
    unit: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)

    def fits(self, sheet: Sheet) -> bool:
        """Whether this speaks of a sheet."""
        same_file = not self.file or folded(self.file) == folded(sheet.file)
        return same_file and (not self.sheet or folded(self.sheet) == folded(sheet.name))

    @property
    def header(self) -> Pair | None:
        """First and last row of the header, counted from 0."""
        return header_rows(self.header_rows)

    def kept(self, sheet: Sheet) -> Sheet:
        """Return the part of a sheet that this speaks of."""
        inside = bounds(self.range)
        return sheet if inside is None else cropped(sheet, inside)


NOTHING = SheetMap()


def mapping_within(folder: Path) -> tuple[SheetMap | GridMap, ...]:
    """Return what the mapping file states that lies in a folder of tables, nothing where there is none.

    Raises
    ------
    ParameterFault
        As :func:`read_mapping`.
    """
    path = folder / MAPPING
    return read_mapping(path) if folder.is_dir() and path.is_file() else ()


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
    place = f"sheet[{number}]"
    given = _one_spelling(given, place, faults)
    texts = {key: _text(given.get(key, ""), f"{place}.{key}", faults) for key in TEXTS}
    columns, fixed = (_pairs(given.get(key, {}), f"{place}.{key}", faults) for key in ("columns", "fixed"))
    _placed(texts["range"], texts["header_rows"], place, faults)
    table = _table(texts["table"], place, faults)
    if table is not None:
        known = [one.name for one in table.fields]
        for name in (*columns.values(), *fixed, *([texts["rows"]] if texts["rows"] else [])):
            if name not in known:
                near = ", ".join(nearest(name, known)) or ", ".join(known)
                faults.append(
                    Text(
                        f"{place}：表 {table.table} 没有列“{name}”，可用 {near}。",
                        f'{place}: the table {table.table} has no column "{name}"; known: {near}.',
                    )
                )
    return SheetMap(
        texts["file"], texts["sheet"], None if table is None else table.table,
        texts["range"], texts["header_rows"], texts["rows"], texts["unit"], columns, fixed,
    )  # fmt: skip


def _one_spelling(given: Mapping[str, Any], place: str, faults: list[Text]) -> Mapping[str, Any]:
    """Return an entry with ``orientation`` as ``rows``, and with years, sources and the like among what is fixed."""
    made = dict(given)
    if isinstance(made.get("header_rows"), int | list):
        made["header_rows"] = ":".join(f"{one}" for one in _listed(made["header_rows"]))
    if "orientation" in made:
        # origin＼destination says no more than its first part.
        told = made.pop("orientation")
        told = _CORNER.split(told)[0].strip() if isinstance(told, str) else told
        if made.setdefault("rows", told) != told:
            faults.append(Text(f"{place}：rows 与 orientation 不一致。", f"{place}: rows and orientation disagree."))
    fixed = made.get("fixed", {})
    for key in SHORT:
        if key in made and isinstance(fixed, dict):
            told = made.pop(key)
            if fixed.get(key, told) != told:
                faults.append(Text(f"{place}：{key} 与 fixed.{key} 不一致。",
                                   f"{place}: {key} and fixed.{key} disagree."))  # fmt: skip
            fixed = fixed | {key: told}
    return made | {"fixed": fixed}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _placed(told: str, rows: str, place: str, faults: list[Text]) -> None:
    """Tell a range or rows of a header that are none, or that do not lie in one another."""
    inside, header = bounds(told), header_rows(rows)
    if told and inside is None:
        faults.append(Text(f"{place}.range：“{told}”不是区域，应如 A3:F40。",
                           f'{place}.range: "{told}" is no range such as A3:F40.'))  # fmt: skip
    if rows and header is None:
        faults.append(Text(f"{place}.header_rows：“{rows}”不是行号，应如 [3, 4]。",
                           f'{place}.header_rows: "{rows}" are no rows such as [3, 4].'))  # fmt: skip
    if inside and header and not inside.top <= header[0] <= header[1] < inside.bottom:
        faults.append(Text(f"{place}：header_rows {rows} 不在 range {told} 之内，或其下没有数据行。",
                           f"{place}: header_rows {rows} do not lie in range {told} with a body below."))  # fmt: skip


def _table(name: str, place: str, faults: list[Text]) -> Schema | None:
    if not name:
        return None
    try:
        return schema(name)
    except UnknownTerm as fault:
        faults.append(Text(f"{place}.table：{fault.text.zh}", f"{place}.table: {fault.text.en}"))
        return None


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
        lines += [f"{key} = {_quoted(value)}" for key in TEXTS if (value := getattr(one, key))]
        for key in ("columns", "fixed"):
            pairs: Mapping[str, str] = getattr(one, key)
            if pairs:
                lines += ["", f"[sheet.{key}]", *(f"{_quoted(name)} = {_quoted(text)}" for name, text in pairs.items())]
    for place in unknown:
        lines += ["", f"# 未识别 / not recognised: {_quoted(place)}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def stated_of(sheet: Sheet, maps: Sequence[SheetMap]) -> list[SheetMap]:
    """Return what is stated of a sheet: of several entries the one that names most of it.

    Entries with ranges of their own each speak of one table of the sheet.
    """
    fitting = [one for one in maps if one.fits(sheet)]
    most = max((bool(one.file) + bool(one.sheet) for one in fitting), default=0)
    best = [one for one in fitting if bool(one.file) + bool(one.sheet) == most]
    return [one for one in best if one.range or one.header_rows] or best[:1] or [NOTHING]


def check_names(maps: Iterable[SheetMap], sheets: Sequence[Sheet], found: Findings) -> None:
    """Tell entries that speak of a file or sheet there is not."""
    for one in maps:
        if not any(one.fits(sheet) for sheet in sheets):
            known = [sheet.title for sheet in sheets[:8]]
            found.add("E107_sheet", one.file or one.sheet, read=quoted(f"{one.file}!{one.sheet}".strip("!")),
                      known=Text("、".join(known) or "—", ", ".join(known) or "—"))  # fmt: skip
