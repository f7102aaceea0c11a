"""What tables of one's own cover, from which the keys of identification follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ronghe.base.status import Status, weakest
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
    columns = [one.name for one in rows.schema.fields]
    ends = [one.name for one in rows.schema.ends]
    # Of a table of pairs the regions that are covered are the destinations.
    region = ends[-1] if ends else None
    time = next((one.name for one in rows.schema.fields if one.key and one.type in ("year", "period", "date")), None)
    groups: dict[tuple[bool, Any, Any], list[int]] = {}
    separate = "definition" if table == "migration" else None
    for line in range(len(rows)):
        status = rows["status"][line] if "status" in columns else "user"
        year = _year(rows[time][line]) if time else None
        kind = rows[separate][line] if separate else None
        groups.setdefault((status in OBSERVED, year, kind), []).append(line)
    return [_holding(table, rows, lines, region, year) for (_, year, _), lines in groups.items()]


def _holding(table: str, rows: PlacedRows, lines: list[int], region: str | None, year: int | None) -> Holding:
    words: list[Status] = [rows["status"][line] for line in lines] if "status" in rows.columns else ["user"]
    kinds = {rows[column][line] for column in KINDS.get(table, ()) for line in lines} - {None}
    covered = {rows[region][line] for line in lines} - {None} if region else set()
    return Holding(
        table, weakest(words), frozenset() if year is None else frozenset({year}),
        regions=frozenset(covered), kinds=frozenset(kinds),
    )  # fmt: skip


def _year(value: Any) -> int | None:
    text = f"{value}"[:4] if value is not None else ""
    return int(text) if text.isdigit() else None
