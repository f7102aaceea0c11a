"""The union test (联合还是融合): has the border between regions that were merged dissolved, or was it only renamed?

Merging provinces on paper moves flows from "between" to "inside" without moving a single good. So the test keeps the
old blocks and asks what their former border, now inside the union, still costs beside all other borders:

    E[F_uv] = exp(a_u + b_v + gamma Z_uv + beta_former former_uv + beta_other other_uv)

    only added   beta_former = beta_other          fused   beta_former = 0
    dissolved share = 1 - beta_former / beta_other

Both hypotheses are Wald tests with the joint two-way clustered covariance, raised where it is below the noise of
flows, and clusters less 1 degrees of freedom; the share has a delta-method interval. Tests at 10 % call a union of
four among twelve blocks of four units fused in part by mistake in 14 % of draws.
Beside it: modularity by old blocks in excess of the border-free benchmark, and how far the communities of the flows
repeat the old blocks (normalised mutual information), beside the same under the benchmark.

References
----------
.. [1] J. McCallum, "National Borders Matter", 1995.
.. [2] V. Nitsch, N. Wolf, "Tear Down This Wall: On the Persistence of Borders in Trade", 2013.
.. [3] E. A. Leicht, M. E. J. Newman, "Community Structure in Directed Networks", 2008, eq. 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtr

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import ParameterFault
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.benchmark import border_free
from ronghe.measure.border_dummies import crossing, require_border
from ronghe.measure.gravity import gravity
from ronghe.measure.gravity_fit import NORMAL_95, Effect, GravityFit

FORMER, OTHER = "former", "other"
LEVEL = 0.10
"""Two-sided level of the tests, that of the 5-95 % intervals."""
Verdict = Literal["only added", "partly fused", "fused", "more divided", "undecided"]

SENTENCES: Mapping[Verdict, Text] = {
    "only added": Text(
        "相加而未融合：原边界的效应与其他边界没有显著差别。",
        "Only added: the former borders weigh as much as all others.",
    ),
    "partly fused": Text(
        "部分融合：原边界的效应小于其他边界，但仍显著不为零。",
        "Partly fused: the former borders weigh less than others, but still weigh.",
    ),
    "fused": Text(
        "已经融合：原边界的效应小于其他边界，且已看不出壁垒。",
        "Fused: the former borders weigh less than others, and no wall of their own is seen any more.",
    ),
    "more divided": Text(
        "比相加更分割：原边界的效应大于其他边界。",
        "More divided than added: the former borders weigh more than others.",
    ),
    "undecided": Text(
        "无法判断：现有数据既不能排除未融合，也不能排除已融合。",
        "Undecided: the data rule out neither added nor fused.",
    ),
}


@dataclass(frozen=True, slots=True)
class Wald:
    """A Wald test of one restriction: the squared coefficient over its variance, and its p-value."""

    statistic: float
    p: float

    @property
    def rejected(self) -> bool:
        """Whether the hypothesis is rejected at :data:`LEVEL`."""
        return self.p < LEVEL


@dataclass(frozen=True, slots=True)
class Communities:
    """Parts (b) and (c): how far the flows themselves fall apart along the old blocks.

    Attributes
    ----------
    modularity, benchmark_modularity : float
        Q by old blocks, of F and of F0.
    nmi, benchmark_nmi : float or None
        Likeness of the communities of F, and of F0, with the old blocks.
    """

    modularity: float
    benchmark_modularity: float
    nmi: float | None = None
    benchmark_nmi: float | None = None

    @property
    def excess(self) -> float:
        """Q(F) - Q(F0)."""
        return self.modularity - self.benchmark_modularity


@dataclass(frozen=True, slots=True, eq=False)
class UnionTest:
    """Whether a union fused or was only added.

    Attributes
    ----------
    former, other : Effect
        Border terms inside the union and elsewhere, log points; below 0 is a wall.
    added, fused : Wald
        Tests of beta_former = beta_other and of beta_former = 0.
    dissolved : float
        1 - beta_former / beta_other; NaN unless the other borders are a wall.
    spread : Spread
        5-95 % of the dissolved share.
    verdict : str
    sentence : Text
    communities : Communities
    fit : GravityFit
    notes : tuple of Text
    """

    former: Effect
    other: Effect
    added: Wald
    fused: Wald
    dissolved: float
    spread: Spread
    verdict: Verdict
    sentence: Text
    communities: Communities
    fit: GravityFit
    notes: tuple[Text, ...]


def union_test(
    *,
    flows: Floats,
    covariates: Mapping[str, Floats],
    blocks: Ints | Sequence[int],
    former: Sequence[int],
    units: Sequence[str] = (),
    nmi: tuple[float, float] | None = None,
) -> UnionTest:
    """Test whether blocks that were merged have fused.

    Parameters
    ----------
    flows : array, shape (origin, destination)
        Own flows on the diagonal where known; NaN where unknown.
    covariates : mapping of name to array
        As in :func:`ronghe.measure.gravity.gravity`.
    blocks : array of int, shape (unit,)
        *Old* block of every unit.
    former : sequence of int
        Old blocks that form the union.
    units : sequence of str, optional
    nmi : (float, float), optional
        Part (c): likeness of the communities of F and of F0 with the old blocks.

    Raises
    ------
    ParameterFault
        If the union has fewer than two blocks, or nobody is outside it.
    NotIdentified
        If the two borders cannot be told apart from the effects or from one another.
    UnconvergedSolution
        If the search, or the benchmark, stopped.
    """
    of, merged = np.asarray(blocks, dtype=np.int64), sorted(set(former))
    _check(flows, of, merged)
    require_border(np.asarray(flows), of)
    fit = gravity(flows=flows, covariates=covariates, borders=union_borders(of, merged), units=units)
    first, second = fit.effect(FORMER), fit.effect(OTHER)
    one, two = (np.array([float(name == wanted) for name in fit.names]) for wanted in (FORMER, OTHER))
    free = fit.clusters - 1
    added = wald(first.value - second.value, fit.variance(one - two), free)
    fused = wald(first.value, fit.variance(one), free)
    dissolved, spread = dissolved_share(
        first.value, second.value, lambda g: fit.variance(g[0] * one + g[1] * two), fit.quantile
    )
    verdict = _verdict(first.value, second.value, added, fused)
    benchmark = border_free(fit=fit, flows=flows)
    benchmark.require()
    communities = Communities(
        block_modularity(benchmark.observed[0], of), block_modularity(benchmark.flows[0], of), *(nmi or (None, None))
    )
    return UnionTest(first, second, added, fused, dissolved, spread, verdict, SENTENCES[verdict], communities, fit,
                     fit.notes)  # fmt: skip


def union_borders(blocks: Ints, former: Sequence[int]) -> dict[str, Bools]:
    """Return the dummies of former borders inside the union and of all other borders."""
    belongs = np.isin(blocks, list(former))
    inside = crossing(blocks) & belongs[:, None] & belongs[None, :]
    return {FORMER: inside, OTHER: crossing(blocks) & ~inside}


def wald(distance: float, variance: float, free: float = np.inf) -> Wald:
    """Return the Wald test that a combination of coefficients is 0: F with 1 and ``free`` degrees of freedom.

    Examples
    --------
    >>> round(wald(1.96, 1.0).p, 3)
    0.05
    """
    statistic = distance**2 / variance if variance > 0 else (np.inf if distance else 0.0)
    return Wald(float(statistic), float(2 * stdtr(free, -np.sqrt(statistic))))


def dissolved_share(
    former: float, other: float, variance: Callable[[Floats], float], quantile: float = NORMAL_95
) -> tuple[float, Spread]:
    """Return 1 - former / other and its 5-95 % delta-method interval.

    Parameters
    ----------
    former, other : float
        Border terms.
    variance : callable
        Variance of a sum of the two, by its weights, shape (2,).
    quantile : float
        95 % of the distribution of a coefficient over its error.

    Examples
    --------
    >>> share, spread = dissolved_share(-0.5, -1.0, lambda weights: 0.01 * weights[0] ** 2)
    >>> round(share, 3), round(spread.low, 3), round(spread.high, 3)
    (0.5, 0.336, 0.664)
    """
    if not other < 0:
        return float("nan"), Spread("none", float("nan"), float("nan"))
    share = 1 - former / other
    margin = quantile * float(np.sqrt(variance(np.array([-1.0 / other, former / other**2]))))
    return share, Spread("interval", share - margin, share + margin)


def block_modularity(flows: Floats, blocks: Ints) -> float:
    """Return the modularity of directed weighted flows by given blocks [3]_; unknown flows are left out.

    Examples
    --------
    Two blocks of two, own flow 8, cross flows 1.

    >>> flows = np.array([[0, 8, 1, 1], [8, 0, 1, 1], [1, 1, 0, 8], [1, 1, 8, 0.0]])
    >>> round(block_modularity(flows, np.array([0, 0, 1, 1])), 10)
    0.3
    """
    known = np.nan_to_num(flows)
    whole = known.sum()
    if not whole > 0:
        return float("nan")
    belongs = (blocks[None, :] == np.unique(blocks)[:, None]).astype(float)
    between = belongs @ known @ belongs.T / whole
    return float(np.trace(between) - between.sum(axis=1) @ between.sum(axis=0))


def _verdict(former: float, other: float, added: Wald, fused: Wald) -> Verdict:
    if not added.rejected:
        return "only added" if fused.rejected else "undecided"
    if former < other:
        return "more divided"
    return "partly fused" if fused.rejected and former < 0 else "fused"


def _check(flows: Floats, blocks: Ints, former: Sequence[int]) -> None:
    faults = []
    if np.ndim(flows) != 2 or np.shape(flows)[0] != len(blocks):
        faults.append(
            Text(
                f"flows 应为{len(blocks)}×{len(blocks)}，读到 {np.shape(flows)}。",
                f"flows must be {len(blocks)} x {len(blocks)}; read {np.shape(flows)}.",
            )
        )
    absent = [block for block in former if block not in set(blocks.tolist())]
    if absent:
        zh, en = "、".join(map(str, absent)), ", ".join(map(str, absent))
        faults.append(Text(f"没有单元属于区块 {zh}。", f"No unit belongs to block {en}."))
    if len(former) < 2:
        faults.append(Text("联合体至少要有两个原区块。", "A union needs two former blocks."))
    elif set(blocks.tolist()) <= set(former):
        faults.append(
            Text("联合体之外没有区块，没有其他边界可比。", "Nobody is outside the union: no other border to compare.")
        )
    if faults:
        raise ParameterFault(Text("".join(one.zh for one in faults), " ".join(one.en for one in faults)))
