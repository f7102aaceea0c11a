"""``results.xlsx``: an index, the headline, one sheet an exhibit, the sources. Numbers stay numbers."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ronghe.base.exhibit import Column, Exhibit
from ronghe.base.spreadsheet import neutral
from ronghe.base.status import WORDS
from ronghe.base.text import LANGS, Lang, Text
from ronghe.report.document import Document

_FORMATS = {
    "money": "#,##0.00",
    "percent": "0.00%",
    "change": "+0.00%;-0.00%;0.00%",
    "people": "#,##0",
    "integer": "#,##0",
    "yuan": "#,##0",
    "year": "0",
    "number": "0.0000",
    "index": "0.000",
    "ratio": "0.0000",
}
_HEAD = PatternFill("solid", fgColor="DCE6EE")
_BOLD = Font(bold=True)
# A fixed date keeps the file the same for the same results.
_DATE = datetime(2020, 1, 1)


def workbook(document: Document) -> bytes:
    """Return the workbook of a report as bytes; the same report gives the same bytes.

    Each exhibit has a sheet with its title, status, units, notes in both languages and its table.
    """
    book = Workbook()
    index = book.active
    assert isinstance(index, Worksheet)
    index.title = "目录 Index"
    _line(index, [f"{document.title.zh} / {document.title.en}"], bold=True)
    if document.demonstration:
        _line(index, ["演示数据，不是任何真实地区 / Demonstration data, no real region"], bold=True)
    for sentence in document.sentences:
        if sentence.id in ("H4", "H14"):
            _line(index, [sentence.text.zh, sentence.text.en])
    _line(index, [])
    _line(index, ["工作表 Sheet", "标题", "Title", "状态 Status"], bold=True)
    _headline(book, document)
    for at, exhibit in enumerate(document.exhibits, 1):
        sheet = book.create_sheet(f"{at:02d} {exhibit.id}"[:31])
        _exhibit(sheet, exhibit)
        status = exhibit.word
        _line(index, [sheet.title, exhibit.title.zh, exhibit.title.en, f"{status.zh} {status.en}"])
        index.cell(index.max_row, 1).hyperlink = f"#'{sheet.title}'!A1"
    _stamp(book, document)
    for column, width in zip("ABCD", (26, 60, 60, 22), strict=True):
        index.column_dimensions[column].width = width
    return _fixed(book)


def _headline(book: Workbook, document: Document) -> None:
    sheet = book.create_sheet("headline")
    _line(sheet, ["id", "中文", "English", "status"], bold=True)
    for sentence in document.sentences:
        _line(sheet, [sentence.id, sentence.text.zh, sentence.text.en, sentence.status or ""])
    _line(sheet, [])
    _line(sheet, ["cell", "value", "style", "status", "spread", "low", "high", "source", "来源"], bold=True)
    for cell in document.cells.values():
        value = cell.value.zh if isinstance(cell.value, Text) else cell.value
        spread = cell.spread
        ends = [spread.kind, spread.low, spread.high] if spread else ["none", None, None]
        _line(sheet, [cell.key, value, cell.style, cell.status, *ends, cell.source.en, cell.source.zh])
    for column, width in zip("ABC", (18, 70, 70), strict=True):
        sheet.column_dimensions[column].width = width


def _exhibit(sheet: Worksheet, exhibit: Exhibit) -> None:
    word = exhibit.word
    _line(sheet, [exhibit.title.zh], bold=True)
    _line(sheet, [exhibit.title.en], bold=True)
    _line(sheet, [f"〔{word.zh}〕 [{word.en}]"])
    for note in exhibit.notes:
        _line(sheet, [note.zh])
        _line(sheet, [note.en])
    for origin in exhibit.provenance:
        _line(sheet, [f"来源：{origin.text.zh}"])
        _line(sheet, [f"Source: {origin.text.en}"])
    _line(sheet, [])
    table = exhibit.table
    bilingual = {at for at in range(len(table.columns)) if any(isinstance(row[at], Text) for row in table.rows)}
    for lang in LANGS:
        heads = [_titled(column, lang) for column in table.columns]
        _line(sheet, [head for at, head in enumerate(heads) for _ in range(2 if at in bilingual else 1)], bold=True)
    for row in table.rows:
        cells: list[object] = []
        formats: list[str] = []
        for at, value in enumerate(row):
            texts = [value.zh, value.en] if isinstance(value, Text) else [value, value]
            cells += texts if at in bilingual else [value]
            formats += [_FORMATS.get(table.columns[at].style, "General")] * (2 if at in bilingual else 1)
        _line(sheet, cells, formats=formats)
    for at in range(1, sheet.max_column + 1):
        sheet.column_dimensions[get_column_letter(at)].width = 18


def _titled(column: Column, lang: Lang) -> str:
    """Return a heading with its unit, and its status where columns differ."""
    word = WORDS[column.status].of(lang) if column.status else ""
    told = [part for part in (column.unit.of(lang), word) if part]
    title = column.title.of(lang)
    if not told:
        return title
    return f"{title}（{'，'.join(told)}）" if lang == "zh" else f"{title} ({', '.join(told)})"


def _stamp(book: Workbook, document: Document) -> None:
    sheet = book.create_sheet("来源 Sources")
    for key, value in document.stamp.items():
        _line(sheet, [key.removeprefix("key_"), value.zh, value.en])
    _line(sheet, [])
    seen: dict[str, Text] = {}
    for exhibit in document.exhibits:
        for origin in exhibit.provenance:
            seen.setdefault(origin.text.en, origin.text)
    for text in seen.values():
        _line(sheet, [text.zh, text.en])
    sheet.column_dimensions["A"].width = 60
    sheet.column_dimensions["B"].width = 90


def _line(sheet: Worksheet, cells: list[object], *, bold: bool = False, formats: list[str] | None = None) -> None:
    at = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    if not cells:
        sheet.cell(at, 1).value = " "
        return
    for column, value in enumerate(cells, 1):
        cell = sheet.cell(at, column)
        cell.value = neutral(value) if isinstance(value, str) else value  # type: ignore[assignment]
        if bold:
            cell.font = _BOLD
            cell.fill = _HEAD
        if formats and isinstance(value, (int, float)):
            cell.number_format = formats[column - 1]


def _fixed(book: Workbook) -> bytes:
    """Save without the clock: fixed properties, fixed member dates, members in order."""
    book.properties.creator = "ronghe"
    book.properties.created = book.properties.modified = _DATE
    raw = io.BytesIO()
    book.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as write:
        for name in sorted(read.namelist()):
            content = read.read(name)
            if name == "docProps/core.xml":
                content = _without_clock(content)
            write.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _without_clock(core: bytes) -> bytes:

    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2020-01-01T00:00:00Z", core)
