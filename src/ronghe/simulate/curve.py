"""The gain as a curve: from prohibitive walls over today's trade to cheaper, or dearer, trade inside an area.

Left of today the kernel of the pairs inside is scaled by lambda, k^ = lambda^(-1/theta), lambda 0 being no trade;
right of it k^ = 1 - cut. Everything is counted from today: 0 at lambda 1 and at a cut of 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ScenarioFault
from ronghe.base.text import Text
from ronghe.simulate.checks import is_number, shown
from ronghe.simulate.economy import Economy
from ronghe.simulate.opening import Opening, barriers, opening, welfare
from ronghe.simulate.quick import Quick
from ronghe.simulate.scenario import Where
from ronghe.simulate.shock import Shock
from ronghe.simulate.world import World

CUTS = (0.0, 0.05, 0.10, 0.15, 0.20)
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class GainCurve(Mapping[float, float]):
    """Headline total of the area (household and services, 亿元 a year) by cut; a mapping cut -> gain.

    Attributes
    ----------
    points : mapping of float to float
        By cut, in rising order; a negative cut is dearer trade.
    walls : mapping of float to float
        By lambda, the share of today's kernel that is left inside: minus the realised gain at 0, 0 at 1.
    certificate : Text
    """

    points: Mapping[float, float]
    walls: Mapping[float, float]
    certificate: Text

    def __getitem__(self, cut: float) -> float:
        return self.points[cut]

    def __iter__(self) -> Iterator[float]:
        return iter(self.points)

    def __len__(self) -> int:
        return len(self.points)

    @property
    def rising(self) -> bool:
        """Whether the gain rises all the way from walls to the largest cut."""
        values = [*self.walls.values(), *(value for cut, value in self.points.items() if cut > 0)]
        size = max(map(abs, values), default=0.0)
        return all(later >= earlier - 1e-9 * size for earlier, later in pairwise(values))


def gain_curve(
    economy: Economy, area: Where, cuts: Sequence[float] = CUTS, *, shares: Sequence[float] = SHARES
) -> GainCurve:
    """Return the gain of an area at each cut, and at each share of today's kernel.

    Parameters
    ----------
    area : Area, its name, or list of names or codes
    cuts : sequence of float
        Each below 1; negative ones are dearer trade.
    shares : sequence of float
        lambda, from 0 (prohibitive walls) to 1 (now).

    Raises
    ------
    NotIdentified
        If the tables cannot tell these gains.
    ScenarioFault
        For a cut of 1 or more, or a share outside 0 to 1.
    UnconvergedSolution
        If any point has no equilibrium.
    """
    _check_points(cuts, shares)
    economy.require("stated_cut_gain")
    economy.require("realised_gain")
    where = opening(economy, area)
    quick = Quick(economy.world, economy.parameters)

    def at(shock: Shock) -> float:
        return welfare(quick.certain(shock), where.inside)

    points = {cut: 0.0 if cut == 0 else at(barriers(economy.world, where.mask, 1.0 - cut)) for cut in sorted(cuts)}
    walls = {share: 0.0 if share == 1 else at(Shock(_walls(economy.world, where, share))) for share in sorted(shares)}
    return GainCurve(points, walls, quick.certificate)


def _check_points(cuts: object, shares: object) -> None:
    """Raise unless both are lists of numbers in their range."""
    wrong = [
        *_wrong(cuts, lambda cut: cut < 1.0),
        *_wrong(shares, lambda share: 0.0 <= share <= 1.0),
    ]
    if wrong:
        read = ", ".join(wrong)
        raise ScenarioFault(
            Text(
                f"曲线上的点应写成列表，为小于1的降幅或0至1的份额，读到 {read}。",
                f"Points of the curve are lists, of cuts below 1 or shares from 0 to 1; read {read}.",
            )
        )


def _wrong(points: object, holds: Callable[[float], bool]) -> list[str]:
    """Return what is no point; all of it where it is no list."""
    listed = points.ndim == 1 if isinstance(points, np.ndarray) else isinstance(points, Sequence)
    if isinstance(points, str) or not isinstance(points, Sequence | np.ndarray) or not listed:
        return [shown(points)]
    return [shown(point) for point in points if not (is_number(point) and holds(point))]


def _walls(world: World, where: Opening, share: float) -> Floats:
    """Return k^ = share^(-1/theta) on the pairs of an opening; infinite where nothing is left."""
    change = np.ones(world.shares.shape)
    for j in np.flatnonzero(world.traded):
        factor = np.inf if share == 0 else share ** (-1.0 / world.elasticities[j])
        change[j] = np.where(where.mask, factor, 1.0)
    return change
