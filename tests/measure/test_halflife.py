"""Half-life of price gaps: known persistence, the bias by Nickell's formula, edges, and their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.measure.halflife import WORDS, half_life, half_lives, log_gaps

SETTINGS = settings(max_examples=10, deadline=None)
ROUNDING = 1e-8  # Newton stops at 1e-11


def simulated(
    seed: int,
    *,
    phi: float = 0.6,
    border: float = 0.2,
    far: float = 0.05,
    shape: tuple[int, int, int] = (8, 50, 36),
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gaps of goods of unlike swing; pairs across a border lie farther apart."""
    random = np.random.default_rng(seed)
    goods, pairs, periods = shape
    across = np.arange(pairs) % 2 == 0
    km = np.exp(random.normal(5, 0.5, pairs) + 0.4 * across)
    each = phi + border * across + far * (np.log(km) - np.log(km).mean())
    swing = random.uniform(0.5, 2, goods)[:, None]
    gap = random.normal(0, 1, (goods, pairs)) * swing / np.sqrt(1 - np.minimum(each, 0.99) ** 2)
    gaps, level = np.empty(shape), random.normal(0, 3, (goods, pairs))
    for period in range(periods):
        gap = each * gap + random.normal(0, 1, (goods, pairs)) * swing
        gaps[:, :, period] = level + gap
    return gaps, across, km


def names(gaps: np.ndarray) -> list[str]:
    return [f"good {at}" for at in range(len(gaps))]


@pytest.mark.parametrize(
    ("phi", "periods", "state"),
    [
        (0.5, 1.0, "reverts"),
        (np.sqrt(0.5), 2.0, "reverts"),
        (1.0, np.nan, "no reversion"),
        (1.2, np.nan, "no reversion"),
        (np.nan, np.nan, "no reversion"),
        (0.0, np.nan, "< 1 period"),
        (-0.3, np.nan, "< 1 period"),
    ],
)
def test_half_life_and_its_edges(phi: float, periods: float, state: str) -> None:
    found = half_life(phi=phi)
    assert found.periods == pytest.approx(periods, nan_ok=True)
    assert found.state == state


def test_every_state_has_its_words() -> None:
    assert WORDS["no reversion"].zh == "不收敛"
    assert WORDS["< 1 period"].en == "< 1 period"


def test_known_persistence_and_ratio_are_found() -> None:
    """At the mean distance 0.6 within, 0.8 across: R = ln 0.6 / ln 0.8 = 2.289."""
    runs = []
    for seed in range(8):
        gaps, across, km = simulated(seed)
        runs.append(half_lives(gaps=gaps, goods=names(gaps), across=across, kilometres=km, draws=99))
    assert np.mean([run.within.phi for run in runs if run.within]) == pytest.approx(0.6, abs=0.015)
    assert np.mean([run.across.phi for run in runs if run.across]) == pytest.approx(0.8, abs=0.015)
    truth = np.log(0.6) / np.log(0.8)
    assert np.mean([run.ratio for run in runs]) == pytest.approx(truth, abs=0.15)
    held = [run.spread is not None and run.spread.low <= truth <= run.spread.high for run in runs]
    assert sum(held) >= 5


@pytest.mark.parametrize(("phi", "periods"), [(0.3, 10), (0.6, 10), (0.8, 20)])
def test_bias_is_that_of_nickell(phi: float, periods: int) -> None:
    """Nickell 1981, equation (18): bias of least squares with effects and many series."""
    gaps, across, _ = simulated(5, phi=phi, border=0, far=0, shape=(4, 1500, periods + 1))
    found = half_lives(gaps=gaps, goods=names(gaps), across=across).overall
    t = periods
    part = 1 - (1 - phi**t) / (t * (1 - phi))
    bias = -(1 + phi) / (t - 1) * part / (1 - 2 * phi / ((1 - phi) * (t - 1)) * part)
    assert found.bias == pytest.approx(bias, abs=0.02)
    assert found.phi == pytest.approx(phi, abs=0.02)
    assert found.raw < found.phi


def test_least_squares_is_that_of_dummies() -> None:
    """One dummy for each series, by plain least squares."""
    gaps, across, _ = simulated(1, shape=(1, 6, 12))
    before, after = gaps[0, :, :-1].ravel(), gaps[0, :, 1:].ravel()
    design = np.column_stack([before, np.kron(np.eye(6), np.ones((11, 1)))])
    slope = np.linalg.lstsq(design, after, rcond=None)[0][0]
    assert half_lives(gaps=gaps, goods=["a"], across=across).overall.raw == pytest.approx(slope, abs=ROUNDING)


def test_at_equal_distance_no_border_gives_ratio_one() -> None:
    """Pairs across are farther apart; without distance held equal they look slower."""
    ratios, plain = [], []
    for seed in range(8):
        gaps, across, km = simulated(seed, border=0.0, far=0.2)
        ratios.append(half_lives(gaps=gaps, goods=names(gaps), across=across, kilometres=km, draws=1).ratio)
        plain.append(half_lives(gaps=gaps, goods=names(gaps), across=across, draws=1).ratio)
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.1)
    assert np.mean(plain) > 1.15


