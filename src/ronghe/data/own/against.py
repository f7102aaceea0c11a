"""Tables held against figures: persons by residence and residents, parts of expenditure and gross domestic product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from ronghe.base.errors import UnknownTerm
from ronghe.base.text import same
from ronghe.data.figures import Figures, MissingFigure
from ronghe.data.intake.findings import Findings
from ronghe.data.own.places import regions_named
from ronghe.data.placed import PlacedRows

STOCKS = frozenset({"hukou", "birthplace", "last residence"})
NEAR = 0.1
"""How far persons by residence may be from residents: servicemen, foreigners and another month lie within."""

EXPENDITURE = ("household", "government", "fixed_capital", "inventories", "net_outflow")
DISCREPANCY = 0.005
"""How far the parts of expenditure may be from the product, as offices publish the two with a discrepancy."""


def check_accounts(tables: Mapping[str, PlacedRows], figures: Figures, found: Findings) -> None:
    """Tell accounts by expenditure whose parts are not the product of the same vintage."""
    rows = tables.get("expenditure_accounts")
    if rows is None:
        return
    for line, (code, year, vintage) in enumerate(rows.rows("region", "year", "vintage")):
        parts = [rows[name][line] for name in EXPENDITURE]
        if None in (code, year, vintage, *parts):
            continue
        try:
            product = figures.fact("gdp", code, year, vintage).value
        except (MissingFigure, UnknownTerm):
            # Nothing of that vintage to hold it against.
            continue
        total = sum(parts)
        if abs(total - product) > DISCREPANCY * abs(product):
            name = regions_named([code], tables)[0].name
            found.add("E504_expenditure", rows.place(line, "household"), region=name, year=year, vintage=vintage,
                      total=same(f"{total:,.1f}"), product=same(f"{product:,.1f}"))  # fmt: skip


def check_stocks(tables: Mapping[str, PlacedRows], figures: Figures, found: Findings) -> None:
    """Tell residences whose persons, those who did not move among them, are far from the residents of that year."""
    rows = tables.get("migration")
    if rows is None:
        return
    names = ("year", "definition", "group", "origin", "destination", "persons", "sample_fraction")
    sums: dict[tuple[Any, ...], float] = defaultdict(float)
    stayers: dict[tuple[Any, ...], int] = {}
    for line, (year, definition, group, origin, destination, persons, fraction) in enumerate(rows.rows(*names)):
        if persons is None or group != "all" or definition not in STOCKS:
            continue
        key = (year, definition, destination)
        sums[key] += persons / (fraction or 1.0)
        if origin == destination and persons > 0:
            stayers[key] = line
    for (year, definition, code), line in stayers.items():
        residents = _residents(figures, code, year)
        persons = sums[year, definition, code]
        if residents is not None and abs(persons - residents) > NEAR * residents:
            name = regions_named([code], tables)[0].name
            found.add("E508_stock", rows.place(line, "persons"), region=name, year=year,
                      persons=same(f"{persons:,.0f}"), residents=same(f"{residents:,.0f}"))  # fmt: skip


def _residents(figures: Figures, code: str, year: int) -> float | None:
    for indicator in ("population_census", "population"):
        if year in figures.years(indicator, code):
            return figures.fact(indicator, code, year).value
    return None
