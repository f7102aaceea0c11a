"""Tables of one's own laid over the embedded data: the same 31 provinces, with what an office knows better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ronghe.base.canonical import content_hash
from ronghe.base.errors import DataFault, ParameterFault
from ronghe.base.region import ROW, provinces
from ronghe.base.sector import nine_sectors
from ronghe.base.text import Text, joined, same
from ronghe.data.check import demonstration_apart
from ronghe.data.coverage import CoverageRow, default_coverage
from ronghe.data.dataset import Dataset, Own
from ronghe.data.embedded import NEEDED, YEARS, Estimate, embedded, figures_of
from ronghe.data.facts import PANELS, Facts
from ronghe.data.figures import Figures
from ronghe.data.identifies import Holding
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.multiregional import MultiRegional
from ronghe.data.own.against import check_accounts, check_stocks
from ronghe.data.own.arrays import OwnArrays, net_outflow, own_distances
from ronghe.data.own.cells import TradeCells, trade_cells
from ronghe.data.own.common import FIGURES, coverage_of, one_valuation, own_hash, revenue_of, title_of
from ronghe.data.own.grid import GridTrade, grid_holdings
from ronghe.data.own.holdings import holdings_of
from ronghe.data.own.maker import HeldTrade
from ronghe.data.own.places import places_of, regions_named, sectors_of
from ronghe.data.own.sources import sources_of
from ronghe.data.own.world import grid_of, with_product
from ronghe.data.placed import PlacedRows

NAMED = 3
OWN_VINTAGE = "own"
"""Vintage of figures of one's own that name none."""


def overlay(
    facts: Facts,
    tables: Mapping[str, PlacedRows],
    grids: Sequence[MultiRegional],
    year: int | None,
    name: str,
    update: bool = False,
) -> Dataset:
    """Return the embedded data with tables of one's own laid over them.

    Parameters
    ----------
    tables : mapping of table to PlacedRows
    grids : sequence of MultiRegional
        Multi-regional tables of provinces; the one of the base year stands in place of the estimate.
    year : int, optional
        Base year; the newest of the multi-regional or the trade table, else 2023, where none is named.
    update : bool
        Whether a table of trade of an earlier year is carried to the base year (RAS), and so becomes an estimate.

    Raises
    ------
    DataFault
        Regions of the trade table without accounts, figures without a vintage, a year without figures.
    ParameterFault
        For a year of which nothing can be estimated.
    """
    found = Findings()
    found.extend(demonstration_apart(tables.values(), alone=False))
    grid = grid_of(grids, year)
    chosen = grid.year if grid is not None else _year(tables.get("trade"), year, update, found)
    figures = _figures(facts, tables, found)
    cells = None if grid is not None else _cells(facts, tables, chosen, found)
    check_stocks(tables, figures, found)
    check_accounts(tables, figures, found)
    if grid is None:
        if not found and (cells is None or not cells.whole or cells.year != chosen):
            _estimable(chosen, cells)
        _complete(figures, facts, chosen, found)
    if found:
        raise DataFault(found)
    # The embedded set of any of its years: what depends on the year is replaced below.
    base = embedded(facts, YEARS[0])
    sources = {one.key: one for one in base.sources} | sources_of(tables, grids, shipped=facts.sources)
    figures = with_product(replace(figures, sources=sources), grid)
    maker = _maker(facts, figures, tables, grid, cells, chosen)
    codes = facts.complete if grid is None else grid.regions
    own = holdings_of(tables, cells) + (() if grid is None else grid_holdings(grid))
    if cells is not None and cells.year != chosen:
        own = tuple(replace(one, status="estimated", made_by="model") if one.table == "trade" else one for one in own)
    title, source = _titles(grid, cells, chosen, base)
    return replace(
        base,
        name=Text(f"{name}（叠加于内置数据）", f"{name} (over the embedded data)"),
        year=chosen,
        regions=regions_named(codes, {}),
        sectors=sectors_of(grid, {}),
        status="estimated" if isinstance(maker, Estimate) else maker.pair_status,
        places=places_of(base.places.regions, tables, base.places),
        figures=figures,
        tables={**facts.tables, **tables},
        sources=tuple(sources.values()),
        holdings=_without(base.holdings, grid is not None or (cells is not None and cells.whole)) + own,
        trade_sources=() if grid is not None else base.trade_sources,
        trade_title=title,
        trade_source=source,
        own=Own(name, tables, tuple(grids), update, notes=_set_aside(tables, figures)),
        _maker=maker,
        _arrays=OwnArrays(codes, tables, sources, facts),
        _coverage=lambda: _coverage(tables, grids, codes, pairs=cells is not None and cells.whole),
        _tables_hash=lambda: content_hash({"embedded": facts.content_hash, "own": own_hash(tables, grids)}),
    )


