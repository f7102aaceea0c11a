"""Who has what: ownership, grants, the centre, taxes, and what incomes are used for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.solver.residuals.case import Case, baskets_of, largest
from ronghe.simulate.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Incomes:
    """Who has what after the change; arrays of shape (region,)."""

    added: Floats
    inflow: Floats
    grants: Floats
    owed: Floats
    """The part of ``grants`` that the centre pays."""

    household: Floats
    government: Floats
    centre: Floats


def incomes_of(case: Case, added: Floats, capital: Floats, sold: Floats) -> Incomes:
    """Return incomes after their rules: indexed to the nation and to abroad, or a share of the world."""
    world, shock = case.world, case.shock
    home, start = world.domestic, world.value_added
    growth = added.sum() / start.sum()
    nation = added[home].sum() / start[home].sum()
    abroad = growth if home.all() else added[~home].sum() / start[~home].sum()
    grants, before = _government(world)[1], _owned(case, capital_held(case), moving=False)
    other = world.transfers - before
    if world.fiscal:
        raised, own = _tax_rates(case) * start, _government(world)[0]
        bought = _centre_shares(world) * (raised - own).sum()
        other = np.where(home, other - grants + _centre(world) * start - (own - raised) - bought, 0.0)
    if world.rule == "indexed":
        inflow = other * nation + world.external * abroad
    else:
        inflow = (other + world.external) * growth
    owed = grants * nation
    gifts = np.zeros(len(added)) if shock.gifts is None else np.asarray(shock.gifts, dtype=float)
    worth = case.money if world.numeraire == "national" else growth
    beyond = _owned(case, capital, moving=case.moving.capital > 0)
    paid, received = _taxes(case, added, capital, sold)
    outlay = (case.rates * sold).sum(axis=0)
    at_place = _tax_rates(case) * added
    return Incomes(
        added=added,
        inflow=inflow,
        grants=owed + gifts * worth,
        owed=owed,
        household=beyond - (paid - at_place),
        government=received - at_place - outlay,
        centre=np.full(len(added), (paid - received).sum()),
    )


def capital_held(case: Case) -> Floats:
    """Return baseline income of capital by place."""
    return np.asarray((case.shares[1] * case.world.output).sum(axis=0))


def _owned(case: Case, capital: Floats, *, moving: bool) -> Floats:
    """Return income of each region's owners less that of the capital in it."""
    owners = case.world.blocks.ownership
    if moving:
        home = case.world.domestic
        held = capital_held(case) * home
        mine = held if owners is None else owners @ held
        share = np.divide(mine, mine.sum(), out=np.zeros_like(mine), where=mine.sum() > 0)
        return np.asarray(share * capital[home].sum() - np.where(home, capital, 0.0))
    return np.zeros(len(capital)) if owners is None else owners @ capital - capital


def _government(world: World) -> tuple[Floats, Floats]:
    """Return baseline own revenue and recorded grants; abroad government lives on its own revenue."""
    if not world.fiscal:
        return np.zeros(len(world.regions)), np.zeros(len(world.regions))
    spent = world.government.sum(axis=0) + (world.subsidies * world.output).sum(axis=0)
    own = np.where(world.domestic, world.own_revenue, spent)
    return own, spent - own


def _centre(world: World) -> Floats:
    """Return the rate on value added that pays for the grants, shape (region,)."""
    grants = _government(world)[1]
    rate = grants.sum() / world.value_added[world.domestic].sum() if world.fiscal else 0.0
    return np.where(world.domestic, rate, 0.0)


def _centre_shares(world: World) -> Floats:
    """Return where the centre buys: by baseline shares of government use at home."""
    spent = world.government.sum(axis=0) * world.domestic
    return np.asarray(spent / spent.sum())


def _tax_rates(case: Case) -> Floats:
    """Return taxes raised in each place over its value added in the baseline."""
    world, sharing = case.world, case.world.blocks.sharing
    own = _government(world)[0]
    if sharing is None or not world.fiscal:
        return np.asarray(own / world.value_added)
    added, rents = world.value_added_shares * world.output, case.shares[1] * world.output
    count = len(world.regions)
    base, given = np.zeros((count, count)), np.zeros(count)
    for j in range(len(world.sectors)):
        keys = sharing.shares[j if len(sharing.shares) > 1 else 0]
        base += keys * added[j]
        given += keys @ (sharing.capital_rates * rents[j])
    on_added = np.linalg.solve(base, own - given)
    return np.asarray(on_added + sharing.capital_rates * rents.sum(axis=0) / world.value_added)


