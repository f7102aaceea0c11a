"""A scenario band (情景带) as a result: its ends by column and region, and what drives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ronghe.base.arrays import Floats
from ronghe.base.spread import Spread
from ronghe.base.text import Text


@dataclass(frozen=True, slots=True)
class Driver:
    """One assumption, and how far the area's gain moves with it.

    Attributes
    ----------
    key : str
        ``elasticity``, ``distance``, ``estimate`` or ``reading``.
    low, high : float
        The headline total at its lowest and highest, 亿元 a year; ``at_low`` and ``at_high`` say where.
    """

    key: str
    name: Text
    low: float
    high: float
    at_low: Text
    at_high: Text

    @property
    def width(self) -> float:
        """How far the gain moves."""
        return self.high - self.low


@dataclass(frozen=True, slots=True, eq=False)
class GainBand:
    """The scenario band of one gain.

    Attributes
    ----------
    columns : mapping of column to Spread
        Area totals of ``headline`` (household and services), ``household``, ``services``, ``payable``.
    region_low, region_high : mapping of column to array, shape (region,)
        The same ends for every region of the economy.
    drivers : tuple of Driver
        Widest first.
    by_elasticity : mapping of float to float
        Headline total at each trade elasticity.
    order : tuple of str
        Members by headline relative to value added, highest first, at the central parameters.
    order_stable : bool
        Whether that order is the same in every sweep and in at least 95 % of the draws.
    draws, failed : int
        Draws asked for; solves (sweeps and draws) that did not converge and are left out.
    note : Text
        Which sweeps and draws the ends come from.
    certificate : Text
        How many solves stand behind it, and how exact.
    """

    members: tuple[str, ...]
    columns: Mapping[str, Spread]
    region_low: Mapping[str, Floats]
    region_high: Mapping[str, Floats]
    drivers: tuple[Driver, ...]
    by_elasticity: Mapping[float, float]
    order: tuple[str, ...]
    order_stable: bool
    draws: int
    failed: int
    seed: int
    note: Text
    certificate: Text


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands of the stated cut and of the realised gain over the same sweeps and draws."""

    gain: GainBand
    realised: GainBand
