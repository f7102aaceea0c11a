"""The sheets of one file, whatever its form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ronghe.data.intake.findings import Findings
from ronghe.data.intake.gate import Limits, kind_of
from ronghe.data.intake.mat_file import read_mat
from ronghe.data.intake.old_workbook import read_xls
from ronghe.data.intake.parquet_file import read_parquet
from ronghe.data.intake.sheet import Sheet
from ronghe.data.intake.text_file import read_text
from ronghe.data.intake.workbook import read_workbook


def sheets_of(file: Path, found: Findings, limits: Limits) -> Iterator[Sheet]:
    """Yield the sheets of a file that has passed the gate."""
    kind = kind_of(file)
    if kind == "text":
        yield from read_text(file, found)
    elif kind == "xlsx":
        yield from read_workbook(file, found)
    elif kind == "xls":
        yield from read_xls(file, found, limits=limits)
    elif kind == "parquet":
        yield from read_parquet(file, found, limits=limits)
    elif kind == "mat":
        yield from read_mat(file, found, limits=limits)