def _maker(
    facts: Facts,
    figures: Figures,
    tables: Mapping[str, PlacedRows],
    grid: MultiRegional | None,
    cells: TradeCells | None,
    year: int,
) -> Estimate | HeldTrade | GridTrade:
    """Return what makes the baseline: a multi-regional table, a table of trade with the estimate, or the estimate."""
    if grid is not None:
        names = tuple(region.name for region in regions_named(grid.regions, {}))
        revenue, notes = revenue_of(figures, grid, names)
        return GridTrade(grid, names, sectors_of(grid, tables), revenue, None, facts.parameters, notes)
    distances = own_distances(tables, facts.complete)
    estimate = Estimate(facts, figures, year, distances, net_outflow(tables, facts.complete, year))
    return estimate if cells is None else HeldTrade(estimate, cells)


def _cells(facts: Facts, tables: Mapping[str, PlacedRows], year: int, found: Findings) -> TradeCells | None:
    """Return the cells of the trade table in the base year."""
    trade = tables.get("trade")
    if trade is None:
        return None
    _regions_known(trade, facts, found)
    held = sorted({when for when in trade["year"] if when is not None})
    # Without a table of the base year the nearest one before it is carried to it, else the nearest after it.
    near = sorted(held, key=lambda when: (when > year, abs(when - year)))
    year = near[0] if near else year
    one_valuation(trade, year, found)
    sectors = nine_sectors()
    known = {sector.code for sector in sectors}
    told: set[str] = set()
    for line, (when, sector) in enumerate(trade.rows("year", "sector")):
        if when == year and sector is not None and sector not in known and sector not in told:
            told.add(sector)
            found.add("E311_trade", trade.place(line, "sector"), read=quoted(sector))
    traded = np.array([not sector.local for sector in sectors])
    cells = trade_cells(trade, facts.complete, [sector.code for sector in sectors], traded, year)
    return cells if cells.there.any() else None


def _year(trade: PlacedRows | None, year: int | None, update: bool, found: Findings) -> int:
    """Return the base year; a trade table must have it, unless it is to be carried to it."""
    held = sorted({when for when in trade["year"] if when is not None}) if trade is not None else []
    if year is None:
        return held[-1] if held and not update else YEARS[0]
    if trade is not None and held and year not in held and not update:
        found.add("E404_trade", trade.place(0, "year"), years=", ".join(map(str, held)), year=year)
    return year


def _regions_known(trade: PlacedRows, facts: Facts, found: Findings) -> None:
    """Tell regions of the trade table that have no accounts: their trade is still within the rest of the world."""
    names = {region.code: region.name for region in provinces()}
    known = {*facts.complete, ROW}
    apart: dict[str, int] = {}
    for line, ends in enumerate(trade.rows("origin", "destination")):
        for code in ends:
            if code is not None and code not in known:
                apart.setdefault(code, line)
    if apart:
        named = joined([names.get(code, same(code)) for code in apart])
        found.add("E507_split", trade.place(min(apart.values()), "origin"), names=named)


def _figures(facts: Facts, tables: Mapping[str, PlacedRows], found: Findings) -> Figures:
    """Return embedded figures with those of one's own before them; a vintage must be named where two would meet."""
    held = figures_of(facts)
    vintages: dict[str, dict[str, None]] = {}
    for file in PANELS:
        for indicator, vintage in set(facts.tables[file].rows("indicator", "vintage")):
            if vintage:
                vintages.setdefault(indicator, {})[vintage] = None
    own = tuple(_own_vintage(tables[name], held, vintages, facts, found) for name in FIGURES if name in tables)
    marks = dict.fromkeys(mark for rows in own for mark in rows["vintage"] if mark)
    named = [mark for mark in marks if mark not in held.preferred]
    return replace(held, tables=(*held.tables, *own), preferred=(*named, *held.preferred))


def _set_aside(tables: Mapping[str, PlacedRows], figures: Figures) -> tuple[Text, ...]:
    """Return what of one's own figures is used only where its vintage is asked for: another one comes before it."""
    aside: dict[tuple[str, str], str] = {}
    for name in FIGURES:
        rows = tables.get(name)
        for indicator, region, year, vintage in (
            () if rows is None else rows.rows("indicator", "region", "year", "vintage")
        ):
            if vintage and (indicator, vintage) not in aside and figures.has(indicator, region, year):
                used = figures.fact(indicator, region, year).vintage
                if used != vintage:
                    aside[indicator, vintage] = used
    return tuple(
        Text(
            f"自己的“{figures.titles.get(indicator, same(indicator)).zh}”是 {vintage} 版本，计算仍用 {used} 版本；"
            "要用自己的数字，请把版本写成自己的名称，并给出全部地区",
            f"your {figures.titles.get(indicator, same(indicator)).en} is of the vintage {vintage}; "
            f"results use {used}; for your own figures give the vintage a name of its own, and every region",
        )
        for (indicator, vintage), used in aside.items()
    )