@SETTINGS
@given(st.integers(0, 1000), st.floats(0.1, 10))
def test_order_unit_and_level_change_nothing(seed: int, unit: float) -> None:
    gaps, across, km = simulated(seed, shape=(3, 12, 20))
    random = np.random.default_rng(seed)
    one = half_lives(gaps=gaps, goods=names(gaps), across=across, kilometres=km, draws=1)
    order = random.permutation(12)
    other = gaps[::-1][:, order] * unit + random.normal(0, 1, (3, 12, 1))
    two = half_lives(gaps=other, goods=names(gaps), across=across[order], kilometres=km[order] * unit, draws=1)
    assert two.overall.phi == pytest.approx(one.overall.phi, abs=1e-6, nan_ok=True)
    assert two.ratio == pytest.approx(one.ratio, abs=1e-5, nan_ok=True)


def test_turning_a_pair_round_changes_nothing() -> None:
    gaps, across, km = simulated(3)
    turned = gaps.copy()
    turned[:, ::3] *= -1
    one, two = (half_lives(gaps=g, goods=names(g), across=across, kilometres=km, draws=1) for g in (gaps, turned))
    assert two.ratio == pytest.approx(one.ratio, abs=ROUNDING)


def test_a_random_walk_has_no_half_life_and_no_ratio() -> None:
    gaps = np.cumsum(np.random.default_rng(0).normal(0, 1, (3, 40, 60)), axis=2)
    explosive = np.exp(0.1 * np.arange(60)) * np.sign(gaps[:, :, :1])
    found = half_lives(gaps=gaps + explosive, goods=names(gaps), across=np.arange(40) % 2 == 0, draws=9)
    assert found.overall.state == "no reversion"
    assert np.isnan(found.ratio)
    assert found.spread is None
    assert "没有比值" in found.reason.zh
    assert "there is no ratio" in found.reason.en


def test_gaps_that_swing_back_close_in_less_than_a_period() -> None:
    gaps, across, _ = simulated(2, phi=-0.5, border=0, far=0)
    found = half_lives(gaps=gaps, goods=names(gaps), across=across, draws=9)
    assert found.overall.state == "< 1 period"
    assert np.isnan(found.ratio)


def test_a_missing_price_cuts_the_series() -> None:
    gaps, across, _ = simulated(4, shape=(2, 10, 20))
    gaps[0, 0, 10] = np.nan
    gaps[0, 1, 3] = np.nan
    gaps[1, 2] = np.nan
    found = half_lives(gaps=gaps, goods=names(gaps), across=across, draws=1)
    assert found.series == 20 - 1 + 1
    assert found.left_out == 1
    assert np.isfinite(found.overall.phi)


def test_a_good_without_series_or_motion_has_none() -> None:
    gaps, across, _ = simulated(4, shape=(3, 10, 20))
    gaps[1] = np.nan
    gaps[2] = 0.7
    found = half_lives(gaps=gaps, goods=names(gaps), across=across, draws=1)
    assert found.by_good[0] is not None
    assert found.by_good[1:] == (None, None)
    assert found.left_out == 10


def test_one_side_only_and_few_goods_are_said() -> None:
    gaps, across, km = simulated(4, shape=(4, 20, 30))
    alone = half_lives(gaps=gaps, goods=names(gaps), across=np.ones(20, dtype=np.bool_), kilometres=km)
    assert alone.within is None
    assert "不能比较两侧" in alone.reason.zh
    few = half_lives(gaps=gaps, goods=names(gaps), across=across, kilometres=km)
    assert np.isfinite(few.ratio)
    assert "Only 4 goods" in few.reason.en
    same = half_lives(gaps=gaps, goods=names(gaps), across=across, kilometres=np.where(across, 2.0, 1.0))
    assert same.across is None


def test_no_series_is_not_identified() -> None:
    for gaps in (np.full((2, 3, 10), np.nan), np.zeros((2, 3, 10)), np.zeros((2, 3, 3)), np.zeros((0, 0, 0))):
        with pytest.raises(NotIdentified, match="没有足够长且有变化"):
            half_lives(gaps=gaps, goods=names(gaps), across=np.ones(gaps.shape[1], dtype=np.bool_))


def test_log_gaps_by_hand() -> None:
    prices = np.array([[[2, 4.0], [1, 1.0], [4, np.nan]]])
    found = log_gaps(prices=prices, pairs=np.array([[0, 1], [1, 2]]))
    np.testing.assert_allclose(found, [[[np.log(2), np.log(4)], [-np.log(4), np.nan]]])


def test_wrong_input_is_told_at_once() -> None:
    with pytest.raises(ParameterFault) as caught:
        log_gaps(prices=np.array([[[0, 1.0], [1, -2.0]]]), pairs=np.array([[0, 5]]))
    assert "2个价格不是正的有限数" in caught.value.text.zh
    assert "from 0 to 1" in caught.value.text.en
    with pytest.raises(ParameterFault) as caught:
        half_lives(
            gaps=np.full((2, 3, 4), np.inf),
            goods=["a"],
            across=np.array([1, 0, 1]),
            kilometres=np.array([0, 1, 2]),
            draws=0,
        )
    text = caught.value.text
    for told, english in (
        ("（1种商品，地点对，时期），读到 (2, 3, 4)", "(1 goods, pair, period); read (2, 3, 4)"),
        ("3个布尔值", "3 values of bool"),
        ("draws 至少为1，读到0", "at least 1; read 0"),
        ("gaps 含无穷", "gaps holds infinite"),
        ("kilometres 应为3个正数", "3 numbers above 0"),
    ):
        assert told in text.zh
        assert english in text.en
