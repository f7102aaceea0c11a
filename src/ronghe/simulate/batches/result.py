"""What openings bring: arrays by (opening, region), read from memory or from the files of a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import ParameterFault, UnknownRegion
from ronghe.base.region import nearest
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate.batches.case import KINDS
from ronghe.simulate.batches.store import Store
from ronghe.simulate.closure import Closure
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.solver.certificate import Kind

CHECKS = ("kind", "residual", "radius", "steps")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some distinct openings, solved; they arrive in order.

    Attributes
    ----------
    first : int
        Place of the first of them among the distinct openings.
    table : array, shape (opening, measure x region + 4)
        Measures, then kind, residual, radius and steps.
    done, count : int
        Distinct openings solved so far, and all.
    """

    first: int
    table: Floats
    done: int
    count: int


@dataclass(frozen=True, eq=False)
class OpeningGains:
    """Measures of every opening, by region; units as :mod:`ronghe.simulate.batches.measures` says.

    A measure has shape (opening, region) and is NaN where an opening has no certified equilibrium. Openings whose
    pairs are the same within the scenario share one solve.

    Attributes
    ----------
    regions, measures : tuple of str
    index : array of int, shape (opening,)
        Which distinct opening each one is; -1 is none.
    sample : tuple of int
        Distinct openings certified in full, with other starts.
    parts : sequence of array
        Tables of the distinct openings, in order; mapped from the files where a folder keeps them.
    """

    regions: tuple[str, ...]
    measures: tuple[str, ...]
    scenario: Scenario
    closure: Closure
    index: Ints
    sample: tuple[int, ...]
    parts: Sequence[Floats]
    status: Status
    notes: tuple[Text, ...] = ()

    def __len__(self) -> int:
        return len(self.index)

    @property
    def household(self) -> Floats:
        """Household consumption equivalent by place, 亿元 a year at base prices."""
        return self.column("household")

    @property
    def services(self) -> Floats:
        """Public services by place, 亿元 a year at base prices."""
        return self.column("services")

    @property
    def payable(self) -> Floats:
        """Payable part, 亿元 a year at base prices."""
        return self.column("payable")

    @property
    def real_income(self) -> Floats:
        """Change factor of all final use over its price index."""
        return self.column("real_income")

    @property
    def real_output(self) -> Floats:
        """dQ: change of double-deflated value added, 亿元 a year at base prices."""
        return self.column("real_output")

    @property
    def own_revenue(self) -> Floats:
        """dF: change of own revenue over the price of government use, 亿元 a year at base prices."""
        return self.column("own_revenue")

    @property
    def people(self) -> Floats:
        """Change factor of residents."""
        return self.column("people")

    def column(self, name: str) -> Floats:
        """Return one measure, shape (opening, region).

        Raises
        ------
        ParameterFault
            For a measure that was not taken, such as those by home population where people are fixed.
        """
        if name not in self.measures:
            known = ", ".join(self.measures)
            raise ParameterFault(Text(f"没有指标“{name}”；有：{known}。", f'No measure "{name}"; there are: {known}.'))
        width = len(self.regions)
        at = self.measures.index(name) * width
        return self._gathered(slice(at, at + width))

    def _gathered(self, columns: slice) -> Floats:
        made = np.concatenate([np.asarray(part[:, columns]) for part in self.parts])
        return np.asarray(made[self.index])

    def _check(self, name: str) -> Floats:
        at = len(self.measures) * len(self.regions) + CHECKS.index(name)
        return self._gathered(slice(at, at + 1))[:, 0]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """How each opening ended: ``converged``, ``stopped``, ``inconsistent``, ``several`` or ``unstable``."""
        return tuple(KINDS[int(kind)] for kind in self._check("kind"))

    @property
    def residuals(self) -> Floats:
        """Largest residual of each opening, shape (opening,)."""
        return self._check("residual")

    @property
    def radii(self) -> Floats:
        """Spectral radius of each opening, shape (opening,); NaN where it was not asked for, 0 where nothing opens."""
        return self._check("radius")

    @property
    def steps(self) -> Ints:
        """Passes over the kernel, shape (opening,)."""
        return self._check("steps").astype(np.int64)

    @property
    def failed(self) -> tuple[int, ...]:
        """Openings without a number."""
        return tuple(int(at) for at in np.flatnonzero(self._check("kind") > 0))

    @property
    def several(self) -> bool:
        """Whether a sampled opening has several equilibria, which marks the whole batch."""
        return bool((self._check("kind") == KINDS.index("several")).any())

    @property
    def converged(self) -> bool:
        """Whether every opening has its number, and no sampled one has several."""
        return not self.failed

    @property
    def status_text(self) -> Text:
        """One sentence on the whole batch."""
        return status_of(self._check("kind"), self.residuals, self.radii, len(self.sample))

    def status_texts(self, openings: Sequence[int] | None = None) -> tuple[Text, ...]:
        """Return one sentence on each opening, or on those named by number."""
        kinds, residuals, radii = self._check("kind"), self.residuals, self.radii
        chosen = range(len(self)) if openings is None else openings
        return tuple(_sentence(KINDS[int(kinds[at])], residuals[at], radii[at]) for at in chosen)

    def worth(self, members: Sequence[Sequence[str]]) -> Floats:
        """Return the payable part of each opening's members together, shape (opening,).

        Parameters
        ----------
        members : sequence of sequence of str
            Region codes, one list an opening.

        Raises
        ------
        ParameterFault
            If there is not one list an opening.
        UnknownRegion
            For a code there is not.
        """
        payable = self.column("payable")
        if len(members) != len(self) or any(isinstance(listed, str) for listed in members):
            raise ParameterFault(
                Text(
                    f"members 应为每个开放组合一份地区列表，共{len(self)}份；读到{len(members)}项。",
                    f"members takes one list of regions an opening, {len(self)} in all; read {len(members)}.",
                )
            )
        for code in dict.fromkeys(code for listed in members for code in listed):
            if code not in self.regions:
                raise UnknownRegion(Text("地区", "region"), code, nearest(code, self.regions))
        inside = np.array([[code in listed for code in self.regions] for listed in map(frozenset, members)])
        return np.asarray((payable * inside).sum(axis=1))

    def chunks(self) -> Iterator[tuple[int, Floats]]:
        """Yield (first distinct opening, measures of shape (opening, measure, region)), one part at a time."""
        first, width = 0, len(self.measures) * len(self.regions)
        for part in self.parts:
            yield first, np.asarray(part[:, :width]).reshape(len(part), len(self.measures), len(self.regions))
            first += len(part)


