"""Clusters of plants: K pair by pair, the bands under complete randomness, planted clusters, and continuity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.measure import clusters
from ronghe.measure.clusters import clustering, k_density
from ronghe.measure.continuity import continuity
from ronghe.measure.points import great_circle

SETTINGS = settings(max_examples=10, deadline=None)
BINNED = 2e-3  # relative to the largest density: distances are counted in 2^14 steps
BAND = 0.90  # 40 runs inside a band of 95 %: fewer than 36 happens in 1.4 % of seeds, and the seeds are fixed


def sites(number: int, seed: int, width: float = 4.0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.uniform(117, 117 + width, number), random.uniform(30, 30 + width, number)


def some(number: int, of: int, seed: int) -> np.ndarray:
    flags = np.zeros(of, dtype=np.bool_)
    flags[np.random.default_rng(seed).choice(of, number, replace=False)] = True
    return flags


def test_great_circle_by_hand() -> None:
    """A quarter of a meridian of a sphere of 6371.0088 km, a point to itself, and two points 1 m apart."""
    found = great_circle(longitudes=np.array([0, 0, 0, 0.0]), latitudes=np.array([0, 90, 0, 1 / 111194.9]))
    assert found[0, 1] == pytest.approx(6371.0088 * np.pi / 2)
    assert found[0, 2] == 0
    assert found[0, 3] == pytest.approx(1e-3, rel=1e-4)


def test_k_of_two_points_by_hand() -> None:
    """Two plants 3 km apart, h 1: two normal densities at 3, and their mirror images, over one pair."""
    found = k_density(distances=np.array([[0, 3], [3, 0.0]]), at=np.array([0, 3.0]), bandwidth=1.0)
    normal = np.exp(-(np.array([3, 0, 6.0]) ** 2) / 2) / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(found, [2 * normal[0], normal[1] + normal[2]])


@SETTINGS
@given(st.integers(10, 60), st.integers(0, 100))
def test_the_fast_curve_is_the_formula(number: int, seed: int) -> None:
    lon, lat = sites(80, seed)
    plants = some(number, 80, seed)
    found = clustering(longitudes=lon, latitudes=lat, plants=plants, draws=19)
    pairs = great_circle(longitudes=lon[plants], latitudes=lat[plants])
    exact = k_density(distances=pairs, at=found.distances, bandwidth=found.bandwidth)
    np.testing.assert_allclose(found.density, exact, atol=BINNED * exact.max())
    upper = pairs[np.triu_indices(number, 1)]
    low, high = np.quantile(upper, [0.25, 0.75])
    rule = 0.9 * min(upper.std(), (high - low) / 1.34) * number**-0.2
    assert found.bandwidth == pytest.approx(rule, rel=0.02)


def test_median_distance_ends_the_curve() -> None:
    lon, lat = sites(60, 4)
    found = clustering(longitudes=lon, latitudes=lat, plants=some(20, 60, 1), draws=19)
    every = great_circle(longitudes=lon, latitudes=lat)[np.triu_indices(60, 1)]
    assert found.distances[0] == 0
    assert found.distances[-1] == pytest.approx(np.median(every), rel=5e-3)


def test_sites_beyond_the_table_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    lon, lat = sites(90, 2)
    plants = some(30, 90, 2)
    kept = clustering(longitudes=lon, latitudes=lat, plants=plants, draws=19)
    monkeypatch.setattr(clusters, "TABLE", 10)
    np.testing.assert_array_equal(
        clustering(longitudes=lon, latitudes=lat, plants=plants, draws=19).density, kept.density
    )


def test_under_complete_randomness_the_curve_stays_in_the_global_band() -> None:
    lon, lat = sites(150, 7)
    inside = [
        clustering(longitudes=lon, latitudes=lat, plants=some(30, 150, run), draws=59, seed=1000 + run).verdict
        == "as chance has it"
        for run in range(40)
    ]
    assert np.mean(inside) >= BAND


def test_bands_hold_their_share_of_draws() -> None:
    lon, lat = sites(150, 7)
    found = clustering(longitudes=lon, latitudes=lat, plants=some(30, 150, 3), draws=199)
    assert (found.global_low <= found.local_low).all()
    assert (found.local_high <= found.global_high).all()
    assert found.chance == pytest.approx(round(found.chance * 200) / 200)


def test_a_planted_cluster_is_localised_and_a_grid_dispersed() -> None:
    lon, lat = sites(300, 5)
    near = (lon - 119) ** 2 + (lat - 32) ** 2
    cluster = near <= np.sort(near)[24]
    found = clustering(longitudes=lon, latitudes=lat, plants=cluster, draws=99)
    assert found.verdict == "localised"
    assert found.localised[0] > 0
    assert found.chance == 0.01
    apart = np.zeros(300, dtype=np.bool_)
    # The site nearest to each knot of a grid: no two plants are near one another.
    for x, y in np.ndindex(6, 6):
        apart[((lon - 117.3 - 0.68 * x) ** 2 + (lat - 30.3 - 0.68 * y) ** 2).argmin()] = True
    spread = clustering(longitudes=lon, latitudes=lat, plants=apart, draws=99)
    assert spread.verdict == "dispersed"
    assert spread.dispersed[0] > 0


@SETTINGS
@given(st.integers(0, 1000))
def test_order_of_sites_changes_no_curve(seed: int) -> None:
    lon, lat = sites(40, 1)
    plants = some(15, 40, 1)
    order = np.random.default_rng(seed).permutation(40)
    whole = clustering(longitudes=lon, latitudes=lat, plants=plants, draws=19)
    again = clustering(longitudes=lon[order], latitudes=lat[order], plants=plants[order], draws=19)
    np.testing.assert_allclose(again.density, whole.density, rtol=1e-9)


def test_plants_on_one_site_have_a_curve() -> None:
    lon, lat = sites(40, 1)
    lon[:20], lat[:20] = 118, 31
    plants = np.arange(40) < 20
    found = clustering(longitudes=lon, latitudes=lat, plants=plants, draws=19)
    assert np.isfinite(found.density).all()
    assert found.verdict == "localised"


def test_few_plants_all_sites_and_one_place_are_not_identified() -> None:
    lon, lat = sites(40, 1)
    for plants, reason in ((some(9, 40, 0), "fewer than 10"), (np.ones(40, dtype=np.bool_), "no other to hold")):
        with pytest.raises(NotIdentified, match=reason):
            clustering(longitudes=lon, latitudes=lat, plants=plants)
    with pytest.raises(NotIdentified, match="所有厂址都在同一点"):
        clustering(longitudes=np.full(40, 117.0), latitudes=np.full(40, 30.0), plants=some(20, 40, 0))


def test_wrong_points_are_told_at_once() -> None:
    with pytest.raises(ParameterFault) as caught:
        clustering(longitudes=np.array([1, 190, np.nan]), latitudes=np.zeros(3), plants=np.array([1, 0, 1]), draws=3)
    text = caught.value.text
    assert "2个点的坐标缺失或超出范围" in text.zh
    assert "布尔数组" in text.zh
    assert "missing or outside 180 and 90 degrees: 2" in text.en
    assert "at least 19; read 3" in text.en


def two_sides(seed: int, number: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    lon, lat = sites(number, seed, width=2.0)
    return lon, lat, lon > 118


def test_expected_pairs_are_those_of_independent_sides() -> None:
    """Mean over permutations: near pairs times the product of the sides' shares, in closed form."""
    lon, lat, across = two_sides(3)
    industry = some(80, 200, 4)
    found = continuity(longitudes=lon, latitudes=lat, across=across, industry=industry)
    km = great_circle(longitudes=lon, latitudes=lat)
    near = int((km[np.ix_(~across, across)] <= 50).sum())
    assert found.near == near
    expected = near * industry[~across].mean() * industry[across].mean()
    assert found.expected == pytest.approx(expected, rel=0.02)
    assert found.pairs == int((km <= 50)[np.ix_(industry & ~across, industry & across)].sum())
    assert found.plants == (int((industry & ~across).sum()), int((industry & across).sum()))


