"""Observed cells of interregional trade, as arrays: which pairs are there, of which sector, and how they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.region import ROW
from ronghe.base.status import Status, weakest
from ronghe.data.identifies import MADE, OBSERVED, Holding
from ronghe.data.read import Rows

GUESSED = frozenset({"model", "unknown"})


@dataclass(frozen=True, eq=False)
class TradeCells:
    """Cells of a table of trade in one year.

    Attributes
    ----------
    regions : tuple of str
        The last is the rest of the world.
    sectors : tuple of str
    values : array, shape (sector, buyer, seller)
        Not a number where the table has no row.
    traded : array of bool, shape (sector,)
        Sectors whose pairs must be there for a pair to count as held.
    made_by : tuple of str
        Every word by which the cells are said to be made.
    statuses : tuple of Status
    guessed : array of bool, shape (sector, buyer, seller)
        Cells that a model made, or of which nobody says how they were made, or that are marked as estimated.
    valuation : str
    year : int
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    values: Floats
    traded: Bools
    made_by: tuple[str, ...]
    statuses: tuple[Status, ...]
    guessed: Bools
    lines: Ints
    valuation: str
    year: int
    table: Rows

    def place(self, sector: int, buyer: int | None = None, seller: int | None = None) -> str:
        """Return where a cell stands, or the first of a buyer's or a seller's; the table where there is none."""
        at = self.lines[sector, slice(None) if buyer is None else buyer, slice(None) if seller is None else seller]
        held = np.ravel(at)[np.ravel(at) >= 0]
        return self.table.place(int(held.min()), "value") if held.size else self.table.file

    @cached_property
    def there(self) -> Bools:
        """Which cells the table has, shape (sector, buyer, seller)."""
        held: Bools = ~np.isnan(self.values)
        return held

    @property
    def inland(self) -> Bools:
        """Which cells between regions of the data set the table has, own sales among them."""
        return self.there[:, :-1, :-1]

    @property
    def whole(self) -> bool:
        """Whether every pair of regions is there in every sector."""
        return bool(self.inland.all())

    @property
    def status(self) -> Status:
        """The weakest word of the cells."""
        return weakest(self.statuses)

    def holdings(self) -> tuple[Holding, ...]:
        """Say what the table covers: cells that somebody observed, apart from those that somebody guessed."""
        found = []
        for guessed in (False, True):
            cells = self.there & (self.guessed == guessed)
            own = np.eye(len(self.regions), dtype=bool)
            # A region that sells itself nothing tells no wall.
            held = (cells & ~(own & ~(self.values > 0)))[self.traded].all(axis=0)
            at = {(self.regions[n], self.regions[i]) for n, i in zip(*np.nonzero(held), strict=True)}
            inside = frozenset(pair for pair in at if ROW not in pair)
            if not cells[:, :-1, :-1].any():
                continue
            words = [word for word in self.made_by if (word in GUESSED) == guessed]
            made = words[0] if len(words) == 1 else "unknown" if guessed or not words else "mixed"
            kept = [one for one in self.statuses if one in OBSERVED] if not guessed else list(self.statuses)
            # Shares of spending need what every buyer buys of every region.
            full = frozenset(code for n, code in enumerate(self.regions[:-1]) if cells[self.traded, n, :-1].all())
            status = weakest(kept)
            found.append(Holding("trade", status, frozenset({self.year}), made, full, inside))
        return tuple(found)


def trade_cells(rows: Rows, codes: Sequence[str], sectors: Sequence[str], traded: Bools, year: int) -> TradeCells:
    """Return the cells of one year.

    Parameters
    ----------
    codes : sequence of str
        Regions of the data set, without the rest of the world.
    """
    regions = (*codes, ROW)
    at, by = ({code: place for place, code in enumerate(names)} for names in (regions, sectors))
    shape = (len(by), len(at), len(at))
    values, guessed, lines = np.full(shape, np.nan), np.zeros(shape, dtype=bool), np.full(shape, -1)
    made: dict[str, None] = {}
    statuses: dict[Status, None] = {}
    valuations: dict[str, None] = {}
    names = ("year", "origin", "destination", "sector", "value", "made_by", "status", "valuation")
    for line, (when, origin, destination, sector, value, how, status, valuation) in enumerate(rows.rows(*names)):
        if when != year or value is None or origin not in at or destination not in at or sector not in by:
            continue
        cell = by[sector], at[destination], at[origin]
        values[cell], lines[cell] = value, line
        guessed[cell] = how not in MADE or status not in OBSERVED
        made[how], statuses[status], valuations[valuation or "basic"] = None, None, None
    return TradeCells(
        regions, tuple(sectors), values, np.asarray(traded), tuple(made), tuple(statuses), guessed, lines,
        next(iter(valuations), "basic"), year, rows,
    )  # fmt: skip
