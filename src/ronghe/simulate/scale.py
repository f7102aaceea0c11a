"""The scale part of a gain: what larger markets add by themselves, the gain with scale on less the gain with it off.

Both are exact gains of the long closure; people, capital and land move in both. With psi = 0 the part is 0 exactly.
What trade in several sectors adds (scope) is read off :mod:`ronghe.simulate.sectors`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.economy import Economy
from ronghe.simulate.gain import Gain, gain
from ronghe.simulate.scenario import Scenario


@dataclass(frozen=True, eq=False)
class ScalePart:
    """The gain of the long closure with scale and without.

    Attributes
    ----------
    whole, without : Gain
        With the economy's scale elasticity, and with 0; each carries its certificate.
    """

    whole: Gain
    without: Gain

    def column(self, name: str = "headline") -> Floats:
        """Return the scale part of one column, shape (region,)."""
        return np.asarray(self.whole.column(name) - self.without.column(name))

    def total(self, name: str = "headline") -> float:
        """Return the scale part of the members together."""
        return self.whole.total(name) - self.without.total(name)


def scale_part(economy: Economy, scenario: Scenario) -> ScalePart:
    """Return the scale part of the gain of a scenario, long closure.

    Raises
    ------
    ParameterFault
        If the economy's scale elasticity is 0: there is nothing to part.
    UnconvergedSolution
        If either gain has no certificate.
    """
    if economy.parameters.scale <= 0:
        raise ParameterFault(
            Text("规模弹性 scale 为0，没有规模部分可分。", "The scale elasticity is 0: there is no scale part.")
        )
    flat = economy.with_parameters(replace(economy.parameters, scale=0.0))
    return ScalePart(gain(economy, scenario, closure="long"), gain(flat, scenario, closure="long"))
