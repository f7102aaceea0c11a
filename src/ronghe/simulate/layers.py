"""Hardware and software: what each brings by itself, after the other, and only together.

With g(H), g(S) and g(HS) the exact gains of all hardware levers, of all software levers and of both,

    hardware first:  g(H), then g(HS) - g(H)          interaction = g(HS) - g(H) - g(S)
    software first:  g(S), then g(HS) - g(S)

A positive interaction says that a road pays more once the rules let goods pass, and the rules more once there is a
road; a negative one, that the two do partly the same work. Stated cuts have no layer and stay outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ronghe.base.arrays import Floats
from ronghe.simulate.closure import Closure
from ronghe.simulate.economy import Economy
from ronghe.simulate.gain import gain
from ronghe.simulate.scenario import Layer, Scenario


@dataclass(frozen=True, slots=True, eq=False)
class LayerSplit:
    """Gains of one column by layer, 亿元 a year at base prices.

    Attributes
    ----------
    regions : tuple of str
        Codes of every region of the economy.
    hardware, software, together : array, shape (region,)
        g(H), g(S), g(HS).
    """

    regions: tuple[str, ...]
    hardware: Floats
    software: Floats
    together: Floats

    @property
    def hardware_after(self) -> Floats:
        """What hardware adds once software is there."""
        return self.together - self.software

    @property
    def software_after(self) -> Floats:
        """What software adds once hardware is there."""
        return self.together - self.hardware

    @property
    def interaction(self) -> Floats:
        """What the two bring only together; negative where they do the same work."""
        return self.together - self.hardware - self.software


def split_by_layer(
    economy: Economy, scenario: Scenario, *, column: str = "headline", closure: Closure = "short"
) -> LayerSplit | None:
    """Split the gain of the documented levers by layer; None unless both layers have one.

    Raises
    ------
    NotIdentified
        If the tables cannot tell the gain of a stated cut.
    UnconvergedSolution
        If any of the three has no certified equilibrium.
    """
    if {lever.layer for lever in scenario.levers} != {"hardware", "software"}:
        return None

    def of(*layers: Layer) -> Floats:
        kept = tuple(c for c in scenario.changes if c.lever is not None and c.lever.layer in layers)
        return gain(economy, replace(scenario, changes=kept), closure=closure).column(column)

    return LayerSplit(economy.regions, of("hardware"), of("software"), of("hardware", "software"))
