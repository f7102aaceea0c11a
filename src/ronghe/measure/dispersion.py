"""Price dispersion inside an area beside pairs of its members with outsiders at equal distance.

Every pair of members is matched to the pair (member, outsider) whose great-circle distance is nearest
to its own. If the area is one market and its border matters, its members' prices move more alike than
those of the matched pairs. Two classifications of prices (to 2015, from 2016) are never joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.provenance import Provenance
from ronghe.base.spread import Spread
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.measure.segmentation import Segmentation, all_pairs, segmentation

FEWEST_CLASSES = 5
"""With fewer classes a spread over classes says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class PricePanel:
    """Price indices of one classification.

    Attributes
    ----------
    classification : str
        Name of the list of classes, e.g. ``"old"``.
    years : tuple of int
    classes : tuple of str
    index : array, shape (region, year, class)
        The year before = 100.
    """

    classification: str
    years: tuple[int, ...]
    classes: tuple[str, ...]
    index: Floats


class Dispersion(NamedTuple):
    """Mean dispersion of a set of pairs in one year, times 10^4, with its sampling interval."""

    value: float
    spread: Spread


Yearly = Mapping[int, Dispersion]


@dataclass(frozen=True, slots=True, eq=False)
class AreaDispersion:
    """Dispersion of relative prices of an area, year by year.

    Attributes
    ----------
    years : tuple of int
    classification : mapping of year to str
        Values of different classifications are not compared.
    inside : mapping of year to Dispersion
        Mean over pairs of members.
    outside : mapping of year to Dispersion
        Mean over the matched pairs of members with outsiders; empty where nobody is outside.
    neighbours : mapping of year to Dispersion
        Members that adjoin, centred over all neighbouring pairs: the form of the literature; empty where none do.
    pairs, matched, neighbour_pairs : tuple of (str, str)
        Codes of the pairs inside, of the pair outside that stands beside each, and of members that adjoin.
    kilometres, matched_kilometres : float
        Mean great-circle distance of the first two.
    classes : mapping of classification to class codes
    status : Status
    provenance : tuple of Provenance
    notes : tuple of Text
    """

    years: tuple[int, ...]
    classification: Mapping[int, str]
    inside: Yearly
    outside: Yearly
    neighbours: Yearly
    pairs: tuple[tuple[str, str], ...]
    matched: tuple[tuple[str, str], ...]
    neighbour_pairs: tuple[tuple[str, str], ...]
    kilometres: float
    matched_kilometres: float
    classes: Mapping[str, tuple[str, ...]]
    status: Status
    provenance: tuple[Provenance, ...]
    notes: tuple[Text, ...] = ()

    @property
    def latest_classification(self) -> tuple[int, int]:
        """First and last year of the latest classification: the years that can be compared."""
        latest = self.classification[self.years[-1]]
        return min(year for year in self.years if self.classification[year] == latest), self.years[-1]


def dispersion_of(
    *,
    panels: Sequence[PricePanel],
    regions: Sequence[str],
    members: Sequence[str],
    kilometres: Floats,
    neighbours: Sequence[tuple[str, str]] = (),
    provenance: tuple[Provenance, ...] = (),
    status: Status = "computed",
    draws: int = 999,
    seed: int = 0,
) -> AreaDispersion:
    """Return the dispersion of an area's members beside matched pairs with outsiders.

    Parameters
    ----------
    panels : sequence of PricePanel
        One a classification, in the order of years.
    regions : sequence of str
        Codes on the first axis of the indices.
    members : sequence of str
        Codes of the area's members that have prices.
    kilometres : array, shape (region, region)
        Great-circle distance.
    neighbours : sequence of (str, str)
        Pairs of regions that adjoin.

    Raises
    ------
    NotIdentified
        With fewer than two members, or fewer than five classes.
    """
    _refuse(panels, members)
    places = {code: at for at, code in enumerate(regions)}
    ends = all_pairs(len(regions))
    belongs = np.array([code in set(members) for code in regions])
    inside, across = belongs[ends].all(axis=1), belongs[ends].sum(axis=1) == 1
    km = kilometres[ends[:, 0], ends[:, 1]]
    chosen = np.flatnonzero(inside)
    beside = _matched(km, chosen, np.flatnonzero(across))
    adjoining = np.array([sorted((places[a], places[b])) for a, b in neighbours], dtype=np.int64).reshape(-1, 2)
    near = np.flatnonzero(belongs[adjoining].all(axis=1))
    inner: dict[int, Dispersion] = {}
    outer: dict[int, Dispersion] = {}
    next_door: dict[int, Dispersion] = {}
    for panel in panels:
        found = _panel(panel, ends, draws, seed)
        inner |= _yearly(panel, found, chosen)
        outer |= _yearly(panel, found, beside)
        if len(near):
            next_door |= _yearly(panel, _panel(panel, adjoining, draws, seed), near)
    return AreaDispersion(
        years=tuple(inner),
        classification={year: panel.classification for panel in panels for year in panel.years if year in inner},
        inside=inner,
        outside=outer,
        neighbours=next_door,
        pairs=_codes(ends[chosen], regions),
        matched=_codes(ends[beside], regions),
        neighbour_pairs=_codes(adjoining[near], regions),
        kilometres=float(km[chosen].mean()),
        matched_kilometres=float(km[beside].mean()) if len(beside) else float("nan"),
        classes={panel.classification: panel.classes for panel in panels},
        status=status,
        provenance=provenance,
        notes=_notes(draws, seed, km[chosen], km[beside], len(set(beside.tolist()))),
    )