def test_linked_industries_count_as_partners_once() -> None:
    lon, lat, across = two_sides(3)
    own, other = some(60, 200, 4), some(60, 200, 9)
    found = continuity(longitudes=lon, latitudes=lat, across=across, industry=own, linked=other, draws=99)
    near = great_circle(longitudes=lon, latitudes=lat) <= 50
    partner = own | other
    pairs = [
        (a, b)
        for a in np.flatnonzero(~across)
        for b in np.flatnonzero(across)
        if near[a, b] and ((own[a] and partner[b]) or (partner[a] and own[b]))
    ]
    assert found.pairs == len(pairs)
    assert found.expected == pytest.approx(found.pairs, rel=0.3)


def test_a_cluster_at_the_border_reaches_across_and_one_that_shuns_it_does_not() -> None:
    lon, lat, across = two_sides(6, 400)
    gap = np.abs(lon - 118)
    at_border = (np.abs(lat - 31) < 0.6) & (gap < 0.4)
    reaching = continuity(longitudes=lon, latitudes=lat, across=across, industry=at_border, draws=199)
    assert reaching.value > 1.5
    assert reaching.chance == 1 / 200
    shunning = continuity(longitudes=lon, latitudes=lat, across=across, industry=gap > 0.5, draws=199)
    assert shunning.value < 0.5
    assert shunning.chance > 0.9


