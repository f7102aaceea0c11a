"""Check a file, a folder or a zip: every fault of every sheet in one run, and what each sheet was taken for."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from ronghe.base.canonical import file_hash
from ronghe.base.errors import Fault
from ronghe.base.sector import nine_sectors
from ronghe.base.text import Text, same
from ronghe.data.intake.cells import Names
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.gate import ANALYST, Limits, kind_of, may_enter
from ronghe.data.intake.keys import check_keys
from ronghe.data.intake.layout import Layout, long_layout, text_of
from ronghe.data.intake.mapping import NOTHING, SheetMap, check_names, stated_of
from ronghe.data.intake.mat_file import read_mat
from ronghe.data.intake.multiregional.long import from_long
from ronghe.data.intake.multiregional.reading import read_grids
from ronghe.data.intake.multiregional.stated import GridMap
from ronghe.data.intake.old_workbook import read_xls
from ronghe.data.intake.parquet_file import read_parquet
from ronghe.data.intake.reading import Read, read_long, schemas_for
from ronghe.data.intake.register import commonest_level, divisions
from ronghe.data.intake.sheet import Sheet
from ronghe.data.intake.text_file import read_text
from ronghe.data.intake.totals import compare_totals
from ronghe.data.intake.unfolding import own_units, read_wide
from ronghe.data.intake.values import check_demonstration, check_values
from ronghe.data.intake.wide import Wide, wide_layout
from ronghe.data.intake.workbook import read_workbook
from ronghe.data.multiregional import MultiRegional
from ronghe.data.schema import Schema, schema, tables

USERS = (
    "trade", "facts", "panel", "migration", "prices", "distances", "employment", "public_services",
    "fiscal_accounts", "expenditure_accounts", "firm_links", "firms", "plants", "durations", "pair_flows",
    "knowledge_flows", "monitors", "events", "ratios", "projects", "milestones", "tasks", "affairs", "affair_flows",
    "affair_players", "zoning", "policies", "legal_basis", "regions", "areas", "membership", "indicators", "sectors",
    "concordance", "commodities", "adjacency", "sources", "io",
)  # fmt: skip
"""Tables that an office brings, in the order in which equal headers are tried."""

INDICATOR_TABLES = ("facts", "panel")
"""Tables with a row an indicator, whose values stand in each indicator's own unit."""

WHOLE = 31
"""Regions from which on a sheet holds the whole country."""

BESIDE = frozenset({"说明notes", "lists"})
"""Sheets of a template that hold no data."""


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


def check(
    path: Path, *, table: str | None = None, level: str | None = None, allow_missing: bool = False,
    maps: Sequence[SheetMap | GridMap] = (),
    limits: Limits = ANALYST,
) -> CheckReport:  # fmt: skip
    """Check a file, a folder or a zip of tables; nothing is raised for what is in them.

    Parameters
    ----------
    table : str, optional
        The table that every sheet is to be; found from names and headers if left out.
    level : {"province", "prefecture", "county"}, optional
        Working level; the one to which most names belong if left out.
    allow_missing : bool
        Whether regions, years and pairs may be missing.
    maps : sequence of SheetMap or GridMap
        What is stated of sheets, which then is not detected.
    """
    found = Findings()
    sheets: list[Sheet] = []
    hashes: dict[str, str] = {}
    with _files(path, found, limits) as files:
        for file in files:
            sheets += _sheets(file, found, limits)
            hashes[file.name] = file_hash(file)
    of_sheets = [one for one in maps if isinstance(one, SheetMap)]
    check_names(of_sheets, sheets, found)
    of_grids = [one for one in maps if isinstance(one, GridMap)]
    free = [sheet for sheet in sheets if stated_of(sheet, of_sheets) is NOTHING and table in (None, "io")]
    grids = read_grids(free, of_grids, Names(divisions(), level, _words()), found, hashes)
    tables_read = list(grids.tables)
    reads: list[Read] = []
    told: list[SheetReport] = []
    for sheet in sheets:
        if sheet.title in grids.cells:
            told.append(SheetReport(sheet.title, "io", grids.cells[sheet.title]))
            continue
        read = _read(sheet, stated_of(sheet, of_sheets), table, level, found, allow_missing=allow_missing)
        if read is not None:
            reads.append(read)
            if read.schema.table == "io" and (grid := from_long(read, found, hashes=hashes, known=_words()["sectors"])):
                tables_read.append(grid)
        if read is not None or folded(sheet.name) not in BESIDE:
            told.append(
                SheetReport(sheet.title, "" if read is None else read.schema.table, 0 if read is None else len(read))
            )
    check_demonstration(reads, found)
    order = {sheet.title: at for at, sheet in enumerate(sheets)}
    faults = sorted(found, key=lambda fault: _order(fault, order))
    taken: tuple[SheetMap | GridMap, ...] = (*(read.taken for read in reads), *grids.taken)
    return CheckReport(path.name, tuple(told), tuple(faults), tuple(reads), hashes, tuple(tables_read), taken)


