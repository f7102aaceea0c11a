"""What is provided when some act together: numbers behind a certificate, and a sentence that says how it went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.base.status import Status
from ronghe.base.text import Text
from ronghe.simulate.affairs.equilibrium import Certificate
from ronghe.simulate.affairs.given import need
from ronghe.simulate.affairs.input import Affair


@dataclass(frozen=True, eq=False)
class Outcome:
    """What is provided when ``members`` act together. Any number of an unconverged outcome raises.

    Attributes
    ----------
    case : Affair
    members : array, shape (player,)
        Who acts together; nobody is own interest.
    certificate : Certificate
        ``certificate.equilibria`` lists every outcome found where there are several.
    """

    case: Affair
    members: Bools
    certificate: Certificate
    _effort: Floats
    _prices: Floats | None

    @property
    def converged(self) -> bool:
        """Whether the numbers may be used."""
        return self.certificate.kind == "converged"

    @property
    def label(self) -> Status:
        """Status of the figures it rests on; where they are assumed, its numbers are one case of a scenario band."""
        return self.case.label

    @property
    def status_text(self) -> Text:
        """What happened, in one sentence."""
        return certificate_text(self.certificate)

    @property
    def status(self) -> str:
        """The English sentence."""
        return self.status_text.en

    def require(self) -> None:
        """Raise :class:`UnconvergedSolution` unless converged."""
        if not self.converged:
            who = members_text(self.case, self.members)
            text = self.status_text
            raise UnconvergedSolution(
                Text(f"{who.zh}没有可用的结果：{text.zh}。", f"No usable outcome of {who.en}: {text.en}.")
            )

    @property
    def provision(self) -> Floats:
        """Efforts q_i, shape (player,), in units of effort a year."""
        self.require()
        return self._effort

    @property
    def enjoyed(self) -> Floats:
        """Q_j, shape (player,)."""
        return self.case.enjoyed(self.provision)

    @property
    def benefit(self) -> Floats:
        """b_j(Q_j), shape (player,), 亿元 a year."""
        return self.case.benefit(self.provision)

    @property
    def cost(self) -> Floats:
        """c_i(q_i), shape (player,), 亿元 a year."""
        return self.case.cost(self.provision)

    @property
    def payable(self) -> Floats:
        """Benefit that is money and can be paid out of, shape (player,), 亿元 a year."""
        return np.where(self.case.payable, self.benefit, 0.0)

    @property
    def payoff(self) -> Floats:
        """b_i - c_i before cost shares, shape (player,), 亿元 a year."""
        return self.benefit - self.cost

    @property
    def prices(self) -> Floats:
        """b_j'(Q_j), shape (player,), 亿元 a unit enjoyed.

        Raises
        ------
        ParameterFault
            Where efforts are 0 or 1: there is no margin.
        """
        self.require()
        if self._prices is None:
            raise ParameterFault(
                Text(
                    "建或不建的项目没有边际效益；请按效益、平均或权重分担费用。",
                    "A project that is built or not has no marginal benefit; share its cost by benefit, equally or by "
                    "weights.",
                )
            )
        return self._prices

    @property
    def unpaid(self) -> Floats:
        """Part of the benefit of each provider's effort that falls on others, shape (player,); NaN without a benefit.

        At the margin; for a project, of what is lost if it alone were not built (not computed where it is not).
        """
        effort = self.provision
        if self.case.whole:
            lost = [self.benefit - self.case.benefit(np.where(np.arange(len(effort)) == i, 0.0, effort))
                    for i in range(len(effort))]  # fmt: skip
            value = np.array(lost)
        else:
            value = np.where(self.case.providers[:, None], self.case.spillovers, 0.0) * self.prices
        whole = value.sum(axis=1)
        part: Floats = np.divide(whole - np.diag(value), whole, out=np.full(len(whole), np.nan), where=whole > 0)
        return part


def same_affair(*, joint: Outcome, own: Outcome) -> None:
    """Raise unless two outcomes are joint provision and own interest of one affair.

    Raises
    ------
    ParameterFault
    """
    need(joint=(joint, Outcome), own=(own, Outcome))
    wrong = []
    if joint.case is not own.case and joint.case.players != own.case.players:
        wrong.append(Text("joint 与 own 应是同一事务的结果", "joint and own must be outcomes of one affair"))
    if own.members.sum() > 1:
        wrong.append(Text("own 应是各自为政的结果，读到联合供给；两者是否写反了？",
                          "own must be own interest; read joint provision, are the two swapped?"))  # fmt: skip
    if wrong:
        raise ParameterFault(Text("；".join(w.zh for w in wrong) + "。", "; ".join(w.en for w in wrong) + "."))


def members_text(case: Affair, members: Bools) -> Text:
    """Return who acts together, in words."""
    inside = [name for name, member in zip(case.players, members, strict=True) if member]
    if len(inside) < 2:
        return Text("各自为政", "own interest")
    return Text("、".join(inside) + "联合供给", "joint provision of " + ", ".join(inside))


def certificate_text(found: Certificate) -> Text:
    """Return the sentence of a certificate in both languages."""
    if found.kind == "none":
        return Text("建或不建没有均衡", "no profile of 0/1 efforts is an equilibrium")
    if found.kind == "several":
        count = len(found.equilibria)
        return Text(f"存在多个均衡，已列出{count}个，不取平均", f"several equilibria; {count} are listed, not averaged")
    if found.kind == "stopped":
        return Text(
            f"未收敛，条件残差 {found.residual:.0e}；请核对外溢矩阵是否让他人的投入比自己的更有用",
            f"stopped, residual of the conditions {found.residual:.0e}; see whether the spillover matrix makes others' "
            "efforts worth more than one's own",
        )
    tail = Text("", "")
    if found.starts:
        tail = Text(f"；{found.starts}个起点中{found.agreed}个一致", f"; {found.agreed} of {found.starts} starts agree")
    if found.alike > 1:
        tail += Text(f"；{found.alike}种建法同值", f"; {found.alike} ways to build are worth the same")
    return Text(
        f"收敛；条件残差 {found.residual:.0e}，单独改变至多得 {found.deviation:.0e}{tail.zh}",
        f"converged; residual of the conditions {found.residual:.0e}, no deviation pays more than "
        f"{found.deviation:.0e}{tail.en}",
    )
