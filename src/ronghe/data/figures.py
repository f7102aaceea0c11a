"""Figures of regions: one value by indicator, region, year and vintage, with its status and its place.

Figures of two vintages are never combined: :func:`one_vintage` raises, and :meth:`Figures.link_vintages` links only
when it is asked to and marks its result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ronghe.base.errors import RongheError, UnknownTerm, VintageFault
from ronghe.base.provenance import Provenance, Source
from ronghe.base.region import nearest
from ronghe.base.status import Status
from ronghe.base.text import Text, same
from ronghe.data.read import Rows

LINKED = "linked"


class MissingFigure(RongheError):
    """A figure that the tables do not hold; nothing is filled in for it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure.

    Attributes
    ----------
    indicator, region : str
    year : int
    vintage : str
        Edition of the figures, empty where there is only one.
    value : float
    unit : str
    status : Status
    grade : str
        A two sources and the sum checked; B one source, sum equal to the total; C near it; D no sum check.
    provenance : Provenance
    """

    indicator: str
    region: str
    year: int
    vintage: str
    value: float
    unit: str
    status: Status
    grade: str
    provenance: Provenance


@dataclass(frozen=True)
class Figures:
    """All figures of a data set.

    Attributes
    ----------
    tables : tuple of Rows
        Tables in the panel's schema.
    titles : mapping
        Name of each indicator.
    sources : mapping
        Sources by key.
    preferred : tuple of str
        Vintages in falling order of preference, used when none is asked for.
    same_as : mapping
        Other names of an indicator of one vintage, e.g. ``gdp_pre_revision``.
    """

    tables: tuple[Rows, ...]
    titles: Mapping[str, Text]
    sources: Mapping[str, Source]
    preferred: tuple[str, ...] = ()
    same_as: Mapping[str, tuple[str, str]] | None = None

    @cached_property
    def _held(self) -> dict[tuple[str, str], dict[tuple[int, str], tuple[Rows, int]]]:
        held: dict[tuple[str, str], dict[tuple[int, str], tuple[Rows, int]]] = {}
        for rows in self.tables:
            columns = rows.rows("indicator", "region", "year", "vintage", "value")
            for line, (indicator, region, year, vintage, value) in enumerate(columns):
                if value is not None:
                    held.setdefault((indicator, region), {})[year, vintage or ""] = rows, line
        return held

    @cached_property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator that has a figure, and the population computed from two of them."""
        names = dict.fromkeys(indicator for indicator, _ in self._held)
        if {"gdp", "gdp_per_capita"} <= names.keys():
            names.setdefault("population")
        return tuple(names)

    def fact(self, indicator: str, region: str, year: int, vintage: str | None = None) -> Fact:
        """Return one figure.

        Raises
        ------
        UnknownTerm
            For an indicator no table holds, with the nearest ones.
        MissingFigure
            For a year, region or vintage without a figure, with the years there are.
        """
        indicator, vintage = (self.same_as or {}).get(indicator, (indicator, vintage))
        if indicator not in self.indicators:
            known = [*self.indicators, *(title.zh for title in self.titles.values())]
            raise UnknownTerm(Text("指标", "indicator"), indicator, nearest(indicator, known))
        if indicator == "population" and ("population", region) not in self._held:
            return self._population(region, year, vintage)
        held = self._held.get((indicator, region), {})
        found = [mark for at, mark in held if at == year and vintage in (None, mark)]
        if not found:
            raise self._missing(indicator, region, year, vintage)
        chosen = min(found, key=self._rank)
        return self._made(*held[year, chosen])

    def has(self, indicator: str, region: str, year: int) -> bool:
        """Whether there is a figure, in any vintage."""
        return any(at == year for at, _ in self._held.get((indicator, region), {}))

    def years(self, indicator: str, region: str) -> set[int]:
        """Return the years that have a figure, in any vintage; of population computed from two, those of both."""
        if indicator == "population" and ("population", region) not in self._held:
            return self.years("gdp", region) & self.years("gdp_per_capita", region)
        return {year for year, _ in self._held.get((indicator, region), {})}

    def series(self, indicator: str, region: str, vintage: str | None = None) -> dict[int, Fact]:
        """Return every year of one vintage: the preferred one where none is asked for."""
        indicator, vintage = (self.same_as or {}).get(indicator, (indicator, vintage))
        if indicator == "population" and ("population", region) not in self._held:
            years = sorted({year for year, _ in self._held.get(("gdp_per_capita", region), {})})
            return {year: self._population(region, year, vintage) for year in years}
        held = self._held.get((indicator, region), {})
        if not held:
            raise self._missing(indicator, region, None, vintage)
        chosen = vintage if vintage is not None else min({mark for _, mark in held}, key=self._rank)
        years = sorted(year for year, mark in held if mark == chosen)
        return {year: self._made(*held[year, chosen]) for year in years}

    def change(self, indicator: str, region: str, start: int, end: int, vintage: str | None = None) -> float:
        """Return the relative change between two years.

        Raises
        ------
        VintageFault
            If the two years stand on different vintages.
        """
        first, last = (self.fact(indicator, region, year, vintage) for year in (start, end))
        one_vintage([first, last])
        return last.value / first.value - 1

    def total(self, indicator: str, regions: Sequence[str], year: int, vintage: str | None = None) -> float:
        """Return the sum over regions.

        Raises
        ------
        VintageFault
            If the regions' figures stand on different vintages.
        """
        found = [self.fact(indicator, region, year, vintage) for region in regions]
        one_vintage(found)
        return float(sum(one.value for one in found))

    def link_vintages(self, indicator: str, region: str, *, old: str, new: str, at: int) -> dict[int, Fact]:
        """Carry the old vintage to the level of the new one by their ratio in one year.

        The ratio of the two is not constant, so this is a choice: it happens only on an explicit call, and its
        figures are ``computed`` and carry the vintage ``linked``.

        Parameters
        ----------
        at : int
            A year that both vintages have.
        """
        before, after = self.series(indicator, region, old), self.series(indicator, region, new)
        ratio = self.fact(indicator, region, at, new).value / self.fact(indicator, region, at, old).value
        how = Text(
            f"旧口径×{ratio:.6f}（{at}年两口径之比），已衔接", f"old vintage x {ratio:.6f} (ratio of {at}), linked"
        )
        linked = {
            year: replace(
                one,
                value=one.value * ratio,
                status="computed",
                vintage=LINKED,
                provenance=replace(one.provenance, status="computed", how=how),
            )
            for year, one in before.items()
            if year not in after
        }
        return dict(sorted((linked | {year: replace(one, vintage=LINKED) for year, one in after.items()}).items()))

    def _rank(self, vintage: str) -> int:
        return self.preferred.index(vintage) if vintage in self.preferred else len(self.preferred)

    def _made(self, rows: Rows, line: int) -> Fact:
        names = ("indicator", "region", "year", "vintage", "value", "unit", "status", "grade", "source")
        indicator, region, year, vintage, value, unit, status, grade, source = (rows[name][line] for name in names)
        place = rows.place(line, "value")
        named = self.sources.get(source) or self.sources.get(place.partition("!")[0])
        provenance = Provenance(status, tuple(filter(None, [named])), place, sha256=rows.sha256(line))
        return Fact(indicator, region, year, vintage or "", value, unit, status, grade or "", provenance)

    def _population(self, region: str, year: int, vintage: str | None) -> Fact:
        """Return the census count of a year that has one, else GDP over GDP per head: the year's average."""
        if (year, "") in self._held.get(("population_census", region), {}):
            return replace(self.fact("population_census", region, year), indicator="population")
        if vintage is None:
            marks = [{mark for at, mark in self._held.get((name, region), {}) if at == year}
                     for name in ("gdp", "gdp_per_capita")]  # fmt: skip
            # People stand in the figures of one vintage: that which has both, the preferred of several.
            vintage = min(marks[0] & marks[1], key=self._rank, default=None)
        whole, head = (self.fact(name, region, year, vintage) for name in ("gdp", "gdp_per_capita"))
        one_vintage([whole, head])
        how = Text("地区生产总值 ÷ 人均地区生产总值（年平均）", "GDP over GDP per head (the year's average)")
        provenance = replace(whole.provenance, status="computed", how=how)
        value = whole.value * 1e8 / head.value
        return Fact("population", region, year, whole.vintage, value, "人", "computed", "B", provenance)

    def _missing(self, indicator: str, region: str, year: int | None, vintage: str | None) -> MissingFigure:
        held = sorted({at for at, mark in self._held.get((indicator, region), {}) if vintage in (None, mark)})
        there = Text("、".join(map(str, held)), ", ".join(map(str, held))) if held else Text("无", "none")
        title = self.titles.get(indicator, same(indicator))
        when = Text(f"{year}年", f" of {year}") if year is not None else Text("", "")
        named = f"{indicator}，{vintage}" if vintage else indicator
        zh = f"{region} 没有{when.zh}“{title.zh}”（{named}）；现有年份：{there.zh}。缺数不补。"
        en = f"{region} has no {title.en}{when.en} ({named}); years there are: {there.en}. Nothing is filled in."
        return MissingFigure(Text(zh, en))


def one_vintage(facts: Iterable[Fact]) -> str:
    """Return the vintage that all facts share.

    Raises
    ------
    VintageFault
        Naming both vintages.
    """
    found = list(facts)
    marks = list(dict.fromkeys(one.vintage for one in found if one.vintage))
    if len(marks) > 1:
        first, other = (next(one for one in found if one.vintage == mark) for mark in marks[:2])
        raise VintageFault(
            Text(
                f"两个版本的数字不能合用：{first.region} {first.year}年 {first.indicator} 为 {first.vintage}，"
                f"{other.region} {other.year}年为 {other.vintage}。请指定同一版本，或明确调用 link_vintages。",
                f"Figures of two vintages must not be combined: {first.region} {first.year} {first.indicator} is "
                f"{first.vintage}, {other.region} {other.year} is {other.vintage}. "
                "Ask for one vintage, or call link_vintages explicitly.",
            )
        )
    return marks[0] if marks else ""
