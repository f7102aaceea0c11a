"""The tables of the demonstration folder, in the product's own schemas; every row says ``demonstration``."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from demo.arith import Floats, exp, normals
from demo.levels import Country, baskets, uses
from demo.planted import AREAS, BLOCKS, PLACES, SECTORS, TRADED, UNITS, Planted
from ronghe.base.sector import nine_sectors

STATUS = "demonstration"
NOISE = 0.05
_NUMERALS = "一二三四五六七八"
_AREA_NAMES = {
    "demo_a": ("示范甲区", "示范甲", "Demo area A"),
    "demo_b": ("示范乙区", "示范乙", "Demo area B"),
}


def write_table(path: Path, header: str, rows: Iterable[Iterable[Any]]) -> None:
    """Write a CSV file, packed if the name ends in .gz (time stamp 0, no name inside)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*header.split(), "status"])
    writer.writerows([*(_cell(v) for v in row), STATUS] for row in rows)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content, 9, mtime=0) if path.suffix == ".gz" else content)


def _cell(value: Any) -> Any:
    return repr(float(value)) if isinstance(value, (float, np.floating)) else value


def _names(name: str, one: str, english: str) -> tuple[str, str, str, str]:
    return name, name, one, english


def places(folder: Path, planted: Planted) -> None:
    """Write regions, areas, membership, sectors, distances and adjacency."""
    tiles, area = planted.places.tiles, planted.places.area
    units = [
        (u, "unit", "own", *_names(f"示范{u[1:]}", u[1:], f"Demo {u[1:]}"), BLOCKS[n // 3], int(area[n]), *tiles[n])
        for n, u in enumerate(UNITS)
    ]
    whole = area.reshape(8, 3).T.sum(axis=0)
    blocks = [
        (b, "block", "own", *_names(f"示范{z}省", z, f"Demo province {b[1:]}"), "", int(whole[n]), "", "")
        for n, (b, z) in enumerate(zip(BLOCKS, _NUMERALS, strict=True))
    ]
    world = [("ROW", "world", "own", "示范国外", "示范国外", "外", "Demo rest of the world", "", "", "", "")]
    header = "code level code_system name_zh short_zh abbr_zh name_en parent area_km2 tile_row tile_column"
    write_table(folder / "regions.csv", header, [*units, *blocks, *world])
    write_table(
        folder / "areas.csv",
        "area name_zh short_zh name_en kind document_zh document_date",
        [(a, *names, "strategy", "演示用，无文件", "") for a, names in _AREA_NAMES.items()],
    )
    partial = ("partial", 0.67, "仅示范16、示范17", "Demo 16 and Demo 17 only")
    write_table(
        folder / "membership.csv",
        "area region from to coverage coverage_share covered_zh covered_en source",
        [
            (a, BLOCKS[b], "", "", *(partial if (a, b) == ("demo_b", 5) else ("full", 1.0, "", "")), "demo")
            for a, members in AREAS.items()
            for b in members
        ],
    )
    names = ((s.code, s.name.zh, s.name.en, "no" if s.local else "yes") for s in nine_sectors())
    write_table(folder / "sectors.csv", "sector zh en traded", names)
    _distances(folder, planted)


def _distances(folder: Path, planted: Planted) -> None:
    km = planted.places.distance
    pairs = [(n, i) for n in range(24) for i in range(24) if n != i]
    write_table(
        folder / "distances.csv.gz",
        "origin destination mode measure year value directed",
        [(UNITS[n], UNITS[i], "road", "km", "", km[n, i], "no") for n, i in pairs],
    )
    near = [(n, i) for n, i in pairs if n < i and km[n, i] <= 200.0]
    write_table(folder / "adjacency.csv", "a b kind", [(UNITS[n], UNITS[i], "land") for n, i in near])


def accounts(
    folder: Path, countries: dict[int, Country], outputs: dict[int, Floats], incomes: dict[int, Floats]
) -> None:
    """Write facts, cost shares and final use."""
    rows: list[tuple[Any, ...]] = []
    final: list[tuple[Any, ...]] = []
    for year, country in countries.items():
        added, income = country.value_added * outputs[year], incomes[year]
        revenue = country.tax_rate * income
        for n, unit in enumerate(UNITS):
            values: list[tuple[str, Any, str]] = [("population", int(country.factors[0, n]), "person")]
            values += [("gdp", income[n], "亿元")]
            values += [(f"va_{s}", added[n, j], "亿元") for j, s in enumerate(SECTORS)]
            values += [("fiscal_revenue", revenue[n], "亿元"), ("fiscal_expenditure", revenue[n], "亿元")]
            rows += [(unit, year, name, "demo-1", value, unit_, "A", "demo") for name, value, unit_ in values]
        totals = zip(uses(country, income[None]), baskets(country), strict=True)
        use = [total[0][:, None] * basket for total, basket in totals]
        final += [
            (year, place, s, *(u[n, j] for u in use)) for n, place in enumerate(PLACES) for j, s in enumerate(SECTORS)
        ]
    write_table(folder / "facts.csv.gz", "region year indicator vintage value unit grade source", rows)
    write_table(folder / "final_use.csv.gz", "year region sector household government investment", final)
    country = next(iter(countries.values()))
    write_table(
        folder / "io_coefficients.csv.gz",
        "region sector value_added " + " ".join(f"input_{s}" for s in SECTORS),
        [
            (place, s, country.value_added[n, j], *country.inputs[n, j])
            for n, place in enumerate(PLACES)
            for j, s in enumerate(SECTORS)
        ],
    )


def trade(folder: Path, tables: dict[int, Floats], draws: np.random.Generator) -> None:
    """Write flows as they are, and once more with log-normal noise on every cell of the traded sectors."""
    noisy = {}
    for year, table in tables.items():
        noise = np.where(TRADED[:, None, None], NOISE * normals(draws.random(table.shape)), 0.0)
        noisy[year] = table * exp(noise)
    header = "year origin destination sector value valuation made_by"
    write_table(folder / "trade_exact.csv.gz", header, _flows(tables, digits=17))
    write_table(folder / "trade_noisy.csv.gz", header, _flows(noisy, digits=7))


def _flows(tables: dict[int, Floats], digits: int) -> Iterator[tuple[Any, ...]]:
    for year, table in tables.items():
        for j, n, i in np.argwhere(table > 0):
            value = float(f"{table[j, n, i]:.{digits}g}")
            yield year, PLACES[i], PLACES[n], SECTORS[j], value, "basic", "register"


def people(folder: Path, stocks: dict[int, Floats], moved: dict[int, Floats]) -> None:
    """Write persons by home and residence, and the moves of each year."""
    header = "year origin destination group persons definition sample_fraction"
    for name, tables, kind in (("stock", stocks, "hukou"), ("moves", moved, "yearly move")):
        rows = (
            (year, UNITS[o], UNITS[n], "all", int(table[o, n]), kind, 1.0)
            for year, table in tables.items()
            for o, n in np.argwhere(table > 0)
        )
        write_table(folder / f"migration_{name}.csv.gz", header, rows)
