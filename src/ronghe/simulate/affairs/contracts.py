"""What a payment between upstream and downstream must be to be worth renewing, and the index it hangs on.

    renewal range    -(pi_u(q*) - pi_u(qN))  <=  T  <=  pi_d(q*) - pi_d(qN)
    water index      P = k0 sum_i k_i C_i / C_i0        lower is cleaner

q* is joint provision, qN own interest, pi = b - c before any payment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.text import Text
from ronghe.simulate.affairs.outcome import Outcome
from ronghe.simulate.checks import Faults


@dataclass(frozen=True, slots=True)
class RenewalRange:
    """Range of a sure yearly payment at which both sides gain from renewing, 亿元 a year.

    Attributes
    ----------
    least, most : float
        What the provider needs, and what the beneficiary's gain allows.
    payable_most : float
        The part of ``most`` that is payable.
    """

    least: float
    most: float
    payable_most: float

    @property
    def net(self) -> float:
        """What both gain together; below 0 no payment keeps both."""
        return self.most - self.least

    @property
    def empty(self) -> bool:
        """Whether no payment keeps both."""
        return self.net < 0


def renewal_range(*, joint: Outcome, own: Outcome, provider: str, beneficiary: str) -> RenewalRange:
    """Return the range of a sure yearly payment from ``beneficiary`` to ``provider``.

    The provider needs its extra cost less its own gain; the beneficiary gives at most its gain.
    """
    u, d = (joint.case.players.index(name) for name in (provider, beneficiary))
    gain = joint.payoff - own.payoff
    payable = joint.payable - joint.cost - own.payable + own.cost
    return RenewalRange(float(-gain[u]), float(gain[d]), float(payable[d]))


def water_index(*, scale: float, weights: Sequence[float], means: Sequence[float], bases: Sequence[float]) -> float:
    """Return P = k0 sum_i k_i C_i / C_i0.

    Parameters
    ----------
    scale : float
        k0.
    weights : sequence of float
        k_i, which sum to 1.
    means, bases : sequence of float
        Annual mean and base mean of each pollutant, mg/l.

    Raises
    ------
    DataFault
        For a missing sample, a base that is 0 or missing, or weights that do not sum to 1.

    Examples
    --------
    >>> round(water_index(scale=0.85, weights=[0.25] * 4, means=[1.05, 0.9, 1.1, 1.15], bases=[1.0] * 4), 12)
    0.8925
    """
    faults = Faults()
    table = [np.array(row, dtype=np.float64) for row in (weights, means, bases)]
    if len({len(row) for row in table}) > 1:
        read = ", ".join(str(len(row)) for row in table)
        expected = Text("权数、年均值、基准值个数相同", "as many weights as means and bases")
        faults.add("S167", "index", read, expected, Text("缺的样本不能推测。", "A missing sample is never guessed."))
        faults.settle()
    for name, row, least in (("weights", table[0], False), ("means", table[1], False), ("bases", table[2], True)):
        for at in np.flatnonzero(~(np.isfinite(row) & ((row > 0) if least else (row >= 0)))):
            expected = Text("大于0的数", "a number above 0") if least else Text("不小于0的数", "a number, 0 or more")
            remedy = Text("缺的样本不能推测，请补报。", "A missing sample is never guessed; report it.")
            faults.add("S167", f"{name} [{at + 1}]", f"{row[at]:g}", expected, remedy)
    if not faults and abs(table[0].sum() - 1.0) > 1e-9:
        remedy = Text("请核对协议。", "See the agreement.")
        faults.add("S167", "weights", f"{table[0].sum():g}", Text("合计为1", "a sum of 1"), remedy)
    faults.settle()
    return float(scale * (table[0] * table[1] / table[2]).sum())
