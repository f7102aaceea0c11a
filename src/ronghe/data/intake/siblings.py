"""Indicators of one region and year held against one another: industries and the product, per head and people.

Before a gap is told as such it is asked whether a factor between two units explains it; then it is the unit that is
told, at the figure that would close the gap.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Set
from typing import Any

from ronghe.base.text import Text, same
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.joined import Joined
from ronghe.data.intake.rounding import slack, step
from ronghe.data.intake.scales import scale_between, suspected

INDUSTRIES = ("gdp_primary", "gdp_secondary", "gdp_tertiary")
PEOPLE = {"resident_population": 1e4, "population": 1.0, "population_census": 1.0}
"""Indicators of people, and how many one of their units is."""

INDUSTRIES_GAP, PER_HEAD = 0.15, 0.02

ADD_UP = Text("地区生产总值和三次产业之和", "the product and the sum of its industries")
BY_HEAD = Text("地区生产总值、人口和人均值", "the product, its people and its value per head")


def check_siblings(read: Joined, apart: Set[int], found: Findings) -> None:
    """Tell indicators that contradict one another, but figures that were told to be a scale ``apart``."""
    places = _by_place(read)
    _industries(read, places, told := set(apart), found)
    _per_head(read, places, told, found)


def _by_place(read: Joined) -> list[dict[str, int]]:
    """Return the rows of each region, year and vintage by indicator."""
    found: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    vintage = read.columns.get("vintage", [None] * len(read))
    for row, key in enumerate(zip(read.columns["region"], read.columns["year"], vintage, strict=True)):
        if read.columns["value"][row] is not None and read.columns["indicator"][row] is not None:
            found[key][read.columns["indicator"][row]] = row
    return list(found.values())


def _industries(read: Joined, places: list[dict[str, int]], told: set[int], found: Findings) -> None:
    values = read.columns["value"]
    printed = step(read, "value", [r for rows in places for name, r in rows.items() if name in ("gdp", *INDUSTRIES)])
    for rows in places:
        whole, parts = rows.get("gdp"), [rows[name] for name in INDUSTRIES if name in rows]
        if whole is None or len(parts) < len(INDUSTRIES) or told & {whole, *parts}:
            continue
        total = sum(values[part] for part in parts)
        if abs(total - values[whole]) <= slack(INDUSTRIES_GAP, printed, 4, total):
            continue
        meant = {whole: total} | {part: values[whole] - total + values[part] for part in parts}
        odd = _closest(values, meant)
        if odd is not None:
            _tell(read, odd, meant[odd], ADD_UP, told, found)
        else:
            found.add("E504_industries", read.place(whole, "value"), read=quoted(values[whole]),
                      total=same(f"{total:.10g}"))  # fmt: skip


def _closest(values: list[Any], meant: Mapping[int, float]) -> int | None:
    """Return the row whose figure a factor between units takes nearest to what the others make of it."""
    off: dict[int, float] = {}
    for row, implied in meant.items():
        scale = scale_between(values[row], implied) if values[row] > 0 < implied else None
        if scale is not None:
            off[row] = abs(abs(math.log(values[row] / implied)) - math.log(scale))
    return min(off, key=off.__getitem__, default=None)


def _per_head(read: Joined, places: list[dict[str, int]], told: set[int], found: Findings) -> None:
    values = read.columns["value"]
    usual: dict[str, list[float]] = defaultdict(list)
    for rows in places:
        for name, row in rows.items():
            usual[name].append(values[row])
    medians: dict[str, float] = {}
    for rows in places:
        people = next((name for name in PEOPLE if name in rows), "")
        three = [rows.get(name) for name in ("gdp", "gdp_per_capita", people)]
        whole, each, heads = three
        if whole is None or each is None or heads is None or told & {whole, each, heads}:
            continue
        made = values[each] * values[heads] * PEOPLE[people] / 1e8
        if not made or not values[whole] or abs(made / values[whole] - 1.0) <= PER_HEAD:
            continue
        if scale_between(made, values[whole]) is None or made < 0:
            found.add("E505_per_head", read.place(each, "value"), read=quoted(values[each]),
                      made=same(f"{made:.6g}"), total=quoted(values[whole]))  # fmt: skip
            continue
        by = made / values[whole]
        meant = {"gdp": made, "gdp_per_capita": values[each] / by, people: values[heads] / by}
        for name in meant:
            if name not in medians:
                medians[name] = statistics.median(usual[name])
        odd = max(meant, key=lambda name: _nearer(values[rows[name]], meant[name], medians[name]))
        _tell(read, rows[odd], meant[odd], BY_HEAD, told, found)


def _nearer(value: float, meant: float, usual: float) -> float:
    """Return how much nearer to what is usual a figure would be if it were what the others make of it."""
    if min(value, meant, usual) <= 0:
        return -math.inf
    return abs(math.log(value / usual)) - abs(math.log(meant / usual))


def _tell(read: Joined, row: int, meant: float, beside: Text, told: set[int], found: Findings) -> None:
    value = read.columns["value"][row]
    told.add(row)
    scale = scale_between(value, meant)
    found.add("E214_sibling", read.place(row, "value"), read=quoted(value), beside=beside, meant=same(f"{meant:.6g}"),
              factor=same(f"{scale:g}"), unit=suspected(read, row, "value", meant))  # fmt: skip
