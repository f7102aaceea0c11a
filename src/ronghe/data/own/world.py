"""Tables of one's own as a world by itself: prefectures, counties, the regions of any country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.canonical import content_hash
from ronghe.base.errors import DataFault, NotIdentified
from ronghe.base.region import ROW
from ronghe.base.status import STATUSES, Status, weakest
from ronghe.base.text import Text, same
from ronghe.data.baseline import Baseline
from ronghe.data.coverage import CoverageRow
from ronghe.data.dataset import BaselineMaker, Dataset, Own
from ronghe.data.embedded import YEARS, embedded
from ronghe.data.facts import Facts
from ronghe.data.figures import Figures
from ronghe.data.intake import vocabulary
from ronghe.data.intake.findings import Findings
from ronghe.data.multiregional import MultiRegional
from ronghe.data.own.against import check_accounts, check_stocks
from ronghe.data.own.arrays import OwnArrays
from ronghe.data.own.cells import TradeCells, trade_cells
from ronghe.data.own.common import FIGURES, coverage_of, one_valuation, other_size, own_hash, revenue_of, title_of
from ronghe.data.own.grid import GridTrade, grid_holdings, product_rows
from ronghe.data.own.holdings import holdings_of
from ronghe.data.own.places import city_areas, places_of, regions_named, sectors_of
from ronghe.data.own.sources import sources_of
from ronghe.data.parameters import Parameter
from ronghe.data.placed import PlacedRows
from ronghe.data.schema import schema
from ronghe.data.schema import tables as catalogue
from ronghe.data.validation import Validation

REASON = Text(
    "没有地区间投入产出表，各地区的生产和使用不全", "without a multi-regional table production and uses are not known"
)
UNLOCKS = ("io_intermediate",)


@dataclass(frozen=True)
class NoBaseline:
    """Stands where tables do not make an economy: it says which table would."""

    year: int

    def baseline(self, changed: Mapping[str, float]) -> Baseline:
        """Refuse.

        Raises
        ------
        NotIdentified
        """
        raise NotIdentified("realised_gain", REASON, UNLOCKS)

    def draws(self, count: int, seed: int) -> Iterator[Baseline]:
        """Refuse likewise."""
        raise NotIdentified("realised_gain", REASON, UNLOCKS)

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Return none."""
        return {}

    def validation(self) -> Validation:
        """Return an empty table."""
        return Validation(self.year, 0.0, (), REASON, "")


def world(
    facts: Facts,
    tables: Mapping[str, PlacedRows],
    grids: Sequence[MultiRegional],
    year: int | None,
    name: str,
    update: bool = False,
) -> Dataset:
    """Return the data set of tables whose regions are not the provinces.

    Parameters
    ----------
    facts : Facts
        The embedded tables, of which only the numbers of the estimate are used.
    update : bool
        Nothing here: there are no accounts of another year to carry a table to.

    Raises
    ------
    DataFault
        A year that the tables do not have.
    """
    grid = grid_of(grids, year)
    codes = _codes(tables, grid)
    titles = {} if grid is None else grid.region_titles
    regions, known = regions_named(codes, tables, titles), set(codes) <= set(facts.complete)
    chosen = grid.year if grid is not None else _year(tables, year)
    sectors = sectors_of(grid, tables)
    sources = sources_of(tables, grids, shipped=facts.sources)
    figures = with_product(figures_own(tables, facts, sources), grid)
    found = Findings()
    check_stocks(tables, figures, found)
    check_accounts(tables, figures, found)
    maker: BaselineMaker = NoBaseline(chosen)
    trade = tables.get("trade")
    if trade is not None:
        one_valuation(trade, chosen, found)
    if year is not None and grid is None and _years(tables) and year not in _years(tables):
        found.add("E404_none", name, year=year, years=", ".join(map(str, sorted(_years(tables)))) or "—")
    if found:
        raise DataFault(found)
    own = holdings_of(tables, _cells(tables, codes, chosen))
    # Flows of pairs alone do not tell what a region makes and uses of each product: no gain rests on them.
    own = tuple(replace(one, regions=frozenset()) if one.table == "trade" else one for one in own)
    if grid is not None:
        names = tuple(region.name for region in regions_named(grid.regions, tables, titles))
        revenue, notes = revenue_of(figures, grid, names)
        maker = GridTrade(grid, names, sectors, revenue, None, facts.parameters, (*other_size(grid, facts), *notes))
        own = (*own, *grid_holdings(grid))
    return Dataset(
        name=same(name),
        year=chosen,
        regions=regions,
        sectors=sectors,
        status=_status(tables, maker),
        places=places_of(
            regions, tables, embedded(facts, YEARS[0]).places if known else None, city_areas(facts, codes)
        ),
        figures=figures,
        tables=tables,
        sources=tuple(sources.values()),
        holdings=own,
        trade_title=title_of(grid),
        trade_source=Text("使用者提供的表", "the user's table"),
        own=Own(name, tables, tuple(grids)),
        _maker=maker,
        # Where provinces lie does not depend on the size of their figures.
        _arrays=OwnArrays(codes, tables, sources, facts if known else None),
        _coverage=lambda: _coverage(tables, grids, codes),
        _tables_hash=lambda: content_hash({"own": own_hash(tables, grids)}),
    )


