"""Effects of units in a gravity equation, and whether its regressors can be told apart from them.

A regressor is identified unless it is a sum of effects and of other regressors over the cells that are used. What a
border lacks here no larger sample cures; only finer units or flows inside them do.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import lsqr

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import Text

ALIKE = 1e-7
"""Share of a regressor's length below which nothing of it is left."""
_ABSORBED = Text("与单元效应无法区分", "it cannot be told apart from the effects of units")
_MIXED = Text("与其他变量共线", "it is a mix of other regressors")


def dummies(labels: Mapping[str, Ints], shape: tuple[int, int, int], pairs: bool) -> sparse.csr_matrix:
    """Return a column of 0 and 1 for every origin and destination in every period, and for every pair."""
    size = shape[0] * shape[1]
    columns = [labels["origin"], size + labels["destination"]] + ([2 * size + labels["pair"]] if pairs else [])
    rows = np.tile(np.arange(len(columns[0])), len(columns))
    width = 2 * size + (shape[1] ** 2 if pairs else 0)
    return sparse.csr_matrix((np.ones(len(rows)), (rows, np.concatenate(columns))), shape=(len(columns[0]), width))


def solve(design: sparse.csr_matrix, target: Floats) -> Floats:
    """Return the smallest least-squares solution."""
    return np.asarray(lsqr(design, target, atol=1e-14, btol=1e-14, conlim=0.0, iter_lim=10_000)[0], dtype=np.float64)


def untold(
    design: Floats, effects: sparse.csr_matrix, names: tuple[str, ...], missing: Mapping[str, Text]
) -> dict[str, Text]:
    """Return the regressors that are a sum of effects and of other regressors."""
    left, places, told = [], [], {}
    for at, column in enumerate(design.T):
        length = float(np.linalg.norm(column))
        rest = column - effects @ solve(effects, column) if length > 0 else column
        if names[at] in missing:
            continue
        if length == 0 or float(np.linalg.norm(rest)) <= ALIKE * length:
            told[names[at]] = _ABSORBED
        else:
            left.append(rest / np.linalg.norm(rest))
            places.append(at)
    if left:
        _, sizes, vectors = np.linalg.svd(np.array(left).T, full_matrices=False)
        mixed = np.abs(vectors[sizes <= ALIKE * sizes[0]]).max(axis=0, initial=0.0) > 1e-5
        told |= {names[at]: _MIXED for at, yes in zip(places, mixed, strict=True) if yes}
    return told
