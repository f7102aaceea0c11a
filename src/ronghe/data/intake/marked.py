"""The user's workbook with its faults marked: cells coloured, a comment at each, a list of all in front.

Values, formulas and formats stay; what is written into comments cannot act as a formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.exceptions import CellCoordinatesException
from openpyxl.worksheet.worksheet import Worksheet

from ronghe.base.errors import Fault
from ronghe.base.files import write_whole
from ronghe.base.spreadsheet import neutral
from ronghe.base.text import Lang, Text
from ronghe.data.intake.findings import severity_of

COLOURS = {"error": "F8C9C4", "warning": "FBE7B2", "note": "DCE9F5"}
LIST = Text("问题清单", "Issues")
HEAD = Text("编号|级别|位置|读到|应为|办法", "code|kind|place|read|expected|remedy")
KINDS = {"error": Text("错误", "error"), "warning": Text("警告", "warning"), "note": Text("说明", "note")}
UNREAD = frozenset({"E101", "E102", "E103", "E104", "E109"})
"""Codes of files that were not opened, and are not opened to be marked either."""

MOST_COMMENTS = 5_000


def write_marked(source: Path, faults: Sequence[Fault], target: Path, *, lang: Lang) -> None:
    """Write a copy of a workbook with every fault marked; of other files the list alone.

    Parameters
    ----------
    source : Path
        An XLSX file that passed the gate is marked; of CSV, Parquet and others the list is written alone.
    target : Path
        Written aside and then renamed, so that it is whole or not there.
    """
    whole = not any(fault.code in UNREAD for fault in faults)
    marked = whole and source.is_file() and source.suffix.lower() in (".xlsx", ".xlsm")
    book = load_workbook(source, keep_vba=False) if marked else Workbook()
    if marked:
        for fault in list(faults)[:MOST_COMMENTS]:
            _mark(book, fault, lang)
    elif book.active is not None:
        book.remove(book.active)
    _list(book, faults, lang)
    made = io.BytesIO()
    book.save(made)
    write_whole(target, made.getvalue())


def _mark(book: Workbook, fault: Fault, lang: Lang) -> None:
    parts = fault.place.split("!")
    if len(parts) < 3 or parts[-2] not in book.sheetnames:
        return
    sheet, cell = book[parts[-2]], parts[-1].split(":")[0]
    if not isinstance(sheet, Worksheet) or not cell.isalnum() or not cell[:1].isupper() or not cell[-1:].isdigit():
        return
    try:
        at = sheet[cell]
    except (CellCoordinatesException, ValueError):
        return
    if not hasattr(at, "comment") or at.__class__.__name__ == "MergedCell":
        return
    at.fill = PatternFill("solid", fgColor=COLOURS[severity_of(fault.code)])
    told = _told(fault, lang)
    before = at.comment.text + "\n" if at.comment else ""
    at.comment = Comment(neutral(before + told), "ronghe", width=360, height=120)


def _told(fault: Fault, lang: Lang) -> str:
    read, expected, remedy = (text.of(lang) for text in (fault.read, fault.expected, fault.remedy))
    stop = ". " if lang == "en" else "。"
    return f"{fault.code} {read} → {expected}{stop}{remedy}"


def _list(book: Workbook, faults: Sequence[Fault], lang: Lang) -> None:
    title = LIST.of(lang)
    while title in book.sheetnames:
        title += "_"
    sheet = book.create_sheet(title, 0)
    sheet.append(HEAD.of(lang).split("|"))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row, fault in enumerate(faults, start=2):
        texts = (fault.place, fault.read.of(lang), fault.expected.of(lang), fault.remedy.of(lang))
        sheet.append([fault.code, KINDS[severity_of(fault.code)].of(lang), *(neutral(text) for text in texts)])
        parts = fault.place.split("!")
        if len(parts) >= 3 and parts[-2] in book.sheetnames:
            name = parts[-2].replace("'", "''")
            sheet.cell(row, 3).hyperlink = f"#'{name}'!{parts[-1]}"
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor=COLOURS[severity_of(fault.code)])
    for column, width in zip("ABCDEF", (8, 8, 36, 40, 40, 60), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    book.active = 0
