"""What both kinds of data sets of one's own need: hashes, coverage, revenue, titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.region import ROW
from ronghe.base.text import Text
from ronghe.data.coverage import CoverageRow
from ronghe.data.facts import tables_hash
from ronghe.data.figures import Figures
from ronghe.data.multiregional import MultiRegional
from ronghe.data.placed import PlacedRows
from ronghe.data.schema import schema

FIGURES = ("facts", "panel")
OWN = Text("自己的表", "own table")


def own_hash(tables: Mapping[str, PlacedRows], grids: Sequence[MultiRegional]) -> dict[str, str]:
    """Return the hash of each table: neither format, place nor order of rows is a part of it."""
    found = {table: tables_hash({table: rows}, {}) for table, rows in sorted(tables.items())}
    return found | {f"io {grid.year}": grid.content_hash for grid in sorted(grids, key=lambda one: one.year)}


def coverage_of(tables: Mapping[str, PlacedRows], grids: Sequence[MultiRegional]) -> dict[str, CoverageRow]:
    """Return what each table of one's own holds, by rows, regions and years."""
    found = {
        table: CoverageRow(table, schema(table).title, True, held_text(rows), OWN) for table, rows in tables.items()
    }
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


def revenue_of(figures: Figures, codes: Sequence[str], year: int) -> Floats:
    """Return own revenue of local governments, 亿元; 0 everywhere unless every region has it."""
    if not all(figures.has("fiscal_revenue", code, year) for code in codes):
        return np.zeros(len(codes))
    return np.array([figures.fact("fiscal_revenue", code, year).value for code in codes])


def title_of(grid: MultiRegional | None) -> Text:
    """Return what the table of trade is."""
    if grid is None:
        return Text("地区间贸易", "trade between regions")
    return Text(f"{grid.year}年地区间投入产出表（所给表）", f"multi-regional table {grid.year} (table given)")
