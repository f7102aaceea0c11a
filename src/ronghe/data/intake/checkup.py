"""Check a file, a folder or a zip: every fault of every sheet in one run, and what each sheet was taken for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ronghe.base.canonical import file_hash
from ronghe.base.errors import Fault
from ronghe.base.text import Text, same
from ronghe.data.intake import vocabulary
from ronghe.data.intake.apart import Allowance, can_limit, check_apart
from ronghe.data.intake.bounds import Bounds
from ronghe.data.intake.cells import Names
from ronghe.data.intake.filed import sheets_of
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.gaps import check_home, check_sectors
from ronghe.data.intake.gate import ANALYST, Limits
from ronghe.data.intake.joined import joined
from ronghe.data.intake.keys import check_across, check_keys
from ronghe.data.intake.layout import Layout, long_layouts, text_of
from ronghe.data.intake.limits import check_limits, check_years
from ronghe.data.intake.mapping import MAPPING, NOTHING, SheetMap, check_names, mapping_within, stated_of
from ronghe.data.intake.missing import tell_missing
from ronghe.data.intake.multiregional.long import from_long
from ronghe.data.intake.multiregional.reading import read_grids
from ronghe.data.intake.multiregional.stated import GridMap
from ronghe.data.intake.numbers import number
from ronghe.data.intake.opening import opened
from ronghe.data.intake.own_names import LISTS, with_lists
from ronghe.data.intake.periods import check_periods
from ronghe.data.intake.reading import WHOLE, Read, read_long, schemas_for
from ronghe.data.intake.register import commonest_level, divisions
from ronghe.data.intake.registered import check_registered
from ronghe.data.intake.relations import check_relations
from ronghe.data.intake.repairs import refused
from ronghe.data.intake.reports import CheckReport, SheetReport
from ronghe.data.intake.sheet import Sheet
from ronghe.data.intake.totals import compare_totals
from ronghe.data.intake.unfolding import of_table, own_units, read_wide, said, speaks_of_part
from ronghe.data.intake.values import check_demonstration, check_values
from ronghe.data.intake.wide import Wide, left_below, rivals, wide_layout
from ronghe.data.schema import schema

INDICATOR_TABLES = ("facts", "panel")
"""Tables with a row an indicator, whose values stand in each indicator's own unit."""

HEADERS = 12
OTHERS = tuple(
    map(folded, ("省外流出", "省外流入", "流出省外", "市外流出", "调出", "outflow to other", "interregional export"))
)
INSIDE = tuple(
    map(folded, ("中间使用", "中间投入", "劳动者报酬", "增加值", "intermediate", "value added", "compensation"))
)
OUTPUT = tuple(map(folded, ("总产出", "total output", "gross output")))
"""Headings by which the input-output table of a single region is known."""

BESIDE = frozenset({"说明notes", "lists"})
"""Sheets of a template that hold no data."""