def _order(fault: Fault, order: Mapping[str, int]) -> tuple[int, int, int, int, str]:
    """Return file and sheet, row and column of a fault, for sorting; errors come before notes."""
    title, _, cell = fault.place.rpartition("!")
    known = max((at for name, at in order.items() if fault.place.startswith(name)), default=-1)
    letters = "".join(c for c in cell.split(":")[0] if c.isalpha() and c.isascii() and c.isupper())
    digits = "".join(c for c in cell.split(":")[0].split(",")[0] if c.isdigit())
    column = 0
    for letter in letters[:3]:
        column = 26 * column + ord(letter) - 64
    return known, ("error", "warning", "note").index(fault.severity), int(digits or 0), column, title


class _files:
    """The files below a path: itself, those of a folder, or those of a zip unpacked into a folder of its own."""

    def __init__(self, path: Path, found: Findings, limits: Limits) -> None:
        self.path, self.found, self.limits = path, found, limits
        self.folder: str | None = None

    def __enter__(self) -> list[Path]:
        if self.path.is_dir():
            listed = sorted(p for p in self.path.rglob("*") if p.is_file() and not p.name.startswith((".", "~$")))
            return [p for p in listed if kind_of(p) and may_enter(p, self.found, limits=self.limits)]
        if not self.path.exists():
            self.found.add("E101_open", self.path.name, why=Text("没有该文件", "no such file"))
            return []
        if not may_enter(self.path, self.found, limits=self.limits):
            return []
        if kind_of(self.path) != "zip":
            return [self.path]
        self.folder = tempfile.mkdtemp()
        with zipfile.ZipFile(self.path) as archive:
            archive.extractall(self.folder)
        inside = sorted(p for p in Path(self.folder).rglob("*") if p.is_file() and kind_of(p))
        return [p for p in inside if may_enter(p, self.found, limits=self.limits)]

    def __exit__(self, *_: object) -> None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def _sheets(file: Path, found: Findings, limits: Limits) -> Iterator[Sheet]:
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


def _read(
    sheet: Sheet, stated: SheetMap, table: str | None, level: str | None, found: Findings, *, allow_missing: bool
) -> Read | None:
    """Read one sheet as the table it is; what is none is told."""
    wanted = stated.table or table or _by_name(sheet)
    names = Names(divisions(), level, _words())
    layout = long_layout(sheet, schemas_for(wanted, _known()), stated.fixed, columns=stated.columns)
    if layout is not None:
        if stated.unit:
            layout = replace(layout, table_unit=stated.unit)
        names = replace(names, level=level or _level(sheet, layout))
        if layout.schema.table == "io":
            # Such a table has sectors of its own.
            names = replace(names, words={key: words for key, words in names.words.items() if key != "sectors"})
        read: Read | None = read_long(sheet, layout, names, found, fixed=stated.fixed)
    else:
        before = len(found)
        read = _wide(sheet, stated, wanted, names, found)
        if read is None:
            if len(found) == before and folded(sheet.name) not in BESIDE:
                _unknown(sheet, wanted, found)
            return None
    if read is not None:
        if read.schema.table in INDICATOR_TABLES:
            own_units(read, {key: unit for key, (unit, _) in _indicators().items()}, found)
        check_keys(read, names, found, allow_missing=allow_missing or read.schema.table == "io")
        check_values(read, found)
    return read


