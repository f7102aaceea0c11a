"""Who pays whom: from the gains as they fall to the payoffs as agreed, rounded to 分.

Each payer pays each receiver in proportion to what the receiver is due. Rounding keeps both
margins: what a payer pays and what a receiver receives add up to the 分.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import GameFault
from ronghe.base.rounding import largest_remainder
from ronghe.base.text import Text

FEN: dict[str, float] = {"亿元": 1e-10, "万元": 1e-6, "元": 1e-2}
"""One 分 in each unit of money; sums without a unit count as 亿元."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment between two regions, in the unit of its transfers."""

    payer: str
    receiver: str
    amount: float


@dataclass(frozen=True, slots=True, eq=False)
class Transfers:
    """Net transfers and the payments that carry them out.

    Attributes
    ----------
    regions : tuple of str
    net : array, shape (n,)
        Received less paid; sums to 0.
    payments : tuple of Payment
        Rounded to ``step``; payments of nothing are left out.
    step : float
        Smallest amount, one 分.
    """

    regions: tuple[str, ...]
    net: Floats
    payments: tuple[Payment, ...]
    step: float
    unit: Text

    def paid(self, code: str) -> float:
        """Return what one region pays in all."""
        return sum(payment.amount for payment in self.payments if payment.payer == code)

    def received(self, code: str) -> float:
        """Return what one region receives in all."""
        return sum(payment.amount for payment in self.payments if payment.receiver == code)


def transfers_between(
    start: Floats | Sequence[float],
    goal: Floats | Sequence[float],
    regions: Sequence[str],
    *,
    unit: Text = Text("", ""),
    step: float | None = None,
) -> Transfers:
    """Return the transfers that lead from ``start`` to ``goal``.

    Parameters
    ----------
    start, goal : array, shape (n,)
        Before and after; their sums agree to 1e-9 of the largest figure.
    step : float, optional
        Smallest amount; by default one 分 of the unit.

    Raises
    ------
    GameFault
        If lengths differ, a figure is not finite, or money would have to come from outside.
    """
    before, after = np.asarray(start, dtype=np.float64), np.asarray(goal, dtype=np.float64)
    if before.shape != after.shape or before.shape != (len(regions),) or not np.isfinite(before).all():
        raise GameFault(
            Text(
                f"转移前的收益应是{len(regions)}个有限的数，读到形状 {before.shape}。",
                f"The gains before transfers must be {len(regions)} finite numbers; read shape {before.shape}.",
            )
        )
    gap = float(after.sum() - before.sum())
    if abs(gap) > 1e-9 * max(float(np.abs(before).max()), float(np.abs(after).max())):
        raise GameFault(
            Text(
                f"转移前合计 {before.sum():.6g}，转移后合计 {after.sum():.6g}：转移不能创造或消灭资金。",
                f"Gains add up to {before.sum():.6g}, payoffs to {after.sum():.6g}: "
                "transfers neither make nor destroy money.",
            )
        )
    net = after - before - gap / len(regions)
    smallest = fen_of(unit) if step is None else step
    steps = largest_remainder(net.tolist(), total=0, unit=smallest)
    return Transfers(tuple(regions), net, _payments(steps, regions, smallest), smallest, unit)


def fen_of(unit: Text) -> float:
    """Return one 分 in a unit of money.

    Examples
    --------
    >>> fen_of(Text("亿元/年", "100 million yuan a year"))
    1e-10
    """
    return next((size for name, size in FEN.items() if unit.zh.startswith(name)), FEN["亿元"])


def _payments(steps: Sequence[int], regions: Sequence[str], step: float) -> tuple[Payment, ...]:
    due = [max(count, 0) for count in steps]
    payments = []
    for payer, count in enumerate(steps):
        if count >= 0:
            continue
        for receiver, part in enumerate(_in_proportion(-count, due)):
            due[receiver] -= part
            if part:
                payments.append(Payment(regions[payer], regions[receiver], float(part * Fraction(str(step)))))
    return tuple(payments)


def _in_proportion(amount: int, due: Sequence[int]) -> list[int]:
    """Split whole steps in proportion to what is still due; no part exceeds it."""
    whole = sum(due)
    parts = [amount * one // whole for one in due]
    left = amount - sum(parts)
    for receiver in sorted(range(len(due)), key=lambda r: (-(amount * due[r] % whole), r))[:left]:
        parts[receiver] += 1
    return parts
