"""The embedded default: 31 provinces, official statistics, trade estimated."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.provenance import Provenance, Source
from ronghe.base.region import nearest, provinces
from ronghe.base.sector import nine_sectors
from ronghe.base.text import Text
from ronghe.data.areas import read_areas, read_places
from ronghe.data.baseline import Baseline, People
from ronghe.data.coverage import default_coverage
from ronghe.data.dataset import Dataset
from ronghe.data.draws import draws
from ronghe.data.estimate import EstimateInputs, estimate
from ronghe.data.facts import BEFORE, PANELS, REVISED, Facts
from ronghe.data.figures import Figures
from ronghe.data.identifies import Holding
from ronghe.data.margins import NationalTable
from ronghe.data.parameters import Parameter
from ronghe.data.people import estimate_people
from ronghe.data.tables import (
    ClassPrices,
    MigrationCount,
    adjacency_matrix,
    class_prices,
    distance_matrix,
    migration_counts,
)
from ronghe.data.validation import Observed, Validation, read_observed, statistics, stored, table

YEARS = (2023, 2020, 2019)
"""Base years that can be chosen; 2021 and 2022 stay off until they have their validation table."""

COEFFICIENTS = 2020
PLATES = ("east", "central", "west", "northeast")
NEEDED = (
    "gdp", *(f"va_{sector.code}" for sector in nine_sectors()), "population", "fiscal_revenue", "fiscal_expenditure",
    "trade_by_operator", "trade_by_place",
)  # fmt: skip
"""Indicators without which a region cannot enter the baseline."""
SERVICES = {"education": "fiscal_exp_education", "health": "fiscal_exp_health"}


def embedded(facts: Facts, year: int) -> Dataset:
    """Return the default data set of one base year."""
    tables = facts.tables
    names = [region for region in provinces() if region.code in set(tables["regions.csv"]["code"])]
    by_code = {region.code: region for region in names}
    areas = read_areas(tables["areas.csv"], tables["membership.csv"], [r.code for r in names], {})
    figures = figures_of(facts)
    maker = Estimate(facts, figures, year)
    return Dataset(
        name=Text(
            "内置数据（31省，官方统计，贸易为估算）",
            "embedded data (31 provinces, official statistics, trade estimated)",
        ),
        year=year,
        regions=tuple(by_code[code] for code in facts.complete),
        sectors=nine_sectors(),
        status="estimated",
        places=read_places(tuple(names), areas, tables["aliases.csv"], tables["city_census.csv.gz"]),
        figures=figures,
        tables=tables,
        sources=tuple(facts.sources.values()),
        holdings=holdings(facts, figures),
        trade_title=Text("省际贸易（估算）", "trade between provinces (estimated)"),
        trade_source=Text(
            "本程序由官方边际数字，以引力模型和迭代比例拟合（IPF）估算",
            "estimated by this program from official margins by gravity and iterative proportional fitting (IPF)",
        ),
        trade_sources=estimate_sources(facts),
        _maker=maker,
        _arrays=EmbeddedArrays(facts),
        _coverage=default_coverage,
        _tables_hash=lambda: facts.content_hash,
    )


def estimate_sources(facts: Facts) -> tuple[Source, ...]:
    """Return the sources of what the estimate of trade is made from."""
    files = ("customs.csv.gz", "distances.csv.gz", f"national_{COEFFICIENTS}.csv", "trade_targets_2007.csv")
    keys = {key: None for name in files for key in facts.tables[name].columns.get("source", ())}
    panel = facts.tables["panel.csv.gz"]
    for indicator, vintage, key in panel.rows("indicator", "vintage", "source"):
        if indicator in NEEDED and vintage in (None, REVISED):
            keys[key] = None
    return tuple(facts.sources[key] for key in sorted(filter(None, keys)) if key in facts.sources)


def figures_of(facts: Facts) -> Figures:
    """Return all figures of the embedded tables; the revised vintage is preferred where none is asked for."""
    tables = facts.tables
    return Figures(
        tables=tuple(tables[name] for name in PANELS),
        titles={key: Text(zh, en) for key, zh, en in tables["indicators.csv"].rows("indicator", "zh", "en")},
        sources=facts.sources,
        preferred=(REVISED, BEFORE),
        same_as={"gdp_pre_revision": ("gdp", BEFORE)},
    )


def holdings(facts: Facts, figures: Figures) -> tuple[Holding, ...]:
    """Say what the embedded tables cover; the keys of identification follow from this alone."""
    everyone = frozenset(facts.complete)
    prices, moves = facts.tables["prices_annual.csv.gz"], facts.tables["migration_stock.csv.gz"]
    pairs = frozenset((n, i) for n in everyone for i in everyone)
    found = [
        Holding("trade", "estimated", frozenset(YEARS), "model", everyone, pairs),
        Holding(
            "prices",
            "computed",
            frozenset(int(period) for period in prices["period"]),
            regions=frozenset(prices["region"]),
            kinds=frozenset(prices["commodity"]),
        ),
    ]
    for year, definition in sorted(set(moves.rows("year", "definition"))):
        covered = {
            to for at, kind, to in moves.rows("year", "definition", "destination") if (at, kind) == (year, definition)
        }
        kinds = frozenset({definition})
        found.append(Holding("migration", "observed", frozenset({year}), regions=frozenset(covered), kinds=kinds))
    for service, indicator in SERVICES.items():
        years = frozenset.intersection(*(frozenset(figures.series(indicator, code)) for code in facts.complete))
        found.append(Holding("public_services", "observed", years, regions=everyone, kinds=frozenset({service})))
    return tuple(found)


@dataclass(frozen=True)
class Estimate:
    """Makes the estimated baseline of one year."""

    facts: Facts
    figures: Figures
    year: int
    distances: Floats | None = None
    net_outflow: Floats | None = None

    @cached_property
    def inputs(self) -> EstimateInputs:
        """The arrays from which the estimate is made."""
        codes, tables = self.facts.complete, self.facts.tables
        sectors = nine_sectors()
        value_added = np.stack([self._vector(f"va_{sector.code}") for sector in sectors], axis=1)
        known = {region.code: region for region in provinces()}
        plates = {
            region: PLATES.index(area)
            for area, region in tables["membership.csv"].rows("area", "region")
            if area in PLATES
        }
        targets = dict(tables["trade_targets_2007.csv"].rows("area", "own"))
        names = {area: Text(zh, en) for area, zh, en in tables["areas.csv"].rows("area", "short_zh", "short_en")}
        return EstimateInputs(
            regions=codes,
            names=tuple(known[code].name for code in codes),
            sectors=tuple(sector.code for sector in sectors),
            local=np.array([sector.local for sector in sectors]),
            groups=tuple(_group(sector.code, sector.local) for sector in sectors),
            value_added=value_added,
            revenue=self._vector("fiscal_revenue"),
            expenditure=self._vector("fiscal_expenditure"),
            openness=self._openness(value_added.sum(axis=1)),
            distances=self._distances(codes),
            plates=np.array([plates[code] for code in codes]),
            plate_names=tuple(names[plate] for plate in PLATES),
            targets=np.array([targets[plate] for plate in PLATES]),
            national=national_table(self.facts, COEFFICIENTS),
            year=self.year,
            net_outflow=self.net_outflow,
        )

    def _distances(self, codes: tuple[str, ...]) -> Floats:
        embedded = distance_matrix(self.facts.tables["distances.csv.gz"], codes, "great_circle", None)
        return embedded if self.distances is None else self.distances

    @cached_property
    def people(self) -> People:
        """Persons by home and residence, from the stock of 2010."""
        counts = migration_counts(self.facts.tables["migration_stock.csv.gz"], self.facts.complete, {})
        stock = next(count for count in counts if count.year == 2010)
        return estimate_people(
            sampled=stock.persons,
            fraction=self.facts.parameters["sample_2010"].value,
            census=np.array([self.figures.fact("population_census", code, 2010).value for code in self.facts.complete]),
            population=self._vector("population"),
        )

    def baseline(self, changed: Mapping[str, float]) -> Baseline:
        """Return the estimate, some parameters changed."""
        self.check(changed)
        return estimate(self.inputs, self.facts.parameters, self.people, changed)

    def draws(self, count: int, seed: int) -> Iterator[Baseline]:
        """Yield draws of the estimate."""
        return draws(self.inputs, self.facts.parameters, self.people, count=count, seed=seed)

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Return the numbers of the estimate."""
        return self.facts.parameters

    def validation(self) -> Validation:
        """Compare with the observed shares where they are present, else return the stored statistics."""
        point = self.facts.parameters["distance_elasticity"].value
        kept = stored(self.facts.tables["validation.csv"], self.year, point)
        shared = os.environ.get("RONGHE_SHARED")
        folder = Path(shared) / "data" / "china_trade_migration_30" if shared else None
        if folder is None or not folder.is_dir():
            return kept
        anew = self.compared(read_observed(folder), (point, 0.0))
        draws = {row.key: (row.value, "") for row in kept.rows if row.key.startswith("draws_")}
        return table(self.year, point, anew[point] | draws, anew[0.0], date.today().isoformat())

    def compared(
        self, observed: Observed, elasticities: tuple[float, ...]
    ) -> dict[float, dict[str, tuple[float, str]]]:
        """Return the statistics at each distance elasticity."""
        return {
            delta: statistics(self.baseline({"distance_elasticity": delta}), observed, self.plate_of)
            for delta in elasticities
        }

    @cached_property
    def plate_of(self) -> dict[str, str]:
        """Plate of each region."""
        return {code: PLATES[place] for code, place in zip(self.inputs.regions, self.inputs.plates, strict=True)}

    def _vector(self, indicator: str) -> Floats:
        return np.array([self.figures.fact(indicator, code, self.year).value for code in self.facts.complete])

    def _openness(self, made: Floats) -> Floats:
        """Relative openness: geometric mean of goods trade on both customs definitions, each over value added."""
        ratios = [self._vector(name) / made for name in ("trade_by_operator", "trade_by_place")]
        openness: Floats = np.sqrt(ratios[0] * ratios[1])
        return openness / float(openness @ made / made.sum())

    def check(self, changed: Mapping[str, float]) -> None:
        """Refuse parameters there are not, and values that cannot be.

        Raises
        ------
        ParameterFault
        """
        for name, value in changed.items():
            self._check(name, value)

    def _check(self, name: str, value: float) -> None:
        if name not in self.facts.parameters:
            near = nearest(name, self.facts.parameters)
            raise ParameterFault(
                Text(
                    f"没有参数“{name}”。是否为 {'、'.join(near) or '其他名称'}？",
                    f'No parameter "{name}". Did you mean {", ".join(near) or "another name"}?',
                )
            )
        least, most = (0.0, 1.0) if name.startswith(("home_", "government_", "row_")) else (0.0, np.inf)
        shares_open = name.startswith("home_") and not least < value < most
        if not np.isfinite(value) or value < least or value > most or shares_open:
            raise ParameterFault(
                Text(f"参数 {name} 不能为 {value}。", f"Parameter {name} cannot be {value}.")
                + Text(f"应在 {least:g} 与 {most:g} 之间。", f" It lies between {least:g} and {most:g}.")
            )


