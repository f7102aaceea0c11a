"""Tables as an office would bring them, made from the embedded estimate, so that every answer is known."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from ronghe.data import Dataset, load
from ronghe.data.baseline import Baseline
from ronghe.data.multiregional import MultiRegional

HEADER = ("year", "origin", "destination", "sector", "value", "valuation", "made_by", "status")
DELTA = ("310000", "320000", "330000", "340000")


@cache
def embedded() -> Dataset:
    """The default data set."""
    return load()


@cache
def estimated() -> Baseline:
    """Its baseline."""
    return embedded().baseline


def rows_of(keep=lambda sector, buyer, seller: True, *, flows=None, year=2023, made_by="register", status="observed"):
    """Return rows of a trade table, the cells that ``keep`` picks; abroad with itself is never one."""
    base = estimated()
    flows = base.flows if flows is None else flows
    return [
        (year, seller, buyer, sector, float(flows[j, n, i]), "basic", made_by, status)
        for j, sector in enumerate(base.sectors)
        for n, buyer in enumerate(base.regions)
        for i, seller in enumerate(base.regions)
        if not buyer == seller == "ROW" and keep(sector, buyer, seller)
    ]


def inside(members=DELTA, sectors=None):
    """Return a filter: pairs of members, in some sectors or all."""
    return lambda sector, buyer, seller: {buyer, seller} <= set(members) and (sectors is None or sector in sectors)


def written(folder: Path, rows, name: str = "trade.csv", header=HEADER) -> Path:
    """Write rows as a CSV file of a folder of its own and return the folder."""
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([[repr(cell) if isinstance(cell, float) else cell for cell in row] for row in rows])
    return folder


def noisy(seed: int, spread: float = 0.1):
    """Return the estimated flows with a shock on each cell."""
    base = estimated()
    return base.flows * np.exp(spread * np.random.default_rng(seed).standard_normal(base.flows.shape))


def grid_of(base: Baseline, *, competitive: bool = False, made_by: str = "survey") -> MultiRegional:
    """Return the multi-regional table of a baseline, 万元: every use of a product has its buyer's mix of sellers."""
    count = len(base.regions) - 1
    flows, output = base.flows, base.flows.sum(axis=1).T
    uses = base.input_shares * output[:, None, :]
    final = np.stack([0.3 * base.household, 0.7 * base.household, base.government, base.investment,
                      np.zeros_like(base.investment)], axis=-1)  # fmt: skip
    shares = flows / flows.sum(axis=2, keepdims=True)
    own = shares[:, :count, :count]
    foreign = shares[:, :count, count]
    if competitive:
        # Imports are sold as if by the regions, in the mix of the domestic sellers.
        mix = own / own.sum(axis=2, keepdims=True)
        z = np.einsum("jni,njk->ijnk", mix, uses[:count])
        f = np.einsum("jni,njc->ijnc", mix, final[:count])
        imports = np.einsum("jni,jn,nj->ij", mix, foreign, flows[:, :count].sum(axis=2).T)
        last = None
    else:
        z = np.einsum("jni,njk->ijnk", own, uses[:count])
        f = np.einsum("jni,njc->ijnc", own, final[:count])
        imports = np.einsum("jn,njk->nk", foreign, uses[:count])
        last = 1e4 * np.einsum("jn,njc->nc", foreign, final[:count])
    added = (base.value_added_shares * output)[:count]
    parts = np.stack([0.5 * added, 0.1 * added, 0.2 * added, 0.2 * added])
    return MultiRegional(
        regions=base.regions[:-1], sectors=base.sectors, sector_titles={}, year=2023, intermediate=1e4 * z,
        final=1e4 * f, exports=1e4 * flows[:, count, :count].T, imports=1e4 * imports, value_added=1e4 * parts,
        output=1e4 * output[:count], final_imports=last, made_by=made_by, status="observed",
        import_treatment="competitive" if competitive else "separate",
    )  # fmt: skip
