"""The demonstration: a synthetic country of known truth, on which every closed key is open.

Its pairs count as observed inside itself, and nowhere else: every value is ``demonstration`` (演示数据), the folder
does not load together with other data (E509), and it is never evidence of anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import DataFault, Fault, ParameterFault
from ronghe.base.provenance import Source
from ronghe.base.region import ROW, Region
from ronghe.base.sector import nine_sectors
from ronghe.base.text import Text
from ronghe.data import check
from ronghe.data.areas import read_areas, read_places
from ronghe.data.baseline import Baseline, People
from ronghe.data.coverage import CoverageRow
from ronghe.data.dataset import Dataset
from ronghe.data.facts import tables_hash
from ronghe.data.figures import Figures
from ronghe.data.identifies import Holding
from ronghe.data.parameters import Parameter
from ronghe.data.read import Rows, read_table
from ronghe.data.schema import schema
from ronghe.data.schema import tables as catalogue
from ronghe.data.tables import ClassPrices, MigrationCount, adjacency_matrix, distance_matrix, migration_counts
from ronghe.data.validation import Validation

FILES: Mapping[str, str] = {
    "regions": "regions",
    "areas": "areas",
    "membership": "membership",
    "sectors": "sectors",
    "facts": "facts",
    "distances": "distances",
    "adjacency": "adjacency",
    "trade_exact": "trade",
    "trade_noisy": "trade",
    "io_coefficients": "io_coefficients",
    "final_use": "final_use",
    "migration_stock": "migration",
    "migration_moves": "migration",
}
"""File (packed or not) and schema of every table of the demonstration."""

OWN_DISTANCE = 0.67
ELASTICITY = 4.0
BALANCE = 1e-9
NAME = Text("演示数据（虚构国家）", "demonstration data (an invented country)")
SOURCE = Source("demo", NAME, Text("由程序生成", "made by a program"), "demo-1", "Apache-2.0")


def demonstration(folder: Path, year: int | None) -> Dataset:
    """Return the demonstration of one year.

    Raises
    ------
    DataFault
        With every fault of its tables.
    ParameterFault
        For a year there is not.
    """
    read = _read(folder)
    years = sorted({int(at) for at in read["facts"]["year"]}, reverse=True)
    chosen = years[0] if year is None else year
    if chosen not in years:
        listed = "、".join(map(str, years)), ", ".join(map(str, years))
        raise ParameterFault(
            Text(
                f"演示数据没有第{year}年；可选 {listed[0]}。",
                f"The demonstration has no year {year}; choose {listed[1]}.",
            )
        )
    regions, blocks = _regions(read["regions"])
    codes = tuple(region.code for region in regions)
    inside: dict[str, list[str]] = {}
    for unit, block in blocks.items():
        inside.setdefault(block, []).append(unit)
    areas = read_areas(read["areas"], read["membership"], codes, inside)
    return Dataset(
        name=NAME,
        year=chosen,
        regions=regions,
        sectors=nine_sectors(),
        status="demonstration",
        places=read_places(regions, areas, None),
        figures=Figures((read["facts"],), _titles(), {"demo": SOURCE}),
        tables=read,
        sources=(SOURCE,),
        holdings=holdings(read, codes),
        trade_title=Text("演示区贸易（演示数据）", "trade of the demonstration"),
        trade_source=SOURCE.publisher,
        blocks=blocks,
        _maker=DemoBaseline(read, codes, chosen),
        _arrays=DemoArrays(read, codes),
        _coverage=lambda: coverage(read),
        _tables_hash=lambda: tables_hash(read, {}),
    )


@cache
def _read(folder: Path) -> dict[str, Rows]:
    """Read and check the folder once a process."""
    faults: list[Fault] = []
    read: dict[str, Rows] = {}
    for name, table in FILES.items():
        packed = folder / f"{name}.csv.gz"
        read[name] = read_table(packed if packed.exists() else folder / f"{name}.csv", table, faults)
    regions = read["regions"]
    units = [code for code, level in regions.rows("code", "level") if level == "unit"]
    known = {
        "regions": set(regions["code"]),
        "areas": set(read["areas"]["area"]),
        "sectors": {sector.code for sector in nine_sectors()},
    }
    faults += check.unknown_names(read.values(), {name: held for name, held in known.items() if held})
    faults += check.demonstration_apart(read.values(), alone=True)
    pairs = [(a, b) for a in units for b in units if a != b]
    faults += check.missing_keys(read["distances"], ("origin", "destination"), pairs)
    faults += check.missing_keys(
        read["facts"],
        ("region", "year", "indicator"),
        (
            (code, year, name)
            for code in units
            for year in set(read["facts"]["year"])
            for name in set(read["facts"]["indicator"])
        ),
    )
    if not faults:
        for year in sorted(set(read["facts"]["year"])):
            faults += unbalanced(DemoBaseline(read, tuple(units), int(year)).baseline({}))
    if faults:
        raise DataFault(check.shortened(faults))
    return read


def unbalanced(base: Baseline) -> list[Fault]:
    """Return the region-sectors whose purchases are not final and intermediate use (E501)."""
    output = base.flows.sum(axis=1).T
    used = base.household + base.government + base.investment + np.einsum("njk,nk->nj", base.input_shares, output)
    bought = base.flows.sum(axis=2).T
    faults = []
    for n, j in zip(*np.nonzero(np.abs(used - bought) > BALANCE * np.maximum(bought, 1.0)), strict=True):
        faults.append(
            Fault(
                "E501",
                f"trade_exact!{base.regions[n]}, {base.sectors[j]}",
                Text(f"购入 {bought[n, j]:.6f}", f"purchases {bought[n, j]:.6f}"),
                Text(f"使用 {used[n, j]:.6f}", f"uses {used[n, j]:.6f}"),
                Text("请恢复演示数据文件夹。", "Restore the demonstration folder."),
            )
        )
    return faults


def holdings(read: Mapping[str, Rows], codes: tuple[str, ...]) -> tuple[Holding, ...]:
    """Say what the demonstration covers. A pair without a row is a true zero, so every pair is there."""
    everyone = frozenset(codes)
    pairs = frozenset((n, i) for n in codes for i in codes)
    made = set(read["trade_exact"]["made_by"])
    found = [
        Holding(
            "trade",
            "demonstration",
            frozenset(read["trade_exact"]["year"]),
            made.pop() if len(made) == 1 else "unknown",
            everyone,
            pairs,
        )
    ]
    for name in ("migration_stock", "migration_moves"):
        rows = read[name]
        kinds = frozenset(rows["definition"])
        to = frozenset(rows["destination"])
        found.append(Holding("migration", "demonstration", frozenset(rows["year"]), regions=to, kinds=kinds))
    return tuple(found)


def coverage(read: Mapping[str, Rows]) -> tuple[CoverageRow, ...]:
    """Return which tables the demonstration has."""
    held = {rows.schema.table for rows in read.values()}
    there, none = Text("演示数据", "demonstration data"), Text("无", "none")
    asked = [name for name in catalogue() if name in held or name in ("io", "prices", "employment", "public_services")]
    empty_note = Text("", "")
    return tuple(
        CoverageRow(name, schema(name).title, name in held, there if name in held else none, empty_note)
        for name in asked
    )


@dataclass(frozen=True)
class DemoBaseline:
    """Makes the baseline from the exact table of one year."""

    read: Mapping[str, Rows]
    codes: tuple[str, ...]
    year: int

    def baseline(self, changed: Mapping[str, float]) -> Baseline:
        """Return the observed baseline; only the trade elasticity can be changed."""
        theta = changed.get("trade_elasticity", ELASTICITY)
        other = [name for name in changed if name != "trade_elasticity"]
        if other:
            listed = ", ".join(other)
            zh, en = (
                f"演示数据的贸易是给定的，不能改 {listed}。",
                f"Trade of the demonstration is given; {listed} cannot change.",
            )
            raise ParameterFault(Text(zh, en))
        regions = (*self.codes, ROW)
        sectors = tuple(sector.code for sector in nine_sectors())
        at, by = ({code: place for place, code in enumerate(codes)} for codes in (regions, sectors))
        shape = len(regions), len(sectors)
        flows = np.zeros((shape[1], shape[0], shape[0]))
        names = ("year", "origin", "destination", "sector", "value")
        for year, origin, destination, sector, value in self.read["trade_exact"].rows(*names):
            if year == self.year:
                flows[by[sector], at[destination], at[origin]] = value
        uses = np.zeros((3, *shape))
        columns = ("year", "region", "sector", "household", "government", "investment")
        for year, region, sector, *parts in self.read["final_use"].rows(*columns):
            if year == self.year:
                uses[:, at[region], by[sector]] = parts
        added, inputs = self._coefficients(at, by)
        traded = dict(self.read["sectors"].rows("sector", "traded"))
        return Baseline(
            regions=regions,
            sectors=sectors,
            traded=np.array([bool(traded[sector]) for sector in sectors]),
            flows=flows,
            value_added_shares=added,
            input_shares=inputs,
            household=uses[0],
            government=uses[1],
            investment=uses[2],
            transfers=np.zeros(shape[0]),
            external=np.zeros(shape[0]),
            own_revenue=self._revenue(),
            elasticities=np.full(shape[1], theta),
            people=self._people(),
            pair_status="demonstration",
            statuses=((NAME, "demonstration"),),
        )

    def draws(self, count: int, seed: int) -> Iterator[Baseline]:
        """Yield nothing: pairs are observed, and an assumption's band has no place."""
        return iter(())

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Return none: nothing is estimated here."""
        return {}

    def validation(self) -> Validation:
        """Return an empty table: nothing is estimated here."""
        nothing = Text("演示数据没有估计的贸易。", "Nothing is estimated in the demonstration.")
        return Validation(self.year, 0.0, (), nothing, "")

    def _coefficients(self, at: Mapping[str, int], by: Mapping[str, int]) -> tuple[Floats, Floats]:
        added, inputs = np.zeros((len(at), len(by))), np.zeros((len(at), len(by), len(by)))
        columns = tuple(f"input_{sector}" for sector in by)
        for region, sector, share, *parts in self.read["io_coefficients"].rows(
            "region", "sector", "value_added", *columns
        ):
            added[at[region], by[sector]] = share
            inputs[at[region], :, by[sector]] = parts
        return added, inputs

    def _revenue(self) -> Floats:
        rows = self.read["facts"].rows("region", "year", "indicator", "value")
        held = {code: value for code, year, name, value in rows if year == self.year and name == "fiscal_revenue"}
        return np.array([held.get(code, 0.0) for code in (*self.codes, ROW)])

    def _people(self) -> People:
        counts = migration_counts(self.read["migration_stock"], self.codes, {})
        return People(next(one.persons for one in counts if one.year == self.year), "demonstration")


@dataclass(frozen=True)
class DemoArrays:
    """Tables of the demonstration as arrays."""

    read: Mapping[str, Rows]
    codes: tuple[str, ...]

    def distances(self) -> Floats:
        """Return road km, own distance on the diagonal."""
        area = dict(self.read["regions"].rows("code", "area_km2"))
        own = OWN_DISTANCE * np.sqrt(np.array([area[code] for code in self.codes]) / np.pi)
        return distance_matrix(self.read["distances"], self.codes, "road", own)

    def adjacency(self) -> Bools:
        """Return who is neighbour of whom."""
        return adjacency_matrix(self.read["adjacency"], self.codes)

    def rail_minutes(self) -> None:
        """Return nothing: the demonstration has no railway."""

    def prices(self) -> ClassPrices | None:
        """Return nothing: no prices ship yet."""

    def migration(self) -> tuple[MigrationCount, ...]:
        """Return stocks and moves."""
        tables = (self.read["migration_stock"], self.read["migration_moves"])
        return tuple(count for rows in tables for count in migration_counts(rows, self.codes, {}))


def _regions(rows: Rows) -> tuple[tuple[Region, ...], dict[str, str]]:
    """Return the units in file order, and the block of each."""
    units, blocks = [], {}
    names = ("code", "level", "name_zh", "short_zh", "abbr_zh", "name_en", "parent", "tile_row", "tile_column")
    for code, level, name, short, abbr, en, parent, row, column in rows.rows(*names):
        if level == "unit":
            tile = None if row is None or column is None else (int(row), int(column))
            units.append(Region(code, name, short, abbr or "", en, tile))
            blocks[code] = parent
    return tuple(units), blocks


def _titles() -> dict[str, Text]:
    return {
        "population": Text("常住人口", "Residents"),
        "gdp": Text("地区生产总值", "Gross regional product"),
        "fiscal_revenue": Text("地方财政收入", "Local revenue"),
        "fiscal_expenditure": Text("地方财政支出", "Local expenditure"),
    }
