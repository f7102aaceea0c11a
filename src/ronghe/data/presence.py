"""Which cells of a table are there: by region, year and sector, as its rows say.

    present    a row that somebody observed, counted or computed
    estimated  rows of a model alone
    assumed    rows that somebody chose
    absent     no row, in a year that the table has of some other region

A row of pairs belongs to the region into which it goes; where order means nothing, to both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ronghe.base.region import ROW
from ronghe.data.read import Rows
from ronghe.data.schema import Field, schema

if TYPE_CHECKING:
    from ronghe.data.dataset import Dataset

State = Literal["present", "estimated", "assumed", "absent"]
STATES: tuple[State, ...] = ("present", "estimated", "assumed", "absent")

_EITHER = frozenset({"distances", "adjacency", "firm_links", "firms", "knowledge_flows", "pair_flows"})
_SPOT = tuple[str, int | None, str]


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """One region in one year of a table, and one sector where the table has them by sector.

    Attributes
    ----------
    region : str
        Empty in a table that names no region.
    year : int, optional
    sector : str
        Empty where the table has none.
    state : {"present", "estimated", "assumed", "absent"}
    """

    table: str
    region: str
    year: int | None
    sector: str
    state: State


def presence(data: Dataset, table: str, regions: Sequence[str]) -> tuple[CoverageCell, ...]:
    """Return the state of every cell of a table for some regions, gaps among them.

    Parameters
    ----------
    table : str
        Any table of the catalogue; the blocks of the multi-regional table are one.
    regions : sequence of str
        Codes.
    """
    name, best = schema(table).table, dict[_SPOT, State]()
    for rows in data.tables.values():
        if rows.schema.table == name:
            for spot, state in _spots(rows):
                best[spot] = min(best.get(spot, state), state, key=STATES.index)
    for grid in data.own.grids if name == "io" else ():
        state = _state(grid.status)
        best.update(((code, grid.year, one), state) for code in grid.regions for one in grid.sectors)
    if name == "trade" and data.status == "estimated":
        # What no table gives the estimate stands for, in the base year.
        for spot in ((code, data.year, one.code) for code in data.codes for one in data.sectors):
            best.setdefault(spot, "estimated")
    return tuple(_listed(name, best, regions))


def _listed(table: str, best: Mapping[_SPOT, State], regions: Sequence[str]) -> Iterable[CoverageCell]:
    """Yield every cell, absent ones too; a table without regions by its years alone."""
    named = any(region for region, _, _ in best) or bool(_ends(schema(table).fields))
    times = sorted({(year, sector) for _, year, sector in best}, key=lambda one: (one[0] or 0, one[1]))
    for region in regions if named else ("",):
        for year, sector in times or [(None, "")]:
            yield CoverageCell(table, region, year, sector, best.get((region, year, sector), "absent"))


def _spots(rows: Rows) -> Iterable[tuple[_SPOT, State]]:
    """Yield which cells each row fills, and how."""
    fields = rows.schema.fields
    ends = [field.name for field in _ends(fields)]
    ends = ends if rows.schema.table in _EITHER else ends[-1:]
    time = next((one.name for one in fields if one.key and one.type in ("year", "period", "date")), None)
    sector = next((one.name for one in fields if one.key and one.type == "sector"), None)
    for line in range(len(rows)):
        if rows[rows.value_column][line] is None:
            continue
        year = _year(rows[time][line]) if time else None
        state = _state(rows["status"][line] if "status" in rows.columns else None)
        for region in {rows[end][line] for end in ends} - {None, ROW} if ends else ("",):
            yield (region, year, (rows[sector][line] if sector else None) or ""), state


def _ends(fields: Sequence[Field]) -> list[Field]:
    """Return the columns of regions: those of the key, else any."""
    named = [field for field in fields if field.type == "region"]
    return [field for field in named if field.key] or named


def _state(status: Any) -> State:
    return status if status in ("estimated", "assumed") else "present"


def _year(value: Any) -> int | None:
    text = f"{value}"[:4] if value is not None else ""
    return int(text) if text.isdigit() else None
