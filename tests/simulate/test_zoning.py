"""Functional zoning: limits by function, scenarios that are refused, the share that is offered, revenue forgone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronghe.base.errors import DataFault, NotIdentified, ScenarioFault
from ronghe.base.text import same
from ronghe.simulate.zoning.forgone import forgone_revenue
from ronghe.simulate.zoning.limits import Zoning, ZoningFault, zoning_limits
from ronghe.simulate.zoning.share import keep_functions, largest_share
from ronghe.simulate.zoning.table import FUNCTIONS, Function, Limit, functions_by_area

# A limit may be passed by 1e-9 of itself: 8e-7 of farmland, of which the whole scenario takes 40.
SHARE = 3e-8

UNITS = ("city", "plain", "hills")
TODAY = {
    "construction_land": np.array([900.0, 300.0, 100.0]),
    "farmland": np.array([50.0, 800.0, 60.0]),
    "industry_output": np.array([5000.0, 900.0, 200.0]),
    "pollutant_load": np.array([400.0, 90.0, 10.0]),
    "farm_output": np.array([30.0, 500.0, 40.0]),
}
PLAN = same("plan 12")
NOTHING = np.zeros(3)


def zones(*stated: Limit) -> Zoning:
    return zoning_limits(units=UNITS, functions=FUNCTIONS, today=TODAY, stated=stated)


def land(share: float) -> Mapping[str, np.ndarray]:
    """The scenario takes 40 of farmland in the plain and builds 20 in the hills."""
    return {
        "construction_land": TODAY["construction_land"] + share * np.array([0.0, 40.0, 20.0]),
        "farmland": TODAY["farmland"] - share * np.array([0.0, 40.0, 0.0]),
        "listed_subsidy": NOTHING,
    }


def still(**changed: np.ndarray) -> Mapping[str, np.ndarray]:
    """Inputs of a scenario that changes only what is named."""
    return {**land(0.0), **changed}


def test_each_function_has_its_own_limits_and_today_is_the_default() -> None:
    found = zones(Limit("city", "planned_land", 1000.0, PLAN, "observed"))
    said = {(limit.unit, limit.quantity): (limit.value, limit.status) for limit in found.limits}
    assert said == {
        ("city", "planned_land"): (1000, "observed"),
        ("plain", "farmland"): (800, "assumed"),
        ("plain", "farm_output"): (500, "assumed"),
        ("hills", "construction_land"): (100, "assumed"),
        ("hills", "listed_subsidy"): (0, "assumed"),
        ("hills", "industry_output"): (200, "assumed"),
        ("hills", "pollutant_load"): (10, "assumed"),
    }
    assert found.label == "assumed"


def test_a_breach_names_unit_function_limit_and_document() -> None:
    found = zones(Limit("hills", "construction_land", 105.0, PLAN, "observed"))
    with pytest.raises(ZoningFault) as caught:
        keep_functions(zoning=found, inputs=land)
    assert caught.value.message("en").splitlines() == [
        "The scenario breaks a function:",
        "  plain (farm-product area): farmland 760, must be ≥ 800; document: today's level (assumed)",
        "  hills (ecological area): construction land 120, must be ≤ 105; document: plan 12",
        "The largest share of the scenario that keeps every function is 0.00%.",
    ]
    assert "重点生态功能区" in caught.value.message("zh")
    assert isinstance(caught.value, ScenarioFault)


def test_the_largest_share_by_hand() -> None:
    """Farmland may fall to 770 of 800, the scenario takes 40: three quarters; the hills may build 18 of 20: nine
    tenths."""
    found = zones(
        Limit("plain", "farmland", 770.0, PLAN, "observed"),
        Limit("hills", "construction_land", 118.0, PLAN, "observed"),
    )
    offer = largest_share(zoning=found, inputs=land, accuracy=1e-9)
    assert offer.share == pytest.approx(0.75, abs=SHARE)
    assert [breach.limit.unit for breach in offer.binding] == ["plain"]
    assert "outcomes not checked" in offer.status_text.en
    assert not found.breaches(land(offer.share or 0.0), "before")


def test_outcomes_bind_where_inputs_do_not() -> None:
    """Industry in the hills grows by 10 share + 30 share^2; a cap of 204 holds up to share 0.2344."""
    found = zones(
        Limit("plain", "farmland", 700.0, PLAN, "observed"),
        Limit("hills", "construction_land", 150.0, PLAN, "observed"),
        Limit("hills", "industry_output", 204.0, PLAN, "observed"),
    )

    def after(share: float) -> Mapping[str, np.ndarray]:
        grown = np.array([0.0, 0.0, 10 * share + 30 * share**2])
        return {**{key: TODAY[key] for key in ("pollutant_load", "farm_output")},
                "industry_output": TODAY["industry_output"] + grown}  # fmt: skip

    offer = largest_share(zoning=found, inputs=land, outcomes=after, accuracy=1e-10)
    assert offer.share == pytest.approx((-10 + np.sqrt(580)) / 60, abs=SHARE)
    assert offer.binding[0].limit.quantity == "industry_output"
    assert (offer.unchecked, offer.solves > 20) == ((), True)
    with pytest.raises(ZoningFault, match=r"industry output 240, must be ≤ 204"):
        keep_functions(zoning=found, inputs=land, outcomes=after)


@given(st.floats(0, 60), st.floats(0, 30))
def test_a_scenario_scaled_to_the_offered_share_passes(farmland: float, built: float) -> None:
    found = zones(
        Limit("plain", "farmland", 800 - farmland, PLAN, "observed"),
        Limit("hills", "construction_land", 100 + built, PLAN, "observed"),
    )
    offer = largest_share(zoning=found, inputs=land)
    assert offer.share == pytest.approx(min(1.0, farmland / 40, built / 20), abs=2e-6)
    keep_functions(zoning=found, inputs=lambda share: land(share * (offer.share or 0.0)))


def test_a_scenario_that_keeps_every_function_passes_whole() -> None:
    offer = largest_share(zoning=zones(), inputs=lambda share: still(farmland=TODAY["farmland"] + share))
    assert (offer.share, offer.binding) == (1.0, ())
    keep_functions(zoning=zones(), inputs=lambda share: still(farmland=TODAY["farmland"] + share))


@pytest.mark.parametrize(("excess", "broken"), [(0.9e-9, False), (1.1e-9, True)])
def test_a_breach_within_a_billionth_is_none(excess: float, broken: bool) -> None:
    level = still(construction_land=np.array([0.0, 0.0, 100 * (1 + excess)]))
    assert bool(zones().breaches(level, "before")) is broken
    subsidy = still(listed_subsidy=np.array([1.0, 1.0, excess]))
    assert bool(zones().breaches(subsidy, "before")) is broken


def test_where_today_breaks_a_limit_no_share_is_offered() -> None:
    found = zones(Limit("hills", "construction_land", 90.0, PLAN, "observed"))
    offer = largest_share(zoning=found, inputs=land)
    assert offer.share is None
    assert "no share keeps it" in offer.status_text.en
    with pytest.raises(ZoningFault) as caught:
        keep_functions(zoning=found, inputs=land)
    assert "largest share" not in caught.value.message("en")


def test_an_outcome_that_is_left_out_is_a_fault_and_no_pass() -> None:
    with pytest.raises(DataFault, match="pollutant load"):
        zones().breaches({"industry_output": TODAY["industry_output"]}, "after")


# --- provinces -----------------------------------------------------------------------------------------------------


def test_a_province_counts_as_the_function_of_two_thirds_of_its_area() -> None:
    shares = np.array([[0.7, 0.2, 0.1], [0.1, 0.68, 0.2], [0.0, np.nan, 2 / 3]])
    assert functions_by_area(units=UNITS, area_shares=shares) == FUNCTIONS


@pytest.mark.parametrize("shares", [None, np.array([[0.7, 0.2, 0.1], [0.4, 0.3, 0.3], [0.0, 0.0, 1.0]])])
def test_a_province_of_many_functions_is_not_computable(shares: np.ndarray | None) -> None:
    with pytest.raises(NotIdentified, match=r"not computable at this resolution .*load the list of counties") as caught:
        functions_by_area(units=UNITS, area_shares=shares)
    assert "plain" in caught.value.message("en")
    assert ("city" in caught.value.message("en")) is (shares is None)
    assert caught.value.unlocks == ("zoning",)


def test_area_shares_above_one_are_a_fault() -> None:
    with pytest.raises(DataFault, match=r"area_shares \[city\]"):
        functions_by_area(units=UNITS, area_shares=np.array([[0.7, 0.7, 0], [1, 0, 0], [0, 0, 1]]))


# --- revenue forgone -----------------------------------------------------------------------------------------------


def test_limits_that_do_not_bind_forgo_nothing() -> None:
    now = np.array([100.0, 40.0, 12.0])
    reading = forgone_revenue(lifted=now, now=now, statuses=["observed"])
    np.testing.assert_array_equal(reading.revenue, 0)
    assert (reading.label, reading.band) == ("observed", False)


def test_the_reading_is_what_lifting_the_limits_would_bring_and_never_below_nothing() -> None:
    reading = forgone_revenue(
        lifted=np.array([99.0, 46.0, 15.5]), now=np.array([100.0, 40.0, 12.0]), statuses=["observed", "estimated"]
    )
    np.testing.assert_array_equal(reading.revenue, [0, 6, 3.5])
    assert reading.band
    assert "情景带" in reading.status_text.zh


def test_an_unsolved_reading_is_refused() -> None:
    with pytest.raises(DataFault, match="did not converge has no numbers"):
        forgone_revenue(lifted=np.array([np.nan]), now=np.array([1.0]), statuses=["observed"])


# --- wrong tables --------------------------------------------------------------------------------------------------


def test_all_faults_of_the_table_are_told_at_once() -> None:
    functions: tuple[Function, ...] = ("urbanised", "farm", "forest")  # type: ignore[assignment]
    with pytest.raises(DataFault) as caught:
        zoning_limits(
            units=UNITS,
            functions=functions,
            today={"farmland": np.ones(2), "height": np.ones(3)},
            stated=(
                Limit("city", "farmland", 1.0, PLAN, "observed"),
                Limit("coast", "farmland", 1.0, PLAN, "observed"),
                Limit("plain", "farmland", -1.0, PLAN, "observed"),
            ),
        )
    assert [fault.place for fault in caught.value.faults] == [
        "zoning [hills]",
        "today [farmland]",
        "today [height]",
        "limits [city, farmland]",
        "limits [coast, farmland]",
        "limits [plain, farmland]",
    ]
