"""A world made by hand: every fault at once, none taken for a small shock or a second equilibrium."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import random_economy, three_region_world

from ronghe.base.errors import DataFault
from ronghe.simulate import Economy


def test_good_worlds_pass() -> None:
    for world in (three_region_world(), random_economy(1).world):
        assert Economy.from_world(world).world is world


@pytest.mark.parametrize(
    ("field", "change", "place"),
    [
        ("shares", lambda a: 1.1 * a, "shares, rows [T, A]"),
        ("shares", lambda a: a * np.nan, "shares [T, A, A]"),
        ("spending", lambda a: -a, "spending [T, A]"),
        ("value_added_shares", lambda a: 0.9 * a, "value_added_shares + inputs [T, A]"),
        ("capital_shares", lambda a: a + 1.0, "capital_shares [T, A]"),
        ("elasticities", lambda a: 0.0 * a, "elasticities [T]"),
        ("transfers", lambda a: a + 1.0, "transfers"),
        ("external", lambda a: a + 1.0, "external"),
        ("output", lambda a: a[:1], "output"),
        ("residents", lambda a: np.ones((3, 3)), "residents"),
        ("rule", lambda a: "x", "rule"),
        ("numeraire", lambda a: "x", "numeraire"),
        ("housing", lambda a: 7, "housing"),
    ],
)
def test_each_fault_names_its_place(field, change, place) -> None:
    world = three_region_world()
    with pytest.raises(DataFault) as caught:
        Economy.from_world(replace(world, **{field: change(getattr(world, field))}))
    assert any(fault.place == place for fault in caught.value.faults), [f.place for f in caught.value.faults]


def test_all_at_once() -> None:
    world = three_region_world()
    wrong = replace(world, elasticities=-world.elasticities, transfers=world.transfers + 1.0)
    with pytest.raises(DataFault) as caught:
        Economy.from_world(wrong)
    assert {fault.place.split(" ")[0] for fault in caught.value.faults} == {"elasticities", "transfers"}
