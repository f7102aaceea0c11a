"""Who earns, who is taxed, who spends, in levels (blocks 4, 8 and 11; ownership of capital; waste of wedge income).

households   Yd = VA - local taxes - centre's tax + capital elsewhere + (1 - waste) wedge revenue;  C = c Yd
government   local taxes received - subsidies paid + grants
investment   Yd - C + waste . wedge revenue + other inflows, which are what closes today's accounts
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ronghe.simulate.world import World


class Uses(NamedTuple):
    consumption: Any
    government: Any
    investment: Any
    disposable: Any
    own: Any


class Budgets:
    """Rules of income and use that give today's accounts."""

    def __init__(self, world: World, capital: Any, *, mobile: bool) -> None:
        assert world.fiscal
        assert world.blocks.sharing is None
        self.world, self.mobile, home = world, mobile, world.domestic
        self.added = (world.value_added_shares * world.output).sum(axis=0)
        rates = 0.0 if world.blocks.subsidies is None else world.blocks.subsidies
        wedges = 0.0 if world.tariffs is None else world.tariffs
        outlay = (rates * world.output).sum(axis=0)
        revenue = (world.shares * (wedges / (1 + wedges)) * world.spending[:, :, None]).sum(axis=(0, 2))
        self.C, self.G, self.I = (use.sum(axis=0) for use in (world.household, world.government, world.investment))
        raised = np.where(home, world.own_revenue, self.G + outlay)
        self.rate = raised / self.added
        self.grants = self.G - raised + outlay
        self.centre = np.where(home, self.grants.sum() / self.added[home].sum(), 0.0)
        owners = world.blocks.ownership
        self.owners = np.eye(len(home)) if owners is None else owners
        self.pool = np.where(home, capital, 0.0) if mobile else np.zeros(len(home))
        self.wasted = world.blocks.waste
        self.saved, self.other = 0.0, np.zeros(len(home))
        disposable = self.kept(self.added, raised, capital, revenue)
        self.saved = 1.0 - self.C / disposable
        self.other = self.I - (disposable - self.C) - self.wasted * revenue - world.external
        self.start = Uses(self.C, self.G, self.I, disposable, raised - outlay)

    def elsewhere(self, capital: Any) -> Any:
        """Return what owners get less what the capital in the place earns."""
        if not self.mobile:
            return self.owners @ capital - capital
        # A pool is owned in the parts in which it was owned today, wherever it works.
        placed, mine = np.where(self.world.domestic, capital, 0.0), self.owners @ self.pool
        return mine / mine.sum() * placed.sum() - placed

    def kept(self, added: Any, taxes: Any, capital: Any, revenue: Any) -> Any:
        return added - taxes - self.centre * added + self.elsewhere(capital) + (1 - self.wasted) * revenue

    def uses(self, *, by_sector: Any, added: Any, capital: Any, revenue: Any, outlay: Any, keys: Any) -> Uses:
        """Return uses at incomes; ``keys`` (sector, receiver, place) say who gets the taxes raised where."""
        home = self.world.domestic
        raised = self.rate * by_sector
        received = raised.sum(axis=0) if keys is None else np.einsum("jni,ji->n", keys, raised)
        disposable = self.kept(added, raised.sum(axis=0), capital, revenue)
        nation = added[home].sum() / self.added[home].sum()
        abroad = added[~home].sum() / self.added[~home].sum()
        if self.world.rule == "fixed":
            nation_of_other, abroad = (added.sum() / self.added.sum(),) * 2
        else:
            nation_of_other = nation
        inflow = self.other * nation_of_other + self.world.external * abroad
        own = received - outlay
        consumption = (1 - self.saved) * disposable
        investment = disposable - consumption + self.wasted * revenue + inflow
        return Uses(consumption, own + self.grants * nation, investment, disposable, own)
