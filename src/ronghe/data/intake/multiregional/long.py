"""A multi-regional table as the long schema ``io`` lists it: one cell a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import same
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.folding import folded
from ronghe.data.intake.multiregional.building import NEGATIVE, sector_keys
from ronghe.data.intake.multiregional.identities import hold
from ronghe.data.intake.multiregional.plan import Plan
from ronghe.data.intake.reading import Read
from ronghe.data.multiregional import CATEGORIES, COMPONENTS, MultiRegional

AXES = {
    "intermediate": ("origin", "origin_sector", "destination", "destination_sector"),
    "final": ("origin", "origin_sector", "destination", "category"),
    "value_added": ("component", "origin", "origin_sector"),
    **dict.fromkeys(("exports", "imports", "output", "employment"), ("origin", "origin_sector")),
}
"""Columns that place a cell in each block."""

TOLD = 1000


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Place of a cell by the row that it came from."""

    read: Read
    rows: Mapping[str, Ints]

    def __call__(self, block: str, index: tuple[int, ...]) -> str:
        rows = self.rows.get(block)
        return "" if rows is None or rows[index] < 0 else self.read.place(int(rows[index]), "value")


def from_long(
    read: Read,
    found: Findings | None = None,
    *,
    hashes: Mapping[str, str] | None = None,
    known: Mapping[str, str] | None = None,
) -> MultiRegional | None:
    """Return the table of a sheet that lists cells, None where cells are missing; every fault is told.

    Parameters
    ----------
    found : Findings, optional
        Where faults are told.
    hashes : mapping of file to SHA-256, optional
    known : mapping of folded label to key, optional
        Sectors known by name; labels stand for themselves where one of them is not.
    """
    found = Findings() if found is None else found
    columns = read.columns
    keys = _keys(columns)
    year, treatment = _one(read, "year", found), _one(read, "import_treatment", found)
    if not keys["origin"] or year is None or treatment is None:
        return None
    arrays, rows = _blocks(read, keys, found)
    if set(AXES) - set(arrays) - {"employment"}:
        return None
    labels = keys["origin_sector"]
    sectors = sector_keys([folded(label) for label in labels], known or {})
    table = MultiRegional(
        tuple(keys["origin"]), sectors, dict(zip(sectors, labels, strict=True)), int(year), arrays["intermediate"],
        arrays["final"], arrays["exports"], arrays["imports"], arrays["value_added"], arrays["output"],
        tuple(keys["category"]), tuple(keys["component"]), import_treatment=treatment,
        employment=arrays.get("employment"), made_by=_shared(columns["made_by"], "unknown"), valuation="unknown",
        status=_shared(columns["status"], "user"), source=_shared(columns["source"], ""),
        hashes={file: sha for file, sha in (hashes or {}).items() if file == read.sheet.file}, place=_Rows(read, rows),
    )  # fmt: skip
    whole = all(np.isfinite(array).all() for array in arrays.values())
    hold(table, Plan(table.regions, sectors, {}, sheets=[read.sheet]), {}, found, broken=not whole)
    return table if whole else None


def _blocks(
    read: Read, keys: Mapping[str, Sequence[str]], found: Findings
) -> tuple[dict[str, Floats], dict[str, Ints]]:
    """Return every block and the rows of its cells; a block that is not there is told."""
    arrays: dict[str, Floats] = {}
    rows: dict[str, Ints] = {}
    for block, axes in AXES.items():
        made = _block(read, block, axes, keys, found)
        if made is not None:
            arrays[block], rows[block] = made
        elif block != "employment":
            found.add("E108_block", read.sheet.title, block=same(block), wanted=same(", ".join(AXES)))
    return arrays, rows


def _keys(columns: Mapping[str, Sequence[Any]]) -> dict[str, list[str]]:
    """Return the keys along every axis, in the order in which they appear; categories in that of the schema."""
    origin, sector = ([key for key in dict.fromkeys(columns[name]) if key is not None]
                      for name in ("origin", "origin_sector"))  # fmt: skip
    there = {name: set(columns[name]) for name in ("category", "component")}
    return {
        "origin": origin, "destination": origin, "origin_sector": sector, "destination_sector": sector,
        "category": [one for one in CATEGORIES if one in there["category"]],
        "component": [one for one in COMPONENTS if one in there["component"]],
    }  # fmt: skip


def _one(read: Read, name: str, found: Findings) -> Any:
    """Return the only value of a column; two are told at the first row of the second."""
    values = [value for value in dict.fromkeys(read.columns[name]) if value is not None]
    if len(values) > 1:
        row = list(read.columns[name]).index(values[1])
        found.add("E402_row", read.place(row, name), key=same(f"{values[1]}"), first=same(f"{values[0]}"))
    return values[0] if len(values) == 1 else None


def _shared(values: Sequence[Any], otherwise: str) -> str:
    told = {value for value in values if value is not None}
    return f"{told.pop()}" if len(told) == 1 else otherwise


def _block(
    read: Read, block: str, axes: Sequence[str], keys: Mapping[str, Sequence[str]], found: Findings
) -> tuple[Floats, Ints] | None:
    """Return a block and the row of each of its cells."""
    rows = [row for row, name in enumerate(read.columns["block"]) if name == block]
    if not rows:
        return None
    at = {name: {key: place for place, key in enumerate(keys[name])} for name in axes}
    shape = tuple(len(keys[name]) for name in axes)
    values, where = np.full(shape, np.nan), np.full(shape, -1, dtype=np.int64)
    for row in rows:
        index = tuple(at[name].get(read.columns[name][row], -1) for name in axes)
        if min(index) < 0:
            missing = next(name for name, k in zip(axes, index, strict=True) if k < 0)
            found.add("E221_empty" if read.columns[missing][row] is None else "E405_axis", read.place(row, missing),
                      **_told(read, missing, row))  # fmt: skip
            continue
        value = read.columns["value"][row]
        values[index], where[index] = np.nan if value is None else value, row
        negative = (block != "final" and block != "value_added") or not NEGATIVE & {
            keys[a][k] for a, k in zip(axes, index, strict=True)
        }
        if value is not None and value < 0 and negative:
            found.add("E224_flow", read.place(row, "value"), read=same(f"{value:g}"), block=same(block))
    for index in map(tuple, np.argwhere(where < 0)[:TOLD]):
        who = " ".join(keys[name][k] for name, k in zip(axes, index, strict=True))
        found.add("E405_cell", read.sheet.title, read=same(who), block=same(block))
    return values, where


def _told(read: Read, name: str, row: int) -> dict[str, object]:
    title = read.schema.field(name).title
    return {"wanted": title, "read": same(f"{read.columns[name][row]}"), "other": title}
