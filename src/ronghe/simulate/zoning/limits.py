"""Functional zoning as limits on scenarios: what a unit's function does not allow.

    ecological    construction land <= limit, no subsidy to listed sectors      before the solve
                  industry output <= cap, pollutant load <= cap                 after it
    farm          farmland >= limit                                             before
                  constant-price farm output >= floor                           after
    urbanised     planned land <= total quota                                   before

A limit that no document states is today's level and counts as assumed. A scenario that breaks a limit is refused, and
a share of it that keeps every function is offered (:mod:`ronghe.simulate.zoning.share`).

References
----------
.. [1] State Council of China, "National Plan of Functional Zones" (全国主体功能区规划), 2010.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ronghe.base.arrays import Floats
from ronghe.base.errors import ScenarioFault
from ronghe.base.status import Status, weakest
from ronghe.base.text import Text
from ronghe.simulate.zoning.levels import read_levels
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
    gaps : tuple of float
        Smaller shares that were tried and break a limit.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, breaches: tuple[Breach, ...], share: float | None = None, gaps: tuple[float, ...] = ()) -> None:
        offer = Text("", "")
        if share is not None:
            offer = Text(
                f"\n守住全部功能的最大比例是该情景的 {share:.2%}。",
                f"\nThe largest share of the scenario that keeps every function is {share:.2%}.",
            )
            if gaps:
                offer += Text(f"更小的比例并非都守得住：{listed(gaps)} 也突破限制。",
                              f" Not every smaller share does: {listed(gaps)} breaks a limit too.")  # fmt: skip
        lines = [breach.text for breach in breaches]
        super().__init__(
            Text("情景突破了主体功能：\n" + "\n".join("  " + line.zh for line in lines),
                 "The scenario breaks a function:\n" + "\n".join("  " + line.en for line in lines)) + offer
        )  # fmt: skip
        self.breaches = breaches
        self.share = share
        self.gaps = gaps


def listed(shares: tuple[float, ...]) -> str:
    """Return shares of a scenario in words, at most six of them."""
    return ", ".join(f"{share:g}" for share in shares[:6]) + (", ..." if len(shares) > 6 else "")


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
            The scenario's inputs (before) or its outcome (after). Every limited quantity must stand, changed or not;
            of a quantity only the units with a limit are read.

        Raises
        ------
        DataFault
            For limited quantities that are left out, names there are not, wrong lengths, and what is no number.
        """
        asked = tuple(limit for limit in self.limits if QUANTITIES[limit.quantity].when == when)
        found = []
        for limit, level in zip(asked, read_levels(levels, asked, self.units, when), strict=True):
            room = limit.value - level if QUANTITIES[limit.quantity].most else level - limit.value
            if room < -SAME * (abs(limit.value) or 1.0):
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
        Limits from documents. Where several limit one quantity of one unit, all are in force: the strictest counts,
        the first of them among equals.
    today_status : Status
        Of a limit that is today's level.

    Raises
    ------
    DataFault
        With every fault: unknown unit, function or quantity, a limit that does not belong to the unit's function,
        values that are no numbers.
    """
    check_table(units, functions, today, stated, today_status)
    given = _strictest(stated)
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


def _strictest(stated: Sequence[Limit]) -> dict[tuple[str, str], Limit]:
    """Return the limit in force for each unit and quantity: of several ceilings the lowest, of floors the highest."""
    found: dict[tuple[str, str], Limit] = {}
    for limit in stated:
        held = found.setdefault((limit.unit, limit.quantity), limit)
        if limit.value < held.value if QUANTITIES[limit.quantity].most else limit.value > held.value:
            found[limit.unit, limit.quantity] = limit
    return found
