"""Projects under a budget: what each brings by itself, what sets of them bring together, and which to begin with.

Projects interact: a road pays more once the rules let goods pass. Sets are therefore solved anew and never added up.
Up to ten projects every set that the budget allows is solved, and the best is the best; with more, greedy choice by
gain per yuan is followed by exchanges until none helps, which is said. Costs stand beside gains and are never netted:
a gain comes every year, a cost once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from ronghe.base.errors import ParameterFault, ScenarioFault
from ronghe.base.text import Text
from ronghe.simulate.closure import Closure
from ronghe.simulate.economy import Economy
from ronghe.simulate.gain import TITLES, gain
from ronghe.simulate.scenario import Scenario

EVERY_SET, MOST = 10, 40


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """One project.

    Attributes
    ----------
    name : str
    changes : Scenario
        What it changes: stated cuts or documented levers.
    cost : float
        What it costs once, in the unit of the flows (亿元 on Chinese data).
    after : tuple of str
        Projects that must stand before it.
    """

    name: str
    changes: Scenario
    cost: float
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ProjectOrder:
    """The projects to carry out under a budget, in order.

    Attributes
    ----------
    chosen : tuple of str
        Best set, each next project the one that adds most per yuan to those before it.
    gains, costs : array, shape (project chosen,)
        Yearly gain of the members and cost, both of all projects up to each.
    alone : dict of name to float
        Yearly gain of each project by itself.
    together : float
        Yearly gain of the chosen set less the sum of its projects alone.
    left_out : tuple of str
    proven : bool
        Whether every set that the budget allows was solved.
    solved : int
        Sets solved, each with a certificate.
    status : Text
    """

    column: str
    budget: float
    chosen: tuple[str, ...]
    gains: np.ndarray[tuple[int], np.dtype[np.float64]]
    costs: np.ndarray[tuple[int], np.dtype[np.float64]]
    alone: dict[str, float]
    together: float
    left_out: tuple[str, ...]
    proven: bool
    solved: int
    status: Text


def order_projects(
    economy: Economy,
    projects: Sequence[Project],
    *,
    budget: float,
    members: Sequence[str] | None = None,
    column: str = "headline",
    closure: Closure = "short",
) -> ProjectOrder:
    """Return the set of projects within a budget that brings most a year, and the order to begin them in.

    Parameters
    ----------
    budget : float
        In the unit of the costs.
    members : sequence of str, optional
        Whose gain counts; of each set, the regions it acts on if left out.
    column : str
        Column of :class:`ronghe.simulate.gain.Gain`.

    Raises
    ------
    ScenarioFault, ParameterFault
        For projects that repeat a name, cost nothing or less, wait for each other or for none known; all at once.
    UnconvergedSolution
        If a set has no certified equilibrium.
    """
    _check(projects, budget, column)
    worth = _Worth(economy, tuple(projects), members, column, closure)
    proven = len(projects) <= EVERY_SET
    best = _best_of_all(worth, budget) if proven else _exchanged(worth, budget, _greedy(worth, budget, frozenset()))
    chosen = _greedy(worth, float("inf"), frozenset(range(len(projects))) - best)
    gains = np.array([worth.of(frozenset(chosen[: k + 1])) for k in range(len(chosen))])
    costs = np.cumsum([projects[at].cost for at in chosen]) if chosen else np.zeros(0)
    alone = {one.name: worth.of(frozenset([at])) for at, one in enumerate(projects) if not one.after}
    together = float(gains[-1]) - sum(worth.of(frozenset([at])) for at in chosen) if chosen else 0.0
    left = tuple(one.name for at, one in enumerate(projects) if at not in best)
    return ProjectOrder(
        column, budget, tuple(projects[at].name for at in chosen), gains, np.asarray(costs, dtype=float), alone,
        together, left, proven, len(worth.held), _status(proven, len(worth.held)),
    )  # fmt: skip


@dataclass(slots=True, eq=False)
class _Worth:
    """Yearly gain of sets of projects; each set is solved once."""

    economy: Economy
    projects: tuple[Project, ...]
    members: Sequence[str] | None
    column: str
    closure: Closure
    held: dict[frozenset[int], float] = field(default_factory=dict)

    def of(self, chosen: frozenset[int]) -> float:
        if chosen not in self.held:
            self.held[chosen] = self._solved(chosen)
        return self.held[chosen]

    def _solved(self, chosen: frozenset[int]) -> float:
        if not chosen:
            return 0.0
        changes = tuple(change for at in sorted(chosen) for change in self.projects[at].changes.changes)
        name = " + ".join(self.projects[at].name for at in sorted(chosen))
        # Sets are many: the larger are certified by their residual and their radius, as members of a batch are.
        found = gain(self.economy, Scenario(name, changes), closure=self.closure, starts=0)
        return found.total(self.column, self.members)

    def cost(self, chosen: frozenset[int]) -> float:
        return sum(self.projects[at].cost for at in chosen)

    def stands(self, chosen: frozenset[int]) -> bool:
        """Whether everything that a set waits for is in it."""
        names = {self.projects[at].name for at in chosen}
        return all(names.issuperset(self.projects[at].after) for at in chosen)


def _best_of_all(worth: _Worth, budget: float) -> frozenset[int]:
    every = range(len(worth.projects))
    sets = (frozenset(chosen) for size in range(len(worth.projects) + 1) for chosen in combinations(every, size))
    allowed = [chosen for chosen in sets if worth.cost(chosen) <= budget and worth.stands(chosen)]
    return max(allowed, key=lambda chosen: (worth.of(chosen), -worth.cost(chosen), [-at for at in sorted(chosen)]))


def _greedy(worth: _Worth, budget: float, without: frozenset[int]) -> tuple[int, ...]:
    """Return projects one after another, each the one that adds most per yuan, while the budget lasts."""
    chosen: tuple[int, ...] = ()
    while True:
        here = frozenset(chosen)
        free = [
            at
            for at in range(len(worth.projects))
            if at not in here and at not in without and worth.stands(here | {at})
            and worth.cost(here | {at}) <= budget
        ]  # fmt: skip
        added = {at: (worth.of(here | {at}) - worth.of(here)) / worth.projects[at].cost for at in free}
        if not free or (budget < float("inf") and max(added.values()) <= 0):
            return chosen
        chosen = (*chosen, max(free, key=lambda at: (added[at], -at)))


def _exchanged(worth: _Worth, budget: float, start: tuple[int, ...]) -> frozenset[int]:
    """Exchange one project for another, or add one, as long as that brings more."""
    best = frozenset(start)
    while True:
        others = [at for at in range(len(worth.projects)) if at not in best]
        tries = [best | {at} for at in others] + [best - {out} | {at} for out in best for at in others]
        allowed = [chosen for chosen in tries if worth.cost(chosen) <= budget and worth.stands(chosen)]
        better = max(allowed, key=worth.of, default=best)
        if worth.of(better) <= worth.of(best) + 1e-9 * abs(worth.of(best)):
            return best
        best = better


def _status(proven: bool, solved: int) -> Text:
    if proven:
        return Text(
            f"预算之内的每一种组合都已求解（{solved}组），所选为最优",
            f"every set within the budget was solved ({solved} sets): the chosen one is the best",
        )
    return Text(
        f"先贪心后交换（{solved}组），没有证明为最优",
        f"greedy choice and exchanges ({solved} sets): not proven to be the best",
    )


def _check(projects: Sequence[Project], budget: float, column: str) -> None:
    wrong = [one for one in projects if not isinstance(one, Project)]
    if wrong or not projects or len(projects) > MOST:
        raise ScenarioFault(
            Text(f"应给出1至{MOST}个 Project，读到{len(projects)}项。",
                 f"1 to {MOST} projects are needed; read {len(projects)}.")
        )  # fmt: skip
    faults: list[Text] = []
    names = [one.name for one in projects]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.append(Text(f"项目“{name}”重复。", f'Project "{name}" is there twice.'))
    for one in projects:
        if not (isinstance(one.cost, int | float) and np.isfinite(one.cost) and one.cost > 0):
            faults.append(Text(f"项目“{one.name}”的投资应大于0，读到 {one.cost}。",
                               f'The cost of project "{one.name}" must be above 0; read {one.cost}.'))  # fmt: skip
        faults += [
            Text(
                f"项目“{one.name}”等待的“{name}”不在其中。",
                f'Project "{one.name}" waits for "{name}", which is not there.',
            )
            for name in one.after
            if name not in names
        ]
    if not faults and _circle(projects):
        faults.append(Text("有项目互相等待。", "Some projects wait for each other."))
    if not (isinstance(budget, int | float) and budget >= 0):
        faults.append(Text(f"预算应不小于0，读到 {budget}。", f"The budget must be 0 or more; read {budget}."))
    if column not in TITLES:
        faults.append(Text(f"没有“{column}”一列。", f'There is no column "{column}".'))
    if faults:
        raise ParameterFault(Text("".join(f.zh for f in faults), " ".join(f.en for f in faults)))


def _circle(projects: Sequence[Project]) -> bool:
    waits = {one.name: set(one.after) for one in projects}
    while waits:
        ready = [name for name, after in waits.items() if not after & waits.keys()]
        if not ready:
            return True
        for name in ready:
            del waits[name]
    return False