def _own_vintage(
    rows: PlacedRows, held: Figures, vintages: Mapping[str, Mapping[str, None]], facts: Facts, found: Findings
) -> PlacedRows:
    """Return a table whose figures without a vintage are of one of their own, where they do not meet embedded ones.

    Figures of every region are such; of some regions, beside embedded figures of the others, they are told.
    """
    regions: dict[tuple[str, int], set[str]] = {}
    for indicator, year, region, vintage in rows.rows("indicator", "year", "region", "vintage"):
        if indicator in vintages and not vintage:
            regions.setdefault((indicator, year), set()).add(region)
    meets = {
        key
        for key, there in regions.items()
        if any(code not in there and held.has(key[0], code, key[1]) for code in facts.complete)
    }
    told: set[str] = set()
    marks = list(rows["vintage"])
    for line, (indicator, year, vintage) in enumerate(rows.rows("indicator", "year", "vintage")):
        if (indicator, year) not in regions or vintage:
            continue
        marks[line] = OWN_VINTAGE
        if (indicator, year) in meets and indicator not in told:
            told.add(indicator)
            title = held.titles.get(indicator, same(indicator))
            known = ", ".join(sorted(vintages[indicator]))
            found.add("E506_vintage", rows.place(line, "value"), indicator=title, known=known)
    return replace(rows, columns={**rows.columns, "vintage": tuple(marks)})


def _estimable(year: int, cells: TradeCells | None) -> None:
    if year in YEARS:
        return
    choices = "、".join(map(str, YEARS)), ", ".join(map(str, YEARS))
    lacking = 0 if cells is None else int((~cells.inland).sum())
    raise ParameterFault(
        Text(
            f"{year}年的贸易表{f'还缺{lacking}个格子' if cells is not None else '没有'}，而估计只用于 {choices[0]}；"
            "请补齐贸易表，或用 --year 选其中一年。",
            f"The trade table of {year} {f'lacks {lacking} cells' if cells is not None else 'is not there'}, and the "
            f"estimate serves {choices[1]} only: complete the table, or choose one of these years with --year.",
        )
    )


def _complete(figures: Figures, facts: Facts, year: int, found: Findings) -> None:
    """Tell indicators that a baseline needs and some region lacks in the year."""
    names = {region.code: region.name for region in provinces()}
    known = ", ".join(map(str, YEARS))
    for indicator in NEEDED:
        lacking = [code for code in facts.complete if year not in figures.years(indicator, code)]
        if lacking:
            title = figures.titles.get(indicator, same(indicator))
            first = joined([names[code] for code in lacking[:NAMED]])
            found.add("E404_facts", "facts", year=year, indicator=title, count=len(lacking), names=first, known=known)


def _without(held: tuple[Holding, ...], whole: bool) -> tuple[Holding, ...]:
    """Return the embedded holdings but the estimate of trade where a whole table stands in its place."""
    return tuple(one for one in held if not (whole and one.table == "trade"))


def _titles(grid: MultiRegional | None, cells: TradeCells | None, base_year: int, base: Dataset) -> tuple[Text, Text]:
    """Return what the trade table is, and who made it."""
    theirs = Text("使用者提供的表", "the user's table")
    if grid is not None:
        return title_of(grid), theirs
    if cells is None:
        return base.trade_title, base.trade_source
    year, given = cells.year, int(cells.inland.sum())
    if year != base_year:
        zh = f"{base_year}年省际贸易（由{year}年的表按RAS更新，估算）"
        en = f"trade between provinces {base_year} (carried from {year} by RAS, estimated)"
        return Text(zh, en), theirs + Text("；", "; ") + base.trade_source
    if cells.whole:
        return Text(f"{year}年省际贸易（所给表）", f"trade between provinces {year} (table given)"), theirs
    title = Text(
        f"{year}年省际贸易（{given}格为所给数据，其余估算）",
        f"trade between provinces {year} ({given} cells given, the others estimated)",
    )
    return title, theirs + Text("；", "; ") + base.trade_source


def _coverage(
    tables: Mapping[str, PlacedRows], grids: Sequence[MultiRegional], codes: Sequence[str], *, pairs: bool
) -> tuple[CoverageRow, ...]:
    """Return the state of every table: those of one's own by regions and years, the others as embedded."""
    told = {row.table: row for row in default_coverage()}
    return tuple((told | {row.table: row for row in coverage_of(tables, grids, codes, pairs=pairs).values()}).values())
