"""Who lives where: homes and residences by the planted migration elasticity and wedges.

    m_on = a_n (V_n / mu_on)^kappa / sum_s a_s (V_s / mu_os)^kappa,   V = real household consumption a head
    ln mu_on = leaving_o + hukou_(block o, block n) + 0.5 ln(km / 100) for n other than o, 0 at home

The amenities a_n make the residents of every unit what the year's labour is meant to be. Persons are
rounded home by home, so the registered population is kept to the person; residents follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.arith import Floats, exp, log
from demo.levels import Country, World, ordered_sum, uses
from demo.planted import BLOCK_OF, Planted

KAPPA, DISTANCE_COST, LEAVING = 1.5, 0.5, 2.0
CHURN = 0.0006


@dataclass(frozen=True, slots=True)
class People:
    """Persons by home and residence, and the amenities behind them (first unit = 1)."""

    stock: Floats
    amenities: Floats


def wedges(planted: Planted) -> Floats:
    """Return ln mu, shape (home, residence)."""
    cost = LEAVING + planted.hukou[np.ix_(BLOCK_OF, BLOCK_OF)]
    cost = cost + DISTANCE_COST * log(planted.places.distance / 100.0)
    return np.where(np.eye(24, dtype=bool), 0.0, cost)


def settle(planted: Planted, country: Country, world: World, homes: Floats) -> People:
    """Return who lives where, given real incomes of a solved year and registered persons ``homes``."""
    residents = country.factors[0, :24]
    consumption = uses(country, world.income)[0][0, :24]
    price = ordered_sum(country.household * world.log_prices[0], -1)[:24]
    value = log(consumption / residents) - price
    pull = exp(KAPPA * ((value - value[0]) - wedges(planted)))
    amenities = np.ones(24)
    for _ in range(200):
        share = pull * amenities
        share = share / ordered_sum(share, 1)[:, None]
        amenities = amenities * residents / ordered_sum(homes[:, None] * share, 0)
        amenities = amenities / amenities[0]
    share = pull * amenities
    share = share / ordered_sum(share, 1)[:, None]
    return People(
        np.array([_whole(row, total) for row, total in zip(homes[:, None] * share, homes, strict=True)]), amenities
    )


def _whole(row: Floats, total: float) -> Floats:
    """Round a row to persons that add up to ``total``: what is missing goes to the largest remainders."""
    down = np.floor(row)
    order = np.argsort(down - row, kind="stable")
    down[order[: int(total - down.sum())]] += 1
    return down


def moves(before: Floats, after: Floats, distance: Floats) -> Floats:
    """Return persons by last and present residence in a year, shape (24, 24).

    The fewest moves that lead from one stock to the next, home by home, and on top as many people each
    way between every pair.
    """
    moved = np.zeros((24, 24))
    for old, new in zip(before, after, strict=True):
        left, come = np.maximum(old - new, 0), np.maximum(new - old, 0)
        for origin in np.flatnonzero(left):
            for place in np.flatnonzero(come):
                persons = min(left[origin], come[place])
                moved[origin, place] += persons
                left[origin] -= persons
                come[place] -= persons
    people = before.sum(axis=0)
    size = np.sqrt(people[:, None] * people[None]) * 100.0 / distance
    return moved + np.where(np.eye(24, dtype=bool), 0.0, np.round(CHURN * size))
