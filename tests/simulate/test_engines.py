"""Two engines, one answer: Numba is loaded when something is solved, and NumPy stands in where it is missing."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np

from ronghe.data import load
from ronghe.simulate import Economy, Scenario, batch, gain

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
