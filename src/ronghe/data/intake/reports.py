"""What a check found: what each sheet was taken for, and every fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ronghe.base.errors import Fault
from ronghe.base.text import Text
from ronghe.data.intake.mapping import SheetMap
from ronghe.data.intake.multiregional.stated import GridMap
from ronghe.data.intake.reading import Read
from ronghe.data.multiregional import MultiRegional


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What one sheet was taken for.

    Attributes
    ----------
    place : str
        File and sheet.
    table : str
        Empty where nothing was recognised.
    rows : int
    """

    place: str
    table: str
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class CheckReport:
    """All faults of a path.

    Attributes
    ----------
    path : str
    sheets : tuple of SheetReport
    faults : tuple of Fault
        Errors, warnings and notes, ordered by file, sheet, row and column.
    reads : tuple of Read
        The tables as read; those with errors as far as they go.
    hashes : mapping of file to str
        SHA-256 of the files.
    grids : tuple of MultiRegional
        Multi-regional tables whose every figure could be read.
    taken : tuple of SheetMap or GridMap
        What sheets were taken for, as a mapping would state it.
    """

    path: str
    sheets: tuple[SheetReport, ...]
    faults: tuple[Fault, ...]
    reads: tuple[Read, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    grids: tuple[MultiRegional, ...] = ()
    taken: tuple[SheetMap | GridMap, ...] = ()

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Faults that stop a table."""
        return tuple(fault for fault in self.faults if fault.severity == "error")

    @property
    def ok(self) -> bool:
        """Whether nothing stops any table."""
        return not self.errors


def as_text(report: CheckReport) -> Text:
    """Return the summary of a report in one sentence."""
    tables_read = sum(1 for one in report.sheets if one.table)
    rows = sum(one.rows for one in report.sheets)
    counts = {kind: sum(fault.severity == kind for fault in report.faults) for kind in ("error", "warning", "note")}
    return Text(
        f"{report.path}：读出{tables_read}张表、{rows}行；错误{counts['error']}，警告{counts['warning']}，说明{counts['note']}。",
        f"{report.path}: {tables_read} tables, {rows} rows; {counts['error']} errors, {counts['warning']} warnings, "
        f"{counts['note']} notes.",
    )
