"""Tables of one's own as arrays, the embedded ones standing in for provinces where a table is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.provenance import Provenance, Source
from ronghe.data.embedded import EmbeddedArrays
from ronghe.data.facts import Facts
from ronghe.data.placed import PlacedRows
from ronghe.data.read import Rows
from ronghe.data.tables import ClassPrices, MigrationCount, adjacency_matrix, distance_matrix, migration_counts

OWN_DISTANCE = 0.67
"""Own distance over the root of area by pi (Head and Mayer)."""
MODES = ("road", "rail", "great_circle", "air")


@dataclass(frozen=True)
class OwnArrays:
    """Tables as arrays over the regions of the data set.

    Attributes
    ----------
    codes : tuple of str
    tables : mapping of table to PlacedRows
    sources : mapping of key to Source
    facts : Facts or None
        The embedded tables, where the regions are provinces.
    """

    codes: tuple[str, ...]
    tables: Mapping[str, PlacedRows]
    sources: Mapping[str, Source]
    facts: Facts | None

    @property
    def _embedded(self) -> EmbeddedArrays | None:
        return None if self.facts is None else EmbeddedArrays(self.facts)

    def _within(self, matrix: np.ndarray) -> np.ndarray:
        """Return the rows and columns of the data set's own regions."""
        assert self.facts is not None
        at = [self.facts.complete.index(code) for code in self.codes]
        return matrix[np.ix_(at, at)]

    def distances(self) -> Floats:
        """Return km between regions: great-circle where embedded, else the first mode a table of distances has."""
        rows, embedded = self.tables.get("distances"), self._embedded
        km = None if rows is None else _kilometres(rows)
        if km is None:
            if embedded is not None:
                return self._within(embedded.distances())
            return np.full((len(self.codes), len(self.codes)), np.nan)
        own = None
        if "regions" in self.tables:
            area = dict(self.tables["regions"].rows("code", "area_km2"))
            own = OWN_DISTANCE * np.sqrt(np.array([area.get(code) or np.nan for code in self.codes]) / np.pi)
        elif embedded is not None:
            own = np.diagonal(self._within(embedded.distances())).copy()
        return distance_matrix(km, self.codes, km["mode"][0], own)

    def adjacency(self) -> Bools:
        """Return who is neighbour of whom."""
        if "adjacency" in self.tables:
            return adjacency_matrix(self.tables["adjacency"], self.codes)
        embedded = self._embedded
        return np.zeros((len(self.codes),) * 2, dtype=bool) if embedded is None else self._within(embedded.adjacency())

    def rail_minutes(self) -> Floats | None:
        """Return embedded rail times of about 2014; none for regions of one's own."""
        embedded = self._embedded
        return None if embedded is None else self._within(embedded.rail_minutes())

    def prices(self) -> ClassPrices | None:
        """Return embedded class prices; price tables of one's own have other classes and stand in ``tables``."""
        embedded = self._embedded
        if embedded is None or self.facts is None or self.codes != self.facts.complete:
            return None
        return embedded.prices()

    def migration(self) -> tuple[MigrationCount, ...]:
        """Return counts of migrants; one's own takes the place of an embedded one of the same year and definition."""
        rows, embedded = self.tables.get("migration"), self._embedded
        own: tuple[MigrationCount, ...] = ()
        if rows is not None:
            known = {key: Provenance("observed", (source,), rows.file) for key, source in self.sources.items()}
            own = migration_counts(_everyone(rows), self.codes, known)
        taken = {(one.year, one.definition) for one in own}
        held: tuple[MigrationCount, ...] = ()
        if embedded is not None and self.facts is not None and self.codes == self.facts.complete:
            held = tuple(one for one in embedded.migration() if (one.year, one.definition) not in taken)
        return tuple(sorted((*held, *own), key=lambda one: (one.year, one.definition)))


def own_distances(tables: Mapping[str, PlacedRows], codes: tuple[str, ...]) -> Floats | None:
    """Return km between regions of a table of one's own that has every pair; None where there is none."""
    km = _kilometres(tables["distances"]) if "distances" in tables else None
    if km is None:
        return None
    found = distance_matrix(km, codes, km["mode"][0], np.ones(len(codes)))
    return found if np.isfinite(found).all() and (found > 0).all() else None


def net_outflow(tables: Mapping[str, PlacedRows], codes: tuple[str, ...], year: int) -> Floats | None:
    """Return the net outflow of goods and services, 亿元, where expenditure accounts have it for every region."""
    rows = tables.get("expenditure_accounts")
    if rows is None:
        return None
    held = {code: value for code, when, value in rows.rows("region", "year", "net_outflow")
            if when == year and value is not None}  # fmt: skip
    return np.array([held[code] for code in codes]) if set(codes) <= set(held) else None


def _kilometres(rows: PlacedRows) -> Rows | None:
    """Return the rows in km of the newest year of the best mode there is."""
    held = [line for line, measure in enumerate(rows["measure"]) if measure == "km"]
    if not held:
        return None
    modes = {rows["mode"][line] for line in held}
    mode = next(name for name in (*MODES, *sorted(modes)) if name in modes)
    of_mode = [line for line in held if rows["mode"][line] == mode]
    newest = max((rows["year"][line] or 0 for line in of_mode), default=0)
    return _some(rows, [line for line in of_mode if (rows["year"][line] or 0) == newest])


def _everyone(rows: PlacedRows) -> Rows:
    """Return the rows of all groups together, where groups stand beside it."""
    groups = set(rows["group"])
    if "all" in groups and len(groups) > 1:
        return _some(rows, [line for line, group in enumerate(rows["group"]) if group == "all"])
    return rows


def _some(rows: Rows, lines: list[int]) -> Rows:
    columns = {name: tuple(values[line] for line in lines) for name, values in rows.columns.items()}
    return Rows(rows.schema, rows.file, columns)
