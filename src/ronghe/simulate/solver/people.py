"""Where people live and what they are served: blocks 5 to 7, one set of moves for each group of workers.

    m'_on = m_on (V^_n / mu^_on)^kappa / sum_s m_os (V^_s / mu^_os)^kappa,  V^ = C^ per head / PC^ . prod_z q^_z^chi_z
    q^_nz = Gr^_nz / L^_n^rho_z

A group has the part of a place's consumption that its wages are of value added; the rest is even over all heads.
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.solver.coefficients import FLOOR, Coefficients
from ronghe.simulate.solver.incomes import Incomes


def uses(c: Coefficients, seen: Incomes) -> Floats:
    """Return levels of household, government and investment use, shape (use, region)."""
    return np.asarray(np.einsum("uan,an->un", c.rules, np.array(seen.amounts)))


def heads(c: Coefficients, people: Floats) -> Floats:
    """Return ln of the change of all residents, shape (region,)."""
    if len(people) == 1:
        change: Floats = people[0]
        return change
    total = np.zeros(people.shape[1])
    if c.people.size:
        before = c.people.sum(axis=1)
        now = (before * np.exp(people[:, c.home])).sum(axis=0)
        total[c.home] = np.log(now / before.sum(axis=0))
    return total


def services(c: Coefficients, government: Floats, index: Floats, people: Floats) -> Floats:
    """Return q^ of every service, shape (service, region).

    Parameters
    ----------
    government, index : array, shape (region,)
        Level of government use, hat of its price.
    people : array, shape (region,)
        ln of the change of residents.
    """
    own = c.budget * government / index
    if c.pooling.size:
        own = own + np.einsum("zns,zs->zn", c.pooling, own)
    # Where no government buys (the rest of the world) there is no service to dilute.
    change = np.divide(own, c.served, out=np.ones_like(own), where=c.served > 0)
    crowd = np.exp(c.rivalry[:, None] * people)
    return np.where(c.served > 0, change / crowd, 1.0)


def consumption_by_group(c: Coefficients, consumption: Floats, wages: Floats, people: Floats, added: Floats) -> Floats:
    """Return change factors of consumption per head, shape (group, region).

    Parameters
    ----------
    consumption, added : array, shape (region,)
        Levels of household use and of value added, in the units of the state.
    wages, people : array, shape (group, region)
        Logs of hats.
    """
    if len(people) == 1:
        change: Floats = (consumption / c.start_uses[0] / np.exp(people[0]))[None]
        return change
    heads_before = np.ones(people.shape)
    heads_before[:, c.home] = c.people.sum(axis=1)
    start = c.wages.sum(axis=0) + c.rents + c.land_rents
    before = c.start_uses[0] * group_part(c.wages / start, heads_before)
    after = consumption * group_part(c.wages * np.exp(wages + people) / added, heads_before * np.exp(people))
    per_head: Floats = after / before / np.exp(people)
    return per_head


def group_part(earned: Floats, heads: Floats) -> Floats:
    """Return each group's part of a place's consumption: its wages in value added, and the rest evenly by heads."""
    part: Floats = earned + (1.0 - earned.sum(axis=0)) * heads / heads.sum(axis=0)
    return part


def attracted(
    c: Coefficients, *, wages: Floats, people: Floats, prices: Floats, seen: Incomes
) -> tuple[Floats, Floats, Floats]:
    """Return log change of people (group, region), V^ (group, domestic place), and m' (group, home, place)."""
    used = np.maximum(uses(c, seen)[:2], FLOOR * c.start_uses)
    index = np.exp((c.household * prices).sum(axis=1))
    value = consumption_by_group(c, used[0], wages, people, seen.added) / index
    if (c.service_weight > 0).any():
        served = services(c, used[1], np.exp((c.government * prices).sum(axis=1)), heads(c, people))
        value = value * np.prod(served ** c.service_weight[:, None], axis=0)
    welfare = value[:, c.home]
    pull = c.people * (welfare[:, None, :] / c.moving) ** c.kappa
    moved = pull / pull.sum(axis=2, keepdims=True)
    arrived = np.einsum("eo,eon->en", c.people.sum(axis=2), moved)
    change = np.zeros(people.shape)
    change[:, c.home] = np.log(arrived / c.people.sum(axis=1))
    return change, welfare, moved


def mean_over_places(c: Coefficients, welfare: Floats) -> Floats:
    """Return (sum_s m_os (V_s/mu_os)^kappa)^(1/kappa) by group and home, from V by group and place."""
    stay = c.people / c.people.sum(axis=2, keepdims=True)
    mean: Floats = (stay * (welfare[:, None, :] / c.moving) ** c.kappa).sum(axis=2) ** (1.0 / c.kappa)
    return mean
