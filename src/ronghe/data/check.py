"""Checks across tables: every name known, no region missing, parts that add up to their whole.

Each function looks at one kind of fault and returns all of them, with file, line, what was read and the remedy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ronghe.base.errors import Fault
from ronghe.base.region import nearest
from ronghe.base.text import Text
from ronghe.data.read import Rows

# Largest gap of a sum in the published tables: rounding of nine parts to 0.1, and of the national table to 0.3.
SECTORS_GAP, INDUSTRIES_GAP, NATIONAL_GAP, SHARES_GAP = 0.25, 0.15, 0.35, 2.5e-4
SHOWN = 3

_CODES = {"regions": "E301", "areas": "E301", "sectors": "E311", "commodities": "E312", "indicators": "E313"}
_REMEDY = Text(
    "请恢复随程序附带的表，或更正该处。", "Restore the table that came with the program, or correct the cell."
)


def unknown_names(tables: Iterable[Rows], known: Mapping[str, Collection[str]]) -> list[Fault]:
    """Return the values that no other table knows (E301 region, E311 sector, E313 indicator, E408 source …)."""
    faults = []
    for rows in tables:
        for field in rows.schema.fields:
            names = known.get(field.refers_to)
            if names is None:
                continue
            for row, value in enumerate(rows[field.name]):
                if value is None or value in names:
                    continue
                near = nearest(value, names)
                hint = Text(f"是否为 {'、'.join(near)}？", f"Did you mean {', '.join(near)}?") if near else Text("", "")
                faults.append(
                    Fault(
                        _CODES.get(field.refers_to, "E408"),
                        rows.place(row, field.name),
                        Text(f"“{value}”", f'"{value}"'),
                        Text(f"表 {field.refers_to} 中已有的{field.title.zh}", f"a value of table {field.refers_to}"),
                        hint + _REMEDY,
                    )
                )
    return faults


def missing_regions(tables: Iterable[Rows], indicators: Rows, regions: Collection[str]) -> list[Fault]:
    """Return regions and years that a complete indicator lacks (E403, E404)."""
    present: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for rows in tables:
        for indicator, vintage, year, region in rows.rows("indicator", "vintage", "year", "region"):
            present[indicator, vintage or "", year].add(region)
    faults = []
    for indicator, years in indicators.rows("indicator", "complete_years"):
        for vintage, year in complete_years(years or ""):
            lacking = [code for code in regions if code not in present[indicator, vintage, year]]
            if lacking:
                faults.append(_missing(indicator, vintage, year, lacking, len(regions)))
    return faults


def complete_years(text: str) -> Iterator[tuple[str, int]]:
    """Read ``vintage:2010,2019-2022;vintage:…`` into pairs of vintage and year.

    Examples
    --------
    >>> list(complete_years("old:2010,2012-2013;2020"))
    [('old', 2010), ('old', 2012), ('old', 2013), ('', 2020)]
    """
    for part in filter(None, text.split(";")):
        vintage, _, years = part.rpartition(":")
        for span in years.split(","):
            first, _, last = span.partition("-")
            yield from ((vintage, year) for year in range(int(first), int(last or first) + 1))


def _missing(indicator: str, vintage: str, year: int, lacking: list[str], count: int) -> Fault:
    named = f"{indicator} {vintage}".strip()
    if len(lacking) == count:
        read = Text(f"{named} 没有{year}年", f"{named} has no year {year}")
        return Fault("E404", "panel", read, Text(f"{count}个地区", f"{count} regions"), _REMEDY)
    read = Text(
        f"{named} {year}年缺 {'、'.join(lacking[:SHOWN])} 等{len(lacking)}个地区",
        f"{named} of {year} lacks {len(lacking)}: {', '.join(lacking[:SHOWN])}",
    )
    return Fault("E403", "panel", read, Text(f"{count}个地区", f"{count} regions"), _REMEDY)


def missing_keys(rows: Rows, keys: tuple[str, ...], wanted: Iterable[tuple[Any, ...]]) -> list[Fault]:
    """Return the keys that a complete table lacks, as one fault that names the first few (E405)."""
    present = set(rows.rows(*keys))
    lacking = [key for key in wanted if key not in present]
    if not lacking:
        return []
    shown = "; ".join(", ".join(str(part) for part in key) for key in lacking[:SHOWN])
    read = Text(f"缺{len(lacking)}行：{shown}", f"{len(lacking)} rows missing: {shown}")
    return [Fault("E405", rows.file, read, Text("每个键一行", "one row for every key"), _REMEDY)]


def parts_and_whole(
    panel: Rows, *, whole: str, parts: Collection[str], vintage: str, gap: float, code: str = "E504"
) -> list[Fault]:
    """Return the region-years whose parts do not add up to the whole (E504)."""
    sums: dict[tuple[str, int], list[float]] = defaultdict(list)
    wholes: dict[tuple[str, int], tuple[int, float]] = {}
    columns = panel.rows("indicator", "vintage", "region", "year", "value")
    for row, (indicator, held, region, year, value) in enumerate(columns):
        if value is None or held != vintage:
            continue
        if indicator == whole:
            wholes[region, year] = row, value
        elif indicator in parts:
            sums[region, year].append(value)
    return [
        Fault(
            code,
            panel.place(row, "value"),
            Text(f"{region} {year}年 {whole} = {value:g}", f"{region} {year}: {whole} = {value:g}"),
            Text(f"各部分之和 {sum(sums[region, year]):.1f}", f"the sum of its parts, {sum(sums[region, year]):.1f}"),
            _REMEDY,
        )
        for (region, year), (row, value) in wholes.items()
        if len(sums[region, year]) == len(parts) and abs(sum(sums[region, year]) - value) > gap
    ]


def national_identities(rows: Rows, sectors: Collection[str]) -> list[Fault]:
    """Return the sectors whose column of a national table does not add up (E501): inputs + value added = output."""
    cells = {(row, column): value or 0.0 for row, column, value in rows.rows("row", "column", "value")}
    faults = missing_keys(rows, ("row", "column"), [(a, b) for a in sectors for b in (*sectors, "gross_output")])
    for sector in sectors:
        inputs = sum(cells.get((row, sector), 0.0) for row in sectors)
        made, output = inputs + cells.get(("TVA", sector), 0.0), cells.get((sector, "gross_output"), 0.0)
        if abs(made - output) > NATIONAL_GAP and not faults:
            faults.append(
                Fault(
                    "E501",
                    f"{rows.file}!column {sector}",
                    Text(f"投入与增加值之和 {made:.1f}", f"inputs and value added {made:.1f}"),
                    Text(f"总产出 {output:.1f}", f"gross output {output:.1f}"),
                    _REMEDY,
                )
            )
    return faults


def shares_sum(rows: Rows, parts: tuple[str, ...]) -> list[Fault]:
    """Return the rows whose shares do not add up to 1 (E226)."""
    return [
        Fault(
            "E226",
            f"{rows.file}!line {row + 2}",
            Text(f"合计 {sum(cells):.4f}", f"a sum of {sum(cells):.4f}"),
            Text("合计 1", "a sum of 1"),
            _REMEDY,
        )
        for row, cells in enumerate(rows.rows(*parts))
        if None not in cells and abs(sum(cells) - 1) > SHARES_GAP
    ]


def plates_partition(areas: Rows, membership: Rows) -> list[Fault]:
    """Return the regions that stand in two plates (E401)."""
    plates = {area for area, kind in areas.rows("area", "kind") if kind == "plate"}
    first: dict[str, str] = {}
    faults = []
    for row, (area, region) in enumerate(membership.rows("area", "region")):
        if area in plates and first.setdefault(region, area) != area:
            read = Text(f"{region} 同属 {first[region]} 和 {area}", f"{region} in both {first[region]} and {area}")
            expected = Text("每个地区一个板块", "one plate a region")
            faults.append(Fault("E401", membership.place(row, "region"), read, expected, _REMEDY))
    return faults


def shortened(faults: list[Fault], most: int = 10) -> list[Fault]:
    """Show the first three of many faults of one code in one column, and the count of the rest with their lines."""
    groups: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        file, _, cell = fault.place.partition("!line ")
        groups.setdefault((fault.code, f"{file}{cell.partition(', ')[2]}" if cell else fault.place), []).append(fault)
    result = []
    for group in groups.values():
        if len(group) <= most:
            result += group
            continue
        lines = [fault.place.partition("!line ")[2].partition(",")[0] for fault in group[SHOWN:]]
        named = ", ".join(line for line in lines if line)
        where = Text(f"，行 {named}", f", lines {named}") if named else Text("", "")
        count = len(group) - SHOWN
        read = Text(f"另有{count}处同类错误{where.zh}", f"{count} more like it{where.en}")
        result += [*group[:SHOWN], Fault(group[0].code, group[0].place, read, group[0].expected, group[0].remedy)]
    return result


def demonstration_apart(tables: Iterable[Rows], *, alone: bool) -> list[Fault]:
    """Return the rows that would mix demonstration and other data (E509).

    Parameters
    ----------
    alone : bool
        True inside the demonstration, where every row must be marked; False elsewhere, where none may be.
    """
    faults = []
    for rows in tables:
        if "status" not in rows.columns:
            continue
        for row, status in enumerate(rows["status"]):
            if (status == "demonstration") == alone:
                continue
            wanted = (
                Text("全部为演示数据", "demonstration data only")
                if alone
                else Text("没有演示数据", "no demonstration data")
            )
            read = Text(f"“{status}”", f'"{status}"')
            remedy = Text(
                "演示数据不能与其他数据合用；请分开放置。", "Demonstration data never mix with others; keep them apart."
            )
            faults.append(Fault("E509", rows.place(row, "status"), read, wanted, remedy))
    return faults
