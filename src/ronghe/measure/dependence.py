"""Single sources and completeness: where a region's intermediate inputs come from (DX10).

Of input k that sector j of region q uses, origin p supplies m_p = Z_pk,qj / sum over origins of Z_p'k,qj. Beside the
largest m_p outside q stand the concentration HHI = sum of m_p^2 over all origins and the cost share of k in j. An input
is flagged where both shares reach a threshold. Where imports are one row, not a block by product, the shares are among
domestic origins, and the lowest they can be (all imports of j were of this product) stands beside them.

Completeness is the share of inputs met in the own region, elsewhere in the area, elsewhere in the country, and abroad.

References
----------
.. [1] O. C. Herfindahl, "Concentration in the Steel Industry", 1950.
.. [2] R. E. Miller, P. D. Blair, "Input-Output Analysis", 2009, chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.measure.mrio import check_per_region

SINGLE = 0.5
"""Share of the largest outside source from which an input is flagged."""
COSTLY = 0.02
"""Share of an input in costs from which it is flagged."""
ROUNDING = 1e-12
"""A share this little below a threshold is at it."""


@dataclass(frozen=True, slots=True, eq=False)
class Dependence:
    """Sources of every input k of sector j of region q; NaN where it is not used.

    Attributes
    ----------
    source : array of int, shape (S, R, S)
        Region of the largest source outside q; R for abroad, -1 where nothing comes from outside. Of equal ones the
        first in the order of the table.
    share, lowest : array, shape (S, R, S)
        Share of that source in all origins; and the lowest it can be where imports are not known by product.
    concentration : array, shape (S, R, S)
        HHI over all origins, own region included.
    cost : array, shape (S, R, S)
        The input's share of the user's output.
    flagged, surely : array of bool, shape (S, R, S)
        Both thresholds reached; also by the lowest share.
    abroad_known : bool
        Whether imports are known by product: abroad is then one source among the others.
    single, costly : float
        The thresholds.
    """

    source: Ints
    share: Floats
    lowest: Floats
    concentration: Floats
    cost: Floats
    flagged: Bools
    surely: Bools
    abroad_known: bool
    single: float
    costly: float

    @property
    def pairs(self) -> Ints:
        """Number of flagged inputs by source and user, shape (R + 1, R): abroad last."""
        count = self.source.shape[1]
        found = np.zeros((count + 1, count), dtype=np.int64)
        _, users, _ = np.nonzero(self.flagged)
        np.add.at(found, (self.source[self.flagged], users), 1)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Completeness:
    """Where intermediate inputs are met: own region, rest of the area, rest of the country, abroad; they sum to 1.

    Attributes
    ----------
    sectors : array, shape (4, R, S)
        By using sector; NaN where nothing is used.
    regions : array, shape (4, R)
    """

    sectors: Floats
    regions: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """Origins of a region's intermediate inputs; the columns sum to 1, NaN without inputs.

    Attributes
    ----------
    direct : array, shape (R + 1, R)
        Share bought from each region, abroad last.
    through : array, shape (R + 1, R)
        Share of value added of each region in those inputs through all stages, imports of every stage last.
    """

    direct: Floats
    through: Floats


def single_source(
    *, intermediate: Floats, imports: Floats, output: Floats, single: float = SINGLE, costly: float = COSTLY
) -> Dependence:
    """Return how far every input of every sector hangs on one source outside its region.

    Parameters
    ----------
    intermediate : array, shape (R, S, R, S)
    imports : array, shape (S, R, S) by product and user, or (R, S) by user only
    output : array, shape (R, S)
    single, costly : float
        Thresholds of the share of the source and of the share in costs.

    Raises
    ------
    ParameterFault
        For a threshold that is no share, or imports of another shape.
    """
    _check_sources(intermediate, imports, single, costly)
    count, known = intermediate.shape[0], imports.ndim == 3
    abroad = imports if known else np.zeros(intermediate.shape[1:])
    origins = np.concatenate([intermediate, abroad[None]])
    used = origins.sum(axis=0)
    concentration = _over(np.einsum("pkqj,pkqj->kqj", origins, origins), used**2)
    regions = np.arange(count)
    # From here on an own source is none from outside.
    origins[regions, :, regions, :] = 0.0
    source = origins.argmax(axis=0)
    largest = np.take_along_axis(origins, source[None], axis=0)[0]
    share = _over(largest, used)
    lowest = share if known else _over(largest, np.where(used > 0, used + imports, 0.0))
    cost = np.where(used > 0, _over(used, np.broadcast_to(output, used.shape)), np.nan)
    dear = cost >= costly - ROUNDING
    return Dependence(
        source=np.where(largest > 0, source, -1),
        share=share,
        lowest=lowest,
        concentration=concentration,
        cost=cost,
        flagged=dear & (share >= single - ROUNDING),
        surely=dear & (lowest >= single - ROUNDING),
        abroad_known=known,
        single=single,
        costly=costly,
    )


def completeness(*, intermediate: Floats, imports: Floats, area: Bools, country: Bools | None = None) -> Completeness:
    """Return where every sector's intermediate inputs come from.

    Parameters
    ----------
    intermediate : array, shape (R, S, R, S)
    imports : array, shape (R, S) or (S, R, S)
        Imported inputs.
    area : array of bool, shape (R,)
        Regions of the area. A user outside it has what it buys from the area there.
    country : array of bool, shape (R,), optional
        Regions of the country; all where left out. The others are abroad.

    Raises
    ------
    ParameterFault
        If ``area`` or ``country`` is not one yes or no a region.
    """
    count = intermediate.shape[0]
    home = np.ones(count, dtype=np.bool_) if country is None else country
    check_per_region(count, area=area, country=home)
    bought = intermediate.sum(axis=1)
    regions = np.arange(count)
    own = bought[regions, regions]
    others = bought.copy()
    others[regions, regions] = 0.0
    foreign = imports if imports.ndim == 2 else imports.sum(axis=0)
    met = np.stack(
        [own, others[area & home].sum(axis=0), others[home & ~area].sum(axis=0), others[~home].sum(axis=0) + foreign]
    )
    return Completeness(_over(met, met.sum(axis=0)), _over(met.sum(axis=2), met.sum(axis=(0, 2))))


def sources(*, intermediate: Floats, imports: Floats, output: Floats, value_added: Floats, inverse: Floats) -> Sources:
    """Return the origins of each region's intermediate inputs, direct and through all stages.

    Parameters
    ----------
    intermediate, inverse : array, shape (R, S, R, S)
    imports : array, shape (R, S) or (S, R, S)
    output, value_added : array, shape (R, S)
    """
    count, sectors = output.shape
    foreign = imports if imports.ndim == 2 else imports.sum(axis=0)
    direct = np.vstack([intermediate.sum(axis=(1, 3)), foreign.sum(axis=1)])
    bought = intermediate.sum(axis=3).reshape(-1, count)
    made = (inverse.reshape(count * sectors, -1) @ bought).reshape(count, sectors, count)
    costs = [np.divide(one, output, out=np.zeros_like(output), where=output > 0) for one in (value_added, foreign)]
    added = np.einsum("ps,psq->pq", costs[0], made)
    through = np.vstack([added, np.einsum("ps,psq->q", costs[1], made) + foreign.sum(axis=1)])
    return Sources(_over(direct, direct.sum(axis=0)), _over(through, direct.sum(axis=0)))


def _over(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, NaN where there is no whole."""
    found = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    return np.asarray(np.divide(part, whole, out=found, where=whole > 0), dtype=np.float64)


def _check_sources(intermediate: Floats, imports: Floats, single: float, costly: float) -> None:
    faults: list[Text] = []
    shapes = intermediate.shape[1:], intermediate.shape[2:]
    if imports.shape not in shapes:
        faults.append(
            Text(
                f"imports 的形状应为 {shapes[0]} 或 {shapes[1]}，读到 {imports.shape}。",
                f"imports must have shape {shapes[0]} or {shapes[1]}; read {imports.shape}.",
            )
        )
    for name, value in (("single", single), ("costly", costly)):
        if not 0 < value <= 1:
            faults.append(
                Text(
                    f"{name} 应大于0且不超过1，读到 {value:g}。",
                    f"{name} must be above 0 and at most 1; read {value:g}.",
                )
            )
    if faults:
        raise ParameterFault(Text("".join(fault.zh for fault in faults), " ".join(fault.en for fault in faults)))
