"""Workbooks as offices send them, made cell by cell."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ronghe.base.errors import Fault
from ronghe.data.intake.checkup import check
from ronghe.data.intake.reports import CheckReport

MIGRATION = ("年份", "来源地", "现住地", "人群", "人数（人）", "口径")
PAIRS = [(a, b) for a in ("上海", "江苏", "浙江") for b in ("上海", "江苏", "浙江") if a != b]


def migration(**changed: object) -> list[list[Any]]:
    """Rows of a small clean table of moves between three provinces."""
    return [[2020, a, b, "全部", 1000.0 + 7 * at, "五年前常住地"] for at, (a, b) in enumerate(PAIRS)]


def book(
    path: Path, rows: Sequence[Sequence[Any]], *, sheet: str = "迁移", change: Callable[[Worksheet], None] | None = None
) -> Path:
    """Write one workbook with one sheet, changed at the end."""
    made = Workbook()
    page = made.active
    assert isinstance(page, Worksheet)
    page.title = sheet
    for row in rows:
        page.append(list(row))
    if change is not None:
        change(page)
    made.save(path)
    return path


def moves(path: Path, change: Callable[[Worksheet], None] | None = None) -> Path:
    """Write the small table of moves, with one thing changed."""
    return book(path, [MIGRATION, *migration()], change=change)


def looked(path: Path, **asked: Any) -> CheckReport:
    """Check a path as moves."""
    return check(path, **({"table": "migration"} | asked))


def codes(report: CheckReport) -> list[str]:
    """Codes of errors and warnings, in order."""
    return [fault.code for fault in report.faults if fault.severity != "note"]


def at(report: CheckReport, code: str) -> list[str]:
    """Cells of one code."""
    return [fault.place.rpartition("!")[2] for fault in report.faults if fault.code == code]


def in_both(fault: Fault) -> bool:
    """Whether a fault is told in full in both languages."""
    texts = (fault.read, fault.expected, fault.remedy)
    chinese = any("一" <= c <= "鿿" for text in texts for c in text.zh)
    return chinese and all(text.zh.strip() and text.en.strip() for text in texts)


def bomb(path: Path, size: int, *, level: int = 6) -> Path:
    """Write a workbook whose sheet unpacks to ``size`` bytes of nothing."""
    moves(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"<worksheet>" + b" " * size + b"</worksheet>")
    return path
