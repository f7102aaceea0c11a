"""Projects under a budget: sets are solved, never added up; the best is the best of all sets."""

from __future__ import annotations

from itertools import combinations

import pytest
from economies import random_economy

from ronghe.base.errors import ParameterFault
from ronghe.simulate import Economy, Scenario, gain, projects
from ronghe.simulate.projects import Project, order_projects


@pytest.fixture(scope="module")
def economy() -> Economy:
    return random_economy(3, regions=5, sectors=4)


def planned(economy: Economy) -> list[Project]:
    a, b, c, d, e = economy.regions
    return [
        Project("bridge", Scenario("bridge").cut_entry(0.2, buyers=[a], sellers=[b]), 30.0),
        Project("rail", Scenario("rail").cut_trade_cost(0.1, within=[b, c]), 50.0),
        Project("port", Scenario("port").cut_trade_cost(0.1, within=[c, d]), 40.0),
        Project("ring", Scenario("ring").cut_trade_cost(0.05, within=[a, b, c, d]), 60.0, after=("rail",)),
        Project("spur", Scenario("spur").cut_trade_cost(0.15, within=[d, e]), 20.0),
    ]


def of(economy: Economy, chosen: list[Project]) -> float:
    changes = tuple(change for one in chosen for change in one.changes.changes)
    return gain(economy, Scenario("set", changes)).total("headline", economy.regions[:5])


@pytest.mark.parametrize("budget", [0.0, 50.0, 110.0, 1000.0])
def test_the_best_set_is_the_best_of_all(economy: Economy, budget: float) -> None:
    plan = planned(economy)
    found = order_projects(economy, plan, budget=budget, members=economy.regions[:5])
    assert found.proven
    best = 0.0
    for size in range(1, 6):
        for chosen in combinations(plan, size):
            names = {one.name for one in chosen}
            if sum(one.cost for one in chosen) <= budget and all(names.issuperset(one.after) for one in chosen):
                best = max(best, of(economy, list(chosen)))
    assert (found.gains[-1] if found.chosen else 0.0) == pytest.approx(best, abs=1e-7)
    assert not found.chosen or found.costs[-1] <= budget
    assert {*found.chosen, *found.left_out} == {one.name for one in plan}


def test_the_order_begins_with_most_per_yuan_and_keeps_what_waits(economy: Economy) -> None:
    plan = planned(economy)
    found = order_projects(economy, plan, budget=1000.0, members=economy.regions[:5])
    by_name = {one.name: one for one in plan}
    first = max(
        (one for one in plan if not one.after and one.name in found.chosen),
        key=lambda one: of(economy, [one]) / one.cost,
    )
    assert found.chosen[0] == first.name
    assert found.chosen.index("rail") < found.chosen.index("ring")
    whole = of(economy, [by_name[name] for name in found.chosen])
    alone = sum(of(economy, [by_name[name]]) for name in found.chosen)
    assert found.together == pytest.approx(whole - alone, abs=1e-7)


def test_greedy_and_exchanges_are_said_to_be_no_proof(economy: Economy, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(economy)
    best = order_projects(economy, plan, budget=110.0, members=economy.regions[:5])
    monkeypatch.setattr(projects, "EVERY_SET", 3)
    found = order_projects(economy, plan, budget=110.0, members=economy.regions[:5])
    assert not found.proven
    assert "not proven" in found.status.en
    assert "没有证明" in found.status.zh
    assert 0 < found.gains[-1] <= best.gains[-1] + 1e-9
    assert found.costs[-1] <= 110.0


def test_all_faults_of_a_plan_are_told_at_once(economy: Economy) -> None:
    a, b, *_ = economy.regions
    cut = Scenario("x").cut_trade_cost(0.1, within=[a, b])
    plan = [Project("one", cut, -1.0), Project("one", cut, 5.0, after=("nobody",))]
    with pytest.raises(ParameterFault) as caught:
        order_projects(economy, plan, budget=-1.0, column="x")
    for words in ("twice", "above 0", "nobody", "budget", "column"):
        assert words in caught.value.text.en
    with pytest.raises(ParameterFault, match="wait for each other"):
        order_projects(
            economy, [Project("p", cut, 1.0, after=("q",)), Project("q", cut, 1.0, after=("p",))], budget=5.0
        )
