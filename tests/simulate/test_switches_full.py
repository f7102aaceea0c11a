"""Each block of the whole model switched off, or on with numbers that add nothing, gives the smaller model exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from varied import (
    all_apart,
    answer,
    apart,
    every_change,
    told,
    varied_economy,
    varied_world,
)

from ronghe.base.text import same
from ronghe.simulate import Parameters
from ronghe.simulate.blocks import Blocks, Groups, Services, Sharing
from ronghe.simulate.calibrate import balanced, with_blocks
from ronghe.simulate.outcome import accounts
from ronghe.simulate.research import Research, research_productivity

SAME = 1e-10

seeds = st.integers(0, 100_000)
closures = st.sampled_from(["short", "medium", "long"])
moving = st.sampled_from(["medium", "long"])
fewer = settings(max_examples=6, deadline=None)


@fewer
@given(seeds, closures)
def test_housing_without_land_is_a_sector_like_others(seed, closure):
    world = varied_world(seed)
    shares = world.capital_shares.copy()
    shares[world.housing] = 0.0
    world = balanced(replace(world, capital_shares=shares))
    shock = every_change(world, seed)
    plain = replace(world, housing=-1)
    assert all_apart(told(world, shock, closure), told(plain, replace(shock, land=None), closure)) <= SAME


def served_by(world, *, rivalry, weight):
    kinds = world.blocks.services
    made = replace(kinds, rivalry=np.full(3, rivalry), weight=np.full(3, weight))
    return replace(world, blocks=replace(world.blocks, services=made))


@fewer
@given(seeds, moving)
def test_a_pure_public_good_is_not_diluted_by_who_comes(seed, closure):
    world = served_by(varied_world(seed), rivalry=0.0, weight=0.05)
    shock = replace(every_change(world, seed), budget=None, pooling=None)
    now = accounts(*answer(world, shock, closure))
    own = world.blocks.services.budget * now.government / now.government_prices
    start = world.blocks.services.budget * world.purchases[1]
    pooling = world.blocks.services.pooling
    served = (own + np.einsum("zns,zs->zn", pooling, own)) / (start + np.einsum("zns,zs->zn", pooling, start))
    assert np.abs(now.people - 1.0).max() > 1e-4
    assert apart(now.services, served) <= SAME


@fewer
@given(seeds, moving)
def test_services_without_weight_draw_no_one(seed, closure):
    world = varied_world(seed)
    shock = every_change(world, seed)
    kinds = [served_by(world, rivalry=rivalry, weight=0.0) for rivalry in (0.0, 0.9)]
    none = replace(world, blocks=replace(world.blocks, services=None))
    found = [told(kind, shock, closure) for kind in kinds]
    found.append(told(none, replace(shock, budget=None, pooling=None), closure, Parameters(service_weight=0.0)))
    for other in found[:2]:
        for name in ("people", "welfare", "wages", "household", "payable", "home_household"):
            assert apart(other[name], found[2][name]) <= SAME


@fewer
@given(seeds, closures)
def test_research_of_no_strength_is_no_research(seed, closure):
    world, rng = varied_world(seed), np.random.default_rng(seed)
    n, j = len(world.regions), len(world.sectors)
    now = Research(rng.uniform(0.1, 0.9, (n, n)), rng.uniform(1, 2, (n, j)), rng.uniform(0, 0.3, (n, n)))
    opened = replace(now, access=np.ones((n, n)))
    none, some = (research_productivity(now=now, then=opened, strength=phi) for phi in (0.0, 0.05))
    plain = replace(every_change(world, seed), productivity=None)
    found = told(world, replace(plain, productivity=none), closure)
    assert all_apart(found, told(world, plain, closure)) <= SAME
    assert apart(told(world, replace(plain, productivity=some), closure)["welfare"], found["welfare"]) > 1e-3


def off_and_idle(world):
    """Pairs of blocks: one switched off among the others, and the same with numbers that add nothing."""
    n, cells, blocks = len(world.regions), world.output.shape, world.blocks
    own, kinds, people = np.eye(n), blocks.services, world.residents
    half = np.full((2, *cells), 0.5)
    groups = Groups((same("all"),), np.ones((1, *cells)), people[None])
    alike = Groups((same("a"), same("b")), half, 0.5 * np.array([people, people]))
    one = Services((same("all"),), np.ones((1, n)), np.array([0.5]), np.array([0.15]))
    place = Sharing(np.zeros(n), np.repeat(own[None], cells[0], axis=0))
    return {
        "one group": (replace(blocks, groups=None), replace(blocks, groups=groups)),
        "two groups alike": (replace(blocks, groups=None), replace(blocks, groups=alike)),
        "one service": (replace(blocks, services=None), replace(blocks, services=one)),
        "no pooling": (
            replace(blocks, services=replace(kinds, pooling=None)),
            replace(blocks, services=replace(kinds, pooling=np.zeros((3, n, n)))),
        ),
        "taxes at place": (replace(blocks, sharing=None), replace(blocks, sharing=place)),
        "no subsidy": (replace(blocks, subsidies=None), replace(blocks, subsidies=np.zeros(cells))),
        "own capital": (replace(blocks, ownership=None), replace(blocks, ownership=own)),
        "all off": (Blocks(), Blocks(groups, one, place, np.zeros(cells), own)),
    }


IDLE = (
    "one group",
    "two groups alike",
    "one service",
    "no pooling",
    "taxes at place",
    "no subsidy",
    "own capital",
    "all off",
)


@pytest.mark.parametrize("name", IDLE)
@settings(max_examples=3, deadline=None)
@given(seed=seeds)
def test_a_block_that_adds_nothing_among_all_others_gives_the_smaller_model(name, seed):
    world = varied_world(seed)
    off, idle = off_and_idle(world)[name]
    for closure in ("short", "medium", "long"):
        small, large = (with_blocks(world, blocks) for blocks in (off, idle))
        shock = replace(every_change(small, seed), moving=np.full((4, 4), 0.95))
        one, other = told(small, shock, closure), told(large, shock, closure)
        for figure in ("welfare", "prices", "capital", "household", "services", "payable", "output"):
            assert apart(other[figure], one[figure]) <= SAME
        assert apart(*(t["people"][:1] for t in (other, one))) <= SAME


@fewer
@given(seeds, closures)
def test_waste_without_wedges_wastes_nothing(seed, closure):
    world = replace(varied_world(seed), tariffs=None)
    found = []
    for waste in (0.0, 0.7):
        here = balanced(replace(world, blocks=replace(world.blocks, waste=waste)))
        found.append(told(here, every_change(here, seed), closure))
    assert all_apart(found[1], found[0]) <= SAME


@fewer
@given(seeds, closures)
def test_a_subsidy_that_stays_as_it_is_is_no_change(seed, closure):
    economy = varied_economy(seed)
    shock = replace(every_change(economy.world, seed), subsidies=None)
    kept = replace(shock, subsidies=economy.world.blocks.subsidies)
    assert all_apart(told(economy.world, kept, closure), told(economy.world, shock, closure)) <= SAME
