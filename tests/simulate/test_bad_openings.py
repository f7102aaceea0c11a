"""Openings that would open nothing, or mix two economies, are refused in words."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy, random_flows

from ronghe.base.errors import ScenarioFault, UnknownRegion
from ronghe.data import load
from ronghe.simulate import Economy
from ronghe.simulate.batches import OpenPairs

E = Economy.from_flows(**random_flows(1))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: OpenPairs.union(E, ["R0", "R1"]), "Only one region stands in: R0, R1"),
        (lambda: OpenPairs.union(E, "R0"), "A union takes a list of areas.* Read 'R0'"),
        (lambda: OpenPairs.union(E, None), "A union takes a list of areas.* Read None"),
        (lambda: OpenPairs.union(E, [None]), "an area, its name or a list of regions; read None"),
        (lambda: OpenPairs.of_pairs(E, [("R0", "R0")]), r"one and the same: \(R0, R0\)"),
        (lambda: OpenPairs.of_pairs(E, None), "State buyer and seller.* Read None"),
        (lambda: OpenPairs.of_pairs(E, "R0"), "State buyer and seller.* Read 'R0'"),
        (lambda: OpenPairs.coalition(E, None), "an area, its name or a list of regions; read None"),
        (lambda: OpenPairs.profile(E, 5), "an area, its name or a list of regions; read 5"),
        (lambda: OpenPairs.partition(E, None), "an area, its name or a list of regions; read None"),
        (lambda: OpenPairs.of_mask(E, [[True], [True, False]], axes=("buyer", "seller")), "expected 4 x 4"),
        (lambda: OpenPairs.of_mask(E, np.ones((4, 4), dtype=bool), axes=5), "State buyer and seller"),
    ],
)
def test_what_opens_nothing_is_told(make, words):
    with pytest.raises(ScenarioFault, match=words) as told:
        make()
    assert told.value.text.zh != told.value.text.en


def test_openings_of_two_economies_are_not_joined():
    mine = OpenPairs.profile(E, ["R0"])
    for other in (random_economy(1, regions=5), random_economy(1, regions=4)):
        with pytest.raises(ScenarioFault, match="Only openings of one economy"):
            mine | OpenPairs.coalition(other, other.regions[:2])
    with pytest.raises(ScenarioFault, match="read another: ndarray"):
        mine | mine.mask  # type: ignore[operator]


def test_one_region_in_two_spellings_is_no_pair_and_a_number_is_no_name():
    with pytest.raises(ScenarioFault, match="one and the same"):
        OpenPairs.of_pairs(Economy.from_data(load()), [("沪", "上海")])
    with pytest.raises(UnknownRegion, match="7"):
        OpenPairs.coalition(E, [7])  # type: ignore[list-item]


def test_lists_of_regions_and_names_of_areas_are_still_joined():
    assert len(OpenPairs.union(E, [["R0", "R1"], ["R1", "R2"]]).pairs) == 4
    assert OpenPairs.coalition(E, []).pairs == ()
    economy = Economy.from_data(load())
    assert len(OpenPairs.union(economy, ["长三角", "长江经济带"]).pairs) == 11 * 10
