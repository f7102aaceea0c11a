"""Functional zoning as limits on scenarios: what a unit's function does not allow.

    ecological    construction land <= limit, no subsidy to listed sectors      before the solve
                  industry output <= cap, pollutant load <= cap                 after it
    farm          farmland >= limit                                             before
                  constant-price farm output >= floor                           after
    urbanised     planned land <= total quota                                   before

A limit that no document states is today's level and counts as assumed. A scenario that breaks a limit is refused; the
largest share of it that keeps every function is found by bisection and offered.

References
----------
.. [1] State Council of China, "National Plan of Functional Zones" (全国主体功能区规划), 2010.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ronghe.base.arrays import Floats
from ronghe.base.errors import ScenarioFault
from ronghe.base.status import Status, weakest
from ronghe.base.text import Text
from ronghe.simulate.checks import Faults
from ronghe.simulate.zoning.table import QUANTITIES, WORDS, Function, Limit, When, check_table

TODAY = Text("今天的水平（设想）", "today's level (assumed)")
SAME = 1e-9
"""A breach within this of the limit, relative (absolute where the limit is 0), is no breach."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit and the level that breaks it."""

    limit: Limit
    level: float

    @property
    def text(self) -> Text:
        """Unit, function, limit, level, document, in one sentence."""
        rule, limit = QUANTITIES[self.limit.quantity], self.limit
        word, sign = WORDS[rule.function], ("≤", "≥")[not rule.most]
        return Text(
            f"{limit.unit}（{word.zh}）：{rule.title.zh} {self.level:,.6g}，应{sign} {limit.value:,.6g}，"
            f"依据：{limit.document.zh}",
            f"{limit.unit} ({word.en}): {rule.title.en} {self.level:,.6g}, must be {sign} {limit.value:,.6g}; "
            f"document: {limit.document.en}",
        )


