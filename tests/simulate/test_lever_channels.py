"""Levers of every channel: pairs for trade costs and settling, regions for subsidies and research, all in one sum."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy

from ronghe.base.errors import ScenarioFault
from ronghe.simulate import Economy, Scenario, gain
from ronghe.simulate.blocks import Blocks
from ronghe.simulate.levers import split_by_lever

WORDS = {
    "layer": "software",
    "measure": "rates in the tax accounts",
    "source": "final accounts 2023",
    "owner": "province",
}


@pytest.fixture(scope="module")
def economy() -> Economy:
    made = random_economy(4, regions=5, sectors=4)
    rates = np.zeros((4, 5))
    rates[np.flatnonzero(made.world.traded)[0], :2] = 0.05
    return made.with_blocks(Blocks(subsidies=rates))


def restrained(economy: Economy, before: float = 0.05) -> Scenario:
    sector = economy.sectors[int(np.flatnonzero(economy.world.traded)[0])]
    return Scenario("restraint").lever(
        "no more bidding",
        "competition",
        before=before,
        after=0.0,
        within=economy.regions[:2],
        sectors=[sector],
        **WORDS,
    )


def test_restraint_is_the_scenario_that_takes_the_rates_away(economy: Economy) -> None:
    sector = economy.sectors[int(np.flatnonzero(economy.world.traded)[0])]
    by_hand = Scenario("by hand").subsidise(dict.fromkeys(economy.regions[:2], 0.0), sectors=[sector])
    np.testing.assert_allclose(gain(economy, restrained(economy)).headline, gain(economy, by_hand).headline, atol=1e-9)


def test_a_rate_that_the_economy_does_not_hold_is_refused(economy: Economy) -> None:
    with pytest.raises(ScenarioFault, match=r"the economy holds 0\.05"):
        gain(economy, restrained(economy, before=0.08))
    with pytest.raises(ScenarioFault, match="with_blocks"):
        gain(random_economy(4, regions=5, sectors=4), restrained(economy))


def test_research_multiplies_productivity(economy: Economy) -> None:
    lever = Scenario("labs").lever(
        "shared instruments", "research", before=0.0, after=1.0, conversion=0.01, within=economy.regions[:3],
        **(WORDS | {"layer": "hardware"}),
    )  # fmt: skip
    by_hand = Scenario("by hand").raise_productivity(dict.fromkeys(economy.regions[:3], 1.01))
    np.testing.assert_allclose(gain(economy, lever).headline, gain(economy, by_hand).headline, atol=1e-9)
    assert not any("raises the cost" in note.en for note in gain(economy, lever).notes)


def test_all_channels_stand_in_one_sum(economy: Economy) -> None:
    every = restrained(economy)
    every = every.lever("labs", "research", before=0.0, after=0.01, within=economy.regions[:3], **WORDS)
    every = every.lever("window", "transaction", before=0.1, after=0.05, within=economy.regions[:3], **WORDS)
    every = every.lever("permits", "protection", before=0.1, after=0.08, within=economy.regions[:3], **WORDS)
    split = split_by_lever(economy, every)
    np.testing.assert_allclose(split.parts.sum(axis=1), split.whole, atol=1e-8)
    assert {title.en for title, _ in split.unmeasured} == {"hukou wedge"}


def test_levers_on_regions_take_no_pairs(economy: Economy) -> None:
    a, b, *_ = economy.regions
    for channel in ("competition", "research"):
        with pytest.raises(ScenarioFault, match="acts on regions"):
            Scenario("x").lever("l", channel, before=0.1, after=0.0, pairs=[(a, b)], **WORDS)
