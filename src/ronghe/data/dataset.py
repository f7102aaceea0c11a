"""The Dataset: checked tables of one base year, and what they can and cannot tell.

It is frozen. What is costly (the baseline, arrays, hashes) is made when first asked for and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np

from ronghe.base.area import Area
from ronghe.base.arrays import Bools, Floats
from ronghe.base.canonical import content_hash
from ronghe.base.errors import UnknownTerm
from ronghe.base.provenance import Provenance, Source
from ronghe.base.region import ROW, Region, nearest, normalised, provinces
from ronghe.base.sector import Sector
from ronghe.base.status import STATUSES, Status
from ronghe.base.text import Text
from ronghe.data.areas import Places
from ronghe.data.baseline import Baseline
from ronghe.data.coverage import CoverageRow
from ronghe.data.figures import Fact, Figures
from ronghe.data.identifies import Holding, Identification, answer, identify
from ronghe.data.multiregional import MultiRegional
from ronghe.data.named import picked
from ronghe.data.parameters import Parameter
from ronghe.data.placed import PlacedRows
from ronghe.data.presence import presence
from ronghe.data.read import Rows
from ronghe.data.schema import schema, tables
from ronghe.data.tables import ClassPrices, MigrationCount
from ronghe.data.validation import Validation

WHOLE = frozenset({"全国", "全部", "china", "country", "all"})


class BaselineMaker(Protocol):
    """What makes the baseline of a data set: the estimate, or observed tables."""

    def baseline(self, changed: Mapping[str, float]) -> Baseline:
        """Return the baseline, some parameters changed."""

    def draws(self, count: int, seed: int) -> Iterator[Baseline]:
        """Yield scenario-band draws; nothing where pairs are observed."""

    def validation(self) -> Validation:
        """Return how the estimate compares with observed shares."""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Return the numbers of the estimate; none where nothing is estimated."""


