"""What a payment between upstream and downstream must be to be worth renewing, and the index it hangs on.

    renewal range    -(pi_u(q*) - pi_u(qN))  <=  T  <=  pi_d(q*) - pi_d(qN)
    water index      P = k0 sum_i k_i C_i / C_i0        lower is cleaner

q* is joint provision, qN own interest, pi = b - c before any payment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.status import Status, weakest
from ronghe.base.text import Text
from ronghe.simulate.affairs.given import player_at
from ronghe.simulate.affairs.outcome import Outcome, same_affair
from ronghe.simulate.checks import Faults, is_number, numeric, shown


@dataclass(frozen=True, slots=True)
class RenewalRange:
    """Range of a sure yearly payment at which both sides gain from renewing, 亿元 a year.

    Attributes
    ----------
    least, most : float
        What the provider needs, and what the beneficiary's gain allows.
    payable_most : float
        The part of ``most`` that is payable.
    provider, beneficiary : str
    label : Status
        Of the figures it rests on.
    """

    least: float
    most: float
    payable_most: float
    provider: str
    beneficiary: str
    label: Status

    @property
    def net(self) -> float:
        """What both gain together; below 0 no payment keeps both."""
        return self.most - self.least

    @property
    def empty(self) -> bool:
        """Whether no payment of 0 or more by the beneficiary keeps both."""
        return self.most < max(self.least, 0.0)

    @property
    def status_text(self) -> Text:
        """What the range says, in one sentence."""
        u, d, least, most = self.provider, self.beneficiary, self.least, self.most
        if self.net < 0:
            return Text(
                f"没有双方都得益的区间：{u}至少要 {least:.6g}，{d}至多付 {most:.6g}",
                f"there is no range in which both gain: {u} needs at least {least:.6g}, {d} gives at most {most:.6g}",
            )
        if most < 0:
            return Text(
                f"由{d}付给{u}，没有双方都得益的区间：{d}自己就受损 {-most:.6g}；"
                f"要由{u}付给{d} {-most:.6g} 至 {-least:.6g}，请核对谁出力、谁受益",
                f"there is no range in which both gain from a payment by {d} to {u}: {d} itself loses {-most:.6g}; "
                f"it is {u} who would pay {d} {-most:.6g} to {-least:.6g}, see who provides and who benefits",
            )
        return self._found(u, d)

    @property
    def status(self) -> str:
        """The English sentence."""
        return self.status_text.en

    def _found(self, u: str, d: str) -> Text:
        told = Text(
            f"{d}每年付给{u} {self.least:.6g} 至 {self.most:.6g}，双方都不受损",
            f"from {self.least:.6g} to {self.most:.6g} a year paid by {d} to {u} neither loses",
        )
        if self.least < 0:
            told += Text(f"；不付款，{u}也得益 {-self.least:.6g}", f"; unpaid, {u} still gains {-self.least:.6g}")
        if self.payable_most < max(self.least, 0.0):
            told += Text(
                f"；{d}的得益中可支付的只有 {self.payable_most:.6g}，付不起",
                f"; of what {d} gains only {self.payable_most:.6g} is payable, which is too little",
            )
        return told


def renewal_range(*, joint: Outcome, own: Outcome, provider: str, beneficiary: str) -> RenewalRange:
    """Return the range of a sure yearly payment from ``beneficiary`` to ``provider``.

    The provider needs its extra cost less its own gain; the beneficiary gives at most its gain. Where there is no such
    payment, the status says so.

    Raises
    ------
    UnknownRegion
        For a name that is no player's.
    ParameterFault
        Where both are the same party, or the outcomes are not joint provision and own interest of one affair.
    """
    same_affair(joint=joint, own=own)
    u, d = (player_at(joint.case.players, name) for name in (provider, beneficiary))
    if u == d:
        raise ParameterFault(
            Text(
                f"出力方和受益方都是{provider}；请给出两方，付款才有意义。",
                f"Provider and beneficiary are both {provider}; name two parties, no one pays itself.",
            )
        )
    gain = joint.payoff - own.payoff
    payable = joint.payable - joint.cost - own.payable + own.cost
    label = weakest([joint.label, own.label])
    return RenewalRange(float(-gain[u]), float(gain[d]), float(payable[d]), provider, beneficiary, label)


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
        For a missing sample, a base that is 0 or missing, weights that do not sum to 1, or what is no number.

    Examples
    --------
    >>> round(water_index(scale=0.85, weights=[0.25] * 4, means=[1.05, 0.9, 1.1, 1.15], bases=[1.0] * 4), 12)
    0.8925
    """
    faults = Faults()
    if not is_number(scale) or scale <= 0:
        faults.add("S167", "scale", shown(scale), Text("大于0的数", "a number above 0"),
                   Text("请核对协议。", "See the agreement."))  # fmt: skip
    table = _rows({"weights": weights, "means": means, "bases": bases}, faults)
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


def _rows(given: Mapping[str, object], faults: Faults) -> list[Floats]:
    """Return rows of numbers of one length; raise if they are none."""
    read = {name: numeric(row, name, faults) for name, row in given.items()}
    rows = [np.asarray(row, dtype=float) for row in read.values() if row is not None]
    if any(row.ndim != 1 for row in rows) or len({row.shape for row in rows}) > 1:
        sizes = ", ".join(" x ".join(map(str, row.shape)) or shown(float(row)) for row in rows)
        expected = Text("权数、年均值、基准值各一列，个数相同", "as many weights as means and bases, each a row")
        faults.add("S167", "index", sizes, expected, Text("缺的样本不能推测。", "A missing sample is never guessed."))
        faults.settle()
    if len(rows) < len(given):
        faults.settle()
    return rows
