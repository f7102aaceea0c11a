"""What is checked, and what follows from it before any market is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.closure import Moves
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.shock import Shock
from ronghe.simulate.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Hats:
    """A solved state by name, as hats; spending in levels.

    Wages and people by (group, region); prices, spending and productivity by (sector, region), the last None where
    scale is off.
    """

    wages: Floats
    rents: Floats
    land_rents: Floats
    people: Floats
    prices: Floats
    spending: Floats
    productivity: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What is checked, and what follows from it before any market is looked at."""

    world: World
    shock: Shock
    hats: Hats
    parameters: Parameters
    moving: Moves

    @property
    def bills(self) -> Floats:
        """Share of each group in wage bills, shape (group, sector, region)."""
        groups = self.world.blocks.groups
        return np.ones((1, *self.world.output.shape)) if groups is None else groups.bills

    @property
    def shares(self) -> tuple[Floats, Floats, Floats]:
        """Cost shares of labour, capital and land, shape (sector, region)."""
        g, b = self.world.value_added_shares, self.world.capital_shares
        estate = (np.arange(len(self.world.sectors)) == self.world.housing)[:, None]
        return g * (1.0 - b), g * b * ~estate, g * b * estate

    @property
    def labour_cost(self) -> Floats:
        """Hat of the cost of labour in each sector, shape (sector, region)."""
        power = 1.0 - self.parameters.group_substitution
        if len(self.bills) == 1:
            return np.broadcast_to(self.hats.wages[0], self.world.output.shape)
        if abs(power) < 1e-9:
            return np.asarray(np.prod(self.hats.wages[:, None, :] ** self.bills, axis=0))
        return np.asarray((self.bills * self.hats.wages[:, None, :] ** power).sum(axis=0) ** (1.0 / power))

    @property
    def rates(self) -> Floats:
        """Subsidy rates after the change, shape (sector, region)."""
        return self.world.subsidies if self.shock.subsidies is None else self.shock.subsidies

    @property
    def capital(self) -> Floats:
        """Hat of capital in each place: the pool follows rents."""
        if self.moving.capital == 0.0:
            return np.ones(len(self.world.regions)) if self.shock.capital is None else self.shock.capital
        held = (self.shares[1] * self.world.output).sum(axis=0) * self.world.domestic
        pull = held * self.hats.rents**self.moving.capital
        hat = np.divide(pull * held.sum(), held * pull.sum(), out=np.ones_like(held), where=held > 0)
        return np.asarray(hat)

    @property
    def money(self) -> float:
        """The numeraire: national consumer prices, or world value added, which the state keeps."""
        if self.world.numeraire != "national":
            return 1.0
        weights = self.world.household * self.world.domestic
        logs = np.log(np.where(weights > 0, self.hats.prices, 1.0))
        return float(np.exp((weights * logs).sum() / weights.sum()))

    @property
    def land(self) -> Floats:
        """Hat of land in use: the quota, and more where rents rise in units of the numeraire."""
        quota = np.ones(len(self.world.regions)) if self.shock.land is None else self.shock.land
        return np.asarray(quota * (self.hats.land_rents / self.money) ** self.moving.land_supply)


def baskets_of(world: World) -> tuple[Floats, Floats, Floats]:
    """Return baskets of consumption, government and investment, (sector, region); without investment, consumption's."""
    aC, aG, aI = world.baskets
    return aC, aG, np.where(aI.sum(axis=0) > 0, aI, aC)


def largest(gap: Floats) -> float:
    """Return the largest gap in size; 0 where there is none to see."""
    return float(np.abs(gap).max(initial=0.0))
