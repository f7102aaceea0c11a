"""What tables of one's own cover, from which the keys of identification follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ronghe.base.status import STATUSES, Status, weakest
from ronghe.data.identifies import OBSERVED, Holding
from ronghe.data.own.cells import TradeCells
from ronghe.data.placed import PlacedRows

KINDS: Mapping[str, tuple[str, ...]] = {
    "migration": ("definition", "group"),
    "employment": ("group",),
    "public_services": ("service",),
    "fiscal_accounts": ("item",),
    "prices": ("commodity",),
    "durations": ("party",),
    "pair_flows": ("kind",),
}
"""Columns whose words say what kinds a table holds."""

LINKS = frozenset({"firm_links", "firms", "knowledge_flows", "pair_flows"})
"""Tables of links, in which a pair without a row has none."""
NEARLY = 0.9
TWO_THIRDS = 2.0 / 3.0 - 1e-9

APART = frozenset({"trade", "facts", "panel", "regions", "areas", "membership", "indicators", "sectors",
                   "concordance", "commodities", "sources", "adjacency", "distances"})  # fmt: skip
"""Tables that open nothing by themselves, and trade, whose cells are counted one by one."""


def holdings_of(tables: Mapping[str, PlacedRows], cells: TradeCells | None) -> tuple[Holding, ...]:
    """Say what the tables hold; what is estimated or assumed is kept apart from what was observed."""
    found = [] if cells is None else list(cells.holdings())
    for table, rows in tables.items():
        if table not in APART:
            found += _of(table, rows)
    return tuple(found)


def _of(table: str, rows: PlacedRows) -> list[Holding]:
    """Return what a table holds in each year: every kind by itself, and what all kinds have in common."""
    time = _time(rows)
    separate = "definition" if table == "migration" else None
    value = rows.value_column
    groups: dict[tuple[bool, Any, Any], list[int]] = {}
    for line in range(len(rows)):
        # A figure that is said to be missing is none.
        if rows[value][line] is None:
            continue
        status = _word(rows, line)
        year = _year(rows[time][line]) if time else None
        groups.setdefault((status in OBSERVED, year, rows[separate][line] if separate else None), []).append(line)
    found = []
    for (_, year, _), lines in groups.items():
        years = frozenset() if year is None else frozenset({year})
        status, by_kind = weakest(_word(rows, line) for line in lines), _by_kind(table, rows, lines)
        regions = [_covered(table, rows, some) for some in by_kind.values()]
        found.append(Holding(table, status, years, regions=frozenset.intersection(*regions), kinds=frozenset(by_kind)))
        if len(by_kind) > 1:
            found += [Holding(table, status, years, regions=held, kinds=frozenset({kind}))
                      for kind, held in zip(by_kind, regions, strict=True)]  # fmt: skip
    return found


def _word(rows: PlacedRows, line: int) -> Status:
    """Return how a row came about; where ``status`` means something else (a task's progress), the user gave it."""
    told = rows["status"][line] if "status" in rows.columns else None
    return next((one for one in STATUSES if one == told), "user")


def _time(rows: PlacedRows) -> str | None:
    """Return the column that dates a row; of a policy, when it came into force."""
    if "effective" in rows.columns:
        return "effective"
    return next((one.name for one in rows.schema.fields if one.key and one.type in ("year", "period", "date")), None)


def _by_kind(table: str, rows: PlacedRows, lines: list[int]) -> dict[str, list[int]]:
    """Return the rows of each kind; a table without kinds is one of its own."""
    columns = KINDS.get(table, ())
    if not columns:
        return {table: lines}
    kinds: dict[str, list[int]] = {}
    for line in lines:
        for column in columns:
            if rows[column][line] is not None:
                kinds.setdefault(rows[column][line], []).append(line)
    return kinds or {table: lines}


def _covered(table: str, rows: PlacedRows, lines: list[int]) -> frozenset[str]:
    """Return the regions that some rows cover: of pairs those into which nearly all others are told."""
    ends = [one.name for one in rows.schema.ends]
    if not ends:
        return frozenset()
    if table == "zoning":
        shares: dict[str, float] = {}
        for line in lines:
            shares[rows["region"][line]] = shares.get(rows["region"][line], 0.0) + (rows["area_share"][line] or 0.0)
        return frozenset(code for code, share in shares.items() if share >= TWO_THIRDS)
    if len(ends) == 1:
        return frozenset(rows[ends[0]][line] for line in lines) - {None}
    origins: dict[str, set[str]] = {}
    for line in lines:
        first, last = rows[ends[0]][line], rows[ends[1]][line]
        if first is not None and last is not None and first != last:
            origins.setdefault(last, set()).add(first)
    every = {code for codes in origins.values() for code in codes} | set(origins)
    if table in LINKS:
        return frozenset(every)
    return frozenset(code for code, codes in origins.items() if len(codes) >= NEARLY * (len(every) - 1))


def _year(value: Any) -> int | None:
    text = f"{value}"[:4] if value is not None else ""
    return int(text) if text.isdigit() else None
