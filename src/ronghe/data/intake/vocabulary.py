"""What the program knows by itself: tables that an office brings, and words of sectors, indicators and commodities."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from ronghe.base.sector import nine_sectors
from ronghe.data.facts import FACTS
from ronghe.data.intake.folding import folded
from ronghe.data.schema import Schema, schema, tables

USERS = (
    "trade", "facts", "panel", "migration", "prices", "distances", "employment", "public_services",
    "fiscal_accounts", "expenditure_accounts", "firm_links", "firms", "plants", "durations", "pair_flows",
    "knowledge_flows", "monitors", "events", "ratios", "projects", "milestones", "tasks", "affairs", "affair_flows",
    "affair_players", "zoning", "policies", "legal_basis", "regions", "areas", "membership", "indicators", "sectors",
    "concordance", "commodities", "adjacency", "sources", "io",
)  # fmt: skip
"""Tables that an office brings, in the order in which equal headers are tried."""

WORDS = Path(str(files("ronghe.data"))) / "words.csv"
"""Other names of sectors and indicators, as yearbooks have them."""

LIMITS = WORDS.with_name("limits.csv")
"""Sign and limits of the figures of each indicator."""

NAMED = {
    "sources": ("source", "title_zh", "title_en"),
    "areas": ("area", "name_zh", "short_zh", "name_en", "short_en"),
}
"""Columns by which an entry of a table may be named."""


@cache
def known() -> tuple[Schema, ...]:
    """Return the schemas of the tables that an office brings."""
    return tuple(schema(name) for name in USERS if name in tables())


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Return the words that name sectors and indicators of the embedded tables."""
    sectors: dict[str, str] = {}
    for one in nine_sectors():
        sectors |= {folded(word): one.code for word in (one.code, one.name.zh, one.name.en)}
    found = {"sectors": sectors, "indicators": _of_table(FACTS / "indicators.csv", "indicator"),
             "commodities": _of_table(FACTS / "commodities.csv", "commodity")}  # fmt: skip
    for row in _rows(WORDS):
        # The name that a table of the package gives comes first.
        found[row["table"]].setdefault(folded(row["word"]), row["key"])
    return found


@cache
def lists() -> Mapping[str, str]:
    """Return the list of each class of commodities: ``old``, ``new`` or ``both``."""
    return {row["commodity"]: row["list"] for row in _rows(FACTS / "commodities.csv")}


@cache
def registered(table: str) -> frozenset[str]:
    """Return the folded names of the embedded sources or areas."""
    rows = _rows(FACTS / f"{table}.csv")
    return frozenset(folded(row[name]) for row in rows for name in NAMED[table] if row.get(name))


@cache
def areas() -> Mapping[str, tuple[str, str]]:
    """Return key and kind of the embedded areas by each of their folded names."""
    rows = _rows(FACTS / "areas.csv")
    return {folded(row[name]): (row["area"], row["kind"]) for row in rows for name in NAMED["areas"] if row.get(name)}


@cache
def members(name: str) -> frozenset[str]:
    """Return the regions of an embedded area by its folded name; none where it holds some of them in part."""
    area = areas().get(name, ("", ""))[0]
    rows = [row for row in _rows(FACTS / "membership.csv") if row["area"] == area]
    return frozenset(row["region"] for row in rows) if all(row["coverage"] == "full" for row in rows) else frozenset()


@cache
def indicators() -> Mapping[str, tuple[str, bool]]:
    """Return unit of each indicator, and whether its figures may be added up."""
    return {row["indicator"]: (row["unit"], row["additive"] == "yes") for row in _rows(FACTS / "indicators.csv")}


@cache
def limits() -> Mapping[str, tuple[float | None, float | None]]:
    """Return the least and the greatest value that a figure of each indicator may have."""
    return {
        row["indicator"]: (float(row["min"]) if row["min"] else None, float(row["max"]) if row["max"] else None)
        for row in _rows(LIMITS)
    }


def _of_table(path: Path, key: str) -> dict[str, str]:
    return {folded(row[name]): row[key] for row in _rows(path) for name in (key, "zh", "en")}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
