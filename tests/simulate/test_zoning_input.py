"""Functional zoning: levels, limits and words that cannot be meant; breaches that do not grow with the share."""

from __future__ import annotations

import numpy as np
import pytest
from test_zoning import PLAN, TODAY, UNITS, land, still, zones

from ronghe.base.errors import DataFault, ParameterFault
from ronghe.simulate.zoning import Limit, ZoningFault, forgone_revenue, functions_by_area, keep_functions, largest_share
from ronghe.simulate.zoning.limits import zoning_limits
from ronghe.simulate.zoning.table import FUNCTIONS


def places(caught: pytest.ExceptionInfo[DataFault]) -> list[str]:
    return [fault.place for fault in caught.value.faults]


# --- levels ----------------------------------------------------------------------------------------------------------


def test_an_input_that_is_misspelt_or_left_out_is_a_fault_and_no_pass() -> None:
    misspelt = {"constructionland": TODAY["construction_land"] + 500, "listed_subsidy": np.zeros(3)}
    with pytest.raises(DataFault, match="Did you mean construction_land") as caught:
        largest_share(zoning=zones(), inputs=lambda share: misspelt)
    assert places(caught) == ["inputs [constructionland]", "inputs [farmland]", "inputs [construction_land]"]
    with pytest.raises(DataFault, match="changed or not"):
        keep_functions(zoning=zones(), inputs=lambda share: {"farmland": TODAY["farmland"]})


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_level_that_is_no_number_names_unit_and_quantity(value: float) -> None:
    given = still(construction_land=np.array([1.0, 1.0, value]))
    with pytest.raises(DataFault, match=r"inputs \[hills, construction_land\]"):
        largest_share(zoning=zones(), inputs=lambda share: given)
    # The city has no limit on construction land; its level is not read.
    assert not zones().breaches(still(construction_land=np.array([value, value, 1.0])), "before")


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"farmland": np.ones(2)}, "inputs [farmland]"),
        ({"farmland": None}, "inputs [farmland]"),
        ({"farmland": 800.0}, "inputs [farmland]"),
        ({"farmland": ["a", "b", "c"]}, "inputs [farmland]"),
    ],
)
def test_levels_of_the_wrong_shape_or_kind_are_faults(wrong: dict[str, object], place: str) -> None:
    with pytest.raises(DataFault) as caught:
        zones().breaches({**land(0.0), **wrong}, "before")
    assert places(caught) == [place]


def test_levels_are_a_mapping_and_askers_are_functions() -> None:
    with pytest.raises(DataFault, match="levels by name"):
        largest_share(zoning=zones(), inputs=lambda share: None)
    with pytest.raises(ParameterFault, match=r"zoning_limits; read NoneType.*inputs is a function.*accuracy"):
        largest_share(zoning=None, inputs=land(0.0), accuracy=0.0)
    with pytest.raises(ParameterFault, match="accuracy"):
        keep_functions(zoning=zones(), inputs=land, accuracy="fine")


# --- shares ----------------------------------------------------------------------------------------------------------


def test_a_breach_in_the_middle_does_not_hide_the_largest_share() -> None:
    """The hills pass their limit at 0.2 to 0.6 of the scenario and above 0.9."""
    found = zones(Limit("hills", "construction_land", 100.0, PLAN, "user"))

    def bumpy(share: float) -> dict[str, np.ndarray]:
        above = 0.2 <= share <= 0.6 or share > 0.9
        return dict(still(construction_land=TODAY["construction_land"] + np.array([0.0, 0.0, float(above)])))

    offer = largest_share(zoning=found, inputs=bumpy)
    assert offer.share == pytest.approx(0.9, abs=1e-6)
    np.testing.assert_allclose(offer.gaps, np.arange(4, 13) / 20)
    assert "not every smaller share does: 0.2, 0.25, 0.3" in offer.status_text.en
    assert "tried every 0.05" in offer.status_text.en
    with pytest.raises(ZoningFault, match=r"90\.00%.* Not every smaller share does"):
        keep_functions(zoning=found, inputs=bumpy)


def test_a_share_that_heals_a_breach_of_today_is_found() -> None:
    found = zones(Limit("hills", "construction_land", 95.0, PLAN, "user"))

    def less_then_more(share: float) -> dict[str, np.ndarray]:
        built = 100.0 - 20.0 * min(share, 1.0 - share)
        return dict(still(construction_land=np.array([0.0, 0.0, built])))

    offer = largest_share(zoning=found, inputs=less_then_more)
    assert offer.share == pytest.approx(0.75, abs=1e-6)
    assert offer.gaps[0] == 0.0


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [(770.0, 790.0), (790.0, 770.0)])
def test_of_two_stated_limits_the_stricter_holds(values: tuple[float, float]) -> None:
    floors = [Limit("plain", "farmland", value, PLAN, "user") for value in values]
    ceilings = [Limit("hills", "construction_land", value - 700, PLAN, "user") for value in values]
    kept = {limit.quantity: limit.value for limit in zones(*floors, *ceilings).limits}
    assert (kept["farmland"], kept["construction_land"]) == (790.0, 70.0)


def test_every_fault_of_limits_and_words_is_told_at_once() -> None:
    with pytest.raises(DataFault) as caught:
        zoning_limits(
            units=UNITS,
            functions=FUNCTIONS,
            today={"farmland": ["a", "b", "c"]},
            stated=(
                Limit("plain", "farmland", None, PLAN, "user"),
                Limit("plain", "farmlnd", 1.0, PLAN, "user"),
                Limit("plain", "farm_output", 1.0, "plan", "certain"),
                "limit",
            ),
            today_status="x",
        )
    assert places(caught) == [
        "today [farmland]",
        "today_status",
        "limits [plain, farmland]",
        "limits [plain, farmlnd]",
        "limits [plain, farm_output]",
        "limits [plain, farm_output]",
        "limits",
    ]
    with pytest.raises(DataFault, match="units"):
        zoning_limits(units="plain", functions=("farm",), today=None)


def test_area_shares_that_are_words_are_a_fault() -> None:
    with pytest.raises(DataFault, match="area_shares"):
        functions_by_area(units=UNITS, area_shares=[["a", "b", "c"]] * 3)


# --- revenue forgone -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statuses", ["observed", [], ["x"], None, [None]])
def test_a_reading_needs_a_list_of_statuses(statuses: object) -> None:
    with pytest.raises(DataFault, match="statuses"):
        forgone_revenue(lifted=np.ones(2), now=np.ones(2), statuses=statuses)


def test_revenues_of_unlike_shape_or_kind_are_all_told() -> None:
    with pytest.raises(DataFault, match="the same shape"):
        forgone_revenue(lifted=np.ones(2), now=np.ones(3), statuses=["observed"])
    with pytest.raises(DataFault) as caught:
        forgone_revenue(lifted="a", now=np.array(1.0), statuses=["observed"])
    assert places(caught) == ["now", "lifted"]
