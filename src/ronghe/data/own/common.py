"""What both kinds of data sets of one's own need: hashes, coverage, revenue, titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.canonical import content_hash
from ronghe.base.region import ROW
from ronghe.base.text import Text
from ronghe.data.coverage import CoverageRow
from ronghe.data.embedded import figures_of
from ronghe.data.facts import Facts, tables_hash
from ronghe.data.figures import Figures
from ronghe.data.intake.findings import Findings
from ronghe.data.multiregional import MultiRegional
from ronghe.data.own.places import sectors_of
from ronghe.data.placed import PlacedRows
from ronghe.data.schema import schema

FIGURES = ("facts", "panel")
HUNDRED_MILLION = 1e4
"""万元 in 亿元."""
APART = 5.0
"""Value added of a table over product by the accounts, or the other way round, from which on they are not one thing."""
MOST_REVENUE = 0.8
"""Revenue of local government over value added, above which the two are not of one economy."""
OWN = Text("自己的表", "own table")


def own_hash(tables: Mapping[str, PlacedRows], grids: Sequence[MultiRegional]) -> dict[str, str]:
    """Return the hash of each table: neither format, place nor order of rows is a part of it."""
    found = {table: tables_hash({table: rows}, {}) for table, rows in sorted(tables.items())}
    for grid in sorted(grids, key=lambda one: one.year):
        # What a sector is called decides whether it is local, and whether it is housing.
        called = sorted((one.code, one.local) for one in sectors_of(grid, tables))
        found[f"io {grid.year}"] = content_hash({"cells": grid.content_hash, "sectors": called})
    return found


def coverage_of(
    tables: Mapping[str, PlacedRows], grids: Sequence[MultiRegional], codes: Sequence[str], *, pairs: bool
) -> dict[str, CoverageRow]:
    """Return what each table of one's own holds, by rows, regions and years.

    Parameters
    ----------
    codes : sequence of str
        Regions of the data set: a table that lacks some of them is there in part and may still be asked for.
    pairs : bool
        Whether every pair of trade is there.
    """
    found = {}
    for table, rows in tables.items():
        ends = [one.name for one in rows.schema.ends]
        there = {code for end in ends for code in rows[end]}
        seen = not {"estimated", "assumed"} & set(rows.columns.get("status", ()))
        whole = seen and (not ends or set(codes) <= there) and (table != "trade" or pairs)
        note = OWN if whole else OWN + Text("，不全", ", in part")
        found[table] = CoverageRow(table, schema(table).title, whole, held_text(rows), note)
    if grids:
        years = ", ".join(str(grid.year) for grid in grids)
        count, sectors = len(grids[0].regions), len(grids[0].sectors)
        state = Text(f"{count}个地区×{sectors}个行业，{years}年", f"{count} regions x {sectors} sectors, {years}")
        found["io"] = CoverageRow("io_intermediate", schema("io").title, True, state, OWN)
    return found


def held_text(rows: PlacedRows) -> Text:
    """Return rows, regions and years of a table in words."""
    ends = [one.name for one in rows.schema.ends]
    regions = {code for end in ends for code in rows[end]} - {None, ROW}
    time = next((one.name for one in rows.schema.fields if one.key and one.type in ("year", "period")), None)
    years = sorted({f"{when}"[:4] for when in rows[time] if when is not None}) if time else []
    span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}" if years else ""
    zh = [f"{len(rows)}行", f"{len(regions)}个地区" if regions else "", f"{span}年" if span else ""]
    en = [f"{len(rows)} rows", f"{len(regions)} regions" if regions else "", span]
    return Text("，".join(filter(None, zh)), ", ".join(filter(None, en)))


def revenue_of(figures: Figures, grid: MultiRegional, names: Sequence[Text]) -> tuple[Floats, tuple[Text, ...]]:
    """Return own revenue of local governments in the year of a table, 亿元, and what must be known of it.

    It is 0 everywhere unless every region has it, and stands in proportion to what the table says is made there.
    """
    nothing = np.zeros(len(grid.regions))
    if not all(figures.has("fiscal_revenue", code, grid.year) for code in grid.regions):
        return nothing, (
            Text("没有地方财政收入，地方收入一栏为0", "no revenue of local governments: that column is 0"),
        )
    revenue = np.array([figures.fact("fiscal_revenue", code, grid.year).value for code in grid.regions])
    above = revenue > MOST_REVENUE * added_of(grid)
    if not above.any():
        return revenue, ()
    first = next(name for name, one in zip(names, above, strict=True) if one)
    return nothing, (
        Text(
            f"地方财政收入与表中增加值不成比例（如{first.zh}），没有使用，地方收入一栏为0",
            f"revenue of local governments is out of proportion to value added in the table (e.g. {first.en}): "
            "not used, that column is 0",
        ),
    )


def added_of(grid: MultiRegional) -> Floats:
    """Return value added of each region of a table, 亿元."""
    added: Floats = grid.value_added.sum(axis=(0, 2)) / HUNDRED_MILLION
    return added


def other_size(grid: MultiRegional, facts: Facts) -> tuple[Text, ...]:
    """Say that a table of provinces is of another size than their accounts; nothing where it is not, or cannot be held.

    Such a table stands alone: figures of the accounts beside it would be of another country.
    """
    if not set(grid.regions) <= set(facts.complete):
        return ()
    figures = figures_of(facts)
    years = set.intersection(*(figures.years("gdp", code) for code in grid.regions))
    nearest = min(years, key=lambda year: abs(year - grid.year))
    product = figures.total("gdp", grid.regions, nearest)
    added = float(added_of(grid).sum())
    if product / APART <= added <= product * APART:
        return ()
    return (
        Text(
            f"表中增加值合计 {added:.4g} 亿元，这些地区{nearest}年的地区生产总值 {product:.4g} 亿元，不是同一量级："
            "请核对单位；内置的地区数据没有与它合用",
            f"value added of {added:.4g} in the table, a product of {product:.4g} in {nearest} "
            "(in hundred million yuan): not of one size, check the unit; "
            "embedded figures of the regions are not used with it",
        ),
    )


def title_of(grid: MultiRegional | None) -> Text:
    """Return what the table of trade is."""
    if grid is None:
        return Text("地区间贸易", "trade between regions")
    return Text(f"{grid.year}年地区间投入产出表（所给表）", f"multi-regional table {grid.year} (table given)")


def one_valuation(trade: PlacedRows, year: int, found: Findings) -> None:
    """Tell a table of trade in two valuations."""
    seen: dict[str, int] = {}
    for line, (when, valuation) in enumerate(trade.rows("year", "valuation")):
        if when == year and valuation is not None:
            seen.setdefault(valuation, line)
    if len(seen) > 1:
        found.add("E506_valuation", trade.place(list(seen.values())[1], "valuation"), read=", ".join(seen))
