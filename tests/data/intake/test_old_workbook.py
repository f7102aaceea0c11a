"""Workbooks of the old binary kind: the same table, and what its cells know beside their values."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlwt
from workbooks import MIGRATION, at, codes, in_both, looked, migration, moves

from ronghe.data.intake.checkup import check


def old(path: Path, change: Callable[[Any], None] | None = None) -> Path:
    """Write the small table of moves in the old binary form, with one thing changed."""
    made = xlwt.Workbook()
    page = made.add_sheet("迁移", cell_overwrite_ok=True)
    for row, cells in enumerate([MIGRATION, *migration()]):
        for column, cell in enumerate(cells):
            page.write(row, column, cell)
    if change is not None:
        change(page)
    made.save(str(path))
    return path


def test_the_same_table_in_either_form(tmp_path: Path) -> None:
    one, other = looked(old(tmp_path / "a.xls")), looked(moves(tmp_path / "a.xlsx"))
    assert one.ok, [fault.text.en for fault in one.faults]
    assert one.reads[0].columns == other.reads[0].columns


def test_an_error_value_is_told_at_its_cell(tmp_path: Path) -> None:
    report = looked(old(tmp_path / "a.xls", lambda page: page.row(2).set_cell_error(4, "#REF!")))
    assert at(report, "E222") == ["E3"]
    assert codes(report) == ["E222"]
    assert "#REF!" in report.errors[0].read.zh
    assert in_both(report.errors[0])


def test_hidden_rows_merged_cells_and_thousands_are_seen(tmp_path: Path) -> None:
    def change(page: Any) -> None:
        page.row(3).hidden = True
        page.row(3).write(4, 1234.0, xlwt.easyxf(num_format_str="0,"))
        page.write_merge(4, 5, 1, 1, "江苏")

    report = looked(old(tmp_path / "a.xls", change))
    assert at(report, "E119") == ["A4"]
    assert at(report, "E211") == ["E4"]
    assert at(report, "E113") == ["B5:B6"]


def test_dates_are_dates(tmp_path: Path) -> None:
    made = xlwt.Workbook()
    page = made.add_sheet("policies")
    head = ("policy", "issuer", "title", "level", "issued", "effective", "text")
    row = ("p1", "省政府", "办法", "provincial", datetime.date(2023, 5, 1), "2023-06", "条文")
    for column, (name, cell) in enumerate(zip(head, row, strict=True)):
        page.write(0, column, name)
        style = xlwt.easyxf(num_format_str="yyyy-mm-dd") if column == 4 else xlwt.Style.default_style
        page.write(1, column, cell, style)
    made.save(str(tmp_path / "p.xls"))
    report = check(tmp_path / "p.xls", table="policies", allow_missing=True)
    assert report.ok, [fault.text.en for fault in report.faults]
    assert report.reads[0].columns["issued"] == ["2023-05-01"]


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_truncated_file_is_broken(tmp_path: Path, part: float) -> None:
    path = old(tmp_path / "a.xls")
    data = path.read_bytes()
    path.write_bytes(data[: int(part * len(data))])
    report = looked(path)
    assert codes(report)
    assert all(code in ("E101", "E105") for code in codes(report))
    assert all(in_both(fault) for fault in report.faults)


@pytest.mark.parametrize("seed", range(20))
def test_bytes_that_were_changed_never_end_in_a_traceback(tmp_path: Path, seed: int) -> None:
    import random

    rng = random.Random(seed)
    data = bytearray(old(tmp_path / "a.xls").read_bytes())
    for _ in range(30):
        data[rng.randrange(8, len(data))] = rng.randrange(256)
    (tmp_path / "a.xls").write_bytes(bytes(data))
    report = looked(tmp_path / "a.xls")
    # Read, or told why not; nothing in between.
    assert report.reads or report.errors
    assert all(in_both(fault) for fault in report.errors)
