"""The gain in three columns, 亿元 a year at base prices: formulas on accounts before and after.

    household  HCE_n = C_n (C^_n / (L^_n PC^_n) - 1)                        by place
               HCE_o = C_o (W^C_o - 1),  C_o = sum_n Lbar_o m_on C_n / L_n    by home
    services   PS_n  = sum_z Gv_nz (q^_nz - 1)
    payable    Pay_n = Yd'_n - [PC^ C_n + PI^ (Yd_n - C_n)] + own'_n - PG^ own_n

The payable part is money of one currency that can be moved; it is never added to the other two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.outcome import Accounts, accounts, residents_after
from ronghe.simulate.solver import equations
from ronghe.simulate.solver.coefficients import Coefficients
from ronghe.simulate.solver.people import consumption_by_group, group_part, mean_over_places
from ronghe.simulate.solver.solve import Problem, prepare
from ronghe.simulate.world import World

COLUMNS = ("household", "services", "payable")


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Gains by region, arrays of shape (region,).

    ``home_household`` and ``home_services`` count people by home; None where people are fixed.
    ``revaluation`` is the change in worth of transfers received, outside every column.
    """

    household: Floats
    services: Floats
    payable: Floats
    revaluation: Floats
    home_household: Floats | None = None
    home_services: Floats | None = None


def start_accounts(world: World) -> Accounts:
    """Return the accounts of the baseline."""
    problem = prepare(world=world)
    return accounts(problem, problem.start)


def columns(problem: Problem, state: Floats, *, before: Accounts) -> Columns:
    """Return the three columns of a solved state against the baseline accounts."""
    after = accounts(problem, state)
    household = before.consumption * (
        after.consumption / (before.consumption * after.people * after.household_prices) - 1.0
    )
    kept = after.household_prices * before.consumption
    kept = kept + after.investment_prices * (before.disposable - before.consumption)
    payable = after.disposable - kept + after.own_revenue - after.government_prices * before.own_revenue
    received = after.inflow - after.external + after.grants
    held = before.inflow - before.external + before.grants
    here = Columns(
        household=household,
        services=(before.budget * before.government * (after.services - 1.0)).sum(axis=0),
        payable=payable,
        revaluation=received / after.final_prices - held,
    )
    moved = residents_after(problem, state)
    return here if moved is None else _by_home(problem, state, here, before, after, moved[0])


def _by_home(
    problem: Problem, state: Floats, here: Columns, before: Accounts, after: Accounts, moved: Floats
) -> Columns:
    """Add the columns by home population; abroad nobody moves."""
    c, home = problem.coefficients, problem.coefficients.home
    s = equations.unpack(c, state)
    stock, level = c.people, np.exp((c.household * s.prices).sum(axis=1))
    unit = level / after.household_prices
    used = consumption_by_group(c, after.consumption * unit, s.wages, s.people, after.value_added * unit)
    place = (used / level)[:, home]
    per_head = _spending_per_head(c, before)
    household, services = here.household.copy(), here.services.copy()
    households = np.einsum("eon,en->eo", stock, per_head) * (mean_over_places(c, place) - 1.0)
    household[home] = households.sum(axis=0)
    each = (before.budget * before.government)[:, home] / stock.sum(axis=(0, 1))
    later = stock.sum(axis=2, keepdims=True) * moved
    change = np.einsum("eon,zn->zon", later, after.services[:, home]) - stock.sum(axis=0)
    services[home] = np.einsum("zon,zn->o", change, each)
    return Columns(here.household, here.services, here.payable, here.revaluation, household, services)


def _spending_per_head(c: Coefficients, before: Accounts) -> Floats:
    """Return baseline consumption per head of each group, shape (group, domestic place)."""
    people = c.people.sum(axis=1)
    if len(people) == 1:
        each: Floats = (before.consumption[c.home] / people[0])[None]
        return each
    earned = (c.wages / (c.wages.sum(axis=0) + c.rents + c.land_rents))[:, c.home]
    shared: Floats = before.consumption[c.home] * group_part(earned, people) / people
    return shared


def nothing(count: int, *, homes: bool) -> Columns:
    """Return columns of zeros."""
    zero = np.zeros(count)
    return Columns(zero, zero, zero, zero, zero if homes else None, zero if homes else None)
