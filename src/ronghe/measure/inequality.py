"""Inequality between regions: Theil's indices by nested groups, and the Gini coefficient.

Unit i has p_i of the population and s_i of the income; without populations every unit counts alike, p_i = 1/n:

    T = sum_i s_i ln(s_i / p_i)          L = sum_i p_i ln(p_i / s_i)

Groups of groups add up: the index of the coarsest groups, what each finer level adds, and what is left inside the
finest. T weighs the groups by income, L by population. Both need incomes above 0.

    G = sum_ij p_i p_j |y_i - y_j| / (2 mu)

References
----------
.. [1] H. Theil, "Economics and Information Theory", 1967; A. F. Shorrocks, "The Class of Additively Decomposable
   Inequality Measures", 1980.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import Text
from ronghe.measure.wrong import listed, refuse
from ronghe.measure.wrong_values import names_of, wrong_values

Index = Literal["T", "L"]


@dataclass(frozen=True, slots=True, eq=False)
class Theil:
    """Theil's index and the levels it comes from.

    Attributes
    ----------
    index : {"T", "L"}
    total : float
    between : array, shape (level,)
        What each level of groups adds, from the coarsest to the finest; empty without groups.
    within : float
        What is left inside the finest groups; ``between.sum() + within`` is the total.
    groups : tuple of str
        The finest groups.
    inside : array, shape (group,)
        The index of each of them; ``weights @ inside`` is ``within``.
    weights : array, shape (group,)
        Their shares of income (T) or of population (L).
    """

    index: Index
    total: float
    between: Floats
    within: float
    groups: tuple[str, ...]
    inside: Floats
    weights: Floats


def theil(
    *,
    values: Floats,
    levels: Sequence[Sequence[str]] = (),
    population: Floats | None = None,
    index: Index = "T",
    units: Sequence[str] = (),
) -> Theil:
    """Return Theil's index of income per head, by any number of nested levels of groups.

    Parameters
    ----------
    values : array, shape (unit,)
        Income per head, any unit of money, above 0.
    levels : sequence of sequence of str
        For every level, from the coarsest to the finest, the group of each unit.
    population : array, shape (unit,), optional
        Above 0; without it every unit counts alike.
    index : {"T", "L"}
    units : sequence of str
        Names for messages.

    Raises
    ------
    ParameterFault
        If an income or a population is missing or not above 0 (the units are named), or a group of a finer level
        lies in two of a coarser one.

    Examples
    --------
    Two groups without inequality inside: all of it lies between them.

    >>> found = theil(values=np.array([1.0, 1.0, 3.0, 3.0]), levels=[("a", "a", "b", "b")])
    >>> round(found.total, 6), found.between.round(6), found.within
    (0.130812, array([0.130812]), 0.0)
    """
    refuse(wrong_incomes(values, population, levels, names_of(units, values), "positive"))
    people, income = shares_of(values, population)
    summed = [grouped(people, income, level) for level in levels]
    steps = [_theil(p, s, index) for p, s, _ in summed]
    finest = levels[-1] if len(levels) else ("",) * len(values)
    group_people, group_income, places = grouped(people, income, finest)
    inside = np.array(
        [_theil(scaled(people[places == at]), scaled(income[places == at]), index) for at in range(places.max() + 1)]
    )
    weights = group_income if index == "T" else group_people
    return Theil(
        index=index,
        total=_theil(people, income, index),
        between=np.diff(np.array([0.0, *steps])),
        within=float(weights @ inside),
        groups=tuple(dict.fromkeys(finest)),
        inside=inside,
        weights=weights,
    )


def gini(*, values: Floats, population: Floats | None = None, units: Sequence[str] = ()) -> float:
    """Return the Gini coefficient of income per head, by sums over the sorted units.

    Parameters
    ----------
    values : array, shape (unit,)
        Income per head, at least 0 and not all 0.
    population : array, shape (unit,), optional
    units : sequence of str

    Raises
    ------
    ParameterFault

    Examples
    --------
    >>> round(gini(values=np.array([1.0, 3.0, 2.0, 6.0])), 12)
    0.333333333333
    """
    refuse(wrong_incomes(values, population, (), names_of(units, values), "not negative"))
    people, income = shares_of(values, population)
    order = np.argsort(values, kind="stable")
    below = np.cumsum(people[order]) - people[order] / 2
    # The middle of a unit's place in the queue, against the middle of the whole: no difference of near-equal sums.
    return float(2 * (income[order] * (below - 0.5)).sum())


def shares_of(values: Floats, population: Floats | None) -> tuple[Floats, Floats]:
    """Return shares of population and of income, each of shape (unit,)."""
    people = np.ones(len(values)) if population is None else np.asarray(population, dtype=np.float64)
    return scaled(people), scaled(people * values)


def scaled(parts: Floats) -> Floats:
    """Return parts divided by their sum."""
    return np.asarray(parts / parts.sum(), dtype=np.float64)


def grouped(people: Floats, income: Floats, groups: Sequence[str]) -> tuple[Floats, Floats, Ints]:
    """Return the groups' shares in their order of appearance, and the place of each unit's group."""
    order = {name: at for at, name in enumerate(dict.fromkeys(groups))}
    places = np.array([order[name] for name in groups], dtype=np.int64)
    summed = (np.asarray(np.bincount(places, one), dtype=np.float64) for one in (people, income))
    return next(summed), next(summed), places


def _theil(people: Floats, income: Floats, index: Index) -> float:
    logs = np.log(income / people)
    return float(income @ logs) if index == "T" else float(-(people @ logs))


def wrong_incomes(
    values: Floats,
    population: Floats | None,
    levels: Sequence[Sequence[str]],
    names: tuple[str, ...],
    allowed: Literal["positive", "not negative"],
) -> list[Text]:
    """Return what is wrong with incomes, populations and groups."""
    faults = wrong_values("values", np.asarray(values, dtype=np.float64), names, allowed)
    if not len(names):
        faults.append(Text("至少需要1个单元。", "At least 1 unit is needed."))
    elif not faults and not np.any(np.asarray(values)):
        faults.append(Text("values 全部为0，没有可以分配的收入。", "values are all 0; there is no income to compare."))
    if population is not None:
        faults += wrong_values("population", np.asarray(population, dtype=np.float64), names, "positive")
    for number, level in enumerate(levels, 1):
        if len(level) != len(names):
            faults.append(
                Text(
                    f"第{number}层分组应给出{len(names)}个单元的组名，读到{len(level)}个。",
                    f"Level {number} must name the group of {len(names)} units; read {len(level)}.",
                )
            )
    return faults or _wrong_nesting(levels)


def _wrong_nesting(levels: Sequence[Sequence[str]]) -> list[Text]:
    """Return the groups that lie in two groups of the level above."""
    faults = []
    for number, (coarse, fine) in enumerate(pairwise(levels), 2):
        parents: dict[str, set[str]] = {}
        for above, name in zip(coarse, fine, strict=True):
            parents.setdefault(name, set()).add(above)
        torn = [name for name, above in parents.items() if len(above) > 1]
        if torn:
            shown = listed(torn)
            faults.append(
                Text(
                    f"第{number}层的组跨越上一层的两个以上组：{shown.zh}。各层须逐级嵌套，由粗到细。",
                    f"Groups of level {number} that lie in two or more of the level above: {shown.en}. "
                    "Levels must nest, from coarse to fine.",
                )
            )
    return faults