@dataclass(frozen=True, slots=True)
class Own:
    """Tables that a user brought.

    Attributes
    ----------
    name : str
        Of their file or folder.
    tables : mapping of table to PlacedRows
    grids : tuple of MultiRegional
    update : bool
        Whether a table of trade of an earlier year was carried to the base year.
    allow_missing : bool
        Whether gaps were let through that a check would have told.
    notes : tuple of Text
        What the reader must know of the tables, such as figures that stand aside.
    """

    name: str = ""
    tables: Mapping[str, PlacedRows] = field(default_factory=dict)
    grids: tuple[MultiRegional, ...] = ()
    update: bool = False
    allow_missing: bool = False
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class Dataset:
    """A checked data set of one base year.

    Attributes
    ----------
    name : Text
    year : int
    regions : tuple of Region
        Regions with facts, in the order of every array.
    sectors : tuple of Sector
    status : Status
        The weakest word of what it rests on.
    places : Places
        Regions and areas that can be named.
    figures : Figures
    tables : mapping of file to Rows
        Every table as read.
    sources : tuple of Source
    holdings : tuple of Holding
        What each table covers, from which ``identifies`` is derived.
    blocks : mapping of unit to block
        Which larger unit owns the walls of a region; empty where the region does.
    own : Own
        Tables that a user brought; empty for the embedded data and the demonstration.
    trade_sources : tuple of Source
        What an estimate of trade is made from.
    trade_title, trade_source : Text
        What the trade table is and who made it.
    """

    name: Text
    year: int
    regions: tuple[Region, ...]
    sectors: tuple[Sector, ...]
    status: Status
    places: Places
    figures: Figures
    tables: Mapping[str, Rows]
    sources: tuple[Source, ...]
    holdings: tuple[Holding, ...]
    trade_title: Text
    trade_source: Text
    blocks: Mapping[str, str] = field(default_factory=dict)
    own: Own = Own()
    trade_sources: tuple[Source, ...] = ()
    _maker: BaselineMaker = field(kw_only=True, repr=False)
    _arrays: Arrays = field(kw_only=True, repr=False)
    _coverage: Callable[[], tuple[CoverageRow, ...]] = field(kw_only=True, repr=False)
    _tables_hash: Callable[[], str] = field(kw_only=True, repr=False)

    @property
    def known_regions(self) -> tuple[Region, ...]:
        """Every region that can be named, with facts or without."""
        return self.places.regions

    @property
    def areas(self) -> tuple[Area, ...]:
        """Areas that ship with the data set."""
        return self.places.areas

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the regions with facts, in order."""
        return tuple(region.code for region in self.regions)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the content and the base year; the order of rows is no part of it."""
        return content_hash({"year": self.year, "tables": self._tables_hash()})

    @property
    def table_rows(self) -> Mapping[str, int]:
        """Number of rows of every file."""
        return {file: len(rows) for file, rows in self.tables.items()}

    def region(self, name: str) -> Region:
        """Return the region with exactly this name or code; a near name is only suggested."""
        return self.places.region(name)

    def area(self, wanted: str | Sequence[str] | Area) -> Area:
        """Return an area: by any of its names, 全国 / China for all regions with data, or a list of regions."""
        if isinstance(wanted, str) and normalised(wanted) in WHOLE:
            wanted = self.codes
        found = self.places.area(wanted)
        if found.kind == "own" and set(found.regions) == set(self.codes):
            count = len(found)
            invented = self.status == "demonstration" or not set(self.codes) <= {one.code for one in provinces()}
            name = (
                Text(f"全部{count}个地区", f"all {count} regions")
                if invented
                else Text(f"全国{count}省", f"all {count} provinces")
            )
            return replace(found, code="country", name=name, short=name)
        return found

    def has(self, code: str) -> bool:
        """Whether a region has facts; members without (香港, 澳门) stay members."""
        return any(region.code == code for region in self.regions)

    def fact(self, indicator: str, region: str, year: int | None = None, vintage: str | None = None) -> Fact:
        """Return one figure with its unit, status and place; the base year where none is given."""
        return self.figures.fact(indicator, self.region(region).code, self.year if year is None else year, vintage)

    def value(self, indicator: str, region: str, year: int | None = None, vintage: str | None = None) -> float:
        """Return one figure as a number, in the indicator's own unit."""
        return self.fact(indicator, region, year, vintage).value

    def series(self, indicator: str, region: str, vintage: str | None = None) -> dict[int, float]:
        """Return all years of one vintage; vintages are never mixed."""
        found = self.figures.series(indicator, self.region(region).code, vintage)
        return {year: one.value for year, one in found.items()}

    @cached_property
    def _identified(self) -> dict[str, Identification]:
        return identify(self.holdings, regions=self.codes, year=self.year)

    @property
    def identifies(self) -> Mapping[str, bool]:
        """What the data set can tell, key by key."""
        return {key: found.value for key, found in self._identified.items()}

    def identification(self, key: str, *, area: str | Sequence[str] | Area | None = None) -> Identification:
        """Answer one key, for the whole data set or for the members of an area that have facts."""
        if area is None:
            return answer(self._identified, key)
        asked = self.area(area).regions
        members = [code for code in asked if self.has(code)]
        found = identify(self.holdings, regions=self.codes, year=self.year, members=members, size=len(asked))
        return answer(found, key)

    @cached_property
    def baseline(self) -> Baseline:
        """The baseline economy of the year."""
        return self._maker.baseline({})

    def baseline_with(self, *, home: Mapping[str, float] | None = None, **changed: float) -> Baseline:
        """Return the baseline with some parameters of the estimate changed, one at a time or together.

        Parameters
        ----------
        home : mapping of group to share, optional
            Home shares of ``agriculture``, ``industry``, ``services``, ``local``.
        **changed : float
            Any parameter of ``parameters.toml``, e.g. ``distance_elasticity=0.3``.

        Raises
        ------
        ParameterFault
            For a parameter there is not, or a value that cannot be.
        """
        return self._maker.baseline({f"home_{group}": share for group, share in (home or {}).items()} | changed)

    def draws(self, count: int = 200, *, seed: int = 0) -> Iterator[Baseline]:
        """Yield scenario-band draws of the estimate; nothing where pairs are observed."""
        return self._maker.draws(count, seed)

    def flow_bands(self, count: int = 200, *, seed: int = 0) -> tuple[Floats, Floats]:
        """Return the scenario band of every cell of trade: 5 % and 95 % of the draws; given cells have none.

        Parameters
        ----------
        count, seed : int
            Draws and their seed.

        Returns
        -------
        low, high : array, shape (sector, buyer, seller)
            The axes of ``baseline.flows``.
        """
        drawn = np.array([base.flows for base in self.draws(count, seed=seed)])
        if not len(drawn):
            return self.baseline.flows, self.baseline.flows
        low, high = np.quantile(drawn, (0.05, 0.95), axis=0)
        given = self.baseline.observed
        if given is not None:
            low, high = (np.where(given, self.baseline.flows, bound) for bound in (low, high))
        return low, high

    def validation(self) -> Validation:
        """Return how the estimate compares with the observed shares of 2007."""
        return self._maker.validation()

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Numbers of the estimate that no table holds, each with status and source; empty where pairs are observed."""
        return self._maker.parameters

    @cached_property
    def distances(self) -> Floats:
        """km, shape (region, region); own distance 0.67 sqrt(area / pi) on the diagonal."""
        return self._arrays.distances()

    @cached_property
    def adjacency(self) -> Bools:
        """Which regions are neighbours, shape (region, region)."""
        return self._arrays.adjacency()

    @cached_property
    def rail_minutes(self) -> Floats | None:
        """Fastest ride of about 2014 with up to three changes: a before state, never today's."""
        return self._arrays.rail_minutes()

    @cached_property
    def prices(self) -> ClassPrices | None:
        """Class price indices, where the data set has them."""
        return self._arrays.prices()

    @cached_property
    def migration(self) -> tuple[MigrationCount, ...]:
        """Counts of migrants, oldest first."""
        return self._arrays.migration()

    def table_title(self, table: str) -> Text:
        """Return the name of a table as a reader knows it."""
        return schema(table).title

    def coverage(
        self, need: str | Sequence[str] | None = None, *, area: str | Sequence[str] | Area | None = None
    ) -> tuple[CoverageRow, ...]:
        """Return what is there and what is missing, table by table.

        Parameters
        ----------
        need : str or sequence of str, optional
            Tables, or questions of the register (then the tables that would open them; where a question is named
            like a table, the table is meant); every table if left out.
        area : str, sequence of str or Area, optional
            Whose regions are looked at; with ``need`` alone all regions with data. With either, each row has its
            cells, region by region and year by year.

        Raises
        ------
        UnknownTerm
            For a table or a question there is not.
        """
        rows = self._coverage()
        if need is None and area is None:
            return rows
        wanted = [need] if isinstance(need, str) else need
        names = None if wanted is None else {name for one in wanted for name in self._needed(one)}
        regions = self.codes if area is None else self.area(area).regions
        kept = [row for row in rows if names is None or schema(row.table).table in names]
        return tuple(replace(row, cells=presence(self, row.table, regions)) for row in kept)

    def _needed(self, name: str) -> set[str]:
        """Return the tables that a name stands for: itself, or those that would open a question."""
        asked = self._identified.get(name) if name not in tables() else None
        return {schema(table).table for table in (asked.unlocks if asked else (name,))}

    def trace(self, table: str, **key: str | int) -> Provenance:
        """Return where one row comes from: file, line, source, status.

        Parameters
        ----------
        table : str
            A table of the data set, or ``trade`` for the pair cells of the baseline.
        **key : str or int
            Columns and the values that pick one row; regions, areas, sectors and indicators by any of their names.

        Raises
        ------
        UnknownTerm
            For a table or row there is not.
        """
        held = [rows for rows in self.tables.values() if table in (rows.schema.table, rows.file)]
        origin = getattr(self._maker, "origin", None)
        if table == "trade" and origin is not None and {"origin", "destination", "sector"} <= set(key):
            found: Provenance = origin(str(key["origin"]), str(key["destination"]), str(key["sector"]))
            return found
        # Tables of one's own stand behind the embedded ones and come before them.
        for rows in reversed(held):
            wanted = picked(self, rows.schema, key)
            for line in range(len(rows)):
                if all(rows[column][line] in values for column, values in wanted.items()):
                    return self._origin(rows, line)
        if table == "trade" and (not held or _pair(key, self.codes)):
            return Provenance("estimated", self.trade_sources, "", self.trade_source)
        read = f"{table} " + ", ".join(f"{column}={value}" for column, value in key.items())
        known = dict.fromkeys(rows.schema.table for rows in self.tables.values())
        raise UnknownTerm(Text("表或行", "table or row"), read.strip(), [] if held else nearest(table, known))

    def _origin(self, rows: Rows, line: int) -> Provenance:
        by_key = {source.key: source for source in self.sources}
        source = rows.columns.get("source", (None,) * len(rows))[line]
        status = rows.columns.get("status", ("observed",) * len(rows))[line]
        # In some tables the word means something else: whether a law was looked up, how far a task is.
        kept: Status = status if status in STATUSES else "observed"
        place, sha = rows.place(line, rows.value_column), rows.sha256(line)
        named = by_key.get(source or "") or by_key.get(place.partition("!")[0])
        return Provenance(kept, tuple(filter(None, [named])), place, sha256=sha)


def _pair(key: Mapping[str, str | int], codes: Sequence[str]) -> bool:
    """Whether a key picks cells of the trade between regions of the data set."""
    ends = [key[name] for name in ("origin", "destination") if name in key]
    return bool(ends) and all(end in (*codes, ROW) for end in ends)


class Arrays(Protocol):
    """Tables of a data set as arrays, each made when asked for."""

    def distances(self) -> Floats:
        """Return km between regions."""

    def adjacency(self) -> Bools:
        """Return who is neighbour of whom."""

    def rail_minutes(self) -> Floats | None:
        """Return rail times."""

    def prices(self) -> ClassPrices | None:
        """Return class prices."""

    def migration(self) -> tuple[MigrationCount, ...]:
        """Return counts of migrants."""
