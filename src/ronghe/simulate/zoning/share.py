"""The largest share of a scenario that keeps every function.

    share* = max of the shares s in [0, 1] at which inputs(s) and outcomes(s) keep every limit

Breaches need not grow with the share: what half a scenario breaks, nine tenths of it may keep. Twenty-one even shares
are tried from 0 to 1; the edge above the largest that keeps every limit is found by bisection. Smaller shares that
break a limit are named. A breach between two tried shares that both keep is not seen, and the sentence says how close
they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.checks import is_number, shown
from ronghe.simulate.zoning.limits import Breach, Zoning, ZoningFault, listed
from ronghe.simulate.zoning.table import QUANTITIES

STEPS = 20
FINEST = 1e-12
"""Finer than this a share is no longer told from the next."""

Levels = Callable[[float], Mapping[str, Floats]]


@dataclass(frozen=True, slots=True)
class Offer:
    """The largest share of a scenario that keeps every function.

    Attributes
    ----------
    share : float or None
        0 to 1; None if every share tried breaks a limit, no change at all among them.
    binding : tuple of Breach
        What a slightly larger share breaks; empty at 1. What no change breaks if there is no share.
    accuracy : float
        A limit is broken within this above ``share``.
    solves : int
        How often the outcome was asked for.
    unchecked : tuple of str
        Limited outcomes that were not asked for.
    gaps : tuple of float
        Smaller shares that were tried and break a limit.
    """

    share: float | None
    binding: tuple[Breach, ...]
    accuracy: float
    solves: int
    unchecked: tuple[str, ...] = ()
    gaps: tuple[float, ...] = ()

    @property
    def status_text(self) -> Text:
        """The offer in one sentence."""
        told = self._found
        if self.gaps:
            told += Text(f"；更小的比例并非都守得住，{listed(self.gaps)} 也突破限制",
                         f"; not every smaller share does: {listed(self.gaps)} breaks a limit too")  # fmt: skip
        titles = [QUANTITIES[name].title for name in self.unchecked]
        if titles:
            told += Text(
                f"；未查结果：{'、'.join(t.zh for t in titles)}",
                f"; outcomes not checked: {', '.join(t.en for t in titles)}",
            )
        return told

    @property
    def _found(self) -> Text:
        if self.share is None:
            return Text(
                f"不做任何改变也突破限制，每隔 {1 / STEPS:g} 试过，没有可行的比例",
                f"even no change breaks a limit, and of the shares tried every {1 / STEPS:g} no share keeps it",
            )
        if self.share == 1.0:
            return Text("整个情景守住全部功能", "the whole scenario keeps every function")
        return Text(
            f"情景的 {self.share:.6g} 守住全部功能（每隔 {1 / STEPS:g} 试过，"
            f"精度 {self.accuracy:.0e}，求解{self.solves}次）",
            f"{self.share:.6g} of the scenario keeps every function (tried every {1 / STEPS:g}, "
            f"to {self.accuracy:.0e}, {self.solves} solves)",
        )


def largest_share(*, zoning: Zoning, inputs: Levels, outcomes: Levels | None = None, accuracy: float = 1e-6) -> Offer:
    """Find the largest share of a scenario that keeps every function.

    Parameters
    ----------
    inputs, outcomes : callable
        Levels before and after the solve when a share from 0 to 1 of the scenario is done, every limited quantity
        among them. Outcomes are asked for only where the inputs break nothing.
    accuracy : float
        Width of share at which the bisection ends.

    Raises
    ------
    ParameterFault
        For what is no zoning, no callable or no accuracy.
    DataFault
        For levels that are left out or no numbers.
    """
    _check(zoning, inputs, outcomes, accuracy)
    asked = _Asked(zoning, inputs, outcomes)
    unchecked = zoning.limited("after") if outcomes is None else ()
    if not asked.broken(1.0):
        return Offer(1.0, (), 0.0, asked.solves, unchecked)
    tried = [step / STEPS for step in range(STEPS)]
    wrong = [bool(asked.broken(share)) for share in tried]
    if all(wrong):
        return Offer(None, asked.broken(0.0), 0.0, asked.solves, unchecked)
    at = max(step for step, broken in enumerate(wrong) if not broken)
    low, high = tried[at], (at + 1) / STEPS
    binding = asked.broken(high)
    while high - low > accuracy:
        middle = 0.5 * (low + high)
        found = asked.broken(middle)
        if found:
            high, binding = middle, found
        else:
            low = middle
    gaps = tuple(share for share, broken in zip(tried[:at], wrong, strict=False) if broken)
    return Offer(low, binding, high - low, asked.solves, unchecked, gaps)


def keep_functions(*, zoning: Zoning, inputs: Levels, outcomes: Levels | None = None, accuracy: float = 1e-6) -> None:
    """Refuse a scenario that breaks a function, with every limit it breaks and the share that would pass.

    Raises
    ------
    ZoningFault
        Unit, function, limit and document of every breach; limits on outcomes are named if the inputs pass.
    ParameterFault, DataFault
        As :func:`largest_share`.
    """
    _check(zoning, inputs, outcomes, accuracy)
    breaches = _Asked(zoning, inputs, outcomes).broken(1.0)
    if breaches:
        offer = largest_share(zoning=zoning, inputs=inputs, outcomes=outcomes, accuracy=accuracy)
        raise ZoningFault(breaches, offer.share, offer.gaps)


class _Asked:
    """Asks a scenario what it breaks, each share once, and counts the solves."""

    def __init__(self, zoning: Zoning, inputs: Levels, outcomes: Levels | None) -> None:
        self.zoning, self.inputs, self.outcomes = zoning, inputs, outcomes
        self.solves = 0
        self.known: dict[float, tuple[Breach, ...]] = {}

    def broken(self, share: float) -> tuple[Breach, ...]:
        if share not in self.known:
            self.known[share] = self._ask(share)
        return self.known[share]

    def _ask(self, share: float) -> tuple[Breach, ...]:
        found = self.zoning.breaches(self.inputs(share), "before")
        if found or self.outcomes is None:
            return found
        self.solves += 1
        return self.zoning.breaches(self.outcomes(share), "after")


def _check(zoning: object, inputs: object, outcomes: object, accuracy: object) -> None:
    faults = []
    if not isinstance(zoning, Zoning):
        faults.append(Text(f"zoning 应由 zoning_limits 给出，读到 {type(zoning).__name__}",
                           f"zoning comes from zoning_limits; read {type(zoning).__name__}"))  # fmt: skip
    for name, value in (("inputs", inputs), ("outcomes", outcomes)):
        if not callable(value) and not (name == "outcomes" and value is None):
            read = type(value).__name__
            faults.append(Text(f"{name} 应是按比例给出水平的函数，读到 {read}",
                               f"{name} is a function of the share that returns levels; read {read}"))  # fmt: skip
    if not is_number(accuracy) or not FINEST <= accuracy <= 1.0:
        faults.append(Text(f"accuracy 应在 {FINEST:g} 与 1 之间，读到 {shown(accuracy)}",
                           f"accuracy lies between {FINEST:g} and 1; read {shown(accuracy)}"))  # fmt: skip
    if faults:
        raise ParameterFault(Text("；".join(f.zh for f in faults) + "。", "; ".join(f.en for f in faults) + "."))