@dataclass(frozen=True)
class EmbeddedArrays:
    """Tables of the default as arrays."""

    facts: Facts

    def distances(self) -> Floats:
        """Return great-circle km, own distance on the diagonal."""
        area = dict(self.facts.tables["land_area.csv"].rows("region", "area_km2"))
        factor = self.facts.parameters["own_distance"].value
        own = factor * np.sqrt(np.array([area[code] for code in self.facts.complete]) / np.pi)
        return distance_matrix(self.facts.tables["distances.csv.gz"], self.facts.complete, "great_circle", own)

    def adjacency(self) -> Bools:
        """Return who is neighbour of whom."""
        return adjacency_matrix(self.facts.tables["adjacency.csv"], self.facts.complete)

    def rail_minutes(self) -> Floats:
        """Return rail times of about 2014 with up to three changes."""
        return distance_matrix(self.facts.tables["distances.csv.gz"], self.facts.complete, "rail", None)

    def prices(self) -> ClassPrices:
        """Return consumer prices by class."""
        tables = self.facts.tables
        how = Text("十二个月同比指数的平均", "mean of the twelve year-on-year indices")
        provenance = Provenance("computed", (self.facts.sources["nbs-prices"],), "prices_annual.csv.gz", how,
                                tables["prices_annual.csv.gz"].file_sha256)  # fmt: skip
        return class_prices(tables["prices_annual.csv.gz"], tables["commodities.csv"], self.facts.complete, provenance)

    def migration(self) -> tuple[MigrationCount, ...]:
        """Return the census counts of migrants."""
        rows = self.facts.tables["migration_stock.csv.gz"]
        provenance = {
            key: Provenance("observed", (source,), rows.file, source.note, rows.file_sha256)
            for key, source in self.facts.sources.items()
        }
        return migration_counts(rows, self.facts.complete, provenance)


