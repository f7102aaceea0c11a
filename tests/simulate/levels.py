"""A second route to the same answer: the model in levels, with explicit technologies, solved by a general root-finder.

Baseline wages, rents, prices and productivities get arbitrary levels; only their ratios after and before may be
compared with the hats. Nothing of the package's equations is used: of an economy only its tables are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from levels_budgets import Budgets
from levels_people import People
from levels_technology import Technology
from scipy.optimize import root

from ronghe.simulate.economy import Economy


@dataclass(frozen=True)
class Moves:
    """Elasticities of what moves; 0 holds it."""

    kappa: float = 0.0
    capital: float = 0.0
    land: float = 0.0
    scale: float = 0.0


@dataclass(frozen=True)
class Changed:
    """What changes, as arrays; None is as today."""

    barriers: Any = None
    tariffs: Any = None
    productivity: Any = None
    subsidies: Any = None
    keys: Any = None
    pooling: Any = None
    moving: Any = None
    land: Any = None
    capital: Any = None


NOTHING = Changed()


class Levels:
    """One economy in levels: three uses, taxes, subsidies, wedges, land, capital and people that may move."""

    def __init__(self, economy: Economy, moves: Moves = Moves(), *, seed: int = 0) -> None:
        w = self.world = economy.world
        self.moves, self.home = moves, np.flatnonzero(w.domestic)
        substitution = economy.parameters.group_substitution
        self.tech = Technology(w, seed=seed, scale=moves.scale, substitution=substitution)
        self.budgets = Budgets(w, self.tech.rent_income, mobile=moves.capital > 0)
        self.people = People(w, economy.parameters, kappa=moves.kappa)
        uses = [w.household, w.government, np.where(w.investment.sum(axis=0) > 0, w.investment, w.household)]
        self.baskets = [use / np.where(use.sum(axis=0) > 0, use.sum(axis=0), 1) for use in uses]
        self.weights = w.household * w.domestic / (w.household * w.domestic).sum()

    @property
    def sizes(self) -> list[int]:
        """Wages, rents, land rents, spending, labour by sector (scale), people (migration)."""
        count, cells = len(self.world.regions), self.world.output.size
        people = len(self.home) if self.moves.kappa else 0
        return [self.tech.wages0.size, count, count, cells, cells if self.moves.scale else 0, people]

    def money(self, goods: Any) -> float:
        """Return the numeraire: national consumer prices, or world value added, which is held."""
        ratio = np.log(goods / self.tech.goods0)
        return float(np.exp((self.weights * ratio).sum())) if self.world.numeraire == "national" else 1.0

    def supply(self, rents: Any, land_rents: Any, goods: Any, new: Changed) -> tuple[Any, Any]:
        """Return capital and land in use, each in its own unit."""
        t, stock = self.tech, self.tech.stock * (1.0 if new.capital is None else new.capital)
        if self.moves.capital:
            # Owners send each unit where it earns most of what they see of it: logit in ln r, in base-year yuan.
            at = np.where(self.world.domestic, t.rent_income * t.rents0**-self.moves.capital, 0.0)
            pull = at * rents**self.moves.capital
            total = t.rent_income[self.world.domestic].sum()
            stock = np.where(self.world.domestic, total * pull / pull.sum() / t.rents0, stock)
        curve = t.plots * t.land_rents0**-self.moves.land * (1.0 if new.land is None else new.land)
        return stock, curve * (land_rents / self.money(goods)) ** self.moves.land

    def state(self, unknown: Any, new: Changed) -> dict[str, Any]:
        """Return everything at logs of the unknowns over today's."""
        w, t = self.world, self.tech
        parts = np.split(np.exp(unknown), np.cumsum(self.sizes)[:-1])
        wages, rents, land_rents = t.wages0 * parts[0].reshape(t.wages0.shape), t.rents0 * parts[1], parts[2]
        land_rents = t.land_rents0 * land_rents
        spending = w.spending * parts[3].reshape(w.output.shape)
        used = t.used0 * parts[4].reshape(w.output.shape) if self.moves.scale else t.used0
        heads = np.ones(len(w.regions))
        if self.moves.kappa:
            heads[self.home] = parts[5]
        wedges = t.tariffs if new.tariffs is None else new.tariffs
        rates = t.subsidies if new.subsidies is None else new.subsidies
        markup = (1 + wedges) * (1 - rates)[:, None, :] * (1.0 if new.barriers is None else new.barriers)
        better = 1.0 if new.productivity is None else new.productivity
        goods, shares = t.prices((wages, rents, land_rents, used), better, markup)
        received = shares / (1 + wedges)
        output = np.einsum("jni,jn->ji", received, spending) / (1 - rates)
        revenue = ((shares - received).sum(axis=2) * spending).sum(axis=0)
        outlay = (rates * output).sum(axis=0)
        stock, plots = self.supply(rents, land_rents, goods, new)
        workers = t.workers * heads
        added = (wages * workers).sum(axis=0) + rents * stock + land_rents * plots
        uses = self.budgets.uses(
            by_sector=w.value_added_shares * output, added=added, capital=rents * stock, revenue=revenue,
            outlay=outlay, keys=new.keys,
        )  # fmt: skip
        final = sum(basket * use for basket, use in zip(self.baskets, uses[:3], strict=True))
        wanted = final + np.einsum("nkj,jn->kn", w.inputs, output)
        index = [np.exp((basket * np.log(goods / t.goods0)).sum(axis=0)) for basket in self.baskets]
        pooling = self.people.pooling if new.pooling is None else new.pooling
        well = self.people.well(*uses[:2], index[0], index[1], self.people.heads0 * heads, pooling)
        return locals()

    def equations(self, unknown: Any, new: Changed) -> Any:
        """Return excess demand on every market, in shares of world value added."""
        t, s = self.tech, self.state(unknown, new)
        logs = np.split(unknown, np.cumsum(self.sizes)[:-1])
        composite = t.composite(s["wages"])
        bill = t.labour * s["output"]
        mine = t.weights * (s["wages"][:, None, :] / composite) ** t.power
        labour = (mine * bill).sum(axis=1) - s["wages"] * s["workers"]
        # One market follows from the others; the level of prices takes its place.
        labour[0, -1] = s["added"].sum() - self.budgets.added.sum()
        capital = (t.capital * s["output"]).sum(axis=0) - s["rents"] * s["stock"]
        land = (t.land * s["output"]).sum(axis=0) - s["land_rents"] * s["plots"]
        gaps = [
            labour.ravel(),
            np.where(t.rent_income > 0, capital, logs[1]),
            np.where(t.land_income > 0, land, logs[2]),
            np.where(self.world.spending > 0, s["wanted"] - s["spending"], logs[3].reshape(bill.shape)).ravel(),
        ]
        if self.moves.scale:
            there = np.where(t.used0 > 0, np.where(t.used0 > 0, bill / composite / s["used"], 1.0) - 1.0,
                             logs[4].reshape(bill.shape))  # fmt: skip
            gaps.append(there.ravel())
        if self.moves.kappa:
            residents = self.world.residents
            moved = self.people.choose(s["well"], 1.0 if new.moving is None else new.moving)
            gaps.append((residents.sum(axis=1) @ moved) / residents.sum(axis=0) - s["heads"][self.home])
        return np.concatenate(gaps)

    def solve(self, new: Changed = NOTHING) -> dict[str, Any]:
        """Return the state after a change, with the three columns of money."""
        found = root(self.equations, np.zeros(sum(self.sizes)), args=(new,), method="hybr", options={"xtol": 1e-14})
        assert np.abs(found.fun).max() < 1e-9 * self.budgets.added.max(), found.message
        s = self.state(found.x, new)
        return s | self.columns(s)

    def columns(self, s: dict[str, Any]) -> dict[str, Any]:
        """Return the consumption equivalent, services and the payable part against today, 亿元 at base prices."""
        money, start = self.money(s["goods"]), self.budgets.start
        uses = type(start)(*(part / money for part in s["uses"]))
        PC, PG, PI = (index / money for index in s["index"])
        per_head = uses.consumption / start.consumption / s["heads"] / PC
        people = self.people
        served = people.served(uses.government, PG, people.heads0 * s["heads"], s["pooling"]) / people.served0
        payable = uses.disposable - PC * start.consumption - PI * (start.disposable - start.consumption)
        return {
            "household": start.consumption * (per_head - 1),
            "services": (people.budget * start.government * (served - 1)).sum(axis=0),
            "payable": payable + uses.own - PG * start.own,
            "per_head": per_head,
            "served": served,
            "own": uses.own,
            "cost": self.tech.cost(s["wages"], s["rents"], s["land_rents"], s["used"], s["goods"], s["better"]),
            "cost0": self.tech.cost0,
        }