def grid_of(grids: Sequence[MultiRegional], year: int | None) -> MultiRegional | None:
    """Return the multi-regional table of a year, the newest where none is named.

    Raises
    ------
    DataFault
        Where no table is of that year.
    """
    if not grids:
        return None
    newest = max(grids, key=lambda one: one.year)
    if year is None:
        return newest
    found = next((one for one in grids if one.year == year), None)
    if found is None:
        findings = Findings()
        findings.add("E404_grid", newest.place("output", (0, 0)), year=year,
                     years=", ".join(str(one.year) for one in grids))  # fmt: skip
        raise DataFault(findings)
    return found


def _codes(tables: Mapping[str, PlacedRows], grid: MultiRegional | None) -> tuple[str, ...]:
    """Return the regions: those of the multi-regional table, else every code that has facts or is an end of a pair."""
    if grid is not None:
        return grid.regions
    seen: dict[str, None] = {}
    for table, rows in tables.items():
        if table in ("regions", "membership"):
            continue
        for one in rows.schema.ends:
            seen |= dict.fromkeys(code for code in rows[one.name] if code not in (None, ROW))
    if not seen and "regions" in tables:
        seen = dict.fromkeys(tables["regions"]["code"])
    return tuple(sorted(seen))


def _years(tables: Mapping[str, PlacedRows]) -> set[int]:
    held = (when for rows in tables.values() if "year" in rows.columns for when in rows["year"])
    return {when for when in held if when is not None}


def _year(tables: Mapping[str, PlacedRows], year: int | None) -> int:
    return max(_years(tables), default=0) if year is None else year


def _cells(tables: Mapping[str, PlacedRows], codes: tuple[str, ...], year: int) -> TradeCells | None:
    trade = tables.get("trade")
    if trade is None:
        return None
    held = sorted({sector for sector in trade["sector"] if sector is not None})
    cells = trade_cells(trade, codes, held, np.ones(len(held), dtype=bool), year)
    return cells if cells.there.any() else None


def figures_own(tables: Mapping[str, PlacedRows], facts: Facts, sources: Mapping[str, object]) -> Figures:
    """Return the figures of one's own tables alone."""
    titles = {key: Text(zh, en) for key, zh, en in facts.tables["indicators.csv"].rows("indicator", "zh", "en")}
    if "indicators" in tables:
        titles |= {key: Text(zh, en) for key, zh, en in tables["indicators"].rows("indicator", "zh", "en")}
    own = tuple(tables[name] for name in FIGURES if name in tables)
    return Figures(own, titles, sources)  # type: ignore[arg-type]


def with_product(figures: Figures, grid: MultiRegional | None) -> Figures:
    """Return figures with the product of the regions of a multi-regional table, where they do not have it."""
    if grid is None or all(figures.has("gdp", code, grid.year) for code in grid.regions):
        return figures
    return replace(figures, tables=(product_rows(grid), *figures.tables))


def _status(tables: Mapping[str, PlacedRows], maker: BaselineMaker) -> Status:
    if isinstance(maker, GridTrade):
        return maker.pair_status
    words = {status for rows in tables.values() for status in rows.columns.get("status", ())}
    return weakest([one for one in STATUSES if one in words] or ["user"])


def _coverage(
    tables: Mapping[str, PlacedRows], grids: Sequence[MultiRegional], codes: Sequence[str]
) -> tuple[CoverageRow, ...]:
    """Return what of the tables an office brings is there."""
    held = coverage_of(tables, grids, codes, pairs=False)
    none = Text("无", "none")
    nothing = Text("", "")
    asked = [name for name in vocabulary.USERS if name in catalogue() and name not in held]
    return (*held.values(), *(CoverageRow(name, schema(name).title, False, none, nothing) for name in asked))
