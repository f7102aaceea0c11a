"""Cluster continuity (F11): do plants of one industry stand together across a border more than chance has it?

    F11 = pairs across the border within 50 km, of the same or linked industries
          / their mean number when industries are permuted among the sites of the same side

Permuting within a side keeps where each side has sites and how many plants of the industry: only the meeting of
the two sides is judged. 1: as chance has it; above 1 the cluster reaches across.

The interval resamples stretches of the border, since neighbouring pairs share their plants.

References
----------
.. [1] G. Duranton, H. G. Overman, "Testing for Localization Using Micro-Geographic Data", 2005 (permuted industries).
.. [2] S. N. Lahiri, "Resampling Methods for Dependent Data", 2003 (blocks).
.. [3] T. C. Hesterberg, "What Teachers Should Know About the Bootstrap", 2015 (expanded percentiles).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree
from scipy.special import ndtr, stdtrit

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.clusters import DRAWS, FEWEST
from ronghe.measure.points import EARTH, unit_vectors, wrong_points
from ronghe.measure.wrong import refuse

WITHIN = 50.0
STRETCHES = 10
"""Stretches of the border that are resampled."""


@dataclass(frozen=True, slots=True, eq=False)
class Continuity:
    """Continuity of a cluster across one border.

    Attributes
    ----------
    value : float
        Pairs over expected pairs; NaN where none is expected.
    pairs : int
        Pairs of plants across the border that are near and of the same or linked industries.
    expected : float
        Their mean over the permutations.
    chance_low, chance_high : float
        5 and 95 % of the permutations, as multiples of the expected number: what chance alone gives.
    chance : float
        Share of permutations, the observed one among them, with at least as many pairs.
    spread : Spread or None
        5 and 95 % over resampled stretches of the border.
    reason : Text
        Why there is no ratio or no interval; empty where there are both.
    near : int
        Pairs of sites of any industry across the border within reach.
    plants : tuple of (int, int)
        Plants of the industry on each side.
    draws, seed : int
    """

    value: float
    pairs: int
    expected: float
    chance_low: float
    chance_high: float
    chance: float
    spread: Spread | None
    reason: Text
    near: int
    plants: tuple[int, int]
    draws: int
    seed: int


def continuity(
    *,
    longitudes: Floats,
    latitudes: Floats,
    across: Bools,
    industry: Bools,
    linked: Bools | None = None,
    within: float = WITHIN,
    draws: int = DRAWS,
    seed: int = 0,
) -> Continuity:
    """Return how far a cluster reaches across a border.

    Parameters
    ----------
    longitudes, latitudes : array, shape (site,)
        Sites of all industries on both sides, degrees.
    across : array of bool, shape (site,)
        Side of each site.
    industry : array of bool, shape (site,)
        Plants of the industry.
    linked : array of bool, shape (site,), optional
        Plants of industries linked to it, counted as partners of its own plants besides these.
    within : float
        Reach, km.
    draws, seed : int

    Raises
    ------
    ParameterFault
        If shapes do not fit, coordinates are none, or ``within`` is not above 0.
    NotIdentified
        With fewer than ten plants of the industry on a side, or no two sites within reach.
    """
    other = np.zeros(np.shape(longitudes), dtype=np.bool_) if linked is None else np.asarray(linked)
    across, industry = np.asarray(across), np.asarray(industry)
    _check(longitudes, latitudes, across, industry, other, within, draws)
    left, right = np.flatnonzero(~across), np.flatnonzero(across)
    plants = int(industry[left].sum()), int(industry[right].sum())
    _refuse_few(plants)
    vectors = unit_vectors(longitudes, latitudes)
    ends = _near(vectors[left], vectors[right], within)
    if not len(ends):
        reason = Text(f"边界两侧没有相距{within:g}公里以内的厂址。", f"No two sites across are within {within:g} km.")
        raise NotIdentified("plants", reason, ("plants",))
    near = sparse.csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(left), len(right)))
    # An industry's own plants are partners of one another too.
    partner = industry | other
    counted = _matches((industry[left], partner[left]), (industry[right], partner[right]), ends)
    observed = int(counted.sum())
    permuted = _permuted((industry[left], partner[left]), (industry[right], partner[right]), near, draws, seed)
    expected = float(permuted.mean())
    low, high = np.quantile(permuted, [0.05, 0.95])
    chance = float((1 + (permuted >= observed).sum()) / (draws + 1))
    spread, reason = _interval(_stretch(vectors, left, right, ends), counted, expected / len(ends), draws, seed)
    return Continuity(
        value=observed / expected if expected > 0 else float("nan"),
        pairs=observed,
        expected=expected,
        chance_low=float(low) / expected if expected > 0 else float("nan"),
        chance_high=float(high) / expected if expected > 0 else float("nan"),
        chance=chance,
        spread=spread,
        reason=reason,
        near=len(ends),
        plants=plants,
        draws=draws,
        seed=seed,
    )


def _near(left: Floats, right: Floats, within: float) -> Ints:
    """Return positions of the pairs within reach, shape (pair, 2)."""
    chord = 2 * np.sin(min(within / EARTH, np.pi) / 2)
    found = cKDTree(left).sparse_distance_matrix(cKDTree(right), chord, output_type="ndarray")
    return np.stack([found["i"], found["j"]], axis=1).astype(np.int64)


def _matches(left: tuple[Bools, Bools], right: tuple[Bools, Bools], ends: Ints) -> Bools:
    """Return which near pairs join a plant of the industry to a partner, either way round."""
    (own, partner), (own_there, partner_there) = left, right
    a, b = ends[:, 0], ends[:, 1]
    return np.asarray((own[a] & partner_there[b]) | (partner[a] & own_there[b]), dtype=np.bool_)


def _permuted(
    left: tuple[Bools, Bools], right: tuple[Bools, Bools], near: sparse.csr_array, draws: int, seed: int
) -> Floats:
    """Return the number of pairs with industries permuted within each side, shape (draw,)."""
    random = np.random.default_rng(seed)
    found = np.empty(draws)
    for draw in range(draws):
        a, b = random.permutation(near.shape[0]), random.permutation(near.shape[1])
        (own, partner), (own_there, partner_there) = (tuple(flag[a] for flag in left), tuple(flag[b] for flag in right))
        # Own plants are partners as well: pairs of two own plants are met twice, and counted once.
        found[draw] = own @ (near @ partner_there) + partner @ (near @ own_there) - own @ (near @ own_there)
    return found


def _stretch(vectors: Floats, left: Ints, right: Ints, ends: Ints) -> Ints:
    """Return the stretch of the border each near pair lies on: its middle along the main axis of all middles."""
    middles = vectors[left[ends[:, 0]]] + vectors[right[ends[:, 1]]]
    centred = middles - middles.mean(axis=0)
    axis = np.linalg.eigh(centred.T @ centred)[1][:, -1]
    along = centred @ axis
    # Equal lengths: a stretch is a piece of border, however many sites it has.
    edges = np.linspace(along.min(), along.max(), STRETCHES + 1)[1:-1]
    return np.asarray(np.searchsorted(edges, along), dtype=np.int64)


def _interval(stretch: Ints, counted: Bools, rate: float, draws: int, seed: int) -> tuple[Spread | None, Text]:
    """Return 5 and 95 % of the ratio with stretches of border resampled, or why not.

    With some twenty pairs on ten stretches such intervals hold the truth in 78 % of samples: somewhat narrow.
    """
    near = np.bincount(stretch, minlength=STRETCHES).astype(np.float64)
    pairs = np.bincount(stretch, weights=counted, minlength=STRETCHES)
    filled = np.flatnonzero(near)
    if rate == 0:
        return None, Text(
            "随机排列中没有出现跨界的同业厂址对，期望为0，因此没有比值。",
            "No permutation has a pair of the industry across the border: none is expected, and there is no ratio.",
        )
    if len(filled) < STRETCHES // 2:
        return None, Text(
            f"边界上有厂址的路段只有{len(filled)}段（共{STRETCHES}段），不足以重抽样。",
            f"Sites lie on {len(filled)} of {STRETCHES} stretches of the border; too few to resample.",
        )
    drawn = np.random.default_rng(seed).choice(filled, (draws, len(filled)))
    ratios = pairs[drawn].sum(axis=1) / (near[drawn].sum(axis=1) * rate)
    # Percentiles widened for few stretches [3]_: Student's quantile, and the variance a resample lacks.
    number = len(filled)
    tail = ndtr(np.sqrt(number / (number - 1)) * stdtrit(number - 1, 0.05))
    return Spread("interval", *np.quantile(ratios, [tail, 1 - tail]).tolist()), Text("", "")


def _refuse_few(plants: tuple[int, int]) -> None:
    if min(plants) < FEWEST:
        reason = Text(
            f"该行业两侧厂址为{plants[0]}个和{plants[1]}个，每侧至少需要{FEWEST}个。",
            f"The industry has {plants[0]} and {plants[1]} plants; at least {FEWEST} are needed on each side.",
        )
        raise NotIdentified("plants", reason, ("plants",))


def _check(
    longitudes: Floats, latitudes: Floats, across: Bools, industry: Bools, linked: Bools, within: float, draws: int
) -> None:
    """Tell every fault of the input at once."""
    faults = wrong_points(longitudes, latitudes)
    for name, flags in (("across", across), ("industry", industry), ("linked", linked)):
        if np.shape(flags) != np.shape(longitudes) or np.asarray(flags).dtype != np.bool_:
            faults.append(
                Text(
                    f"{name} 应为与坐标等长的布尔数组。",
                    f"{name} must be an array of bool as long as the coordinates.",
                )
            )
    if not (np.isfinite(within) and within > 0):
        faults.append(Text(f"within 应为正的公里数，读到{within:g}。", f"within must be km above 0; read {within:g}."))
    if draws < 19:
        faults.append(Text(f"draws 至少为19，读到{draws}。", f"draws must be at least 19; read {draws}."))
    refuse(faults)
