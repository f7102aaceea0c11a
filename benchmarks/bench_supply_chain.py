"""Supply chains of a table of 31 regions by 42 sectors: every link beside fresh solves and the memory it reads."""

from __future__ import annotations

import numpy as np

from ronghe.measure.dependence import single_source
from ronghe.measure.extraction import extraction, links
from ronghe.measure.mrio import leontief_inverse, technical_coefficients
from timing import interleaved, row

REGIONS, SECTORS = 31, 42
CHECKED = 20
"""Links held against a fresh solve."""


def table(seed: int = 0) -> dict[str, np.ndarray]:
    """Return Z, x, value added and imports of a random table whose inputs are 30 to 80 % of output."""
    rng = np.random.default_rng(seed)
    shape = (REGIONS, SECTORS, REGIONS, SECTORS)
    weights = rng.gamma(0.3, 1.0, shape)
    weights[np.arange(REGIONS), :, np.arange(REGIONS)] *= 2.0 * REGIONS
    a = weights / weights.sum(axis=(0, 1)) * rng.uniform(0.3, 0.8, (REGIONS, SECTORS))
    size = REGIONS * SECTORS
    x = np.linalg.solve(np.eye(size) - a.reshape(size, size), rng.lognormal(8, 1, size)).reshape(REGIONS, SECTORS)
    rest = x * (1 - a.sum(axis=(0, 1)))
    return {"z": a * x, "x": x, "added": 0.9 * rest, "imports": 0.1 * rest}


def fresh(a: np.ndarray, final: np.ndarray, supplier: tuple[int, int], user: int) -> np.ndarray:
    """Return output without a link, the system solved from scratch."""
    cut = a.copy()
    cut[(*supplier, user)] = 0.0
    return np.linalg.solve(np.eye(final.size) - cut.reshape(final.size, final.size), final)


held = table()
z, x, added = held["z"], held["x"], held["added"]
a = technical_coefficients(intermediate=z, output=x)
inverse = leontief_inverse(coefficients=a)
final = (x - z.sum(axis=(2, 3))).ravel()
given = {"intermediate": z, "coefficients": a, "inverse": inverse, "output": x, "value_added": added}


def every() -> tuple[np.ndarray, np.ndarray]:
    """Every link: value added that rests on it, in all and by region."""
    found = links(**given)
    return found.total, found.by_region


def floor() -> float:
    """Read Z, A and L once, and write the answer by region once."""
    return float(z.sum() + a.sum() + inverse.sum() + np.ones((REGIONS, REGIONS, SECTORS, REGIONS))[-1, -1, -1, -1])


count = REGIONS * SECTORS * REGIONS
named = f"extraction of every link, {REGIONS} x {SECTORS} ({count:,})"
ours, least, solve, lu, sources = interleaved(
    [
        every,
        floor,
        lambda: fresh(a, final, (0, 0), 1),
        lambda: leontief_inverse(coefficients=a),
        lambda: single_source(intermediate=z, imports=held["imports"], output=x),
    ]
)
row(named, ours, goal=5.0)
row(named, ours, peer=count * solve, peer_name=f"a fresh solve a link ({solve:.3f} s each, reckoned)")
row(named, ours, peer=least, peer_name="reading Z, A, L and writing the answer once")
row("Leontief inverse, 1,302 x 1,302", lu, peer=solve, peer_name="one fresh solve")
row(f"sources of every input, {SECTORS} x {REGIONS * SECTORS:,}", sources)

links_held, rng, worst = links(**given), np.random.default_rng(1), 0.0
for _ in range(CHECKED):
    supplier, user = (int(rng.integers(REGIONS)), int(rng.integers(SECTORS))), int(rng.integers(REGIONS))
    formula = extraction(links=links_held, supplier=supplier, users=[user]).output.ravel()
    worst = max(worst, float((np.abs(formula - fresh(a, final, supplier, user)) / x.ravel()).max()))
row(f"output by the formula against a fresh solve, {CHECKED} links", worst, unit="of output", goal=1e-10)
