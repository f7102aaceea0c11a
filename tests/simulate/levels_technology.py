"""What things cost and who sells them, in levels: explicit technologies of every pair, firm and worker (blocks 1-3, 9).

    labour in j   W_nj = (sum_e d_nje w_ne^(1-s))^(1/(1-s))
    unit cost     c_nj = W^labour r^capital rl^land prod_k P_nk^g_nkj / (A_nj labour_nj^psi)
    price         P_nj = (sum_i T_nij (k_nij (1 + t_nij) (1 - s_ij) c_ij)^-theta)^(-1/theta)

Baseline prices and quantities get arbitrary levels; T, A and d are such that today's shares come out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ronghe.simulate.world import World


class Technology:
    """Baseline levels of one world: prices drawn at random, and the technologies that go with them."""

    def __init__(self, world: World, *, seed: int, scale: float, substitution: float) -> None:
        rng = np.random.default_rng(seed)
        self.world, self.scale, self.power = world, scale, 1.0 - substitution
        count, sectors = len(world.regions), len(world.sectors)
        g, b = world.value_added_shares, world.capital_shares
        estate = np.zeros_like(g)
        if world.housing >= 0:
            estate[world.housing] = 1.0
        self.labour, self.capital, self.land = g * (1 - b), g * b * (1 - estate), g * b * estate
        groups = world.blocks.groups
        self.bills = np.ones((1, sectors, count)) if groups is None else groups.bills
        self.subsidies = np.zeros_like(g) if world.blocks.subsidies is None else world.blocks.subsidies
        self.tariffs = np.zeros_like(world.shares) if world.tariffs is None else world.tariffs

        def level(*shape: int) -> Any:
            return rng.uniform(0.5, 2.0, shape)

        self.wages0, self.rents0, self.land_rents0 = level(len(self.bills), count), level(count), level(count)
        self.composite0, self.goods0, self.skill = level(sectors, count), level(sectors, count), level(sectors, count)
        self.weights = self.bills * (self.wages0[:, None, :] / self.composite0) ** -self.power
        self.wage_income = (self.bills * self.labour * world.output).sum(axis=1)
        self.rent_income = (self.capital * world.output).sum(axis=0)
        self.land_income = (self.land * world.output).sum(axis=0)
        self.workers, self.stock = self.wage_income / self.wages0, self.rent_income / self.rents0
        self.plots = self.land_income / self.land_rents0
        self.used0 = self.labour * world.output / self.composite0
        self.cost0 = self.cost(self.wages0, self.rents0, self.land_rents0, self.used0, self.goods0, 1.0)
        paid = (self.cost0 * (1 - self.subsidies))[:, None, :] * (1 + self.tariffs)
        theta = world.elasticities[:, None, None]
        self.pairs = world.shares * self.goods0[:, :, None] ** -theta * paid**theta

    def composite(self, wages: Any) -> Any:
        """Return what a unit of labour costs in every sector."""
        return (self.weights * wages[:, None, :] ** self.power).sum(axis=0) ** (1 / self.power)

    def cost(self, wages: Any, rents: Any, land_rents: Any, used: Any, goods: Any, better: Any) -> Any:
        """Return unit cost by sector and region; labour used makes productive where scale is on."""
        logs = self.labour * np.log(self.composite(wages)) + self.capital * np.log(rents)
        logs = logs + self.land * np.log(land_rents) + np.einsum("nkj,kn->jn", self.world.inputs, np.log(goods))
        gathered = np.where(self.used0 > 0, used, 1.0) ** self.scale
        return np.exp(logs) / (self.skill * better * gathered)

    def prices(self, factors: tuple[Any, ...], better: Any, markup: Any) -> tuple[Any, Any]:
        """Return prices and shares at factor prices: every input's price is found with all others."""
        theta = self.world.elasticities[:, None]
        goods = self.goods0.copy()
        for _ in range(400):
            paid = self.cost(*factors, goods, better)[:, None, :] * markup
            parts = self.pairs * paid ** -theta[:, :, None]
            total = parts.sum(axis=2)
            new = np.where(total > 0, np.where(total > 0, total, 1.0) ** (-1 / theta), goods)
            if np.abs(new / goods - 1).max() < 1e-15:
                break
            goods = new
        return goods, parts / np.where(total > 0, total, 1.0)[:, :, None]
