"""The words that a template offers for a column: regions, sectors, choices, and entries of the embedded lists.

A list of the package is offered, not imposed: an office may bring sources, areas and indicators of its own.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache

from ronghe.base.region import Region
from ronghe.base.sector import nine_sectors
from ronghe.data.facts import FACTS
from ronghe.data.schema import Field, Schema

_NAMES = {"indicators": "zh", "commodities": "zh", "sources": "title_zh", "areas": "short_zh"}
"""Embedded lists, and the column that names an entry."""

_LEDGER = ("未启动", "推进中", "已完成待核", "已销号", "长期坚持", "暂缓", "取消")
"""What a ledger of annual matters says of one; other words are taken as they stand."""


def offered(field: Field, of: Schema, regions: Sequence[Region]) -> Mapping[str, str]:
    """Return each word that may be picked, with its name where the word is a key; empty where none are known."""
    if field.type == "region":
        return {region.short_zh: "" for region in regions}
    if field.type == "sector":
        return {sector.name.zh: "" for sector in nine_sectors()}
    if field.type == "bool":
        return {"yes": "", "no": ""}
    if field.choices:
        return dict.fromkeys(field.choices, "")
    if of.table == "tasks" and field.name == "status":
        return dict.fromkeys(_LEDGER, "")
    if field.name == "unit" and "indicator" in of.key:
        return dict.fromkeys((row["unit"] for row in _listed("indicators")), "")
    if field.refers_to in _NAMES:
        # The first column of a list is its key.
        return {next(iter(row.values())): row[_NAMES[field.refers_to]] for row in _listed(field.refers_to)}
    return {}


@cache
def _listed(table: str) -> tuple[dict[str, str], ...]:
    with (FACTS / f"{table}.csv").open(encoding="utf-8") as file:
        return tuple(csv.DictReader(file))