def status_of(kinds: Floats, residuals: Floats, radii: Floats, sampled: int) -> Text:
    """Return one sentence on a batch of openings."""
    count, bad = len(kinds), int((kinds > 0).sum())
    if (kinds == KINDS.index("several")).any():
        several = int((kinds == KINDS.index("several")).sum())
        return Text(
            f"抽检的{sampled}个组合中{several}个有多个均衡，整批都不作数",
            f"{several} of the {sampled} openings sampled have several equilibria: the whole batch is marked",
        )
    if bad:
        return Text(
            f"{count}个开放组合中{bad}个没有可用的均衡", f"{bad} of {count} openings have no usable equilibrium"
        )
    worst, radius = float(np.nanmax(residuals)), float(np.nanmax(radii, initial=0.0))
    return Text(
        f"{count}个开放组合全部收敛，最大残差 {worst:.0e}，谱半径不超过 {radius:.2f}；{sampled}个另从多个起点复核",
        f"all {count} openings converged, largest residual {worst:.0e}, radius at most {radius:.2f}; "
        f"{sampled} of them also from other starts",
    )


def _sentence(kind: Kind, residual: float, radius: float) -> Text:
    tail = Text("", "") if np.isnan(radius) else Text(f"；谱半径 {radius:.2f}", f"; radius {radius:.2f}")
    told: dict[str, Text] = {
        "converged": Text(f"收敛，残差 {residual:.0e}", f"converged, residual {residual:.0e}") + tail,
        "stopped": Text(
            f"停止，残差 {residual:.0e}；请减小冲击", f"stopped, residual {residual:.0e}; try a smaller shock"
        ),
        "inconsistent": Text("不一致：投资、政府购买或消费将为负，或独立复算不符",
                             "inconsistent: a use would be negative, or the second formula disagrees"),
        "several": Text("存在多个均衡", "several equilibria"),
        "unstable": Text("不稳定", "unstable") + tail,
    }  # fmt: skip
    return told[kind]


class Kept(Sequence[Floats]):
    """The parts in a folder, each mapped and checked when it is read."""

    def __init__(self, store: Store, sizes: Sequence[int], width: int) -> None:
        self.store, self.sizes, self.width = store, tuple(sizes), width

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, part: int | slice) -> Floats:  # type: ignore[override]
        if isinstance(part, slice):
            raise TypeError("one part at a time")
        if not 0 <= part < len(self.sizes):
            raise IndexError(part)
        return self.store.read(part, (self.sizes[part], self.width))