def test_industries_by_chance_have_continuity_one() -> None:
    lon, lat, across = two_sides(6)
    values = [
        continuity(longitudes=lon, latitudes=lat, across=across, industry=some(60, 200, run), draws=99)
        for run in range(150)
    ]
    # One run scatters by 0.38: three standard errors of 150.
    assert np.mean([found.value for found in values]) == pytest.approx(1.0, abs=0.09)
    held = [found.spread is not None and found.spread.low <= 1 <= found.spread.high for found in values]
    assert np.mean(held) >= 0.75


@SETTINGS
@given(st.integers(0, 1000))
def test_sides_may_change_places(seed: int) -> None:
    lon, lat, across = two_sides(seed, 60)
    industry = np.ones(60, dtype=np.bool_)
    industry[np.random.default_rng(seed).choice(60, 10, replace=False)] = False
    one = continuity(longitudes=lon, latitudes=lat, across=across, industry=industry, draws=99)
    two = continuity(longitudes=lon, latitudes=lat, across=~across, industry=industry, draws=99)
    assert one.pairs == two.pairs
    assert one.near == two.near


def test_few_plants_on_a_side_and_no_near_sites_are_not_identified() -> None:
    lon, lat, across = two_sides(3)
    industry = across.copy()
    industry[np.flatnonzero(~across)[:9]] = True
    with pytest.raises(NotIdentified, match="9个和"):
        continuity(longitudes=lon, latitudes=lat, across=across, industry=industry)
    apart = np.where(across, lon + 10, lon)
    with pytest.raises(NotIdentified, match="No two sites across are within 50 km"):
        continuity(longitudes=apart, latitudes=lat, across=across, industry=np.ones(200, dtype=np.bool_))


def test_wrong_continuity_input_is_told_at_once() -> None:
    lon, lat, across = two_sides(3)
    with pytest.raises(ParameterFault) as caught:
        continuity(longitudes=lon, latitudes=lat, across=across[:5], industry=across, within=-1, draws=1)
    text = caught.value.text
    assert "across 应为与坐标等长的布尔数组" in text.zh
    assert "within 应为正的公里数，读到-1" in text.zh
    assert "within must be km above 0; read -1" in text.en
    assert "at least 19; read 1" in text.en


def test_where_no_pair_is_expected_there_is_no_ratio() -> None:
    """One near pair among thousands of sites: no permutation hits it."""
    lon = np.concatenate([np.linspace(100, 110, 400), np.linspace(125, 135, 400), [117.9, 118.1]])
    across = lon > 118
    industry = np.zeros(len(lon), dtype=np.bool_)
    industry[:10] = industry[400:410] = True
    found = continuity(longitudes=lon, latitudes=np.full(len(lon), 30.0), across=across, industry=industry, draws=19)
    assert found.near == 1
    assert np.isnan(found.value)
    assert found.spread is None
    assert "期望为0" in found.reason.zh
    assert "there is no ratio" in found.reason.en


def test_lists_of_python_are_read_too() -> None:
    lon, lat, across = two_sides(3)
    found = continuity(longitudes=lon.tolist(), latitudes=lat.tolist(), across=across.tolist(), industry=[True] * 200)  # type: ignore[arg-type]
    assert found.value == 1.0