def _unknown(sheet: Sheet, wanted: str | None, found: Findings) -> None:
    """Tell that no header was found in a sheet."""
    first = next((row for row in sheet.rows if any(text_of(cell).strip() for cell in row)), ())
    shown = ", ".join(text_of(cell) for cell in first if text_of(cell).strip())
    known = schema(wanted).title if wanted else Text("各表", "the tables")
    found.add("E111_header", sheet.title, read=quoted(shown), known=known)


def _wide(sheet: Sheet, stated: SheetMap, wanted: str | None, names: Names, found: Findings) -> Read | None:
    """Read a wide sheet as the table that its kinds of names make."""
    wide = wide_layout(sheet, names)
    if wide is None:
        return None
    told = wide.kinds | {"indicator"} if wide.title or sheet.name else wide.kinds
    made = "panel" if not wide.matrix and ({"region", "indicator"} <= told or {"region", "year"} <= told) else None
    table = wanted or made
    if table is None:
        if wide.matrix:
            known = [one.table for one in _known() if len(one.ends) == 2]
            found.add("E111_matrix", sheet.title, known=same(", ".join(known)))
        return None
    if stated.unit:
        wide = replace(wide, table_unit=stated.unit)
    names = replace(names, level=names.level or _level_of(sheet, wide))
    read = read_wide(sheet, wide, schema(table), names, found, fixed=stated.fixed, in_rows=stated.rows)
    if read is not None:
        regions = {code for end in read.schema.ends for code in read.columns[end.name]} - {None}
        compare_totals(sheet, wide, found, adds_up=_adds_up(wide, read, names), whole=len(regions) >= WHOLE)
    return read


def _adds_up(wide: Wide, read: Read, names: Names) -> Callable[[int], bool]:
    """Return which columns of a wide sheet hold figures that may be added up."""
    known = names.words.get("indicators", {})
    overall = set(read.columns.get("indicator", []))

    def adds(column: int) -> bool:
        if read.schema.table not in INDICATOR_TABLES:
            return True
        told = wide.heads[column].get("indicator")
        keys = {known.get(folded(told[1]))} if told else overall
        return all(key in _indicators() and _indicators()[key][1] for key in keys if key is not None)

    return adds


def _level_of(sheet: Sheet, wide: Wide) -> str | None:
    """Return the level to which most regions of a wide sheet belong, the higher of equals."""
    labels = (
        [text_of(sheet.cell(row, wide.key)) for row in range(wide.first, wide.last)] if wide.kind == "region" else []
    )
    labels += [told["region"][1] for told in wide.heads.values() if "region" in told]
    return commonest_level(labels)


def _by_name(sheet: Sheet) -> str | None:
    """Return the table that the sheet or its file is named after."""
    for name in (sheet.name, Path(sheet.file).stem):
        for one in _known():
            if folded(name) in (folded(one.table), folded(one.title.zh), folded(one.title.en)):
                return one.table
    return None


@cache
def _known() -> tuple[Schema, ...]:
    return tuple(schema(name) for name in USERS if name in tables())


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    """Return the words that name sectors and indicators of the embedded tables."""
    from ronghe.data.facts import FACTS

    sectors: dict[str, str] = {}
    for one in nine_sectors():
        sectors |= {folded(word): one.code for word in (one.code, one.name.zh, one.name.en)}
    return {"sectors": sectors, "indicators": _of_table(FACTS / "indicators.csv", "indicator"),
            "commodities": _of_table(FACTS / "commodities.csv", "commodity")}  # fmt: skip


@cache
def _indicators() -> Mapping[str, tuple[str, bool]]:
    """Return unit of each indicator, and whether its figures may be added up."""
    import csv

    from ronghe.data.facts import FACTS

    with (FACTS / "indicators.csv").open(encoding="utf-8") as file:
        return {row["indicator"]: (row["unit"], row["additive"] == "yes") for row in csv.DictReader(file)}


def _of_table(path: Path, key: str) -> dict[str, str]:
    import csv

    with path.open(encoding="utf-8") as file:
        return {folded(row[name]): row[key] for row in csv.DictReader(file) for name in (key, "zh", "en")}


def _level(sheet: Sheet, layout: Layout) -> str | None:
    """Return the level to which most names of a sheet belong, the higher of equals."""
    columns = [column for column, field in layout.columns.items() if field.type == "region"]
    rows = range(layout.first, layout.last)
    return commonest_level([text_of(sheet.cell(row, column)) for column in columns for row in rows])


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
