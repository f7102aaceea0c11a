"""The estimate against the observed shares of 2007: the printed figures, recomputed and as stored.

Targets are those of the estimate's specification, printed there to two or three digits; "not worse" means by no
more than 0.01.
"""

from __future__ import annotations

import numpy as np
import pytest

from ronghe.data import Dataset, load
from ronghe.data.embedded import Estimate, figures_of
from ronghe.data.facts import read_facts
from ronghe.data.validation import NAMES, Observed, read_observed, statistics
from shared import shared

WORSE = 0.01
HIGHER = ("log_correlation", "spearman", "overlap_median", "overlap_least", "home_correlation", "abroad_correlation")
HIGHER += ("macro_overlap", "macro_log_correlation")
LOWER = ("home_error", "home_error_most", "abroad_error", "abroad_error_most", "macro_home_error")
SAME = {"home_error": 0.052, "home_error_most": 0.158, "home_correlation": 0.32}
SAME |= {"abroad_error": 0.022, "abroad_error_most": 0.090, "abroad_correlation": 0.77}
SAME20 = {"home_error": 0.049, "home_error_most": 0.151, "home_correlation": 0.39}
SAME20 |= {"abroad_error": 0.021, "abroad_error_most": 0.104, "abroad_correlation": 0.79}


def row(lc: float, sp: float, om: float, ol: float, plate: float, mo: float, mh: float, ml: float) -> dict[str, float]:
    return {
        "log_correlation": lc,
        "spearman": sp,
        "overlap_median": om,
        "overlap_least": ol,
        "plate_share": plate,
        "macro_overlap": mo,
        "macro_home_error": mh,
        "macro_log_correlation": ml,
    }


PRINTED = {
    (2023, 0.8): row(0.67, 0.63, 0.74, 0.60, 0.068, 0.86, 0.023, 0.74) | SAME,
    (2023, 0.33): row(0.69, 0.64, 0.75, 0.65, 0.062, 0.88, 0.024, 0.73) | SAME,
    (2023, 0.0): row(0.67, 0.63, 0.74, 0.65, 0.059, 0.87, 0.024, 0.70) | SAME,
    (2020, 0.8): row(0.70, 0.66, 0.74, 0.61, 0.068, 0.87, 0.025, 0.75) | SAME20,
    (2020, 0.33): row(0.71, 0.67, 0.75, 0.66, 0.063, 0.88, 0.025, 0.74) | SAME20,
    (2020, 0.0): row(0.70, 0.65, 0.74, 0.64, 0.060, 0.87, 0.024, 0.71) | SAME20,
}
DRAWS = {2023: (0.61, 0.70, 0.051, 0.068), 2020: (0.63, 0.73, 0.048, 0.067)}


@pytest.fixture(scope="module")
def observation() -> Observed:
    return read_observed(shared("china_trade_migration_30"))


def stored(year: int, elasticity: float) -> dict[str, float]:
    table = read_facts().tables["validation.csv"]
    columns = table.rows("year", "distance_elasticity", "statistic", "value")
    return {key: value for at, delta, key, value in columns if (at, delta) == (year, elasticity)}


@pytest.mark.parametrize(("year", "elasticity"), list(PRINTED))
def test_the_stored_statistics_are_not_worse_than_the_printed_ones(year: int, elasticity: float) -> None:
    found, printed = stored(year, elasticity), PRINTED[year, elasticity]
    for key in HIGHER:
        assert found[key] >= printed[key] - WORSE, key
    for key in LOWER:
        assert found[key] <= printed[key] + WORSE, key
    assert abs(found["plate_share"] - printed["plate_share"]) <= WORSE
    assert found["plate_share_observed"] == pytest.approx(0.065, abs=5e-4)


@pytest.mark.parametrize("year", [2023, 2020])
def test_the_draws_spread_as_printed(year: int) -> None:
    found, (low, high, least, most) = stored(year, 0.8), DRAWS[year]
    assert found["draws_log_correlation_low"] >= low - WORSE
    assert found["draws_log_correlation_high"] == pytest.approx(high, abs=WORSE)
    assert found["draws_home_error_low"] == pytest.approx(least, abs=WORSE)
    assert found["draws_home_error_high"] <= most + WORSE


@pytest.mark.parametrize("year", [2023, 2020, 2019])
def test_recomputing_gives_the_stored_statistics(year: int, observation: Observed) -> None:
    facts = read_facts()
    found = Estimate(facts, figures_of(facts), year).compared(observation, (0.8, 0.33, 0.0))
    for elasticity, values in found.items():
        kept = stored(year, elasticity)
        for key, (value, _) in values.items():
            assert value == pytest.approx(kept[key], abs=2e-6), key


def test_a_perfect_estimate_would_be_seen_as_one(data: Dataset, observation: Observed) -> None:
    base = data.baseline
    at = [base.regions.index(code) for code in observation.regions]
    spent = base.flows[1:].sum(axis=0)
    total = spent[at].sum(axis=1)
    same = Observed(observation.regions, spent[np.ix_(at, at)] / total[:, None], spent[at, -1] / total, total)
    plates = {code: area.code for area in data.areas if area.kind == "plate" for code in area.regions}
    found = {key: value for key, (value, _) in statistics(base, same, plates).items()}
    for key in ("log_correlation", "spearman", "overlap_least", "home_correlation", "macro_overlap"):
        assert found[key] == pytest.approx(1)
    for key in ("home_error_most", "abroad_error_most", "macro_home_error"):
        assert found[key] == pytest.approx(0, abs=1e-12)


def test_the_table_is_shown_with_its_date_and_its_plain_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RONGHE_SHARED", raising=False)
    found = load(year=2020).validation()
    assert (found.year, found.distance_elasticity) == (2020, 0.8)
    assert len(found.computed) == 10
    assert {one.key for one in found.rows} == set(NAMES) - {"plate_share_observed"}
    assert "无法识别" in found.reading.zh
    assert "not identified" in found.reading.en
    share = next(one for one in found.rows if one.key == "plate_share")
    assert share.observed == pytest.approx(0.065, abs=5e-4)


def test_where_the_observed_shares_are_present_they_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shared("china_trade_migration_30").parents[1]
    monkeypatch.setenv("RONGHE_SHARED", str(folder))
    anew = load().validation()
    monkeypatch.delenv("RONGHE_SHARED")
    kept = load().validation()
    for one, other in zip(anew.rows, kept.rows, strict=True):
        assert one.key == other.key
        assert one.value == pytest.approx(other.value, abs=2e-6)
