"""Separation: zero flows of which a gravity equation can only say 0.

Zero cells are separated where some sum of effects and regressors is 0 on every cell with a flow and never above 0 on
the others: the likelihood rises for ever as that sum grows, and the cells where it is below 0 tell nothing. They are
found by a linear programme, repeated until none is left:

    max sum of s over zero cells      s = X gamma + effects,  s = 0 where flow > 0,  0 <= s <= 1 where flow = 0

It is skipped where flows alone tie all effects together and tell every regressor: no such sum exists then.

References
----------
.. [1] S. Correia, P. Guimarães, T. Zylkin, "Verifying the Existence of Maximum Likelihood Estimates for Generalized
   Linear Models", 2019, proposition 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from ronghe.base.arrays import Bools, Floats
from ronghe.measure.gravity_effects import untold

SEEN = 1e-4
"""Size, of at most 1, above which a sum counts as not 0; the programme is solved to 1e-7."""


def separated(design: Floats, effects: sparse.csr_matrix, positive: Bools, *, pairs: bool) -> Bools:
    """Return which cells are separated.

    Parameters
    ----------
    design : array, shape (cell, regressor)
    effects : sparse array, shape (cell, effect)
        Dummies.
    positive : array of bool, shape (cell,)
        Cells with a flow.
    pairs : bool
        Whether effects of pairs are among the dummies.
    """
    lost: Bools = np.zeros(len(positive), dtype=np.bool_)
    size = np.abs(design).max(axis=0, initial=0.0)
    scaled = design / np.where(size > 0, size, 1.0)
    while not (positive | lost).all() and not _tied(scaled, effects, positive, ~lost, pairs):
        zero = ~positive & ~lost
        columns = sparse.hstack([sparse.csr_matrix(scaled), effects]).tocsr()
        # The stubs of the solver know no sparse tables.
        held: Any = columns[positive]
        most: Any = sparse.vstack([columns[zero], -columns[zero]])
        found = linprog(
            -np.asarray(columns[zero].sum(axis=0)).ravel(),
            A_eq=held,
            b_eq=np.zeros(int(positive.sum())),
            A_ub=most,
            b_ub=np.concatenate([np.ones(int(zero.sum())), np.zeros(int(zero.sum()))]),
            bounds=(None, None),
            method="highs",
        )
        if found.x is None:
            break
        more = zero & (columns @ found.x > SEEN)
        if not more.any():
            break
        lost |= more
    return lost


def _tied(design: Floats, effects: sparse.csr_matrix, positive: Bools, left: Bools, pairs: bool) -> bool:
    """Whether cells with a flow tie all effects together and tell every regressor that all cells tell."""
    if pairs or _parts(effects[positive]) > _parts(effects[left]):
        return False
    names = tuple(map(str, range(design.shape[1])))
    return set(untold(design[positive], effects[positive], names, {})) <= set(
        untold(design[left], effects[left], names, {})
    )


def _parts(effects: sparse.csr_matrix) -> int:
    """Return how many groups of effects are tied together, effects without a cell left out."""
    used = np.flatnonzero(np.asarray(effects.sum(axis=0)).ravel() > 0)
    held = effects[:, used]
    count: int = connected_components(held.T @ held, directed=False)[0]
    return count
