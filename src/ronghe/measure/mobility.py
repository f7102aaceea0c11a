"""Mobility: how readily regions change places, by a Markov chain over classes and by ranks.

Each year the regions are cut at the quantiles of that year into k classes. Over all moves from one year to the next

    P_ab = moves from class a to b / moves from class a        Shorrocks  M = (k - trace P) / (k - 1)

M = 0: nobody changes class; M = 1: the class of today says nothing of tomorrow's, in a chain of like rows.
Kendall's tau compares the ranks at both ends: 1 the same order, -1 the reverse.

References
----------
.. [1] D. Quah, "Empirical Cross-Section Dynamics in Economic Growth", 1993.
.. [2] A. F. Shorrocks, "The Measurement of Mobility", 1978.
.. [3] M. G. Kendall, "Rank Correlation Methods", 1948 (tau b: ties).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import kendalltau

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.text import Text
from ronghe.measure.wrong import refuse
from ronghe.measure.wrong_values import names_of, wrong_values


@dataclass(frozen=True, slots=True, eq=False)
class Transition:
    """A Markov chain over quantile classes.

    Attributes
    ----------
    member : array of int, shape (unit, year)
        Class of each unit, 0 the lowest.
    counts : array of int, shape (class, class)
        Moves from the row's class to the column's.
    probabilities : array, shape (class, class)
        NaN in the row of a class from which no move is observed.
    shorrocks : float
        NaN where a row is.
    """

    member: Ints
    counts: Ints
    probabilities: Floats
    shorrocks: float


@dataclass(frozen=True, slots=True)
class Rank:
    """Kendall's tau b and its two-sided probability where ranks are unrelated."""

    tau: float
    chance: float


def transition(*, values: Floats, classes: int = 5, units: Sequence[str] = ()) -> Transition:
    """Return moves between quantile classes, from each year to the next.

    Parameters
    ----------
    values : array, shape (unit, year)
        Any quantity that orders the units; no figure missing. A value on a cut belongs to the class below it; like
        values are in one class, so that with many ties a class may stand empty.
    classes : int
        At least 2 and at most the number of units.
    units : sequence of str
        Names for messages.

    Raises
    ------
    ParameterFault

    Examples
    --------
    Two units that change places, two that stay.

    >>> found = transition(values=np.array([[1, 3], [2, 1], [3, 2], [4, 4.0]]), classes=2)
    >>> found.counts.tolist(), found.shorrocks
    ([[1, 1], [1, 1]], 1.0)
    """
    held, names = np.asarray(values, dtype=np.float64), names_of(units, values)
    refuse(wrong_values("values", held, names, axes=2) + _wrong_classes(held, classes, len(names)))
    cuts = np.quantile(held, np.arange(1, classes) / classes, axis=0)
    member = np.asarray((held[:, None, :] > cuts).sum(axis=1), dtype=np.int64)
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (member[:, :-1].ravel(), member[:, 1:].ravel()), 1)
    leaving = counts.sum(axis=1, keepdims=True)
    probabilities = np.full(counts.shape, np.nan)
    np.divide(counts, leaving, out=probabilities, where=leaving > 0)
    return Transition(
        member=member,
        counts=counts,
        probabilities=probabilities,
        shorrocks=float((classes - np.trace(probabilities)) / (classes - 1)),
    )


def rank(*, first: Floats, last: Floats, units: Sequence[str] = ()) -> Rank:
    """Return Kendall's tau b of two years.

    Parameters
    ----------
    first, last : array, shape (unit,)
    units : sequence of str

    Raises
    ------
    ParameterFault
    NotIdentified
        If all units are alike at one end: there is no order.

    Examples
    --------
    >>> rank(first=np.array([1.0, 2.0, 3.0]), last=np.array([1.0, 3.0, 2.0])).tau.__round__(6)
    0.333333
    """
    names = names_of(units, first)
    one, other = np.asarray(first, dtype=np.float64), np.asarray(last, dtype=np.float64)
    faults = wrong_values("first", one, names) + wrong_values("last", other, names)
    if len(names) < 2:
        faults.append(
            Text(f"至少需要2个单元，读到{len(names)}个。", f"At least 2 units are needed; read {len(names)}.")
        )
    refuse(faults)
    if len(set(one.tolist())) == 1 or len(set(other.tolist())) == 1:
        raise NotIdentified("convergence", Text("一端各单元的数值相同，没有次序", "All units are alike at one end"))
    found = kendalltau(one, other)
    return Rank(tau=float(found.statistic), chance=float(found.pvalue))


def _wrong_classes(values: Floats, classes: int, units: int) -> list[Text]:
    faults = []
    if not 2 <= classes <= units:
        faults.append(
            Text(
                f"classes 应在2与单元数{units}之间，读到{classes}。",
                f"classes must lie between 2 and the number of units, {units}; read {classes}.",
            )
        )
    if values.ndim == 2 and values.shape[1] < 2:
        faults.append(
            Text(
                f"至少需要2年才有转移，读到{values.shape[1]}年。",
                f"At least 2 years are needed for a move; read {values.shape[1]}.",
            )
        )
    return faults
