"""From a file, folder or zip of one's own to a data set: checked whole, then laid over the embedded data or alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from ronghe.base.errors import DataFault, Fault, NotIdentified, ParameterFault, RongheError
from ronghe.base.region import ROW, provinces
from ronghe.base.text import Text
from ronghe.data.dataset import Dataset
from ronghe.data.facts import Facts
from ronghe.data.intake.apart import Allowance
from ronghe.data.intake.checkup import check
from ronghe.data.intake.findings import Findings, shortened
from ronghe.data.intake.mapping import SheetMap
from ronghe.data.intake.multiregional.stated import GridMap
from ronghe.data.intake.reports import CheckReport
from ronghe.data.multiregional import MultiRegional
from ronghe.data.own.common import other_size
from ronghe.data.own.overlay import overlay
from ronghe.data.own.rows import merged
from ronghe.data.own.world import world
from ronghe.data.placed import PlacedRows

AT_LOAD = frozenset({"E311", "E501", "E504", "E506", "E507", "E508"})
"""Codes of loading that are told beforehand."""

BESIDE = Text(
    "仅在与内置数据一起装入（ronghe load）时如此。",
    " This matters only when loaded over the embedded data (ronghe load).",
)
GAPS = Text("（缺少的地区、年份或地区对未要求补齐）", " (regions, years or pairs may be missing)")


class TablesFault(DataFault):
    """Every fault of one's own tables; the sentence shows three of each kind in a column.

    Attributes
    ----------
    faults : tuple of Fault
        All of them.
    report : CheckReport
        With warnings and notes too.
    """

    def __init__(self, report: CheckReport) -> None:
        faults = report.errors
        RongheError.__init__(self, _told(faults))
        self.faults, self.report = faults, report


def _told(faults: Sequence[Fault]) -> Text:
    rows = shortened(faults)
    more = [Text(f"（同类另有{count}处）", f" ({count} more like it)") if count else Text("", "") for _, count in rows]
    lines = [fault.text + extra for (fault, _), extra in zip(rows, more, strict=True)]
    count = len(faults)
    return Text(
        f"数据有{count}处错误：\n" + "\n".join("  " + line.zh for line in lines),
        f"The data have {count} fault{'s' if count != 1 else ''}:\n" + "\n".join("  " + line.en for line in lines),
    )


class Choices(TypedDict, total=False):
    """What may be said of one's own tables.

    Attributes
    ----------
    maps : sequence of SheetMap or GridMap
    level : str or None
        Working level; the one to which most names belong if left out.
    allow_missing : bool
    refuse : iterable of str
        Kinds of repairs that make a cell a fault.
    update : bool
        Whether a table of trade of an earlier year is carried to the base year by RAS.
    allowance : Allowance or None
        What parsing may use of processor and memory, in a process of its own.
    """

    maps: Sequence[SheetMap | GridMap]
    level: str | None
    allow_missing: bool
    refuse: Iterable[str]
    update: bool
    allowance: Allowance | None


def load_own(
    path: Path,
    facts: Facts,
    *,
    year: int | None = None,
    maps: Sequence[SheetMap | GridMap] = (),
    level: str | None = None,
    allow_missing: bool = False,
    refuse: Iterable[str] = (),
    update: bool = False,
    allowance: Allowance | None = None,
) -> Dataset:
    """Return the data set of one's own tables.

    Raises
    ------
    DataFault
        Every fault of every sheet; nothing is loaded then.
    ParameterFault
        For a path there is not.
    """
    if not path.exists():
        raise ParameterFault(Text(f"没有该文件或文件夹：{path}。", f"There is no such file or folder: {path}."))
    report = check(path, level=level, allow_missing=allow_missing, maps=maps, refuse=refuse,
                   allowance=allowance)  # fmt: skip
    if report.errors:
        raise TablesFault(report)
    data = assembled(_tables(report), report.grids, facts, year, Path(report.path).stem, update=update)
    return with_gaps(data) if allow_missing else data


def with_gaps(data: Dataset) -> Dataset:
    """Return a data set that says that gaps were let through, in its name and wherever that stands."""
    return replace(data, name=data.name + GAPS, own=replace(data.own, allow_missing=True))


def assembled(
    tables: Mapping[str, PlacedRows],
    grids: Sequence[MultiRegional],
    facts: Facts,
    year: int | None,
    name: str,
    *,
    update: bool = False,
) -> Dataset:
    """Return the data set of tables: over the embedded data where every region is a province, else by itself."""
    if not tables and not grids:
        found = Findings()
        found.add("E108_nothing", name)
        raise DataFault(found)
    _one_a_year(grids)
    codes = regions_of(tables) | {code for grid in grids for code in grid.regions}
    alone = not codes <= {region.code for region in provinces()} or any(other_size(grid, facts) for grid in grids)
    build = world if alone else overlay
    data = build(facts, tables, grids, year, name, update)
    if "trade" in tables or grids:
        _stands(data)
    return data


def _one_a_year(grids: Sequence[MultiRegional]) -> None:
    """Raise for two multi-regional tables of one year."""
    found = Findings()
    first: dict[int, MultiRegional] = {}
    for grid in grids:
        before = first.setdefault(grid.year, grid)
        if before is not grid:
            one, other = (held.place("output", (0, 0)) for held in (before, grid))
            found.add("E402_grid", other, year=grid.year, first=one, second=other)
    if found:
        raise DataFault(found)


def _stands(data: Dataset) -> None:
    """Make the baseline of given trade, so that its faults are told when it is loaded and not when it is used."""
    try:
        _ = data.baseline
    except NotIdentified:
        return


def beyond_sheets(report: CheckReport, facts: Facts) -> tuple[Fault, ...]:
    """Return, as notes, what would stop sound tables from being put together into a data set.

    A table can be sound and yet not agree with the embedded accounts, which it need not be used with.
    """
    if report.errors or not (report.reads or report.grids):
        return ()
    try:
        assembled(_tables(report), report.grids, facts, None, Path(report.path).stem)
    except DataFault as fault:
        told = (one for one in fault.faults if one.code in AT_LOAD)
        return tuple(replace(one, severity="note", remedy=one.remedy + BESIDE) for one in told)
    except RongheError:
        # A year that cannot be estimated, or a question that is closed, is no fault of a table.
        return ()
    return ()


def _tables(report: CheckReport) -> dict[str, PlacedRows]:
    tables = merged(report.reads, report.hashes)
    if report.grids:
        tables.pop("io", None)
    return tables


def regions_of(tables: Mapping[str, PlacedRows]) -> set[str]:
    """Return the codes that stand in any column of regions, and those of a list of regions."""
    listed = set(tables["regions"]["code"]) if "regions" in tables else set()
    return listed | {
        code
        for rows in tables.values()
        for one in rows.schema.fields
        if one.type == "region"
        for code in rows[one.name]
        if code not in (None, ROW)
    }
