"""Where people live: consumption per head, public services, and the pull of places (blocks 5 to 7)."""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import same
from ronghe.simulate.blocks import Services
from ronghe.simulate.solver.residuals.case import Case, baskets_of, largest
from ronghe.simulate.solver.residuals.incomes import Incomes, uses_of


def migration_gap(case: Case, incomes: Incomes, revenue: Floats) -> float:
    """Return the largest gap between people reported and people attracted (blocks 5 to 7)."""
    world, hats, groups = case.world, case.hats, case.world.blocks.groups
    if groups is not None and groups.residents is not None:
        stock = groups.residents
    else:
        assert world.residents is not None
        stock = world.residents[None]
    home = np.flatnonzero(world.domestic)
    consumption, government, _ = (use[home] for use in uses_of(case, incomes, revenue))
    aC, aG, _ = (part[:, home] for part in baskets_of(world))
    prices, people = np.log(hats.prices[:, home]), hats.people[:, home]
    before = stock.sum(axis=1)
    crowd = (before * people).sum(axis=0) / before.sum(axis=0)
    value = _per_head(case, consumption, before, home, incomes.added) / np.exp((aC * prices).sum(axis=0))
    if world.fiscal:
        quality = _services(case, government, np.exp((aG * prices).sum(axis=0)), crowd, home)
        value = value * quality
    moving = np.ones(stock.shape) if case.shock.moving is None else case.shock.moving
    pull = stock / stock.sum(axis=2, keepdims=True) * (value[:, None, :] / moving) ** case.moving.kappa
    pull /= pull.sum(axis=2, keepdims=True)
    arrived = np.array([stock[e].sum(axis=1) @ pull[e] for e in range(len(stock))])
    return largest(arrived / before / people - 1.0)


def _per_head(case: Case, consumption: Floats, before: Floats, home: Ints, added: Floats) -> Floats:
    """Return change factors of consumption per head by group: its wages' part, and the rest evenly over all heads."""
    world, hats = case.world, case.hats
    spent = world.household.sum(axis=0)[home]
    if len(before) == 1:
        return np.asarray(consumption / spent / hats.people[:, home])
    bills = (case.bills * case.shares[0] * world.output).sum(axis=1)[:, home]
    paid = bills * (hats.wages * hats.people)[:, home]
    heads = before * hats.people[:, home]
    then, later = bills / world.value_added[home], paid / added[home]
    then = spent * (then / before + (1.0 - then.sum(axis=0)) / before.sum(axis=0))
    later = consumption * (later / heads + (1.0 - later.sum(axis=0)) / heads.sum(axis=0))
    return np.asarray(later / then)


def _services(case: Case, government: Floats, index: Floats, crowd: Floats, home: Ints) -> Floats:
    """Return prod_z q^_z^chi_z in each domestic place."""
    world, kinds = case.world, case.world.blocks.services
    spent = world.government.sum(axis=0)[home]
    if kinds is None:
        chosen = case.parameters
        kinds = Services(
            (same("all"),),
            np.ones((1, len(world.regions))),
            np.array([chosen.rivalry]),
            np.array([chosen.service_weight]),
        )
    budget = kinds.budget if case.shock.budget is None else case.shock.budget
    lam = kinds.pooling if case.shock.pooling is None else case.shock.pooling
    quality = np.ones(len(home))
    for z in range(len(kinds.names)):
        own = budget[z, home] * government / index
        base = kinds.budget[z, home] * spent
        now = own if lam is None else own + lam[z][np.ix_(home, home)] @ own
        then = base if kinds.pooling is None else base + kinds.pooling[z][np.ix_(home, home)] @ base
        # A government that pays out more than it raises provides nothing: not a number, and refused as such.
        with np.errstate(invalid="ignore"):
            quality = quality * (now / then / crowd ** kinds.rivalry[z]) ** kinds.weight[z]
    return quality
