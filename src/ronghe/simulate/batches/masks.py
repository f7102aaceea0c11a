"""A mask of ordered pairs as a short sum of products: what lets one kernel serve many openings.

    M_ni = sum_r u_rn v_ri       wherever the scenario acts

A coalition is one product (its members buy, its members sell), a profile is one, a partition is one a bloc. Where the
scenario does not act (the diagonal, pairs inside a block) the entry is free, which keeps the sum short.
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Bools


def factors(mask: Bools, scope: Bools) -> tuple[Bools, Bools]:
    """Return u (term, buyer) and v (term, seller) whose products add up to a mask within a scope.

    Examples
    --------
    The coalition of the first two of three regions is one product.

    >>> open_ = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=bool)
    >>> u, v = factors(open_, ~np.eye(3, dtype=bool))
    >>> u.astype(int), v.astype(int)
    (array([[1, 1, 0]]), array([[1, 1, 0]]))
    """
    open_ = mask & scope
    rest = open_.any(axis=1)
    buyers, sellers = [], []
    while rest.any():
        first = int(np.argmax(rest))
        # All at once where one list of sellers serves every buyer; else the list of the first.
        for listed in (open_[rest].any(axis=0), open_[first] | (~scope[first] & open_[rest].any(axis=0))):
            served: Bools = rest & ~np.any((listed ^ open_) & scope, axis=1)
            if served[first]:
                break
        buyers.append(served)
        sellers.append(listed)
        rest = rest & ~served
    shape = (len(buyers), len(mask))
    return np.array(buyers, dtype=bool).reshape(shape), np.array(sellers, dtype=bool).reshape(shape)


def products_of(masks: Bools, scope: Bools) -> list[tuple[Bools, Bools]]:
    """Return the factors of several masks, shape (opening, buyer, seller); those of one product are found together."""
    open_ = masks & scope
    buyers: Bools = np.any(open_, axis=2)
    sellers: Bools = np.any(open_, axis=1)
    one = (((buyers[:, :, None] & sellers[:, None, :]) & scope) == open_).all(axis=(1, 2))
    return [
        (buyers[at : at + 1], sellers[at : at + 1]) if one[at] else factors(mask, scope)
        for at, mask in enumerate(masks)
    ]  # fmt: skip
