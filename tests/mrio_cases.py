"""Invented multi-regional tables that add up, for the tests of accounts, feedback, balancing and supply chains."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from ronghe.data.multiregional import MultiRegional
from ronghe.measure.accounts import Accounts, accounts

SEEDS = st.integers(0, 10**6)


def table(seed: int, regions: int = 4, sectors: int = 3, *, zeros: float = 0.0) -> Accounts:
    """Return a table with imports and exports; ``zeros`` is the share of cells without a sale."""
    rng = np.random.default_rng(seed)
    shape = (regions, sectors, regions, sectors)
    a = rng.gamma(0.5, 1.0, shape) * (rng.random(shape) >= zeros)
    a[np.arange(regions), :, np.arange(regions)] *= 3
    a *= rng.uniform(0.2, 0.8, (regions, sectors)) / np.maximum(a.sum(axis=(0, 1)), 1e-9)
    final = rng.lognormal(2, 1, (regions, sectors, regions + 1)) * (
        rng.random((regions, sectors, regions + 1)) >= zeros
    )
    final[..., -1] += 0.1
    size = regions * sectors
    output = np.linalg.solve(np.eye(size) - a.reshape(size, size), final.sum(axis=2).ravel()).reshape(regions, sectors)
    rest = output * (1 - a.sum(axis=(0, 1)))
    return accounts(
        intermediate=a * output, final=final, value_added=0.8 * rest, imports=0.2 * rest, output=output,
        regions="ABCDEFGH"[:regions], sectors="xyzuvw"[:sectors],
    )  # fmt: skip


def by_hand() -> Accounts:
    """Return two regions of one sector with A = (.2 .1; .05 .3) and final demand of 10 each at home."""
    a = np.array([[0.2, 0.1], [0.05, 0.3]])
    x = np.linalg.solve(np.eye(2) - a, [10.0, 10.0])
    return accounts(
        intermediate=(a * x).reshape(2, 1, 2, 1), final=np.diag([10.0, 10.0]).reshape(2, 1, 2),
        value_added=((1 - a.sum(axis=0)) * x)[:, None], output=x[:, None],
    )  # fmt: skip


def reordered(held: Accounts, r: np.ndarray, s: np.ndarray) -> Accounts:
    """Return a table with regions and sectors in another order."""
    count = len(r)
    ends = np.concatenate([r, np.arange(count, held.final.shape[2])])
    return accounts(
        intermediate=held.intermediate[np.ix_(r, s, r, s)], final=held.final[np.ix_(r, s, ends)],
        value_added=held.value_added[np.ix_(r, s)], imports=held.imports[np.ix_(r, s)],
        output=held.output[np.ix_(r, s)], regions=[held.regions[n] for n in r],
        sectors=[held.sectors[n] for n in s],
    )  # fmt: skip


def scaled(held: Accounts, factor: float) -> Accounts:
    """Return a table in another unit of money."""
    return accounts(
        intermediate=held.intermediate * factor, final=held.final * factor, value_added=held.value_added * factor,
        imports=held.imports * factor, output=held.output * factor, regions=held.regions, sectors=held.sectors,
    )  # fmt: skip


def multiregional(held: Accounts, **changed: object) -> MultiRegional:
    """Return the same accounts as a table of a data set."""
    parts = np.zeros((4, *held.output.shape))
    parts[0] = held.value_added
    final = np.zeros((*held.output.shape, len(held.regions), 5))
    final[..., 1] = held.final[..., :-1]
    made = MultiRegional(
        regions=held.regions, sectors=held.sectors, sector_titles={}, year=2017, intermediate=held.intermediate,
        final=final, exports=held.final[..., -1], imports=held.imports, value_added=parts, output=held.output,
        made_by="survey", status="observed",
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]
