"""Workbooks: values and merged ranges through calamine; what calamine drops, from the parts of the file itself.

Error values, formulas without a stored value, hidden rows and columns and formats that show thousands are looked for
in the XML of a sheet by patterns, so that a large table is not built twice.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from ronghe.data.intake.findings import Findings
from ronghe.data.intake.sheet import THOUSANDS, Cell, Dated, Sheet, dated

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKED = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_CELL = re.compile(rb'<(?:x:)?c r="([A-Z]+)(\d+)"([^>/]*)(?:/>|>(.*?)</(?:x:)?c>)', re.DOTALL)
_VALUE = re.compile(rb"<(?:x:)?v>(.+?)</(?:x:)?v>|<(?:x:)?is>", re.DOTALL)
_NO_VALUE = re.compile(
    rb"(?:</(?:x:)?f>|<(?:x:)?f\b[^>]*/>)\s*(?:<(?:x:)?v>\s*</(?:x:)?v>|<(?:x:)?v\s*/>)?\s*</(?:x:)?c>"
)
"""A formula behind which its cell ends: whether there is one is quickly asked, which ones is not."""

_ROW = re.compile(rb'<(?:x:)?row r="(\d+)"[^>]*\bhidden="(?:1|true)"')
_COLUMN = re.compile(rb"<(?:x:)?col\b([^>]*)/?>")
_BOUND = re.compile(rb'\b(min|max)="(\d+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')


def read_workbook(path: Path, found: Findings) -> list[Sheet]:
    """Return every sheet with something in it."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            plain = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
            hidden = {meta.name for meta in plain if meta.visible != SheetVisibleEnum.Visible}
            read = [book.get_sheet_by_name(meta.name) for meta in plain]
            values = {one.name: one.to_python(skip_empty_area=False) for one in read}
            merged = {one.name: one.merged_cell_ranges or [] for one in read}
        beside = _beside(path)
    except PasswordError:
        found.add("E102_password", path.name)
        return []
    except (CalamineError, ElementTree.ParseError, zipfile.BadZipFile, LookupError, OSError, ValueError) as error:
        found.add("E101_broken", path.name, why=error)
        return []
    sheets = []
    for name, rows in values.items():
        more = beside.get(name, Beside())
        cells = [[value if type(value) is float else _cell(value) for value in row] for row in rows]
        if not any(value is not None for row in cells for value in row) and not more.errors and not more.without_value:
            continue
        spans = tuple((top, left, bottom, right) for (top, left), (bottom, right) in merged[name])
        sheets.append(
            Sheet(
                path.name,
                name,
                cells,
                spans,
                frozenset(more.rows),
                frozenset(more.columns),
                name in hidden,
                more.errors,
                frozenset(more.without_value),
                frozenset(more.scaled),
            )
        )
    if not sheets:
        found.add("E105_nothing", path.name)
    return sheets


def _cell(value: object) -> Cell:
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return dated(value)
    return Dated(f"{value}")


class Beside:
    """What stands in the XML of one sheet beside the values."""

    def __init__(self) -> None:
        self.rows: set[int] = set()
        self.columns: set[int] = set()
        self.errors: dict[tuple[int, int], str] = {}
        self.without_value: set[tuple[int, int]] = set()
        self.scaled: set[tuple[int, int]] = set()


def _beside(path: Path) -> dict[str, Beside]:
    with zipfile.ZipFile(path) as archive:
        scaled = _scaled_styles(archive)
        return {name: _look(archive.read(part), scaled) for name, part in _parts(archive)}


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield names of sheets and their parts."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links.iter(f"{_PACKED}Relationship")}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_REL), "")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            yield sheet.get("name", ""), part


def _scaled_styles(archive: zipfile.ZipFile) -> set[bytes]:
    """Return the styles whose number format shows thousands: a comma behind the last digit."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats = {
        one.get("numFmtId") for one in styles.iter(f"{_MAIN}numFmt") if THOUSANDS.search(one.get("formatCode", ""))
    }
    used = styles.find(f"{_MAIN}cellXfs")
    styles_in_use = used if used is not None else ()
    return {f"{at}".encode() for at, one in enumerate(styles_in_use) if one.get("numFmtId") in formats}


def _look(xml: bytes, scaled: set[bytes]) -> Beside:
    seen = Beside()
    seen.rows = {int(row) - 1 for row in _ROW.findall(xml)}
    for attributes in _COLUMN.findall(xml[: xml.find(b"<sheetData")]):
        if b'hidden="1"' in attributes or b'hidden="true"' in attributes:
            bounds = dict(_BOUND.findall(attributes))
            seen.columns |= set(range(int(bounds[b"min"]) - 1, min(int(bounds[b"max"]), 16_384)))
    if not (scaled or b'="e"' in xml or _NO_VALUE.search(xml)):
        return seen
    for cell in _CELL.finditer(xml):
        letters, number, attributes, body = cell.groups(b"")
        at = (int(number) - 1, _index(letters))
        value = _VALUE.search(body)
        if b't="e"' in attributes:
            seen.errors[at] = value[1].decode() if value and value[1] else "#ERROR!"
        elif (b"<f" in body or b"<x:f" in body) and value is None and b't="str"' not in attributes:
            seen.without_value.add(at)
        style = _STYLE.search(attributes) if scaled else None
        if style and style[1] in scaled and value:
            seen.scaled.add(at)
    return seen


def _index(letters: bytes) -> int:
    total = 0
    for letter in letters:
        total = 26 * total + letter - 64
    return total - 1