def check(
    path: Path, *, table: str | None = None, level: str | None = None, allow_missing: bool = False,
    maps: Sequence[SheetMap | GridMap] = (), refuse: Iterable[str] = (),
    limits: Limits = ANALYST, allowance: Allowance | None = None,
    begun: Callable[[str], None] = lambda name: None,
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
        What is stated of sheets, which then is not detected; from ``mapping.toml`` in the folder if left out.
    refuse : iterable of {"marks", "width", "spaces", "traditional", "grouping", "all"}
        What may not be taken out of a cell to read it: each such cell is a fault.
    allowance : Allowance, optional
        What parsing may use of processor and memory: it then runs in a process of its own, and a file that takes
        more is a fault. In this process, without a limit, if left out.
    begun : callable
        Told the name of each file before it is parsed.

    Raises
    ------
    ParameterFault
        For a ``mapping.toml`` in the folder that is none, or a kind of repair there is not.
    """
    kinds = refused(refuse)
    within = () if maps else mapping_within(path)
    if allowance is not None and can_limit():
        asked = {"table": table, "level": level, "allow_missing": allow_missing, "maps": tuple(maps), "limits": limits,
                 "refuse": tuple(kinds)}  # fmt: skip
        report = check_apart(path, allowance, asked)
        if report is not None:
            return report
    found = Findings()
    if within:
        found.add("N009_map", MAPPING, count=len(within))
        maps = within
    sheets: list[Sheet] = []
    hashes: dict[str, str] = {}
    with opened(path, found, limits) as files:
        for file in files:
            begun(file.name)
            sheets += sheets_of(file, found, limits)
            hashes[file.name] = file_hash(file)
    of_sheets = [one for one in maps if isinstance(one, SheetMap)]
    check_names(of_sheets, sheets, found)
    of_grids = [one for one in maps if isinstance(one, GridMap)]
    free = [sheet for sheet in sheets if stated_of(sheet, of_sheets)[0] is NOTHING and table in (None, "io")]
    names = Names(divisions(), level, vocabulary.words(), indicators=vocabulary.indicators(),
                  limits=vocabulary.limits(), refused=kinds)  # fmt: skip
    names, listed = _lists(sheets, of_sheets, table, names, found)
    grids = read_grids(free, of_grids, names, found, hashes)
    tables_read = list(grids.tables)
    reads: list[Read] = []
    told: list[SheetReport] = []
    words = names.words["sectors"]
    for sheet, stated in [(one, stated) for one in sheets for stated in stated_of(one, of_sheets)]:
        if sheet.title in grids.cells:
            told.append(SheetReport(sheet.title, "io", grids.cells[sheet.title]))
            continue
        read = listed.get(sheet.title)
        if read is None:
            read = _read(stated.kept(sheet), stated, table, names, found, allow_missing=allow_missing)
        if read is not None:
            reads.append(read)
            if read.schema.table == "io" and (grid := from_long(read, found, hashes=hashes, known=words)):
                tables_read.append(grid)
        if read is not None or folded(sheet.name) not in BESIDE:
            told.append(
                SheetReport(sheet.title, "" if read is None else read.schema.table, 0 if read is None else len(read))
            )
    tell_missing(reads, found)
    tables = joined(reads)
    for held in tables.values():
        check_values(held, found)
    check_years(tables, names, found)
    check_demonstration(tables.values(), found)
    check_registered(reads, found)
    check_across(tables, found)
    check_relations(tables, found)
    if not allow_missing:
        check_sectors(tables, names, found)
        check_home(tables, names, found)
    if not reads and not tables_read and not found.errors:
        found.add("E105_nothing", path.name)
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


def _read(
    sheet: Sheet, stated: SheetMap, table: str | None, names: Names, found: Findings, *, allow_missing: bool
) -> Read | None:
    """Read one sheet as the table it is; what is none is told."""
    wanted = stated.table or table or _by_name(sheet)
    level = names.level
    schemas = schemas_for(wanted, vocabulary.known())
    layouts = long_layouts(
        sheet,
        schemas,
        stated.fixed,
        columns=stated.columns,
        header=stated.header,
        is_region=lambda name: name in names.places,
    )
    if layouts:
        layout = layouts[0]
        if len(layouts) > 1 and not stated.range and not stated.header_rows:
            _two(sheet, layout.bounds, layouts[1].bounds, found)
            return None
        if stated.unit:
            layout = replace(layout, table_unit=stated.unit)
        labels = _labels(sheet, layout)
        names = replace(names, abroad=layout.schema.abroad == "partner")
        names = names if names.own else names.at(level or commonest_level(labels), labels)
        if layout.schema.table == "io":
            # Such a table has sectors of its own.
            names = replace(names, words={key: words for key, words in names.words.items() if key != "sectors"})
        read: Read | None = read_long(sheet, layout, names, found, fixed=stated.fixed)
    else:
        before = len(found)
        read, names = _wide(sheet, stated, wanted, names, found)
        if read is None:
            if sheet.file.lower().endswith(".txt") and len(found) == before:
                found.add("N006_text", sheet.title)
            elif len(found) == before and folded(sheet.name) not in BESIDE:
                _unknown(sheet, wanted, found)
            return None
    if read is not None:
        if read.schema.table in INDICATOR_TABLES:
            own_units(read, {key: unit for key, (unit, _) in names.indicators.items()}, found)
            check_limits(read, names, found)
        check_keys(read, names, found, allow_missing=allow_missing or read.schema.table == "io")
        check_periods(read, names, found)
    return read


def _lists(
    sheets: Sequence[Sheet], maps: Sequence[SheetMap], table: str | None, names: Names, found: Findings
) -> tuple[Names, dict[str, Read]]:
    """Read the sheets that list regions, sectors, indicators and commodities, and return the names they give."""
    listed: dict[str, Read] = {}
    for wanted in LISTS:
        for sheet in sheets:
            stated = stated_of(sheet, maps)[0]
            if (stated.table or table or _by_name(sheet)) == wanted:
                read = _read(stated.kept(sheet), stated, table, replace(names, open=True), found, allow_missing=True)
                if read is not None:
                    listed[sheet.title] = read
    return (with_lists(names, list(listed.values()), found) if listed else names), listed


def _two(sheet: Sheet, first: Bounds, second: Bounds, found: Findings) -> None:
    """Tell that a sheet holds two tables, of which none is taken."""
    if second.top <= first.bottom:
        first = replace(first, right=min(first.right, second.left - 1))
    found.add("E112_two", f"{sheet.title}!{first}", first=first, second=second)


def _unknown(sheet: Sheet, wanted: str | None, found: Findings) -> None:
    """Tell that no header was found in a sheet, or that it is an input-output table of one region."""
    if not any(number(text_of(cell)).value is not None for row in sheet.rows for cell in row):
        found.add("N006_text", sheet.title)
        return
    words = {folded(text_of(cell)) for row in sheet.rows[:HEADERS] for cell in row}
    if any(one in word for word in words for one in OTHERS) and any(one in word for word in words for one in OUTPUT):
        found.add("E111_single", sheet.title)
        return
    if all(any(one in word for word in words for one in some) for some in (OUTPUT, INSIDE)):
        found.add("E111_grid", sheet.title)
        return
    # The row that fills most columns is the likeliest header.
    first = max(sheet.rows[:HEADERS], key=lambda row: len({text_of(cell).strip() for cell in row}), default=())
    shown = ", ".join(text_of(cell) for cell in first if text_of(cell).strip())
    known = schema(wanted).title if wanted else Text("各表", "the tables")
    found.add("E111_header", sheet.title, read=quoted(shown), known=known)


def _wide(
    sheet: Sheet, stated: SheetMap, wanted: str | None, names: Names, found: Findings
) -> tuple[Read | None, Names]:
    """Read a wide sheet as the table that its kinds of names make; return it and the names at its working level."""
    names = names if wanted is None else of_table(names, schema(wanted))
    wide = wide_layout(sheet, names, header=stated.header)
    if wide is None:
        return None, names
    more = [] if stated.range or stated.header_rows else rivals(sheet, wide, names)
    if more:
        _two(sheet, wide.bounds, more[0], found)
        return None, names
    count, first = (0, -1) if stated.range else left_below(sheet, wide, names)
    if count:
        found.add("E112_below", sheet.place(first, wide.key), count=count)
    if (part := speaks_of_part(sheet, wide)) and not {"year", "period"} & (wide.kinds | set(stated.fixed)):
        found.add("E407_part", sheet.title, read=quoted(part))
        return None, names
    fixed = said(sheet, wide, names) | dict(stated.fixed)
    told = {*wide.kinds, *fixed} | ({"indicator"} if wide.title or sheet.name else set())
    pairs = ({"region", "indicator"}, {"region", "year"})
    made = "panel" if not wide.matrix and any(pair <= told for pair in pairs) else None
    table = wanted or made or (_by_title(f"{wide.title} {sheet.name}") if wide.matrix else None)
    if table is not None and wanted is None:
        names = of_table(names, schema(table))
        wide = wide_layout(sheet, names, header=stated.header) or wide
    if table is None:
        if wide.matrix:
            known = [one.table for one in vocabulary.known() if len(one.ends) == 2]
            found.add("E111_matrix", sheet.title, known=same(", ".join(known)))
        return None, names
    if stated.unit:
        wide = replace(wide, table_unit=stated.unit)
    labels = _labels_of(sheet, wide)
    names = names if names.own else names.at(names.level or commonest_level(labels), labels)
    read = read_wide(sheet, wide, schema(table), names, found, fixed=fixed, in_rows=stated.rows)
    if read is not None:
        regions = {code for end in read.schema.ends for code in read.columns[end.name]} - {None}
        compare_totals(
            sheet, wide, found, adds_up=_adds_up(wide, read, names), whole=len(regions) >= WHOLE,
            is_part=lambda label: names.places.match(label, names.level).code not in names.above,
            code_of=lambda label: names.places.match(label, names.level, coded=wide.codes == wide.key).code,
        )  # fmt: skip
    return read, names


def _adds_up(wide: Wide, read: Read, names: Names) -> Callable[[int], bool]:
    """Return which columns of a wide sheet hold figures that may be added up."""
    known = names.words.get("indicators", {})
    overall = set(read.columns.get("indicator", []))

    def adds(column: int) -> bool:
        if read.schema.table not in INDICATOR_TABLES:
            return True
        told = wide.heads[column].get("indicator")
        keys = {known.get(folded(told[1]))} if told else overall
        return all(key in names.indicators and names.indicators[key][1] for key in keys if key is not None)

    return adds


def _labels_of(sheet: Sheet, wide: Wide) -> list[str]:
    """Return the names of regions of a wide sheet, in rows and in headings."""
    labels = (
        [text_of(sheet.cell(row, wide.key)) for row in range(wide.first, wide.last)] if wide.kind == "region" else []
    )
    return labels + [told["region"][1] for told in wide.heads.values() if "region" in told]


MATRICES = {
    "trade": ("区域间贸易", "省际贸易", "地区间贸易", "省间贸易", "interregional trade", "interprovincial trade"),
    "migration": ("人口迁移", "省际迁移", "人口流动", "migration"),
}
"""Words by which a title says what a matrix of regions is."""


def _by_title(text: str) -> str | None:
    """Return the table that the title of a matrix names, None where it names none or several."""
    whole = folded(text)
    found = [table for table, words in MATRICES.items() if any(folded(word) in whole for word in words)]
    return found[0] if len(found) == 1 else None


def _by_name(sheet: Sheet) -> str | None:
    """Return the table that the sheet or its file is named after."""
    for name in (sheet.name, Path(sheet.file).stem):
        for one in vocabulary.known():
            if folded(name) in (folded(one.table), folded(one.title.zh), folded(one.title.en)):
                return one.table
    return None


def _labels(sheet: Sheet, layout: Layout) -> list[str]:
    """Return the names of regions of a long sheet."""
    columns = [column for column, field in layout.columns.items() if field.type == "region"]
    rows = range(layout.first, layout.last)
    return [text_of(sheet.cell(row, column)) for column in columns for row in rows]
