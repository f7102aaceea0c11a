"""Half-life of price gaps (F05): how many periods until half of a gap between two places is gone.

Log gap g of good k between the places of pair p, with an effect of its own for every good and pair:

    g_kpt = a_kp + phi_p g_kp,t-1 + e_kpt      phi_p = phi + phi_d (ln d_p - mean) + phi_b bd_p
    h = ln 0.5 / ln phi                        R = h across / h within, both at the mean distance

phi >= 1: gaps do not close, there is no half-life and no R. phi <= 0: half is gone in less than one period.

With effects, least squares finds phi too small, the more so the fewer periods T there are. Its score is put right by
its expected value, which needs no assumption on how the series began:

    sum_t g~_(t-1) e~_t + c_T(phi) s^2 = 0     c_T(phi) = (1/T) sum_(k=0..T-2) (T - 1 - k) phi^k

(~: less the mean of the series; s^2: its residual variance at phi). Both values are shown. Where the corrected score
has no zero the gaps cannot be told from a random walk: no reversion.

References
----------
.. [1] D. C. Parsley, S.-J. Wei, "Convergence to the Law of One Price Without Trade Barriers or Currency
   Fluctuations", 1996.
.. [2] S. Nickell, "Biases in Dynamic Models with Fixed Effects", 1981.
.. [3] M. J. G. Bun, M. A. Carree, "Bias-Corrected Estimation in Dynamic Panel Data Models", 2005.
.. [4] G. Dhaene, K. Jochmans, "Likelihood Inference in an Autoregression with Fixed Effects", 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.persistence import Moments, corrected, moments_of, uncorrected
from ronghe.measure.wrong import refuse

State = Literal["reverts", "no reversion", "< 1 period"]
WORDS: dict[State, Text] = {
    "reverts": Text("价差会收敛", "gaps close"),
    "no reversion": Text("不收敛", "no reversion"),
    "< 1 period": Text("不足一期", "< 1 period"),
}
FEWEST_GOODS = 5
"""With fewer an interval over goods says nothing."""


@dataclass(frozen=True, slots=True)
class HalfLife:
    """Persistence of a gap and its half-life.

    Attributes
    ----------
    raw, phi : float
        By least squares with effects, and put right; phi is NaN where the corrected score has no zero.
    periods : float
        Half-life; NaN unless gaps close within periods.
    state : {"reverts", "no reversion", "< 1 period"}
    """

    raw: float
    phi: float
    periods: float
    state: State

    @property
    def bias(self) -> float:
        """What least squares was off by."""
        return self.raw - self.phi


@dataclass(frozen=True, slots=True, eq=False)
class HalfLives:
    """Half-lives of price gaps inside blocks and across borders.

    Attributes
    ----------
    goods : tuple of str
    by_good : tuple of HalfLife or None
        Over all pairs; none for a good without a series that is long enough and moves.
    overall : HalfLife
        Over all goods and pairs, each good with the same weight.
    within, across : HalfLife or None
        At the mean log distance of all pairs; none where the border cannot be told apart.
    ratio : float
        R; NaN where a half-life is none.
    spread : Spread or None
        5 and 95 % of R, goods resampled.
    reason : Text
        Why there is no R or no interval; empty where there are both.
    kilometres : float
        The distance at which the two are held side by side; NaN without distances.
    series, left_out : int
        Series of a good and pair that count, and those too short or that never move.
    draws, seed : int
    """

    goods: tuple[str, ...]
    by_good: tuple[HalfLife | None, ...]
    overall: HalfLife
    within: HalfLife | None
    across: HalfLife | None
    ratio: float
    spread: Spread | None
    reason: Text
    kilometres: float
    series: int
    left_out: int
    draws: int
    seed: int


def log_gaps(*, prices: Floats, pairs: Ints) -> Floats:
    """Return log price gaps, shape (good, pair, period).

    Parameters
    ----------
    prices : array, shape (good, place, period)
        In levels, one unit a good; NaN where there is none.
    pairs : array of int, shape (pair, 2)
        Positions of the two places.

    Raises
    ------
    ParameterFault
        If shapes do not fit, or a price is not above 0.
    """
    held, ends = np.asarray(prices, dtype=np.float64), np.asarray(pairs, dtype=np.int64)
    faults: list[Text] = []
    if held.ndim != 3:
        faults.append(
            Text(
                f"prices 的形状应为（商品，地点，时期），读到 {held.shape}。",
                f"prices must have shape (good, place, period); read {held.shape}.",
            )
        )
    elif ends.ndim != 2 or ends.shape[1] != 2 or (len(ends) and (ends.min() < 0 or ends.max() >= held.shape[1])):
        faults.append(
            Text(
                f"pairs 应为成对的地点，位置在 0 至 {held.shape[1] - 1} 之间。",
                f"pairs must name two places each, from 0 to {held.shape[1] - 1}.",
            )
        )
    wrong = int((held <= 0).sum() + np.isinf(held).sum())
    if wrong:
        faults.append(Text(f"有{wrong}个价格不是正的有限数。", f"Prices that are not finite and above 0: {wrong}."))
    refuse(faults)
    logs = np.log(held)
    return np.asarray(logs[:, ends[:, 0]] - logs[:, ends[:, 1]], dtype=np.float64)


def half_life(*, phi: float, raw: float | None = None) -> HalfLife:
    """Return the half-life of a persistence.

    Examples
    --------
    >>> half_life(phi=0.5).periods, half_life(phi=1.0).state, half_life(phi=-0.1).state
    (1.0, 'no reversion', '< 1 period')
    """
    known = phi if raw is None else raw
    if not phi < 1:  # NaN: no zero of the corrected score
        return HalfLife(known, phi, float("nan"), "no reversion")
    if phi <= 0:
        return HalfLife(known, phi, float("nan"), "< 1 period")
    return HalfLife(known, phi, float(np.log(0.5) / np.log(phi)), "reverts")


def half_lives(
    *,
    gaps: Floats,
    goods: Sequence[str],
    across: Bools,
    kilometres: Floats | None = None,
    draws: int = 499,
    seed: int = 0,
) -> HalfLives:
    """Return the half-lives of price gaps, by good and by side of the border.

    Parameters
    ----------
    gaps : array, shape (good, pair, period)
        Of :func:`log_gaps`; NaN where a price is missing. A series is cut there, and a piece of fewer than four
        periods is left out.
    goods : sequence of str
    across : array of bool, shape (pair,)
        Whether a border lies between the two places.
    kilometres : array, shape (pair,), optional
        Distance; without it the two sides are held side by side as they are.
    draws, seed : int
        Of the interval.

    Raises
    ------
    ParameterFault
        If shapes do not fit, or a distance is not above 0.
    NotIdentified
        If no series is long enough, or gaps never change.
    """
    held, border = np.asarray(gaps, dtype=np.float64), np.asarray(across)
    kilometres = None if kilometres is None else np.asarray(kilometres, dtype=np.float64)
    _check(held, goods, border, kilometres, draws)
    found, left_out = moments_of(held)
    if not len(found.periods) or not found.before.sum() > 0:
        reason = Text("没有足够长且有变化的价差序列。", "No series of gaps is long enough and moves.")
        raise NotIdentified("relative_prices", reason, ("prices",))
    weights = np.ones(len(goods))
    overall = _one(found, weights, np.ones((held.shape[1], 1)), np.ones(1))
    by_good = tuple(
        _one(found, row, np.ones((held.shape[1], 1)), np.ones(1)) if found.counted[at] else None
        for at, row in enumerate(np.eye(len(goods)))
    )
    design, reason = _design(border, kilometres, found)
    sides: tuple[HalfLife, HalfLife] | None = None
    spread, ratio = None, float("nan")
    if design is not None:
        sides = _sides(found, weights, design)
        ratio = sides[1].periods / sides[0].periods
        spread, reason = _interval(found, design, ratio, draws, seed)
    middle = float("nan") if kilometres is None else float(np.exp(np.log(kilometres[found.pairs_seen]).mean()))
    return HalfLives(
        goods=tuple(goods),
        by_good=by_good,
        overall=overall,
        within=sides[0] if sides else None,
        across=sides[1] if sides else None,
        ratio=ratio,
        spread=spread,
        reason=reason,
        kilometres=middle,
        series=int(found.counted.sum()),
        left_out=left_out,
        draws=draws,
        seed=seed,
    )


def _one(found: Moments, weights: Floats, design: Floats, at: Floats) -> HalfLife:
    raw = uncorrected(found, weights, design)
    return half_life(phi=float(at @ corrected(found, weights, design, raw)), raw=float(at @ raw))


def _sides(found: Moments, weights: Floats, design: Floats) -> tuple[HalfLife, HalfLife]:
    """Return the half-lives within and across at the mean distance."""
    raw = uncorrected(found, weights, design)
    slopes = corrected(found, weights, design, raw)
    # Columns are 1, border and, centred, distance.
    within, across = (np.array([1.0, side, *[0.0] * (design.shape[1] - 2)]) for side in (0.0, 1.0))
    return (
        half_life(phi=float(within @ slopes), raw=float(within @ raw)),
        half_life(phi=float(across @ slopes), raw=float(across @ raw)),
    )


def _design(border: Bools, kilometres: Floats | None, found: Moments) -> tuple[Floats | None, Text]:
    """Return what persistence depends on, shape (pair, column), or why the border cannot be told apart."""
    seen = found.pairs_seen
    columns = [np.ones(len(border)), border.astype(np.float64)]
    if kilometres is not None:
        logs = np.log(kilometres)
        columns.append(logs - logs[seen].mean())
    design = np.stack(columns, axis=1)
    if np.ptp(design[seen, -1]) == 0 and kilometres is not None:
        design = design[:, :2]
    if np.linalg.matrix_rank(design[seen]) == design.shape[1]:
        return design, Text("", "")
    return None, Text(
        "只有跨界或只有界内的地点对，或边界与距离完全共线，不能比较两侧。",
        "All pairs lie on one side, or the border cannot be told from distance: the two are not compared.",
    )


def _interval(found: Moments, design: Floats, ratio: float, draws: int, seed: int) -> tuple[Spread | None, Text]:
    """Return 5 and 95 % of R with goods resampled, or why not."""
    if not np.isfinite(ratio):
        return None, Text(
            "有一侧的半衰期不存在（不收敛或不足一期），因此没有比值。",
            "One half-life is none (no reversion, or less than one period); so there is no ratio.",
        )
    goods = np.flatnonzero(found.counted)
    if len(goods) < FEWEST_GOODS:
        return None, Text(
            f"商品只有{len(goods)}种（少于{FEWEST_GOODS}种），不给区间。",
            f"Only {len(goods)} goods (fewer than {FEWEST_GOODS}): no interval.",
        )
    random, ratios = np.random.default_rng(seed), np.empty(draws)
    for draw in range(draws):
        weights = np.zeros(len(found.counted))
        weights[goods] = random.multinomial(len(goods), np.full(len(goods), 1 / len(goods)))
        within, across = _sides(found, weights, design)
        ratios[draw] = across.periods / within.periods
    lost = int((~np.isfinite(ratios)).sum())
    if lost > 0.05 * draws:
        return None, Text(
            f"{draws}次重抽样中有{lost}次没有半衰期，区间无法给出。",
            f"In {lost} of {draws} resamples a half-life is none; no interval can be given.",
        )
    return Spread("interval", *np.nanquantile(ratios, [0.05, 0.95]).tolist()), Text("", "")


def _check(gaps: Floats, goods: Sequence[str], across: Bools, kilometres: Floats | None, draws: int) -> None:
    """Tell every fault of the input at once."""
    faults: list[Text] = []
    if gaps.ndim != 3 or gaps.shape[0] != len(goods):
        faults.append(
            Text(
                f"gaps 的形状应为（{len(goods)}种商品，地点对，时期），读到 {gaps.shape}。",
                f"gaps must have shape ({len(goods)} goods, pair, period); read {gaps.shape}.",
            )
        )
    pairs = gaps.shape[1] if gaps.ndim == 3 else len(across)
    if across.shape != (pairs,) or across.dtype != np.bool_:
        faults.append(
            Text(f"across 应为{pairs}个布尔值，每对一个。", f"across must be {pairs} values of bool, one a pair.")
        )
    if draws < 1:
        faults.append(Text(f"draws 至少为1，读到{draws}。", f"draws must be at least 1; read {draws}."))
    if np.isinf(gaps).any():
        faults.append(Text("gaps 含无穷。", "gaps holds infinite values."))
    if kilometres is not None and (np.shape(kilometres) != (pairs,) or not (np.asarray(kilometres) > 0).all()):
        faults.append(
            Text(
                f"kilometres 应为{pairs}个正数，每对一个。",
                f"kilometres must be {pairs} numbers above 0, one a pair.",
            )
        )
    refuse(faults)
