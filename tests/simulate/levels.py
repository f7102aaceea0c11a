"""A second route to the same answer: the model in levels, with explicit technologies, solved by a general root-finder.

Baseline wages, rents, prices and productivities get arbitrary levels; only their ratios after and before may be
compared with the hats. Nothing of the package's equations is used.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import root

from ronghe.simulate.economy import Economy


class Levels:
    """One economy in levels: three uses, local and central taxes, indexed deficits, land, people who may move."""

    def __init__(self, economy: Economy, seed: int = 0) -> None:
        w = economy.world
        rng = np.random.default_rng(seed)
        self.world, self.parameters = w, economy.parameters
        self.count, self.sectors = len(w.regions), len(w.sectors)
        self.home = np.flatnonzero(w.domestic)
        g, b = w.value_added_shares, w.capital_shares
        land = np.zeros_like(g)
        if w.housing >= 0:
            land[w.housing] = 1.0
        self.shares = [g * (1 - b), g * b * (1 - land), g * b * land]
        self.income = [(share * w.output).sum(axis=0) for share in self.shares]
        self.price0 = [rng.uniform(0.5, 2.0, self.count) for _ in range(3)]
        self.stock = [income / price for income, price in zip(self.income, self.price0, strict=True)]
        self.goods0 = rng.uniform(0.5, 2.0, (self.sectors, self.count))
        self.productivity = rng.uniform(0.5, 2.0, (self.sectors, self.count))
        cost = self.cost(self.price0, self.goods0)
        theta = w.elasticities[:, None, None]
        # Technology and distance of each pair, such that today's prices and shares come out.
        self.technology = w.shares * self.goods0[:, :, None] ** -theta * cost[:, None, :] ** theta
        self.household, self.government, self.investment = (
            use / np.where(use.sum(axis=0) > 0, use.sum(axis=0), 1) for use in (w.household, w.government, w.investment)
        )
        self.C, self.G, self.I = (use.sum(axis=0) for use in (w.household, w.government, w.investment))
        self.added = sum(self.income)
        self.own = np.where(w.domestic, w.own_revenue, self.G) / self.added
        self.grants = np.where(w.domestic, self.G - w.own_revenue, 0.0)
        self.centre = self.grants.sum() / self.added[w.domestic].sum()
        self.kept = 1 - self.own - np.where(w.domestic, self.centre, 0)
        self.rest = np.where(w.domestic, w.transfers - self.grants + self.centre * self.added, 0.0)

    def cost(self, factors: list[Any], goods: Any) -> Any:
        logs = sum(share * np.log(price) for share, price in zip(self.shares, factors, strict=True))
        logs = logs + np.einsum("nkj,kn->jn", self.world.inputs, np.log(goods))
        return np.exp(logs) / self.productivity

    def goods(self, factors: list[Any], technology: Any) -> Any:
        theta = self.world.elasticities[:, None]
        prices = self.goods0.copy()
        for _ in range(400):
            total = np.einsum("jni,ji->jn", technology, self.cost(factors, prices) ** -theta)
            new = np.where(total > 0, total, 1.0) ** (-1 / theta)
            new = np.where(total > 0, new, prices)
            if np.abs(new / prices - 1).max() < 1e-15:
                break
            prices = new
        return prices

    def state(self, unknown: Any, technology: Any) -> dict[str, Any]:
        w = self.world
        logs = unknown[: 3 * self.count].reshape(3, self.count)
        factors = [price * np.exp(log) for price, log in zip(self.price0, logs, strict=True)]
        people = np.ones(self.count)
        if len(unknown) > 3 * self.count:
            people[self.home] = np.exp(unknown[3 * self.count :])
        stock = [self.stock[0] * people, *self.stock[1:]]
        added = sum(price * quantity for price, quantity in zip(factors, stock, strict=True))
        goods = self.goods(factors, technology)
        cost = self.cost(factors, goods)
        shares = technology * cost[:, None, :] ** -w.elasticities[:, None, None]
        shares = shares * (goods ** w.elasticities[:, None])[:, :, None]
        nation = added[w.domestic].sum() / self.added[w.domestic].sum()
        abroad = added[~w.domestic].sum() / self.added[~w.domestic].sum()
        disposable = self.kept * added
        consumption = self.C / (self.kept * self.added) * disposable
        government = self.own * added + self.grants * nation
        investment = disposable - consumption + self.rest * nation + w.external * abroad
        final = self.household * consumption + self.government * government + self.investment * investment
        size = self.sectors * self.count
        matrix = np.einsum("nkj,jmn->knjm", w.inputs, shares).reshape(size, size)
        spending = np.linalg.solve(np.eye(size) - matrix, final.ravel()).reshape(self.sectors, self.count)
        output = np.einsum("jni,jn->ji", shares, spending)
        return locals()

    def equations(self, unknown: Any, technology: Any, mobile: bool) -> Any:
        s = self.state(unknown, technology)
        gaps = [
            np.where(self.income[f] > 0, (self.shares[f] * s["output"]).sum(axis=0) - s["factors"][f] * s["stock"][f],
                     unknown[f * self.count : (f + 1) * self.count])
            for f in range(3)
        ]  # fmt: skip
        # One market follows from the others; the level of prices takes its place.
        gaps[0][-1] = s["added"].sum() - self.added.sum()
        if not mobile:
            return np.concatenate(gaps)
        welfare = self.welfare(s)
        pull = self.world.residents * welfare**self.parameters.kappa
        moved = self.world.residents.sum(axis=1, keepdims=True) * pull / pull.sum(axis=1, keepdims=True)
        change = np.log(moved.sum(axis=0) / self.world.residents.sum(axis=0))
        return np.concatenate([*gaps, change - unknown[3 * self.count :]])

    def welfare(self, s: dict[str, Any]) -> Any:
        def index(basket: Any) -> Any:
            return np.exp((basket * np.log(s["goods"] / self.goods0)).sum(axis=0))

        service = s["government"] / self.G / index(self.government) / s["people"] ** self.parameters.rivalry
        own = s["consumption"] / self.C / s["people"] / index(self.household)
        return (own * service**self.parameters.service_weight)[self.home]

    def solve(self, barriers: Any, *, mobile: bool) -> dict[str, Any]:
        technology = self.technology * barriers ** -self.world.elasticities[:, None, None]
        start = np.zeros(3 * self.count + (len(self.home) if mobile else 0))
        answer = root(self.equations, start, args=(technology, mobile), method="hybr", options={"xtol": 1e-13})
        assert np.abs(answer.fun).max() < 1e-8 * self.added.max(), answer.message
        return self.state(answer.x, technology)
