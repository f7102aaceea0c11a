"""Two engines, one answer: Numba is loaded when something is solved, and NumPy stands in where it is missing."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from economies import random_economy

from ronghe.base.arrays import Floats
from ronghe.data import load
from ronghe.simulate import Economy, Scenario, batch, gain
from ronghe.simulate.batches import OpenPairs
from ronghe.simulate.batches.group import Group
from ronghe.simulate.batches.plan import planned

SAME = 1e-9  # of the largest gain: both engines solve to 1e-11

WITHOUT = """
import json, sys, warnings
sys.modules["numba"] = None
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    from ronghe.data import load
    from ronghe.simulate import Economy, Scenario, batch, gain
    data = load()
    economy, pair = Economy.from_data(data), ["310000", "320000", "330000"]
    scenario = Scenario("a tenth").cut_trade_cost(0.1, within=pair)
    found, table = gain(economy, scenario), batch(economy, scenario, pair)
notices = [str(w.message) for w in told]
print(json.dumps([found.payable.tolist(), table.payable.tolist(), found.solution.status_text.en, notices]))
"""


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_without_numba_the_numbers_are_the_same_and_one_notice_says_so():
    payable, table, status, notices = json.loads(run(WITHOUT))
    data = load()
    economy, pair = Economy.from_data(data), ["310000", "320000", "330000"]
    scenario = Scenario("a tenth").cut_trade_cost(0.1, within=pair)
    found = gain(economy, scenario)
    allowed = SAME * np.abs(found.payable).max()
    np.testing.assert_allclose(payable, found.payable, rtol=0, atol=allowed)
    np.testing.assert_allclose(table, batch(economy, scenario, pair).payable, rtol=0, atol=allowed)
    assert "converged" in status
    assert len(notices) == 1
    assert "Numba" in notices[0]
    assert "改用 NumPy" in notices[0]


def test_neither_numba_nor_scipy_is_loaded_before_something_is_solved():
    code = "import sys, ronghe.simulate; print(sorted({'numba', 'scipy', 'pandas'} & set(sys.modules)))"
    assert run(code).strip() == "[]"


def groups(economy: Economy, count: int = 5) -> tuple[Group, Group, Floats]:
    """Return the compiled and the plain group of one scenario, and masks of a few openings."""
    cut = Scenario("a tenth").cut_trade_cost(0.1, within=economy.regions)
    members = [economy.regions[: k + 2] for k in range(min(count, len(economy.regions) - 1))]
    plan = planned(
        economy, cut, [OpenPairs.coalition(economy, names) for names in members], "short", 1e-10, "every", 64, 1
    )
    case = plan.case()
    masks = plan.masks(np.arange(len(plan.bits)))
    made = [Group(case.base, case.kernel_open, case.near, backend=name) for name in ("numba", "numpy")]
    return made[0], made[1], masks


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_groups_of_openings_are_the_same_from_both_engines(seed: int) -> None:
    economy = random_economy(seed, regions=6, sectors=4)
    fast, plain, masks = groups(economy)
    rng = np.random.default_rng(seed)
    for one in (fast, plain):
        one.open(masks)
    z = np.repeat(fast.start[None], len(masks), axis=0)
    z += 0.1 * rng.standard_normal(z.shape) * ~fast.dead
    other = z.copy()
    with np.errstate(divide="ignore"):
        gap, output = fast.gaps(z)
        plain_gap, plain_output = plain.gaps(other)
    np.testing.assert_allclose(gap, plain_gap, rtol=0, atol=1e-12)
    np.testing.assert_allclose(output, plain_output, rtol=1e-12)
    fast.rescale(z)
    plain.rescale(other)
    np.testing.assert_allclose(z, other, rtol=0, atol=1e-13)
    found, again = (one.solve(masks, tolerance=1e-12, radius=True) for one in (fast, plain))
    np.testing.assert_allclose(found.states, again.states, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.radii, again.radii, rtol=0, atol=1e-6)
    assert (found.residuals <= 1e-12).all()
    assert (again.residuals <= 1e-12).all()