def _matched(km: Floats, chosen: Ints, candidates: Ints) -> Ints:
    """Return for every chosen pair the candidate of nearest distance; one may serve more than once."""
    if not len(candidates):
        return candidates
    return np.asarray(candidates[np.abs(km[chosen][:, None] - km[candidates]).argmin(axis=1)], dtype=np.int64)


def _panel(panel: PricePanel, pairs: Ints, draws: int, seed: int) -> Segmentation:
    return segmentation(index=panel.index, classes=panel.classes, pairs=pairs, draws=draws, seed=seed)


def _yearly(panel: PricePanel, found: Segmentation, chosen: Ints) -> dict[int, Dispersion]:
    """Return the years that have a value, over some of the pairs."""
    if not len(chosen):
        return {}
    rows = zip(panel.years, *(column.tolist() for column in found.over(chosen)), strict=True)
    return {
        year: Dispersion(value, Spread("interval", low, high)) for year, value, low, high in rows if np.isfinite(value)
    }


def _codes(ends: Ints, regions: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((regions[a], regions[b]) for a, b in ends.tolist())


def _refuse(panels: Sequence[PricePanel], members: Sequence[str]) -> None:
    if len(members) < 2:
        reason = Text(
            f"区内有价格数据的成员只有{len(members)}个，没有可以比较的成员对。",
            f"Only {len(members)} member has prices; there is no pair to compare.",
        )
        raise NotIdentified("relative_prices", reason, ("prices",))
    few = [panel for panel in panels if len(panel.classes) < FEWEST_CLASSES]
    if few or not panels:
        reason = Text(
            f"价格类别少于{FEWEST_CLASSES}个，不能判断离散程度。",
            f"Fewer than {FEWEST_CLASSES} classes of prices say nothing about their spread.",
        )
        raise NotIdentified("relative_prices", reason, ("prices",))


def _notes(draws: int, seed: int, inside: Floats, beside: Floats, distinct: int) -> tuple[Text, ...]:
    told = Text("没有区外地区。", "there is no region outside.")
    if len(beside):
        told = Text(
            f"区内{len(inside)}对平均{inside.mean():.0f}公里，对照用到{distinct}对，平均{beside.mean():.0f}公里。",
            f"{len(inside)} pairs inside, {inside.mean():.0f} km on average; "
            f"{distinct} different pairs outside, {beside.mean():.0f} km.",
        )
    return (
        Text(
            "相对价格方差（×10⁴）：同比指数取对数，两地之差的绝对值减去该类别在全部地区对上的均值，再对类别求方差（除以类别数）；越小越统一。",
            "Variance of relative prices (x 10^4): logs of year-on-year indices, absolute gap of two places less the "
            "class's mean over all pairs, variance over classes (divided by their number); smaller means more unified.",
        ),
        Text(
            f"区间为5%至95%，对类别重抽样（自助法，{draws}次，种子{seed}）：不确定性来自类别的选取；八个类别时偏窄。",
            f"Interval 5 to 95 %, classes resampled (bootstrap, {draws} draws, seed {seed}): its chance is which "
            "classes are listed; with eight classes it is somewhat narrow.",
        ),
        Text(
            "价格差异也含运输成本、质量和租金；类别目录不同的研究，水平不可比；两种分类不连接。",
            "Prices also differ by transport cost, quality and rents; levels do not compare with studies on other "
            "lists of classes; the two classifications are not joined.",
        ),
        Text(
            "区外对照：每一对成员配以大圆距离最接近的“成员—区外地区”对，可重复使用；" + told.zh,
            "Outside: each pair of members stands beside the pair of a member with an outsider of nearest great-circle "
            "distance; one pair may serve more than once; " + told.en,
        ),
    )
