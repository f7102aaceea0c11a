"""The embedded tables: which files there are, read once, checked as a whole.

All faults of all files are told in one :class:`DataFault`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from ronghe.base.canonical import content_hash
from ronghe.base.errors import DataFault, Fault
from ronghe.base.provenance import Source
from ronghe.base.sector import nine_sectors
from ronghe.base.text import Text
from ronghe.data import check
from ronghe.data.parameters import Parameter, read_parameters
from ronghe.data.read import Rows, read_table

FACTS = Path(str(files("ronghe.data"))) / "facts"
REVISED, BEFORE = "nbs-2024-revision", "nbs-before-2024-revision"

FILES: Mapping[str, str] = {
    "regions.csv": "regions",
    "areas.csv": "areas",
    "membership.csv": "membership",
    "indicators.csv": "indicators",
    "commodities.csv": "commodities",
    "sources.csv": "sources",
    "aliases.csv": "aliases",
    "panel.csv.gz": "panel",
    "customs.csv.gz": "panel",
    "services.csv.gz": "panel",
    "income_ratio.csv": "panel",
    "land_area.csv": "land_area",
    "distances.csv.gz": "distances",
    "adjacency.csv": "adjacency",
    "national_2017.csv": "national_io",
    "national_2020.csv": "national_io",
    "trade_targets_2007.csv": "trade_targets",
    "prices_annual.csv.gz": "prices",
    "migration_stock.csv.gz": "migration",
    "city_census.csv.gz": "city_census",
    "city_strategies.csv": "city_membership",
    "validation.csv": "validation",
}
"""File and schema of every embedded table."""

PANELS = ("panel.csv.gz", "customs.csv.gz", "services.csv.gz", "income_ratio.csv")


@dataclass(frozen=True)
class Facts:
    """Every embedded table, as read.

    Attributes
    ----------
    tables : mapping of file name to Rows
    parameters : mapping of name to Parameter
    """

    tables: Mapping[str, Rows]
    parameters: Mapping[str, Parameter]

    @cached_property
    def complete(self) -> tuple[str, ...]:
        """Regions with facts: the members of the plates, in the order of their codes."""
        return plate_members(self.tables["areas.csv"], self.tables["membership.csv"])

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Sources by key."""
        return read_sources(self.tables["sources.csv"])

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of all tables and parameters; the order of rows is no part of it."""
        # The validation statistics are computed from the rest, and carry a date.
        data = {name: rows for name, rows in self.tables.items() if rows.schema.table != "validation"}
        return tables_hash(data, {name: one.value for name, one in self.parameters.items()})


def tables_hash(tables: Mapping[str, Rows], more: Mapping[str, object]) -> str:
    """Return the SHA-256 of the content of tables, whatever the order of their rows."""
    rows = {
        name: [list(table.columns), sorted(repr(row) for row in table.rows(*table.columns))]
        for name, table in tables.items()
    }
    return content_hash({"tables": rows, "more": more})


def plate_members(areas: Rows, membership: Rows) -> tuple[str, ...]:
    """Return the regions of all plates in the order of their codes."""
    plates = {area for area, kind in areas.rows("area", "kind") if kind == "plate"}
    return tuple(sorted({region for area, region in membership.rows("area", "region") if area in plates}))


def read_sources(rows: Rows) -> dict[str, Source]:
    """Return the sources of a table by key; one that has no English name keeps its own in both languages."""
    first = ("source", "title_zh", "title_en", "publisher_zh", "publisher_en", "vintage", "licence")
    names = (*first, "redistributable", "accessed", "note_zh", "note_en")
    return {
        key: Source(
            key, Text(zh, en or zh), Text(by_zh, by_en or by_zh), vintage or "", licence, free, via or "",
            Text(n or "", m or n or "")
        )
        for key, zh, en, by_zh, by_en, vintage, licence, free, via, n, m in rows.rows(*names)
    }  # fmt: skip


def read_facts(folder: Path = FACTS) -> Facts:
    """Read and check all embedded tables.

    Raises
    ------
    DataFault
        With every fault of every file.
    """
    faults: list[Fault] = []
    tables = {name: read_table(folder / name, table, faults) for name, table in FILES.items()}
    parameters = read_parameters(folder / "parameters.toml", faults)
    faults += cross_check(tables)
    if faults:
        raise DataFault(check.shortened(faults))
    return Facts(tables, parameters)


def cross_check(tables: Mapping[str, Rows]) -> list[Fault]:
    """Return the faults that show only when tables are held against each other."""
    areas, membership, panel = tables["areas.csv"], tables["membership.csv"], tables["panel.csv.gz"]
    sectors = tuple(sector.code for sector in nine_sectors())
    known = {
        "regions": set(tables["regions.csv"]["code"]),
        "areas": set(areas["area"]),
        "indicators": set(tables["indicators.csv"]["indicator"]),
        "commodities": set(tables["commodities.csv"]["commodity"]),
        "sources": set(tables["sources.csv"]["source"]),
        "sectors": set(sectors),
    }
    # An empty table of names is one fault of its own; every name that leans on it need not repeat it.
    faults = check.unknown_names(tables.values(), {name: values for name, values in known.items() if values})
    faults += check.demonstration_apart(tables.values(), alone=False)
    faults += check.plates_partition(areas, membership)
    regions = plate_members(areas, membership)
    faults += check.missing_regions([tables[name] for name in PANELS], tables["indicators.csv"], regions)
    faults += check.missing_keys(tables["land_area.csv"], ("region",), ((code,) for code in regions))
    faults += pairs_missing(tables, regions)
    for parts, gap in (
        ([f"va_{sector}" for sector in sectors], check.SECTORS_GAP),
        (["gdp_primary", "gdp_secondary", "gdp_tertiary"], check.INDUSTRIES_GAP),
    ):
        faults += check.parts_and_whole(panel, whole="gdp", parts=parts, vintage=REVISED, gap=gap)
    for year in (2017, 2020):
        faults += check.national_identities(tables[f"national_{year}.csv"], sectors)
    targets = tables["trade_targets_2007.csv"]
    plates = [(area,) for area, kind in areas.rows("area", "kind") if kind == "plate"]
    return (
        faults
        + check.shares_sum(targets, ("own", "plate", "others", "abroad"))
        + check.missing_keys(targets, ("area",), plates)
    )


def pairs_missing(tables: Mapping[str, Rows], regions: tuple[str, ...]) -> list[Fault]:
    """Return the pairs and price cells that complete tables lack."""
    pairs = [(a, b) for a in regions for b in regions if a != b]
    faults = check.missing_keys(
        tables["distances.csv.gz"],
        ("origin", "destination", "mode"),
        ((a, b, mode) for mode in ("great_circle", "rail") for a, b in pairs if a < b),
    )
    faults += check.missing_keys(
        tables["migration_stock.csv.gz"],
        ("year", "origin", "destination"),
        ((year, a, b) for year in (2000, 2010) for a, b in pairs),
    )
    prices = tables["prices_annual.csv.gz"]
    kinds = dict(tables["commodities.csv"].rows("commodity", "list"))
    spans = {"both": range(2005, 2023), "old": range(2005, 2016), "new": range(2016, 2023)}
    wanted = (
        (region, str(year), commodity)
        for commodity, kind in kinds.items()
        if kind in spans
        for year in spans[kind]
        for region in regions
    )
    return faults + check.missing_keys(prices, ("region", "period", "commodity"), wanted)
