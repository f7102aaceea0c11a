"""Where people live and what they are served, in levels (blocks 5-7), and the three columns of money.

A person from o living in n has V_n / mu_on times a taste drawn for every place; the share of those who like n best is
b_on (V_n / mu_on)^kappa over the sum of it, with b such that today's shares come out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ronghe.simulate.parameters import Parameters
from ronghe.simulate.world import World


class People:
    """Tastes for places, and services by kind."""

    def __init__(self, world: World, parameters: Parameters, *, kappa: float) -> None:
        self.world, self.kappa, self.home = world, kappa, np.flatnonzero(world.domestic)
        kinds = world.blocks.services
        count = len(world.regions)
        self.budget = np.ones((1, count)) if kinds is None else kinds.budget
        self.rivalry = np.array([parameters.rivalry]) if kinds is None else kinds.rivalry
        self.weight = np.array([parameters.service_weight]) if kinds is None else kinds.weight
        none = np.zeros((len(self.budget), count, count))
        self.pooling = none if kinds is None or kinds.pooling is None else kinds.pooling
        self.C, self.G = world.household.sum(axis=0), world.government.sum(axis=0)
        self.heads0 = np.ones(count)
        if kappa:
            self.heads0[self.home] = world.residents.sum(axis=0)
        ones = np.ones(count)
        self.served0 = self.served(self.G, ones, self.heads0, self.pooling)
        self.well0 = self.well(self.C, self.G, ones, ones, self.heads0, self.pooling)
        if kappa:
            self.stay = world.residents / world.residents.sum(axis=1, keepdims=True)
            self.taste = self.stay * self.well0[self.home] ** -kappa

    def served(self, government: Any, index: Any, heads: Any, pooling: Any) -> Any:
        """Return services by kind: what is bought, others' that serve too, thinner where more people share it."""
        bought = self.budget * government / index
        return (bought + np.einsum("zns,zs->zn", pooling, bought)) / heads ** self.rivalry[:, None]

    def well(self, consumption: Any, government: Any, prices: Any, index: Any, heads: Any, pooling: Any) -> Any:
        """Return V: consumption per head, and services by their weights."""
        served = self.served(government, index, heads, pooling)
        return consumption / heads / prices * np.prod(served ** self.weight[:, None], axis=0)

    def choose(self, well: Any, moving: Any) -> Any:
        """Return the share of each home's people in each place."""
        pull = self.taste * (well[self.home] / moving) ** self.kappa
        return pull / pull.sum(axis=1, keepdims=True)

    def mean(self, each: Any, moving: Any) -> Any:
        """Return what a home's people have on average over places, (sum_n m_on (x_n / mu_on)^kappa)^(1/kappa)."""
        return (self.stay * (each[self.home] / moving) ** self.kappa).sum(axis=1) ** (1 / self.kappa)

    def home_household(self, per_head: Any, moving: Any) -> Any:
        """Return the consumption equivalent by home, from the change of consumption per head by place."""
        spent = self.world.residents @ (self.C / self.heads0)[self.home]
        return spent * (self.mean(per_head, moving) - 1)