class ZoningFault(ScenarioFault):
    """A scenario that breaks a unit's function.

    Parameters
    ----------
    breaches : tuple of Breach
        Every limit broken.
    share : float or None
        Largest share of the scenario that keeps every function; None if not asked for or if there is none.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, breaches: tuple[Breach, ...], share: float | None = None) -> None:
        offer = Text("", "")
        if share is not None:
            offer = Text(
                f"\n守住全部功能的最大比例是该情景的 {share:.2%}。",
                f"\nThe largest share of the scenario that keeps every function is {share:.2%}.",
            )
        lines = [breach.text for breach in breaches]
        super().__init__(
            Text("情景突破了主体功能：\n" + "\n".join("  " + line.zh for line in lines),
                 "The scenario breaks a function:\n" + "\n".join("  " + line.en for line in lines)) + offer
        )  # fmt: skip
        self.breaches = breaches
        self.share = share


@dataclass(frozen=True, slots=True)
class Zoning:
    """Units, their functions, and the limits that follow.

    Attributes
    ----------
    units : tuple of str
        Length n; arrays of levels have shape (n,).
    functions : tuple of Function
    limits : tuple of Limit
    label : Status
        Weakest status of the limits.
    """

    units: tuple[str, ...]
    functions: tuple[Function, ...]
    limits: tuple[Limit, ...]

    @property
    def label(self) -> Status:
        """Weakest status of the limits."""
        return weakest(limit.status for limit in self.limits)

    def limited(self, when: When) -> tuple[str, ...]:
        """Return the quantities with a limit that is read before, or after, the solve."""
        names = {limit.quantity for limit in self.limits}
        return tuple(name for name, rule in QUANTITIES.items() if name in names and rule.when == when)

    def breaches(self, levels: Mapping[str, Floats], when: When) -> tuple[Breach, ...]:
        """Return every limit that levels break.

        Parameters
        ----------
        levels : mapping of quantity to array, shape (unit,)
            Before: the scenario's inputs, where a quantity that is left out does not change. After: its outcome, where
            every limited quantity must stand.

        Raises
        ------
        DataFault
            For limited quantities that an outcome leaves out.
        """
        missing = [name for name in self.limited(when) if name not in levels]
        if missing and when == "after":
            faults = Faults()
            for name in missing:
                title = QUANTITIES[name].title
                faults.add("S175", "outcome", "none", title, Text("请给出该项结果。", "Give this outcome."))
            faults.settle()
        found = []
        for limit in self.limits:
            rule = QUANTITIES[limit.quantity]
            if rule.when != when or limit.quantity not in levels:
                continue
            level = float(levels[limit.quantity][self.units.index(limit.unit)])
            room = limit.value - level if rule.most else level - limit.value
            if not room >= -SAME * (abs(limit.value) or 1.0):
                found.append(Breach(limit, level))
        return tuple(found)


def zoning_limits(
    *,
    units: Sequence[str],
    functions: Sequence[Function],
    today: Mapping[str, Floats],
    stated: Sequence[Limit] = (),
    today_status: Status = "assumed",
) -> Zoning:
    """Return the limits of every unit's function.

    Parameters
    ----------
    units : sequence of str
    functions : sequence of Function
        One a unit; a province through :func:`functions_by_area`.
    today : mapping of quantity to array, shape (unit,)
        Today's levels: the limit where none is stated. ``listed_subsidy`` is limited to 0 without being named.
        A quantity that is left out here and in ``stated`` is not limited.
    stated : sequence of Limit
        Limits from documents.
    today_status : Status
        Of a limit that is today's level.

    Raises
    ------
    DataFault
        With every fault: unknown unit, function or quantity, a limit that does not belong to the unit's function,
        values that are no numbers.
    """
    check_table(units, functions, today, stated)
    given = {(limit.unit, limit.quantity): limit for limit in stated}
    limits = []
    for at, (unit, function) in enumerate(zip(units, functions, strict=True)):
        for name, rule in QUANTITIES.items():
            if rule.function != function:
                continue
            if (unit, name) in given:
                limits.append(given[unit, name])
            elif name == "listed_subsidy":
                none = Text("重点生态功能区不补贴限制类行业（设想）", "no subsidy to listed sectors (assumed)")
                limits.append(Limit(unit, name, 0.0, none, today_status))
            elif name in today:
                limits.append(Limit(unit, name, float(today[name][at]), TODAY, today_status))
    return Zoning(tuple(units), tuple(functions), tuple(limits))


@dataclass(frozen=True, slots=True)
class Offer:
    """The largest share of a scenario that keeps every function.

    Attributes
    ----------
    share : float or None
        0 to 1; None if today breaks a limit already.
    binding : tuple of Breach
        What a slightly larger share breaks; empty at 1.
    accuracy : float
        The largest share lies within this above ``share``.
    solves : int
        How often the outcome was asked for.
    unchecked : tuple of str
        Limited outcomes that were not asked for.
    """

    share: float | None
    binding: tuple[Breach, ...]
    accuracy: float
    solves: int
    unchecked: tuple[str, ...] = ()

    @property
    def status_text(self) -> Text:
        """The offer in one sentence."""
        titles = [QUANTITIES[name].title for name in self.unchecked]
        tail = Text("", "")
        if titles:
            tail = Text(
                f"；未查结果：{'、'.join(t.zh for t in titles)}",
                f"; outcomes not checked: {', '.join(t.en for t in titles)}",
            )
        return self._found + tail

    @property
    def _found(self) -> Text:
        if self.share is None:
            return Text("不做任何改变也突破限制，没有可行的比例", "even no change breaks a limit; no share keeps it")
        if self.share == 1.0:
            return Text("整个情景守住全部功能", "the whole scenario keeps every function")
        return Text(
            f"情景的 {self.share:.6g} 守住全部功能（精度 {self.accuracy:.0e}，求解{self.solves}次）",
            f"{self.share:.6g} of the scenario keeps every function (to {self.accuracy:.0e}, {self.solves} solves)",
        )


Levels = Callable[[float], Mapping[str, Floats]]


def largest_share(*, zoning: Zoning, inputs: Levels, outcomes: Levels | None = None, accuracy: float = 1e-6) -> Offer:
    """Find by bisection the largest share of a scenario that keeps every function.

    Parameters
    ----------
    inputs, outcomes : callable
        Levels before and after the solve when a share from 0 to 1 of the scenario is done. Outcomes are asked for only
        where the inputs break nothing. Once a limit is broken a larger share is taken to break it too.
    accuracy : float
        Width of share at which the bisection ends.
    """
    solves = 0
    unchecked = zoning.limited("after") if outcomes is None else ()

    def broken(share: float) -> tuple[Breach, ...]:
        nonlocal solves
        found = zoning.breaches(inputs(share), "before")
        if found or outcomes is None:
            return found
        solves += 1
        return zoning.breaches(outcomes(share), "after")

    binding = broken(1.0)
    if not binding:
        return Offer(1.0, (), 0.0, solves, unchecked)
    at_once = broken(0.0)
    if at_once:
        return Offer(None, at_once, 0.0, solves, unchecked)
    low, high = 0.0, 1.0
    while high - low > accuracy:
        middle = 0.5 * (low + high)
        found = broken(middle)
        if found:
            high, binding = middle, found
        else:
            low = middle
    return Offer(low, binding, high - low, solves, unchecked)


def keep_functions(*, zoning: Zoning, inputs: Levels, outcomes: Levels | None = None, accuracy: float = 1e-6) -> None:
    """Refuse a scenario that breaks a function, with every limit it breaks and the share that would pass.

    Raises
    ------
    ZoningFault
        Unit, function, limit and document of every breach; limits on outcomes are named if the inputs pass.
    """
    breaches = zoning.breaches(inputs(1.0), "before")
    if not breaches and outcomes is not None:
        breaches = zoning.breaches(outcomes(1.0), "after")
    if breaches:
        offer = largest_share(zoning=zoning, inputs=inputs, outcomes=outcomes, accuracy=accuracy)
        raise ZoningFault(breaches, offer.share)