def national_table(facts: Facts, year: int) -> NationalTable:
    """Return a national table as arrays, imports net of the re-exports of goods."""
    rows = facts.tables[f"national_{year}.csv"]
    cells = {(row, column): value for row, column, value in rows.rows("row", "column", "value")}
    sectors = [sector.code for sector in nine_sectors()]

    def column(name: str) -> Floats:
        return np.array([cells[sector, name] for sector in sectors])

    inner = np.array([[cells[use, by] for by in sectors] for use in sectors])
    consumption = column("final_consumption")
    investment = column("fixed_capital_formation") + column("inventory_change")
    exports, imports, output = column("exports"), column("imports"), column("gross_output")
    residue = inner.sum(axis=1) + consumption + investment + exports - imports - output
    # Re-exports of goods stand among imports but not among exports. Rounding of services is not an import.
    goods = np.array([sector in ("agriculture", "industry") for sector in sectors])
    return NationalTable(inner, consumption, investment, exports, imports + np.where(goods, residue, 0.0), output)


def known_year(year: int | None) -> int:
    """Return the base year, 2023 where none is named.

    Raises
    ------
    ParameterFault
        For a year that cannot be chosen.
    """
    if year is None:
        return YEARS[0]
    if year not in YEARS:
        choices = "、".join(map(str, YEARS)), ", ".join(map(str, YEARS))
        raise ParameterFault(
            Text(
                f"内置数据没有基年{year}；可选 {choices[0]}。2021、2022年待检验后开放。",
                f"The embedded data have no base year {year}; choose {choices[1]}. 2021 and 2022 await validation.",
            )
        )
    return year


def _group(code: str, local: bool) -> str:
    """Return the group of home shares to which a sector belongs."""
    if local:
        return "local"
    return code if code in ("agriculture", "industry") else "services"
