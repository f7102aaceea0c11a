"""Inequality and convergence against published values, and the laws of their parts.

Figures: gross domestic product per head of the 32 states of Mexico, 1940 to 2000, and the regions of Hanson (1998), as
in the example data of libpysal 4.14; values by inequality 1.1 and giddy 2.3.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.measure.convergence import beta, log_t, sigma
from ronghe.measure.dagum import dagum
from ronghe.measure.inequality import gini, theil
from ronghe.measure.mobility import rank, transition

EXACT = 1e-8
MEXICO = Path(__file__).parent / "reference" / "mexico.csv"


def mexico() -> tuple[np.ndarray, list[str]]:
    with MEXICO.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    years = [name for name in rows[0] if name.startswith("pcgdp")]
    return np.array([[float(row[year]) for year in years] for row in rows]), [row["hanson98"] for row in rows]


PUBLISHED = {
    1940: (0.208943442, 0.034588900, 0.174354542, 0.353723712, 0.63000),
    2000: (0.106608323, 0.036358719, 0.070249605, 0.258113082, 0.45843),
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_states_of_mexico(year: int) -> None:
    values, groups = mexico()
    column = values[:, (year - 1940) // 10]
    total, between, within, one_gini, spread = PUBLISHED[year]
    found = theil(values=column, levels=[groups])
    assert found.total == pytest.approx(total, abs=EXACT)
    assert found.between[0] == pytest.approx(between, abs=EXACT)
    assert found.within == pytest.approx(within, abs=EXACT)
    assert gini(values=column) == pytest.approx(one_gini, abs=EXACT)
    assert sigma(values=column[:, None])[0] == pytest.approx(spread, abs=5e-6)


def test_growth_and_mobility_of_mexico() -> None:
    values, _ = mexico()
    found = beta(first=values[:, 0], last=values[:, -1], years=60)
    assert found.slope == pytest.approx(-0.0072548, abs=5e-8)
    assert found.error == pytest.approx(0.0013964, abs=5e-8)
    assert found.fit == pytest.approx(0.47361, abs=5e-6)
    assert found.interval.low < found.slope < found.interval.high
    assert rank(first=values[:, 0], last=values[:, -1]).tau == pytest.approx(0.5846774, abs=5e-8)
    assert transition(values=values, classes=5).shorrocks == pytest.approx(0.44047619, abs=EXACT)


def test_dagum_by_hand() -> None:
    found = dagum(values=np.array([1.0, 3.0, 2.0, 6.0]), groups=["a", "a", "b", "b"])
    parts = (found.within, found.between, found.overlap)
    assert found.gini == pytest.approx(1 / 3)
    assert parts == pytest.approx((0.125, 1 / 6, 1 / 24), abs=1e-12)


incomes = st.lists(st.floats(0.5, 100), min_size=4, max_size=12)


@given(incomes, st.data())
@settings(max_examples=40)
def test_parts_add_up_and_scale_and_order_do_not_matter(row: list[float], data: st.DataObject) -> None:
    values = np.array(row)
    groups = [data.draw(st.sampled_from(["a", "b", "c"])) for _ in row]
    finer = [f"{group}{k % 2}" for k, group in enumerate(groups)]
    found = theil(values=values, levels=[groups, finer])
    assert found.between.sum() + found.within == pytest.approx(found.total, abs=1e-10)
    assert (found.between >= -1e-12).all()
    parts = dagum(values=values, groups=groups)
    assert parts.within + parts.between + parts.overlap == pytest.approx(parts.gini, abs=1e-12)
    assert parts.gini == pytest.approx(gini(values=values), abs=1e-12)
    order = np.argsort(values)
    assert gini(values=7.0 * values[order]) == pytest.approx(gini(values=values), abs=1e-12)
    assert theil(values=7.0 * values[order]).total == pytest.approx(theil(values=values).total, abs=1e-10)


@given(incomes)
@settings(max_examples=30)
def test_a_transfer_from_rich_to_poor_lowers_inequality(row: list[float]) -> None:
    values = np.sort(np.array(row))
    if values[-1] - values[0] < 1e-3:
        return
    moved = values.copy()
    step = (values[-1] - values[0]) / 4
    moved[0] += step
    moved[-1] -= step
    assert gini(values=moved) < gini(values=values)
    assert theil(values=moved).total < theil(values=values).total


def test_copies_of_everybody_change_nothing() -> None:
    values, groups = mexico()
    column = values[:, 0]
    twice = np.concatenate([column, column])
    assert theil(values=twice, levels=[groups + groups]).between == pytest.approx(
        theil(values=column, levels=[groups]).between
    )
    assert gini(values=twice) == pytest.approx(gini(values=column))
    assert gini(values=column, population=np.full(len(column), 3.0)) == pytest.approx(gini(values=column))


def test_gaps_that_close_are_not_rejected_and_gaps_that_open_are() -> None:
    rng, years = np.random.default_rng(0), np.arange(40)
    start = rng.normal(0, 0.5, 30)
    noise = rng.normal(0, 0.002, (30, 40))
    level = 5 + 0.03 * years
    closing = log_t(values=np.exp(level + start[:, None] * 0.9**years + noise))
    assert closing.verdict == "convergence not rejected"
    opening = log_t(values=np.exp(level + start[:, None] * (1 + 0.05 * years) + noise))
    assert opening.verdict == "convergence rejected"


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan")])
def test_an_income_that_is_none_is_named(wrong: float) -> None:
    values = np.array([1.0, wrong, 3.0])
    for ask in (lambda: theil(values=values, units=["沪", "苏", "浙"]),
                lambda: sigma(values=values[:, None], units=["沪", "苏", "浙"])):  # fmt: skip
        with pytest.raises(ParameterFault) as raised:
            ask()
        assert "苏" in raised.value.text.zh


def test_a_group_in_two_larger_ones_is_told() -> None:
    with pytest.raises(ParameterFault):
        theil(values=np.array([1.0, 2.0, 3.0]), levels=[["a", "a", "b"], ["x", "y", "x"]])


def test_too_few_periods_identify_nothing() -> None:
    with pytest.raises(NotIdentified):
        log_t(values=np.exp(np.random.default_rng(1).normal(0, 1, (5, 4))))
