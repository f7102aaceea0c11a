"""The walls that are handed to the room ``simulate``: by layer, ordered pair and sector, with interval and band.

Arrays have shape (buyer, seller, sector), log points of flow; below 0 is a wall, above 0 there is nothing to remove.
The duty equivalent exp(-term / theta) - 1 has an *interval* at one theta, from sampling error, and a *scenario band*
over theta, from what is assumed; the two are never pooled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.status import Status
from ronghe.base.text import Text

Method = Literal["ppml", "head-ries"]
Layer = Literal["hardware", "software", "protection", "hukou", "knowledge"]
THETAS = (3.0, 4.0, 5.0, 6.0, 8.0)
"""Trade elasticities of the scenario band."""


@dataclass(frozen=True, slots=True, eq=False)
class BarrierEstimate:
    """Walls of every ordered pair of regions and sector, log points of flow; below 0 is a wall.

    Attributes
    ----------
    regions, sectors : tuple of str
        Axes of every array: shape (buyer, seller, sector).
    method : {"ppml", "head-ries"}
    theta : float
        Trade elasticity of duty equivalents and their interval.
    distance, border, residual : array
        Distance beyond home, common border, the pair's deviation from it. Outside the area the residual is 0 by
        construction with ``ppml``: those pairs are not told apart.
    protection : array
        The part of the border that evidence puts down to protection; NaN without evidence.
    margins : array
        Half the 5-95 % interval of ``terms``; NaN where no interval can be told.
    elasticities : array, shape (sector,)
        gamma, of flow with respect to distance.
    absent : mapping of layer to Text
        Layers that are not measured, and why.
    reasons : mapping of (buyer, seller, sector) to Text
        Single walls, by names of the blocks that own them, that are not measured, and why.
    status : Status
    source : Text
    notes : tuple of Text
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    method: Method
    theta: float
    distance: Floats
    border: Floats
    residual: Floats
    protection: Floats
    margins: Floats
    elasticities: Floats
    absent: Mapping[Layer, Text]
    reasons: Mapping[tuple[str, str, str], Text]
    status: Status
    source: Text
    notes: tuple[Text, ...]

    @property
    def terms(self) -> Floats:
        """Whole border term: common border and residual."""
        return self.border + self.residual

    @property
    def layers(self) -> dict[Layer, Floats]:
        """The five layers; a layer that is not measured is NaN."""
        nothing = np.full(self.border.shape, np.nan)
        split = np.where(np.isfinite(self.protection), self.protection, 0.0)
        return {
            "hardware": self.distance,
            "software": self.terms - split,
            "protection": self.protection,
            "hukou": nothing,
            "knowledge": nothing.copy(),
        }

    @property
    def removable(self) -> Bools:
        """Where there is a wall at all."""
        return np.asarray(self.terms < 0, dtype=np.bool_)

    def equivalents(self, theta: float | None = None) -> Floats:
        """Return duty equivalents exp(-term / theta) - 1 of the border."""
        return np.expm1(-self.terms / (self.theta if theta is None else theta))

    @property
    def interval(self) -> tuple[Floats, Floats]:
        """5 and 95 % of the duty equivalents from sampling error, at ``theta``."""
        low, high = (np.expm1(-(self.terms + side * self.margins) / self.theta) for side in (1, -1))
        return low, high

    def band(self, thetas: Sequence[float] = THETAS) -> tuple[Floats, Floats]:
        """Return the scenario band of the duty equivalents: lowest and highest over trade elasticities."""
        every = np.array([self.equivalents(theta) for theta in thetas])
        return every.min(axis=0), every.max(axis=0)

    def handed(self, regions: Sequence[str], sectors: Sequence[str]) -> Floats:
        """Return border terms on the axes of an economy, shape (sector, buyer, seller); NaN where not measured.

        Parameters
        ----------
        regions, sectors : sequence of str
            Codes of the economy, in its order; those that are not covered here are NaN.
        """
        found = np.full((len(sectors), len(regions), len(regions)), np.nan)
        rows, columns = ([held.index(code) if code in held else -1 for code in codes]
                         for held, codes in ((self.regions, regions), (self.sectors, sectors)))  # fmt: skip
        here, there = np.flatnonzero(np.array(rows) >= 0), np.flatnonzero(np.array(columns) >= 0)
        cut = self.terms[np.ix_(np.array(rows)[here], np.array(rows)[here], np.array(columns)[there])]
        found[np.ix_(there, here, here)] = cut.transpose(2, 0, 1)
        return found
