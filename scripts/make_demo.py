"""Make the demonstration folder: a synthetic country of known truth, the same bytes every time.

    python scripts/make_demo.py [--out FOLDER] [--tables-only]

Draws the country (``demo.planted``), solves it in levels for three years (``demo.levels``), settles its
people (``demo.people``), writes the tables (``demo.tables``) and the answers (``demo.answers``).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from demo import answers, levels, people, planted, tables, truth
from demo.arith import Floats, exp
from ronghe.base.canonical import canonical_json

TARGET = Path(__file__).resolve().parents[1] / "src" / "ronghe" / "data" / "facts" / "demo"


@dataclass(frozen=True, slots=True)
class Built:
    """Everything before it is written."""

    plan: planted.Planted
    years: dict[int, answers.Year]
    flows: dict[int, Floats]
    people: dict[int, people.People]
    homes: Floats


def build(seed: int = planted.SEED) -> Built:
    """Draw and solve the country."""
    plan = planted.plant(seed)
    labour = plan.country.factors[0, :24]
    homes = labour * exp(0.06 * (plan.draws.random(24) - 0.5))
    homes = np.floor(homes * (labour.sum() / homes.sum()))
    homes[0] += labour.sum() - homes.sum()
    drift = 0.02 * (plan.draws.random(24) - 0.5)
    years, flows, settled = {}, {}, {}
    for year in planted.YEARS:
        target = labour * (1.0 + drift * (year - 1))
        country = _of_year(plan, year, target * (labour.sum() / target.sum()))
        settled[year] = people.settle(plan, country, levels.solve(country), homes)
        country = _of_year(plan, year, settled[year].stock.sum(axis=0))
        years[year] = answers.Year(country, levels.solve(country), planted.walls(year))
        flows[year] = levels.flows(country, years[year].world)
    return Built(plan, years, flows, settled, homes)


def _of_year(plan: planted.Planted, year: int, residents: Floats) -> levels.Country:
    """Return the country with a year's walls and residents, money scaled to the year's national income."""
    factors = plan.country.factors.copy()
    factors[0, :24] = residents
    country = replace(plan.country, factors=factors, freeness=planted.freeness(plan, year))
    income = levels.solve(country).income[0]
    return replace(country, world_income=planted.DOMESTIC_INCOME[year] / float(income[:24].sum() / income.sum()))


def write(built: Built, folder: Path, *, tables_only: bool = False) -> None:
    """Write the folder; the answers take most of the time."""
    folder.mkdir(parents=True, exist_ok=True)
    years, stocks = built.years, {t: p.stock for t, p in built.people.items()}
    distance = built.plan.places.distance
    moved = {t: people.moves(stocks[t - 1], stocks[t], distance) for t in planted.YEARS[1:]}
    tables.places(folder, built.plan)
    tables.accounts(
        folder,
        {t: y.country for t, y in years.items()},
        {t: y.world.output[0] for t, y in years.items()},
        {t: y.world.income[0] for t, y in years.items()},
    )
    tables.trade(folder, built.flows, np.random.default_rng(planted.SEED + 1))
    tables.people(folder, stocks, moved)
    if not tables_only:
        record = truth.record(built.plan, built.years, built.people, built.homes)
        (folder / "truth.json").write_text(canonical_json(answers.plain(record)) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> Any:
    """Read the command line and make the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--tables-only", action="store_true", help="leave out truth.json")
    chosen = parser.parse_args(arguments)
    write(build(), chosen.out, tables_only=chosen.tables_only)
    size = sum(file.stat().st_size for file in chosen.out.iterdir())
    print(f"{chosen.out.name}: {len(list(chosen.out.iterdir()))} files, {size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
