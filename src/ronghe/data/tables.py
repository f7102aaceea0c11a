"""Tables of a data set as arrays over its regions: distances, neighbours, class prices, migration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.provenance import Provenance
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.data.read import Rows


@dataclass(frozen=True, slots=True)
class ClassPrices:
    """Price indices by class.

    Attributes
    ----------
    years : tuple of int
    regions, commodities : tuple of str
    index : array, shape (year, region, commodity)
        Previous year = 100; not a number where a class does not exist.
    titles : mapping of commodity to Text
    lists : mapping of commodity to str
        ``old`` (to 2015), ``new`` (from 2016) or ``both``. The two lists are never joined into one.
    main : tuple of str
        The main classes; the others are parts of food.
    basket : str
        ``consumer`` or ``retail``.
    status, provenance : Status, Provenance
    """

    years: tuple[int, ...]
    regions: tuple[str, ...]
    commodities: tuple[str, ...]
    index: Floats
    titles: Mapping[str, Text]
    lists: Mapping[str, str]
    main: tuple[str, ...]
    basket: str
    status: Status
    provenance: Provenance

    def classification(self, year: int) -> str:
        """Return ``old`` to 2015, ``new`` from 2016."""
        return "old" if year < 2016 else "new"

    def classes(self, year: int) -> tuple[str, ...]:
        """Return the eight main classes of the classification in force in a year."""
        return tuple(name for name in self.main if self.lists[name] in ("both", self.classification(year)))


@dataclass(frozen=True, slots=True)
class MigrationCount:
    """One count of migrants.

    Attributes
    ----------
    year : int
    definition : str
        ``birthplace``, ``hukou``, ``last residence`` or ``yearly move``.
    persons : array, shape (home, residence)
        Persons as counted; the diagonal is 0 where stayers are not listed, a column is not a number where no row
        was published.
    sample_fraction : float
        Share of the population that was counted.
    destinations : tuple of str
        Residences that have rows.
    status : Status
    provenance : Provenance
    """

    year: int
    definition: str
    persons: Floats
    sample_fraction: float
    destinations: tuple[str, ...]
    status: Status
    provenance: Provenance


def distance_matrix(rows: Rows, codes: Sequence[str], mode: str, own: Floats | None) -> Floats:
    """Return distances or times of one mode, shape (region, region).

    Pairs that stand once in the table serve both ways. A pair without a row is not a number.

    Parameters
    ----------
    own : array, shape (region,), optional
        Diagonal; 0 where it is left out.
    """
    at = {code: place for place, code in enumerate(codes)}
    matrix = np.full((len(codes), len(codes)), np.nan)
    columns = rows.rows("origin", "destination", "mode", "value", "directed")
    for origin, destination, found, value, directed in columns:
        if found == mode and origin in at and destination in at:
            matrix[at[origin], at[destination]] = value
            if not directed and np.isnan(matrix[at[destination], at[origin]]):
                matrix[at[destination], at[origin]] = value
    np.fill_diagonal(matrix, 0.0 if own is None else own)
    return matrix


def adjacency_matrix(rows: Rows, codes: Sequence[str]) -> Bools:
    """Return which regions are neighbours, shape (region, region), symmetric."""
    at = {code: place for place, code in enumerate(codes)}
    matrix = np.zeros((len(codes), len(codes)), dtype=bool)
    for a, b in rows.rows("a", "b"):
        if a in at and b in at:
            matrix[at[a], at[b]] = matrix[at[b], at[a]] = True
    return matrix


def class_prices(rows: Rows, commodities: Rows, codes: Sequence[str], provenance: Provenance) -> ClassPrices:
    """Return class prices as an array."""
    years = tuple(sorted({int(period) for period in rows["period"]}))
    names = tuple(dict.fromkeys(commodities["commodity"]))
    index = np.full((len(years), len(codes), len(names)), np.nan)
    at = tuple({key: place for place, key in enumerate(keys)} for keys in (years, codes, names))
    for region, period, commodity, value in rows.rows("region", "period", "commodity", "index"):
        if region in at[1]:
            index[at[0][int(period)], at[1][region], at[2][commodity]] = value
    titled = {name: Text(zh, en) for name, zh, en in commodities.rows("commodity", "zh", "en")}
    main = tuple(name for name, whole in commodities.rows("commodity", "main") if whole)
    lists = dict(commodities.rows("commodity", "list"))
    return ClassPrices(years, tuple(codes), names, index, titled, lists, main, "consumer", "computed", provenance)


def migration_counts(
    rows: Rows, codes: Sequence[str], provenance: Mapping[str, Provenance]
) -> tuple[MigrationCount, ...]:
    """Return every count of migrants in a table, oldest first."""
    at = {code: place for place, code in enumerate(codes)}
    held: dict[tuple[int, str], tuple[Floats, dict[str, None], float, Status, str]] = {}
    names = ("year", "definition", "origin", "destination", "persons", "sample_fraction", "status", "source")
    for year, definition, origin, destination, persons, fraction, status, source in rows.rows(*names):
        if (year, definition) not in held:
            empty = np.full((len(codes), len(codes)), np.nan)
            held[year, definition] = (empty, {}, fraction or 1.0, status, source or "")
        matrix, destinations, *_ = held[year, definition]
        if destination in at and destination not in destinations:
            destinations[destination] = None
            matrix[:, at[destination]] = 0.0
        if origin in at and destination in at:
            matrix[at[origin], at[destination]] = persons
    return tuple(
        MigrationCount(
            year, definition, matrix, fraction, tuple(seen), status, provenance.get(source, Provenance(status))
        )
        for (year, definition), (matrix, seen, fraction, status, source) in sorted(held.items())
    )
