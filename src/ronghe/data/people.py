"""Who lives where, by home: the census stock of 2010 by birthplace, carried to the year's population.

No table of migration between all provinces is newer, so persons by home and residence are made on demand and
labelled ``estimated``. Sampled persons are blown up by the sampling fraction, those born at home are the census
less the in-migrants, and every residence is scaled to its population of the year.
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.data.baseline import People


def estimate_people(*, sampled: Floats, fraction: float, census: Floats, population: Floats) -> People:
    """Make persons by home and residence.

    Parameters
    ----------
    sampled : array, shape (home, residence)
        Sampled persons living away from their home; the diagonal is not used.
    fraction : float
        Sampling fraction of that count.
    census, population : array, shape (region,)
        Residents at that count, and in the year wanted.

    Returns
    -------
    People
        Columns add up to ``population``.

    Examples
    --------
    >>> made = estimate_people(sampled=np.array([[0, 2.0], [1.0, 0]]), fraction=0.1,
    ...     census=np.array([100.0, 200]), population=np.array([110.0, 200]))
    >>> made.residents
    array([[ 99.,  20.],
           [ 11., 180.]])
    """
    away = np.where(np.eye(len(census), dtype=bool), 0.0, sampled / fraction)
    stock = away + np.diag(census - away.sum(axis=0))
    return People(stock * (population / census), "estimated")


def gravity_people(
    *,
    population: Floats,
    income: Floats,
    distances: Floats,
    powers: tuple[float, float, float],
    stay: float,
) -> People:
    """Make persons by home and residence where no stock is known: a stay share, and destinations by gravity.

    Parameters
    ----------
    population, income : array, shape (region,)
        Residents, income per head.
    distances : array, shape (region, region)
        km.
    powers : tuple of float
        Powers of the destination's population, its income, and distance.
    stay : float
        Share of a home's people who live there.
    """
    apart = np.where(np.eye(len(population), dtype=bool), 1.0, distances)
    pull = (population ** powers[0] * income ** powers[1]) * apart ** powers[2]
    pull = np.where(np.eye(len(population), dtype=bool), 0.0, pull)
    moved = (1 - stay) * population[:, None] * pull / pull.sum(axis=1, keepdims=True)
    stock = moved + np.diag(stay * population)
    return People(stock * (population / stock.sum(axis=0)), "estimated")