def _taxes(case: Case, added: Floats, capital: Floats, sold: Floats) -> tuple[Floats, Floats]:
    """Return taxes paid in each place, and taxes each region receives."""
    world, sharing = case.world, case.world.blocks.sharing
    rates = _tax_rates(case)
    keys = case.shock.sharing if case.shock.sharing is not None else None if sharing is None else sharing.shares
    if keys is None:
        return rates * added, rates * added
    on_capital = np.zeros(len(added)) if sharing is None else sharing.capital_rates
    on_added = rates - on_capital * capital_held(case) / world.value_added
    if len(keys) == 1:
        raised = [on_added * added + on_capital * capital]
    else:
        raised = [
            (on_added * world.value_added_shares[j] + on_capital * case.shares[1][j]) * sold[j]
            for j in range(len(keys))
        ]
    received = sum((key @ part for key, part in zip(keys, raised, strict=True)), np.zeros(len(added)))
    return sum(raised, np.zeros(len(added))), received


def uses_of(case: Case, incomes: Incomes, revenue: Floats) -> tuple[Floats, Floats, Floats]:
    """Return consumption, government and investment after the change, each of shape (region,)."""
    world, waste = case.world, case.world.blocks.waste
    before = world.household.sum(axis=0), world.government.sum(axis=0), world.investment.sum(axis=0)
    if not world.fiscal:
        income = incomes.added + revenue + incomes.inflow + incomes.grants + incomes.household + incomes.government
        total = before[0] + before[1] + before[2]
        return before[0] / total * income, before[1] / total * income, before[2] / total * income
    rate = _tax_rates(case)
    kept = 1.0 - rate - _centre(world)
    owned = _owned(case, capital_held(case), moving=False)
    consumed = before[0] / (kept * world.value_added + (1.0 - waste) * world.wedge_revenue + owned)
    disposable = kept * incomes.added + (1.0 - waste) * revenue + incomes.household
    return (
        consumed * disposable,
        rate * incomes.added + incomes.grants + incomes.government,
        (1.0 - consumed) * disposable + incomes.inflow + waste * revenue + _centre_shares(world) * incomes.centre,
    )


SETTLED, ROUNDS = 1e-14, 400
"""Expenditure has settled where no entry changes by more in a round; else the system is solved as a whole."""


def spending_of(case: Case, received: Floats, incomes: Incomes) -> Floats:
    """Solve X = final use + inputs of output for given shares and incomes, shape (sector, region)."""
    world = case.world
    nothing = np.zeros(len(world.regions))
    aC, aG, aI = baskets_of(world)
    at_home = uses_of(case, incomes, nothing)
    known = aC * at_home[0] + aG * at_home[1] + aI * at_home[2]
    per_revenue = uses_of(case, Incomes(*[nothing] * 7), np.ones(len(nothing)))
    of_revenue = aC * per_revenue[0] + aG * per_revenue[1] + aI * per_revenue[2]
    lost = np.where(world.spending > 0, 1.0 - received.sum(axis=2), 0.0)
    inputs = world.inputs / (1.0 - case.rates.T)[:, None, :]
    spending = np.where(world.spending > 0, case.hats.spending, 0.0)
    for _ in range(ROUNDS):
        sold = (spending[:, None, :] @ received)[:, 0]
        new = known + of_revenue * (lost * spending).sum(axis=0) + (inputs @ sold.T[:, :, None])[:, :, 0].T
        change = np.abs(new - spending).max() if np.isfinite(new).all() else np.inf
        spending = new
        if not change > SETTLED * np.abs(known).max():
            return np.asarray(spending)
    return _solved(known, of_revenue, lost, inputs, received)


def _solved(known: Floats, of_revenue: Floats, lost: Floats, inputs: Floats, received: Floats) -> Floats:
    """Solve the same system as a whole: subsidies or inputs near the whole of costs leave no contraction."""
    # Order (sector, region): X_kn takes inputs[n, k, j] * received[j, m, n] of X_jm, and wedge revenue of X_jn.
    matrix = np.einsum("nkj,jmn->knjm", inputs, received)
    where = np.arange(known.shape[1])
    matrix[:, where, :, where] += of_revenue.T[:, :, None] * lost.T[:, None, :]
    solved: Floats = np.linalg.solve(np.eye(known.size) - matrix.reshape(known.size, -1), known.ravel())
    return solved.reshape(known.shape)


def sum_gaps(case: Case, incomes: Incomes, revenue: Floats, spending: Floats, sold: Floats) -> dict[str, float]:
    """Check that uses add up to income, that the country's budget closes, and that Walras' law holds."""
    world, total = case.world, incomes.added.sum()
    taxed = _centre(world) * incomes.added
    budget = abs(float((incomes.owed - taxed)[world.domestic].sum())) if world.fiscal else 0.0
    final = spending - np.einsum("nkj,jn->kn", world.inputs, sold)
    income = incomes.added + revenue + incomes.inflow + incomes.grants - taxed + incomes.household + incomes.government
    if world.fiscal:
        income = income + _centre_shares(world) * incomes.centre
    outlay = (case.rates * sold).sum()
    return {
        "fiscal": budget / total,
        "uses": largest(final.sum(axis=0) / income - 1.0),
        "walras": abs(float(final.sum() - incomes.added.sum() - revenue.sum() + outlay)) / total,
    }
